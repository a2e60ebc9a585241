/**
 * `node scripts/run-ts.mjs recordings/compare/compare-cli.ts SIMULATED [NAME…] [-v]`: holds replayed folders against
 * the recordings, a line each, with the differences under `-v`. Exit code 1 where any differs.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { RECORDINGS_DIR } from "../paths.ts";
import { listRecordings } from "../recording.ts";
import { agrees, compareRuns, explain, readRecording, readRun, summary } from "./scenario.ts";

function main(args: string[]): number {
  const verbose = args.includes("-v");
  const [simulatedDir, ...wanted] = args.filter((arg) => arg !== "-v");
  if (simulatedDir === undefined) {
    process.stderr.write("usage: compare-cli.ts SIMULATED [NAME…] [-v]\n");
    return 2;
  }
  const names = wanted.length > 0 ? wanted : listRecordings(RECORDINGS_DIR);
  const totals = { scenarios: 0, framesMatched: 0, frames: 0, commandsMatched: 0, commands: 0 };
  for (const name of names) {
    if (!existsSync(join(simulatedDir, name, "frames.jsonl"))) {
      process.stdout.write(`${name.padEnd(32)} not simulated\n`);
      continue;
    }
    const verdict = compareRuns(readRecording(join(RECORDINGS_DIR, name)), readRun(join(simulatedDir, name)));
    const good = agrees(verdict);
    totals.scenarios += good ? 1 : 0;
    for (const key of ["framesMatched", "frames", "commandsMatched", "commands"] as const) totals[key] += verdict[key];
    process.stdout.write(`${name.padEnd(32)} ${summary(verdict)}${good ? "" : "  <<"}\n`);
    if (verbose && !good) process.stdout.write(`${explain(verdict)}\n`);
  }
  const { scenarios, framesMatched, frames, commandsMatched, commands } = totals;
  process.stdout.write(
    `scenarios ${scenarios}/${names.length}  frames ${framesMatched}/${frames}  commands ${commandsMatched}/${commands}\n`,
  );
  return scenarios === names.length ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
