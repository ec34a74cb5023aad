// The line at the top: whether a strict verifier accepts the token, and whether a trusting one would.

import { fooled, verdict } from "./jws.js";

export function verdictLine(editor) {
  const { model, one } = editor;
  let turn = 0;

  async function draw() {
    const mine = (turn += 1);
    const line = one(".verdict");
    line.setAttribute("aria-busy", "true");
    const [key, format, algorithm] = ["key", "key_format", "algorithm"].map((name) => model.get(name));
    let problem = await verdict(editor.found, key, format, algorithm);
    const trusting = (await fooled(editor.found, key, format, algorithm)) ?? model.get("fooled");
    if (mine !== turn) return; // something newer was typed meanwhile
    if (problem === null) problem = model.get("valid") ? "" : model.get("problem");
    line.dataset.valid = String(!problem);
    line.textContent = problem
      ? `✗ Not valid. ${problem}`
      : `✓ Valid: signed with ${algorithm} and this key.`;
    if (problem && trusting) line.textContent += " But a verifier that trusts the header would accept this.";
    line.setAttribute("aria-busy", "false");
  }

  model.on("change:key change:key_format change:algorithm", draw);
  model.on("change:valid change:problem change:fooled", draw);
  return { draw };
}
