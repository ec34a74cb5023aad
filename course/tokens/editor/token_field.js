// The left side: the token as one text, in three colours that lie below what is typed.

import { SECTIONS } from "./jws.js";

export function tokenField(editor) {
  const { one, field } = editor;

  function draw() {
    const { parts } = editor.found;
    if (field("token").value !== parts.join(".")) field("token").value = parts.join(".");
    const spans = parts.map(colour);
    // The line break at the end gives a last line break of the token its height.
    one(".colours").replaceChildren(...spans.flatMap((span, index) => (index ? [".", span] : [span])), "\n");
  }

  function colour(part, index) {
    const span = document.createElement("span");
    const name = SECTIONS[index] ?? "rest";
    span.className = name + (name === "rest" || editor.found.sections[name].problem ? " faulty" : "");
    span.textContent = part;
    return span;
  }

  field("token").addEventListener("input", () => editor.setToken(field("token").value));
  field("token").addEventListener("scroll", () => {
    one(".colours").scrollTop = field("token").scrollTop;
  });
  return { draw };
}
