// JSON objects, read as strictly as json_text.py reads them.

import { Problem } from "./bytes.js";

const MAX_DEPTH = 500;

/** Its strings, numbers, words and punctuation, without the space between them. */
export const tokensOf = (text) => text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];

function depthOf(text) {
  let depth = 0;
  let deepest = 0;
  for (const bracket of text.match(/"(?:[^"\\]|\\[\s\S])*"|[{}[\]]/g) ?? []) {
    if (bracket[0] === '"') continue;
    depth += "{[".includes(bracket) ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function checkMembersAndNumbers(tokens) {
  const open = [];
  let twice = false;
  tokens.forEach((token, index) => {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (tokens[index + 1] === ":") {
      const name = JSON.parse(token);
      twice ||= open.at(-1).has(name);
      open.at(-1).add(name);
    } else if (/^[-0-9]/.test(token) && !Number.isFinite(Number(token))) {
      throw new Problem("A number is too large for a double.");
    }
  });
  if (twice) throw new Problem("A member appears twice.");
}

export function parseObject(text) {
  let value;
  if (depthOf(text) > MAX_DEPTH) throw new Problem("The JSON is nested too deeply.");
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem("The text is not JSON.");
  }
  checkMembersAndNumbers(tokensOf(text));
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Problem("The JSON is not an object.");
  }
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
