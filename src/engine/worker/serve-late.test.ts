import { expect, test, vi } from "vitest";
import type { Envelope, Reply } from "../../protocol/messages.ts";
import { sameHost } from "../../scenes/same-host.ts";
import { serve } from "./serve.ts";

test("a scene whose set-up needs the rest is opened anew when it is there", async () => {
  const replies: Reply[] = [];
  let fetched = 0;
  const scope = {
    onmessage: null as unknown as (message: { data: Envelope }) => void,
    postMessage: (reply: Reply) => replies.push(reply),
  };
  vi.stubGlobal("self", scope);
  serve(async () => {
    fetched++;
    expect(replies).toEqual([]);
    return (await import("./later.ts")).later;
  });
  const setup = [...sameHost.setup, { node: "hostA", line: "ip link add br9 type bridge" }];
  scope.onmessage({ data: { id: 0, request: { type: "load", scene: { ...sameHost, setup } } } });
  await vi.waitFor(() => expect(replies).toHaveLength(1), { timeout: 20_000 });
  const { batch } = replies[0] as Reply & { ok: true };
  expect(fetched).toBe(1);
  expect(batch?.nodes.flatMap(({ links }) => links.map(({ name }) => name))).toContain("br9");
});
