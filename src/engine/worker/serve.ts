/**
 * A worker's side of the messages: requests in, replies out, one after the other. A scene that needs few programs is opened before the rest
 * is there, so that the page stands early. A crash is told to the page, which starts a new worker from its log.
 */
import type { Envelope, Reply, Request } from "../../protocol/messages.ts";
import { OnItsWay } from "../../shell/later.ts";
import { buffersOf } from "../batch.ts";
import { createEngine, type Engine, handle } from "../handle.ts";
import type { answerQuery } from "../query.ts";

/** What later.ts has. */
export interface Later {
  readonly answerQuery: typeof answerQuery;
}

/** Answers the page from now on. `fetchLater` brings in the rest; it is called when the first scene is open, or when one needs it. */
export function serve(fetchLater: () => Promise<Later>): void {
  const engine = createEngine();
  let turn = Promise.resolve();
  let rest: Promise<void> | null = null;
  const whole = () => {
    if (rest !== null) return rest;
    rest = fetchLater().then((later) => {
      engine.answerQuery = later.answerQuery;
    });
    // What could not be fetched is asked for again by whoever needs it next.
    rest.catch(() => {
      rest = null;
    });
    return rest;
  };
  self.onmessage = (message: MessageEvent<Envelope>) => {
    const before = turn;
    turn = before.then(async () => {
      const reply = await answer(engine, message.data, whole);
      const buffers = reply.ok && reply.batch !== null ? buffersOf(reply.batch) : [];
      self.postMessage(reply, { transfer: buffers as ArrayBuffer[] });
      if (reply.ok) void whole();
    });
  };
}

/** What can be done without the rest: no program starts in these but those of a scene's set-up, which stop when they are not there. */
const EARLY: readonly Request["type"][] = ["load", "restore", "advance", "step", "seek"];

async function answer(engine: Engine, envelope: Envelope, whole: () => Promise<void>): Promise<Reply> {
  try {
    if (!EARLY.includes(envelope.request.type)) await whole();
    try {
      return handle(engine, envelope);
    } catch (error) {
      if (!(error instanceof OnItsWay)) throw error;
    }
    // Once more from the start: opening a scene leaves nothing behind when it stops half-way.
    await whole();
    return handle(engine, envelope);
  } catch (error) {
    return crash(envelope, error);
  }
}

function crash({ id }: Envelope, error: unknown): Reply {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { id, ok: false, code: "crash", detail };
}
