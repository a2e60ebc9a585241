/**
 * What happened, as rows of typed columns (src/base/trace-kind.ts says what they mean), and the bytes of each distinct
 * frame once. Append-only in chunks; only the newest `maxChunks` are kept, so that a long run stays bounded. A chunk that falls
 * out is filled anew, so nobody may keep one beyond the present run of events.
 * A checkpoint remembers two counts (`rows`, `frames`); `rewindTrace` goes there.
 */

import { assert } from "../base/assert.ts";
import type { FramePool } from "./frames.ts";
import { frameLength, frameStart } from "./frames.ts";
import { copyWords } from "./words.ts";

export const CHUNK_ROWS = 1 << 16;

export interface TraceChunk {
  /** Number of its first row and of the first frame that was new in it. */
  rowFrom: number;
  frameFrom: number;
  readonly t_ns: Float64Array;
  /** The six columns below, one behind the other: a row is written through one array instead of six. */
  readonly cells: Int32Array;
  readonly kind: Int32Array;
  readonly dev: Int32Array;
  readonly packet: Int32Array;
  readonly frame: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** End of each frame's bytes in `bytes`; grows. A frame begins 2 bytes behind the next word boundary, as in the pool. */
  frameEnd: Uint32Array;
  bytes: Uint8Array;
  /** The same memory as `bytes`. */
  words: Int32Array;
}

export interface Trace {
  chunks: TraceChunk[];
  /** The chunk of `chunks` that is written to, as long as `rows` is below `full`; what comes then opens another one. */
  current: TraceChunk | null;
  full: number;
  /** Rows and distinct frames so far, those that were dropped included. */
  rows: number;
  frames: number;
  maxChunks: number;
  /** False records nothing: for the setup of a scene. */
  on: boolean;
}

/** @param maxRows how many of the last rows are kept, rounded up to whole chunks. */
export function createTrace(maxRows = 4_000_000): Trace {
  const maxChunks = Math.ceil(maxRows / CHUNK_ROWS) + 1;
  return { chunks: [], current: null, full: 0, rows: 0, frames: 0, maxChunks, on: true };
}

/** @param frames, length how many frames there will be room for, and for how many bytes of them, before it has to grow */
function emptyChunk(frames: number, length: number): TraceChunk {
  const bytes = new Uint8Array((length + 7) & ~3);
  const cells = new Int32Array(6 * CHUNK_ROWS);
  const column = (number: number) => cells.subarray(number * CHUNK_ROWS, (number + 1) * CHUNK_ROWS);
  return {
    rowFrom: 0,
    frameFrom: 0,
    t_ns: new Float64Array(CHUNK_ROWS),
    cells,
    kind: column(0),
    dev: column(1),
    packet: column(2),
    frame: column(3),
    a: column(4),
    b: column(5),
    frameEnd: new Uint32Array(frames),
    bytes,
    words: new Int32Array(bytes.buffer),
  };
}

/** The chunk that row number `trace.rows` goes to: one that a rewind left standing, else a new one. */
function nextChunk(trace: Trace): TraceChunk {
  const standing = chunkAt(trace, trace.rows);
  if (standing !== undefined) {
    assert(standing.frameFrom === trace.frames, "a rewound trace goes on as it went before");
    return writeTo(trace, standing);
  }
  const oldest = trace.chunks.length < trace.maxChunks ? undefined : trace.chunks.shift();
  const chunk = oldest ?? newChunk(trace);
  chunk.rowFrom = trace.rows;
  chunk.frameFrom = trace.frames;
  trace.chunks.push(chunk);
  return writeTo(trace, chunk);
}

function writeTo(trace: Trace, chunk: TraceChunk): TraceChunk {
  trace.current = chunk;
  trace.full = chunk.rowFrom + CHUNK_ROWS;
  return chunk;
}

/** A new chunk with room for a few more frames than the one before it has: growing takes longer than filling. */
function newChunk(trace: Trace): TraceChunk {
  const before = trace.chunks.at(-1);
  if (before === undefined) return emptyChunk(256, 1 << 15);
  const frames = trace.frames - before.frameFrom;
  return emptyChunk(Math.max(256, frames + (frames >> 5)), Math.max(1 << 12, storedAt(before, frames) * 1.03));
}

const currentChunk = (trace: Trace): TraceChunk =>
  trace.rows < trace.full ? (trace.current as TraceChunk) : nextChunk(trace);

/** Appends a row and returns its number; -1 while tracing is off. */
export const traceRow = (
  trace: Trace,
  t_ns: number,
  kind: number,
  dev: number,
  packet: number,
  frame: number,
  a: number,
  b: number,
): number => {
  if (trace.on !== true) return -1;
  const chunk = currentChunk(trace);
  const row = trace.rows;
  const at = row - chunk.rowFrom;
  chunk.t_ns[at] = t_ns;
  // `| 0`: V8 then stores integers without making doubles of them first.
  const { cells } = chunk;
  cells[at] = kind | 0;
  cells[at | CHUNK_ROWS] = dev | 0;
  cells[at | (2 * CHUNK_ROWS)] = packet | 0;
  cells[at | (3 * CHUNK_ROWS)] = frame | 0;
  cells[at | (4 * CHUNK_ROWS)] = a | 0;
  cells[at | (5 * CHUNK_ROWS)] = b | 0;
  trace.rows = row + 1;
  return row;
};

/**
 * Appends `count` rows of one time, kind, device and packet that speak of no bytes. Their `a` and `b` stand one behind the other in `words`, from
 * place `from` on, `step` words apart: the rules that a packet meets.
 */
export function traceSteps(
  trace: Trace,
  t_ns: number,
  kind: number,
  dev: number,
  packet: number,
  words: Int32Array,
  from: number,
  step: number,
  count: number,
): void {
  if (trace.on !== true) return;
  let w = from;
  for (let i = 0; i < count; ) {
    const chunk = currentChunk(trace);
    const at = trace.rows - chunk.rowFrom;
    const end = Math.min(at + count - i, CHUNK_ROWS);
    const { cells, t_ns: times } = chunk;
    for (let row = at; row < end; row++, w += step) {
      times[row] = t_ns;
      cells[row] = kind | 0;
      cells[row | CHUNK_ROWS] = dev | 0;
      cells[row | (2 * CHUNK_ROWS)] = packet | 0;
      cells[row | (3 * CHUNK_ROWS)] = -1;
      cells[row | (4 * CHUNK_ROWS)] = words[w] as number;
      cells[row | (5 * CHUNK_ROWS)] = words[w + 1] as number;
    }
    trace.rows += end - at;
    i += end - at;
  }
}

/**
 * Appends a row for each place `from` ≤ i < `to` of the columns `dev`, `a` and `b` (or with one `a` or `b` for all), all of one
 * time, kind and frame, with packets counting up: what a flood writes, and those whom it doesn't concern.
 */
export function traceRows(
  trace: Trace,
  t_ns: number,
  kind: number,
  dev: Int32Array,
  a: Int32Array | number,
  b: Int32Array | number,
  from: number,
  to: number,
  firstPacket: number,
  frame: number,
): void {
  if (trace.on !== true) return;
  for (let i = from; i < to; ) {
    const chunk = currentChunk(trace);
    const at = trace.rows - chunk.rowFrom;
    const end = Math.min(at + to - i, CHUNK_ROWS);
    // Filling and copying whole stretches is several times as fast as a loop over the rows.
    chunk.t_ns.fill(t_ns, at, end);
    chunk.kind.fill(kind, at, end);
    chunk.frame.fill(frame, at, end);
    putColumn(chunk.dev, at, end, dev, i);
    putColumn(chunk.a, at, end, a, i);
    putColumn(chunk.b, at, end, b, i);
    const packets = chunk.packet;
    for (let row = at, packet = firstPacket + i - from; row < end; row++) packets[row] = packet++;
    trace.rows += end - at;
    i += end - at;
  }
}

function putColumn(column: Int32Array, at: number, end: number, value: Int32Array | number, from: number): void {
  if (typeof value === "number") column.fill(value, at, end);
  else column.set(value.subarray(from, from + end - at), at);
}

/** Keeps a copy of the bytes of a frame of the pool and returns its number; -1 while tracing is off. */
export const traceFrame = (trace: Trace, pool: FramePool, f: number): number => {
  if (trace.on !== true) return -1;
  const chunk = currentChunk(trace);
  const index = trace.frames - chunk.frameFrom;
  const length = frameLength(pool, f);
  const from = storedAt(chunk, index);
  makeRoom(chunk, index, from + length);
  // Both copies begin 2 bytes behind a word boundary unless a header was put before the frame: whole words are copied.
  const start = frameStart(pool, f);
  if ((start & 3) === 2) {
    copyWords(pool.words, start >> 2, chunk.words, from >> 2, (length + 5) >> 2);
  } else {
    for (let i = 0; i < length; i++) chunk.bytes[from + i] = pool.bytes[start + i] as number;
  }
  chunk.frameEnd[index] = from + length;
  return trace.frames++;
};

/** Where the bytes of a chunk's frame begin. */
const storedAt = (chunk: TraceChunk, index: number): number => {
  const before = index === 0 ? 0 : (chunk.frameEnd[index - 1] as number);
  return ((before + 3) & ~3) + 2;
};

function makeRoom(chunk: TraceChunk, index: number, end: number): void {
  if (index === chunk.frameEnd.length) {
    const grown = new Uint32Array(index * 2);
    grown.set(chunk.frameEnd);
    chunk.frameEnd = grown;
  }
  if (end + 3 <= chunk.bytes.length) return;
  const grown = new Uint8Array((Math.max(chunk.bytes.length * 1.25, end) + 7) & ~3);
  grown.set(chunk.bytes);
  chunk.bytes = grown;
  chunk.words = new Int32Array(grown.buffer);
}

function chunkAt(trace: Trace, row: number): TraceChunk | undefined {
  const first = trace.chunks[0];
  return first === undefined ? undefined : trace.chunks[Math.floor((row - first.rowFrom) / CHUNK_ROWS)];
}

/** The chunk that holds a row, or null when it is gone or not yet there. */
export function chunkOfRow(trace: Trace, row: number): TraceChunk | null {
  const first = trace.chunks[0];
  if (first === undefined || row < first.rowFrom || row >= trace.rows) return null;
  return chunkAt(trace, row) ?? null;
}

/** A view of a frame's bytes (not a copy), or null when they are gone. */
export function frameBytes(trace: Trace, frame: number): Uint8Array | null {
  if (frame < 0 || frame >= trace.frames) return null;
  for (let i = trace.chunks.length - 1; i >= 0; i--) {
    const chunk = trace.chunks[i] as TraceChunk;
    if (frame < chunk.frameFrom) continue;
    const index = frame - chunk.frameFrom;
    return chunk.bytes.subarray(storedAt(chunk, index), chunk.frameEnd[index]);
  }
  return null;
}

/**
 * Moves the end of the trace to where it was at a checkpoint, back or forwards, for a world that will go on from there as it
 * went before: what lies beyond stays standing and is written once more.
 */
export function rewindTrace(trace: Trace, rows: number, frames: number): void {
  const first = trace.chunks[0];
  // Dropped already: what is left hangs together with nothing that will be written.
  if (first !== undefined && rows < first.rowFrom) trace.chunks.length = 0;
  trace.rows = rows;
  trace.frames = frames;
  const at = chunkAt(trace, rows);
  if (at === undefined || at.rowFrom === rows) trace.full = 0;
  else writeTo(trace, at);
}

/** Forgets whatever lies beyond the trace's end: the world goes on differently from here. */
export function cutTrace(trace: Trace): void {
  for (;;) {
    const last = trace.chunks[trace.chunks.length - 1];
    if (last === undefined || last.rowFrom < trace.rows || last.frameFrom < trace.frames) break;
    trace.chunks.pop();
  }
  const last = trace.chunks.at(-1);
  if (last === undefined) trace.full = 0;
  else writeTo(trace, last);
}
