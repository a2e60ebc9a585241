import { afterEach, expect, test, vi } from "vitest";
import type { Envelope, Reply, Request } from "../../protocol/messages.ts";
import { sameHost } from "../../scenes/same-host.ts";
import { serve } from "./serve.ts";

afterEach(() => vi.unstubAllGlobals());

/** A worker without a browser: what is posted to it, what it answers, and when it fetched the rest. */
function start() {
  const replies: Reply[] = [];
  const fetched: number[] = [];
  const scope = {
    onmessage: null as unknown as (message: { data: Envelope }) => void,
    postMessage: (reply: Reply) => replies.push(reply),
  };
  vi.stubGlobal("self", scope);
  serve(async () => {
    fetched.push(replies.length);
    return (await import("./later.ts")).later;
  });
  const ask = async (request: Request) => {
    const id = replies.length;
    scope.onmessage({ data: { id, request } });
    await vi.waitFor(() => expect(replies.length).toBeGreaterThan(id), { timeout: 20_000 });
    return replies[id];
  };
  return { ask, fetched };
}

// The order counts: once a test has brought the other programs in, they are there for all.
test("the first scene opens before the rest is fetched, and a command waits for it", async () => {
  const { ask, fetched } = start();
  expect(await ask({ type: "load", scene: sameHost })).toMatchObject({ ok: true });
  expect(fetched).toEqual([1]);
  expect(await ask({ type: "advance", to_ns: 1e9 })).toMatchObject({ ok: true });
  expect(await ask({ type: "exec", node: "hostA", line: "ip link" })).toMatchObject({ ok: true });
  const { batch } = (await ask({ type: "advance", to_ns: 2e9 })) as Reply & { ok: true };
  expect(batch?.terminal.map(({ text }) => text).join("")).toContain("docker0");
  expect(fetched).toEqual([1]);
});
