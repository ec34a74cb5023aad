// What is in a token, and what a verifier says to it: the same as jws.py, in the browser.

import { Problem, decode, decodeText, encode, fromHex, utf8 } from "./bytes.js";
import { parseObject } from "./json.js";

export const SECTIONS = ["header", "payload", "signature"];
export const HASHES = { HS256: "SHA-256", HS384: "SHA-384", HS512: "SHA-512" };
const PUBLIC = {
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  PS256: { name: "RSA-PSS", hash: "SHA-256", saltLength: 32 },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  EdDSA: { name: "Ed25519" },
};
export const ALGORITHMS = [...Object.keys(HASHES), ...Object.keys(PUBLIC)];

/** Browsers keep it from pages that do not come over HTTPS or from this computer. Then the kernel does the work. */
export const hasWebCrypto = () => Boolean(globalThis.crypto?.subtle);

export function keyBytes(key, format) {
  if (format === "text") return utf8(key);
  return format === "hex" ? fromHex(key) : decode(key);
}

export async function hmac(algorithm, key, message) {
  const secret = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: HASHES[algorithm] }, false, [
    "sign",
  ]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", secret, message));
}

async function publicKey(algorithm, key) {
  if (key.trimStart().startsWith("{")) {
    const { kty, crv, n, e, x, y } = JSON.parse(key); // its public members alone
    return crypto.subtle.importKey("jwk", { kty, crv, n, e, x, y }, PUBLIC[algorithm], false, ["verify"]);
  }
  const body = key.match(/-----BEGIN PUBLIC KEY-----([\s\S]+)-----END PUBLIC KEY-----/);
  if (!body) throw new Problem("no PEM");
  const der = Uint8Array.from(atob(body[1].replace(/\s/g, "")), (character) => character.charCodeAt(0));
  return crypto.subtle.importKey("spki", der, PUBLIC[algorithm], false, ["verify"]);
}

/** What each section holds, and what is wrong with it: never throws. */
export function read(token) {
  const parts = token.split(".");
  const found = { parts, count: parts.length, sections: {} };
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
    }
    found.sections[name] = section;
  });
  return found;
}

/** The sentence that says why a strict verifier refuses the token: empty if it accepts, null if only the kernel can tell. */
export async function verdict(found, key, format, algorithm) {
  const { header, signature } = found.sections;
  if (found.count !== 3) return `A token has three sections, and this has ${found.count}.`;
  for (const name of SECTIONS) {
    if (found.sections[name].problem) return `${name}: ${found.sections[name].problem}`;
  }
  if (header.value.alg !== algorithm) {
    return `header: It names the algorithm ${JSON.stringify(header.value.alg ?? null)}, and only ${algorithm} is accepted.`;
  }
  if ("crit" in header.value) return "header: It has critical extensions (crit), and none is known here.";
  const message = utf8(found.parts.slice(0, 2).join("."));
  let fits;
  if (algorithm in HASHES) {
    let bytes;
    try {
      bytes = keyBytes(key, format);
    } catch {
      return `The key is not ${format}.`;
    }
    if (!bytes.length) return "The key is empty.";
    if (!hasWebCrypto()) return null;
    const made = await hmac(algorithm, bytes, message);
    fits = encode(made) === encode(signature.bytes);
  } else {
    if (!hasWebCrypto()) return null;
    try {
      const imported = await publicKey(algorithm, key);
      fits = await crypto.subtle.verify(PUBLIC[algorithm], imported, signature.bytes, message);
    } catch (error) {
      if (error.name === "NotSupportedError") return null;
      return `The key is not a public key for ${algorithm}, as PEM or JWK.`;
    }
  }
  return fits ? "" : "signature: It does not fit header, payload and key.";
}

/** Whether a verifier that believes the header's alg would accept this: null if only the kernel can tell. */
export async function fooled(found, key, format, algorithm) {
  const { header, payload, signature } = found.sections;
  const named = header.value?.alg;
  if (!payload.value || typeof named !== "string" || named === algorithm) return false;
  if (named.toLowerCase() === "none") return true;
  if (!(named in HASHES) || signature.problem) return false;
  if (!hasWebCrypto()) return null;
  try {
    const bytes = algorithm in HASHES ? keyBytes(key, format) : utf8(key);
    const message = utf8(found.parts.slice(0, 2).join("."));
    return encode(await hmac(named, bytes, message)) === encode(signature.bytes);
  } catch {
    return false;
  }
}
