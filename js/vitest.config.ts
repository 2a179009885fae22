import { readFile } from "node:fs/promises";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    {
      name: "css-as-text",
      enforce: "pre",
      async load(id) {
        if (!id.endsWith(".css")) return;
        return `export default ${JSON.stringify(await readFile(id, "utf8"))}`;
      },
    },
  ],
  server: { fs: { allow: [".."] } },
  test: { environment: "jsdom", include: ["test/**/*.test.ts"], setupFiles: ["test/setup.ts"] },
});
