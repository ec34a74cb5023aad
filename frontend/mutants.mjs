// Prints the mutants of the JavaScript on standard input, as JSON: [start, end, text in its place], in UTF-16 units.
// tests/exercises/mutants.py calls it.
import { text } from "node:stream/consumers";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { parseAst } from "vite";

const source = await text(process.stdin);
const lines = source.split("\n");
const offset = ({ line, column }) =>
  lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, column);

const silent = { debug() {}, info() {}, isDebugEnabled: () => false };
const { mutants } = await new Instrumenter(silent).instrument(
  [{ name: "answer.js", content: source, mutate: true }],
  { plugins: null, ignorers: [], excludedMutations: [], noHeader: true },
);
const changes = mutants.map(({ location: { start, end }, replacement }) => [
  offset(start),
  offset(end),
  replacement,
]);

// What Stryker lacks: a line left out.
function leaveOut(node) {
  if (/^(Expression|Return|Throw|If)Statement$/.test(node?.type)) changes.push([node.start, node.end, ";"]);
  if (node && typeof node === "object") Object.values(node).forEach(leaveOut);
}
leaveOut(parseAst(source));

console.log(JSON.stringify(changes));
