// Everything that must hold, each step run even when an earlier one failed. The last line is "N passed, N failed":
// single tests where a runner counts them, the step itself elsewhere. Exit code 1 when anything failed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { e2eEnvironment } from "./e2e.mjs";
import { ensurePackages, root } from "./setup.mjs";

/**
 * @typedef {{ passed: number, failed: number }} Count
 * @typedef {{
 *   name: string,
 *   command: string[],
 *   environment?: () => Promise<Record<string, string>>,
 *   count?: () => Count,
 * }} Step a Node program under node_modules with its arguments; what else its environment needs; how its tests are counted
 */

const reports = join(root, "node_modules/.cache/test");
const unitReport = join(reports, "unit.json");
const e2eReport = join(reports, "e2e.json");

/** @returns {Count} a test file that could not be loaded counts as one failure */
function countUnit() {
  const report = JSON.parse(readFileSync(unitReport, "utf8"));
  /** @type {{ status: string, assertionResults: unknown[] }[]} */
  const files = report.testResults;
  const unloaded = files.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded };
}

/** @returns {Count} a test that passed only when repeated has passed, and is said to have */
function countE2e() {
  const { stats, errors } = JSON.parse(readFileSync(e2eReport, "utf8"));
  if (stats.flaky > 0) process.stdout.write(`${stats.flaky} passed only when repeated\n`);
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length };
}

/** @type {Step[]} */
const steps = [
  { name: "types", command: ["typescript/bin/tsc", "-b"] },
  { name: "format and style", command: ["@biomejs/biome/bin/biome", "check", "--error-on-warnings"] },
  { name: "lint", command: ["oxlint/bin/oxlint", "--type-aware", "--deny-warnings"] },
  { name: "unused", command: ["knip/bin/knip.js", "--no-config-hints"] },
  {
    name: "unit tests",
    command: ["vitest/vitest.mjs", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${unitReport}`],
    count: countUnit,
  },
  { name: "build", command: ["vite/bin/vite.js", "build"] },
  { name: "build in one file", command: ["../scripts/build-file.mjs"] },
  { name: "sizes", command: ["../scripts/sizes.mjs"] },
  {
    name: "end to end",
    command: ["@playwright/test/cli.js", "test", "--reporter=list,json"],
    environment: async () => ({ ...(await e2eEnvironment()), PLAYWRIGHT_JSON_OUTPUT_NAME: e2eReport }),
    count: countE2e,
  },
];

/** @param {Step} step @returns {Promise<boolean>} whether its program ended with 0 */
async function succeeds(step) {
  const [program = "", ...args] = step.command;
  const env = { ...process.env, ...(await step.environment?.()) };
  const run = spawn(process.execPath, [join(root, "node_modules", program), ...args], {
    cwd: root,
    env,
    stdio: "inherit",
  });
  const [code] = await once(run, "exit");
  return code === 0;
}

/** @param {Step} step @returns {Promise<Count>} at least one failure when the program failed, whatever was counted */
async function perform(step) {
  let ok = false;
  /** @type {Count} */
  let count = { passed: 0, failed: 0 };
  try {
    ok = await succeeds(step);
    count = step.count?.() ?? { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
  } catch (error) {
    ok = false;
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  return ok ? count : { ...count, failed: Math.max(1, count.failed) };
}

ensurePackages();
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const total = { passed: 0, failed: 0 };
const summary = [];
for (const step of steps) {
  process.stdout.write(`\n── ${step.name}\n`);
  const start_ms = performance.now();
  const count = await perform(step);
  const seconds = ((performance.now() - start_ms) / 1000).toFixed(1);
  const line = `${count.failed === 0 ? "ok    " : "FAILED"} ${step.name}: ${count.passed} passed, ${count.failed} failed (${seconds} s)`;
  process.stdout.write(`${line}\n`);
  summary.push(line);
  total.passed += count.passed;
  total.failed += count.failed;
}
process.stdout.write(`\n${summary.join("\n")}\n\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
