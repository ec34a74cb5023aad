// The right side: header and payload as JSON, the signature as hexadecimal.

import { signatureLength } from "./algorithms.js";
import { encode, encodeText, fromHex, toHex } from "./bytes.js";
import { readableBytes, readableText } from "./damaged.js";
import { indented, parseObject } from "./json.js";
import { SECTIONS } from "./jws.js";
import { retyped } from "./members.js";

export function sectionFields(editor) {
  const { field, unread } = editor;

  /** Fill all fields but the one in which somebody types, and those that hold what cannot be read yet. */
  function draw(typedIn) {
    if (typedIn === undefined || typedIn === "token") unread.clear();
    unread.delete(typedIn);
    for (const name of SECTIONS) {
      const section = editor.found.sections[name];
      if (unread.has(name)) continue;
      drawProblem(name, [section.problem, damage(name, section)].filter(Boolean).join(" "));
      const text = textOf(name, section);
      if (name !== typedIn && field(name).value !== text) field(name).value = text;
      field(name).classList.toggle("damaged", Boolean(section.problem));
    }
  }

  /** Of a section that cannot be read: what can be read of it. */
  function textOf(name, { bytes, value, text, raw, problem }) {
    if (name === "signature") return toHex(bytes ?? readableBytes(raw));
    if (value) return indented(text);
    return problem && text === undefined ? readableText(raw).text : text;
  }

  function damage(name, { bytes, text, raw, problem }) {
    if (name === "signature") {
      const size = signatureLength(String(editor.found.sections.header.value?.alg));
      const short = (bytes ?? readableBytes(raw)).length;
      return problem && size && raw ? `It should have ${size} bytes, and ${short} can be read.` : "";
    }
    const from = problem && text === undefined ? readableText(raw).from : null;
    return from === null ? "" : `From about character ${from + 1} on, one is missing or changed.`;
  }

  function drawProblem(name, problem) {
    field(`${name}-problem`).textContent = problem && `✗ ${problem}`;
    field(name).setAttribute("aria-invalid", problem ? "true" : "false");
  }

  function edit(name) {
    let raw;
    try {
      raw = rawOf(name, field(name).value);
    } catch (error) {
      unread.add(name);
      drawProblem(name, error.message); // what was typed stays, and the token waits until it can be read
      editor.drawUnread();
      return;
    }
    editor.setSection(name, raw, name);
  }

  function rawOf(name, typed) {
    if (name === "signature") return encode(fromHex(typed));
    parseObject(typed);
    const { value, text } = editor.found.sections[name];
    return encodeText(retyped(value ? text : "", typed));
  }

  for (const name of SECTIONS) field(name).addEventListener("input", () => edit(name));
  return { draw };
}
