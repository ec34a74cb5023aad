// The page of the editor, still empty. `id` sets it apart from other editors in the same page.

import { ALGORITHMS } from "./algorithms.js";
import { EXAMPLES } from "./examples.js";
import { SECTIONS } from "./jws.js";

const options = (names) => names.map((name) => `<option>${name}</option>`).join("");

/** Its words are not in a label: a label is the name of one field. */
const copyButton = (name) =>
  `<button type="button" class="copy" data-copy="${name}">Copy<span class="unseen"> ${name}</span></button>`;

const verdict = `<div class="verdict"><p class="head" role="status"></p><dl>${["form", "signature", "time"]
  .map(
    (name) =>
      `<div data-of="${name}"><dt>${name}</dt><dd><span class="mark"></span> <span class="sentence"></span></dd></div>`,
  )
  .join("")}</dl></div>`;

const toolbar = (id) => `<div class="controls">
  <span><label for="${id}-examples">Examples</label>
    <select id="${id}-examples"><option value="">choose one</option>${options(Object.keys(EXAMPLES))}</select></span>
  <span><button type="button" data-tamper="undo">Undo</button><button type="button" data-tamper="undo-all">Undo all</button></span>
  <button type="button" data-copy="python">Copy as TokenEditor(...)</button>
</div>`;

const token = (id) => `
  <div class="top"><label for="${id}-token">Token</label>${copyButton("token")}</div>
  <div class="paper"><pre class="colours" aria-hidden="true"></pre>
    <textarea id="${id}-token" class="token-text" spellcheck="false" autocapitalize="off" autocomplete="off"
      aria-describedby="${id}-legend"></textarea></div>
  <p class="legend" id="${id}-legend">${SECTIONS.map((name) => `<span class="chip ${name}"></span>${name}`).join(" . ")}</p>
  <button type="button" class="clean away">Remove what is not part of the token</button>
  <fieldset><legend>Tamper</legend>
    <button type="button" data-tamper="bit">Flip a bit of the payload</button>
    <button type="button" data-tamper="swap">Swap the signature</button>
    <button type="button" data-tamper="none">alg: none</button>
    <button type="button" data-tamper="sub">Change sub</button>
  </fieldset>
  <p class="changed" role="status"></p>`;

const sections = (id) =>
  SECTIONS.map(
    (name) => `
  <div class="top"><label for="${id}-${name}"><span class="chip ${name}"></span>${name}${
    name === "signature" ? " (hexadecimal)" : ""
  }</label>${copyButton(name)}</div>
  <textarea id="${id}-${name}" class="${name}" rows="${{ header: 4, payload: 9, signature: 3 }[name]}" spellcheck="false"
    aria-describedby="${id}-${name}-problem"></textarea>
  <p class="problem" id="${id}-${name}-problem"></p>`,
  ).join("");

const key = (id) => `
  <div class="controls">
    <span><label for="${id}-algorithm">Accept only</label>
      <select id="${id}-algorithm">${options(ALGORITHMS)}</select></span>
    <span class="format"><label for="${id}-format">Key as</label>
      <select id="${id}-format">${options(["text", "hex", "base64url"])}</select></span>
  </div>
  <div class="top"><label for="${id}-key">Key</label>${copyButton("key")}</div>
  <textarea id="${id}-key" class="key" rows="3" spellcheck="false" autocomplete="off"
    aria-describedby="${id}-strength"></textarea>
  <p class="strength" id="${id}-strength"></p>
  <button type="button" class="sign" aria-describedby="${id}-why">Sign with this key</button>
  <button type="button" class="repair away">Repair</button>
  <p class="why" id="${id}-why"></p>`;

export const markup = (id) => `${verdict}${toolbar(id)}
  <div class="columns"><div>${token(id)}${key(id)}</div><div>${sections(id)}</div></div>
  <p class="difference"></p>
  <div class="python" hidden><label for="${id}-python">As TokenEditor(...)</label>
    <textarea id="${id}-python" rows="3" readonly></textarea></div>
  <table class="claims"><caption>Registered names</caption>
    <thead><tr><th scope="col">name</th><th scope="col">value</th><th scope="col">meaning</th></tr></thead>
    <tbody data-of="header"></tbody><tbody data-of="payload"></tbody></table>
  <ul class="warnings" aria-label="Warnings"></ul>`;
