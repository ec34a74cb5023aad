// What can be said of a key while it is typed: its strength, what it is, whether it signs, and a repair if there is one.

import { HASHES, keyBytes } from "./algorithms.js";
import { writtenKey } from "./written_key.js";

/** `text` for the user, `why` it cannot sign (empty if it can), and `repair`: [what a button says, what it sets]. */
export function keyWords({ key, key_format: format, algorithm }, kid) {
  return algorithm in HASHES ? sharedWords(key, format, algorithm) : publicWords(key, kid);
}

function sharedWords(key, format, algorithm) {
  let bytes;
  try {
    bytes = keyBytes(key, format);
  } catch {
    return { text: `✗ The key is not ${format}.`, why: `The key is not ${format}.` };
  }
  if (!bytes.length) return { text: "✗ The key is empty.", why: "The key is empty." };
  const bits = bytes.length * 8;
  const needed = Number(HASHES[algorithm].slice(4));
  const size = `${bytes.length} bytes are at most ${bits} bits. ${algorithm} needs ${needed} bits`;
  const text = bits < needed ? `✗ ${size}: too short.` : `✓ ${size}: long enough, if it is random.`;
  if (format !== "text") return { text, why: "" };
  if (/^\s*-----BEGIN /.test(key)) {
    return {
      text: "⚠ This is a PEM. Here all its characters are the shared key, as in key confusion.",
      why: "",
    };
  }
  const shared = jwkShared(key);
  if (!shared) return { text, why: "" };
  const repair = ["Use k of this JWK", { key: shared, key_format: "base64url" }];
  return { text: "⚠ This is a JWK. Here all its characters are the key.", why: "", repair };
}

function publicWords(key, kid) {
  try {
    if (writtenKey(key).isPrivate) {
      return {
        text: "⚠ A private key: it signs, and its public half verifies. Keep a real one out of places like this.",
        why: "",
      };
    }
    return { text: "✓ A public key: it verifies, and cannot sign.", why: "Signing needs the private key." };
  } catch (error) {
    return { text: `✗ ${error.message}`, why: error.message, repair: repairOf(key, kid) };
  }
}

function repairOf(key, kid) {
  if (/-----BEGIN /.test(key) && key.includes("\\n")) {
    return [
      "Turn \\n into line breaks",
      { key: key.replace(/(\\r)?\\n/g, "\n").replace(/^["'\s]+|["'\s]+$/g, "") },
    ];
  }
  const keys = jsonOf(key)?.keys;
  if (!Array.isArray(keys)) return undefined;
  const chosen = keys.find((one) => kid !== undefined && one?.kid === kid) ?? keys[0];
  const name =
    chosen?.kid === undefined
      ? "Take its first key"
      : `Take the key ${JSON.stringify(chosen.kid).slice(0, 30)}`;
  return chosen && [name, { key: JSON.stringify(chosen) }];
}

function jwkShared(key) {
  const jwk = jsonOf(key);
  return jwk?.kty === "oct" && typeof jwk.k === "string" ? jwk.k : "";
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
