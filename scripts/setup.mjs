// What must stand before any other script can run: the packages of the lock. Node built-ins only.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder, absolute. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string} path @returns {number} modification time in ms, 0 where there is no such file */
function modified_ms(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Runs `npm ci` unless node_modules is at least as new as the lock. Its words go to stderr; stdout stays the caller's. */
export function ensurePackages() {
  if (modified_ms(join(root, "node_modules/.package-lock.json")) >= modified_ms(join(root, "package-lock.json")))
    return;
  process.stderr.write("Installing packages (npm ci) …\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const done = spawnSync(npm, ["ci", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", process.stderr, process.stderr],
    shell: process.platform === "win32",
  });
  if (done.status === 0) return;
  process.stderr.write("npm ci failed: is the npm registry reachable, and is Node ^20.19 or >=22.12?\n");
  process.exit(1);
}
