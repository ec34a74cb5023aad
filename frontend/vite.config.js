import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const source = (name) => fileURLToPath(new URL(`src/${name}`, import.meta.url));
const API = "http://127.0.0.1:5000";

export default defineConfig(({ mode }) => ({
  plugins: [react()],
  // The pages know the session by its functions only: another way to keep it is another file in this place.
  resolve: { alias: mode === "cookies" ? { "./tokens.js": source("cookies.js") } : {} },
  base: "./", // the page works in any folder
  build: {
    outDir: `../server/app/${mode === "cookies" ? mode : "tokens"}`,
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rollupOptions: { output: { entryFileNames: "app.js", assetFileNames: "app[extname]" } },
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/users": API, "/token": API, "/session": API, "/protected": API, "/tasks": API },
  },
  test: { environment: "jsdom", setupFiles: "src/patience.js", testTimeout: 60_000 },
}));
