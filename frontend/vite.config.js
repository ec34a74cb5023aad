import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const API = "http://127.0.0.1:5000";

export default defineConfig({
  plugins: [react()],
  base: "./", // the page works in any folder
  build: {
    outDir: "../server/app/tokens",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rollupOptions: { output: { entryFileNames: "app.js", assetFileNames: "app[extname]" } },
  },
  server: { host: "127.0.0.1", proxy: { "/users": API, "/token": API, "/protected": API, "/tasks": API } },
  test: { environment: "jsdom", setupFiles: "src/patience.js", testTimeout: 60_000 },
});
