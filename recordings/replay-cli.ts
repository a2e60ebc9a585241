/**
 * `npm run --silent replay -- DIR… --out OUT`: runs recorded scripts in the simulator and writes what it captured and
 * printed to `OUT/<name of DIR>/`, in the recorded form. A folder that cannot be replayed is said so on stderr, the others
 * go on, and the exit code is 1.
 */
import { basename, join, resolve } from "node:path";
import { createHost } from "./host.ts";
import { RecordingError, readIdentities, readScenario, readTimings, writeReplay } from "./recording.ts";
import { replay } from "./replay.ts";

const USAGE = "usage: npm run --silent replay -- DIR… --out OUT\n";

interface Arguments {
  dirs: string[];
  out: string;
}

/** Undefined where the arguments make no sense. */
function parseArguments(args: string[]): Arguments | undefined {
  const dirs: string[] = [];
  let out: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--out") out = args[++i];
    else if (arg.startsWith("--out=")) out = arg.slice("--out=".length);
    else if (arg.startsWith("-")) return undefined;
    else dirs.push(arg);
  }
  return out === undefined || out === "" || dirs.length === 0 ? undefined : { dirs, out };
}

function replayFolder(dir: string, out: string): void {
  const scenario = readScenario(dir);
  const identities = readIdentities(dir);
  const timings = readTimings(dir);
  const { frames, transcript, notes } = replay(scenario, timings, createHost(scenario, identities));
  const name = basename(resolve(dir));
  for (const note of notes) process.stderr.write(`${name}: ${note}\n`);
  writeReplay(join(out, name), { frames, transcript, identities });
  process.stdout.write(`${name}: ${frames.length} frames, ${transcript.length} commands\n`);
}

/** One line of why: what a folder lacks in its own words, what went wrong in the simulator with where. */
function reason(dir: string, error: unknown): string {
  if (error instanceof RecordingError) return error.message;
  if (error instanceof Error && "code" in error) return `${dir}: ${error.message}`;
  const [message, place] = String(error instanceof Error ? error.stack : error).split("\n");
  return `${dir}: the simulator failed: ${message}${place === undefined ? "" : ` (${place.trim()})`}`;
}

function main(args: string[]): number {
  const parsed = parseArguments(args);
  if (parsed === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  let failed = 0;
  for (const dir of parsed.dirs) {
    try {
      replayFolder(dir, parsed.out);
    } catch (error) {
      failed += 1;
      process.stderr.write(`${reason(dir, error)}\n`);
    }
  }
  if (failed > 0) process.stderr.write(`${failed} of ${parsed.dirs.length} folders were not replayed\n`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
