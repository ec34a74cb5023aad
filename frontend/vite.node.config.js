import { defineConfig } from "vite";

export default defineConfig({
  // React's errors have their sentences only in this mode.
  define: { "process.env.NODE_ENV": '"development"' },
  build: {
    outDir: "../course/browser",
    emptyOutDir: false,
    lib: { entry: "node/react.js", formats: ["cjs"], fileName: "react" },
  },
});
