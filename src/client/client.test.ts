import { describe, expect, it, vi } from "vitest";
import type { Envelope } from "../protocol/messages.ts";
import { createClient, type WorkerLike } from "./client.ts";

/** A worker that answers when it is told to. */
function silentWorker() {
  const sent: Envelope[] = [];
  const terminate = vi.fn();
  const worker: WorkerLike = {
    postMessage: (message) => sent.push(message),
    terminate,
    onmessage: null,
    onerror: null,
    onmessageerror: null,
  };
  const answer = (id: number) => worker.onmessage?.({ data: { id, ok: true, batch: null } } as MessageEvent);
  return { worker, sent, answer, terminate };
}

const flush = () => new Promise((resolve) => setTimeout(resolve));

describe("the client", () => {
  it("gives each reply to the request with its id", async () => {
    const { worker, sent, answer } = silentWorker();
    const client = createClient(async () => worker);
    const first = client.request({ type: "save" });
    const second = client.request({ type: "undo" });
    await flush();
    expect(client.outstanding()).toBe(2);
    answer(sent[1]!.id);
    expect((await second).id).toBe(sent[1]!.id);
    answer(sent[0]!.id);
    expect((await first).id).toBe(sent[0]!.id);
    expect(client.outstanding()).toBe(0);
  });

  it("answers everything with a crash when the worker dies, and starts another for the next request", async () => {
    const workers = [silentWorker(), silentWorker()];
    const spawn = vi.fn(async () => workers[spawn.mock.calls.length - 1]!.worker);
    const client = createClient(spawn);
    const lost = client.request({ type: "save" });
    await flush();
    workers[0]!.worker.onerror?.({ message: "out of memory" } as ErrorEvent);
    expect(await lost).toMatchObject({ ok: false, code: "crash", detail: "out of memory" });
    const next = client.request({ type: "save" });
    await flush();
    workers[1]!.answer(workers[1]!.sent[0]!.id);
    expect(await next).toMatchObject({ ok: true });
    expect(workers[0]!.terminate).toHaveBeenCalled();
  });

  it("does not go on with a worker that has answered with a crash", async () => {
    const workers = [silentWorker(), silentWorker()];
    const spawn = vi.fn(async () => workers[spawn.mock.calls.length - 1]!.worker);
    const client = createClient(spawn);
    const lost = client.request({ type: "save" });
    await flush();
    const { id } = workers[0]!.sent[0]!;
    workers[0]!.worker.onmessage?.({ data: { id, ok: false, code: "crash", detail: "a bug" } } as MessageEvent);
    expect(await lost).toMatchObject({ ok: false, detail: "a bug" });
    void client.request({ type: "save" });
    await flush();
    expect(spawn).toHaveBeenCalledTimes(2);
    expect(workers[0]!.terminate).toHaveBeenCalled();
    client.close();
  });

  it("says that the worker did not start", async () => {
    const client = createClient(() => Promise.reject(new Error("blocked")));
    expect(await client.request({ type: "save" })).toMatchObject({ ok: false, code: "crash" });
  });

  it("does not wait for ever", async () => {
    vi.useFakeTimers();
    const client = createClient(async () => silentWorker().worker);
    const reply = client.request({ type: "save" });
    await vi.advanceTimersByTimeAsync(31_000);
    expect(await reply).toMatchObject({ ok: false, code: "crash" });
    vi.useRealTimers();
  });
});
