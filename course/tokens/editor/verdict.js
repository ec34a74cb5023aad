// The box at the top: three verdicts, apart. Form and signature stay as they are, time is judged anew each second.

import { fooled, signatureProblem } from "./jws.js";
import { whatItIs } from "./not_a_token.js";
import { timeVerdict } from "./time.js";

const MARKS = { true: "✓", false: "✗", none: "–" };

export function verdictBox(editor) {
  const { model, one } = editor;
  let turn = 0;
  let judged = null;

  async function draw() {
    const mine = (turn += 1);
    one(".verdict").setAttribute("aria-busy", "true");
    const { found } = editor;
    const { key, key_format: format, algorithm } = editor.state.now();
    let signature = found.problem ? "" : await signatureProblem(found, key, format, algorithm);
    const trusting = (await fooled(found, key, format, algorithm)) ?? model.get("fooled");
    if (mine !== turn) return; // something newer was typed meanwhile
    if (signature === null) signature = model.get("valid") ? "" : model.get("problem");
    judged = { found, signature, trusting, algorithm };
    tick();
    one(".verdict").setAttribute("aria-busy", "false");
  }

  function tick() {
    if (!judged) return;
    const { found, signature, algorithm } = judged;
    const payload = found.sections.payload.value;
    const time = payload ? timeVerdict(payload, Date.now() / 1000) : ["none", "The payload cannot be read."];
    const rows = {
      form: [
        !found.problem,
        found.problem || "A JWS in compact form: three sections, each written in the only right way.",
      ],
      signature: found.problem
        ? ["none", "It is not looked at before the form is right."]
        : [!signature, signature || `It fits header, payload and this key, with ${algorithm}.`],
      time,
    };
    const [unread] = editor.unread;
    for (const [name, [good, text]] of Object.entries(rows)) {
      showRow(name, unread ? "none" : good, unread ? "The token is older than the text on the right." : text);
    }
    showHead(
      unread,
      Object.values(rows).every(([good]) => good === true),
    );
  }

  function showRow(name, good, text) {
    const row = one(`.verdict [data-of="${name}"]`);
    row.dataset.good = String(good);
    write(row.querySelector(".mark"), MARKS[good]);
    write(row.querySelector(".sentence"), text);
  }

  function showHead(unread, good) {
    one(".verdict").dataset.valid = unread ? "none" : String(good);
    write(
      one(".verdict .head"),
      unread ? `– No verdict. The ${unread} on the right is not what the token holds.` : head(good),
    );
  }

  function head(good) {
    if (good) return "✓ Valid: form, signature and time are right.";
    const { found, trusting } = judged;
    const remark = trusting
      ? "But a verifier that trusts the header would accept this."
      : found.problem && whatItIs(found.parts.join("."));
    return remark ? `✗ Not valid. ${remark}` : "✗ Not valid.";
  }

  /** Only what changed: a screen reader reads each new text aloud. */
  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  model.on("change:valid change:problem change:fooled", draw);
  return { draw, tick };
}
