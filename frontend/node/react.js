// What course/browser needs to run a React component in Node.js, in one file: JSX in, HTML out.

export * as React from "react";
export { renderToStaticMarkup } from "react-dom/server.browser";
export { transform } from "sucrase";
