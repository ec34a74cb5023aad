// Where the focus goes when something appears or goes away. A lost focus would give the next key to the page around.

/** Focus an element of the pages, unless the user is somewhere else: in another cell of a notebook. */
export function takeFocus(element) {
  const focused = document.activeElement;
  if (focused === document.body || element.closest(".app")?.contains(focused)) element.focus();
}
