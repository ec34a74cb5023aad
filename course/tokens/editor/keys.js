// Public and private keys for one algorithm, as WebCrypto has them. As strict as keys.py.

import { ASYMMETRIC } from "./algorithms.js";
import { Problem, decode } from "./bytes.js";
import { wrapPrivate, wrapPublic } from "./der.js";
import { writtenKey } from "./written_key.js";

const RSA_BITS = 2048; // RFC 7518 section 3.3
const SIZES = { "P-256": 32, "P-384": 48, "P-521": 66, Ed25519: 32 };

/** The public key for an algorithm. Of a private key this is its public half. */
export async function publicKey(text, algorithm) {
  const written = writtenKey(text);
  if (written.jwk) checkPurpose(written.jwk, algorithm);
  const key = await imported(algorithm, () => importPublic(written, algorithm));
  const bits = key.algorithm.modulusLength;
  if (bits < RSA_BITS) throw new Problem(`The RSA key has ${bits} bits: fewer than ${RSA_BITS}.`);
  return key;
}

/** The private key for an algorithm. */
export async function privateKey(text, algorithm) {
  await publicKey(text, algorithm);
  const written = writtenKey(text);
  if (!written.isPrivate) throw new Problem("This is a public key: signing needs the private key.");
  return imported(algorithm, () => importPrivate(written, algorithm));
}

async function imported(algorithm, work) {
  try {
    return await work();
  } catch (error) {
    // NotSupportedError: an algorithm that this browser does not know. Then the kernel does the work.
    if (error.name === "NotSupportedError") throw error;
    throw new Problem(`The key is not a key for ${algorithm}.`);
  }
}

async function importPublic(written, algorithm) {
  const importKey = (format, data) =>
    crypto.subtle.importKey(format, data, ASYMMETRIC[algorithm], true, ["verify"]);
  if (written.jwk) return importKey("jwk", publicMembers(written.jwk, algorithm));
  if (!written.isPrivate) {
    return importKey("spki", written.label === "PUBLIC KEY" ? written.der : wrapPublic(written.der));
  }
  const { kty, crv, n, e, x, y } = await crypto.subtle.exportKey(
    "jwk",
    await importPrivate(written, algorithm),
  );
  return importKey("jwk", { kty, crv, n, e, x, y });
}

function importPrivate({ jwk, label, der }, algorithm) {
  const parameters = ASYMMETRIC[algorithm];
  const importKey = (format, data) => crypto.subtle.importKey(format, data, parameters, true, ["sign"]);
  if (jwk) {
    const { d, p, q, dp, dq, qi } = jwk;
    return importKey("jwk", { ...publicMembers(jwk, algorithm), d, p, q, dp, dq, qi });
  }
  const curve = label === "EC PRIVATE KEY" ? parameters.namedCurve : null;
  return importKey("pkcs8", label === "PRIVATE KEY" ? der : wrapPrivate(der, curve));
}

function checkPurpose(jwk, algorithm) {
  if ("use" in jwk && jwk.use !== "sig") throw new Problem("The JWK is not for signatures (use).");
  if ("alg" in jwk && jwk.alg !== algorithm) throw new Problem("The JWK is for another algorithm (alg).");
}

/** The members of a JWK (RFC 7517) that make the public key, checked. */
function publicMembers(jwk, algorithm) {
  const { name, namedCurve } = ASYMMETRIC[algorithm];
  const [kty, members] = { ECDSA: ["EC", ["x", "y"]], Ed25519: ["OKP", ["x"]] }[name] ?? ["RSA", ["n", "e"]];
  const crv = kty === "RSA" ? undefined : (namedCurve ?? name);
  if (jwk.kty !== kty || (crv && jwk.crv !== crv)) throw new Error("The JWK is for something else.");
  for (const member of members) {
    const bytes = decode(jwk[member]);
    // RFC 7518, sections 6.2.1.2 and 2: all bytes of a coordinate, the fewest bytes of a number.
    const right = crv ? bytes.length === SIZES[crv] : bytes[0] > 0;
    if (!right) throw new Error(`${member} has the wrong length.`);
  }
  return { kty, crv, ...Object.fromEntries(members.map((member) => [member, jwk[member]])) };
}
