/**
 * The recorded form on disk: what a folder of `data/` holds, and reading and writing it.
 *
 * Anything wrong with a folder (missing file, broken JSON, a field of the wrong type) is thrown as a `RecordingError`
 * whose message is one sentence that names the file.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Identities, WorldSpec } from "../src/protocol/scene.ts";
import { parseWorldSpec } from "../src/protocol/schema.ts";

export interface CommandStep {
  kind: "command";
  node: string;
  cmd: string;
  /** The tag that `stop` names it by, where the command runs in the background. */
  background: string | undefined;
}

export type Step = CommandStep | { kind: "stop"; tag: string } | { kind: "sleep"; seconds: number };

export interface ScenarioOptions {
  /** Hosts that run dockerd; undefined where the scenario does not say. */
  dockers: string[] | undefined;
  /** Extra dockerd flags by host. */
  dockerd: Record<string, string>;
  iptables_legacy: boolean;
  ipv6: boolean;
}

export interface Scenario {
  name: string;
  about: string;
  options: ScenarioOptions;
  steps: Step[];
  /** The machines that it starts from. */
  world: WorldSpec;
}

/** When a step ran in the recording, in seconds from the scenario's start. `step` indexes `Scenario.steps`. */
export interface StepTiming {
  step: number;
  start: number;
  end: number;
}

/** One frame as it passed one interface. */
export interface RecordedFrame {
  /** Seconds from the scenario's start. */
  t: number;
  node: string;
  if: string;
  dir: "in" | "out";
  /** `sll_pkttype` as AF_PACKET gives it: 0 host, 1 broadcast, 2 multicast, 3 other host, 4 outgoing. */
  pkttype: number;
  /** The whole Ethernet frame without FCS. */
  hex: string;
}

export interface TranscriptEntry {
  step: number;
  node: string;
  cmd: string;
  start: number;
  background?: string;
  stdout: string;
  stderr: string;
  /** Left out for a background command. */
  exit?: number;
  end: number;
}

/** A folder that cannot be read, said in one sentence. */
export class RecordingError extends Error {}

/** Nobody waits for a replay of more than a hundred days. */
const LONGEST_S = 1e7;

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function demand(condition: boolean, path: string, what: string): asserts condition {
  if (!condition) throw new RecordingError(`${path}: ${what}`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new RecordingError(`${path}: ${code === "ENOENT" ? "no such file" : `cannot be read (${code})`}`);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RecordingError(`${path}: not JSON (${(error as Error).message})`);
  }
}

function readJson(path: string): unknown {
  return parseJson(readText(path), path);
}

function readStep(raw: unknown, index: number, path: string): Step {
  const where = `step ${index}`;
  demand(isObject(raw), path, `${where} is not an object`);
  if ("stop" in raw) {
    demand(typeof raw.stop === "string", path, `${where}: "stop" is not a string`);
    return { kind: "stop", tag: raw.stop };
  }
  if ("sleep" in raw) {
    const seconds = Number(raw.sleep);
    demand(seconds >= 0 && seconds <= LONGEST_S, path, `${where}: "sleep" is not a number of seconds`);
    return { kind: "sleep", seconds };
  }
  const { node, cmd, background } = raw;
  demand(typeof node === "string" && typeof cmd === "string", path, `${where} has no "node" and "cmd"`);
  return { kind: "command", node, cmd, background: typeof background === "string" ? background : undefined };
}

function readOptions(raw: unknown): ScenarioOptions {
  const options = isObject(raw) ? raw : {};
  return {
    dockers: Array.isArray(options.dockers) ? options.dockers.map(String) : undefined,
    dockerd: isObject(options.dockerd) ? (options.dockerd as Record<string, string>) : {},
    iptables_legacy: options.iptables_legacy === true,
    ipv6: options.ipv6 === true,
  };
}

export function readScenario(dir: string): Scenario {
  const path = join(dir, "scenario.json");
  const raw = readJson(path);
  demand(isObject(raw), path, "not an object");
  demand(Array.isArray(raw.steps), path, `no list of "steps"`);
  const world = parseWorldSpec(raw.world);
  if (!world.ok) throw new RecordingError(`${path}: "world": ${world.error}`);
  return {
    name: textOf(raw.name),
    about: textOf(raw.about),
    options: readOptions(raw.options),
    steps: raw.steps.map((step, index) => readStep(step, index, path)),
    world: world.value,
  };
}

/** Empty where the file is not there: then all of it is drawn from the seed. */
export function readIdentities(dir: string): Identities {
  const path = join(dir, "identities.json");
  if (!existsSync(path)) return {};
  const raw = readJson(path);
  demand(isObject(raw) && Object.values(raw).every(isObject), path, "not an object of objects");
  return raw as Identities;
}

/**
 * The recorded clock by step: from `timing.json`, else `transcript.json`, of which nothing but the times is looked at.
 * Empty where neither file is there.
 */
export function readTimings(dir: string): Map<number, StepTiming> {
  const path = [join(dir, "timing.json"), join(dir, "transcript.json")].find((p) => existsSync(p));
  const timings = new Map<number, StepTiming>();
  if (path === undefined) return timings;
  const raw = readJson(path);
  demand(Array.isArray(raw), path, "not a list");
  for (const entry of raw) {
    demand(isObject(entry), path, "an entry is not an object");
    const [step, start, end] = [Number(entry.step), Number(entry.start), Number(entry.end)];
    const ordered = Number.isInteger(step) && start >= 0 && end >= start && end <= LONGEST_S;
    demand(ordered, path, `an entry lacks "step", "start" and a later "end"`);
    timings.set(step, { step, start, end });
  }
  return timings;
}

export function readTranscript(dir: string): TranscriptEntry[] {
  const path = join(dir, "transcript.json");
  const raw = readJson(path);
  demand(Array.isArray(raw), path, "not a list");
  return raw as TranscriptEntry[];
}

export function readFrames(dir: string): RecordedFrame[] {
  const path = join(dir, "frames.jsonl");
  const lines = readText(path).split("\n");
  return lines.filter((line) => line !== "").map((line) => parseJson(line, path) as RecordedFrame);
}

/**
 * Writes a replayed folder. `identities` goes with it as it was given, so that the folder can be read by itself.
 */
export function writeReplay(
  dir: string,
  replay: { frames: RecordedFrame[]; transcript: TranscriptEntry[]; identities: Identities },
): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "frames.jsonl"), replay.frames.map((frame) => `${JSON.stringify(frame)}\n`).join(""));
  writeFileSync(join(dir, "transcript.json"), `${JSON.stringify(replay.transcript, null, 1)}\n`);
  writeFileSync(join(dir, "identities.json"), `${JSON.stringify(replay.identities, null, 1)}\n`);
}

/** Names of the folders in `dir`, sorted. */
export function listRecordings(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => statSync(join(dir, name)).isDirectory())
    .sort();
}

/** A text that may be left out. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
