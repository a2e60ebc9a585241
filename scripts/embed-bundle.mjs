import { build } from "vite";

/** The scripts that other pages fetch, and the form that each has. */
const SCRIPTS = /** @type {const} */ ([
  ["src/embed/embed.ts", "embed.js", "iife"],
  ["src/embed/module.ts", "embed.mjs", "es"],
]);

/**
 * Puts what other pages refer to under `v1/`, an address that stays: the script for <docker0-playground>, the same as a module,
 * and the page itself.
 * @returns {import("vite").Plugin}
 */
export function embedBundle() {
  return {
    name: "embed-bundle",
    apply: "build",
    enforce: "post",
    async generateBundle(_options, bundle) {
      for (const [input, name, format] of SCRIPTS) {
        const rolldownOptions = { input, output: { format, codeSplitting: false } };
        const options = { write: false, rolldownOptions, target: "es2022", modulePreload: false };
        const made = await build({ configFile: false, publicDir: false, logLevel: "warn", build: options });
        if (!("output" in made) || made.output[0].type !== "chunk") throw new Error(`${input} is no single script`);
        this.emitFile({ type: "asset", fileName: `v1/${name}`, source: made.output[0].code });
      }
      const page = bundle["index.html"];
      if (page?.type !== "asset") return;
      const source = String(page.source).replaceAll('="./', '="../');
      this.emitFile({ type: "asset", fileName: "v1/index.html", source });
    },
  };
}
