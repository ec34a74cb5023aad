// The left side: the token as one text, in three colours that lie below what is typed.

import { readableText } from "./damaged.js";
import { SECTIONS } from "./jws.js";
import { cleanedUp } from "./not_a_token.js";

export function tokenField(editor) {
  const { one, field } = editor;

  function draw() {
    const { parts } = editor.found;
    const token = parts.join(".");
    if (field("token").value !== token) field("token").value = token;
    const spans = parts.map(coloured);
    // The line break at the end gives a last line break of the token its height.
    one(".colours").replaceChildren(...spans.flatMap((span, index) => (index ? [".", ...span] : span)), "\n");
    one(".clean").classList.toggle("away", cleanedUp(token) === null);
  }

  /** A section in its colour: underlined from where it cannot be read. */
  function coloured(part, index) {
    const name = SECTIONS[index] ?? "rest";
    const problem = name === "rest" || editor.found.sections[name].problem;
    const from = problem && name !== "rest" && name !== "signature" ? (readableText(part).from ?? 0) : 0;
    if (!problem || !from) return [spanOf(part, name, problem)];
    return [spanOf(part.slice(0, from), name, ""), spanOf(part.slice(from), name, problem)];
  }

  function spanOf(text, name, problem) {
    const span = document.createElement("span");
    span.className = problem ? `${name} faulty` : name;
    span.textContent = text;
    return span;
  }

  field("token").addEventListener("input", () => editor.set({ token: field("token").value }, "token"));
  field("token").addEventListener("scroll", () => {
    one(".colours").scrollTop = field("token").scrollTop;
  });
  one(".clean").addEventListener("click", () => {
    editor.set({ token: cleanedUp(field("token").value) });
    editor.say("What is not part of the token is gone.");
    field("token").focus(); // the button is not to be seen any more
  });
  return { draw };
}
