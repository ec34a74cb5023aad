// One line that says what is not as it was when the editor was opened.

import { SECTIONS, read } from "./jws.js";
import { writtenMembers } from "./members.js";

const MOST = 4;
const short = (name) => (name.length <= 20 ? name : `${name.slice(0, 20)}…`);

/** Members that were added, removed or changed, between two texts of JSON objects. */
export function memberChanges(before, after) {
  const [old, now] = [writtenMembers(before), writtenMembers(after)];
  const all = [
    ...[...now.keys()].filter((name) => !old.has(name)).map((name) => `${short(name)} added`),
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `${short(name)} removed`),
    ...[...now.keys()]
      .filter((name) => old.has(name) && old.get(name) !== now.get(name))
      .map((name) => `${short(name)} changed`),
  ];
  return all.length > MOST ? [...all.slice(0, MOST), `and ${all.length - MOST} more`] : all;
}

function sectionChange(name, before, after) {
  if (before.raw === after.raw) return [];
  if (name === "signature") return ["signature changed"];
  if (!before.value || !after.value) return [`${name} changed`];
  const found = memberChanges(before.text, after.text);
  return [`${name}: ${found.join(", ") || "written in another way"}`];
}

export function changesLine(editor) {
  const { original } = editor.state;
  let before = editor.found;

  function draw() {
    const now = editor.state.now();
    if (before.parts.join(".") !== original.token) before = read(original.token); // Python set another
    const found = [
      ...SECTIONS.flatMap((name) => sectionChange(name, before.sections[name], editor.found.sections[name])),
      ...(now.key === original.key && now.key_format === original.key_format ? [] : ["key changed"]),
      ...(now.algorithm === original.algorithm ? [] : ["algorithm changed"]),
    ];
    editor.one(".difference").textContent = `Since the start: ${found.join("; ") || "nothing changed"}.`;
  }

  return { draw };
}
