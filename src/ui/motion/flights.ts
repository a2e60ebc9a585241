/**
 * The flights table: everything that moves, waits or ends on the canvas, built once from the trace as it grows, and found
 * for a moment by binary search, so that what a frame of the screen costs depends on what is in the air, not on the past.
 *
 * A flight is one hop over a wire, or one copy that a bridge hands up to its own host. The simulated bridge takes no time,
 * so a hop that leaves a bridge port starts where its frame came in (`via`): the way along the bar is part of the hop.
 * A flight from a tunnel device to itself is a way inside a host: into the device, or, when `via` is the device too, out of it.
 */

import { US_NS } from "../../base/time.ts";
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { grown } from "./growing.ts";
import { echoSequence, type Look, lookOf, lookOfProtocol } from "./look.ts";
import { innerLook, innerSequence, unwrapped, type Wrap, wrapped } from "./wrap.ts";

/** Where a flight starts or ends: a device (≥ 0), NOWHERE, or the own stack of a bridge's host, `stackOf(bridge)`. */
export type Place = number;
export const NOWHERE: Place = -1;
export const stackOf = (bridge: number): Place => -2 - bridge;
/** The bridge of a `stackOf` place. */
export const bridgeOf = (place: Place): number => -2 - place;
export const isStack = (place: Place): boolean => place <= -2;

/** What ways inside a host are given, ns, for which the simulator takes no time: up from a bridge, into or out of a tunnel. */
const UP_NS = 25 * US_NS;
const GATE_NS = 20 * US_NS;
/** All of them at one instant, ns. */
export const INNER_NS = UP_NS + 3 * GATE_NS;
/** The share of a hop that is given to them when it leaves at the same instant; when a tunnel is among them. */
const UP_SHARE = 0.45;
const GATE_SHARE = 0.6;
/** How long the end of a packet is seen, ns: a fault long enough to read why. */
export const MARK_NS = 30 * US_NS;
export const FAULT_NS = 90 * US_NS;
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
  /** Wrapped in a tunnel's header (Wrap), else 0: `look` and `tag` are those of the packet inside. */
  wrap: Uint8Array;
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
  /** From when it is seen to wait: what brings the packet there has arrived, which the trace may call the same instant. */
  seen_ns: Float64Array;
  t1_ns: Float64Array;
  row: Int32Array;
  dev: Int32Array;
  packet: Int32Array;
  look: Uint8Array;
  tag: Int32Array;
  wrap: Uint8Array;
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
  /** Bytes of tunnels' headers before the packet, and the innermost tunnel's Wrap; 0 for a packet in none. */
  outer: Int32Array;
  wrap: Uint8Array;
  /** Flights inside hosts at the instant `up_ns`, from number `upFrom` on; `gated`: a tunnel is among them. */
  up_ns: number;
  upFrom: number;
  gated: boolean;
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
    wrap: byte(),
    ended: byte(),
    waits: {
      count: 0,
      longest_ns: 0,
      t0_ns: float(),
      seen_ns: float(),
      t1_ns: float(),
      row: int(),
      dev: int(),
      packet: int(),
      look: byte(),
      tag: int(),
      wrap: byte(),
      open: new Set(),
    },
    marks: { count: 0, t_ns: float(), row: int(), dev: int(), flight: int(), what: byte(), reason: byte() },
    past: {
      place: int().fill(NOWHERE),
      flight: int().fill(-1),
      wait: int().fill(-1),
      sent: byte(),
      outer: int(),
      wrap: byte(),
      up_ns: -1,
      upFrom: 0,
      gated: false,
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
  past.outer.fill(0);
  past.wrap.fill(0);
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
  else if (kind === TraceKind.ENCAP) addEncap(flights, trace, row);
  else if (kind === TraceKind.DECAP) addDecap(flights, trace, row, bytes());
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
  past.outer = grown(past.outer, packet + 1, 0);
  past.wrap = grown(past.wrap, packet + 1, 0);
}

function setPlace(flights: Flights, packet: number, place: Place): void {
  if (packet < 0) return;
  know(flights, packet);
  flights.past.place[packet] = place;
}

function setSent(flights: Flights, packet: number, look: number): void {
  if (packet < 0) return;
  know(flights, packet);
  // A tunnel's outer packet goes on being the one inside.
  if (flights.past.wrap[packet] === 0) flights.past.sent[packet] = look;
}

/** The copies of a flood start where the flooded frame is, as it is. */
function spread(flights: Flights, packet: number, first: number, copies: number): void {
  const { past } = flights;
  if (packet >= 0) know(flights, packet);
  for (let copy = first; copy < first + copies; copy++) {
    setPlace(flights, copy, packet < 0 ? NOWHERE : past.place[packet]!);
    if (packet < 0 || past.place[packet] === undefined) continue;
    past.sent[copy] = past.sent[packet]!;
    past.outer[copy] = past.outer[packet]!;
    past.wrap[copy] = past.wrap[packet]!;
  }
}

function addHop(flights: Flights, trace: TraceRows, row: number, frame: Uint8Array | null): void {
  const t_ns = trace.t_ns[row]!;
  const took_ns = trace.b[row]!;
  const packet = trace.packet[row]!;
  const dev = trace.dev[row]!;
  const to = trace.a[row]!;
  const place = packet < 0 ? NOWHERE : (flights.past.place[packet] ?? NOWHERE);
  const waited = endWait(flights, packet, t_ns, frame);
  if (to < 0) {
    // Into a tunnel, which knows no other end of a wire; or into nothing, where there is no way to be drawn.
    addInner(flights, trace, row, frame, dev, place);
    return;
  }
  const flight = addFlight(flights, trace, row, frame);
  flights.to[flight] = to;
  flights.from[flight] = dev;
  flights.via[flight] = waited === dev ? dev : place;
  const start_ns = leave(flights, flight, t_ns, took_ns, place);
  setSpan(flights, flight, start_ns, t_ns + took_ns);
  arrive(flights, packet, to, flight);
}

/** When a hop leaves: at its time, or when all that moves inside hosts at that instant is where it goes to. */
function leave(flights: Flights, flight: number, t_ns: number, took_ns: number, place: Place): number {
  const { past } = flights;
  if (past.up_ns !== t_ns) return t_ns;
  const last = flights.packet[flight]! < 0 ? -1 : past.flight[flights.packet[flight]!]!;
  const isInner = last >= 0 && flights.from[last] === flights.to[last];
  if (place !== NOWHERE && !isStack(place) && !isInner) return t_ns;
  const end_ns = t_ns + took_ns * (past.gated ? GATE_SHARE : UP_SHARE);
  return Math.min(end_ns, hurry(flights, flight, t_ns, end_ns));
}

/** What moves inside hosts at the instant `t_ns` is done by `end_ns`, so that nothing leaves before it has come. Returns when. */
function hurry(flights: Flights, until: number, t_ns: number, end_ns: number): number {
  let last_ns = t_ns;
  for (let i = flights.past.upFrom; i < until; i++)
    if (isInside(flights, i)) last_ns = Math.max(last_ns, flights.t1_ns[i]!);
  const share = (end_ns - t_ns) / (last_ns - t_ns);
  if (last_ns <= end_ns) return last_ns;
  for (let i = flights.past.upFrom; i < until; i++) {
    if (!isInside(flights, i)) continue;
    flights.t0_ns[i] = t_ns + (flights.t0_ns[i]! - t_ns) * share;
    flights.t1_ns[i] = t_ns + (flights.t1_ns[i]! - t_ns) * share;
  }
  return end_ns;
}

function isInside(flights: Flights, i: number): boolean {
  return isStack(flights.to[i]!) || flights.from[i] === flights.to[i];
}

function addUp(flights: Flights, trace: TraceRows, row: number, frame: Uint8Array | null): void {
  const packet = trace.packet[row]!;
  const to = stackOf(trace.dev[row]!);
  const start_ns = startInside(flights, packet, trace.t_ns[row]!);
  const flight = addFlight(flights, trace, row, frame);
  flights.from[flight] = trace.a[row]!;
  flights.to[flight] = to;
  flights.via[flight] = NOWHERE;
  setSpan(flights, flight, start_ns, start_ns + UP_NS);
  arrive(flights, packet, to, flight);
}

/** A way into a tunnel device, from `via`; or out of it, when that is the device itself. */
function addInner(
  flights: Flights,
  trace: TraceRows,
  row: number,
  frame: Uint8Array | null,
  dev: number,
  via: Place,
): void {
  const packet = trace.packet[row]!;
  const start_ns = startInside(flights, packet, trace.t_ns[row]!);
  flights.past.gated = true;
  const flight = addFlight(flights, trace, row, frame);
  flights.from[flight] = dev;
  flights.to[flight] = dev;
  flights.via[flight] = via;
  setSpan(flights, flight, start_ns, start_ns + GATE_NS);
  arrive(flights, packet, dev, flight);
}

/** A way inside a host begins when the packet's last one at this instant is over. */
function startInside(flights: Flights, packet: number, t_ns: number): number {
  const { past } = flights;
  if (past.up_ns !== t_ns) Object.assign(past, { up_ns: t_ns, upFrom: flights.count, gated: false });
  const last = packet < 0 ? -1 : (past.flight[packet] ?? -1);
  return last >= past.upFrom && isInside(flights, last) ? flights.t1_ns[last]! : t_ns;
}

/** From now on the packet is inside another one. */
function addEncap(flights: Flights, trace: TraceRows, row: number): void {
  const packet = trace.packet[row]!;
  if (packet < 0) return;
  know(flights, packet);
  wrapped(flights.past, packet, trace.b[row]!);
  flights.past.place[packet] = trace.dev[row]!;
}

/** The parcel comes to the tunnel device, and what was in it leaves there. */
function addDecap(flights: Flights, trace: TraceRows, row: number, frame: Uint8Array | null): void {
  const packet = trace.packet[row]!;
  const dev = trace.dev[row]!;
  if (packet < 0) return;
  know(flights, packet);
  const place = flights.past.place[packet]!;
  addInner(flights, trace, row, frame, dev, place);
  const into = flights.count - 1;
  // The row's frame is the one that comes out.
  flights.look[into] = lookOf(frame);
  flights.tag[into] = echoSequence(frame);
  unwrapped(flights.past, packet, trace.b[row]!);
  addInner(flights, trace, row, frame, dev, dev);
}

/** Room for one entry more, and as many again. */
function widen(flights: Flights): void {
  const room = flights.count;
  for (const column of ["key_ns", "t0_ns", "t1_ns"] as const) flights[column] = grown(flights[column], room, 0);
  for (const column of ["row", "packet", "from", "to", "via", "tag"] as const)
    flights[column] = grown(flights[column], room, 0);
  for (const column of ["look", "wrap", "ended"] as const) flights[column] = grown(flights[column], room, 0);
}

/** An empty entry for the row. Returns its number. */
function addFlight(flights: Flights, trace: TraceRows, row: number, frame: Uint8Array | null): number {
  const flight = flights.count++;
  if (flights.count > flights.row.length) widen(flights);
  flights.key_ns[flight] = trace.t_ns[row]!;
  flights.row[flight] = row;
  flights.packet[flight] = trace.packet[row]!;
  flights.wrap[flight] = wrapOf(flights, trace.packet[row]!);
  flights.look[flight] = lookNow(flights, trace.packet[row]!, frame);
  flights.tag[flight] = sequenceNow(flights, trace.packet[row]!, frame);
  flights.ended[flight] = 0;
  return flight;
}

function wrapOf({ past }: Flights, packet: number): Wrap | 0 {
  return packet < 0 ? 0 : ((past.wrap[packet] ?? 0) as Wrap | 0);
}

/** Of the packet inside, where the frame has one. */
function lookNow(flights: Flights, packet: number, frame: Uint8Array | null): Look {
  const wrap = wrapOf(flights, packet);
  return wrap === 0 ? lookOf(frame) : innerLook(frame, wrap, flights.past.outer[packet]!);
}

function sequenceNow(flights: Flights, packet: number, frame: Uint8Array | null): number {
  const wrap = wrapOf(flights, packet);
  return wrap === 0 ? echoSequence(frame) : innerSequence(frame, wrap, flights.past.outer[packet]!);
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
  for (const column of ["t0_ns", "seen_ns", "t1_ns"] as const) waits[column] = grown(waits[column], waits.count, 0);
  for (const column of ["row", "dev", "packet", "tag"] as const) waits[column] = grown(waits[column], waits.count, 0);
  for (const column of ["look", "wrap"] as const) waits[column] = grown(waits[column], waits.count, 0);
  const t_ns = trace.t_ns[row]!;
  const last = past.flight[packet]!;
  waits.t0_ns[wait] = t_ns;
  waits.seen_ns[wait] = last < 0 ? t_ns : Math.max(t_ns, flights.t1_ns[last]!);
  waits.t1_ns[wait] = Number.POSITIVE_INFINITY;
  waits.row[wait] = row;
  waits.dev[wait] = trace.dev[row]!;
  waits.packet[wait] = packet;
  waits.look[wait] = past.sent[packet]!;
  waits.tag[wait] = last < 0 ? 0 : flights.tag[last]!;
  waits.wrap[wait] = wrapOf(flights, packet);
  waits.open.add(wait);
  past.wait[packet] = wait;
}

/** It leaves (as `frame`) or is given up (null). Returns the device that it waited at, -1 when it did not wait. */
function endWait(flights: Flights, packet: number, t_ns: number, frame: Uint8Array | null): number {
  const { waits, past } = flights;
  const wait = packet < 0 ? -1 : (past.wait[packet] ?? -1);
  if (wait < 0) return -1;
  waits.t1_ns[wait] = t_ns;
  waits.longest_ns = Math.max(waits.longest_ns, t_ns - waits.t0_ns[wait]!);
  waits.open.delete(wait);
  if (frame !== null) {
    waits.look[wait] = lookNow(flights, packet, frame);
    waits.tag[wait] = sequenceNow(flights, packet, frame);
  }
  past.wait[packet] = -1;
  return waits.dev[wait]!;
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
