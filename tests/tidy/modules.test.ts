import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isBarrel, readSources } from "./sources.ts";

const root = join(import.meta.dirname, "../..");
const modules = readSources(root, (path) => /\.(ts|tsx|mjs)$/.test(path));
const texts = readSources(root, (path) => /\.(ts|tsx|mjs|json|md|css|html|svg|yml)$/.test(path));

describe("modules", () => {
  it("are no barrels", () => {
    expect(modules.filter(isBarrel).map(({ path }) => path)).toEqual([]);
  });

  it.each([
    'export * from "./a.ts";',
    'export { a } from "./a.ts"; export type { B } from "./b.ts";',
    'import { a } from "./a.ts"; export { a };',
  ])("would be called a barrel: %s", (text) => {
    expect(isBarrel({ path: "src/base/some.ts", text })).toBe(true);
  });

  it.each(['export { a } from "./a.ts"; export const b = 1;', 'import "./a.ts"; start();', "export const a = 1;"])(
    "would not: %s",
    (text) => {
      expect(isBarrel({ path: "src/base/some.ts", text })).toBe(false);
    },
  );
});

describe("the repository's texts", () => {
  it("name no folder of the machine they were written on", () => {
    expect(texts.filter(({ text }) => text.includes(`${root}/`)).map(({ path }) => path)).toEqual([]);
  });

  it("hold no conflict markers and no test that shuts out the others", () => {
    const unfinished = /^(<{7}|>{7}) |\b(it|test|describe)\.only\(/m;
    expect(texts.filter(({ text }) => unfinished.test(text)).map(({ path }) => path)).toEqual([]);
    expect(unfinished.test(`${"<".repeat(7)} HEAD`)).toBe(true);
    expect(unfinished.test(["it", "only('x')"].join("."))).toBe(true);
  });
});
