// JSON, kept as it was written: numbers and the order of members stay as they are.

import { Problem } from "./bytes.js";

const MAX_DEPTH = 500;

/** Its strings, numbers, words and punctuation, without the space between them. */
export const tokensOf = (text) => text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];

export function parseObject(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem("The text is not JSON.");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Problem("The JSON is not an object.");
  }
  const open = [];
  tokensOf(text).forEach((token, index, tokens) => {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (tokens[index + 1] === ":") {
      const name = JSON.parse(token);
      if (open.at(-1).has(name)) throw new Problem("A member appears twice.");
      open.at(-1).add(name);
    }
    if (open.length > MAX_DEPTH) throw new Problem("The JSON is nested too deeply.");
  });
  return value;
}

/** The text over several lines, with each of its tokens as it was. */
export function indented(text) {
  if (text.includes("\n")) return text;
  let depth = 0;
  let out = "";
  const tokens = tokensOf(text);
  tokens.forEach((token, index) => {
    const empty = "{[".includes(token) && "}]".includes(tokens[index + 1]);
    if ("}]".includes(token) && !"{[".includes(tokens[index - 1])) out += "\n" + "  ".repeat(--depth);
    else if ("}]".includes(token)) depth -= 1;
    out += token;
    if ("{[".includes(token)) depth += 1;
    if (("{[".includes(token) && !empty) || token === ",") out += "\n" + "  ".repeat(depth);
    if (token === ":") out += " ";
  });
  return out;
}
