// The menu of examples. Each is made when it is chosen, so that a good one is good on every day.

import { encodeText } from "./bytes.js";
import { signature } from "./jws.js";
import { SAMPLE_PRIVATE, SAMPLE_PUBLIC, SAMPLE_SHARED } from "./sample_keys.js";

const HOUR = 3600;
const claims = (from, to, more) => (now) => ({
  sub: "7",
  ...more,
  iat: now + from * HOUR,
  exp: now + to * HOUR,
});
const hs256 = { alg: "HS256", typ: "JWT" };
const shared = { key: SAMPLE_SHARED, algorithm: "HS256" };

/** `key` and `algorithm` are what the verifier has; `signedWith` says it where the signer has something else. */
export const EXAMPLES = {
  "good (HS256)": { header: hs256, payload: claims(0, 1, { name: "Ana" }), ...shared },
  expired: { header: hs256, payload: claims(-2, -1), ...shared },
  "unsigned (alg none)": {
    header: { alg: "none", typ: "JWT" },
    payload: claims(0, 1, { admin: true }),
    ...shared,
    signedWith: null,
  },
  "RS256 with its keys": {
    header: { alg: "RS256", typ: "JWT", kid: "sample" },
    payload: claims(0, 1, { name: "Ana" }),
    key: SAMPLE_PRIVATE,
    algorithm: "RS256",
  },
  "key confusion": {
    header: hs256,
    payload: claims(0, 1, { admin: true }),
    key: SAMPLE_PUBLIC,
    algorithm: "RS256",
    signedWith: "HS256",
  },
};

async function tokenOf({ header, payload, key, algorithm, signedWith = algorithm }) {
  const now = Math.floor(Date.now() / 1000);
  const signingInput = [header, payload(now)].map((section) => encodeText(JSON.stringify(section))).join(".");
  const made = signedWith && (await signature(signingInput, key, "text", signedWith));
  return { token: `${signingInput}.${made ?? ""}`, unfinished: signedWith && !made };
}

export function examplesMenu(editor) {
  const menu = editor.field("examples");
  let chosen = "";

  menu.addEventListener("input", async () => {
    const name = menu.value;
    if (!(name in EXAMPLES)) return;
    const { key, algorithm } = EXAMPLES[name];
    const { token, unfinished } = await tokenOf(EXAMPLES[name]);
    chosen = token;
    editor.set({ token, key, key_format: "text", algorithm });
    menu.value = name;
    editor.say(
      unfinished
        ? "✗ This browser cannot sign the example."
        : "An example, with keys that everybody knows. Undo brings yours back.",
    );
  });

  return {
    draw() {
      if (editor.state.now().token !== chosen) menu.value = "";
    },
  };
}
