// What the page shares with Python, and the way back to what was before.

const SHARED = ["token", "key", "key_format", "algorithm"];
const SEND_AFTER = 150; // milliseconds without a keystroke

/** `changed` is called after each change that Python made. */
export function sharedState(model, changed) {
  const now = () => Object.fromEntries(SHARED.map((name) => [name, model.get(name)]));
  const original = now();
  const past = [];
  let writer = "";
  let settingIt = false;
  let asked = false;
  let later;

  function put(values) {
    settingIt = true;
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    settingIt = false;
    clearTimeout(later);
    later = setTimeout(() => model.save_changes(), SEND_AFTER);
  }

  model.on(SHARED.map((name) => `change:${name}`).join(" "), () => {
    if (settingIt) return;
    if (!asked) Object.assign(original, now());
    changed();
  });

  return {
    now,
    original,

    /** Share new values. What one field writes in a row is one step back; each press of a button is a step. */
    set(values, field = "") {
      asked = false;
      if (!field || field !== writer) past.push(now());
      writer = field;
      put(values);
    },

    /** Back to before the last step. Returns whether there was one. */
    undo() {
      writer = "";
      if (past.length) put(past.pop());
      return past.length > 0;
    },

    undoAll() {
      this.set({ ...original });
    },

    /** Let the kernel do what this browser cannot. What it then changes is a step like those that are done here. */
    ask(question) {
      clearTimeout(later);
      model.save_changes();
      past.push(now());
      asked = true;
      model.send(question);
    },

    stop: () => clearTimeout(later),
  };
}
