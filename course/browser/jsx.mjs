// Lets in_node.mjs run texts that hold JSX and import from React and from the files of frontend/src.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { React, renderToStaticMarkup, transform } = createRequire(import.meta.url)("./react.cjs");

/** Turn JSX and imports into JavaScript of a script. Every line stays on its line. */
export function fromJsx(text) {
  return transform(text, { transforms: ["jsx", "imports"], production: true }).code;
}

/** The names that such a script uses. */
export function namesFor(folder) {
  const react = { ...React };
  react.default = react;
  const modules = { react, "react-dom/server": { renderToStaticMarkup } };
  const names = { React: react, exports: {} };

  names.require = (name) => {
    if (!(name in modules)) {
      modules[name] = {};
      const code = fromJsx(readFileSync(join(folder, name), "utf8"));
      new Function("require", "exports", code)(names.require, modules[name]);
    }
    return modules[name];
  };
  return names;
}
