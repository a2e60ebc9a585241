import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

/**
 * Optional packages (mostly one native build for each platform) that some package of the lock names, but that the lock
 * itself lacks: with such a lock `npm ci` fails. Looks where Node would, from the innermost node_modules outwards.
 */
function missingOptional({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) => {
    const parents = path
      .split("/node_modules/")
      .map((_part, index, parts) => parts.slice(0, index + 1).join("/node_modules/"));
    const folders = ["", ...parents.filter((parent) => parent !== "").map((parent) => `${parent}/`)];
    const stands = (name: string): boolean => folders.some((folder) => `${folder}node_modules/${name}` in packages);
    return Object.keys(optionalDependencies)
      .filter((name) => !stands(name))
      .map((name) => `${path} → ${name}`);
  });
}

const text = readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8");

describe("package-lock.json", () => {
  it("is complete for every platform", () => {
    expect(missingOptional(JSON.parse(text))).toEqual([]);
  });

  it("would be found incomplete", () => {
    const packages = {
      "node_modules/a": { optionalDependencies: { "a-linux": "1.0.0", "a-windows": "1.0.0", "a-mac": "1.0.0" } },
      "node_modules/a-linux": {},
      "node_modules/a/node_modules/a-mac": {},
    };
    expect(missingOptional({ packages })).toEqual(["node_modules/a → a-windows"]);
  });

  it("names no registry", () => {
    expect(text).not.toContain('"resolved"');
  });

  it("pins every package of package.json exactly", () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"),
    );
    const loose = Object.entries<string>({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^(npm:@?[\w/-]+@)?\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });
});
