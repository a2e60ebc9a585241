/**
 * Who is the root, which port leads to it, and which bridge speaks on a link: the elections of net/bridge/br_stp.c
 * (IEEE 802.1D-1998, 8.6). Nothing is sent here. Left out: root_block.
 */
import type { BridgeId } from "../../../../wire/bpdu.ts";
import type { Bridge, BridgePort, NetDevice, World } from "../../../types.ts";
import type { PortSpanning, Spanning } from "./types.ts";

/** port_id: priority in the upper six bits, number in the lower ten. */
export function portId(port: BridgePort): number {
  return (port.priority << 10) | port.portNo;
}

export function ownId({ priority, idMac }: Bridge): BridgeId {
  return { priority, mac: idMac };
}

/** Negative: `a` is the better one. */
export function compareIds(a: BridgeId, b: BridgeId): number {
  return a.priority - b.priority || a.mac - b.mac;
}

export function isRoot(b: Bridge): boolean {
  return b.spanning === null || compareIds(b.spanning.root, ownId(b)) === 0;
}

export function maxAge(b: Bridge): number {
  return b.spanning?.told?.maxAge_ns ?? b.maxAge_ns;
}

export function helloTime(b: Bridge): number {
  return b.spanning?.told?.helloTime_ns ?? b.helloTime_ns;
}

export function forwardDelay(b: Bridge): number {
  return b.spanning?.told?.forwardDelay_ns ?? b.forwardDelay_ns;
}

/** The ageing time that is in force and shown: shorter after a change of the topology (__br_set_topology_change). */
export function ageingTime(b: Bridge): number {
  return b.spanning?.topologyChange ? 2 * forwardDelay(b) : b.ageing_ns;
}

/** How long an entry is kept (hold_time). */
export function holdTime(b: Bridge): number {
  return b.spanning?.topologyChange ? forwardDelay(b) : b.ageing_ns;
}

/** The bridge's part, made when it is needed first: before that it takes itself for the root. */
export function spanningOf(b: Bridge): Spanning {
  b.spanning ??= {
    root: ownId(b),
    rootPort: 0,
    rootPathCost: 0,
    told: null,
    topologyChange: false,
    topologyChangeDetected: false,
    helloAt_ns: 0,
    tcnAt_ns: 0,
    topologyChangeAt_ns: 0,
  };
  return b.spanning;
}

/** br_become_designated_port */
export function becomeDesignated(b: Bridge, port: BridgePort): PortSpanning {
  const { root, rootPathCost } = spanningOf(b);
  const before = port.spanning;
  port.spanning = {
    root,
    cost: rootPathCost,
    bridge: ownId(b),
    port: portId(port),
    sent_ns: before?.sent_ns ?? 0,
    topologyChangeAck: before?.topologyChangeAck ?? false,
    configPending: before?.configPending ?? false,
    messageAgeAt_ns: before?.messageAgeAt_ns ?? 0,
    holdAt_ns: before?.holdAt_ns ?? 0,
  };
  return port.spanning;
}

/** The port's part; a port of which nothing was heard is designated. */
export function portSpanning(b: Bridge, port: BridgePort): PortSpanning {
  return port.spanning ?? becomeDesignated(b, port);
}

export function isDesignated(b: Bridge, port: BridgePort): boolean {
  if (b.spanning === null) return true;
  const s = portSpanning(b, port);
  return compareIds(s.bridge, ownId(b)) === 0 && s.port === portId(port);
}

export function portsOf(world: World, b: Bridge): NetDevice[] {
  return b.ports.map((id) => world.devs[id] as NetDevice);
}

/** The port of a number; null if there is none. */
export function portNumbered(world: World, b: Bridge, portNo: number): NetDevice | null {
  return portsOf(world, b).find((device) => device.port?.portNo === portNo) ?? null;
}

/** br_should_become_root_port */
function leadsBetter(b: Bridge, port: BridgePort, than: BridgePort | null): boolean {
  if (port.state === "disabled" || isDesignated(b, port)) return false;
  const s = portSpanning(b, port);
  if (compareIds(ownId(b), s.root) <= 0) return false;
  if (than === null) return true;
  const t = portSpanning(b, than);
  const order =
    compareIds(s.root, t.root) ||
    s.cost + port.pathCost - (t.cost + than.pathCost) ||
    compareIds(s.bridge, t.bridge) ||
    s.port - t.port ||
    portId(port) - portId(than);
  return order < 0;
}

/** br_root_selection */
function selectRoot(world: World, b: Bridge): void {
  const s = spanningOf(b);
  let best: BridgePort | null = null;
  for (const { port } of portsOf(world, b)) if (port && leadsBetter(b, port, best)) best = port;
  s.rootPort = best?.portNo ?? 0;
  s.root = best === null ? ownId(b) : portSpanning(b, best).root;
  s.rootPathCost = best === null ? 0 : portSpanning(b, best).cost + best.pathCost;
}

/** br_should_become_designated_port */
function speaksBetter(b: Bridge, port: BridgePort): boolean {
  const own = spanningOf(b);
  const s = portSpanning(b, port);
  if (isDesignated(b, port) || compareIds(s.root, own.root) !== 0) return true;
  return (own.rootPathCost - s.cost || compareIds(ownId(b), s.bridge) || portId(port) - s.port) < 0;
}

/** br_configuration_update */
export function updateConfiguration(world: World, b: Bridge): void {
  selectRoot(world, b);
  for (const { port } of portsOf(world, b)) {
    if (port && port.state !== "disabled" && speaksBetter(b, port)) becomeDesignated(b, port);
  }
}

/** br_supersedes_port_info: whether what came is better than what the link has, or comes from who said that. */
export function supersedes(
  b: Bridge,
  port: BridgePort,
  c: { root: BridgeId; rootPathCost: number; bridge: BridgeId; port: number },
): boolean {
  const s = portSpanning(b, port);
  const order = compareIds(c.root, s.root) || c.rootPathCost - s.cost || compareIds(c.bridge, s.bridge);
  if (order !== 0) return order < 0;
  return compareIds(c.bridge, ownId(b)) !== 0 || c.port <= s.port;
}
