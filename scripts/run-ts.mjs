// Runs a TypeScript program under Node 20, which cannot strip types by itself:
//   node scripts/run-ts.mjs ENTRY.ts [ARG…]
// Vite bundles the program once into node_modules/.cache; until one of its sources changes, the bundle is reused.
// Nothing but the program itself writes to stdout.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ensurePackages, root } from "./setup.mjs";

/**
 * @typedef {{ bundle: string, inputs: Record<string, string> }} Manifest
 * Where the bundle lies, and the stamp of each file that it was made of.
 */

const STALE_BUNDLE_MS = 3_600_000;

/** @param {string} path @returns {string} changes when the file does; "gone" when it is missing */
function stamp(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}:${stat.size}` : "gone";
}

/** @param {string} path @param {number} start_ms @returns {string} a stamp that never matches if the file changed since */
function stampBefore(path, start_ms) {
  return statSync(path).mtimeMs < start_ms ? stamp(path) : "changed while bundling";
}

/** @param {string} manifestPath @returns {string | null} the bundle, where every input is as it was */
function freshBundle(manifestPath) {
  try {
    /** @type {Manifest} */
    const manifest = JSON.parse(readFileSync(manifestPath, "utf8"));
    const fresh = Object.entries(manifest.inputs).every(([path, was]) => stamp(path) === was);
    return fresh && stamp(manifest.bundle) !== "gone" ? manifest.bundle : null;
  } catch {
    return null; // no manifest yet, or a damaged one
  }
}

/**
 * In a bundle `import.meta.url` would name the bundle: each module keeps its own instead. Notes every module it sees.
 * @param {Set<string>} seen absolute paths of the project's modules
 * @returns {import("vite").Plugin}
 */
function keepImportMeta(seen) {
  return {
    name: "keep-import-meta",
    enforce: "pre",
    transform(code, id) {
      // "\0…" are the bundler's own modules: no file to watch.
      if (id.includes("node_modules") || id.startsWith("\0")) return null;
      seen.add(id);
      if (!code.includes("import.meta.")) return null;
      const replaced = code
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href))
        .replaceAll("import.meta.dirname", JSON.stringify(resolve(id, "..")))
        .replaceAll("import.meta.filename", JSON.stringify(id));
      return { code: replaced, map: null };
    },
  };
}

/** @param {string} cache @param {number} now_ms removes bundles that no running program can still be reading */
function removeStale(cache, now_ms) {
  for (const name of readdirSync(cache, { withFileTypes: true })) {
    const path = join(cache, name.name);
    if (name.isDirectory() && statSync(path).mtimeMs < now_ms - STALE_BUNDLE_MS) rmSync(path, { recursive: true });
  }
}

/**
 * Bundles into a folder of its own and then points the manifest at it, so that two runs at once don't meet.
 * @param {string} entry @param {string} cache @param {string} manifestPath @returns {Promise<string>}
 */
async function bundle(entry, cache, manifestPath) {
  const { build } = await import("vite");
  const now_ms = Date.now();
  removeStale(cache, now_ms);
  const outDir = join(cache, `${now_ms}-${process.pid}`);
  /** @type {Set<string>} */
  const seen = new Set([entry]);
  await build({
    root,
    configFile: false,
    logLevel: "error",
    plugins: [keepImportMeta(seen)],
    build: {
      ssr: entry,
      outDir,
      target: "node20",
      sourcemap: true,
      minify: false,
      copyPublicDir: false,
      rolldownOptions: {
        // V8 takes a module's `const` for what it is, and reads a `var` anew each time.
        output: { topLevelVar: false, entryFileNames: "main.mjs", chunkFileNames: "[name]-[hash].mjs" },
      },
    },
  });
  const files = [...seen].filter((id) => stamp(id) !== "gone");
  const inputs = Object.fromEntries(files.map((id) => [id, stampBefore(id, now_ms)]));
  /** @type {Manifest} */
  const manifest = { bundle: join(outDir, "main.mjs"), inputs };
  writeFileSync(join(outDir, "manifest.json"), JSON.stringify(manifest));
  renameSync(join(outDir, "manifest.json"), manifestPath);
  return manifest.bundle;
}

ensurePackages();
const [, , entryArgument, ...programArguments] = process.argv;
if (entryArgument === undefined) {
  process.stderr.write("usage: node scripts/run-ts.mjs ENTRY.ts [ARG…]\n");
  process.exit(2);
}
const entry = resolve(root, entryArgument);
const cache = join(root, "node_modules/.cache/run-ts", createHash("sha1").update(entry).digest("hex").slice(0, 12));
mkdirSync(cache, { recursive: true });
const manifestPath = join(cache, "manifest.json");
const program = freshBundle(manifestPath) ?? (await bundle(entry, cache, manifestPath));
process.argv = [process.argv[0] ?? "node", entry, ...programArguments];
process.setSourceMapsEnabled(true);
await import(pathToFileURL(program).href);
