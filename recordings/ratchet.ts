/** What is asked of the simulator (`ratchet.json`): a list of scenarios that must agree, and scores that may not fall. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Verdict } from "./compare/scenario.ts";
import { RATCHET_FILE, RECORDINGS_DIR } from "./paths.ts";

/** Share of frames that a scenario on the list must agree on. */
export const MUST_AGREE_FRAMES = 0.98;

export interface Score {
  /** Matched frames, and those of the longer capture. */
  frames: [matched: number, of: number];
  commands: [matched: number, of: number];
}

export interface Ratchet {
  /** Scenarios that agree on every command, on nearly every frame, and have no fault in a frame. */
  mustAgree: string[];
  /** The others, and how far they have come: this may not fall. */
  scores: Record<string, Score>;
}

/** How far two recordings of a scenario agree with each other: shares of frames and commands. */
export type Agreement = Record<string, { frames: number; commands: number }>;

export function scoreOf(verdict: Verdict): Score {
  const { framesMatched, frames, commandsMatched, commands } = verdict;
  return { frames: [framesMatched, frames], commands: [commandsMatched, commands] };
}

/** 1 where there is nothing to match. */
export function share([matched, of]: [matched: number, of: number]): number {
  return of === 0 ? 1 : matched / of;
}

export function readAgreement(): Agreement {
  return JSON.parse(readFileSync(join(RECORDINGS_DIR, "agreement.json"), "utf8")) as Agreement;
}

/** Whether a scenario agrees as far as two recordings of it do, give or take a hundredth of its frames. */
export function holds(name: string, verdict: Verdict, agreement: Agreement): boolean {
  const needed = Math.min(MUST_AGREE_FRAMES, (agreement[name]?.frames ?? 1) - 0.01);
  const { frames, commands } = scoreOf(verdict);
  return share(frames) >= needed && commands[0] === commands[1] && verdict.faults.length === 0;
}

export function readRatchet(): Ratchet {
  return JSON.parse(readFileSync(RATCHET_FILE, "utf8")) as Ratchet;
}

/** What `score` lost against `held`, in words; undefined where it lost nothing. */
export function loss(score: Score, held: Score): string | undefined {
  const lost = (["frames", "commands"] as const).filter((key) => share(score[key]) < share(held[key]));
  if (lost.length === 0) return undefined;
  return lost.map((key) => `${key} ${score[key].join("/")}, was ${held[key].join("/")}`).join("; ");
}

/** The better of both, part by part. */
function raised(score: Score, held: Score | undefined): Score {
  if (held === undefined) return score;
  const better = (key: keyof Score) => (share(score[key]) > share(held[key]) ? score[key] : held[key]);
  return { frames: better("frames"), commands: better("commands") };
}

/** The ratchet after `verdicts`: nothing falls, and what agrees now must from now on. */
export function raiseRatchet(held: Ratchet, verdicts: Map<string, Verdict>, agreement: Agreement): Ratchet {
  const mustAgree = new Set(held.mustAgree);
  const scores: Record<string, Score> = {};
  for (const [name, verdict] of verdicts) {
    if (holds(name, verdict, agreement)) mustAgree.add(name);
    if (!mustAgree.has(name)) scores[name] = raised(scoreOf(verdict), held.scores[name]);
  }
  return { mustAgree: [...mustAgree].sort(), scores };
}

export function writeRatchet(ratchet: Ratchet): void {
  const list = (items: string[]) => (items.length === 0 ? "" : `\n    ${items.join(",\n    ")}\n  `);
  const names = ratchet.mustAgree.map((name) => JSON.stringify(name));
  const scores = Object.entries(ratchet.scores).map(([name, { frames, commands }]) => {
    return `"${name}": { "frames": [${frames.join(", ")}], "commands": [${commands.join(", ")}] }`;
  });
  writeFileSync(RATCHET_FILE, `{\n  "mustAgree": [${list(names)}],\n  "scores": {${list(scores)}}\n}\n`);
}
