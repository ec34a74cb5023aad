// The live face of predict(): see predictions.py. An answer appears only after its guess, and a guess is final.

import { keepKeys } from "./keep_keys.js";

let tables = 0;

function render({ model, el }) {
  const id = `predictions-${(tables += 1)}`;
  const rows = model.get("rows");
  const choices = model.get("choices");
  el.classList.add("course");
  keepKeys(el);
  el.innerHTML = `<table class="predictions"><thead><tr><th scope="col">situation</th><th scope="col">your guess</th>
    <th scope="col">answer</th></tr></thead><tbody></tbody></table><p class="score" role="status" tabindex="-1"></p>`;
  const body = el.querySelector("tbody");
  const score = el.querySelector(".score");
  const longest = Math.max(...choices.map((choice) => choice.length));

  function draw() {
    const guesses = model.get("guesses");
    const focused = body.querySelector("button:focus");
    rows.forEach(([name, answer], index) => {
      if (!(name in guesses)) return;
      const row = body.rows[index];
      const right = guesses[name] === answer;
      row.className = right ? "right" : "wrong";
      row.cells[2].textContent = `${right ? "✓" : "✗"} ${answer}`;
      // The buttons stay where they are, so nothing moves under the mouse.
      for (const button of row.querySelectorAll("button")) {
        button.disabled = true;
        button.setAttribute("aria-pressed", String(button.textContent === guesses[name]));
      }
    });
    const made = rows.filter(([name]) => name in guesses);
    const correct = made.filter(([name, answer]) => guesses[name] === answer).length;
    score.textContent = `${correct} of ${made.length} right, ${rows.length - made.length} to guess.`;
    if (focused?.disabled) goOnFrom(focused.closest("tr"));
  }

  /** A disabled button loses the focus, and the page would get the next key. */
  function goOnFrom(row) {
    const all = [...body.rows];
    const index = all.indexOf(row);
    const open = [...all.slice(index), ...all].map((row) => row.querySelector("button:enabled"));
    (open.find(Boolean) ?? score).focus();
  }

  function commit(name, choice, row) {
    model.set("guesses", { ...model.get("guesses"), [name]: choice });
    model.save_changes();
    draw();
    goOnFrom(row);
  }

  rows.forEach(([name], index) => {
    const row = body.insertRow();
    row.innerHTML = `<th scope="row" id="${id}-${index}"></th><td role="group" aria-labelledby="${id}-${index}"></td>
      <td class="answer"></td>`;
    row.cells[0].textContent = name;
    row.cells[2].style.minWidth = `${longest + 3}ch`;
    for (const choice of choices) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: choice });
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => commit(name, choice, row));
      row.cells[1].append(button);
    }
  });
  model.on("change:guesses", draw);
  draw();
  return () => model.off("change:guesses", draw);
}

export default { render };
