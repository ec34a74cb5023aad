// base64url, UTF-8 and hexadecimal, as strictly as base64url.py reads them.

/** A sentence for the user about what was typed. */
export class Problem extends Error {}

export function encode(bytes) {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export const utf8 = (text) => new TextEncoder().encode(text);

export const encodeText = (text) => encode(utf8(text));

export const bytesOf = (binary) => Uint8Array.from(binary, (character) => character.charCodeAt(0));

export function decode(section) {
  const strange = section.match(/[^A-Za-z0-9_-]/u)?.[0];
  if (strange) {
    const code = strange.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    throw new Problem(
      `The character ${JSON.stringify(strange)} (U+${code}) is not in the base64url alphabet.`,
    );
  }
  if (section.length % 4 === 1) {
    throw new Problem(`${section.length} characters are an impossible length in base64url.`);
  }
  const bytes = bytesOf(atob(section.replaceAll("-", "+").replaceAll("_", "/")));
  if (encode(bytes) !== section)
    throw new Problem("The last character is another way to write the same bytes.");
  return bytes;
}

export function decodeText(section) {
  const bytes = decode(section);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Problem("The bytes are not UTF-8.");
  }
}

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function fromHex(text) {
  const digits = text.replace(/[ \t\r\n]/g, "");
  if (digits.length % 2 || /[^0-9a-f]/i.test(digits)) {
    throw new Problem("Hexadecimal needs pairs of the digits 0 to 9 and a to f.");
  }
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
