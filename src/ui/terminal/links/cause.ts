// Which row of the trace made a program print a line, and which line a row has led to. Pure.
import { TraceKind } from "../../../base/trace-kind.ts";
import type { TerminalChunk } from "../../../protocol/messages.ts";
import type { Scenery } from "../../events/scenery.ts";
import { rowsUntil } from "../../store/trace-columns.ts";

/** How far back a packet's row is looked for, rows. */
const REACH_ROWS = 4000;
const IPPROTO_TCP = 6;
/** A program that a segment wakes has written by then. */
const WAKE_NS = 20_000;

/**
 * The row behind a piece of terminal text, or -1. Of what was typed: the command's. Of a program's line: the packet that its
 * socket got, where it was delivered or passed by; bytes of a stream, and what came through a pipe, have no packet of their own, so
 * that what a socket of this node was brought at this moment stands for it.
 */
export function rowOfChunk(s: Scenery, chunk: TerminalChunk, chunks: readonly TerminalChunk[]): number {
  if (chunk.kind === "input") return lastRow(s, chunk.t_ns, (row) => isCommandOf(s, row, chunk), 0);
  const { cause } = chunk;
  if (cause === undefined) {
    const sums = sumsUp(chunk, chunks);
    return lastRow(s, chunk.t_ns, (row) => isBroughtTo(s, row, chunk, sums), WAKE_NS);
  }
  const isOwn = (row: number) => s.columns.packet[row] === cause.packet && !isTable(s.columns.kind[row]!);
  const delivered = lastRow(s, cause.t_ns, (row) => isOwn(row) && s.columns.kind[row] === TraceKind.DELIVER, WAKE_NS);
  return delivered >= 0 ? delivered : lastRow(s, cause.t_ns, isOwn, Number.POSITIVE_INFINITY);
}

/** Rows whose `packet` is half of a MAC. */
function isTable(kind: number): boolean {
  return kind === TraceKind.FDB_ADD || kind === TraceKind.FDB_MOVE || kind === TraceKind.FDB_DELETE;
}

function isCommandOf(s: Scenery, row: number, chunk: TerminalChunk): boolean {
  if (s.columns.kind[row] !== TraceKind.COMMAND) return false;
  return s.entries.find((entry) => entry.id === s.columns.a[row])?.node === chunk.node;
}

/** Whether a program that has just told of a packet goes on with what is about none: ping's statistics. */
function sumsUp(chunk: TerminalChunk, chunks: readonly TerminalChunk[]): boolean {
  for (let i = firstFrom(chunks, chunk.t_ns); chunks[i]?.t_ns === chunk.t_ns; i++) {
    if (chunks[i]!.node === chunk.node && chunks[i]!.cause !== undefined) return true;
  }
  return false;
}

/** Delivered to a socket, not to the kernel itself. */
function isBroughtTo(s: Scenery, row: number, chunk: TerminalChunk, sums: boolean): boolean {
  const { kind, a, b, dev } = s.columns;
  if (kind[row] !== TraceKind.DELIVER || a[row]! < 0 || (sums && b[row] !== IPPROTO_TCP)) return false;
  return s.devices.get(dev[row]!)?.node === chunk.node;
}

/** The last row by `t_ns` that `is`, of those that are at most `within_ns` older. */
function lastRow({ columns }: Scenery, t_ns: number, is: (row: number) => boolean, within_ns: number): number {
  const from = rowsUntil(columns, t_ns) - 1;
  for (let row = from; row >= 0 && row > from - REACH_ROWS; row--) {
    if (columns.t_ns[row]! < t_ns - within_ns) return -1;
    if (is(row)) return row;
  }
  return -1;
}

/** The number of the first chunk that the row's packet or command has led to, of those before `count`; -1 for none. */
export function chunkOfRow(s: Scenery, row: number, chunks: readonly TerminalChunk[], count: number): number {
  const { columns } = s;
  const packet = columns.packet[row]!;
  const isCommand = columns.kind[row] === TraceKind.COMMAND;
  if (!isCommand && (packet < 0 || isTable(columns.kind[row]!))) return -1;
  for (let i = firstFrom(chunks, columns.t_ns[row]!); i < count; i++) {
    const chunk = chunks[i]!;
    if (isCommand && chunk.t_ns !== columns.t_ns[row]) return -1;
    if (isCommand ? chunk.kind === "input" && isCommandOf(s, row, chunk) : chunk.cause?.packet === packet) return i;
    if (chunk.t_ns <= columns.t_ns[row]! + WAKE_NS && chunk.cause === undefined && rowOfChunk(s, chunk, chunks) === row)
      return i;
    if (chunk.t_ns > columns.t_ns[row]! + REACH_NS) return -1;
  }
  return -1;
}

/** How long after a packet a program may print of it: tcpdump into a pipe does so once a second. */
const REACH_NS = 3e9;

/** The first chunk that came at `t_ns` or later. */
function firstFrom(chunks: readonly TerminalChunk[], t_ns: number): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (chunks[middle]!.t_ns < t_ns) low = middle + 1;
    else high = middle;
  }
  return low;
}
