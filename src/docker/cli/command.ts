/** What a command of the docker CLI is, and what it is called with. */
import { assert } from "../../base/assert.ts";
import { exit, setTimer, write } from "../../shell/process.ts";
import type { StreamId, Sys, Wake } from "../../shell/types.ts";
import type { Daemon } from "../container/lifecycle.ts";
import type { RegistryLookup } from "../registry.ts";
import type { FlagSpec, ParsedFlags } from "./flags.ts";

/** How many arguments a command takes (cli/required.go). */
export interface ArgRule {
  min: number;
  max: number;
}

export interface DockerCommand {
  /** Behind "docker ": "run", "network create". */
  path: string;
  /** Usage line behind "docker ", such as "run [OPTIONS] IMAGE [COMMAND] [ARG...]". */
  use: string;
  short: string;
  args: ArgRule;
  flags: readonly FlagSpec[];
  /** Flags end at the first argument. */
  flagsFirst?: boolean;
  /** Other names for the last word of `path`. */
  aliases?: readonly string[];
  run(call: Call): void;
  /** Has a terminal that can be left by Ctrl-P Ctrl-Q. */
  detaches?: boolean;
  /** Called when what `later` or `waitFor…` asked for has come. */
  resume?(call: Call, why: Wake): void;
}

/** What a command remembers between its calls: `proc.locals`. */
export interface CallState {
  /** What it is waiting for, in its own words. */
  step: string;
  /** Names that it has still to work on, and what went wrong so far. */
  todo: string[];
  errors: string[];
  container: string;
  number: number;
  /** --since and --until in the world's time. */
  moments: [number | null, number | null];
  /** What dockerd asks before it pulls an image; null unless one is wanted. */
  registry: RegistryLookup | null;
  /** What is typed here goes there. */
  relay: StreamId | null;
}

export interface Call {
  sys: Sys;
  daemon: Daemon;
  command: DockerCommand;
  flags: ParsedFlags;
  args: string[];
  state: CallState;
}

/** Timer slots of the CLI's process. */
export const Slot = { BEGIN: 0, LATER: 1, EXITED: 2 } as const;

/** What a call to the daemon takes. */
export const CALL_NS = 30_000_000;

export function given(call: Call, name: string): boolean {
  return call.flags.values[name] !== undefined;
}

export function isOn(call: Call, name: string): boolean {
  return call.flags.values[name]?.at(-1) === "true";
}

/** The last value given, or the flag's default. */
export function textOf(call: Call, name: string): string {
  const value = call.flags.values[name]?.at(-1);
  return value ?? call.command.flags.find((f) => f.name === name)?.default ?? "";
}

export function listOf(call: Call, name: string): string[] {
  return call.flags.values[name] ?? [];
}

export function print(call: Call, text: string): void {
  write(call.sys, 1, text);
}

export function printError(call: Call, text: string): void {
  write(call.sys, 2, text);
}

export function finish(call: Call, status = 0): void {
  exit(call.sys, status);
}

/** Prints an error as the CLI's main function does and ends. */
export function die(call: Call, message: string, status = 1): void {
  if (message !== "") printError(call, `${message}\n`);
  exit(call.sys, status);
}

/** The daemon's words as the client reports them. */
export function fromDaemon(message: string): string {
  return `Error response from daemon: ${message}`;
}

/** Calls `resume` with state.step = `step` after `delay_ns`. */
export function later(call: Call, step: string, delay_ns = CALL_NS): void {
  call.state.step = step;
  setTimer(call.sys, Slot.LATER, delay_ns);
}

/** Ends with all errors, or well if there are none. */
export function finishWith(call: Call, errors: readonly string[]): void {
  if (errors.length > 0) die(call, errors.join("\n"));
  else finish(call);
}

/** An argument that the command's rule has made sure of. */
export function argument(call: Call, at: number): string {
  const value = call.args[at];
  assert(value !== undefined, `argument ${at} of ${call.command.path}`);
  return value;
}
