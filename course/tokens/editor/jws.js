// What is in a token, and what a verifier says to it: the same as jws.py, in the browser.

import { ALGORITHMS, ASYMMETRIC, HASHES, hasWebCrypto, hmac, keyBytes } from "./algorithms.js";
import { Problem, decode, decodeText, encode, utf8 } from "./bytes.js";
import { parseObject } from "./json.js";
import { privateKey, publicKey } from "./keys.js";

export const SECTIONS = ["header", "payload", "signature"];

/** What each section holds, and what is wrong with it: never throws. `problem` is empty for a compact token. */
export function read(token) {
  const parts = token.split(".");
  const found = { parts, sections: {} };
  found.problem = parts.length === 3 ? "" : `A token has three sections, and this has ${parts.length}.`;
  SECTIONS.forEach((name, index) => {
    const section = { raw: parts[index] ?? "", problem: "" };
    try {
      if (name === "signature") section.bytes = decode(section.raw);
      else {
        section.text = decodeText(section.raw);
        section.value = parseObject(section.text);
      }
    } catch (error) {
      section.problem = error instanceof Problem ? error.message : "It cannot be read.";
      found.problem ||= `${name}: ${section.problem}`;
    }
    found.sections[name] = section;
  });
  return found;
}

/** Why a strict verifier refuses the signature of a token that can be read: empty if it does not, null if only the kernel can tell. */
export async function signatureProblem(found, key, format, algorithm) {
  const named = found.sections.header.value.alg;
  if (typeof named !== "string") return "header: It names no algorithm (alg).";
  if (named !== algorithm) {
    const short = named.length <= 20 ? named : `${[...named].slice(0, 20).join("")}…`;
    return `header: It names the algorithm ${JSON.stringify(short)}, and only ${algorithm} is accepted.`;
  }
  if ("crit" in found.sections.header.value) {
    return "header: It has critical extensions (crit), and none is known here.";
  }
  try {
    const fit = await fits(found, key, format, algorithm);
    if (fit === null) return null;
    return fit ? "" : "signature: It does not fit header, payload and key.";
  } catch (error) {
    return error.message;
  }
}

/** Whether a verifier that believes the header's alg would accept this: null if only the kernel can tell. */
export async function fooled(found, key, format, algorithm) {
  const named = found.sections.header.value?.alg;
  if (found.problem || typeof named !== "string" || named === algorithm) return false;
  if (named.toLowerCase() === "none") return true;
  if (!ALGORITHMS.includes(named)) return false;
  try {
    // A public key is a text, whatever the key field said about shared keys.
    return await fits(found, key, algorithm in HASHES ? format : "text", named);
  } catch {
    return false;
  }
}

/** The signature section: null if only the kernel can make it. */
export async function signature(signingInput, key, format, algorithm) {
  if (algorithm in HASHES) {
    const shared = sharedKey(key, format);
    return hasWebCrypto() ? encode(await hmac(algorithm, shared, utf8(signingInput))) : null;
  }
  if (!hasWebCrypto()) return null;
  try {
    const secret = await privateKey(key, algorithm);
    const made = await crypto.subtle.sign(ASYMMETRIC[algorithm], secret, utf8(signingInput));
    return encode(new Uint8Array(made));
  } catch (error) {
    if (error.name === "NotSupportedError") return null;
    throw error;
  }
}

async function fits(found, key, format, algorithm) {
  const message = utf8(found.parts.slice(0, 2).join("."));
  const { bytes } = found.sections.signature;
  if (algorithm in HASHES) {
    const shared = sharedKey(key, format);
    return hasWebCrypto() ? encode(await hmac(algorithm, shared, message)) === encode(bytes) : null;
  }
  if (!hasWebCrypto()) return null;
  try {
    const known = await publicKey(key, algorithm);
    return await crypto.subtle.verify(ASYMMETRIC[algorithm], known, bytes, message);
  } catch (error) {
    if (error.name === "NotSupportedError") return null;
    throw error;
  }
}

function sharedKey(key, format) {
  let bytes;
  try {
    bytes = keyBytes(key, format);
  } catch {
    throw new Problem(`The key is not ${format}.`);
  }
  if (!bytes.length) throw new Problem("The key is empty.");
  return bytes;
}
