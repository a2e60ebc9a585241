/** Answers the page's requests, one at a time. Holds the only session of the worker. */
import { TraceKind } from "../base/trace-kind.ts";
import type { Envelope, LogEntry, Reply, Request } from "../protocol/messages.ts";
import { LATEST_NS, parseAddedHost, parseSavedState, parseScene } from "../protocol/schema.ts";
import { onItsWay } from "../shell/later.ts";
import { nextEventTime } from "../sim/queue.ts";
import { oldestRow, rowsOf } from "../sim/rows.ts";
import { hostFault } from "../worlds/add-host.ts";
import { forgetBeyond, nothingSent, type Sent, takeBatch } from "./batch.ts";
import type { answerQuery } from "./query.ts";
import {
  act,
  countsOf,
  createSession,
  openBranch,
  redo,
  restoreSession,
  runTo,
  type Session,
  saveSession,
  seek,
  undo,
} from "./session.ts";
import { terminalPlace } from "./terminal.ts";
import { toWorld } from "./view.ts";

/** A step gives up after this much virtual time without anything happening. */
const STEP_LIMIT_NS = 120_000_000_000;

export interface Engine {
  session: Session | null;
  sent: Sent;
  /** Null while that is on its way (see serve.ts). */
  answerQuery: typeof answerQuery | null;
}

export function createEngine(answer: Engine["answerQuery"] = null): Engine {
  return { session: null, sent: nothingSent(), answerQuery: answer };
}

type Outcome = Omit<Extract<Reply, { ok: true }>, "id" | "ok"> | Omit<Extract<Reply, { ok: false }>, "id" | "ok">;

/** Carries out one request. Never throws for what a page may send; a bug in the simulator throws. */
export function handle(engine: Engine, { id, request }: Envelope): Reply {
  const outcome = carryOut(engine, request);
  return "code" in outcome ? { id, ok: false, ...outcome } : { id, ok: true, ...outcome };
}

function carryOut(engine: Engine, request: Request): Outcome {
  switch (request.type) {
    case "load": {
      const scene = parseScene(request.scene);
      return scene.ok ? open(engine, createSession(scene.value)) : { code: "bad-scene", detail: scene.error };
    }
    case "restore": {
      const saved = parseSavedState(request.saved);
      return saved.ok ? open(engine, restoreSession(saved.value)) : { code: "bad-state", detail: saved.error };
    }
    default:
      if (engine.session === null) return { code: "bad-message", detail: `${request.type}: no scene is open` };
      return inSession(engine, engine.session, request);
  }
}

function open(engine: Engine, session: Session): Outcome {
  engine.session = session;
  engine.sent = nothingSent();
  return { batch: takeBatch(session, engine.sent, true) };
}

function inSession(engine: Engine, session: Session, request: Exclude<Request, { type: "load" | "restore" }>): Outcome {
  switch (request.type) {
    case "exec":
    case "interrupt":
    case "key":
      if (terminalPlace(session.world, request.node) === null) return { code: "no-such-node", detail: request.node };
      forgetBeyond(engine.sent, countsOf(session));
      if (request.type === "key" && request.key !== "eof" && request.key !== "detach")
        return { code: "bad-message", detail: `key ${String(request.key)}` };
      act(session, request.node, deedOf(request));
      break;
    case "addHost": {
      const host = parseAddedHost(request.host);
      const fault = host.ok ? hostFault(session.world, host.value) : host.error;
      if (!host.ok || fault !== null) return { code: "bad-host", detail: fault ?? "" };
      forgetBeyond(engine.sent, countsOf(session));
      act(session, host.value.spec.name, { type: "add-host", host: host.value });
      break;
    }
    case "advance":
      if (!(toWorld(request.to_ns) >= session.world.now_ns && request.to_ns <= LATEST_NS))
        return { code: "bad-message", detail: `advance to ${request.to_ns}` };
      runTo(session, toWorld(request.to_ns));
      break;
    case "step":
      step(session, request);
      break;
    case "seek":
      if (!(Math.abs(request.to_ns) <= LATEST_NS)) return { code: "bad-message", detail: `seek to ${request.to_ns}` };
      seek(session, toWorld(request.to_ns));
      break;
    case "undo":
      if (undo(session)) forgetBeyond(engine.sent, countsOf(session));
      break;
    case "redo": {
      const same = redo(session);
      if (same !== null) forgetBeyond(engine.sent, same);
      break;
    }
    case "branch":
      if (session.log.entries[request.tip] === undefined)
        return { code: "bad-message", detail: `branch ${request.tip}` };
      forgetBeyond(engine.sent, openBranch(session, request.tip));
      break;
    case "save":
      return { batch: null, saved: saveSession(session) };
    case "query":
      if (engine.answerQuery === null) onItsWay("the answer to queries");
      return { batch: null, answer: engine.answerQuery(session, request.query) };
    default:
      return { code: "bad-message", detail: String((request as { type?: unknown }).type) };
  }
  return { batch: takeBatch(session, engine.sent, false) };
}

function deedOf(request: Extract<Request, { type: "exec" | "interrupt" | "key" }>): LogEntry["what"] {
  if (request.type === "exec") return { type: "exec", line: request.line };
  return request.type === "key" ? { type: "key", key: request.key } : { type: "interrupt" };
}

/** Runs on until the next row (or the next hop, or one towards a port) is in the trace. */
function step(session: Session, request: Extract<Request, { type: "step" }>): void {
  const { trace } = session.world;
  const limit_ns = session.world.now_ns + STEP_LIMIT_NS;
  let row = trace.rows;
  for (;;) {
    const next_ns = nextStop_ns(session);
    if (next_ns > limit_ns) return;
    runTo(session, next_ns);
    for (const { kind, a } of rowsOf(trace, Math.max(row, oldestRow(trace)))) {
      if (request.unit === "event") return;
      if (kind !== TraceKind.HOP) continue;
      if (request.unit !== "port" || session.world.devs[a]?.master === request.bridge) return;
    }
    row = trace.rows;
  }
}

/** The next moment at which something happens: an event, or what the log has in store. Infinity: nothing will. */
function nextStop_ns(session: Session): number {
  const event_ns = nextEventTime(session.world.queue);
  const logged = session.path[session.applied];
  return logged === undefined ? event_ns : Math.min(event_ns, toWorld(logged.at_ns));
}
