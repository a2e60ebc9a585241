/**
 * A recorded script, typed into a simulator at the recorded times.
 *
 * With a clock each command starts at its recorded start, or when the one before it has ended if that is later; without
 * one, commands follow each other and `sleep` passes. A background command counts as ended 1 s after its start and gets
 * its SIGINT at the `end` that the clock has for it.
 */
import type { CommandStep, RecordedFrame, Scenario, StepTiming, TranscriptEntry } from "./recording.ts";

export const NS_PER_S = 1_000_000_000;

/** For a command's place in the next: how long a background command holds up what follows. */
const BACKGROUND_NS = 1 * NS_PER_S;
/** The recorder kept listening for about this long after the last command. */
const TAIL_NS = 5 * NS_PER_S;
/** How long a foreground command may run past its recorded end before it gets SIGINT, then SIGKILL: it may wait forever. */
const PATIENCE_NS = 60 * NS_PER_S;
const PATIENCE_WITHOUT_CLOCK_NS = 600 * NS_PER_S;
const PATIENCE_AFTER_SIGNAL_NS = 5 * NS_PER_S;

/** What a command has done so far. */
export interface CommandState {
  stdout: string;
  stderr: string;
  /** Both undefined while it runs. */
  exit: number | undefined;
  end_ns: number | undefined;
}

export type CommandId = number;

/** The simulator as a replay sees it. Virtual time starts at 0 and moves only by these calls. */
export interface ReplayHost {
  now_ns(): number;
  /** Lets time pass until `to_ns`; nothing where that is already past. */
  runUntil(to_ns: number): void;
  /** Types `cmd` at `at_ns` (not in the past) on a machine or in a container, as root under `bash -c` without a terminal. */
  start(node: string, cmd: string, at_ns: number): CommandId;
  /** Lets time pass until the command has ended, or until `limit_ns`. */
  runToEnd(command: CommandId, limit_ns: number): void;
  signal(command: CommandId, signal: "SIGINT" | "SIGKILL"): void;
  state(command: CommandId): CommandState;
  /** Begins to capture in the containers that have come up since the last call. */
  attachCaptures(): void;
  /** All that was captured so far, in order of time. */
  frames(): RecordedFrame[];
}

export interface Replay {
  frames: RecordedFrame[];
  transcript: TranscriptEntry[];
  /** What a reader should know, a sentence each: commands that had to be ended. */
  notes: string[];
}

/** A background command that has not been stopped yet. */
interface Background {
  tag: string;
  command: CommandId;
  entry: TranscriptEntry;
  stop_ns: number | undefined;
}

interface Session {
  scenario: Scenario;
  timings: Map<number, StepTiming>;
  host: ReplayHost;
  transcript: TranscriptEntry[];
  background: Background[];
  notes: string[];
}

/** Nanoseconds of recorded seconds; undefined stays so. */
function ns(seconds: number): number;
function ns(seconds: number | undefined): number | undefined;
function ns(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * NS_PER_S);
}

/** Seconds as recorded: to the microsecond. */
export function seconds(time_ns: number): number {
  return Math.round(time_ns / 1000) / 1e6;
}

function record(session: Session, step: number, start_ns: number, { node, cmd, background }: CommandStep) {
  const start = seconds(start_ns);
  const tag = background === undefined ? {} : { background };
  const entry: TranscriptEntry = { step, node, cmd, start, ...tag, stdout: "", stderr: "", end: start };
  session.transcript.push(entry);
  return entry;
}

/** Fills in what the command printed and how it ended. */
function complete(session: Session, command: CommandId, entry: TranscriptEntry): void {
  const state = session.host.state(command);
  entry.stdout = state.stdout;
  entry.stderr = state.stderr;
  if (entry.background === undefined) entry.exit = state.exit ?? 137;
  entry.end = seconds(state.end_ns ?? session.host.now_ns());
}

function isRunning(host: ReplayHost, command: CommandId): boolean {
  return host.state(command).end_ns === undefined;
}

function interrupt(host: ReplayHost, command: CommandId): void {
  for (const signal of ["SIGINT", "SIGKILL"] as const) {
    if (!isRunning(host, command)) return;
    host.signal(command, signal);
    host.runToEnd(command, host.now_ns() + PATIENCE_AFTER_SIGNAL_NS);
  }
}

function runCommand(session: Session, step: number, typed: CommandStep): void {
  const { host, timings } = session;
  const timing = timings.get(step);
  const start_ns = Math.max(host.now_ns(), ns(timing?.start) ?? 0);
  const command = host.start(typed.node, typed.cmd, start_ns);
  const entry = record(session, step, start_ns, typed);
  if (typed.background !== undefined) {
    session.background.push({ tag: typed.background, command, entry, stop_ns: ns(timing?.end) });
    host.runUntil(start_ns + BACKGROUND_NS);
  } else {
    const recorded_ns = timing === undefined ? PATIENCE_WITHOUT_CLOCK_NS : ns(timing.end - timing.start) + PATIENCE_NS;
    host.runToEnd(command, start_ns + recorded_ns);
    if (isRunning(host, command)) {
      session.notes.push(
        `${typed.node}$ ${typed.cmd}: still running at ${seconds(host.now_ns())} s, so it was interrupted`,
      );
      interrupt(host, command);
    }
    complete(session, command, entry);
  }
  host.attachCaptures();
}

function stopBackground(session: Session, { command, entry, stop_ns }: Background): void {
  const { host } = session;
  host.runUntil(stop_ns ?? 0);
  const stopped_ns = host.now_ns();
  interrupt(host, command);
  complete(session, command, entry);
  entry.end = Math.max(entry.end, seconds(stopped_ns));
}

function stop(session: Session, tag: string): void {
  const place = session.background.findIndex((candidate) => candidate.tag === tag);
  const [stopped] = place < 0 ? [] : session.background.splice(place, 1);
  if (stopped === undefined) session.notes.push(`stop ${tag}: no background command has that tag`);
  else stopBackground(session, stopped);
}

/** A recorded clock has the pause in the next start already; only where nothing timed follows it must pass by itself. */
function sleep(session: Session, step: number, duration_s: number): void {
  const { scenario, timings, host } = session;
  const rest = scenario.steps.slice(step + 1);
  if (timings.size > 0 && rest.some((later) => later.kind !== "sleep")) return;
  host.runUntil(host.now_ns() + ns(duration_s));
}

/** Replays a scenario on a fresh simulator. `timings` is empty where there is no clock. */
export function replay(scenario: Scenario, timings: Map<number, StepTiming>, host: ReplayHost): Replay {
  const session: Session = { scenario, timings, host, transcript: [], background: [], notes: [] };
  scenario.steps.forEach((step, index) => {
    if (step.kind === "command") runCommand(session, index, step);
    else if (step.kind === "stop") stop(session, step.tag);
    else sleep(session, index, step.seconds);
  });
  for (const left of session.background) stopBackground(session, left);
  host.runUntil(host.now_ns() + TAIL_NS);
  return { frames: host.frames(), transcript: session.transcript, notes: session.notes };
}
