// The table of registered claims (RFC 7519, section 4.1), with a countdown for each time, and warnings about them.

const CLAIMS = {
  iss: ["issuer: who made the token", "4.1.1"],
  sub: ["subject: whom it is about", "4.1.2"],
  aud: ["audience: for whom it is meant", "4.1.3"],
  exp: ["expiration time: not valid from then on", "4.1.4"],
  nbf: ["not before: not valid until then", "4.1.5"],
  iat: ["issued at: when it was made", "4.1.6"],
  jti: ["JWT ID: the name of this one token", "4.1.7"],
};
const RFC = "https://www.rfc-editor.org/rfc/rfc7519";
const TIMES = ["exp", "nbf", "iat"];
const DAY = 24 * 3600;

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
  if ("sub" in payload && typeof payload.sub !== "string")
    found.push("sub is not a text. PyJWT refuses this token.");
  const start = payload.iat ?? Date.now() / 1000;
  if (payload.exp < 1e11 && payload.exp - start > 30 * DAY) found.push("It is valid for more than 30 days.");
  return found;
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

function addRow(body, name, value) {
  const [meaning, part] = CLAIMS[name];
  const row = body.insertRow();
  row.innerHTML = `<th scope="row">${name}</th><td></td>
    <td>${meaning} (<a href="${RFC}#section-${part}" target="_blank" rel="noreferrer">RFC 7519, ${part}</a>)</td>`;
  row.cells[1].textContent = JSON.stringify(value);
  const date = TIMES.includes(name) && timeOf(value);
  if (date) showTime(row.cells[1], value, date);
}

/** Draws the table and the warnings. `tick` sets its countdowns to now. */
export function claimsTable(editor) {
  const { one, all } = editor;

  function draw() {
    const payload = editor.found.sections.payload.value;
    const names = Object.keys(CLAIMS).filter((name) => payload && name in payload);
    const body = one(".claims tbody");
    body.replaceChildren();
    for (const name of names) addRow(body, name, payload[name]);
    one(".claims").hidden = !names.length;
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
