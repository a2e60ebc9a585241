import "../worlds/whole.ts";
import { expect, test } from "vitest";
import type { Reply, Request } from "../protocol/messages.ts";
import { cniScene } from "../scenes/cross-host.ts";
import { createEngine, handle } from "./handle.ts";
import { answerQuery } from "./query.ts";

const ETHERNET = 1;
const RAW = 101;

/** Link types of the interfaces of a capture, and the first bytes of its packets. */
function outline(file: Uint8Array): { links: number[]; firsts: number[] } {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const found = { links: [] as number[], firsts: [] as number[] };
  for (let at = 0; at < file.length; at += view.getUint32(at + 4, true)) {
    if (view.getUint32(at, true) === 1) found.links.push(view.getUint16(at + 8, true));
    if (view.getUint32(at, true) === 6) found.firsts.push(view.getUint8(at + 28));
  }
  return found;
}

test("a capture on tunl0 is bare IP; one of all interfaces is Ethernet throughout, for readers that want one link type", () => {
  const engine = createEngine(answerQuery);
  let id = 0;
  const ask = (request: Request) => {
    const reply = handle(engine, { id: id++, request });
    if (!reply.ok) throw new Error(reply.detail);
    return reply;
  };
  ask({ type: "load", scene: cniScene("calico-ipip") });
  const { world } = engine.session!;
  const pod = Object.values(world.engines)
    .flatMap((one) => Object.values(one.containers))
    .find((one) => one.name === "pod-a")!;
  ask({ type: "exec", node: pod.node, line: "ping -c 1 10.10.1.2" });
  ask({ type: "advance", to_ns: 1_000_000_000 });
  const host = world.netns.find((one) => one?.machine === world.machines.findIndex((m) => m.name === "hostA"))!;
  const tunl0 = world.devs.find((one) => one?.name === "tunl0" && one.netns === host.id)!;
  const captured = (dev: number | null) => {
    const { answer } = ask({ type: "query", query: { kind: "pcapng", dev } });
    return outline(answer?.kind === "pcapng" ? answer.bytes : new Uint8Array());
  };
  expect(captured(tunl0.id)).toEqual({ links: [RAW], firsts: [0x45, 0x45] });
  expect(new Set(captured(null).links)).toEqual(new Set([ETHERNET]));
});

test("a capture before anything has happened names an interface: tcpdump reads no file without one", () => {
  const engine = createEngine(answerQuery);
  const ask = (request: Request) => handle(engine, { id: 0, request }) as Extract<Reply, { ok: true }>;
  ask({ type: "load", scene: cniScene("calico-ipip") });
  for (const dev of [null, 1]) {
    const { answer } = ask({ type: "query", query: { kind: "pcapng", dev } });
    const { links, firsts } = outline(answer?.kind === "pcapng" ? answer.bytes : new Uint8Array());
    expect([links.length, firsts.length]).toEqual([1, 0]);
  }
});
