/** The Web Worker's entry: requests in, replies out. A crash is told to the page, which starts a new worker from its log. */
import type { Envelope, Reply } from "../protocol/messages.ts";
import { buffersOf } from "./batch.ts";
import { createEngine, handle } from "./handle.ts";

const engine = createEngine();

self.onmessage = (message: MessageEvent<Envelope>) => {
  const reply = answer(message.data);
  const buffers = reply.ok && reply.batch !== null ? buffersOf(reply.batch) : [];
  self.postMessage(reply, { transfer: buffers as ArrayBuffer[] });
};

function answer(envelope: Envelope): Reply {
  try {
    return handle(engine, envelope);
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { id: envelope.id, ok: false, code: "crash", detail };
  }
}
