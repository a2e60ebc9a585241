import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "unit",
    environment: "node",
    include: [
      "src/**/*.test.{ts,tsx}",
      "recordings/**/*.test.ts",
      "bench/**/*.test.ts",
      "scripts/**/*.test.ts",
      "tests/**/*.test.ts",
    ],
    // Whose colours a still picture takes; other style sheets are nothing to a test.
    css: { include: [/theme\.css/] },
    testTimeout: 20_000,
  },
});
