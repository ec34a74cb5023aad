// The live face of a server: see panel.py.

import { keepKeys } from "../page/keep_keys.js";

function render({ model, el }) {
  el.classList.add("course");
  keepKeys(el);
  el.innerHTML = `<div class="panel"><p><span class="state" role="status"></span> <button type="button">Stop</button></p>
    <div class="requests" role="log" aria-label="Requests" tabindex="0"><table><thead><tr><th scope="col">method</th>
    <th scope="col">path</th><th scope="col">status</th><th scope="col">time</th><th scope="col">user</th></tr></thead>
    <tbody></tbody></table></div></div>`;
  const [state, button, list, body] = [".state", "button", ".requests", "tbody"].map((name) =>
    el.querySelector(name),
  );

  // A saved notebook may be opened when its kernel, and the server in it, are long gone.
  let alive = model.get("started") * 1000 > performance.timeOrigin;

  function setAlive(value) {
    alive = value;
    draw();
  }

  function draw() {
    const running = alive && model.get("running");
    state.textContent = running ? "● The server is running in the background." : "○ The server is stopped.";
    button.hidden = !running;
    const rows = model.get("requests");
    list.hidden = !rows.length;
    body.replaceChildren();
    for (const [method, path, status, time, user] of rows) {
      const row = body.insertRow();
      for (const text of [method, path, status ?? "…", time === null ? "" : `${time} ms`, user]) {
        row.insertCell().textContent = text;
      }
    }
    list.scrollTop = list.scrollHeight;
  }

  button.addEventListener("click", () => model.send("stop"));
  model.on("change:running change:requests", draw);
  model.on("msg:custom", (content) => content === "alive" && setAlive(true));
  model.on("comm_live_update", () => setAlive(false));
  if (!alive) model.send("alive?");
  draw();
  return () => model.off("change:running change:requests", draw);
}

export default { render };
