// The live face of TokenEditor: see editor.py. Nothing here talks to anything but the notebook's own kernel.

import { keepKeys } from "../page/keep_keys.js";
import { claimsTable } from "./editor/claims.js";
import { SECTIONS, read } from "./editor/jws.js";
import { keyFields } from "./editor/key.js";
import { markup } from "./editor/markup.js";
import { sectionFields } from "./editor/section_fields.js";
import { tamperButtons } from "./editor/tampering.js";
import { tokenField } from "./editor/token_field.js";
import { verdictLine } from "./editor/verdict.js";

let editors = 0;

function render({ model, el }) {
  const id = `token-editor-${(editors += 1)}`;
  el.classList.add("course", "course-token-editor");
  el.innerHTML = markup(id);
  keepKeys(el);
  let later;

  // What the parts of the page share.
  const editor = {
    model,
    original: model.get("token"),
    found: read(model.get("token")),
    one: (selector) => el.querySelector(selector),
    all: (selector) => el.querySelectorAll(selector),
    field: (name) => el.querySelector(`#${id}-${name}`),

    /** Show a token and share it with Python. The section in which somebody types keeps its text. */
    setToken(token, typedIn) {
      editor.found = read(token);
      draw(typedIn);
      model.set("token", token);
      editor.sendSoon();
    },

    setSection(name, raw, typedIn) {
      const parts = SECTIONS.map((section) => editor.found.sections[section].raw);
      parts[SECTIONS.indexOf(name)] = raw;
      editor.setToken(parts.join("."), typedIn);
    },

    sendSoon() {
      clearTimeout(later);
      later = setTimeout(() => model.save_changes(), 150);
    },

    sendNow() {
      clearTimeout(later);
      model.save_changes();
    },

    /** Say what a button did. */
    say(text) {
      editor.one(".changed").textContent = text;
    },
  };

  const claims = claimsTable(editor);
  const parts = [tokenField(editor), sectionFields(editor), claims, keyFields(editor), verdictLine(editor)];
  tamperButtons(editor);

  function draw(typedIn) {
    for (const part of parts) part.draw(typedIn);
  }

  model.on("change:token", () => {
    if (model.get("token") === editor.found.parts.join(".")) return;
    editor.original = model.get("token");
    editor.found = read(editor.original);
    draw();
  });
  draw();
  const clock = setInterval(claims.tick, 1000);
  return () => {
    clearInterval(clock);
    clearTimeout(later);
    model.off(null, null, null);
  };
}

export default { render };
