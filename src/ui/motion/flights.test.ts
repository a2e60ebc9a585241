import { expect, test } from "vitest";
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import {
  clearFlights,
  createFlights,
  extendFlights,
  type Flights,
  Mark,
  NOWHERE,
  stackOf,
  type TraceRows,
} from "./flights.ts";
import { inFlightUntil, shortestHop, visitFlights, visitMarks, visitWaits } from "./in-the-air.ts";
import { Look } from "./look.ts";
import { Wrap } from "./wrap.ts";

type Row = [t_ns: number, kind: number, dev: number, packet: number, a: number, b: number];

const HOP = 25_000;
/** Devices of the little world: eth0 of nginx-1, its veth, veth of nginx-2, eth0 of nginx-2, docker0. */
const [ETH_1, VETH_1, VETH_2, ETH_2, DOCKER0, NIC] = [11, 12, 13, 14, 20, 30];

function traceOf(rows: readonly Row[]): TraceRows {
  return {
    count: rows.length,
    t_ns: Float64Array.from(rows, (r) => r[0]),
    kind: Uint8Array.from(rows, (r) => r[1]),
    dev: Int32Array.from(rows, (r) => r[2]),
    packet: Int32Array.from(rows, (r) => r[3]),
    frame: new Int32Array(rows.length).fill(-1),
    a: Int32Array.from(rows, (r) => r[4]),
    b: Int32Array.from(rows, (r) => r[5]),
  };
}

function flightsOf(rows: readonly Row[]): Flights {
  const flights = createFlights();
  extendFlights(flights, traceOf(rows), () => null, 0);
  return flights;
}

function inTheAir(flights: Flights, t_ns: number): number[] {
  const seen: number[] = [];
  visitFlights(flights, t_ns, (i) => seen.push(i));
  return seen;
}

const FLOOD: Row[] = [
  [0, TraceKind.HOP, ETH_1, 1, VETH_1, HOP],
  [HOP, TraceKind.BRIDGE_FLOOD, DOCKER0, 1, 2, 2],
  [HOP, TraceKind.HOP, VETH_2, 2, ETH_2, HOP],
  [HOP, TraceKind.BRIDGE_UP, DOCKER0, 3, VETH_1, 0],
  [2 * HOP, TraceKind.DROP, ETH_2, 2, DropReason.ARP_NOT_FOR_US, 0],
];

test("a flood's copies start at the port where the flooded frame came in, one of them up to the host", () => {
  const flights = flightsOf(FLOOD);
  expect(flights.count).toBe(3);
  expect([flights.from[1], flights.via[1], flights.to[1]]).toEqual([VETH_2, VETH_1, ETH_2]);
  expect([flights.from[2], flights.via[2], flights.to[2]]).toEqual([VETH_1, NOWHERE, stackOf(DOCKER0)]);
  expect(inTheAir(flights, HOP / 2)).toEqual([0]);
  expect(inTheAir(flights, HOP)).toEqual([1, 2]);
  expect(inTheAir(flights, 2 * HOP)).toEqual([]);
});

test("a packet's end is known to the flight that brought it there", () => {
  const flights = flightsOf(FLOOD);
  expect(flights.ended[1]).toBe(DropReason.ARP_NOT_FOR_US);
  expect(flights.ended[0]).toBe(0);
  const marks: number[] = [];
  visitMarks(flights, 2 * HOP + 1, (i) => marks.push(flights.marks.flight[i]!, flights.marks.what[i]!));
  expect(marks).toEqual([1, Mark.DROP]);
});

test("an answer from the host's own stack leaves only when the question has come up", () => {
  const flights = flightsOf([
    [0, TraceKind.HOP, ETH_1, 1, VETH_1, HOP],
    [HOP, TraceKind.BRIDGE_UP, DOCKER0, 1, VETH_1, 0],
    [HOP, TraceKind.BRIDGE_XMIT, DOCKER0, 2, 0, 0],
    [HOP, TraceKind.HOP, VETH_1, 2, ETH_1, HOP],
  ]);
  expect(flights.t1_ns[1]).toBe(flights.t0_ns[2]);
  expect(flights.t0_ns[2]).toBeGreaterThan(HOP);
  expect(flights.t1_ns[2]).toBe(2 * HOP);
  expect(flights.via[2]).toBe(stackOf(DOCKER0));
});

/** flannel.1 of either host, and the other host's NIC. */
const [TUNNEL, TUNNEL_B, NIC_B, PORT_A, PORT_B] = [40, 41, 31, 50, 51];
/** What a tunnel's frame is: an echo request, and 50 bytes of headers in front of it. */
const ECHO = Uint8Array.from({ length: 98 }, (_, i) => ({ 12: 8, 14: 0x45, 23: 1, 34: 8, 41: 7 })[i] ?? 0);
const PARCEL = Uint8Array.from({ length: 148 }, (_, i) =>
  i < 50 ? ({ 12: 8, 14: 0x45, 23: 17 }[i] ?? 0) : ECHO[i - 50]!,
);

const THROUGH_VXLAN: Row[] = [
  [0, TraceKind.BRIDGE_UP, DOCKER0, 1, VETH_1, -1],
  [0, TraceKind.HOP, TUNNEL, 1, -1, 0],
  [0, TraceKind.ENCAP, TUNNEL, 1, 0, 50],
  [0, TraceKind.SEND, NIC, 1, -1, 17],
  [0, TraceKind.HOP, NIC, 1, PORT_A, 2 * HOP],
  [2 * HOP, TraceKind.BRIDGE_FLOOD, 60, 1, 2, 1],
  [2 * HOP, TraceKind.HOP, PORT_B, 2, NIC_B, 2 * HOP],
  [4 * HOP, TraceKind.DECAP, TUNNEL_B, 2, 0, 50],
  [4 * HOP, TraceKind.BRIDGE_XMIT, 21, 2, 0, 0],
  [4 * HOP, TraceKind.HOP, VETH_2, 2, ETH_2, HOP],
];

function throughVxlan(): Flights {
  const flights = createFlights();
  const trace = traceOf(THROUGH_VXLAN);
  const frames = [ECHO, ECHO, null, null, PARCEL, PARCEL, PARCEL, ECHO, ECHO, ECHO];
  trace.frame.set(frames.map((_, i) => i));
  extendFlights(flights, trace, (i) => frames[i] ?? null, 0);
  return flights;
}

test("a packet goes into a tunnel as it is, over the LAN as a parcel with itself inside, and comes out as it was", () => {
  const flights = throughVxlan();
  const of = (i: number) => [flights.from[i], flights.to[i], flights.via[i], flights.wrap[i], flights.tag[i]];
  expect([...Array(flights.count).keys()].map(of)).toEqual([
    [VETH_1, stackOf(DOCKER0), NOWHERE, 0, 7],
    [TUNNEL, TUNNEL, stackOf(DOCKER0), 0, 7],
    [NIC, PORT_A, TUNNEL, Wrap.VXLAN, 7],
    [PORT_B, NIC_B, PORT_A, Wrap.VXLAN, 7],
    [TUNNEL_B, TUNNEL_B, NIC_B, Wrap.VXLAN, 7],
    [TUNNEL_B, TUNNEL_B, TUNNEL_B, 0, 7],
    [VETH_2, ETH_2, stackOf(21), 0, 7],
  ]);
  expect([...flights.look.subarray(0, 7)]).toEqual(Array(7).fill(Look.ICMP_REQUEST));
  expect(flights.marks.count).toBe(0);
});

test("its way through a host is one breath: each piece begins when the one before it ends", () => {
  const flights = throughVxlan();
  for (let i = 1; i < flights.count; i++) expect(flights.t0_ns[i]).toBeCloseTo(flights.t1_ns[i - 1]!, 3);
  for (let t_ns = 0; t_ns < 5 * HOP; t_ns += HOP / 10) expect(inTheAir(flights, t_ns)).toHaveLength(1);
});

test("a parcel that waits for a MAC is one, from when it has come to the NIC, and leaves from there", () => {
  const flights = flightsOf([
    ...THROUGH_VXLAN.slice(0, 4),
    [0, TraceKind.NEIGH_QUEUED, NIC, 1, 0, 1],
    [9 * HOP, TraceKind.HOP, NIC, 1, PORT_A, 2 * HOP],
  ]);
  expect(flights.waits.wrap[0]).toBe(Wrap.VXLAN);
  expect(flights.waits.seen_ns[0]).toBe(flights.t1_ns[1]);
  expect(flights.via[2]).toBe(NIC);
});

test("an inner packet of IPIP, which has no Ethernet header, is known by its own bytes", () => {
  const flights = createFlights();
  const frame = new Uint8Array(118);
  frame.set(ECHO.subarray(14), 34);
  const trace = traceOf([
    [0, TraceKind.ENCAP, TUNNEL, 1, 0, 20],
    [0, TraceKind.HOP, NIC, 1, PORT_A, HOP],
  ]);
  trace.frame[1] = 0;
  extendFlights(flights, trace, () => frame, 0);
  expect([flights.wrap[0], flights.look[0], flights.tag[0]]).toEqual([Wrap.IPIP, Look.ICMP_REQUEST, 7]);
});

test("a frame waits for a MAC from NEIGH_QUEUED until it leaves", () => {
  const flights = flightsOf([
    [0, TraceKind.NEIGH_QUEUED, ETH_1, 1, 0, 1],
    [0, TraceKind.HOP, ETH_1, 2, VETH_1, HOP],
    [4 * HOP, TraceKind.HOP, ETH_1, 1, VETH_1, HOP],
  ]);
  const waitingAt = (t_ns: number) => {
    const seen: number[] = [];
    visitWaits(flights, t_ns, (i) => seen.push(flights.waits.packet[i]!));
    return seen;
  };
  expect(waitingAt(0)).toEqual([1]);
  expect(waitingAt(4 * HOP - 1)).toEqual([1]);
  expect(waitingAt(4 * HOP)).toEqual([]);
});

test("what waits looks like what was sent, and once it has left like its frame", () => {
  const echo = new Uint8Array(98);
  echo.set([0x08, 0x00, 0x45], 12);
  echo[23] = 1;
  echo[34] = 8;
  echo[41] = 7;
  const rows: Row[] = [
    [0, TraceKind.SEND, ETH_1, 1, 4711, 1],
    [0, TraceKind.NEIGH_QUEUED, ETH_1, 1, 0, 1],
    [9, TraceKind.HOP, ETH_1, 1, VETH_1, HOP],
  ];
  const flights = createFlights();
  const trace = traceOf(rows);
  trace.frame[2] = 0;
  extendFlights(flights, { ...trace, count: 2 }, () => echo, 0);
  expect([flights.waits.look[0], flights.waits.tag[0]]).toEqual([Look.ICMP_REQUEST, 0]);
  extendFlights(flights, trace, () => echo, 2);
  expect([flights.waits.look[0], flights.waits.tag[0]]).toEqual([Look.ICMP_REQUEST, 7]);
});

test("a frame whose wait has no end yet goes on waiting, however long", () => {
  const flights = flightsOf([[0, TraceKind.NEIGH_QUEUED, ETH_1, 1, 0, 1]]);
  let waiting = 0;
  visitWaits(flights, 3e9, () => waiting++);
  expect(waiting).toBe(1);
});

test("a frame that fails to get a MAC stops waiting and is marked at its device", () => {
  const flights = flightsOf([
    [0, TraceKind.NEIGH_QUEUED, ETH_1, 1, 0, 1],
    [3e9, TraceKind.DROP, ETH_1, 1, DropReason.NEIGH_FAILED, 0],
  ]);
  expect(flights.waits.t1_ns[0]).toBe(3e9);
  expect([flights.marks.dev[0], flights.marks.flight[0], flights.marks.reason[0]]).toEqual([
    ETH_1,
    -1,
    DropReason.NEIGH_FAILED,
  ]);
});

test("reading piece by piece gives what reading at once gives; a fork reads anew", () => {
  const flights = createFlights();
  const trace = traceOf(FLOOD);
  for (let count = 1; count <= FLOOD.length; count++)
    extendFlights(flights, { ...trace, count }, () => null, count - 1);
  expect(flights.count).toBe(3);
  expect(Array.from(flights.t1_ns.slice(0, 3))).toEqual(Array.from(flightsOf(FLOOD).t1_ns.slice(0, 3)));
  extendFlights(flights, traceOf(FLOOD.slice(0, 1)), () => null, 1);
  expect(flights.count).toBe(1);
  clearFlights(flights);
  expect(inTheAir(flights, 1)).toEqual([]);
});

test("in flight until the last arrival or mark; the shortest hop sets the pace", () => {
  const flights = flightsOf([
    [0, TraceKind.HOP, NIC, 1, 31, 50_000],
    [10_000, TraceKind.HOP, ETH_1, 2, VETH_1, HOP],
  ]);
  expect(inFlightUntil(flights, 20_000)).toBe(50_000);
  expect(inFlightUntil(flights, 9e9)).toBe(50_000);
  expect(shortestHop(flights, 20_000, 1)).toBe(HOP);
  expect(shortestHop(flights, 45_000, 1)).toBe(50_000);
  expect(shortestHop(flights, 9e9, 1)).toBe(1);
});

test("what ends in the host's stack ends when it has come up, not when the bridge let it go", () => {
  const flights = flightsOf([
    [0, TraceKind.HOP, ETH_1, 1, VETH_1, HOP],
    [HOP, TraceKind.BRIDGE_UP, DOCKER0, 1, VETH_1, -1],
    [HOP, TraceKind.DROP, DOCKER0, 1, DropReason.ARP_NOT_FOR_US, 0],
  ]);
  const marksAt = (t_ns: number) => {
    let seen = 0;
    visitMarks(flights, t_ns, () => seen++);
    return seen;
  };
  expect(marksAt(HOP + 1)).toBe(0);
  expect(marksAt(2 * HOP)).toBe(1);
});

test("a fault is seen longer than what was merely for somebody else, and time stays stretched for it", () => {
  const untilOf = (reason: number) => inFlightUntil(flightsOf([[0, TraceKind.DROP, ETH_1, 1, reason, 0]]), 1);
  expect(untilOf(DropReason.NEIGH_FAILED)).toBeGreaterThan(2 * untilOf(DropReason.ARP_NOT_FOR_US));
  const flights = flightsOf([[0, TraceKind.DROP, ETH_1, 1, DropReason.ARP_NOT_FOR_US, 0]]);
  let seen = 0;
  visitMarks(flights, untilOf(DropReason.ARP_NOT_FOR_US), () => seen++);
  expect(seen).toBe(0);
});

test("grows past its first columns", () => {
  const rows: Row[] = Array.from({ length: 1000 }, (_, i) => [i, TraceKind.HOP, ETH_1, i, VETH_1, HOP]);
  const flights = flightsOf(rows);
  expect(inTheAir(flights, 999)).toHaveLength(1000);
  expect(flights.packet[999]).toBe(999);
});

test("looks are read from the bytes", () => {
  const flights = createFlights();
  const arp = new Uint8Array(42);
  arp.set([0x08, 0x06], 12);
  arp[21] = 1;
  const trace = traceOf(FLOOD.slice(0, 1));
  trace.frame[0] = 0;
  extendFlights(flights, trace, (i) => (i === 0 ? arp : null), 0);
  expect(flights.look[0]).toBe(Look.ARP_REQUEST);
});

test("echoes keep their numbers however many there are", () => {
  const count = 1000;
  const rows = Array.from({ length: count }, (_, i): Row => [i * HOP, TraceKind.HOP, ETH_1, i, VETH_1, HOP]);
  const trace = { ...traceOf(rows), frame: Int32Array.from(rows, (_, i) => i) };
  const flights = createFlights();
  extendFlights(flights, trace, (i) => echo(i + 1), 0);
  expect(Array.from(flights.tag.subarray(0, count))).toEqual(rows.map((_, i) => i + 1));
});

/** An ICMP echo request in Ethernet and IPv4. */
function echo(seq: number): Uint8Array {
  const bytes = new Uint8Array(42);
  bytes.set([0x08, 0x00, 0x45], 12);
  bytes[23] = 1;
  bytes[34] = 8;
  bytes.set([seq >> 8, seq & 255], 40);
  return bytes;
}
