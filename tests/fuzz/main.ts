/**
 * `npm run fuzz [-- SECONDS] [--seed N] [--only NAME] [--path P]`: random cases against every target (tests/fuzz/targets.ts) for so
 * many seconds (default 60), from a seed of the clock's or yours. Prints the seed and the smallest case that fails. With
 * the seed, target and path of a failure that very case runs again. Exit code 1 when something failed.
 */
import { parseArgs } from "node:util";
import { type Outcome, TARGETS, type Target } from "./targets.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string" }, only: { type: "string" }, path: { type: "string" } },
});
const seconds = Number(positionals[0] ?? 60);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const targets = TARGETS.filter(({ name }) => values.only === undefined || name === values.only);

function report({ name }: Target, { runs, failure }: Outcome, seedOf: number): void {
  if (failure === null) process.stdout.write(`ok     ${name}: ${runs} cases, seed ${seedOf}\n`);
  else {
    const again = `npm run fuzz -- --seed ${seedOf} --only "${name}" --path ${failure.path}`;
    process.stdout.write(`FAILED ${name}: ${failure.error}\n${failure.example}\nagain: ${again}\n`);
    process.exitCode = 1;
  }
}

if (!Number.isFinite(seconds) || !Number.isInteger(seed) || targets.length === 0) {
  const names = TARGETS.map(({ name }) => name).join(", ");
  process.stderr.write(`usage: npm run fuzz [-- SECONDS] [--seed N] [--only NAME] [--path P]\nNAME: ${names}\n`);
  process.exitCode = 2;
} else {
  process.stdout.write(`seed ${seed}\n`);
  const ms = (seconds * 1000) / targets.length;
  for (const target of targets) {
    report(
      target,
      target.try({ seed, runs: Number.MAX_SAFE_INTEGER, ms, ...(values.path ? { path: values.path } : {}) }),
      seed,
    );
  }
}
