// Prints the mutants of the JavaScript on standard input, as a JSON list of texts, for tests/exercises/mutants.py.
import { text } from "node:stream/consumers";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { parseAst } from "vite";

const source = await text(process.stdin);
const lines = source.split("\n");
const offset = ({ line, column }) =>
  lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, column);

const silent = { debug() {}, info() {}, isDebugEnabled: () => false };
const { mutants } = await new Instrumenter(silent).instrument(
  [{ name: "answer.jsx", content: source, mutate: true }],
  { plugins: null, ignorers: [], excludedMutations: [], noHeader: true },
);
const replace = (start, end, by) => source.slice(0, start) + by + source.slice(end);
const made = mutants.map(({ location: { start, end }, replacement }) =>
  replace(offset(start), offset(end), replacement),
);

// What Stryker lacks: a line left out.
function leaveOut(node) {
  if (/^(Expression|Return|Throw|If)Statement$/.test(node?.type))
    made.push(replace(node.start, node.end, ";"));
  if (node && typeof node === "object") Object.values(node).forEach(leaveOut);
}
leaveOut(parseAst(source, { lang: "jsx" }));

console.log(JSON.stringify(made));
