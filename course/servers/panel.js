// The live face of a server: see panel.py.

import { keepKeys } from "../page/keep_keys.js";

const COLUMNS = ["method", "path", "status", "time", "user", "origin", "site", "cookies", "clock"];
const MOST_ROWS = 1000; // as many as Python keeps
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}

function render({ model, el }) {
  el.classList.add("course");
  keepKeys(el);
  const heads = COLUMNS.map((name) => `<th scope="col" class="${name}">${name}</th>`).join("");
  el.innerHTML = `<div class="panel"><p><button type="button" class="stop">Stop</button>
    <span class="state" role="status" tabindex="-1"></span> <span class="address"></span></p>
    <div class="requests" role="log" aria-label="Requests" tabindex="0"><table><thead><tr>${heads}</tr></thead>
    <tbody></tbody></table><p class="none">No requests yet.</p></div>
    <div class="exchange" role="region" aria-label="One request and its answer" tabindex="-1" hidden></div></div>`;
  const [state, address, stop, list, none, table, body, exchange] = [
    ".state",
    ".address",
    ".stop",
    ".requests",
    ".none",
    "table",
    "tbody",
    ".exchange",
  ].map((name) => el.querySelector(name));

  // A saved notebook may be opened when its kernel, and the server in it, are long gone.
  let alive = model.get("started") * 1000 > performance.timeOrigin;
  let shown = null; // the number of the request whose exchange is open

  function drawState() {
    const running = alive && model.get("running");
    state.dataset.running = running;
    if (!alive) {
      state.textContent =
        "○ The kernel of this server does not answer. Run the cell above to start the server again.";
    } else {
      state.textContent = running ? "● The server is running in the background." : "○ The server is stopped.";
    }
    const url = running ? model.get("url") : "";
    const focused = [stop, address].some((part) => part.contains(document.activeElement));
    // On a page from another computer, 127.0.0.1 is not where the server is.
    const here = LOOPBACK.includes(location.hostname);
    const shownAs = here ? element("a", { href: url, target: "_blank", rel: "noopener" }) : element("code");
    shownAs.textContent = url;
    if (address.textContent !== url) address.replaceChildren(...(running ? [shownAs] : []));
    if (!running && focused) state.focus();
    stop.disabled = !running;
  }

  /** The row of a request, which stays the same element while the request is answered. */
  function rowOf(number) {
    let next = null;
    let row = body.lastElementChild;
    while (row && row.number > number) [next, row] = [row, row.previousElementSibling];
    if (row?.number === number) return row;
    const made = element("tr", { number });
    made.append(...COLUMNS.map((name) => element("td", { className: name })));
    body.insertBefore(made, next);
    return made;
  }

  function drawRow([number, method, path, status, time, user, origin, site, cookies, clock]) {
    const row = rowOf(number);
    const texts = [method, path, status ?? "…", time === null ? "" : `${time} ms`, user, origin, site, cookies, clock];
    texts.forEach((text, index) => {
      if (index !== 1) row.cells[index].textContent = text;
    });
    row.cells[2].dataset.status = Math.floor((status ?? 0) / 100);
    // Only of a request that is timed, and so went through Python, is there more to see.
    if (time === null) {
      row.cells[1].textContent = path;
    } else if (!row.button) {
      row.button = element("button", { type: "button", textContent: path, tabIndex: -1 });
      row.button.setAttribute("aria-expanded", "false");
      row.cells[1].replaceChildren(row.button);
    }
    if (origin) table.classList.add("with-origin");
    // Which site a request comes from matters where cookies do.
    if (cookies) table.classList.add("with-cookies");
    if (clock) table.classList.add("with-clock");
  }

  function drawRows(rows) {
    const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
    rows.forEach(drawRow);
    while (body.rows.length > MOST_ROWS) {
      if (body.rows[0].contains(document.activeElement)) list.focus();
      body.rows[0].remove();
    }
    none.hidden = body.rows.length > 0;
    if (!body.querySelector("button[tabindex='0']")) reach([...body.querySelectorAll("button")].pop());
    // Whoever has scrolled up reads there.
    if (atEnd) list.scrollTop = list.scrollHeight;
  }

  /** Of all rows, Tab stops at one. The arrow keys lead to the others. */
  function reach(button) {
    if (!button) return;
    for (const other of body.querySelectorAll("button[tabindex='0']")) other.tabIndex = -1;
    button.tabIndex = 0;
  }

  function drawExchange(sides) {
    exchange.hidden = shown === null;
    for (const button of body.querySelectorAll("button")) {
      button.setAttribute("aria-expanded", String(button.closest("tr").number === shown));
    }
    if (!sides) {
      const text = sides === undefined ? "…" : "Only the last 50 requests are kept with headers and body.";
      exchange.replaceChildren(element("p", { textContent: text }));
      return;
    }
    exchange.innerHTML = `<div class="sides"><section><p>→ request</p><pre></pre></section>
      <section><p>← answer</p><pre></pre></section></div>`;
    exchange.querySelectorAll("pre").forEach((pre, index) => (pre.textContent = sides[index]));
  }

  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (!row.button) return;
    reach(row.button);
    row.button.focus();
    shown = shown === row.number ? null : row.number;
    drawExchange();
    if (shown !== null) model.send({ exchange: shown });
  });
  body.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    const buttons = [...body.querySelectorAll("button")];
    const next = buttons[buttons.indexOf(event.target) + step];
    reach(next);
    next?.focus();
    event.preventDefault();
  });
  stop.addEventListener("click", () => model.send("stop"));

  function listen(content) {
    if (content.rows) {
      alive = true;
      drawState();
      drawRows(content.rows);
    } else if (content.exchange === shown) {
      drawExchange(content.sides);
    }
  }
  function lose() {
    alive = false;
    drawState();
  }
  model.on("change:running", drawState);
  model.on("msg:custom", listen);
  model.on("comm_live_update", lose);
  // What came before this view was drawn, it has missed.
  model.send("rows?");
  drawState();
  return () => {
    model.off("change:running", drawState);
    model.off("msg:custom", listen);
    model.off("comm_live_update", lose);
  };
}

export default { render };
