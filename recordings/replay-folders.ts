/** Replaying folders one after another: none of them stops the others. */
import { basename, join, resolve } from "node:path";
import type { Identities } from "../src/protocol/scene.ts";
import { RecordingError, readIdentities, readScenario, readTimings, type Scenario, writeReplay } from "./recording.ts";
import { type ReplayHost, replay } from "./replay.ts";

export interface ReplayArguments {
  dirs: string[];
  out: string;
}

/** Where sentences for a person go: `done` about a folder that was replayed, `warn` about what went wrong. */
export interface Say {
  done(text: string): void;
  warn(text: string): void;
}

/** Undefined where the arguments make no sense. */
export function parseArguments(args: string[]): ReplayArguments | undefined {
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

function replayFolder(dir: string, to: string, createHost: CreateHost, say: Say): void {
  const scenario = readScenario(dir);
  const identities = readIdentities(dir);
  const timings = readTimings(dir);
  const { frames, transcript, notes } = replay(scenario, timings, createHost(scenario, identities));
  for (const note of notes) say.warn(`${dir}: ${note}`);
  writeReplay(to, { frames, transcript, identities });
  say.done(`${basename(to)}: ${frames.length} frames, ${transcript.length} commands`);
}

/** What was wrong with a folder in its own words, or what went wrong in the simulator and where. */
function reason(dir: string, error: unknown): string {
  if (error instanceof RecordingError) return error.message;
  if (error instanceof Error && "code" in error) return `${dir}: ${error.message}`;
  const [message, place] = String(error instanceof Error ? error.stack : error).split("\n");
  return `${dir}: the simulator failed: ${message}${place === undefined ? "" : ` (${place.trim()})`}`;
}

export type CreateHost = (scenario: Scenario, identities: Identities) => ReplayHost;

/** Writes `out/<name>/` for each folder, and returns how many could not be replayed. */
export function replayFolders({ dirs, out }: ReplayArguments, createHost: CreateHost, say: Say): number {
  const written = new Set<string>();
  let failed = 0;
  for (const dir of dirs) {
    const name = basename(resolve(dir));
    try {
      if (written.has(name)) throw new RecordingError(`${dir}: another folder is called ${name} too`);
      written.add(name);
      replayFolder(dir, join(out, name), createHost, say);
    } catch (error) {
      failed += 1;
      say.warn(reason(dir, error));
    }
  }
  if (failed > 0) say.warn(`${failed} of ${dirs.length} folders could not be replayed`);
  return failed;
}
