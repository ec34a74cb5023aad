// The right side: header and payload as JSON, the signature as hexadecimal.

import { encode, encodeText, fromHex, toHex } from "./bytes.js";
import { indented, parseObject, tokensOf } from "./json.js";
import { SECTIONS } from "./jws.js";

export function sectionFields(editor) {
  const { field } = editor;

  /** Fill all fields but the one in which somebody types. */
  function draw(typedIn) {
    for (const name of SECTIONS) {
      const section = editor.found.sections[name];
      drawProblem(name, section.problem);
      if (name !== typedIn) field(name).value = textOf(name, section);
    }
  }

  function textOf(name, section) {
    if (name === "signature") return section.bytes ? toHex(section.bytes) : "";
    return section.value ? indented(section.text) : (section.text ?? "");
  }

  function drawProblem(name, problem) {
    field(`${name}-problem`).textContent = problem && `✗ ${problem}`;
    field(name).setAttribute("aria-invalid", problem ? "true" : "false");
  }

  function edit(name) {
    try {
      editor.setSection(name, rawOf(name, field(name).value), name);
    } catch (error) {
      drawProblem(name, error.message); // what was typed stays, and the token waits until it can be read
    }
  }

  function rawOf(name, text) {
    if (name === "signature") return encode(fromHex(text));
    parseObject(text);
    return encodeText(tokensOf(text).join(""));
  }

  for (const name of SECTIONS) field(name).addEventListener("input", () => edit(name));
  return { draw };
}
