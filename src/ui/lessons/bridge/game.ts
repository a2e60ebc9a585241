/** "Be the bridge": time stops just before a bridge decides about a frame, the learner decides, then the real decision is shown. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { TraceKind } from "../../../base/trace-kind.ts";
import type { DevId, FdbView } from "../../../protocol/view.ts";
import { type FrameFacts, frameFacts } from "../../events/frame-facts.ts";
import { uiStore } from "../../shell/ui-state.ts";
import { curtainStore } from "../../store/curtain.ts";
import { openScene, play, seekFrameTo, walkTo } from "../../store/session.ts";
import { logStore, sceneStore, timeStore, traceStore, worldStore } from "../../store/stores.ts";
import { frameBytes } from "../../store/trace-columns.ts";
import { closeLesson } from "../course.ts";
import {
  type Coming,
  decisionOf,
  isSameWay,
  nextComing,
  type Reason,
  reasonOf,
  type Way,
  waysFor,
} from "./decision.ts";

/** Frames of a game. */
export const ROUNDS = 5;

/** A frame that stands at a port, and what is known of it there. */
export interface Question {
  readonly coming: Coming;
  readonly facts: FrameFacts;
  /** The bridge's table before it has looked at the frame. */
  readonly fdb: readonly FdbView[];
  readonly ways: readonly Way[];
}

export interface Answer {
  readonly question: Question;
  readonly chosen: Way;
  /** What the bridge did. */
  readonly way: Way;
  readonly reason: Reason;
}

export interface Game {
  readonly bridge: DevId;
  /** "waits": nothing is on its way to the bridge; "walks": a frame comes; "asks": it is there; "shows": the real decision. */
  readonly phase: "waits" | "walks" | "asks" | "shows" | "end";
  readonly question: Question | null;
  readonly answers: readonly Answer[];
}

export const gameStore = createStore<{ readonly game: Game | null }>(() => ({ game: null }));

export function useGame(): Game | null {
  return useStore(gameStore, (s) => s.game);
}

/** Bridges with two ports or more that something is plugged into, docker0 first. */
export function bridgesToPlay(): DevId[] {
  const { nodes } = worldStore.getState();
  const bridges = Object.values(nodes).flatMap((node) => node.links.filter((link) => link.kind === "bridge"));
  const fit = bridges.filter(({ dev, up }) => up && portsOf(dev).length > 1);
  return fit.toSorted((a, b) => Number(b.name === "docker0") - Number(a.name === "docker0")).map(({ dev }) => dev);
}

export function portsOf(bridge: DevId): DevId[] {
  const { devices } = worldStore.getState();
  return [...devices].filter(([, { link, gone }]) => !gone && link.master === bridge).map(([dev]) => dev);
}

let turn = 0;
let stops: (() => void)[] = [];

/** Shows the game's card, in place of a lesson's. */
export function showGame(): void {
  closeLesson();
  endGame();
  uiStore.setState({ card: "bridge", lessons: false });
}

/** Begins to stop frames at this bridge. */
export function beginGame(bridge: DevId): void {
  stop();
  gameStore.setState({ game: { bridge, phase: "waits", question: null, answers: [] } });
  const scene = openScene();
  let { tip } = logStore.getState();
  stops = [
    sceneStore.subscribe((now) => {
      if (now.scene !== scene) closeGame();
    }),
    logStore.subscribe((now) => {
      const isNew = now.tip !== tip;
      tip = now.tip;
      if (isNew && gameStore.getState().game?.phase === "waits") void search();
    }),
    traceStore.subscribe(({ epoch, kept }, before) => {
      const row = gameStore.getState().game?.question?.coming.row ?? -1;
      if (epoch !== before.epoch && kept <= row && gameStore.getState().game?.phase === "asks") void search();
    }),
  ];
  void search();
}

function stop(): void {
  turn++;
  for (const end of stops) end();
  stops = [];
  curtainStore.setState({ at_ns: null });
}

/** Back to the choice of a bridge. */
export function endGame(): void {
  stop();
  gameStore.setState({ game: null });
}

/** Takes the card away; time goes on. */
export function closeGame(): void {
  endGame();
  if (uiStore.getState().card === "bridge") uiStore.setState({ card: null });
}

function change(change: Partial<Game>): void {
  gameStore.setState(({ game }) => ({ game: game === null ? null : { ...game, ...change } }));
}

/** Looks for the next frame that comes to the bridge, and lets time walk to just before it is there. */
export async function search(): Promise<void> {
  const mine = ++turn;
  const { game } = gameStore.getState();
  if (game === null) return;
  curtainStore.setState({ at_ns: null });
  change({ phase: "walks", question: null });
  const { playhead_ns } = timeStore.getState();
  const find = () => nextComing(traceStore.getState().columns, new Set(portsOf(game.bridge)), playhead_ns);
  // What is on a wire already comes first.
  let coming = find();
  if (coming === null) {
    await seekFrameTo(game.bridge);
    if (mine !== turn) return;
    coming = find();
  }
  if (coming === null) {
    change({ phase: "waits" });
    play();
    return;
  }
  const stop_ns = coming.arrives_ns - 1;
  curtainStore.setState({ at_ns: stop_ns });
  walkTo(stop_ns);
  await until(stop_ns);
  if (mine === turn) ask(game.bridge, coming);
}

/** Resolves when time has come so far. */
function until(t_ns: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => timeStore.getState().playhead_ns >= t_ns;
    if (look()) return resolve();
    const end = timeStore.subscribe(() => {
      if (!look()) return;
      end();
      resolve();
    });
    stops.push(end);
  });
}

function ask(bridge: DevId, coming: Coming): void {
  const { columns, frames } = traceStore.getState();
  const facts = frameFacts(frameBytes(frames, columns.frame[coming.row]!));
  if (facts === null) return;
  const fdb = worldStore.getState().devices.get(bridge)?.link.fdb ?? [];
  const known = fdb.find(({ mac }) => mac === facts.ethDst)?.dev ?? null;
  change({ phase: "asks", question: { coming, facts, fdb, ways: waysFor(portsOf(bridge), coming, known) } });
}

/** Decides in the bridge's place; the real decision follows. @param option of the question's ways */
export async function decide(option: number): Promise<void> {
  const { game } = gameStore.getState();
  const chosen = game?.question?.ways[option];
  if (game === null || game.phase !== "asks" || game.question === null || chosen === undefined) return;
  const mine = turn;
  const { question } = game;
  const { coming, facts, fdb } = question;
  curtainStore.setState({ at_ns: null });
  walkTo(coming.arrives_ns);
  await until(coming.arrives_ns);
  if (mine !== turn) return;
  const way = decisionOf(traceStore.getState().columns, game.bridge, coming) ?? { type: "none" };
  const reason = reasonOf(way, facts.ethDst, coming.port, fdb);
  change({ phase: "shows", answers: [...game.answers, { question, chosen, way, reason }] });
  walkTo(coming.arrives_ns + flight_ns(coming));
}

/** How long the frame's copies are on their wires, ns. */
function flight_ns({ row, arrives_ns }: Coming): number {
  const { columns } = traceStore.getState();
  let longest = 1;
  for (let i = row + 1; i < columns.count; i++) {
    if (columns.t_ns[i] === arrives_ns && columns.kind[i] === TraceKind.HOP) longest = Math.max(longest, columns.b[i]!);
  }
  return longest;
}

/** To the next frame, or to the end. */
export function goOn(): void {
  const { game } = gameStore.getState();
  if (game?.phase !== "shows") return;
  if (game.answers.length < ROUNDS) void search();
  else {
    change({ phase: "end", question: null });
    play();
  }
}

export const isRight = ({ chosen, way }: Answer): boolean => isSameWay(chosen, way);
