// Changes of a JSON object that leave every other character as it was: no double holds 18446744073709551615.

import { tokensOf } from "./json.js";

/** The members of an object: for each its name, and where its value starts and ends in the text. */
export function members(text) {
  const found = [];
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)];
  let depth = 0;
  tokens.forEach(({ 0: token, index: start }, number) => {
    if ("}]".includes(token)) depth -= 1;
    const last = found.at(-1);
    if (last && !("end" in last) && depth === (token === "}" ? 0 : 1) && ",}".includes(token)) {
      const before = tokens[number - 1];
      last.end = before.index + before[0].length;
    }
    if ("{[".includes(token)) depth += 1;
    if (depth === 1 && token[0] === '"' && tokens[number + 1][0] === ":") {
      found.push({ name: JSON.parse(token), nameStart: start, start: tokens[number + 2].index });
    }
  });
  return found;
}

/** Each member's value as it is written, without the space in it, by name. */
export const writtenMembers = (text) =>
  new Map(members(text).map(({ name, start, end }) => [name, tokensOf(text.slice(start, end)).join("")]));

/** The text with one member set. */
export function withMember(text, name, value) {
  const all = members(text);
  const found = all.find((member) => member.name === name);
  const json = JSON.stringify(value);
  if (found) return text.slice(0, found.start) + json + text.slice(found.end);
  const end = text.lastIndexOf("}");
  return `${text.slice(0, end)}${all.length ? "," : ""}${JSON.stringify(name)}:${json}${text.slice(end)}`;
}

/** The text of a section after somebody typed in its field: where nothing changed, the space is that of the section. */
export function retyped(old, typed) {
  const pieces = old.match(/\s*(?:"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+)/g) ?? [];
  const trailing = old.slice(pieces.join("").length);
  const were = pieces.map((piece) => piece.trim());
  const tokens = tokensOf(typed);
  const shorter = Math.min(were.length, tokens.length);
  let front = 0;
  while (front < shorter && were[front] === tokens[front]) front += 1;
  let back = 0;
  while (back < shorter - front && were.at(-1 - back) === tokens.at(-1 - back)) back += 1;
  return [
    ...pieces.slice(0, front),
    ...tokens.slice(front, tokens.length - back),
    ...pieces.slice(pieces.length - back),
    trailing,
  ].join("");
}
