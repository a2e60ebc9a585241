// One session with the simulator: what a person can do, as requests to the worker, and what comes back, into the stores.
import type { Client } from "../../client/client.ts";
import type { Query, QueryAnswer, Reply, Request, SavedState, TerminalKey } from "../../protocol/messages.ts";
import type { AddedHost, Scene } from "../../protocol/scene.ts";
import type { DevId, NodeId } from "../../protocol/view.ts";
import { applyBatch } from "./apply-batch.ts";
import { curtainAt_ns, isCurtainClosed, sayCurtain, untilOpen } from "./curtain.ts";
import { notify } from "./notices.ts";
import { keepAside, keepSaved, setOpenKept } from "./saved.ts";
import { nextEvent, nextHopEnd, previousEvent } from "./steps.ts";
import { logStore, sceneStore, showTerminal, timeStore, traceStore } from "./stores.ts";
import { rowsUntil } from "./trace-columns.ts";

let client: Client | null = null;
/** Requests whose reply has not been applied. */
let outstanding = 0;
/** Of these, the ones that are not the clock's. */
let acting = 0;
let recovering = false;

/** Gives the session its worker; call before anything else. */
export function connect(c: Client): void {
  client?.close();
  client = c;
  sceneStore.setState({ scene: null });
  outstanding = 0;
  acting = 0;
  recovering = false;
}

/** The scene that is open. */
export function openScene(): Scene | null {
  return sceneStore.getState().scene;
}

/** True while the worker owes an answer: the clock waits, so that only one advance is on its way. */
export function isBusy(): boolean {
  return outstanding > 0 || recovering;
}

/** True while something that a person did is on its way. */
export function isActing(): boolean {
  return acting > 0 || recovering;
}

/** All that must be kept to come back here; null while no scene is open. */
export function savedState(): SavedState | null {
  const scene = openScene();
  if (scene === null) return null;
  const { entries, tip } = logStore.getState();
  return { version: 1, scene, log: entries, tip, playhead_ns: timeStore.getState().playhead_ns };
}

/** Opens a scene anew; what was open stays open when that fails. */
export async function load(next: Scene): Promise<boolean> {
  const reply = await send({ type: "load", scene: next });
  if (!reply.ok) return false;
  sceneStore.setState({ scene: next });
  timeStore.setState({ playing: true, step: null, gap: null });
  setOpenKept(null);
  keepSaved(savedState());
  return true;
}

/** Comes back to a saved moment; false when the worker cannot. */
export async function restore(saved: SavedState): Promise<boolean> {
  const reply = await send({ type: "restore", saved });
  if (!reply.ok) return false;
  sceneStore.setState({ scene: saved.scene });
  timeStore.setState({ playing: false, step: null, gap: null });
  return true;
}

/** Types a line into a node's terminal at the playhead, and lets time run. In the past this forks. */
export async function exec(node: NodeId, line: string): Promise<boolean> {
  showTerminal(node);
  return act({ type: "exec", node, line });
}

/** Puts one more Docker host on a LAN at the playhead, and its terminal in front; false when it doesn't fit. */
export async function addHost(host: AddedHost): Promise<boolean> {
  if (!(await act({ type: "addHost", host }))) return false;
  showTerminal(host.spec.name);
  return true;
}

/** Does something new at the playhead, and lets time run; says so when that left a future behind. Waits for the curtain. */
async function act(request: Request): Promise<boolean> {
  const scene = openScene();
  if (!(await untilOpen()) || scene !== openScene()) return false;
  const { playhead_ns } = timeStore.getState();
  const { tip, path } = logStore.getState();
  const { shown, rows } = traceStore.getState();
  const forks = shown < rows || path.some((entry) => entry.at_ns > playhead_ns);
  const reply = await send(request);
  if (!reply.ok) return false;
  play();
  if (forks)
    notify("note", (t) => t.notice.forked, { label: (t) => t.notice.bringBack, run: () => void openBranch(tip) });
  return true;
}

/** Ctrl-C in a node's terminal. */
export async function interrupt(node: NodeId): Promise<void> {
  await send({ type: "interrupt", node });
  play();
}

/** Ctrl-D, or the keys that leave a container's terminal. */
export async function pressTerminalKey(node: NodeId, key: TerminalKey): Promise<void> {
  await send({ type: "key", node, key });
  play();
}

export function play(): void {
  timeStore.setState({ playing: true, step: null });
}

export function pause(): void {
  timeStore.setState({ playing: false, step: null, gap: null });
}

export function togglePlay(): void {
  const { playing, step } = timeStore.getState();
  if (playing || step !== null) pause();
  else if (timeStore.getState().playhead_ns >= curtainAt_ns()) sayCurtain();
  else play();
}

export function setSpeed(speed: number): void {
  timeStore.setState({ speed: Math.min(10, Math.max(0.1, speed)), realTime: false });
}

export function setRealTime(realTime: boolean): void {
  timeStore.setState({ realTime });
}

/** Runs to the end of the next frame's way over a wire, then pauses. */
export function stepHop(): Promise<void> {
  return startStep("hop");
}

/** Runs to the next row of the trace, then pauses. */
export function stepEvent(): Promise<void> {
  return startStep("event");
}

/** What the trace does not know yet the simulator looks for, and comes back: time itself walks there afterwards. */
async function startStep(unit: "hop" | "event"): Promise<void> {
  pause();
  const { playhead_ns } = timeStore.getState();
  let stopAt_ns = stepEnd(unit);
  if (stopAt_ns === null && isCurtainClosed()) return sayCurtain();
  if (stopAt_ns === null) {
    const there = send({ type: "step", unit });
    await Promise.all([there, send({ type: "seek", to_ns: playhead_ns })]);
    stopAt_ns = stepEnd(unit);
  }
  if (stopAt_ns === null) notify("note", (t) => t.notice.nothingMore);
  else timeStore.setState({ playing: false, step: { kind: unit, stopAt_ns } });
}

/** Has the trace know the next frame that sets off towards a port of the bridge, if there will be one; time stays where it is. */
export async function seekFrameTo(bridge: DevId): Promise<void> {
  const { playhead_ns } = timeStore.getState();
  const there = send({ type: "step", unit: "port", bridge });
  await Promise.all([there, send({ type: "seek", to_ns: playhead_ns })]);
  pause();
}

/** Time walks to this moment, and pauses there. */
export function walkTo(stopAt_ns: number): void {
  timeStore.setState({ playing: false, step: { kind: "hop", stopAt_ns } });
}

function stepEnd(unit: "hop" | "event"): number | null {
  const { columns } = traceStore.getState();
  const { playhead_ns } = timeStore.getState();
  const fromRow = rowsUntil(columns, playhead_ns);
  return unit === "hop" ? nextHopEnd(columns, playhead_ns, fromRow) : nextEvent(columns, fromRow);
}

/** Back to just before the last thing that happened. */
export async function stepBack(): Promise<void> {
  const { columns } = traceStore.getState();
  await seek(previousEvent(columns, timeStore.getState().playhead_ns));
}

/** Goes to any time of this branch up to its head, and pauses. */
export async function seek(to_ns: number): Promise<void> {
  pause();
  const { head_ns } = timeStore.getState();
  await send({ type: "seek", to_ns: Math.round(Math.min(head_ns, Math.max(0, to_ns))) });
}

/** To the instant before the last command; its future is kept as a branch. */
export async function undo(): Promise<void> {
  if (!logStore.getState().canUndo) return;
  pause();
  await send({ type: "undo" });
}

export async function redo(): Promise<void> {
  if (!logStore.getState().canRedo) return;
  if (isCurtainClosed()) return sayCurtain();
  pause();
  await send({ type: "redo" });
}

/** Opens the branch of the log that ends in this entry. */
export async function openBranch(tip: number): Promise<void> {
  if (isCurtainClosed()) return sayCurtain();
  pause();
  await send({ type: "branch", tip });
}

/** For the clock: runs to `to_ns`. */
export async function advance(to_ns: number): Promise<void> {
  await send({ type: "advance", to_ns });
}

/** Asks the worker something that changes nothing; null when it has no answer. */
export async function ask(query: Query): Promise<QueryAnswer | null> {
  const reply = await send({ type: "query", query });
  return reply.ok ? (reply.answer ?? null) : null;
}

async function send(request: Request): Promise<Reply> {
  const to = client;
  if (to === null) return { id: 0, ok: false, code: "crash", detail: "no worker" };
  const acts = request.type === "advance" ? 0 : 1;
  outstanding++;
  acting += acts;
  const reply = await to.request(request);
  if (to !== client) return reply;
  outstanding--;
  acting -= acts;
  if (reply.ok) {
    if (reply.batch !== null) applyBatch(reply.batch);
    if (reply.ok && reply.batch?.log) keepSaved(savedState());
  } else if (!recovering) await fail(request, reply);
  return reply;
}

async function fail(request: Request, reply: Reply & { ok: false }): Promise<void> {
  console.error(`${request.type}: ${reply.code}: ${reply.detail}`);
  // A worker that died of another state takes what is open with it.
  if (reply.code === "crash" && savedState() !== null) await recover(request);
  else if (request.type !== "restore") notify("error", (t) => t.refusal[reply.code]);
}

/** A new worker, brought to where the old one was; without the last command when that is what kills it. */
async function recover(request: Request): Promise<void> {
  const saved = savedState();
  if (saved === null) return;
  recovering = true;
  pause();
  if (await restore(saved)) notify("error", (t) => t.notice.restarted);
  else {
    keepAside(JSON.stringify(saved));
    const last = saved.log.find((entry) => entry.id === saved.tip);
    const shorter = { ...saved, tip: last?.parent ?? -1, playhead_ns: last?.at_ns ?? 0 };
    if (last !== undefined && (await restore(shorter))) notify("error", (t) => t.notice.restartedWithoutLast);
    else {
      await load(saved.scene);
      notify("error", (t) => t.notice.restartedFresh);
    }
  }
  if (request.type === "exec") notify("error", (t) => t.notice.commandLost(request.line));
  recovering = false;
}
