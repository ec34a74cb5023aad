// Runs JavaScript for in_node.py: the texts come in as JSON, and what happened goes out as JSON.

import { readFileSync, writeSync } from "node:fs";
import { formatWithOptions } from "node:util";
import { Script } from "node:vm";

const { scripts, calls, constants, modules } = JSON.parse(readFileSync(0, "utf8"));
const texts = [...scripts, ...calls];
const runs = [];
let lines = [];
let stopTheCall;

function inWords(...values) {
  return formatWithOptions({ colors: false }, ...values);
}

function note(...values) {
  lines.push(inWords(...values));
}

globalThis.console = { log: note, info: note, warn: note, error: note, debug: note };
globalThis.window = globalThis;
// As in a browser, nobody can put something else in their place.
const { localStorage, sessionStorage } = globalThis;
Object.defineProperty(globalThis, "localStorage", { value: localStorage });
Object.defineProperty(globalThis, "sessionStorage", { value: sessionStorage });
Object.assign(globalThis, constants);

let toJavaScript = (text) => text;
if (modules) {
  const jsx = await import("./jsx.mjs");
  toJavaScript = jsx.fromJsx;
  Object.assign(globalThis, jsx.namesFor(modules));
}

function stored() {
  const keys = Array.from({ length: localStorage.length }, (_, number) => localStorage.key(number));
  return Object.fromEntries(keys.map((key) => [key, localStorage.getItem(key)]));
}

function failure(thrown) {
  if (!(thrown instanceof Error)) return { error: inWords(thrown), kind: `a thrown ${typeof thrown}` };
  const told = { error: `${thrown.message}`, kind: `${thrown.name}`, is_error: true };
  const [, text, line] = /\bcell-(\d+):(\d+)/.exec(thrown.stack) ?? [];
  const code = text && texts[text].split("\n")[line - 1];
  return code ? { ...told, line: Number(line), code: code.trim() } : told;
}

// In JSON they would be {}, and nobody would see what came back.
function asData(key, value) {
  if (value instanceof Error) return `${value.name} (returned, not thrown): ${value.message}`;
  return value instanceof Response ? `Response (not its data) with the status ${value.status}` : value;
}

function finish() {
  for (let rest = Buffer.from(JSON.stringify(runs, asData)); rest.length;)
    rest = rest.subarray(writeSync(1, rest));
  process.exit();
}

async function run(call) {
  const stopped = new Promise((_, reject) => (stopTheCall = reject));
  let outcome;
  try {
    outcome = { value: await Promise.race([call(), stopped]) };
    JSON.stringify(outcome);
  } catch (thrown) {
    outcome = failure(thrown);
  }
  runs.push({ lines, stored: stored(), ...outcome });
  lines = [];
  localStorage.clear();
  sessionStorage.clear();
}

process.on("uncaughtException", (thrown) => stopTheCall(thrown));
process.on("unhandledRejection", (thrown) => stopTheCall(thrown));

// All of them run like the scripts of one page.
function script(source, number, lineOffset = 0) {
  try {
    source = toJavaScript(source);
  } catch (error) {
    const message = error.message.replace(/ \(\d+:\d+\)$/, "");
    throw Object.assign(error, { message, stack: `cell-${number}:${error.loc.line + lineOffset}` });
  }
  return new Script(source, { filename: `cell-${number}`, lineOffset }).runInThisContext();
}

try {
  scripts.forEach((source, number) => script(source, number));
} catch (thrown) {
  runs.push(...calls.map(() => ({ lines, stored: stored(), ...failure(thrown) })));
  finish();
}
// A call may also wait, so it becomes the body of a function.
for (const [number, source] of calls.entries())
  await run(() => script(`(async () => {\n${source}\n})()`, scripts.length + number, -1));
finish();
