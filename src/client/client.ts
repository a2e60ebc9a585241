// The page's end of the worker: requests go out with an id, and each is answered by exactly one reply.
import type { Envelope, Reply, Request } from "../protocol/messages.ts";

/** What is needed of a Worker, so that a test can stand in for it. */
export interface WorkerLike {
  postMessage(message: Envelope): void;
  terminate(): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}

export interface Client {
  /** Never rejects: what goes wrong is a reply that is not ok. Replies come in the order of the requests. */
  request(request: Request): Promise<Reply>;
  /** Requests that have not been answered. */
  outstanding(): number;
  close(): void;
}

/** How long a request may take before the worker counts as dead. */
const PATIENCE_MS = 30_000;
/** The same for what opens a session: the worker may still be on its way through a slow network. */
const OPENING_MS = 180_000;

/** Starts a worker. After it has died, the next request starts another: it knows nothing, and must be sent `restore`. */
export function createClient(spawn: () => Promise<WorkerLike>): Client {
  const waiting = new Map<number, { resolve: (reply: Reply) => void; timer: ReturnType<typeof setTimeout> }>();
  let worker: Promise<WorkerLike> | null = null;
  let nextId = 1;

  function settle(reply: Reply): void {
    const entry = waiting.get(reply.id);
    if (entry === undefined) return;
    waiting.delete(reply.id);
    clearTimeout(entry.timer);
    entry.resolve(reply);
  }

  function die(detail: string): void {
    void worker?.then((w) => w.terminate()).catch(() => undefined);
    worker = null;
    for (const id of waiting.keys()) settle({ id, ok: false, code: "crash", detail });
  }

  async function start(): Promise<WorkerLike> {
    const w = await spawn();
    w.onmessage = (event) => {
      const reply = event.data as Reply;
      settle(reply);
      // Its world may be half changed: no more requests for this one.
      if (!reply.ok && reply.code === "crash") die(reply.detail);
    };
    w.onerror = (event) => die(event.message ?? "the worker threw an error");
    w.onmessageerror = () => die("a message could not be read");
    return w;
  }

  return {
    request(request) {
      const id = nextId++;
      return new Promise((resolve) => {
        const patience_ms = request.type === "load" || request.type === "restore" ? OPENING_MS : PATIENCE_MS;
        const timer = setTimeout(() => die(`no answer to ${request.type} for ${patience_ms / 1000} s`), patience_ms);
        waiting.set(id, { resolve, timer });
        worker ??= start();
        worker.then(
          (w) => w.postMessage({ id, request }),
          (error: unknown) => die(`the worker did not start: ${String(error)}`),
        );
      });
    },
    outstanding: () => waiting.size,
    close: () => die("closed"),
  };
}
