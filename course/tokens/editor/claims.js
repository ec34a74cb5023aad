// The table of registered names: header parameters and claims, each with a word and its RFC, and a countdown for times.

import { writtenMembers } from "./members.js";
import { TIMES, duration, warnings } from "./time.js";

const NAMES = {
  header: {
    alg: ["algorithm of the signature. The token says it, so a verifier must not believe it", 7515, "4.1.1"],
    kid: [
      "key ID: names a key. Before the signature is verified, an attacker can write any name",
      7515,
      "4.1.4",
    ],
    typ: ["type: JWT, or at+jwt for an access token", 7519, "5.1"],
  },
  payload: {
    iss: ["issuer: who made the token", 7519, "4.1.1"],
    sub: ["subject: whom it is about", 7519, "4.1.2"],
    aud: ["audience: for whom it is meant", 7519, "4.1.3"],
    exp: ["expiration time: not valid from then on", 7519, "4.1.4"],
    nbf: ["not before: not valid until then", 7519, "4.1.5"],
    iat: ["issued at: when it was made", 7519, "4.1.6"],
    jti: ["JWT ID: the name of this one token", 7519, "4.1.7"],
  },
};

function dateOf(value) {
  const date = new Date(value * 1000);
  return typeof value === "number" && !Number.isNaN(date.getTime()) ? date : null;
}

function showTime(cell, value, date) {
  const utc = date.toISOString().replace(".000Z", " UTC").replace("T", " ");
  const countdown = document.createElement("span");
  countdown.className = "countdown";
  countdown.dataset.time = value;
  for (const part of [utc, `${date.toLocaleString()} local time`, countdown]) {
    cell.append(document.createElement("br"), part);
  }
}

function addRow(body, section, name, written, value) {
  const [meaning, rfc, part] = NAMES[section][name];
  const row = body.insertRow();
  row.innerHTML = `<th scope="row"><span class="chip ${section}"></span>${name}</th><td></td>
    <td>${meaning} (<a href="https://www.rfc-editor.org/rfc/rfc${rfc}#section-${part}" target="_blank"
      rel="noreferrer">RFC ${rfc}, ${part}</a>)</td>`;
  row.cells[1].textContent = written;
  const date = TIMES.includes(name) && dateOf(value);
  if (date) showTime(row.cells[1], value, date);
}

/** Draws the table and the warnings. `tick` sets its countdowns to now. What cannot be read keeps its last rows. */
export function claimsTable(editor) {
  const { one, all } = editor;

  function drawSection(name) {
    const { value, text } = editor.found.sections[name];
    const body = one(`.claims tbody[data-of="${name}"]`);
    body.classList.toggle("old", !value && body.rows.length > 0);
    if (!value) return;
    const written = writtenMembers(text);
    body.replaceChildren();
    for (const member of Object.keys(NAMES[name])) {
      if (written.has(member)) addRow(body, name, member, written.get(member), value[member]);
    }
  }

  function draw() {
    drawSection("header");
    drawSection("payload");
    const old = [...all(".claims tbody.old")].map((body) => body.dataset.of);
    one(".claims caption").textContent = old.length
      ? `Registered names. Old: the last ${old.join(" and ")} that could be read`
      : "Registered names";
    one(".claims").hidden = !one(".claims tbody tr");
    const payload = editor.found.sections.payload.value;
    const found = payload ? warnings(payload) : [];
    one(".warnings").replaceChildren(
      ...found.map((text) => Object.assign(document.createElement("li"), { textContent: `⚠ ${text}` })),
    );
    tick();
  }

  function tick() {
    for (const span of all(".countdown")) {
      span.textContent = duration(Number(span.dataset.time) - Date.now() / 1000);
    }
  }

  return { draw, tick };
}
