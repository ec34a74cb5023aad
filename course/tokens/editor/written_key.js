// A key as it is written: PEM or JWK, and what it is if it is neither. As strict as keys.py, and with its sentences.

import { Problem, bytesOf } from "./bytes.js";
import { parseObject } from "./json.js";

const PEM = /^-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----$/;
const BLANKS_AROUND = /^[ \t\r\n]+|[ \t\r\n]+$/g;
const NEITHER = "The key is neither PEM nor JWK.";
const PUBLIC_LABELS = ["PUBLIC KEY", "RSA PUBLIC KEY"];
const PRIVATE_LABELS = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];

/** Its JWK, or the label and the bytes of its PEM; and whether it is private. */
export function writtenKey(text) {
  const key = text.replace(BLANKS_AROUND, "");
  if (!key) throw new Problem("The key is empty.");
  return key.startsWith("{") ? writtenJwk(key) : writtenPem(key);
}

function writtenJwk(key) {
  let jwk;
  try {
    jwk = parseObject(key);
  } catch (error) {
    throw new Problem(`The key is not a JWK: ${error.message}`);
  }
  if ("keys" in jwk) throw new Problem("The key is a set of keys (JWKS): choose one of them.");
  return { jwk, isPrivate: "d" in jwk };
}

function writtenPem(key) {
  const [, label, body] = key.match(PEM) ?? [];
  if (label === undefined) throw new Problem(NEITHER);
  if (label === "ENCRYPTED PRIVATE KEY" || body.includes("ENCRYPTED")) {
    throw new Problem("The private key is encrypted with a password.");
  }
  if (label === "CERTIFICATE") {
    throw new Problem("The key is a certificate: take the public key out of it.");
  }
  const digits = body.replace(/[ \t\r\n]/g, "");
  const isPrivate = PRIVATE_LABELS.includes(label);
  if (!isPrivate && !PUBLIC_LABELS.includes(label)) throw new Problem(NEITHER);
  if (digits.length % 4 || !/^[A-Za-z0-9+/]+={0,2}$/.test(digits)) throw new Problem(NEITHER);
  return { label, der: bytesOf(atob(digits)), isPrivate };
}
