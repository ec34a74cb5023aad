// The buttons that tamper with the token, as an attacker would.

import { decode, encode, encodeText } from "./bytes.js";

/** Each changes the token and returns a sentence that says what it did. It throws if the token cannot be read. */
const TAMPERS = {
  bit(editor) {
    const bytes = decode(editor.found.sections.payload.raw);
    const place = bytes.findLastIndex((byte) => /[0-9]/.test(String.fromCharCode(byte)));
    bytes[place < 0 ? bytes.length - 1 : place] ^= 1; // a digit if there is one, so that it stays JSON
    editor.setSection("payload", encode(bytes));
    return "One bit of the payload is flipped. The signature is as it was.";
  },
  swap(editor) {
    const { bytes } = editor.found.sections.signature;
    const old = bytes?.length ? bytes : new Uint8Array(32);
    editor.setSection("signature", encode(old.map((byte) => byte ^ 0xff)));
    return "The signature is that of something else. Header and payload are as they were.";
  },
  none(editor) {
    const { header, payload } = editor.found.sections;
    const raw = encodeText(JSON.stringify({ ...header.value, alg: "none" }));
    editor.setToken(`${raw}.${payload.raw}.`);
    return "The header says alg none, and the signature is empty.";
  },
  sub(editor) {
    const { value } = editor.found.sections.payload;
    const sub = value?.sub === "1" ? "2" : "1";
    editor.setSection("payload", encodeText(JSON.stringify({ ...value, sub })));
    return `sub is now "${sub}". The signature is as it was.`;
  },
  undo(editor) {
    editor.setToken(editor.original);
    return "";
  },
};

export function tamperButtons(editor) {
  for (const button of editor.all("[data-tamper]")) {
    button.addEventListener("click", () => {
      try {
        editor.say(TAMPERS[button.dataset.tamper](editor));
      } catch {
        editor.say("✗ This token cannot be read, so there is nothing to change.");
      }
    });
  }
}
