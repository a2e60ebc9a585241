/**
 * A world's trace as the capture that the recorder would have made: every frame where an AF_PACKET socket on that
 * interface would have seen it.
 *
 * Captured are the machines' own namespaces, and each container with a namespace of its own once `attachCaptures` was
 * called after it came up. `lo` and namespaces made by hand are left out.
 *
 * AF_PACKET takes a clone, which shares the bytes. Who reassembles a datagram copies its first fragment but not those behind it
 * (inet_frag_reasm_prepare), and who cuts it again at the same places writes the new headers into them (ip_do_fragment). All of it
 * is over before the capture is read: so it shows later fragments with the headers of the last sender. A tunnel copies what it wraps,
 * and who unwraps it leaves it where it is.
 */
import { DropReason, TraceKind } from "../src/base/trace-kind.ts";
import { NfStep } from "../src/kernel/netfilter/tables.ts";
import { NfHook } from "../src/kernel/netfilter/types.ts";
import type { DevId, NetDevice, NetnsId } from "../src/kernel/types.ts";
import { rowsOf } from "../src/sim/rows.ts";
import { frameBytes } from "../src/sim/trace.ts";
import { formatMac } from "../src/wire/address.ts";
import { IPV4_HLEN, ipv4Destination, ipv4Source } from "../src/wire/ipv4.ts";
import { setUdpChecksum } from "../src/wire/udp.ts";
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
  /** What stands before `memory`: headers of a tunnel. */
  outer: string;
  /** For a later fragment: the memory that it lies in, as the capture finds it when it gets to read it. */
  memory: Memory | null;
  /** It was on its way here but did not arrive. */
  lost: boolean;
}

/** Bytes of a fragment as its last sender left them. */
interface Memory {
  hex: string;
}

export interface Tracer {
  world: PlaygroundWorld;
  nextRow: number;
  /** Names of the captured namespaces. */
  nodes: Map<NetnsId, string>;
  /** Sandboxes whose namespaces are captured. */
  captured: Set<string>;
  /** Each device as it was last seen: a removed one still has rows to be read. */
  lastSeen: Map<DevId, Tap>;
  sightings: Sighting[];
  /** Where each packet last arrived, or is about to. */
  arrivals: Map<number, Sighting>;
  /** Where later fragments lie: by packet, then by offset and length. */
  memories: Map<number, Map<string, Memory>>;
  /** Packets that a host is about to pass on as a copy. */
  copied: Set<number>;
}

export function createTracer(world: PlaygroundWorld): Tracer {
  const nodes = new Map(world.machines.map((machine) => [machine.initNetns, machine.name]));
  const tracer = {
    world,
    nextRow: world.trace.rows,
    nodes,
    captured: new Set<string>(),
    lastSeen: new Map(),
    sightings: [],
    arrivals: new Map(),
    memories: new Map(),
    copied: new Set<number>(),
  };
  rememberDevices(tracer);
  return tracer;
}

/** Begins to capture in containers that have come up. */
export function attachCaptures(tracer: Tracer): void {
  for (const engine of Object.values(tracer.world.engines)) {
    for (const { name, sandbox } of Object.values(engine.containers)) {
      // The recorder names a namespace once, whatever its container is called later.
      if (!sandbox?.own || tracer.captured.has(sandbox.id)) continue;
      tracer.captured.add(sandbox.id);
      tracer.nodes.set(sandbox.netns, name);
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

const ETH_HLEN = 14;
const ETH_P_IP = 0x0800;

/** Names a fragment other than the first by its offset and length; null for any other frame. */
function laterFragment(frame: Buffer): string | null {
  if (frame.length < ETH_HLEN + 20 || frame.readUInt16BE(12) !== ETH_P_IP) return null;
  const offset = frame.readUInt16BE(ETH_HLEN + 6) & 0x1fff;
  return offset === 0 ? null : `${offset}/${frame.length}`;
}

/** Ethernet, IPv4, UDP and VXLAN headers. */
const VXLAN_HEADERS = 50;

/** Where the frame that matters begins: behind the headers of a VXLAN datagram, or at 0. */
function innerStart(world: PlaygroundWorld, frame: Buffer): number {
  if (frame.length < VXLAN_HEADERS + ETH_HLEN || frame.readUInt16BE(12) !== ETH_P_IP || frame[23] !== 17) return 0;
  if ((frame.readUInt16BE(ETH_HLEN + 6) & 0x3fff) !== 0) return 0;
  const port = frame.readUInt16BE(36);
  return world.devs.some((dev) => dev?.vxlan?.port === port) ? VXLAN_HEADERS : 0;
}

/** Writes what a sender makes of a fragment into its memory. */
function overwrite({ memories, copied }: Tracer, packet: number, frame: Buffer): Memory | null {
  const name = laterFragment(frame);
  const isCopy = copied.delete(packet);
  if (name === null) return null;
  const ofPacket = memories.get(packet) ?? new Map<string, Memory>();
  memories.set(packet, ofPacket);
  const memory = (isCopy ? undefined : ofPacket.get(name)) ?? { hex: "" };
  ofPacket.set(name, memory);
  memory.hex = frame.toString("hex");
  return memory;
}

/** Whether the namespace of a device puts fragments together before it routes them (nf_defrag_ipv4). */
function reassembles(world: PlaygroundWorld, dev: DevId): boolean {
  const hooks = world.netns[world.devs[dev]?.netns ?? -1]?.nf.hooks;
  return hooks?.[NfHook.PRE_ROUTING]?.some(({ step }) => step === NfStep.DEFRAG) ?? false;
}

/**
 * A bridge floods before it takes a copy itself, but that copy keeps the time stamp of the frame's arrival at the port
 * (skb->tstamp): so in the capture it stands right behind that, before what the other ports send.
 */
function insertBridgeUp(sightings: Sighting[], up: Sighting): void {
  const isHere = (s: Sighting) => s.tap.node === up.tap.node && s.t_ns === up.t_ns;
  const arrival = sightings.findLastIndex((s) => isHere(s) && s.dir === "in");
  if (arrival < 0) sightings.push(up);
  else sightings.splice(arrival + 1, 0, up);
}

/** Reads the rows that were written since the last call. */
export function readTrace(tracer: Tracer): void {
  const { trace } = tracer.world;
  for (const { t_ns, kind, dev, packet, frame: traced, a, b } of rowsOf(trace, tracer.nextRow)) {
    const sight = (passed_ns: number, id: DevId, dir: "in" | "out") => {
      const tap = tapOf(tracer, id);
      const frame = Buffer.from(frameBytes(trace, traced) ?? []);
      const start = innerStart(tracer.world, frame);
      const memory = overwrite(tracer, packet, frame.subarray(start));
      if (tap === undefined) return;
      const sighting: Sighting = {
        t_ns: passed_ns,
        dev: id,
        tap,
        dir,
        hex: frame.toString("hex"),
        outer: frame.subarray(0, start).toString("hex"),
        memory,
        lost: false,
      };
      if (kind === TraceKind.BRIDGE_UP) insertBridgeUp(tracer.sightings, sighting);
      else tracer.sightings.push(sighting);
      if (dir === "in") tracer.arrivals.set(packet, sighting);
    };
    switch (kind) {
      case TraceKind.HOP:
        sight(t_ns, dev, "out");
        if (a >= 0) sight(t_ns + b, a, "in");
        break;
      case TraceKind.BRIDGE_UP:
        sight(t_ns, dev, "in");
        // Fragments of a datagram that was captured whole are shared with the capture, and so copied when it is cut again.
        if (tapOf(tracer, dev) !== undefined) tracer.memories.delete(packet);
        break;
      case TraceKind.ENCAP:
        tracer.memories.delete(packet);
        break;
      case TraceKind.DECAP:
        sight(t_ns, dev, "in");
        break;
      case TraceKind.BRIDGE_XMIT:
        sight(t_ns, dev, "out");
        break;
      case TraceKind.FORWARD:
        if (!reassembles(tracer.world, dev)) tracer.copied.add(packet);
        break;
      case TraceKind.DROP:
        lose(tracer, t_ns, dev, packet, a);
        break;
    }
  }
  tracer.nextRow = trace.rows;
}

/** `sll_pkttype`, from the destination address (eth_type_trans). */
function pkttypeOf({ dir, tap, hex }: Sighting): number {
  if (dir === "out") return 4;
  const destination = hex.slice(0, 12);
  if (destination === "ffffffffffff") return 1;
  if (Number.parseInt(destination.slice(0, 2), 16) & 1) return 2;
  return destination === tap.mac.replaceAll(":", "") ? 0 : 3;
}

/** The bytes as the capture has them. The outer UDP checksum, of which recordings say nothing, is made to be theirs. */
function captured({ hex, outer, memory }: Sighting): string {
  if (memory === null) return hex;
  if (outer === "") return memory.hex;
  const bytes = Buffer.from(outer + memory.hex, "hex");
  const udp = ETH_HLEN + IPV4_HLEN;
  if (bytes.readUInt16BE(udp + 6) === 0) return bytes.toString("hex");
  setUdpChecksum(bytes, udp, bytes.length - udp, ipv4Source(bytes, ETH_HLEN), ipv4Destination(bytes, ETH_HLEN));
  return bytes.toString("hex");
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
      hex: captured(s),
    }));
}
