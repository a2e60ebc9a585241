/** Reading the repository and its modules for the tidy tests. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";

/** A file of the repository: path relative to its root with forward slashes, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

const SKIPPED = new Set([
  ".git",
  "node_modules",
  "dist",
  "coverage",
  "test-results",
  "playwright-report",
  "recordings/data",
]);

/** Every file below `root` whose path the test asks for, without what is generated or recorded. */
export function readSources(root: string, wanted: (path: string) => boolean, folder = ""): Source[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (SKIPPED.has(entry.name) || SKIPPED.has(path)) return [];
    if (entry.isDirectory()) return readSources(root, wanted, path);
    return entry.isFile() && wanted(path) ? [{ path, text: readFileSync(join(root, path), "utf8") }] : [];
  });
}

/** The specifiers that the module imports, types included; a computed import() is left out, for nobody can tell what it names. */
export function importsOf({ path, text }: Source): string[] {
  const { module } = parseSync(path, text);
  const fromExports = module.staticExports.flatMap((statement) =>
    statement.entries.map((entry) => entry.moduleRequest),
  );
  const dynamic = module.dynamicImports
    .map(({ moduleRequest }) => text.slice(moduleRequest.start, moduleRequest.end).trim())
    .filter((argument) => /^(["']).*\1$/.test(argument))
    .map((argument) => argument.slice(1, -1));
  const named = [...module.staticImports.map((statement) => statement.moduleRequest), ...fromExports];
  return [...named.flatMap((request) => request?.value ?? []), ...dynamic];
}

/** Whether the module does nothing but hand on what others export. */
export function isBarrel({ path, text }: Source): boolean {
  const { body } = parseSync(path, text).program;
  const handsOn = (statement: (typeof body)[number]): boolean =>
    statement.type === "ExportAllDeclaration" ||
    (statement.type === "ExportNamedDeclaration" && (statement.source !== null || statement.declaration === null));
  const statements = body.filter((statement) => statement.type !== "ImportDeclaration");
  return statements.length > 0 && statements.every(handsOn);
}
