// A word for what is no token in compact form, and what can be taken away so that it is one.

import { decodeText } from "./bytes.js";

const HEX_HASHES = { 32: "MD5", 40: "SHA-1", 64: "SHA-256", 96: "SHA-384", 128: "SHA-512" };

/** A sentence about a text that cannot be read as a token: empty if nothing is known of it. */
export function whatItIs(text) {
  const trimmed = text.trim();
  if (!trimmed) return "There is nothing here yet.";
  if (cleanedUp(text) !== null) return "There is more here than the token.";
  if (trimmed.startsWith("-----BEGIN ")) return whatPemItIs(trimmed);
  if (/^[{[]/.test(trimmed)) return whatJsonItIs(trimmed);
  const parts = trimmed.split(".");
  if (parts.length === 5 && isEncrypted(parts[0])) {
    return "This is an encrypted token (JWE, five sections). Only who has the key can read it.";
  }
  if (/^(\$(2[aby]|argon2)|(scrypt|pbkdf2):)/.test(trimmed)) return "This is the hash of a password.";
  if (/^[0-9a-f]+$/i.test(trimmed) && trimmed.length in HEX_HASHES) {
    return `This may be a hash (${HEX_HASHES[trimmed.length]}) or a random number, in hexadecimal.`;
  }
  if (/^Basic /i.test(trimmed)) return "These are Basic credentials: a name and a password in base64.";
  if (/^[\w+/=~-]{16,}$/.test(trimmed))
    return "This may be an opaque token: it means something to its server alone.";
  return "";
}

function whatPemItIs(pem) {
  if (pem.includes("CERTIFICATE")) return "This is a certificate. It holds a public key.";
  if (pem.includes("PRIVATE KEY")) return "This is a private key. It goes into the key field.";
  return pem.includes("PUBLIC KEY") ? "This is a public key. It goes into the key field." : "This is a PEM.";
}

function whatJsonItIs(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return "This looks like JSON.";
  }
  if ("keys" in value) return "This is a set of keys (JWKS). Each of them is for the key field.";
  if ("kty" in value) return "This is a key (JWK). It goes into the key field.";
  if ("payload" in value) return "This is a JWS in its JSON form, not in the compact one.";
  return "This is JSON. A token has it in base64url, in three sections.";
}

function isEncrypted(header) {
  try {
    return "enc" in JSON.parse(decodeText(header));
  } catch {
    return false;
  }
}

/** The token alone, if there is something around it or blanks in it: null if there is not. */
export function cleanedUp(text) {
  if (/^[\w.-]*$/.test(text)) return null;
  const around = /^[\s"'`,;\u200b\ufeff]+|[\s"'`,;\u200b\ufeff]+$/gu;
  const clean = text
    .replace(around, "")
    .replace(/^authorization["'\s:]*/i, "")
    .replace(/^bearer\s+/i, "")
    .replace(around, "")
    .replace(/[\s\u200b\ufeff]+/gu, "");
  return clean !== text && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(clean) ? clean : null;
}
