// The live face of TokenEditor: see editor.py. Nothing here talks to anything but the notebook's own kernel.

import { keepKeys } from "../page/keep_keys.js";
import { changesLine } from "./editor/changes.js";
import { claimsTable } from "./editor/claims.js";
import { copyButtons } from "./editor/copying.js";
import { examplesMenu } from "./editor/examples.js";
import { SECTIONS, read } from "./editor/jws.js";
import { keyFields } from "./editor/key.js";
import { markup } from "./editor/markup.js";
import { sectionFields } from "./editor/section_fields.js";
import { sharedState } from "./editor/state.js";
import { tamperButtons } from "./editor/tampering.js";
import { tokenField } from "./editor/token_field.js";
import { verdictBox } from "./editor/verdict.js";

let editors = 0;

function render({ model, el }) {
  const id = `token-editor-${(editors += 1)}`;
  el.classList.add("course", "course-token-editor");
  el.innerHTML = markup(id);
  keepKeys(el);
  const state = sharedState(model, show);

  // What the parts of the page share.
  const editor = {
    model,
    state,
    found: read(model.get("token")),
    unread: new Set(), // the sections whose field on the right holds what cannot be read
    one: (selector) => el.querySelector(selector),
    all: (selector) => el.querySelectorAll(selector),
    field: (name) => el.querySelector(`#${id}-${name}`),

    /** Share values with Python and show them. The field in which somebody types keeps its text. */
    set(values, field) {
      state.set(values, field);
      show(field);
    },

    setSection(name, raw, field) {
      const parts = SECTIONS.map((section) => editor.found.sections[section].raw);
      parts[SECTIONS.indexOf(name)] = raw;
      editor.set({ token: parts.join(".") }, field);
    },

    undo() {
      const done = state.undo();
      show();
      return done;
    },

    undoAll() {
      state.undoAll();
      show();
    },

    /** What follows from a text on the right that cannot be read. */
    drawUnread() {
      keys.draw();
      verdict.draw();
    },

    /** Say what a button did, until something else happens. */
    say(text) {
      editor.one(".changed").textContent = text;
    },
  };

  const claims = claimsTable(editor);
  const verdict = verdictBox(editor);
  const keys = keyFields(editor);
  const parts = [tokenField(editor), sectionFields(editor), claims, keys, verdict];
  parts.push(changesLine(editor), examplesMenu(editor));
  tamperButtons(editor);
  copyButtons(editor);

  function show(field) {
    editor.found = read(model.get("token"));
    editor.say("");
    for (const part of parts) part.draw(field);
  }

  show();
  const clock = setInterval(() => {
    claims.tick();
    verdict.tick();
  }, 1000);
  return () => {
    clearInterval(clock);
    state.stop();
    model.off(null, null, null);
  };
}

export default { render };
