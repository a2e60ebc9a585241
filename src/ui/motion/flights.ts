/**
 * The flights table: everything that moves, waits or ends on the canvas, built once from the trace as it grows, and found
 * for a moment by binary search, so that what a frame of the screen costs depends on what is in the air, not on the past.
 *
 * A flight is one hop over a wire, or one copy that a bridge hands up to its own host. The simulated bridge takes no time,
 * so a hop that leaves a bridge port starts where its frame came in (`via`): the way along the bar is part of the hop.
 */

import { US_NS } from "../../base/time.ts";
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { grown, upperBound } from "./growing.ts";
import { echoSequence, lookOf, lookOfProtocol } from "./look.ts";

/** Where a flight starts or ends: a device (≥ 0), NOWHERE, or the own stack of a bridge's host, `stackOf(bridge)`. */
export type Place = number;
export const NOWHERE: Place = -1;
export const stackOf = (bridge: number): Place => -2 - bridge;
/** The bridge of a `stackOf` place. */
export const bridgeOf = (place: Place): number => -2 - place;
export const isStack = (place: Place): boolean => place <= -2;

/** What the way up from the bridge to its host is given, ns: the simulator takes none. */
const UP_NS = 25 * US_NS;
/** The share of a hop that is given to the way up when the answer leaves at the same instant. */
const UP_SHARE = 0.45;
/** How long the end of a packet is seen, ns: a fault long enough to read why. */
const MARK_NS = 30 * US_NS;
const FAULT_NS = 90 * US_NS;
export const Mark = { DROP: 1, DELIVER: 2 } as const;

/** What ends so is no fault: the packet was merely not for whoever got it. */
const QUIET: ReadonlySet<number> = new Set([
  DropReason.ARP_NOT_FOR_US,
  DropReason.OTHERHOST,
  DropReason.ICMP_ECHO_IGNORED,
  DropReason.BRIDGE_NO_EGRESS,
]);
export const isQuiet = (reason: number): boolean => QUIET.has(reason);

/** Columns of equal length; `key_ns` rises. */
export interface Flights {
  /** Trace rows that have been read. */
  rows: number;
  count: number;
  /** Longest time between a flight's key and its end. */
  longest_ns: number;
  /** Time of the trace row; the flight itself lasts from t0_ns to t1_ns. */
  key_ns: Float64Array;
  t0_ns: Float64Array;
  t1_ns: Float64Array;
  row: Int32Array;
  packet: Int32Array;
  from: Int32Array;
  to: Int32Array;
  via: Int32Array;
  look: Uint8Array;
  /** Sequence number of an echo, else 0. */
  tag: Int32Array;
  /** DropReason with which the packet ended where this flight arrived; 0 for none. */
  ended: Uint8Array;
  readonly waits: Waits;
  readonly marks: Marks;
  readonly past: Past;
}

/** Frames that wait for a neighbour's MAC. `t1_ns` is Infinity as long as the trace doesn't know the end. */
export interface Waits {
  count: number;
  longest_ns: number;
  t0_ns: Float64Array;
  t1_ns: Float64Array;
  row: Int32Array;
  dev: Int32Array;
  packet: Int32Array;
  look: Uint8Array;
  tag: Int32Array;
  /** Waits without an end so far. */
  readonly open: Set<number>;
}

/** Ends of packets: `flight` is the one that brought it there, or -1 when it ended where it began. */
export interface Marks {
  count: number;
  t_ns: Float64Array;
  row: Int32Array;
  dev: Int32Array;
  flight: Int32Array;
  /** Mark.DROP or Mark.DELIVER. */
  what: Uint8Array;
  reason: Uint8Array;
}

/** What is known of each packet so far, by packet id: where it last was, its last flight, the wait that it is in. */
interface Past {
  place: Int32Array;
  flight: Int32Array;
  wait: Int32Array;
  /** Look of what was sent, for packets that wait before they have a frame. */
  sent: Uint8Array;
  /** Flights up to a host at the instant `up_ns`, from number `upFrom` on. */
  up_ns: number;
  upFrom: number;
}

/** The trace's columns as the page keeps them. */
export interface TraceRows {
  readonly count: number;
  readonly t_ns: Float64Array;
  readonly kind: Uint8Array;
  readonly dev: Int32Array;
  readonly packet: Int32Array;
  readonly frame: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
}

const FIRST = 256;

/** A table that has read nothing. */
export function createFlights(): Flights {
  const float = () => new Float64Array(FIRST);
  const int = () => new Int32Array(FIRST);
  const byte = () => new Uint8Array(FIRST);
  return {
    rows: 0,
    count: 0,
    longest_ns: 0,
    key_ns: float(),
    t0_ns: float(),
    t1_ns: float(),
    row: int(),
    packet: int(),
    from: int(),
    to: int(),
    via: int(),
    look: byte(),
    tag: int(),
    ended: byte(),
    waits: {
      count: 0,
      longest_ns: 0,
      t0_ns: float(),
      t1_ns: float(),
      row: int(),
      dev: int(),
      packet: int(),
      look: byte(),
      tag: int(),
      open: new Set(),
    },
    marks: { count: 0, t_ns: float(), row: int(), dev: int(), flight: int(), what: byte(), reason: byte() },
    past: {
      place: int().fill(NOWHERE),
      flight: int().fill(-1),
      wait: int().fill(-1),
      sent: byte(),
      up_ns: -1,
      upFrom: 0,
    },
  };
}

/** Forgets everything, as after a fork: the branch's rows are then read anew. */
export function clearFlights(flights: Flights): void {
  Object.assign(flights, { rows: 0, count: 0, longest_ns: 0 });
  Object.assign(flights.waits, { count: 0, longest_ns: 0 });
  flights.waits.open.clear();
  flights.marks.count = 0;
  const { past } = flights;
  past.place.fill(NOWHERE);
  past.flight.fill(-1);
  past.wait.fill(-1);
  past.sent.fill(0);
  past.up_ns = -1;
}

/**
 * Reads the rows that are new. `from` is the first row that may have changed since the last call (the batch's `from`):
 * when it lies before what has been read, the table is built anew.
 * `frameBytes(i)` are the bytes of frame i, or null.
 */
export function extendFlights(
  flights: Flights,
  trace: TraceRows,
  frameBytes: (frame: number) => Uint8Array | null,
  from: number,
): void {
  if (from < flights.rows || trace.count < flights.rows) clearFlights(flights);
  for (let row = flights.rows; row < trace.count; row++) readRow(flights, trace, row, frameBytes);
  flights.rows = trace.count;
}

function readRow(flights: Flights, trace: TraceRows, row: number, frameBytes: (i: number) => Uint8Array | null): void {
  const kind = trace.kind[row]!;
  const packet = trace.packet[row]!;
  const dev = trace.dev[row]!;
  const bytes = () => frameBytes(trace.frame[row]!);
  if (kind === TraceKind.HOP) addHop(flights, trace, row, bytes());
  else if (kind === TraceKind.BRIDGE_UP) addUp(flights, trace, row, bytes());
  else if (kind === TraceKind.BRIDGE_XMIT) setPlace(flights, packet, stackOf(dev));
  else if (kind === TraceKind.BRIDGE_FLOOD) spread(flights, packet, trace.a[row]!, trace.b[row]!);
  else if (kind === TraceKind.SEND) setSent(flights, packet, lookOfProtocol(trace.b[row]!, trace.a[row]! >= 0));
  else if (kind === TraceKind.NEIGH_QUEUED) addWait(flights, trace, row);
  else if (kind === TraceKind.DROP) addMark(flights, trace, row, Mark.DROP, trace.a[row]!);
  else if (kind === TraceKind.DELIVER) addMark(flights, trace, row, Mark.DELIVER, 0);
}

/** Makes sure that `packet` has an entry in the past. */
function know(flights: Flights, packet: number): void {
  const { past } = flights;
  past.place = grown(past.place, packet + 1, NOWHERE);
  past.flight = grown(past.flight, packet + 1, -1);
  past.wait = grown(past.wait, packet + 1, -1);
  past.sent = grown(past.sent, packet + 1, 0);
}

function setPlace(flights: Flights, packet: number, place: Place): void {
  if (packet < 0) return;
  know(flights, packet);
  flights.past.place[packet] = place;
}

function setSent(flights: Flights, packet: number, look: number): void {
  if (packet < 0) return;
  know(flights, packet);
  flights.past.sent[packet] = look;
}

/** The copies of a flood start where the flooded frame is. */
function spread(flights: Flights, packet: number, first: number, copies: number): void {
  const place = packet < 0 ? NOWHERE : (flights.past.place[packet] ?? NOWHERE);
  for (let copy = first; copy < first + copies; copy++) setPlace(flights, copy, place);
}

function addHop(flights: Flights, trace: TraceRows, row: number, frame: Uint8Array | null): void {
  const t_ns = trace.t_ns[row]!;
  const took_ns = trace.b[row]!;
  const packet = trace.packet[row]!;
  const to = trace.a[row]!;
  const via = packet < 0 ? NOWHERE : (flights.past.place[packet] ?? NOWHERE);
  endWait(flights, packet, t_ns, frame);
  const flight = addFlight(flights, trace, row, frame);
  flights.to[flight] = to;
  flights.from[flight] = trace.dev[row]!;
  flights.via[flight] = via;
  const late_ns = flights.past.up_ns === t_ns && (via === NOWHERE || isStack(via)) ? took_ns * UP_SHARE : 0;
  if (late_ns > 0) hurryUps(flights, flight, t_ns + late_ns);
  setSpan(flights, flight, t_ns + late_ns, t_ns + took_ns);
  arrive(flights, packet, to, flight);
}

function addUp(flights: Flights, trace: TraceRows, row: number, frame: Uint8Array | null): void {
  const t_ns = trace.t_ns[row]!;
  const packet = trace.packet[row]!;
  const to = stackOf(trace.dev[row]!);
  const flight = addFlight(flights, trace, row, frame);
  const { past } = flights;
  if (past.up_ns !== t_ns) Object.assign(past, { up_ns: t_ns, upFrom: flight });
  flights.from[flight] = trace.a[row]!;
  flights.to[flight] = to;
  flights.via[flight] = NOWHERE;
  setSpan(flights, flight, t_ns, t_ns + UP_NS);
  arrive(flights, packet, to, flight);
}

/** What went up at this instant is there by `t_ns`, so that the answer doesn't leave before the question arrives. */
function hurryUps(flights: Flights, until: number, t_ns: number): void {
  for (let flight = flights.past.upFrom; flight < until; flight++) {
    if (isStack(flights.to[flight]!)) flights.t1_ns[flight] = Math.min(t_ns, flights.t1_ns[flight]!);
  }
}

/** An empty entry for the row. Returns its number. */
function addFlight(flights: Flights, trace: TraceRows, row: number, frame: Uint8Array | null): number {
  const flight = flights.count++;
  const room = flights.count;
  for (const column of ["key_ns", "t0_ns", "t1_ns"] as const) flights[column] = grown(flights[column], room, 0);
  for (const column of ["row", "packet", "from", "to", "via"] as const)
    flights[column] = grown(flights[column], room, 0);
  for (const column of ["look", "ended"] as const) flights[column] = grown(flights[column], room, 0);
  flights.key_ns[flight] = trace.t_ns[row]!;
  flights.row[flight] = row;
  flights.packet[flight] = trace.packet[row]!;
  flights.look[flight] = lookOf(frame);
  flights.tag[flight] = echoSequence(frame);
  flights.ended[flight] = 0;
  return flight;
}

function setSpan(flights: Flights, flight: number, t0_ns: number, t1_ns: number): void {
  flights.t0_ns[flight] = t0_ns;
  flights.t1_ns[flight] = t1_ns;
  flights.longest_ns = Math.max(flights.longest_ns, t1_ns - flights.key_ns[flight]!);
}

function arrive(flights: Flights, packet: number, place: Place, flight: number): void {
  if (packet < 0) return;
  know(flights, packet);
  flights.past.place[packet] = place;
  flights.past.flight[packet] = flight;
}

function addWait(flights: Flights, trace: TraceRows, row: number): void {
  const { waits, past } = flights;
  const packet = trace.packet[row]!;
  if (packet < 0) return;
  know(flights, packet);
  const wait = waits.count++;
  for (const column of ["t0_ns", "t1_ns"] as const) waits[column] = grown(waits[column], waits.count, 0);
  for (const column of ["row", "dev", "packet", "tag"] as const) waits[column] = grown(waits[column], waits.count, 0);
  waits.look = grown(waits.look, waits.count, 0);
  waits.t0_ns[wait] = trace.t_ns[row]!;
  waits.t1_ns[wait] = Number.POSITIVE_INFINITY;
  waits.row[wait] = row;
  waits.dev[wait] = trace.dev[row]!;
  waits.packet[wait] = packet;
  waits.look[wait] = past.sent[packet]!;
  waits.tag[wait] = 0;
  waits.open.add(wait);
  past.wait[packet] = wait;
}

/** It leaves (as `frame`) or is given up (null). */
function endWait(flights: Flights, packet: number, t_ns: number, frame: Uint8Array | null): void {
  const { waits, past } = flights;
  const wait = packet < 0 ? -1 : (past.wait[packet] ?? -1);
  if (wait < 0) return;
  waits.t1_ns[wait] = t_ns;
  waits.longest_ns = Math.max(waits.longest_ns, t_ns - waits.t0_ns[wait]!);
  waits.open.delete(wait);
  if (frame !== null) {
    waits.look[wait] = lookOf(frame);
    waits.tag[wait] = echoSequence(frame);
  }
  past.wait[packet] = -1;
}

function addMark(flights: Flights, trace: TraceRows, row: number, what: number, reason: number): void {
  const { marks, past } = flights;
  const packet = trace.packet[row]!;
  const t_ns = trace.t_ns[row]!;
  endWait(flights, packet, t_ns, null);
  const mark = marks.count++;
  const flight = packet < 0 ? -1 : (past.flight[packet] ?? -1);
  marks.t_ns = grown(marks.t_ns, marks.count, 0);
  for (const column of ["row", "dev", "flight"] as const) marks[column] = grown(marks[column], marks.count, 0);
  for (const column of ["what", "reason"] as const) marks[column] = grown(marks[column], marks.count, 0);
  marks.t_ns[mark] = t_ns;
  marks.row[mark] = row;
  marks.dev[mark] = trace.dev[row]!;
  marks.flight[mark] = flight;
  marks.what[mark] = what;
  marks.reason[mark] = reason;
  if (flight >= 0 && what === Mark.DROP) flights.ended[flight] = reason;
}

/** Calls `visit` for each flight that is in the air at `t_ns`, oldest first. */
export function visitFlights(flights: Flights, t_ns: number, visit: (flight: number) => void): void {
  const end = upperBound(flights.key_ns, flights.count, t_ns);
  for (let i = upperBound(flights.key_ns, end, t_ns - flights.longest_ns - 1); i < end; i++) {
    if (flights.t0_ns[i]! <= t_ns && t_ns < flights.t1_ns[i]!) visit(i);
  }
}

/** Calls `visit` for each frame that waits for a MAC at `t_ns`, oldest first. */
export function visitWaits(flights: Flights, t_ns: number, visit: (wait: number) => void): void {
  const { waits } = flights;
  const end = upperBound(waits.t0_ns, waits.count, t_ns);
  const begin = upperBound(waits.t0_ns, end, t_ns - waits.longest_ns - 1);
  for (const wait of waits.open) if (wait < begin) visit(wait);
  for (let i = begin; i < end; i++) if (t_ns < waits.t1_ns[i]!) visit(i);
}

/** When a mark appears, ns: when what brought the packet there has arrived, which the trace may call the same instant. */
export function markStart(flights: Flights, mark: number): number {
  const { marks } = flights;
  const flight = marks.flight[mark]!;
  return flight < 0 ? marks.t_ns[mark]! : Math.max(marks.t_ns[mark]!, flights.t1_ns[flight]!);
}

/** For how long a mark is seen, ns. */
export function markLength(marks: Marks, mark: number): number {
  return marks.what[mark] === Mark.DROP && !isQuiet(marks.reason[mark]!) ? FAULT_NS : MARK_NS;
}

/** Calls `visit` for each end that is still seen at `t_ns`, oldest first. */
export function visitMarks(flights: Flights, t_ns: number, visit: (mark: number) => void): void {
  const { marks } = flights;
  const end = upperBound(marks.t_ns, marks.count, t_ns);
  for (let i = upperBound(marks.t_ns, end, t_ns - FAULT_NS - UP_NS); i < end; i++) {
    const start_ns = markStart(flights, i);
    if (start_ns <= t_ns && t_ns < start_ns + markLength(marks, i)) visit(i);
  }
}

/** When the last thing that moves at `t_ns` or moved before is over; 0 when nothing ever did. Input to elastic time. */
export function inFlightUntil(flights: Flights, t_ns: number): number {
  let until_ns = 0;
  const end = upperBound(flights.key_ns, flights.count, t_ns);
  const last_ns = end > 0 ? flights.key_ns[end - 1]! : 0;
  for (let i = upperBound(flights.key_ns, end, last_ns - flights.longest_ns - 1); i < end; i++) {
    until_ns = Math.max(until_ns, flights.t1_ns[i]!);
  }
  const { marks } = flights;
  const last = upperBound(marks.t_ns, marks.count, t_ns);
  for (let i = last - 1; i >= 0 && marks.t_ns[i]! + FAULT_NS + UP_NS > t_ns; i--) {
    until_ns = Math.max(until_ns, markStart(flights, i) + markLength(marks, i));
  }
  return until_ns;
}

/** The shortest flight in the air at `t_ns`, ns; `otherwise` when nothing flies. Input to elastic time. */
export function shortestHop(flights: Flights, t_ns: number, otherwise: number): number {
  let shortest_ns = Number.POSITIVE_INFINITY;
  visitFlights(flights, t_ns, (i) => {
    const took_ns = flights.t1_ns[i]! - flights.key_ns[i]!;
    if (took_ns > 0) shortest_ns = Math.min(shortest_ns, took_ns);
  });
  return shortest_ns === Number.POSITIVE_INFINITY ? otherwise : shortest_ns;
}
