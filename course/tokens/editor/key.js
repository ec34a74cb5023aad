// The key, how it is written, and the one algorithm: shared with Python. And the button that signs with them.

import { HASHES } from "./algorithms.js";
import { encodeText } from "./bytes.js";
import { signature } from "./jws.js";
import { keyWords } from "./key_words.js";
import { withMember } from "./members.js";

const CONTROLS = { key: "key", key_format: "format", algorithm: "algorithm" };

export function keyFields(editor) {
  const { model, one, field, state } = editor;

  function draw() {
    const now = state.now();
    for (const [name, control] of Object.entries(CONTROLS)) {
      if (field(control).value !== now[name]) field(control).value = now[name];
    }
    const { text, repair } = words();
    one(".strength").textContent = text;
    one(".format").classList.toggle("away", !(now.algorithm in HASHES));
    one(".repair").classList.toggle("away", !repair);
    one(".repair").textContent = repair?.[0] ?? "Repair";
    // Not `disabled`: a button that is disabled while it has the focus drops the focus.
    one(".sign").setAttribute("aria-disabled", String(Boolean(why())));
    one(".why").textContent = why();
  }

  const words = () => keyWords(state.now(), editor.found.sections.header.value?.kid);

  /** Why nothing can be signed: empty if it can. */
  function why() {
    const { header, payload } = editor.found.sections;
    if (editor.unread.size) return "First repair the text on the right.";
    if (!header.value || !payload.value)
      return "Header and payload must be JSON objects before they can be signed.";
    return words().why;
  }

  async function sign() {
    if (why()) return;
    const before = state.now();
    const { header, payload } = editor.found.sections;
    const named = header.value.alg === before.algorithm;
    const first = named ? header.raw : encodeText(withMember(header.text, "alg", before.algorithm));
    const signingInput = `${first}.${payload.raw}`;
    try {
      const made = await signature(signingInput, before.key, before.key_format, before.algorithm);
      if (JSON.stringify(before) !== JSON.stringify(state.now())) return; // something newer was typed meanwhile
      if (made === null) {
        state.ask("sign");
        return;
      }
      editor.set({ token: `${signingInput}.${made}` });
      editor.say("Signed with this key.");
    } catch (error) {
      editor.say(`✗ ${error.message}`);
    }
  }

  for (const [name, control] of Object.entries(CONTROLS)) {
    field(control).addEventListener("input", () => editor.set({ [name]: field(control).value }, control));
  }
  model.on("msg:custom", ({ problem }) => editor.say(`✗ ${problem}`));
  one(".sign").addEventListener("click", sign);
  one(".repair").addEventListener("click", () => {
    editor.set(words().repair[1]);
    field("key").focus(); // the button is not to be seen any more
  });
  return { draw };
}
