import { build } from "vite";

const SUFFIX = "?iife";

/**
 * `import code from "./x.ts?iife"`: the module with all that it imports as the text of one classic script. A frame without an origin and a
 * page from a file may not load a module worker, but may make a classic one of a text.
 * @returns {import("vite").Plugin}
 */
export function iife() {
  return {
    name: "iife",
    enforce: "pre",
    async resolveId(source, importer) {
      if (!source.endsWith(SUFFIX)) return null;
      const found = await this.resolve(source.slice(0, -SUFFIX.length), importer);
      return found === null ? null : found.id + SUFFIX;
    },
    async load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      const output = { format: /** @type {const} */ ("iife"), codeSplitting: false };
      const rolldownOptions = { input: id.slice(0, -SUFFIX.length), output };
      const made = await build({ configFile: false, logLevel: "warn", build: { write: false, rolldownOptions } });
      if (!("output" in made) || made.output[0].type !== "chunk") throw new Error(`${id} is no single script`);
      return `export default ${JSON.stringify(made.output[0].code)}`;
    },
  };
}
