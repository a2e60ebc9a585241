/**
 * A world's trace as the capture that the recorder would have made: every frame where an AF_PACKET socket on that
 * interface would have seen it.
 *
 * Captured are the machines' own namespaces, and each container with a namespace of its own once `attachCaptures` was
 * called after it came up. `lo` and namespaces made by hand are left out.
 */
import { DropReason, TraceKind } from "../src/base/trace-kind.ts";
import type { DevId, NetDevice, NetnsId } from "../src/kernel/types.ts";
import { chunkOfRow, frameBytes } from "../src/sim/trace.ts";
import { formatMac } from "../src/wire/address.ts";
import type { PlaygroundWorld } from "../src/worlds/types.ts";
import type { RecordedFrame } from "./recording.ts";
import { seconds } from "./replay.ts";

/** An interface that is captured, as it was when a frame passed it. */
interface Tap {
  node: string;
  name: string;
  mac: string;
}

interface Sighting {
  t_ns: number;
  dev: DevId;
  tap: Tap;
  dir: "in" | "out";
  hex: string;
  /** It was on its way here but did not arrive. */
  lost: boolean;
}

export interface Tracer {
  world: PlaygroundWorld;
  nextRow: number;
  /** Names of the captured namespaces. */
  nodes: Map<NetnsId, string>;
  /** Each device as it was last seen: a removed one still has rows to be read. */
  lastSeen: Map<DevId, Tap>;
  sightings: Sighting[];
  /** Where each packet last arrived, or is about to. */
  arrivals: Map<number, Sighting>;
}

export function createTracer(world: PlaygroundWorld): Tracer {
  const nodes = new Map(world.machines.map((machine) => [machine.initNetns, machine.name]));
  const tracer = {
    world,
    nextRow: world.trace.rows,
    nodes,
    lastSeen: new Map(),
    sightings: [],
    arrivals: new Map(),
  };
  rememberDevices(tracer);
  return tracer;
}

/** Begins to capture in containers that have come up. */
export function attachCaptures(tracer: Tracer): void {
  for (const engine of Object.values(tracer.world.engines)) {
    for (const { name, sandbox } of Object.values(engine.containers)) {
      if (sandbox?.own) tracer.nodes.set(sandbox.netns, name);
    }
  }
  rememberDevices(tracer);
}

function rememberDevices(tracer: Tracer): void {
  for (const dev of tracer.world.devs) if (dev !== null) see(tracer, dev);
}

function see(tracer: Tracer, dev: NetDevice): Tap | undefined {
  const node = tracer.nodes.get(dev.netns);
  if (node === undefined || dev.kind === "loopback") return undefined;
  const tap = { node, name: dev.name, mac: formatMac(dev.mac) };
  tracer.lastSeen.set(dev.id, tap);
  return tap;
}

function tapOf(tracer: Tracer, id: DevId): Tap | undefined {
  const dev = tracer.world.devs[id] ?? null;
  return dev === null ? tracer.lastSeen.get(id) : see(tracer, dev);
}

/** A DROP row of the last arrival: the device was down or gone by then, or took no frame of that length. */
function lose(tracer: Tracer, t_ns: number, dev: DevId, packet: number, reason: number): void {
  const arrival = tracer.arrivals.get(packet);
  if (arrival === undefined || (dev !== arrival.dev && dev !== -1)) return;
  const notReady = reason === DropReason.DEV_READY && t_ns === arrival.t_ns;
  // The sender's side finds this out, so the row comes before the arrival.
  const tooLong = reason === DropReason.PKT_TOO_BIG && t_ns < arrival.t_ns;
  if (notReady || tooLong) arrival.lost = true;
}

/** Reads the rows that were written since the last call. */
export function readTrace(tracer: Tracer): void {
  const { trace } = tracer.world;
  for (; tracer.nextRow < trace.rows; tracer.nextRow++) {
    const chunk = chunkOfRow(trace, tracer.nextRow);
    if (chunk === null) throw new Error(`row ${tracer.nextRow} of the trace is gone`);
    const at = tracer.nextRow - chunk.rowFrom;
    const column = (values: Float64Array | Int32Array | Uint8Array) => values[at] as number;
    const [t_ns, dev, packet, a] = [column(chunk.t_ns), column(chunk.dev), column(chunk.packet), column(chunk.a)];
    const sight = (passed_ns: number, id: DevId, dir: "in" | "out") => {
      const tap = tapOf(tracer, id);
      if (tap === undefined) return;
      const hex = Buffer.from(frameBytes(trace, column(chunk.frame)) ?? []).toString("hex");
      const sighting: Sighting = { t_ns: passed_ns, dev: id, tap, dir, hex, lost: false };
      tracer.sightings.push(sighting);
      if (dir === "in") tracer.arrivals.set(packet, sighting);
    };
    switch (column(chunk.kind)) {
      case TraceKind.HOP:
        sight(t_ns, dev, "out");
        if (a >= 0) sight(t_ns + column(chunk.b), a, "in");
        break;
      case TraceKind.BRIDGE_UP:
        sight(t_ns, dev, "in");
        break;
      case TraceKind.BRIDGE_XMIT:
        sight(t_ns, dev, "out");
        break;
      case TraceKind.DROP:
        lose(tracer, t_ns, dev, packet, a);
        break;
    }
  }
}

/** `sll_pkttype`, from the destination address (eth_type_trans). */
function pkttypeOf({ dir, tap, hex }: Sighting): number {
  if (dir === "out") return 4;
  const destination = hex.slice(0, 12);
  if (destination === "ffffffffffff") return 1;
  if (Number.parseInt(destination.slice(0, 2), 16) & 1) return 2;
  return destination === tap.mac.replaceAll(":", "") ? 0 : 3;
}

/** All frames so far, in order of time; those of one instant in the order in which they happened. */
export function tracedFrames(tracer: Tracer): RecordedFrame[] {
  const now_ns = tracer.world.now_ns;
  return tracer.sightings
    .filter(({ t_ns, lost }) => t_ns <= now_ns && !lost)
    .sort((x, y) => x.t_ns - y.t_ns)
    .map((s) => ({
      t: seconds(s.t_ns),
      node: s.tap.node,
      if: s.tap.name,
      dir: s.dir,
      pkttype: pkttypeOf(s),
      hex: s.hex,
    }));
}
