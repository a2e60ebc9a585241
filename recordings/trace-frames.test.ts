import { describe, expect, test } from "vitest";
import { DropReason, TraceKind } from "../src/base/trace-kind.ts";
import { NfStep } from "../src/kernel/netfilter/tables.ts";
import type { DevKind } from "../src/kernel/types.ts";
import { allocFrame, createPool, frameStart, releaseFrame } from "../src/sim/frames.ts";
import { createTrace, traceFrame, traceRow } from "../src/sim/trace.ts";
import { mac } from "../src/wire/address.ts";
import type { PlaygroundWorld } from "../src/worlds/types.ts";
import { attachCaptures, createTracer, readTrace, tracedFrames } from "./trace-frames.ts";

const HOST = 0;
const CONTAINER = 1;
const BY_HAND = 2;
const [BRIDGE, VETH, ETH0, LO, STRAY] = [0, 1, 2, 3, 4];
const MACS = ["02:42:00:00:00:00", "de:ad:00:00:00:01", "02:42:ac:11:00:02", "00:00:00:00:00:00", "de:ad:00:00:00:02"];

/** Only what a tracer looks at: a host with docker0 and a veth, a container, and a namespace made by hand. */
function smallWorld() {
  const device = (id: number, netns: number, name: string, kind: DevKind) => {
    return { id, netns, name, kind, mac: mac(MACS[id]!) };
  };
  const devs = [
    device(BRIDGE, HOST, "docker0", "bridge"),
    device(VETH, HOST, "veth1", "veth"),
    device(ETH0, CONTAINER, "eth0", "veth"),
    device(LO, HOST, "lo", "loopback"),
    device(STRAY, BY_HAND, "eth0", "veth"),
  ];
  const containers = {
    web: { name: "web", sandbox: { netns: CONTAINER, own: true } },
    sidecar: { name: "sidecar", sandbox: { netns: CONTAINER, own: false } },
    stopped: { name: "stopped", sandbox: null },
  };
  const machines = [{ name: "hostA", initNetns: HOST }];
  const engines = { hostA: { containers } };
  const small = { now_ns: 1e9, trace: createTrace(), pool: createPool(), machines, devs: devs as unknown[], engines };
  return small as typeof small & PlaygroundWorld;
}

function hop(world: PlaygroundWorld, t_ns: number, kind: number, dev: number, a = -1, b = 0, dst = MACS[ETH0]!): void {
  const bytes = Buffer.from(dst.replaceAll(":", ""), "hex");
  const slot = allocFrame(world.pool, bytes.length, 7);
  world.pool.bytes.set(bytes, frameStart(world.pool, slot));
  const frame = traceFrame(world.trace, world.pool, slot);
  releaseFrame(world.pool, slot);
  traceRow(world.trace, t_ns, kind, dev, 7, frame, a, b);
}

const brief = (world: PlaygroundWorld, tracer = createTracer(world)) => {
  readTrace(tracer);
  return tracedFrames(tracer).map((f) => `${f.t} ${f.node}.${f.if} ${f.dir} ${f.pkttype}`);
};

/** A tracer that captures in the container too, before anything happens. */
function listening(world: PlaygroundWorld) {
  const tracer = createTracer(world);
  attachCaptures(tracer);
  return tracer;
}

describe("where a frame is seen", () => {
  test("leaving one end of a veth and arriving at the other after its time on the wire", () => {
    const world = smallWorld();
    const tracer = listening(world);
    hop(world, 1_000_000, TraceKind.HOP, VETH, ETH0, 25_000);
    expect(brief(world, tracer)).toEqual(["0.001 hostA.veth1 out 4", "0.001025 web.eth0 in 0"]);
    expect(tracedFrames(tracer)[0]?.hex).toBe("0242ac110002");
  });

  test("on the bridge's own interface", () => {
    const world = smallWorld();
    const tracer = listening(world);
    hop(world, 1_000_000, TraceKind.BRIDGE_UP, BRIDGE);
    hop(world, 2_000_000, TraceKind.BRIDGE_XMIT, BRIDGE);
    expect(brief(world, tracer)).toEqual(["0.001 hostA.docker0 in 3", "0.002 hostA.docker0 out 4"]);
  });

  test("in order of time, though arrivals are known before they happen", () => {
    const world = smallWorld();
    const tracer = listening(world);
    hop(world, 1_000_000, TraceKind.HOP, VETH, ETH0, 50_000);
    hop(world, 1_010_000, TraceKind.BRIDGE_UP, BRIDGE, -1, 0, "ff:ff:ff:ff:ff:ff");
    hop(world, 1_050_000, TraceKind.HOP, ETH0, -1, 0, "01:00:5e:00:00:01");
    expect(brief(world, tracer)).toEqual([
      "0.001 hostA.veth1 out 4",
      "0.00101 hostA.docker0 in 1",
      "0.00105 web.eth0 in 0",
      "0.00105 web.eth0 out 4",
    ]);
  });

  test.each([
    ["the device there is down", 1_025_000, ETH0, DropReason.DEV_READY],
    ["the device there is gone", 1_025_000, -1, DropReason.DEV_READY],
    ["it is too long for the device there", 1_000_000, ETH0, DropReason.PKT_TOO_BIG],
  ])("not at the other end when %s", (_, t_ns, dev, reason) => {
    const world = smallWorld();
    const tracer = listening(world);
    hop(world, 1_000_000, TraceKind.HOP, VETH, ETH0, 25_000);
    traceRow(world.trace, t_ns, TraceKind.DROP, dev, 7, -1, reason, -1);
    expect(brief(world, tracer)).toEqual(["0.001 hostA.veth1 out 4"]);
  });

  test("at the other end when it is dropped only after it came", () => {
    const world = smallWorld();
    const tracer = listening(world);
    hop(world, 1_000_000, TraceKind.HOP, VETH, ETH0, 25_000);
    traceRow(world.trace, 1_025_000, TraceKind.DROP, ETH0, 7, -1, DropReason.OTHERHOST, -1);
    expect(brief(world, tracer)).toHaveLength(2);
  });

  test("not before it arrives", () => {
    const world = smallWorld();
    const tracer = listening(world);
    hop(world, 999_990_000, TraceKind.HOP, VETH, ETH0, 25_000);
    expect(brief(world, tracer)).toEqual(["0.99999 hostA.veth1 out 4"]);
  });

  test("nowhere on lo or in a namespace made by hand", () => {
    const world = smallWorld();
    const tracer = listening(world);
    hop(world, 1_000_000, TraceKind.HOP, LO, LO, 5_000);
    hop(world, 1_000_000, TraceKind.HOP, STRAY, -1);
    expect(brief(world, tracer)).toEqual([]);
  });
});

test("a container is captured from the call on, under the name of the one that owns the namespace", () => {
  const world = smallWorld();
  const tracer = createTracer(world);
  hop(world, 1_000_000, TraceKind.HOP, ETH0, VETH, 25_000);
  readTrace(tracer);
  attachCaptures(tracer);
  // What it is called later makes no difference.
  for (const container of Object.values(world.engines.hostA!.containers)) container.name += "2";
  attachCaptures(tracer);
  hop(world, 2_000_000, TraceKind.HOP, ETH0, VETH, 25_000);
  expect(brief(world, tracer)).toEqual([
    "0.001025 hostA.veth1 in 3",
    "0.002 web.eth0 out 4",
    "0.002025 hostA.veth1 in 3",
  ]);
});

test("a device that is gone is called what it was last", () => {
  const world = smallWorld();
  const tracer = listening(world);
  hop(world, 1_000_000, TraceKind.HOP, VETH, ETH0, 25_000);
  world.devs[VETH] = null;
  expect(brief(world, tracer)).toEqual(["0.001 hostA.veth1 out 4", "0.001025 web.eth0 in 0"]);
});

test("what happened before the tracer is not read", () => {
  const world = smallWorld();
  hop(world, 1_000_000, TraceKind.HOP, VETH, ETH0, 25_000);
  expect(brief(world)).toEqual([]);
});

describe("later fragments of a datagram", () => {
  const fragment = (source: string, offset: number) => {
    const ip = Buffer.alloc(34);
    ip.write(MACS[ETH0]!.replaceAll(":", ""), 0, "hex");
    ip.write("080045", 12, "hex");
    ip.writeUInt16BE(offset, 20);
    ip.write(source, 26, "hex");
    return ip.toString("hex");
  };
  /** A world whose host does (or does not) put fragments together before it routes, and a datagram's way through it. */
  function seen(defrag: boolean, wholeOnBridge: boolean) {
    const world = smallWorld();
    const hooks = [defrag ? [{ step: NfStep.DEFRAG }] : []];
    Object.assign(world, { netns: [{ nf: { hooks } }, { nf: { hooks: [[]] } }] });
    const tracer = listening(world);
    const pass = (t_ns: number, kind: number, dev: number, hex: string) => hop(world, t_ns, kind, dev, -1, 0, hex);
    pass(1, TraceKind.HOP, ETH0, fragment("0a000001", 0));
    pass(1, TraceKind.HOP, ETH0, fragment("0a000001", 185));
    if (wholeOnBridge) pass(2, TraceKind.BRIDGE_UP, BRIDGE, fragment("0a000001", 0));
    traceRow(world.trace, 2, TraceKind.FORWARD, BRIDGE, 7, -1, VETH, 63);
    pass(3, TraceKind.HOP, VETH, fragment("0a000009", 0));
    if (!defrag) traceRow(world.trace, 3, TraceKind.FORWARD, BRIDGE, 7, -1, VETH, 63);
    pass(3, TraceKind.HOP, VETH, fragment("0a000009", 185));
    readTrace(tracer);
    return tracedFrames(tracer)
      .filter((f) => f.node === "web")
      .map((f) => f.hex.slice(52, 60));
  }

  test("show what the next hop wrote into them, where it put the datagram together and cut it again", () => {
    expect(seen(true, false)).toEqual(["0a000001", "0a000009"]);
  });
  test("in a tunnel show what was made of them behind it, and before it what was put in", () => {
    const world = smallWorld();
    Object.assign(world.devs[BRIDGE]!, { vxlan: { port: 4789 } });
    const tracer = listening(world);
    const outer = Buffer.alloc(50);
    outer.write("080045", 12, "hex");
    outer[23] = 17;
    outer.writeUInt16BE(4789, 36);
    const pad = "00".repeat(20);
    hop(world, 1, TraceKind.HOP, ETH0, -1, 0, fragment("0a000001", 185) + pad);
    traceRow(world.trace, 1, TraceKind.ENCAP, BRIDGE, 7, -1, 0, 50);
    hop(world, 2, TraceKind.HOP, ETH0, -1, 0, outer.toString("hex") + fragment("0a000002", 185) + pad);
    hop(world, 3, TraceKind.HOP, ETH0, -1, 0, fragment("0a000009", 185) + pad);
    readTrace(tracer);
    const [put, wrapped, behind] = tracedFrames(tracer).map((f) => f.hex);
    expect([put?.slice(52, 60), wrapped?.slice(152, 160), behind?.slice(52, 60)]).toEqual([
      "0a000001",
      "0a000009",
      "0a000009",
    ]);
  });
  test("show what their sender wrote, where each was passed on as such", () => {
    expect(seen(false, false)).toEqual(["0a000001", "0a000001"]);
  });
  test("show what their sender wrote, where the whole datagram was captured", () => {
    expect(seen(true, true)).toEqual(["0a000001", "0a000001"]);
  });
});
