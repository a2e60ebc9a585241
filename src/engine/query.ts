/** Answers to what the page asks of the world without changing it. */
import { TraceKind } from "../base/trace-kind.ts";
import { inspectContainer } from "../docker/inspect.ts";
import { marshalJson } from "../docker/template/value.ts";
import type { Query, QueryAnswer } from "../protocol/messages.ts";
import { parseScene } from "../protocol/schema.ts";
import type { NodeId } from "../protocol/view.ts";
import { rowsOf } from "../sim/rows.ts";
import { frameBytes } from "../sim/trace.ts";
import { ETH_HLEN } from "../wire/ethernet.ts";
import { type CapturedInterface, type CapturedPacket, writePcapng } from "../wire/pcapng.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";
import { compareLane } from "./compare.ts";
import { complete } from "./complete.ts";
import { holds, stepBegins } from "./lesson.ts";
import type { Session } from "./session.ts";

export function answerQuery(session: Session, query: Query): QueryAnswer {
  switch (query.kind) {
    case "complete":
      return { kind: "complete", ...complete(session.world, query.node, query.line, query.cursor) };
    case "pcapng":
      return { kind: "pcapng", bytes: capture(session.world, query.dev) };
    case "compare":
      return { kind: "compare", lanes: query.runs.map((run) => (parseScene(run.scene).ok ? compareLane(run) : null)) };
    case "inspect":
      return { kind: "inspect", json: inspect(session.world, query.node) };
    case "lesson": {
      const now = stepBegins(session);
      const since = query.since ?? now;
      return { kind: "lesson", now, holds: query.ask.map((predicate) => holds(session, since, predicate)) };
    }
  }
}

/** As `docker inspect` prints it. */
function inspect(world: PlaygroundWorld, node: NodeId): string | null {
  for (const engine of Object.values(world.engines)) {
    const container = Object.values(engine.containers).find((one) => one.node === node);
    if (container !== undefined) return marshalJson([inspectContainer(world, engine, container)], "    ");
  }
  return null;
}

/** @param alone nothing but this interface is in the file */
function capturedInterface(world: PlaygroundWorld, device: number, alone: boolean): CapturedInterface {
  const record = world.devs[device];
  if (!record) return { name: `device ${device}` };
  const owner = world.machines[world.netns[record.netns]?.machine ?? -1]?.name;
  return { name: `${owner}:${record.name}`, raw: alone && record.kind === "ipip" };
}

/** What an interface saw (or all with null) as far as the trace reaches back, as pcapng: one interface block a device. */
function capture(world: PlaygroundWorld, dev: number | null): Uint8Array {
  const interfaces: CapturedInterface[] = [];
  const numbers = new Map<number, number>();
  const packets: CapturedPacket[] = [];
  const numberOf = (device: number): number => {
    const known = numbers.get(device);
    if (known !== undefined) return known;
    numbers.set(device, interfaces.length);
    return interfaces.push(capturedInterface(world, device, dev !== null)) - 1;
  };
  const see = (device: number, time_ns: number, frame: number, direction: "in" | "out") => {
    const bytes = frameBytes(world.trace, frame);
    if (bytes === null || (dev !== null && device !== dev)) return;
    const number = numberOf(device);
    // On a device of layer 3 there is nothing where an Ethernet header would be but the type of what follows. Among other
    // devices it keeps that: tcpdump reads no file of several link types.
    const seen = interfaces[number]?.raw === true ? bytes.subarray(ETH_HLEN) : bytes;
    packets.push({ interface: number, time_ns, bytes: seen, direction });
  };
  for (const { t_ns, kind, dev: device, frame, a, b } of rowsOf(world.trace)) {
    if (kind === TraceKind.HOP) {
      see(device, t_ns, frame, "out");
      if (a >= 0 && t_ns + b <= world.now_ns) see(a, t_ns + b, frame, "in");
    } else if (kind === TraceKind.BRIDGE_UP || kind === TraceKind.DECAP) see(device, t_ns, frame, "in");
    else if (kind === TraceKind.BRIDGE_XMIT) see(device, t_ns, frame, "out");
  }
  // A file without an interface is one that tcpdump doesn't read.
  if (interfaces.length === 0) numberOf(dev ?? 0);
  packets.sort((x, y) => x.time_ns - y.time_ns);
  return writePcapng({ interfaces, packets });
}
