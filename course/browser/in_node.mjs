// Runs JavaScript for in_node.py: the texts come in as JSON, and what happened goes out as JSON.

import { readFileSync, writeSync } from "node:fs";
import { formatWithOptions } from "node:util";
import { Script } from "node:vm";

const { sources, constants } = JSON.parse(readFileSync(0, "utf8"));
const lines = [];
const stored = new Map();

function note(...values) {
  lines.push(formatWithOptions({ colors: false }, ...values));
}

globalThis.console = { log: note, info: note, warn: note, error: note, debug: note };
Object.defineProperty(globalThis, "localStorage", {
  value: {
    getItem: (key) => stored.get(String(key)) ?? null,
    setItem: (key, value) => void stored.set(String(key), String(value)),
    removeItem: (key) => void stored.delete(String(key)),
    clear: () => stored.clear(),
  },
});
Object.assign(globalThis, constants);

function finish(outcome) {
  const text = JSON.stringify({ lines, stored: Object.fromEntries(stored), ...outcome });
  for (let rest = Buffer.from(text); rest.length; rest = rest.subarray(writeSync(1, rest)));
  process.exit();
}

function fail(thrown) {
  if (!(thrown instanceof Error)) {
    finish({ error: String(thrown), kind: `a thrown ${typeof thrown}` });
  }
  const [, text, line] = /^cell-(\d+):(\d+)/.exec(thrown.stack) ?? [];
  const code = text && sources[text].split("\n")[line - 1];
  finish({ error: thrown.message + (code ? ` (line ${line}: ${code.trim()})` : ""), kind: thrown.name });
}

process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

// Each text is run like a <script> of one page. The last one may also wait, so it becomes the body of a function.
const scripts = sources.map((source, number) => {
  const isLast = number === sources.length - 1;
  const code = isLast ? `(async () => {\n${source}\n})()` : source;
  return () =>
    new Script(code, { filename: `cell-${number}`, lineOffset: isLast ? -1 : 0 }).runInThisContext();
});
let last;
try {
  for (const run of scripts) last = run();
  finish({ value: await last });
} catch (thrown) {
  fail(thrown);
}
