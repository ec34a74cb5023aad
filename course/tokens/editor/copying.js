// The copy buttons, one of them for the Python expression that makes this editor.

const DEFAULTS = { algorithm: "HS256", key_format: "text" };

/** A JSON text is a Python text too. */
export function pythonExpression({ token, key, ...rest }) {
  const named = Object.keys(DEFAULTS).filter((name) => rest[name] !== DEFAULTS[name]);
  const values = [token, key].map((value) => JSON.stringify(value));
  return `TokenEditor(${[...values, ...named.map((name) => `${name}=${JSON.stringify(rest[name])}`)].join(", ")})`;
}

export function copyButtons(editor) {
  const { all, one, field, state } = editor;

  async function copy(name) {
    const python = name === "python";
    const text = python ? pythonExpression(state.now()) : field(name).value;
    try {
      await navigator.clipboard.writeText(text); // pages that do not come over HTTPS or from this computer have none
      editor.say(`Copied: ${python ? "the Python expression" : name}.`);
    } catch {
      one(".python").hidden = !python;
      if (python) field("python").value = text;
      field(name).focus();
      field(name).select();
      editor.say("This page may not copy. The text is selected: copy it with Ctrl+C or ⌘C.");
    }
  }

  for (const button of all("[data-copy]")) button.addEventListener("click", () => copy(button.dataset.copy));
}
