// The older forms of PEM, wrapped into those that WebCrypto takes: SubjectPublicKeyInfo (RFC 5280), PKCS #8 (RFC 5208).

import { fromHex } from "./bytes.js";

const RSA = fromHex("300d06092a864886f70d0101010500"); // the object identifier rsaEncryption, and NULL
const VERSION = fromHex("020100");
const EC = {
  "P-256": fromHex("301306072a8648ce3d020106082a8648ce3d030107"),
  "P-384": fromHex("301006072a8648ce3d020106052b81040022"),
  "P-521": fromHex("301006072a8648ce3d020106052b81040023"),
};
const [SEQUENCE, BIT_STRING, OCTET_STRING] = [0x30, 0x03, 0x04];

function element(tag, ...contents) {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  const bytes = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  const head = Uint8Array.from(length < 128 ? [tag, length] : [tag, ...bytes]);
  return Uint8Array.from([head, ...contents].flatMap((part) => [...part]));
}

/** "RSA PUBLIC KEY" (PKCS #1) as SubjectPublicKeyInfo. */
export const wrapPublic = (der) => element(SEQUENCE, RSA, element(BIT_STRING, [0], der));

/** "RSA PRIVATE KEY" (PKCS #1), or "EC PRIVATE KEY" (SEC 1) on this curve, as PKCS #8. */
export const wrapPrivate = (der, curve) =>
  element(SEQUENCE, VERSION, curve ? EC[curve] : RSA, element(OCTET_STRING, der));
