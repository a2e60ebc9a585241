/**
 * To whom a bridge floods. A plan is the ports in the kernel's order (newest first) with what is at their other ends; it is made
 * when first needed and forgotten as soon as a port changes. The flood of one frame is one event however many ports there are:
 * FLOOD_RX's `a` is the number of an immutable list of receivers times FLOOD_SKIP plus one more than the place of the port that
 * is left out (0: none). Each list counts who still needs it: the plan, and every event on its way.
 */
import { assert } from "../../../base/assert.ts";
import { ETH_HLEN } from "../../../wire/ethernet.ts";
import type { Bridge, BridgePort, DevId, NetDevice, World } from "../../types.ts";
import { FLOOD_COUNTS, settleFloods } from "../stats.ts";

/** More than the ports that a bridge can have: BR_MAX_PORTS is 1 << 10. */
export const FLOOD_SKIP = 2048;
/** A frame may be longer than the MTU by the Ethernet header and a VLAN tag: is_skb_forwardable. */
export const FORWARD_EXTRA = ETH_HLEN + 4;

/** Receivers of a flood that a frame reaches at the same time. Never written to. */
export interface FloodList {
  readonly latency_ns: number;
  /** Devices at the other ends. */
  readonly peers: Int32Array;
  /** Each one's port and place in the plan. */
  readonly ports: Int32Array;
  readonly places: Int32Array;
}

export interface FloodTable {
  lists: (FloodList | null)[];
  holds: number[];
  free: number[];
  /** FLOOD_COUNTS numbers a list that its devices' counters don't have yet (stats.ts), and whether any is not 0. */
  counts: number[];
  isCounting: boolean;
  /** False sends an event to each port: for the test that both ways are the same. */
  asOneEvent: boolean;
}

/** Never written to. */
export interface FloodPlan {
  readonly ports: Int32Array;
  /** Of each port: the device at its other end (or -1), and the time to it. */
  readonly peers: Int32Array;
  readonly latencies_ns: Int32Array;
  /** Numbers of the lists that together reach every port; null when a port has no wire or a sniffer. */
  readonly lists: readonly number[] | null;
  /** The longest frame that every port takes. */
  readonly maxLength: number;
}

/** Kinds of floods: enum br_pkt_type, and what the bridge's own interface sends to groups, which no port may refuse. */
export const FLOOD_UNICAST = 0;
export const FLOOD_MULTICAST = 1;
export const FLOOD_BROADCAST = 2;
export const FLOOD_OWN = 3;
/** Added to the kind when the frame came in by an isolated port: no isolated port gets it. */
const FROM_ISOLATED = 4;
const KINDS = 8;

export function createFloods(): FloodTable {
  return { lists: [], holds: [], free: [], counts: [], isCounting: false, asOneEvent: true };
}

/** A copy; the lists themselves are shared, because nobody writes to them. */
export function copyFloods(t: FloodTable): FloodTable {
  return {
    ...t,
    lists: t.lists.slice(),
    holds: t.holds.slice(),
    free: t.free.slice(),
    counts: t.counts.slice(),
  };
}

/** The plan for a kind of flood. @param isolated the frame came in by an isolated port */
export function floodPlan(world: World, bridge: Bridge, kind: number, isolated: boolean): FloodPlan {
  const index = isolated ? kind + FROM_ISOLATED : kind;
  return bridge.floodPlans[index] ?? makePlan(world, bridge, kind, isolated);
}

/** To be called whenever a port, its state, its flags, its wire, its MTU or its sniffers change. */
export function forgetFloodPlans(world: World, bridge: Bridge): void {
  for (let i = 0; i < bridge.floodPlans.length; i++) {
    for (const list of bridge.floodPlans[i]?.lists ?? []) releaseFloodList(world, list);
    bridge.floodPlans[i] = null;
  }
}

export function holdFloodList(t: FloodTable, list: number): void {
  t.holds[list] = (t.holds[list] as number) + 1;
}

export function releaseFloodList(world: World, list: number): void {
  const t = world.floods;
  const left = (t.holds[list] as number) - 1;
  t.holds[list] = left;
  if (left > 0) return;
  settleFloods(world);
  t.lists[list] = null;
  t.free.push(list);
}

function wants(port: BridgePort, kind: number, isolated: boolean): boolean {
  if (port.state !== "forwarding" || (isolated && port.isolated)) return false;
  if (kind === FLOOD_UNICAST) return port.flood;
  if (kind === FLOOD_MULTICAST) return port.mcastFlood;
  return kind === FLOOD_OWN || port.bcastFlood;
}

function makePlan(world: World, bridge: Bridge, kind: number, isolated: boolean): FloodPlan {
  const ports = bridge.ports
    .map((id) => world.devs[id] as NetDevice)
    .filter((device) => wants(device.port as BridgePort, kind, isolated));
  const plan = {
    ports: Int32Array.from(ports, (device) => device.id),
    peers: Int32Array.from(ports, (device) => device.peer ?? -1),
    latencies_ns: Int32Array.from(ports, (device) => device.latency_ns),
    lists: makeLists(world, ports),
    maxLength: ports.reduce((least, device) => Math.min(least, maxLength(world, device)), Number.POSITIVE_INFINITY),
  };
  while (bridge.floodPlans.length < KINDS) bridge.floodPlans.push(null);
  bridge.floodPlans[isolated ? kind + FROM_ISOLATED : kind] = plan;
  return plan;
}

function maxLength(world: World, port: NetDevice): number {
  const peer = port.peer === null ? port : (world.devs[port.peer] as NetDevice);
  return Math.min(port.mtu, peer.mtu) + FORWARD_EXTRA;
}

/** One list for each latency. */
function makeLists(world: World, ports: NetDevice[]): number[] | null {
  if (ports.some((device) => device.peer === null || !device.carrier || device.taps.length > 0)) return null;
  const latencies = [...new Set(ports.map((device) => device.latency_ns))];
  return latencies.map((latency_ns) => {
    const places = ports.flatMap((device, place) => (device.latency_ns === latency_ns ? [place] : []));
    const listed = places.map((place) => ports[place] as NetDevice);
    return addList(world.floods, {
      latency_ns,
      peers: Int32Array.from(listed, (device) => device.peer as DevId),
      ports: Int32Array.from(listed, (device) => device.id),
      places: Int32Array.from(places),
    });
  });
}

function addList(t: FloodTable, list: FloodList): number {
  const number = t.free.pop() ?? t.lists.length;
  assert(number < 2 ** 20, "too many flood lists");
  t.lists[number] = list;
  t.holds[number] = 1;
  for (let word = 0; word < FLOOD_COUNTS; word++) t.counts[number * FLOOD_COUNTS + word] = 0;
  return number;
}
