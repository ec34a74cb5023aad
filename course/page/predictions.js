// The live face of predict(): see predictions.py. An answer appears only after its guess, and a guess is final.

import { keepKeys } from "./keep_keys.js";

let tables = 0;

function render({ model, el }) {
  const id = `predictions-${(tables += 1)}`;
  const rows = model.get("rows");
  el.classList.add("course");
  keepKeys(el);
  el.innerHTML = `<table class="predictions"><thead><tr><th scope="col">situation</th><th scope="col">your guess</th>
    <th scope="col">answer</th></tr></thead><tbody></tbody></table><p class="score" role="status"></p>`;
  const body = el.querySelector("tbody");

  function draw() {
    const guesses = model.get("guesses");
    rows.forEach(([name, answer], index) => {
      const [, guess, result] = body.rows[index].cells;
      if (!(name in guesses)) return;
      const right = guesses[name] === answer;
      guess.textContent = guesses[name];
      result.textContent = `${right ? "✓" : "✗"} ${answer}`;
      body.rows[index].className = right ? "closed" : "open";
    });
    const made = rows.filter(([name]) => name in guesses);
    const score = made.filter(([name, answer]) => guesses[name] === answer).length;
    el.querySelector(".score").textContent =
      `${score} of ${made.length} right, ${rows.length - made.length} to guess.`;
  }

  function commit(name, choice, index) {
    model.set("guesses", { ...model.get("guesses"), [name]: choice });
    model.save_changes();
    draw();
    const next = [...body.rows]
      .slice(index)
      .concat([...body.rows])
      .find((row) => row.querySelector("button"));
    next?.querySelector("button").focus();
  }

  rows.forEach(([name], index) => {
    const row = body.insertRow();
    row.innerHTML = `<th scope="row" id="${id}-${index}"></th><td role="group" aria-labelledby="${id}-${index}"></td><td></td>`;
    row.cells[0].textContent = name;
    for (const choice of model.get("choices")) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: choice });
      button.addEventListener("click", () => commit(name, choice, index));
      row.cells[1].append(button);
    }
  });
  model.on("change:guesses", draw);
  draw();
  return () => model.off("change:guesses", draw);
}

export default { render };
