import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";

export default [
  { ignores: ["course/browser/react.cjs"] }, // built
  js.configs.recommended,
  hooks.configs.flat.recommended,
  {
    files: ["**/*.{js,jsx}"],
    languageOptions: { globals: globals.browser, parserOptions: { ecmaFeatures: { jsx: true } } },
  },
  { files: ["**/*.mjs"], languageOptions: { globals: globals.node } },
];
