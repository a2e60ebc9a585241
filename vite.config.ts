import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { embedBundle } from "./scripts/embed-bundle.mjs";
import { firstLoad } from "./scripts/first-load.mjs";
import { iife } from "./scripts/iife.mjs";
import { offline } from "./scripts/offline.mjs";

const first = firstLoad("/src/main.tsx", "/src/ui/shell/page.tsx");

export default defineConfig(({ mode }) => ({
  // Relative, so that one build serves at the top level, under a sub-path and inside a frame.
  base: "./",
  // One file (scripts/build-file.mjs) has nothing beside it.
  plugins: [first.plugin, react(), iife(), ...(mode === "file" ? [] : [embedBundle(), offline()])],
  resolve: { alias: { "d3-color": fileURLToPath(new URL("./src/ui/canvas/no-colour.ts", import.meta.url)) } },
  // V8 takes a module's `const` for what it is, and reads a `var` anew each time: the simulator runs a twentieth faster.
  worker: { format: "es", rolldownOptions: { output: { topLevelVar: false } } },
  build: {
    outDir: "dist",
    sourcemap: true,
    // The manifest tells scripts/sizes.mjs which files the first picture needs.
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: { includeDependenciesRecursively: false, groups: mode === "file" ? [] : [first.group] },
      },
    },
  },
  // A frame without an origin of its own (sandbox="allow-scripts") loads only what every origin may read.
  preview: { headers: { "Access-Control-Allow-Origin": "*" } },
}));
