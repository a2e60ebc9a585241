/** A session at random: lines typed, Ctrl-C, time, seeks, forks, undo and redo; then all of it held against the laws. */
import "../../src/worlds/whole.ts";
import fc from "fast-check";
import { createEngine, type Engine, handle } from "../../src/engine/handle.ts";
import { answerQuery } from "../../src/engine/query.ts";
import type { Session } from "../../src/engine/session.ts";
import { toPage, viewNodes } from "../../src/engine/view.ts";
import type { Reply, Request, SavedState } from "../../src/protocol/messages.ts";
import type { Scene } from "../../src/protocol/scene.ts";
import { brokenLaws, hashOf } from "./laws.ts";
import { lines } from "./lines.ts";
import { sceneOf, shapes } from "./scenes.ts";

type Move =
  | { op: "type"; node: number; line: string }
  | { op: "interrupt"; node: number }
  | { op: "run"; ms: number }
  | { op: "seek"; percent: number }
  | { op: "branch"; tip: number }
  | { op: "step" | "undo" | "redo" };

const node = fc.nat({ max: 12 });
const ms = fc.constantFrom(0, 1, 50, 500, 1000, 1000, 2500, 2500, 6000);
const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ op: fc.constant("type" as const), node, line: lines }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant("run" as const), ms }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("interrupt" as const), node }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("seek" as const), percent: fc.nat({ max: 100 }) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("branch" as const), tip: fc.nat({ max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom("step" as const, "undo" as const, "redo" as const) }) },
);

/** What a fuzz run draws: a scene and what is done in it. */
export const plays = fc.record({ shape: shapes, moves: fc.array(moves, { minLength: 1, maxLength: 25 }) });
export type Play = typeof plays extends fc.Arbitrary<infer T> ? T : never;

/** Rows beyond which a play is left alone: somebody has built a storm. */
const MOST_ROWS = 400_000;
const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000;

function ask(engine: Engine, request: Request): Extract<Reply, { ok: true }> {
  const reply = handle(engine, { id: 1, request });
  if (!reply.ok) throw new Error(`${request.type} was refused: ${reply.code}: ${reply.detail}`);
  return reply;
}

function sessionOf(engine: Engine): Session {
  if (engine.session === null) throw new Error("no session");
  return engine.session;
}

const playhead = (engine: Engine) => toPage(sessionOf(engine).world.now_ns);

/** Lets time pass in small steps; false when a storm is under way. */
function advance(engine: Engine, duration_ns: number): boolean {
  const end_ns = playhead(engine) + duration_ns;
  for (;;) {
    const now_ns = playhead(engine);
    if (sessionOf(engine).world.trace.rows > MOST_ROWS) return false;
    if (now_ns >= end_ns) return true;
    ask(engine, { type: "advance", to_ns: Math.min(end_ns, now_ns + 200 * NS_PER_MS) });
  }
}

function requestOf(engine: Engine, move: Exclude<Move, { op: "run" }>): Request | null {
  const { world, log, head_ns } = sessionOf(engine);
  const names = Object.keys(world.nodes);
  switch (move.op) {
    case "type":
      return { type: "exec", node: names[move.node % names.length] as string, line: move.line };
    case "interrupt":
      return { type: "interrupt", node: names[move.node % names.length] as string };
    case "seek":
      return { type: "seek", to_ns: Math.floor((toPage(head_ns) * move.percent) / 100) };
    case "branch":
      return log.entries.length === 0 ? null : { type: "branch", tip: move.tip % log.entries.length };
    case "step":
      return { type: "step", unit: "event" };
    case "undo":
    case "redo":
      return { type: move.op };
  }
}

/** Everything that can be seen of a session at its playhead. */
function seen(session: Session): string {
  const views = viewNodes(session.world, session.scene);
  const text = JSON.stringify(views);
  const plain: unknown = JSON.parse(text);
  if (JSON.stringify(plain) !== text) throw new Error("a view is not JSON");
  const terminal = session.terminal.slice(0, session.chunks);
  return JSON.stringify({ hash: hashOf(session.world.trace), rows: session.world.trace.rows, views, terminal });
}

function mustAgree(what: string, one: string, other: string): void {
  if (one === other) return;
  let at = 0;
  while (one[at] === other[at]) at++;
  const part = (text: string) => text.slice(Math.max(0, at - 60), at + 100);
  throw new Error(`${what}: …${part(one)}… became …${part(other)}…`);
}

/** The same scene and log again give the same; going to the start and back gives the same. */
function checkReturn(engine: Engine, scene: Scene): void {
  const saved = ask(engine, { type: "save" }).saved as SavedState;
  const before = seen(sessionOf(engine));
  const again = createEngine(answerQuery);
  ask(again, { type: "restore", saved: structuredClone({ ...saved, scene }) });
  mustAgree("restored", before, seen(sessionOf(again)));
  ask(engine, { type: "seek", to_ns: 0 });
  ask(engine, { type: "seek", to_ns: saved.playhead_ns });
  mustAgree("sought", before, seen(sessionOf(engine)));
}

/** To the end of the branch; then Ctrl-C until every terminal is at its prompt again. */
function interruptAll(engine: Engine): boolean {
  const session = sessionOf(engine);
  ask(engine, { type: "seek", to_ns: toPage(session.head_ns) });
  for (let i = 0; i < 6; i++) {
    const busy = viewNodes(sessionOf(engine).world, session.scene).filter((view) => view.busy);
    if (busy.length === 0) return true;
    for (const { id } of busy) ask(engine, { type: "interrupt", node: id });
    if (!advance(engine, 15 * NS_PER_S)) return false;
  }
  const stuck = viewNodes(sessionOf(engine).world, session.scene).find((view) => view.busy);
  if (stuck !== undefined) throw new Error(`${stuck.id}: cannot be interrupted`);
  return true;
}

/** Containers away, then long enough for every queue, reassembly and retransmission to come to its end. */
function settle(engine: Engine): boolean {
  const { scene, world } = sessionOf(engine);
  for (const name of scene.dockers) {
    if (world.terminals[name] === undefined) ask(engine, { type: "exec", node: name, line: ":" });
    ask(engine, {
      type: "exec",
      node: name,
      line: "kill $(jobs -p) 2>/dev/null; docker rm -f $(docker ps -aq) >/dev/null",
    });
  }
  return advance(engine, 30 * NS_PER_S) && interruptAll(engine) && advance(engine, 150 * NS_PER_S);
}

/** Plays and checks. @throws an Error that says what did not hold */
export function playAndCheck({ shape, moves: list }: Play): void {
  const engine = createEngine(answerQuery);
  const scene = sceneOf(shape);
  ask(engine, { type: "load", scene });
  for (const move of list) {
    if (move.op === "run") {
      if (!advance(engine, move.ms * NS_PER_MS)) return;
      continue;
    }
    const request = requestOf(engine, move);
    if (request !== null) ask(engine, request);
  }
  const { world } = sessionOf(engine);
  if (world.trace.rows > MOST_ROWS) return;
  check("trace", brokenLaws(world.trace, false));
  checkReturn(engine, scene);
  if (!interruptAll(engine) || !settle(engine)) return;
  const after = sessionOf(engine).world;
  check("at the end", brokenLaws(after.trace, true));
  if (after.pool.live !== 0) throw new Error(`${after.pool.live} frames are still held`);
}

function check(when: string, wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error(`${when}: ${wrong.join("\n")}`);
}
