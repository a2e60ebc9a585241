/** One replayed scenario held against its recording, and the difference in words that a person can act on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RecordedFrame, readFrames, readTranscript, type TranscriptEntry } from "../recording.ts";
import { type ReadFrame, readCapture } from "./capture.ts";
import { matchingBlocks, unifiedDifference } from "./sequence.ts";
import { outputLines } from "./transcript-text.ts";

/** How far a frame's time since its command's first frame may be off, in seconds. */
const TIME_TOLERANCE_S = 0.3;

/** What was captured and printed: of the recording, or of the simulator. */
export interface Run {
  frames: RecordedFrame[];
  transcript: TranscriptEntry[];
}

export interface Recording extends Run {
  /** The text of identities.json. */
  identities: string;
}

/** Lines of difference under a heading. */
export interface Difference {
  about: string;
  lines: string[];
}

export interface Verdict {
  framesMatched: number;
  /** The longer of the two captures. */
  frames: number;
  commandsMatched: number;
  commands: number;
  /** Wrong checksums, unreadable frames, frames off their time; in the simulated run. */
  faults: string[];
  differences: Difference[];
}

export function readRecording(dir: string): Recording {
  const identities = readFileSync(join(dir, "identities.json"), "utf8");
  return { frames: readFrames(dir), transcript: readTranscript(dir), identities };
}

export function readRun(dir: string): Run {
  return { frames: readFrames(dir), transcript: readTranscript(dir) };
}

interface Offset {
  /** How many foreground commands had started when the frame passed. */
  command: number;
  /** Seconds since the first frame of that command on the same list. */
  since: number;
}

function offsetsOf(list: ReadFrame[], transcript: TranscriptEntry[]): Offset[] {
  const starts = transcript.filter((entry) => entry.background === undefined).map((entry) => entry.start);
  let [current, base] = [-1, 0];
  return list.map(({ t }) => {
    const command = starts.filter((start) => start <= t + 1e-4).length;
    if (command !== current) [current, base] = [command, t];
    return { command, since: t - base };
  });
}

interface ListScore {
  matched: number;
  late: number;
  /** Lines of the unified difference; empty where both agree. */
  lines: string[];
}

function compareLists(recorded: ReadFrame[], simulated: ReadFrame[], runs: [Run, Run]): ListScore {
  const [a, b] = [recorded.map((frame) => frame.text), simulated.map((frame) => frame.text)];
  const offsetsA = offsetsOf(recorded, runs[0].transcript);
  const offsetsB = offsetsOf(simulated, runs[1].transcript);
  const score: ListScore = { matched: 0, late: 0, lines: unifiedDifference(a, b) };
  for (const match of matchingBlocks(a, b)) {
    score.matched += match.size;
    for (let i = 0; i < match.size; i++) {
      const [x, y] = [offsetsA[match.a + i], offsetsB[match.b + i]];
      if (x === undefined || y === undefined || x.command !== y.command) continue;
      if (Math.abs(x.since - y.since) <= TIME_TOLERANCE_S) continue;
      score.late += 1;
      score.lines.push(`late: ${x.since.toFixed(3)} s recorded, ${y.since.toFixed(3)} s simulated: ${a[match.a + i]}`);
    }
  }
  return score;
}

function compareFrames(recording: Recording, simulated: Run, known: string, verdict: Verdict): void {
  const a = readCapture(recording.frames, recording.identities, known);
  const b = readCapture(simulated.frames, recording.identities, known);
  verdict.frames = Math.max(a.count, b.count);
  verdict.faults = [...new Set(b.faults)].sort();
  let late = 0;
  for (const key of [...new Set([...a.lists.keys(), ...b.lists.keys()])].sort()) {
    const score = compareLists(a.lists.get(key) ?? [], b.lists.get(key) ?? [], [recording, simulated]);
    verdict.framesMatched += score.matched;
    late += score.late;
    if (score.lines.length > 0) verdict.differences.push({ about: `frames ${key}`, lines: score.lines });
  }
  if (late > 0) verdict.faults.push(`${late} frames over ${TIME_TOLERANCE_S} s off their time`);
}

function compareCommands(recording: Recording, simulated: Run, known: string, verdict: Verdict): void {
  verdict.commands = recording.transcript.length;
  recording.transcript.forEach((entry, index) => {
    const answer: Partial<TranscriptEntry> = simulated.transcript[index] ?? {};
    const lines = unifiedDifference(outputLines(entry, known), outputLines(answer, known));
    const sameExit = entry.background !== undefined || entry.exit === answer.exit;
    if (!sameExit) lines.unshift(`exit ${entry.exit} recorded, ${answer.exit ?? "none"} simulated`);
    if (lines.length === 0) verdict.commandsMatched += 1;
    else verdict.differences.push({ about: `${entry.node}$ ${entry.cmd}`, lines });
  });
}

export function compareRuns(recording: Recording, simulated: Run): Verdict {
  const known = `${recording.identities} ${recording.transcript.map((entry) => entry.cmd).join(" ")}`;
  const verdict: Verdict = {
    framesMatched: 0,
    frames: 0,
    commandsMatched: 0,
    commands: 0,
    faults: [],
    differences: [],
  };
  compareFrames(recording, simulated, known, verdict);
  compareCommands(recording, simulated, known, verdict);
  return verdict;
}

export function agrees(verdict: Verdict): boolean {
  const { framesMatched, frames, commandsMatched, commands, faults } = verdict;
  return framesMatched === frames && commandsMatched === commands && faults.length === 0;
}

/** `frames 12/12  commands 5/5  bad: …` */
export function summary(verdict: Verdict): string {
  const { framesMatched, frames, commandsMatched, commands, faults } = verdict;
  const bad = faults.length > 0 ? `  bad: ${faults.join(", ")}` : "";
  return `frames ${framesMatched}/${frames}  commands ${commandsMatched}/${commands}${bad}`;
}

/**
 * The differences as text, `-` for what only the recording has and `+` for what only the simulator has, cut to
 * `linesEach` lines under each heading.
 */
export function explain(verdict: Verdict, linesEach = 30): string {
  const blocks = verdict.differences.map(({ about, lines }) => {
    const more = lines.length > linesEach ? [`… ${lines.length - linesEach} more lines`] : [];
    return [`${about}:`, ...[...lines.slice(0, linesEach), ...more].map((line) => `    ${line}`)].join("\n");
  });
  return blocks.join("\n");
}
