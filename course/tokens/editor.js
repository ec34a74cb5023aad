// The live face of TokenEditor: see editor.py. Nothing here talks to anything but the notebook's own kernel.

const SECTIONS = ["header", "payload", "signature"];
const HASHES = { HS256: "SHA-256", HS384: "SHA-384", HS512: "SHA-512" };
const ALGORITHMS = [...Object.keys(HASHES), "RS256", "PS256", "ES256", "EdDSA"];
const PUBLIC = {
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  PS256: { name: "RSA-PSS", hash: "SHA-256", saltLength: 32 },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  EdDSA: { name: "Ed25519" },
};
const CLAIMS = {
  iss: ["issuer: who made the token", "4.1.1"],
  sub: ["subject: whom it is about", "4.1.2"],
  aud: ["audience: for whom it is meant", "4.1.3"],
  exp: ["expiration time: not valid from then on", "4.1.4"],
  nbf: ["not before: not valid until then", "4.1.5"],
  iat: ["issued at: when it was made", "4.1.6"],
  jti: ["JWT ID: the name of this one token", "4.1.7"],
};
const TIMES = ["exp", "nbf", "iat"];
const DAY = 24 * 3600;
const MAX_DEPTH = 500;

class Problem extends Error {}

// --- bytes and texts -------------------------------------------------------------------------------------------

function encode(bytes) {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decode(section) {
  const strange = section.match(/[^A-Za-z0-9_-]/u);
  if (strange) throw new Problem(`The character ${JSON.stringify(strange[0])} is not in the base64url alphabet.`);
  if (section.length % 4 === 1) {
    throw new Problem(`${section.length} characters are an impossible length in base64url.`);
  }
  const binary = atob(section.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  if (encode(bytes) !== section) throw new Problem("The last character is a second spelling of the same bytes.");
  return bytes;
}

function decodeText(section) {
  const bytes = decode(section);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Problem("The bytes are not UTF-8.");
  }
}

const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function fromHex(text) {
  const digits = text.replace(/\s/g, "");
  if (digits.length % 2 || /[^0-9a-f]/i.test(digits)) {
    throw new Problem("Hexadecimal needs pairs of the digits 0 to 9 and a to f.");
  }
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

// --- JSON, kept as it was written: numbers and order of members stay as they are --------------------------------

const tokensOf = (text) => text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];

function parseObject(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem("The text is not JSON.");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Problem("The JSON is not an object.");
  }
  const open = [];
  tokensOf(text).forEach((token, index, tokens) => {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (tokens[index + 1] === ":") {
      const name = JSON.parse(token);
      if (open.at(-1).has(name)) throw new Problem("A member appears twice.");
      open.at(-1).add(name);
    }
    if (open.length > MAX_DEPTH) throw new Problem("The JSON is nested too deeply.");
  });
  return value;
}

function indented(text) {
  if (text.includes("\n")) return text;
  let depth = 0;
  let out = "";
  const tokens = tokensOf(text);
  tokens.forEach((token, index) => {
    const empty = "{[".includes(token) && "}]".includes(tokens[index + 1]);
    if ("}]".includes(token) && !"{[".includes(tokens[index - 1])) out += "\n" + "  ".repeat(--depth);
    else if ("}]".includes(token)) depth -= 1;
    out += token;
    if ("{[".includes(token)) depth += 1;
    if (("{[".includes(token) && !empty) || token === ",") out += "\n" + "  ".repeat(depth);
    if (token === ":") out += " ";
  });
  return out;
}

// --- verification ------------------------------------------------------------------------------------------------

function keyBytes(key, format) {
  if (format === "text") return new TextEncoder().encode(key);
  return format === "hex" ? fromHex(key) : decode(key);
}

async function hmac(algorithm, key, message) {
  const secret = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: HASHES[algorithm] }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", secret, message));
}

async function publicKey(algorithm, key) {
  if (key.trimStart().startsWith("{")) {
    const { kty, crv, n, e, x, y } = JSON.parse(key); // its public members alone
    return crypto.subtle.importKey("jwk", { kty, crv, n, e, x, y }, PUBLIC[algorithm], false, ["verify"]);
  }
  const body = key.match(/-----BEGIN PUBLIC KEY-----([\s\S]+)-----END PUBLIC KEY-----/);
  if (!body) throw new Problem("no PEM");
  const der = Uint8Array.from(atob(body[1].replace(/\s/g, "")), (character) => character.charCodeAt(0));
  return crypto.subtle.importKey("spki", der, PUBLIC[algorithm], false, ["verify"]);
}

/** What each section holds, and what is wrong with it: never throws. */
function read(token) {
  const parts = token.split(".");
  const found = { parts, count: parts.length, sections: {} };
  SECTIONS.forEach((name, index) => {
    const section = { raw: parts[index] ?? "", problem: "" };
    try {
      if (name === "signature") section.bytes = decode(section.raw);
      else {
        section.text = decodeText(section.raw);
        section.value = parseObject(section.text);
      }
    } catch (error) {
      section.problem = error instanceof Problem ? error.message : "It cannot be read.";
    }
    found.sections[name] = section;
  });
  return found;
}

/** The sentence that says why a strict verifier refuses the token: empty if it accepts, null if only the kernel can tell. */
async function verdict(found, key, format, algorithm) {
  const { header, payload, signature } = found.sections;
  if (found.count !== 3) return `A token has three sections, and this has ${found.count}.`;
  for (const name of SECTIONS) {
    if (found.sections[name].problem) return `${name}: ${found.sections[name].problem}`;
  }
  if (header.value.alg !== algorithm) {
    return `header: It names the algorithm ${JSON.stringify(header.value.alg ?? null)}, and only ${algorithm} is accepted.`;
  }
  if ("crit" in header.value) return "header: It has critical extensions (crit), and none is known here.";
  const message = new TextEncoder().encode(found.parts.slice(0, 2).join("."));
  let fits;
  if (algorithm in HASHES) {
    let bytes;
    try {
      bytes = keyBytes(key, format);
    } catch {
      return `The key is not ${format}.`;
    }
    if (!bytes.length) return "The key is empty.";
    if (!globalThis.crypto?.subtle) return null;
    const made = await hmac(algorithm, bytes, message);
    fits = encode(made) === encode(signature.bytes);
  } else {
    if (!globalThis.crypto?.subtle) return null;
    try {
      const imported = await publicKey(algorithm, key);
      fits = await crypto.subtle.verify(PUBLIC[algorithm], imported, signature.bytes, message);
    } catch (error) {
      if (error.name === "NotSupportedError") return null;
      return `The key is not a public key for ${algorithm}, as PEM or JWK.`;
    }
  }
  return fits ? "" : "signature: It does not fit header, payload and key.";
}

/** Whether a verifier that believes the header's alg would accept this: null if only the kernel can tell. */
async function fooled(found, key, format, algorithm) {
  const { header, payload, signature } = found.sections;
  const named = header.value?.alg;
  if (!payload.value || typeof named !== "string" || named === algorithm) return false;
  if (named.toLowerCase() === "none") return true;
  if (!(named in HASHES) || signature.problem) return false;
  if (!globalThis.crypto?.subtle) return null;
  try {
    const bytes = algorithm in HASHES ? keyBytes(key, format) : new TextEncoder().encode(key);
    const message = new TextEncoder().encode(found.parts.slice(0, 2).join("."));
    return encode(await hmac(named, bytes, message)) === encode(signature.bytes);
  } catch {
    return false;
  }
}

// --- what the page says about key and claims ------------------------------------------------------------------------

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

function duration(seconds) {
  const total = Math.abs(Math.round(seconds));
  const parts = [
    [Math.floor(total / DAY), "d"],
    [Math.floor(total / 3600) % 24, "h"],
    [Math.floor(total / 60) % 60, "min"],
    [total % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const shown = first < 0 ? [[0, "s"]] : parts.slice(first, first + 2);
  const text = shown.map(([count, unit]) => `${count} ${unit}`).join(" ");
  return seconds < 0 ? `${text} ago` : `in ${text}`;
}

function timeOf(value) {
  const date = new Date(value * 1000);
  return typeof value === "number" && !Number.isNaN(date.getTime()) ? date : null;
}

function warnings(payload) {
  const found = [];
  if (!("exp" in payload)) found.push("There is no exp: this token never ends.");
  for (const name of TIMES) {
    if (!(name in payload)) continue;
    if (typeof payload[name] !== "number") found.push(`${name} is not a number.`);
    else if (payload[name] > 1e11) found.push(`${name} looks like milliseconds. It must be seconds.`);
  }
  if ("sub" in payload && typeof payload.sub !== "string") found.push("sub is not a text. PyJWT refuses this token.");
  const start = payload.iat ?? Date.now() / 1000;
  if (payload.exp < 1e11 && payload.exp - start > 30 * DAY) found.push("It is valid for more than 30 days.");
  return found;
}

// --- the page ----------------------------------------------------------------------------------------------------

let editors = 0;

const MARKUP = (id) => `
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

function render({ model, el }) {
  const id = `token-editor-${(editors += 1)}`;
  el.classList.add("course", "course-token-editor");
  el.innerHTML = MARKUP(id);
  // JupyterLab's shortcuts must not act on what is typed here.
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  const at = (name) => el.querySelector(`#${id}-${name}`);
  const one = (selector) => el.querySelector(selector);
  const inputs = Object.fromEntries(SECTIONS.map((name) => [name, at(name)]));
  let original = model.get("token");
  let found = read(original);
  let turn = 0;
  let later;

  function send() {
    clearTimeout(later);
    later = setTimeout(() => model.save_changes(), 150);
  }

  function setToken(token) {
    model.set("token", token);
    send();
  }

  function drawColours() {
    const colours = one(".colours");
    colours.replaceChildren();
    found.parts.forEach((part, index) => {
      if (index) colours.append(".");
      const span = document.createElement("span");
      const name = SECTIONS[index] ?? "rest";
      span.className = name + (index > 2 || found.sections[name]?.problem ? " faulty" : "");
      span.textContent = part;
      colours.append(span);
    });
    colours.append("\n"); // so that a last line break has its height
  }

  function drawProblem(name, problem) {
    at(`${name}-problem`).textContent = problem && `✗ ${problem}`;
    inputs[name].setAttribute("aria-invalid", problem ? "true" : "false");
  }

  function drawSections(except) {
    for (const name of SECTIONS) {
      const section = found.sections[name];
      drawProblem(name, section.problem);
      if (name === except) continue;
      if (name === "signature") inputs[name].value = section.bytes ? toHex(section.bytes) : "";
      else inputs[name].value = section.value ? indented(section.text) : (section.text ?? "");
    }
  }

  function drawClaims() {
    const body = one(".claims tbody");
    body.replaceChildren();
    const payload = found.sections.payload.value ?? {};
    for (const [name, [meaning, part]] of Object.entries(CLAIMS)) {
      if (!(name in payload)) continue;
      const row = body.insertRow();
      row.innerHTML = `<th scope="row">${name}</th><td></td>
        <td>${meaning} (<a href="https://www.rfc-editor.org/rfc/rfc7519#section-${part}" target="_blank" rel="noreferrer">RFC 7519, ${part}</a>)</td>`;
      row.cells[1].textContent = JSON.stringify(payload[name]);
      const date = TIMES.includes(name) && timeOf(payload[name]);
      if (date) {
        const utc = date.toISOString().replace(".000Z", " UTC").replace("T", " ");
        const lines = [`${utc}`, `${date.toLocaleString()} local time`];
        row.cells[1].append(...lines.flatMap((line) => [document.createElement("br"), line]));
        const countdown = document.createElement("span");
        countdown.className = "countdown";
        countdown.dataset.time = payload[name];
        row.cells[1].append(document.createElement("br"), countdown);
      }
    }
    one(".claims").hidden = !body.rows.length;
    const list = found.sections.payload.value ? warnings(payload) : [];
    one(".warnings").replaceChildren(
      ...list.map((text) => Object.assign(document.createElement("li"), { textContent: `⚠ ${text}` })),
    );
    tick();
  }

  function tick() {
    for (const span of el.querySelectorAll(".countdown")) {
      span.textContent = duration(Number(span.dataset.time) - Date.now() / 1000);
    }
  }

  async function drawVerdict() {
    const mine = (turn += 1);
    const line = one(".verdict");
    line.setAttribute("aria-busy", "true");
    const [key, format, algorithm] = ["key", "key_format", "algorithm"].map((name) => model.get(name));
    one(".strength").textContent = strength(key, format, algorithm);
    one(".format").hidden = !(algorithm in HASHES);
    one(".sign").disabled = !(algorithm in HASHES);
    let problem = await verdict(found, key, format, algorithm);
    const trusting = (await fooled(found, key, format, algorithm)) ?? model.get("fooled");
    if (mine !== turn) return; // something newer was typed meanwhile
    if (problem === null) problem = model.get("valid") ? "" : model.get("problem");
    line.dataset.valid = String(!problem);
    line.textContent = problem ? `✗ Not valid. ${problem}` : `✓ Valid: signed with ${algorithm} and this key.`;
    if (problem && trusting) line.textContent += " But a verifier that trusts the header would accept this.";
    line.setAttribute("aria-busy", "false");
  }

  function draw(except) {
    if (at("token").value !== found.parts.join(".")) at("token").value = found.parts.join(".");
    drawColours();
    drawSections(except);
    drawClaims();
    drawVerdict();
  }

  function replaceSection(name, raw, except) {
    const parts = SECTIONS.map((_, index) => found.parts[index] ?? "");
    parts[SECTIONS.indexOf(name)] = raw;
    update(parts.join("."), except);
  }

  function update(token, except) {
    found = read(token);
    draw(except);
    setToken(token);
  }

  function editSection(name) {
    try {
      const text = inputs[name].value;
      if (name === "signature") replaceSection(name, encode(fromHex(text)), name);
      else {
        parseObject(text);
        replaceSection(name, encode(new TextEncoder().encode(tokensOf(text).join(""))), name);
      }
    } catch (error) {
      drawProblem(name, error.message); // what was typed stays, and the token waits until it can be read
    }
  }

  const tampers = {
    bit() {
      const bytes = decode(found.sections.payload.raw);
      const place = bytes.findLastIndex((byte) => /[0-9]/.test(String.fromCharCode(byte)));
      bytes[place < 0 ? bytes.length - 1 : place] ^= 1; // a digit if there is one, so that it stays JSON
      replaceSection("payload", encode(bytes));
      return "One bit of the payload is flipped. The signature is as it was.";
    },
    swap() {
      const bytes = found.sections.signature.bytes?.length ? found.sections.signature.bytes : new Uint8Array(32);
      replaceSection("signature", encode(bytes.map((byte) => byte ^ 0xff)));
      return "The signature is that of something else. Header and payload are as they were.";
    },
    none() {
      const header = { ...found.sections.header.value, alg: "none" };
      const parts = [encode(new TextEncoder().encode(JSON.stringify(header))), found.sections.payload.raw, ""];
      update(parts.join("."));
      return "The header says alg none, and the signature is empty.";
    },
    sub() {
      const payload = { ...found.sections.payload.value, sub: found.sections.payload.value?.sub === "1" ? "2" : "1" };
      replaceSection("payload", encode(new TextEncoder().encode(JSON.stringify(payload))));
      return `sub is now "${payload.sub}". The signature is as it was.`;
    },
    undo() {
      update(original);
      return "";
    },
  };

  async function sign() {
    if (!globalThis.crypto?.subtle) {
      clearTimeout(later);
      model.save_changes();
      model.send("sign");
      return;
    }
    const algorithm = model.get("algorithm");
    const header = { ...found.sections.header.value, alg: algorithm };
    const same = found.sections.header.value?.alg === algorithm;
    const first = same ? found.parts[0] : encode(new TextEncoder().encode(JSON.stringify(header)));
    const signingInput = `${first}.${found.parts[1] ?? ""}`;
    try {
      const bytes = keyBytes(model.get("key"), model.get("key_format"));
      const made = await hmac(algorithm, bytes, new TextEncoder().encode(signingInput));
      update(`${signingInput}.${encode(made)}`);
      one(".changed").textContent = "Signed with this key.";
    } catch {
      one(".changed").textContent = "✗ This key cannot sign.";
    }
  }

  at("token").addEventListener("input", () => update(at("token").value));
  at("token").addEventListener("scroll", () => {
    one(".colours").scrollTop = at("token").scrollTop;
  });
  for (const name of SECTIONS) inputs[name].addEventListener("input", () => editSection(name));
  for (const button of el.querySelectorAll("[data-tamper]")) {
    button.addEventListener("click", () => {
      try {
        one(".changed").textContent = tampers[button.dataset.tamper]();
      } catch {
        one(".changed").textContent = "✗ This token cannot be read, so there is nothing to change.";
      }
    });
  }
  one(".sign").addEventListener("click", sign);
  const share = (name, control) => {
    control.value = model.get(name);
    control.addEventListener("input", () => {
      model.set(name, control.value);
      send();
    });
    model.on(`change:${name}`, () => {
      if (control.value !== model.get(name)) control.value = model.get(name);
      drawVerdict();
    });
  };
  share("key", at("key"));
  share("key_format", at("format"));
  share("algorithm", at("algorithm"));
  model.on("change:token", () => {
    if (model.get("token") === found.parts.join(".")) return;
    original = model.get("token");
    found = read(original);
    draw();
  });
  model.on("change:valid change:problem change:fooled", drawVerdict);
  draw();
  const clock = setInterval(tick, 1000);
  return () => {
    clearInterval(clock);
    clearTimeout(later);
    model.off(null, null, null);
  };
}

export default { render };
