// The live face of the house: see board.py.

import { keepKeys } from "../../page/keep_keys.js";

const LOST = "The kernel of this house does not answer. Run the cell above to open it again.";
const COLUMNS = ["server", "taken", "patched", "attacked again", "hints"];
const MOST_HINTS = 3;

function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}

function render({ model, el }) {
  el.classList.add("course");
  keepKeys(el);
  const heads = COLUMNS.map((name) => `<th scope="col">${name}</th>`).join("");
  el.innerHTML = `<div class="board house"><p><strong role="status" tabindex="-1"></strong></p>
    <table><thead><tr>${heads}</tr></thead><tbody></tbody></table></div>`;
  const [state, body] = ["strong", "tbody"].map((name) => el.querySelector(name));

  // A saved notebook may be opened when its kernel, and the house in it, are long gone.
  let alive = model.get("started") * 1000 > performance.timeOrigin;

  /** The row of a server, which stays the same element: what the keyboard is at does not go. */
  function rowOf({ name }) {
    const found = [...body.rows].find((row) => row.name === name);
    if (found) return found;
    const row = Object.assign(body.insertRow(), { name });
    row.append(element("th", { scope: "row", textContent: name }));
    for (let column = 1; column < COLUMNS.length; column += 1) row.insertCell();
    row.button = element("button", { type: "button" });
    row.button.addEventListener("click", () => model.send(name));
    row.hints = element("ol");
    row.cells[4].append(row.hints, row.button);
    return row;
  }

  function mark(cell, done, text = "") {
    cell.className = done ? "done" : "";
    cell.textContent = done ? `● yes${text && `: ${text}`}` : "○ no";
  }

  function draw() {
    state.textContent = alive ? model.get("summary") : LOST;
    for (const facts of model.get("rows")) {
      const row = rowOf(facts);
      mark(row.cells[1], facts.taken, facts.way);
      mark(row.cells[2], facts.patched);
      mark(row.cells[3], facts.again);
      while (row.hints.children.length < facts.hints.length) {
        row.hints.append(element("li", { textContent: facts.hints[row.hints.children.length] }));
      }
      const next = facts.hints.length + 1;
      const over = !alive || next > MOST_HINTS;
      if (over && document.activeElement === row.button) state.focus();
      row.button.disabled = over;
      row.button.textContent = next > MOST_HINTS ? "all hints are open" : `hint ${next} of ${MOST_HINTS}`;
      row.button.setAttribute("aria-label", `${row.button.textContent}: ${facts.name}`);
    }
  }

  function find() {
    alive = true;
    draw();
  }
  function lose() {
    alive = false;
    draw();
  }
  model.on("change:rows change:summary", draw);
  model.on("msg:custom", find);
  model.on("comm_live_update", lose);
  model.send("here?");
  draw();
  return () => {
    model.off("change:rows change:summary", draw);
    model.off("msg:custom", find);
    model.off("comm_live_update", lose);
  };
}

export default { render };
