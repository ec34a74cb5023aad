// The page of the editor, still empty. `id` sets it apart from other editors in the same page.

import { ALGORITHMS, SECTIONS } from "./jws.js";

export const markup = (id) => `
  <div class="verdict" role="status"></div>
  <div class="columns">
    <div class="left">
      <label for="${id}-token">Token</label>
      <div class="paper"><pre class="colours" aria-hidden="true"></pre>
        <textarea id="${id}-token" class="token-text" spellcheck="false" autocapitalize="off" autocomplete="off"
          aria-describedby="${id}-legend"></textarea></div>
      <p class="legend" id="${id}-legend"><span class="header">header</span> . <span class="payload">payload</span> .
        <span class="signature">signature</span></p>
      <fieldset><legend>Tamper</legend>
        <button type="button" data-tamper="bit">Flip a bit of the payload</button>
        <button type="button" data-tamper="swap">Swap the signature</button>
        <button type="button" data-tamper="none">alg: none</button>
        <button type="button" data-tamper="sub">Change sub</button>
        <button type="button" data-tamper="undo">Undo all</button>
      </fieldset>
      <p class="changed" role="status"></p>
      <div class="controls">
        <span><label for="${id}-algorithm">Accept only</label>
          <select id="${id}-algorithm">${ALGORITHMS.map((name) => `<option>${name}</option>`).join("")}</select></span>
        <span class="format"><label for="${id}-format">Key as</label>
          <select id="${id}-format"><option>text</option><option>hex</option><option>base64url</option></select></span>
      </div>
      <label for="${id}-key">Key</label>
      <textarea id="${id}-key" class="key" rows="2" spellcheck="false" autocomplete="off" aria-describedby="${id}-strength"></textarea>
      <p class="strength" id="${id}-strength"></p>
      <button type="button" class="sign">Sign with this key</button>
    </div>
    <div class="right">${SECTIONS.map(
      (name) => `
      <label for="${id}-${name}" class="${name}">${name}${name === "signature" ? " (hexadecimal)" : ""}</label>
      <textarea id="${id}-${name}" class="${name}" rows="${name === "payload" ? 7 : 4}" spellcheck="false"
        aria-describedby="${id}-${name}-problem"></textarea>
      <p class="problem" id="${id}-${name}-problem"></p>`,
    ).join("")}
    </div>
  </div>
  <table class="claims"><caption>Registered claims</caption>
    <thead><tr><th scope="col">claim</th><th scope="col">value</th><th scope="col">meaning</th></tr></thead>
    <tbody></tbody></table>
  <ul class="warnings" aria-label="Warnings"></ul>`;
