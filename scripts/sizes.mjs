// What a browser fetches until Ping can be pressed, in KB of gzip, held against a budget: node scripts/sizes.mjs [--modules].
// Fonts don't count: nothing waits for them. Build first. With --modules, the largest sources of page and worker are listed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "./setup.mjs";

/** KB of 1,000 bytes. */
const BUDGET_KB = { page: 190, worker: 200 };
const LISTED = 40;

/**
 * @typedef {{ file: string, name?: string, imports?: string[], css?: string[] }} Entry
 * @typedef {Record<string, Entry>} Manifest what Vite has built of which source
 */

const dist = join(root, "dist");

/** @param {string} file @returns {number} */
function gzip_bytes(file) {
  return gzipSync(readFileSync(join(dist, file))).length;
}

/** @param {Manifest} manifest @returns {string[]} the files of the page's first picture: its entry, the chunk of first-load.mjs, and what they import */
function pageFiles(manifest) {
  /** @type {Set<string>} */
  const files = new Set(["index.html"]);
  /** @param {string} name */
  const add = (name) => {
    const entry = manifest[name];
    if (entry === undefined) throw new Error(`${name} is not in the build`);
    if (files.has(entry.file)) return;
    files.add(entry.file);
    for (const css of entry.css ?? []) files.add(css);
    for (const other of entry.imports ?? []) add(other);
  };
  add("index.html");
  add(Object.keys(manifest).find((key) => manifest[key]?.name === "first-load") ?? "first-load");
  return [...files];
}

/** @param {Manifest} manifest @returns {string[]} the worker's file; the one that frames without an origin get is in the manifest */
function workerFiles(manifest) {
  const known = new Set(Object.values(manifest).map((entry) => entry.file));
  const all = readdirSync(join(dist, "assets")).map((name) => `assets/${name}`);
  const found = all.filter((file) => /\/worker-[^/]*\.js$/.test(file) && !known.has(file));
  if (found.length !== 1) throw new Error(`one worker is expected in dist/assets, not ${found.length}`);
  return found;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** @param {string} segment of a source map's mappings @returns {number[]} its numbers */
function decodeVlq(segment) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

/** @param {string} file @returns {Map<string, string>} what of the built text comes from which source */
function textBySource(file) {
  const lines = readFileSync(join(dist, file), "utf8").split("\n");
  /** @type {{ sources: string[], mappings: string }} */
  const map = JSON.parse(readFileSync(join(dist, `${file}.map`), "utf8"));
  const texts = new Map();
  let source = 0;
  for (const [number, mappings] of map.mappings.split(";").entries()) {
    let from = 0;
    let name = "";
    /** @param {number} to */
    const take = (to) => texts.set(name, (texts.get(name) ?? "") + (lines[number] ?? "").slice(from, to));
    for (const segment of mappings.split(",")) {
      const [columns = 0, sources = 0] = decodeVlq(segment);
      take(from + columns);
      from += columns;
      source += sources;
      name = map.sources[source] ?? "";
    }
    take(Infinity);
  }
  return texts;
}

/** @param {string[]} files */
function listModules(files) {
  const sized = files
    .filter((file) => existsSync(join(dist, `${file}.map`)))
    .flatMap((file) => [...textBySource(file)])
    .filter(([source]) => source !== "")
    .map(([source, text]) => ({ source: source.replace(/^(\.\.\/)+/, ""), bytes: text.length }));
  for (const { source, bytes } of sized.sort((x, y) => y.bytes - x.bytes).slice(0, LISTED)) {
    process.stdout.write(`  ${(bytes / 1000).toFixed(1).padStart(7)} KB  ${source}\n`);
  }
}

/** @type {Manifest} */
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
for (const [name, files] of /** @type {const} */ ([
  ["page", pageFiles(manifest)],
  ["worker", workerFiles(manifest)],
])) {
  const kb = files.reduce((sum, file) => sum + gzip_bytes(file), 0) / 1000;
  const fits = kb <= BUDGET_KB[name];
  process.stdout.write(`${name}: ${kb.toFixed(1)} KB of ${BUDGET_KB[name]} KB${fits ? "" : ": TOO LARGE"}\n`);
  if (!fits) process.exitCode = 1;
  if (process.argv.includes("--modules")) listModules(files);
}
