// The live face of a Clock: see clock.py.

import { keepKeys } from "../page/keep_keys.js";

const LOST = "The kernel of this clock does not answer. Run the cell above to start the server again.";

function render({ model, el }) {
  el.classList.add("course");
  keepKeys(el);
  el.innerHTML = `<div class="clock"><label>Minutes ahead <input type="range" min="0" max="60" step="1"></label>
    <p class="state" role="status" tabindex="-1"></p></div>`;
  const [slider, state] = ["input", ".state"].map((name) => el.querySelector(name));

  // A saved notebook may be opened when its kernel, and the clock in it, are long gone.
  let alive = model.get("started") * 1000 > performance.timeOrigin;

  function draw() {
    if (!alive && document.activeElement === slider) state.focus();
    slider.disabled = !alive;
    // The slider ends at an hour, the clock does not.
    slider.value = Math.round(model.get("seconds") / 60);
    state.textContent = alive ? model.get("text") : LOST;
  }

  function move() {
    model.set("seconds", 60 * slider.valueAsNumber);
    model.save_changes();
  }
  function find() {
    alive = true;
    draw();
  }
  function lose() {
    alive = false;
    draw();
  }
  slider.addEventListener("input", move);
  model.on("change:seconds change:text", draw);
  model.on("msg:custom", find);
  model.on("comm_live_update", lose);
  model.send("here?");
  draw();
  return () => {
    model.off("change:seconds change:text", draw);
    model.off("msg:custom", find);
    model.off("comm_live_update", lose);
  };
}

export default { render };
