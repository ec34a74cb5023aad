// The buttons that tamper with the token, as an attacker would, and the ways back.

import { decode, encode, encodeText } from "./bytes.js";
import { withMember } from "./members.js";

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
    editor.set({ token: `${encodeText(withMember(header.text, "alg", "none"))}.${payload.raw}.` });
    return "The header says alg none, and the signature is empty.";
  },
  sub(editor) {
    const { value, text } = editor.found.sections.payload;
    const sub = value.sub === "1" ? "2" : "1";
    editor.setSection("payload", encodeText(withMember(text, "sub", sub)));
    return `sub is now "${sub}". The signature is as it was.`;
  },
  undo(editor) {
    return editor.undo() ? "The last change is undone." : "There is nothing to undo.";
  },
  "undo-all"(editor) {
    editor.undoAll();
    return "Token, key and algorithm are as they were at the start.";
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
