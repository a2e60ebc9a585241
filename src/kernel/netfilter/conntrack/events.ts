/** Who is told of connections' changes: net/netfilter/nf_conntrack_ecache.c and nf_conntrack_netlink.c. */
import { SECOND_NS } from "../../../base/time.ts";
import { TraceKind } from "../../../base/trace-kind.ts";
import { pushEvent } from "../../../sim/queue.ts";
import type { Ipv4 } from "../../../wire/address.ts";
import { IPPROTO_ICMP, IPPROTO_TCP } from "../../../wire/ipv4.ts";
import { record } from "../../record.ts";
import { netlinkBroadcast } from "../../socket/netlink.ts";
import { EventKind, type Netns, type World } from "../../types.ts";
import type { CtEntry, CtEvent, CtTuple, TcpConntrackState } from "../types.ts";

/** GC_SCAN_INTERVAL_MAX */
export const GC_MAX_NS = 60 * SECOND_NS;

const CODE = { NEW: 0, UPDATE: 1, DESTROY: 2 } as const;

/** A connection is there, has changed, or goes. @param packet that began it; -1 for none */
export function ctChanged(world: World, netns: Netns, slot: number, type: CtEvent["type"], packet = -1): void {
  record(world, TraceKind.CONNTRACK, netns.lo, packet, -1, world.ct.id[slot] as number, CODE[type]);
  if (netns.nf.ctListeners.length === 0) return;
  const event: CtEvent = { type, t_ns: world.now_ns, entry: ctEntry(world, slot) };
  netlinkBroadcast(world, netns.nf.ctListeners, event);
}

const TCP_STATES: readonly TcpConntrackState[] = [
  "NONE",
  "SYN_SENT",
  "SYN_RECV",
  "ESTABLISHED",
  "FIN_WAIT",
  "CLOSE_WAIT",
  "LAST_ACK",
  "TIME_WAIT",
  "CLOSE",
  "SYN_SENT2",
];

/** A row of the table as a record. */
export function ctEntry(world: World, slot: number): CtEntry {
  const t = world.ct;
  const protocol = t.protocol[slot] as number;
  const left_ns = Math.max(0, (t.timeout_ns[slot] as number) - world.now_ns);
  const node = 2 * slot;
  return {
    id: t.id[slot] as number,
    protocol,
    timeout_s: Math.floor(left_ns / SECOND_NS),
    tcpState: protocol === IPPROTO_TCP ? (TCP_STATES[t.state[slot] as number] ?? "NONE") : "NONE",
    status: t.status[slot] as number,
    mark: (t.mark[slot] as number) >>> 0,
    original: tupleOf(world, node, protocol),
    reply: tupleOf(world, node + 1, protocol),
    packets: [t.packets[node] as number, t.packets[node + 1] as number],
    bytes: [t.bytes[node] as number, t.bytes[node + 1] as number],
  };
}

function tupleOf(world: World, node: number, protocol: number): CtTuple {
  const t = world.ct;
  const ports = t.ports[node] as number;
  const isIcmp = protocol === IPPROTO_ICMP;
  return {
    source: ((t.source[node] as number) >>> 0) as Ipv4,
    destination: ((t.destination[node] as number) >>> 0) as Ipv4,
    sourcePort: ports >>> 16,
    destinationPort: isIcmp ? ports >>> 16 : ports & 0xffff,
    icmpType: isIcmp ? (ports >>> 8) & 0xff : 0,
    icmpCode: isIcmp ? ports & 0xff : 0,
  };
}

/** Sees to it that the collector (gc.ts) runs while there are connections. */
export function ctScheduleGc(world: World): void {
  if (world.ct.gcAt_ns === 0) ctRunGcIn(world, GC_MAX_NS);
}

export function ctRunGcIn(world: World, delay_ns: number): void {
  world.ct.gcAt_ns = world.now_ns + delay_ns;
  pushEvent(world.queue, world.ct.gcAt_ns, EventKind.CT_GC, 0, 0, 0);
}
