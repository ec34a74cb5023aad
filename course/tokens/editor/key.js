// The key, how it is written, and the one algorithm: shared with Python. And the button that signs with them.

import { encode, encodeText, utf8 } from "./bytes.js";
import { HASHES, hasWebCrypto, hmac, keyBytes } from "./jws.js";

function strength(key, format, algorithm) {
  if (!(algorithm in HASHES)) return "A public key: it verifies, and cannot sign.";
  let bits;
  try {
    bits = keyBytes(key, format).length * 8;
  } catch {
    return `✗ The key is not ${format}.`;
  }
  const needed = Number(HASHES[algorithm].slice(4));
  const size = `${bits / 8} bytes are at most ${bits} bits. ${algorithm} needs ${needed} bits`;
  return bits < needed ? `✗ ${size}: too short.` : `✓ ${size}: long enough, if it is random.`;
}

export function keyFields(editor) {
  const { model, one, field } = editor;

  function draw() {
    const algorithm = model.get("algorithm");
    one(".strength").textContent = strength(model.get("key"), model.get("key_format"), algorithm);
    one(".format").hidden = !(algorithm in HASHES);
    one(".sign").disabled = !(algorithm in HASHES);
  }

  function share(name, control) {
    control.value = model.get(name);
    control.addEventListener("input", () => {
      model.set(name, control.value);
      editor.sendSoon();
    });
    model.on(`change:${name}`, () => {
      if (control.value !== model.get(name)) control.value = model.get(name);
      draw();
    });
  }

  async function sign() {
    if (!hasWebCrypto()) {
      editor.sendNow();
      model.send("sign");
      return;
    }
    const signingInput = `${signedHeader()}.${editor.found.parts[1] ?? ""}`;
    try {
      const bytes = keyBytes(model.get("key"), model.get("key_format"));
      const signature = await hmac(model.get("algorithm"), bytes, utf8(signingInput));
      editor.setToken(`${signingInput}.${encode(signature)}`);
      editor.say("Signed with this key.");
    } catch {
      editor.say("✗ This key cannot sign.");
    }
  }

  /** The header as it is if it names the algorithm, and else one that does. */
  function signedHeader() {
    const { raw, value } = editor.found.sections.header;
    const alg = model.get("algorithm");
    return value?.alg === alg ? raw : encodeText(JSON.stringify({ ...value, alg }));
  }

  share("key", field("key"));
  share("key_format", field("format"));
  share("algorithm", field("algorithm"));
  one(".sign").addEventListener("click", sign);
  return { draw };
}
