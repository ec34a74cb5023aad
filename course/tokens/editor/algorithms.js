// The algorithms (RFC 7518 section 3.1, RFC 8037) as WebCrypto calls them.

import { fromHex, utf8, decode } from "./bytes.js";

export const HASHES = { HS256: "SHA-256", HS384: "SHA-384", HS512: "SHA-512" };

const rsa = (bits) => ({ name: "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` });
const pss = (bits) => ({ name: "RSA-PSS", hash: `SHA-${bits}`, saltLength: bits / 8 });
const ecdsa = (bits, namedCurve) => ({ name: "ECDSA", namedCurve, hash: `SHA-${bits}` });

export const ASYMMETRIC = {
  RS256: rsa(256),
  RS384: rsa(384),
  RS512: rsa(512),
  PS256: pss(256),
  PS384: pss(384),
  PS512: pss(512),
  ES256: ecdsa(256, "P-256"),
  ES384: ecdsa(384, "P-384"),
  ES512: ecdsa(512, "P-521"),
  EdDSA: { name: "Ed25519" },
};
export const ALGORITHMS = [...Object.keys(HASHES), ...Object.keys(ASYMMETRIC)];

/** How many bytes a signature has: null if that depends on the key. */
export function signatureLength(algorithm) {
  if (algorithm in HASHES) return Number(algorithm.slice(2)) / 8;
  return { ES256: 64, ES384: 96, ES512: 132, EdDSA: 64 }[algorithm] ?? null;
}

/** Browsers keep it from pages that do not come over HTTPS or from this computer. Then the kernel does the work. */
export const hasWebCrypto = () => Boolean(globalThis.crypto?.subtle);

export function keyBytes(key, format) {
  if (format === "text") return utf8(key);
  return format === "hex" ? fromHex(key) : decode(key);
}

export async function hmac(algorithm, key, message) {
  const parameters = { name: "HMAC", hash: HASHES[algorithm] };
  const secret = await crypto.subtle.importKey("raw", key, parameters, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", secret, message));
}
