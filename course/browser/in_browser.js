// Runs JavaScript in the student's browser for in_browser.py, and shows what it logs.

const RAN_ON =
  "⚠ The cells below ran on before your browser was done, so their answers and these lines may not fit the text. " +
  "Run this cell again, wait for its lines, then go on cell by cell.";
const AsyncFunction = (async () => {}).constructor;

function words(value) {
  if (typeof value === "string" || value instanceof Error) return String(value);
  return JSON.stringify(value) ?? String(value);
}

function render({ model, el }) {
  el.classList.add("course");
  const output = document.createElement("pre");
  output.setAttribute("role", "log");
  output.setAttribute("aria-label", "What the browser says");
  const warning = document.createElement("p");
  warning.className = "ran-on";
  warning.setAttribute("role", "status");
  el.append(output, warning);

  function draw() {
    output.textContent = model.get("lines").join("\n") || (model.get("has_ended") ? "" : "Running …");
    warning.textContent = model.get("ran_on") ? RAN_ON : "";
    warning.hidden = !model.get("ran_on");
  }

  function note(...values) {
    model.set("lines", [...model.get("lines"), values.map(words).join(" ")]);
  }

  async function run() {
    const constants = model.get("constants");
    const console = { log: note, info: note, warn: note, error: note, debug: note };
    try {
      await new AsyncFunction("console", ...Object.keys(constants), model.get("code"))(
        console,
        ...Object.values(constants),
      );
    } catch (error) {
      note(error);
    }
    model.set("has_ended", true);
    model.save_changes();
  }

  model.on("change:lines change:has_ended change:ran_on", draw);
  draw();
  // A second view of the cell, and a notebook that is opened again, only show what the first run said.
  if (!model.get("has_started")) {
    model.set("has_started", true);
    model.save_changes();
    run();
  }
  return () => model.off("change:lines change:has_ended change:ran_on", draw);
}

export default { render };
