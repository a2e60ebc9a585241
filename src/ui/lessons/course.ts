/** Leads through the open lesson: begins steps, holds time until a prediction is made, sees when a step is done. */
import type { Lesson, LessonLine, Predicate } from "../../protocol/lesson.ts";
import { runLines } from "../networks/run-lines.ts";
import { uiStore } from "../shell/ui-state.ts";
import { curtainStore } from "../store/curtain.ts";
import { notify } from "../store/notices.ts";
import { advance, ask, openScene, pause, play, undo } from "../store/session.ts";
import { logStore, sceneStore, terminalStore, timeStore, traceStore } from "../store/stores.ts";
import { rowsUntil } from "../store/trace-columns.ts";
import { nameLesson } from "./address.ts";
import { markDone } from "./done.ts";
import {
  asksFirst,
  changeLesson,
  changeProgress,
  currentStep,
  forgetFrom,
  freshLesson,
  goalOf,
  lessonStore,
  type OpenLesson,
  openLesson,
} from "./lesson-store.ts";
import { tellResult } from "./teaching/results.ts";

/** How often the network is asked whether a step is done, ms. */
const ASK_MS = 200;
/** A step that is done while a command still runs is called done after so many askings. */
const PATIENCE = 12;
/** The next step doesn't wait longer than this for what still runs, ms. */
const SETTLE_MS = 6000;

/** Goes up whenever a lesson is opened or closed: what was begun for another one is void. */
let turn = 0;
let asking: ReturnType<typeof setInterval> | undefined;
let stops: (() => void)[] = [];

/** Begins a lesson whose scene is open. @param assess answers are kept and shown at the end */
export async function beginLesson(lesson: Lesson, assess: boolean): Promise<void> {
  follow(freshLesson(lesson, assess, Date.now()));
  await beginStep(0);
}

/** Takes a lesson up in the state in which it was left. */
export async function takeUpLesson(open: OpenLesson): Promise<void> {
  follow({ ...open, typing: false, waiting: false });
  const step = currentStep(open);
  if (step === null) return;
  if (open.progress[step]?.begin == null) await beginStep(step);
  else if (asksFirst(open.lesson, step, open.progress[step])) holdHere();
}

function follow(open: OpenLesson): void {
  stop();
  lessonStore.setState({ open });
  uiStore.setState({ card: "lesson" });
  const scene = openScene();
  asking = setInterval(() => void lookSoon(), ASK_MS);
  stops = [
    sceneStore.subscribe((now) => {
      if (now.scene !== scene) closeLesson();
    }),
    logStore.subscribe(() => void keepBeginning()),
  ];
}

function stop(): void {
  turn++;
  clearInterval(asking);
  for (const end of stops) end();
  stops = [];
  lastSeen = "";
  curtainStore.setState({ at_ns: null });
}

/** Takes the card away; the scene stays open. */
export function closeLesson(): void {
  stop();
  if (openLesson() !== null && globalThis.location !== undefined) nameLesson(null);
  lessonStore.setState({ open: null });
  if (uiStore.getState().card === "lesson") uiStore.setState({ card: null });
}

function holdHere(): void {
  pause();
  curtainStore.setState({ at_ns: timeStore.getState().playhead_ns });
}

/** A step begins at the playhead; where it asks for a prediction time stands from now on. */
async function beginStep(step: number): Promise<void> {
  const mine = turn;
  const open = openLesson();
  if (open === null) return;
  const asks = asksFirst(open.lesson, step, open.progress[step]);
  if (asks) holdHere();
  else {
    curtainStore.setState({ at_ns: null });
    // While somebody reads, the network doesn't grow older; what is typed lets time run.
    if (open.lesson.kind === "lesson" && isQuiet()) pause();
  }
  const answer = await ask({ kind: "lesson", since: null, ask: [] });
  if (mine !== turn || answer?.kind !== "lesson") return;
  // A frame of the clock may have been on its way; and somebody may have answered already.
  const now = openLesson();
  if (now !== null && asksFirst(now.lesson, step, now.progress[step])) holdHere();
  const { playhead_ns } = timeStore.getState();
  const { tip, entries } = logStore.getState();
  const tries = (openLesson()?.progress[step]?.tries ?? 0) + 1;
  const begin = { since: answer.now, tip, at_ns: playhead_ns, entries: entries.length };
  changeProgress(step, { begin, tries });
}

/** Somebody went back to before the step's beginning and did something else, or undid what came before: it begins there. */
async function keepBeginning(): Promise<void> {
  const open = openLesson();
  const step = open === null ? null : currentStep(open);
  const begin = step === null ? null : open?.progress[step]?.begin;
  const { path, entries } = logStore.getState();
  if (step === null || !begin) return;
  const at = path.findIndex((entry) => entry.id >= begin.entries && entry.at_ns < begin.at_ns);
  const deed = path[at];
  if (deed === undefined) {
    if (begin.tip >= 0 && !path.some(({ id }) => id === begin.tip)) await beginStep(step);
    return;
  }
  const { chunks } = terminalStore.getState();
  const since = {
    row: rowsUntil(traceStore.getState().columns, deed.at_ns - 1),
    chunk: chunks.filter((chunk) => chunk.t_ns < deed.at_ns).length,
    applied: at,
  };
  changeProgress(step, { begin: { since, tip: deed.parent, at_ns: deed.at_ns, entries: entries.length } });
}

// ── What the learner does

/** Predicts: the curtain opens. "shown": without choosing. */
export function choose(option: number | "shown"): void {
  const open = openLesson();
  if (open === null || !asksFirst(open.lesson, open.at, open.progress[open.at])) return;
  changeProgress(open.at, { chosen: option });
  curtainStore.setState({ at_ns: null });
  play();
}

/** Types the step's lines for the learner. A prediction that wasn't made is skipped. */
export async function doForMe(): Promise<void> {
  const open = openLesson();
  if (open === null || open.typing || open.lesson.kind !== "lesson") return;
  const lines = open.lesson.steps[open.at]?.lines ?? [];
  const mine = turn;
  choose("shown");
  changeProgress(open.at, { helped: true });
  changeLesson({ typing: true });
  const { tip } = logStore.getState();
  const outcome = await runLines(lines, { failuresCount: false, isWanted: () => mine === turn });
  if (mine !== turn) return;
  changeLesson({ typing: false });
  if (outcome.type === "away") notify("note", (t) => t.notice.away(lines[outcome.at]?.node ?? ""));
  else if (outcome.type === "stopped" && logStore.getState().tip !== tip) {
    notify("note", (t) => t.networks.stopped(lines[outcome.at]?.node ?? ""));
  }
}

/** Does the step at once, without showing how it comes about. */
export async function reveal(): Promise<void> {
  const open = openLesson();
  if (open?.lesson.kind !== "lesson" || open.typing || open.progress[open.at]?.done !== false) return;
  const mine = turn;
  choose("shown");
  changeProgress(open.at, { helped: true });
  const begun = open.progress[open.at]?.begin?.tip !== logStore.getState().tip;
  await runAtOnce(begun ? [] : (open.lesson.steps[open.at]?.lines ?? []));
  if (mine === turn) await isDoneSoon(open.at);
}

/** To the next step, once this one is done and nothing of it still runs; to the last card after the last step. */
export async function next(): Promise<void> {
  const open = openLesson();
  if (open === null || open.waiting || open.at >= open.progress.length || !open.progress[open.at]?.done) return;
  const mine = turn;
  const to = open.at + 1;
  if (to < open.progress.length && open.progress[to]?.begin === null) {
    changeLesson({ waiting: true });
    await settled();
    if (mine !== turn) return;
    changeLesson({ waiting: false, at: to });
    await beginStep(to);
  } else changeLesson({ at: to });
}

/** To the step before, as it came out. */
export function back(): void {
  const open = openLesson();
  if (open !== null && open.at > 0) changeLesson({ at: open.at - 1 });
}

/** The step that is shown begins anew: what was done since it began is undone, and the curtain falls again. */
export async function restartStep(): Promise<void> {
  const open = openLesson();
  if (open === null) return;
  const step = Math.min(open.at, open.progress.length - 1);
  const { begin } = open.progress[step] ?? {};
  const mine = turn;
  forgetFrom(step);
  rested = "";
  changeLesson({ typing: false });
  curtainStore.setState({ at_ns: null });
  if (begin) await undoTo(begin.tip, () => mine === turn);
  if (mine !== turn) return;
  await beginStep(step);
  if (open.lesson.kind === "puzzle") play();
}

/** Undoes until the log's tip is this entry. Nothing when it isn't among what was done. */
async function undoTo(tip: number, isWanted: () => boolean): Promise<void> {
  const { path } = logStore.getState();
  if (tip >= 0 && !path.some(({ id }) => id === tip)) return;
  while (isWanted() && logStore.getState().tip !== tip && logStore.getState().canUndo) await undo();
}

/** One more hint of a puzzle. */
export function showHint(): void {
  const open = openLesson();
  if (open?.lesson.kind !== "puzzle") return;
  changeLesson({ hints: Math.min(open.hints + 1, open.lesson.hints.length) });
}

/** Resolves when no command runs and nothing is in the air, or after a while all the same. */
async function settled(): Promise<void> {
  const from_ms = performance.now();
  const { pending, playing, step } = timeStore.getState();
  if (pending && !playing && step === null) play();
  while (!isQuiet() && performance.now() - from_ms < SETTLE_MS) await pauseFor(ASK_MS / 4);
}

/** Whether no command runs and nothing is in the air, or time stands. */
function isQuiet(): boolean {
  const { pending, playing, lastArrival_ns, playhead_ns } = timeStore.getState();
  return !pending && (!playing || (lastArrival_ns ?? 0) <= playhead_ns);
}

/** The step after which time has come to rest: once for each, so that whoever plays on isn't stopped again. */
let rested = "";

/** After a step that is done time rests, so that connections and table entries are still there when the reading is done. */
function rest(open: OpenLesson): void {
  const key = `${turn} ${open.at}`;
  if (open.lesson.kind === "puzzle" || open.progress[open.at]?.done !== true || rested === key || !isQuiet()) return;
  rested = key;
  pause();
}

const pauseFor = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

// ── Is it done?

let lastSeen = "";
let held = 0;
let underWay = false;

/** Asks when something has changed since the last time, and somebody is looking. */
async function lookSoon(): Promise<void> {
  if (underWay || globalThis.document?.hidden === true) return;
  const open = openLesson();
  if (open !== null) rest(open);
  const step = open === null ? null : currentStep(open);
  const goal = open === null || step === null ? null : goalOf(open.lesson, step);
  if (open === null || step === null || goal === null || asksFirst(open.lesson, step, open.progress[step])) return;
  const { playhead_ns, pending } = timeStore.getState();
  const { shown, epoch } = traceStore.getState();
  const probes = isProbe(goal);
  // To try a whole ping takes a while: not while frames are flying.
  if (probes && pending) return;
  const second = probes ? 0 : Math.floor(playhead_ns / 1e9);
  const seen = [turn, step, logStore.getState().tip, shown, epoch, terminalStore.getState().count, second].join();
  if (seen === lastSeen && held === 0) return;
  lastSeen = seen;
  await look();
}

function isProbe(predicate: Predicate): boolean {
  if (predicate.type === "all" || predicate.type === "any") return predicate.of.some(isProbe);
  if (predicate.type === "not") return isProbe(predicate.of);
  return predicate.type === "ping" || predicate.type === "curl";
}

/** Asks the network whether the step that is going on is done. False when it isn't. */
export async function look(): Promise<boolean> {
  const mine = turn;
  const open = openLesson();
  const step = open === null ? null : currentStep(open);
  const goal = open === null || step === null ? null : goalOf(open.lesson, step);
  const begin = step === null ? null : open?.progress[step]?.begin;
  if (open === null || step === null || goal === null || !begin) return false;
  const options = open.lesson.kind === "lesson" ? (open.lesson.steps[step]?.predict?.options ?? []) : [];
  underWay = true;
  const answer = await ask({ kind: "lesson", since: begin.since, ask: [goal, ...options.map(({ when }) => when)] });
  underWay = false;
  // What was asked about may be gone by now.
  const now = openLesson();
  if (mine !== turn || answer?.kind !== "lesson" || now?.progress[step]?.begin !== begin) return false;
  const [isDone = false, ...holds] = answer.holds;
  held = isDone ? held + 1 : 0;
  if (!isDone) return false;
  if ((timeStore.getState().pending || now.typing) && held < PATIENCE) return false;
  held = 0;
  setDone(step, holds);
  return true;
}

/** @param holds which of the options turned out to be so */
function setDone(step: number, holds: readonly boolean[]): void {
  const right = holds.filter(Boolean).length === 1 ? holds.indexOf(true) : null;
  changeProgress(step, { done: true, right });
  const open = openLesson();
  if (open === null) return;
  if (currentStep(open) === null) {
    markDone(open.lesson.id);
    changeLesson({ ended_ms: Date.now(), ended_ns: timeStore.getState().head_ns });
  }
  tellResult(open, step);
}

// ── Opening in the middle

/** Does the steps before this one at once, without showing how. @param step from 0 */
export async function skipTo(step: number): Promise<void> {
  const mine = turn;
  for (let at = 0; at < step; at++) {
    const open = openLesson();
    if (mine !== turn || open?.lesson.kind !== "lesson") return;
    choose("shown");
    await runAtOnce(open.lesson.steps[at]?.lines ?? []);
    if (!(await isDoneSoon(at)) || mine !== turn) return;
    changeLesson({ at: at + 1 });
    await beginStep(at + 1);
  }
}

/** Asks about a step until it is done, a few times at most: the page's own asking may be on its way. */
async function isDoneSoon(step: number): Promise<boolean> {
  for (let asked = 0; asked < PATIENCE; asked++) {
    if (openLesson()?.progress[step]?.done !== false) break;
    await look();
  }
  return openLesson()?.progress[step]?.done === true;
}

const SLICE_NS = 200_000_000;
const LONGEST_NS = 120_000_000_000;

async function runAtOnce(lines: readonly LessonLine[]): Promise<void> {
  const typed = runLines(lines, { failuresCount: false });
  let isOver = false;
  void typed.then(() => {
    isOver = true;
  });
  const from_ns = timeStore.getState().playhead_ns;
  const isGoingOn = () => !isOver || timeStore.getState().pending;
  while (isGoingOn() && timeStore.getState().playhead_ns < from_ns + LONGEST_NS) {
    await advance(timeStore.getState().playhead_ns + SLICE_NS);
  }
  await advance(timeStore.getState().playhead_ns + 5 * SLICE_NS);
}
