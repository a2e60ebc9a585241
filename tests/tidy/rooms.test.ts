import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BELOW, brokenImports, reach } from "./rooms.ts";
import { readSources } from "./sources.ts";

const root = join(import.meta.dirname, "../..");
const fileOf = (room: string): string => (room === "main" ? "src/main.tsx" : `src/${room}/some.ts`);
const specifierTo = (from: string, to: string): string =>
  (from === "main" ? "./" : "../") + fileOf(to).slice("src/".length);
const importing = (from: string, specifier: string) => ({
  path: fileOf(from),
  text: `import { x } from "${specifier}";\nexport const y = x;\n`,
});

describe("the map of the house", () => {
  it("holds for every module of src/", () => {
    const sources = readSources(root, (path) => /^src\/.*\.tsx?$/.test(path));
    expect(sources.length).toBeGreaterThan(0);
    expect(brokenImports(sources)).toEqual([]);
  });

  const rooms = Object.keys(BELOW);
  const pairs = rooms.flatMap((from) => rooms.filter((to) => to !== from).map((to) => ({ from, to })));

  it.each(pairs.filter(({ from, to }) => !reach(from).has(to)))("refuses $from importing $to", ({ from, to }) => {
    expect(brokenImports([importing(from, specifierTo(from, to))])).toHaveLength(1);
  });

  it.each(pairs.filter(({ from, to }) => reach(from).has(to)))("allows $from importing $to", ({ from, to }) => {
    expect(brokenImports([importing(from, specifierTo(from, to))])).toEqual([]);
  });

  it("keeps the towers apart: they share protocol, wire and base, and nothing else", () => {
    const left = reach("engine");
    expect([...reach("main")].filter((room) => left.has(room)).sort()).toEqual(["base", "protocol"]);
  });

  it.each([
    ["types", 'import type { X } from "../shell/x.ts";'],
    ["re-exports", 'export { x } from "../shell/x.ts";'],
    ["re-exports of everything", 'export * from "../shell/x.ts";'],
    ["dynamic imports", 'export const x = () => import("../shell/x.ts");'],
    ["imports for their effect", 'import "../shell/x.ts";'],
    ["modules outside the house", 'import { x } from "../../recordings/x.ts";'],
    ["packages", 'import { x } from "immer";'],
    ["Node's own modules", 'import { x } from "node:fs";'],
  ])("sees %s in the simulator", (_what, text) => {
    expect(brokenImports([{ path: "src/kernel/some.ts", text }])).toHaveLength(1);
  });

  it("lets the page read packets by the dissector and the filters, and by nothing else of wire", () => {
    expect(brokenImports([importing("ui", "../wire/dissect.ts")])).toEqual([]);
    expect(brokenImports([importing("ui", "../wire/filter/parse.ts")])).toEqual([]);
    expect(brokenImports([importing("ui", "../wire/checksum.ts")])).toHaveLength(1);
  });

  it("lets the client start the worker, not import it", () => {
    expect(brokenImports([importing("client", "../engine/worker/whole.ts?iife")])).toEqual([]);
    expect(brokenImports([importing("client", "../engine/worker/worker.ts")])).toHaveLength(1);
  });

  it("wants every folder of src/ on the map", () => {
    expect(brokenImports([{ path: "src/attic/x.ts", text: "export const x = 1;" }])).toHaveLength(1);
  });
});
