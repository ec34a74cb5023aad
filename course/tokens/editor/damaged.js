// What can be read of a section that is damaged: a character is missing, changed, or does not belong there.

import { bytesOf } from "./bytes.js";

const ALPHABET = /^[A-Za-z0-9_-]*/;

/** The bytes up to the first character that is no base64url. */
export function readableBytes(section) {
  const [clean] = section.match(ALPHABET);
  // One character alone holds six bits: no byte.
  const whole = clean.length % 4 === 1 ? clean.slice(0, -1) : clean;
  return bytesOf(atob(whole.replaceAll("-", "+").replaceAll("_", "/")));
}

/** The text that can be read, and the place in the section (an index) from which it cannot: null if all of it can. */
export function readableText(section) {
  const bytes = readableBytes(section);
  const all = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  // After a missing character all bits stand in the wrong place, and soon there is something that no JSON holds.
  const noText = all.search(/[^\t\n\r -\u007e\u00a0-\ufffc\ud800-\udfff]/);
  const [clean] = section.match(ALPHABET);
  if (noText < 0) return { text: all, from: clean.length < section.length ? clean.length : null };
  const text = all.slice(0, noText);
  return { text, from: Math.floor((new TextEncoder().encode(text).length * 4) / 3) };
}
