/** Each rule that the simulator's purity and the modules' size rest on, proved by a file that breaks it. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

const IMPURE = [
  ["Date", "export const x = Date.now();", "no-restricted-globals"],
  ["Math.random", "export const x = Math.random();", "no-restricted-properties"],
  ["Math.random under another name", "export const { random } = Math;", "no-restricted-properties"],
  ["setTimeout", "setTimeout(() => {}, 1);", "no-restricted-globals"],
  ["setInterval", "setInterval(() => {}, 1);", "no-restricted-globals"],
  ["queueMicrotask", "queueMicrotask(() => {});", "no-restricted-globals"],
  ["Promise", "export const x = Promise.resolve(1);", "no-restricted-globals"],
  ["async", "export async function f() {}", "no-async-await"],
  ["async arrows", "export const f = async () => 1;", "no-async-await"],
  ["document", "export const x = document.title;", "no-restricted-globals"],
  ["window", "export const x = window.name;", "no-restricted-globals"],
  ["globalThis", "export const x = globalThis;", "no-restricted-globals"],
  ["console", "console.log(1);", "no-console"],
  ["performance", "export const x = performance.now();", "no-restricted-globals"],
  ["fetch", 'fetch("x");', "no-restricted-globals"],
  ["crypto", "export const x = crypto.randomUUID();", "no-restricted-globals"],
  ["process", "export const x = process.env;", "no-restricted-globals"],
  ["Intl", "export const x = new Intl.NumberFormat();", "no-restricted-globals"],
  ["SharedArrayBuffer", "export const x = new SharedArrayBuffer(8);", "no-restricted-globals"],
] as const;

const LEFT_TOWER = ["base", "wire", "sim", "kernel", "shell", "docker", "worlds", "protocol", "engine", "scenes"];

/** @returns a function of so many lines */
function functionOf(lines: number): string {
  return `export function long() {\n${"  g();\n".repeat(lines - 2)}}\nconst g = (): void => {};\n`;
}

const FILES: Record<string, string> = {
  ...Object.fromEntries(IMPURE.map(([, text], index) => [`src/kernel/impure${index}.ts`, `${text}\n`])),
  ...Object.fromEntries(LEFT_TOWER.map((room) => [`src/${room}/dated.ts`, "export const x = Date.now();\n"])),
  "src/kernel/some.test.ts": "export const x = async () => Date.now();\n",
  "src/engine/worker/worker.ts": "export const x = async () => Date.now();\n",
  "src/ui/free.ts": "export const x = async () => Date.now();\n",
  "src/ui/seventy.ts": functionOf(70),
  "src/ui/seventy-one.ts": functionOf(71),
  "src/ui/five-hundred.ts": "export {};\n".repeat(500),
  "src/ui/five-hundred-one.ts": "export {};\n".repeat(501),
  "src/ui/ring-a.ts": 'import { b } from "./ring-b.ts";\nexport const a = (): number => b();\n',
  "src/ui/ring-b.ts": 'import { a } from "./ring-a.ts";\nexport const b = (): number => a();\n',
};

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe("oxlint", () => {
  const folder = mkdtempSync(join(tmpdir(), "lint-"));
  let found: { file: string; rule: string }[] = [];

  beforeAll(() => {
    copyFileSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    for (const [path, text] of Object.entries(FILES)) write(folder, path, text);
    const oxlint = join(root, "node_modules/oxlint/bin/oxlint");
    const run = spawnSync(process.execPath, [oxlint, "--format", "json"], { cwd: folder, encoding: "utf8" });
    const report: { diagnostics: { filename: string; code: string }[] } = JSON.parse(run.stdout);
    found = report.diagnostics.map(({ filename, code }) => ({
      file: filename.replaceAll("\\", "/"),
      rule: /\((.*)\)/.exec(code)?.[1] ?? code,
    }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const rulesAgainst = (file: string): string[] => found.filter((one) => one.file === file).map(({ rule }) => rule);

  it.each(IMPURE.map(([what, , rule], index) => ({ what, rule, index })))(
    "refuses $what in the simulator",
    ({ rule, index }) => {
      expect(rulesAgainst(`src/kernel/impure${index}.ts`)).toContain(rule);
    },
  );

  it.each(LEFT_TOWER)("keeps %s pure", (room) => {
    expect(rulesAgainst(`src/${room}/dated.ts`)).toContain("no-restricted-globals");
  });

  it.each(["src/kernel/some.test.ts", "src/engine/worker/worker.ts", "src/ui/free.ts"])(
    "leaves %s its clock",
    (file) => {
      expect(rulesAgainst(file)).toEqual([]);
    },
  );

  it("allows functions of 70 lines and files of 500, and no more", () => {
    expect(rulesAgainst("src/ui/seventy.ts")).toEqual([]);
    expect(rulesAgainst("src/ui/seventy-one.ts")).toEqual(["max-lines-per-function"]);
    expect(rulesAgainst("src/ui/five-hundred.ts")).not.toContain("max-lines");
    expect(rulesAgainst("src/ui/five-hundred-one.ts")).toContain("max-lines");
  });

  it("refuses imports that run in a ring", () => {
    expect([...rulesAgainst("src/ui/ring-a.ts"), ...rulesAgainst("src/ui/ring-b.ts")]).toContain("no-cycle");
  });
});

describe("the simulator's TypeScript project", () => {
  const cache = join(root, "node_modules/.cache");
  let folder = "";
  let output = "";

  beforeAll(() => {
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, "types-"));
    write(folder, "tsconfig.json", JSON.stringify({ extends: "../../../tsconfig.simulator.json", include: ["*.ts"] }));
    write(folder, "screen.ts", "export const x = document.title;\n");
    write(folder, "timer.ts", "setTimeout(() => {}, 1);\n");
    write(folder, "node.ts", "export const x = process.pid;\n");
    write(folder, "enum.ts", "export enum Colour {\n  Red,\n}\n");
    write(folder, "unchecked.ts", "export const first = (list: number[]): number => list[0];\n");
    write(folder, "plain.ts", "export const x = 1;\n");
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    output = spawnSync(process.execPath, [tsc, "-p", folder, "--noEmit", "--pretty", "false"], {
      encoding: "utf8",
    }).stdout;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ["screen.ts", "TS2584"],
    ["timer.ts", "TS2304"],
    ["node.ts", "TS2591"],
    ["enum.ts", "TS1294"],
    ["unchecked.ts", "TS2322"],
  ])("refuses %s", (file, code) => {
    expect(output).toMatch(new RegExp(`${file}\\(\\d+,\\d+\\): error ${code}`));
  });

  it("finds nothing wrong with a plain module", () => {
    expect(output).not.toContain("plain.ts");
  });
});
