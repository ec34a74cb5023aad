// JupyterLab reads every key that bubbles up to its page: Enter in a field, and `d` `d` on a button deletes a cell.

/** Keep the keys that are pressed in an element from the page around it. Only the key to save a notebook goes on. */
export function keepKeys(element) {
  element.addEventListener("keydown", (event) => {
    const key = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
    if (key !== "s") event.stopPropagation();
    // On a button or a slider the browser would undo what was typed last, be it in another cell.
    const types = event.target.matches("input:not([type='range']), textarea, [contenteditable]");
    if ((key === "z" || key === "y") && !types) event.preventDefault();
  });
}
