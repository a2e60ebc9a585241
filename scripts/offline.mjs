import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "vite";

/**
 * What the page never needs from its own address: maps, build notes, the worker for pages without an origin, and fonts for
 * letters that no sentence has or for browsers of ten years ago.
 */
const LEFT_OUT = [
  /\.map$/,
  /^\.vite\//,
  /^sw\.js$/,
  /^v1\//,
  /^stills\//,
  /^docker0-playground\.html$/,
  /^assets\/whole-/,
  /\.woff$/,
  /-(cyrillic|greek|vietnamese|latin-ext)[-.\w]*\.woff2$/,
];

/** @param {string} folder @returns {string[]} paths of all files in it, with "/" between, in order */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}

/** @param {string | Uint8Array} data @returns {string} */
const sha256 = (data) => createHash("sha256").update(data).digest("base64");

/**
 * Writes `sw.js`: the service worker with the list of the build's files.
 * @returns {import("vite").Plugin}
 */
export function offline() {
  let folder = "";
  return {
    name: "offline",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const paths = filesIn(folder).filter((path) => !LEFT_OUT.some((pattern) => pattern.test(path)));
      const files = Object.fromEntries(paths.map((path) => [path, sha256(readFileSync(join(folder, path)))]));
      const made = await build({
        configFile: false,
        publicDir: false,
        logLevel: "warn",
        define: { FILES: JSON.stringify(files), BUILD: JSON.stringify(sha256(JSON.stringify(files)).slice(0, 12)) },
        build: {
          write: false,
          target: "es2022",
          modulePreload: false,
          rolldownOptions: { input: "src/offline/service-worker.ts", output: { format: "iife", codeSplitting: false } },
        },
      });
      if (!("output" in made) || made.output[0].type !== "chunk")
        throw new Error("the service worker is no single script");
      writeFileSync(join(folder, "sw.js"), made.output[0].code);
    },
  };
}
