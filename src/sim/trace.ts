/**
 * What happened, row by row (src/base/trace-kind.ts says what the rows mean), and the bytes of each distinct
 * frame once. Append-only in chunks; only the newest `maxChunks` are kept, so that a long run stays bounded. A chunk that falls
 * out is filled anew, so nobody may keep one beyond the present run of events. rows.ts reads.
 * A checkpoint remembers two counts (`rows`, `frames`); `rewindTrace` goes there.
 */

import type { FramePool } from "./frames.ts";
import { frameLength, frameStart } from "./frames.ts";
import {
  addRun,
  addScript,
  clearRuns,
  createRuns,
  type Runs,
  runsUntil,
  SCRIPT_A,
  SCRIPT_B,
  SCRIPT_DEV,
  SCRIPT_FRAME,
  SCRIPT_WORDS,
  savedBy,
} from "./trace-runs.ts";
import { copyWords } from "./words.ts";

export const CHUNK_ROWS = 1 << 16;
/** Words of a stored row: these six, and its time in the last two. A power of two, so that none needs an addition to be reached. */
export const ROW_WORDS = 8;
export const KIND = 0;
export const DEV = 1;
export const PACKET = 2;
export const FRAME = 3;
export const A = 4;
export const B = 5;
/** The time's place among numbers twice as long. */
export const TIME = 3;
/** Fewer rows than this are stored one by one: a run takes as much room as one row. */
const LEAST_RUN = 3;

export interface TraceChunk {
  /** Number of its first row and of the first frame that was new in it. */
  rowFrom: number;
  frameFrom: number;
  /** The rows, ROW_WORDS words each, of a run its first alone; grows. */
  rows: Int32Array;
  /** The same memory. */
  times_ns: Float64Array;
  readonly runs: Runs;
  /** End of each frame's bytes in `bytes`; grows. A frame begins 2 bytes behind the next word boundary, as in the pool. */
  frameEnd: Uint32Array;
  bytes: Uint8Array;
  /** The same memory as `bytes`. */
  words: Int32Array;
}

export interface Trace {
  chunks: TraceChunk[];
  /** The chunk of `chunks` that is written to. As long as `rows` is below `full`, it has room for one more; `makeRoom` knows what comes then. */
  current: TraceChunk | null;
  full: number;
  /** Row `rows` is stored in place `rows - base` of the current chunk. */
  base: number;
  /** Rows and distinct frames so far, those that were dropped included. */
  rows: number;
  frames: number;
  /** Where this is more than `rows`, a rewind has left so many standing. What is written until there comes to `again`, where nobody reads it. */
  standing: number;
  again: TraceChunk | null;
  maxChunks: number;
  /** False records nothing: for the setup of a scene. */
  on: boolean;
}

/** @param maxRows how many of the last rows are kept, rounded up to whole chunks. */
export function createTrace(maxRows = 4_000_000): Trace {
  const maxChunks = Math.ceil(maxRows / CHUNK_ROWS) + 1;
  return {
    chunks: [],
    current: null,
    full: 0,
    base: 0,
    rows: 0,
    frames: 0,
    standing: 0,
    again: null,
    maxChunks,
    on: true,
  };
}

/** @param rows, frames, length for how many rows, frames, and bytes of frames there will be room before it has to grow */
function emptyChunk(rows: number, frames: number, length: number): TraceChunk {
  const cells = new Int32Array(rows * ROW_WORDS);
  const bytes = new Uint8Array((length + 7) & ~3);
  return {
    rowFrom: 0,
    frameFrom: 0,
    rows: cells,
    times_ns: new Float64Array(cells.buffer),
    runs: createRuns(),
    frameEnd: new Uint32Array(frames),
    bytes,
    words: new Int32Array(bytes.buffer),
  };
}

/** The chunk that is written to next, with room for a row. */
function makeRoom(trace: Trace): TraceChunk {
  if (trace.rows < trace.standing) return writeAgain(trace);
  const { current } = trace;
  const isOver = current === null || trace.full === 0 || current === trace.again;
  if (isOver || trace.rows === current.rowFrom + CHUNK_ROWS) return nextChunk(trace);
  const room = current.rows.length / ROW_WORDS;
  if (trace.rows - trace.base === room) {
    const grown = new Int32Array(Math.min(CHUNK_ROWS, room * 2) * ROW_WORDS);
    grown.set(current.rows);
    current.rows = grown;
    current.times_ns = new Float64Array(grown.buffer);
  }
  setFull(trace, current);
  return current;
}

function setFull(trace: Trace, chunk: TraceChunk): void {
  trace.full = Math.min(chunk.rowFrom + CHUNK_ROWS, trace.base + chunk.rows.length / ROW_WORDS);
}

/**
 * Where a world that was rewound writes what stands already. Not in its place: the rows are the same, but a world that has forgotten what it knew by
 * heart may store them otherwise.
 */
function writeAgain(trace: Trace): TraceChunk {
  trace.again ??= emptyChunk(1 << 12, 256, 1 << 15);
  beginChunk(trace, trace.again);
  trace.full = Math.min(trace.full, trace.standing);
  return trace.again;
}

/** The chunk that row number `trace.rows` goes to: one that has begun, else a new one. */
function nextChunk(trace: Trace): TraceChunk {
  const begun = chunkAt(trace, trace.rows);
  if (begun !== undefined) {
    trace.current = begun;
    trace.base = begun.rowFrom + savedBy(begun.runs, begun.runs.count);
    setFull(trace, begun);
    return begun;
  }
  const oldest = trace.chunks.length < trace.maxChunks ? undefined : trace.chunks.shift();
  const chunk = oldest ?? newChunk(trace);
  beginChunk(trace, chunk);
  trace.chunks.push(chunk);
  return chunk;
}

function beginChunk(trace: Trace, chunk: TraceChunk): void {
  clearRuns(chunk.runs);
  chunk.rowFrom = trace.rows;
  chunk.frameFrom = trace.frames;
  trace.current = chunk;
  trace.base = trace.rows;
  setFull(trace, chunk);
}

/** A new chunk with room for a few more rows and frames than the one before it has: growing takes longer than filling. */
function newChunk(trace: Trace): TraceChunk {
  const before = trace.chunks.at(-1);
  if (before === undefined) return emptyChunk(1 << 12, 256, 1 << 15);
  const rows = CHUNK_ROWS - savedBy(before.runs, before.runs.count);
  const frames = trace.frames - before.frameFrom;
  return emptyChunk(
    Math.min(CHUNK_ROWS, (Math.max(256, rows) * 1.03) | 0),
    Math.max(256, frames + (frames >> 5)),
    Math.max(1 << 12, storedAt(before, frames) * 1.03),
  );
}

const currentChunk = (trace: Trace): TraceChunk =>
  trace.rows < trace.full ? (trace.current as TraceChunk) : makeRoom(trace);

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
  const { rows } = chunk;
  const w = (row - trace.base) * ROW_WORDS;
  // `| 0`: V8 then stores integers without making doubles of them first.
  rows[w | KIND] = kind | 0;
  rows[w | DEV] = dev | 0;
  rows[w | PACKET] = packet | 0;
  rows[w | FRAME] = frame | 0;
  rows[w | A] = a | 0;
  rows[w | B] = b | 0;
  chunk.times_ns[(w >> 1) | TIME] = t_ns;
  trace.rows = row + 1;
  return row;
};

/**
 * Appends rows that always come together, of one packet at one time.
 * @param frame whose bytes are meant by those that speak of one @param script SCRIPT_WORDS words a row (scriptRow); nobody may write to it any more
 */
export const traceScript = (trace: Trace, t_ns: number, packet: number, frame: number, script: Int32Array): void => {
  if (trace.on !== true) return;
  const { rowFrom, runs } = currentChunk(trace);
  const row = trace.rows - rowFrom;
  const count = (script.length / SCRIPT_WORDS) | 0;
  if (count < LEAST_RUN || row + count > CHUNK_ROWS) {
    for (let w = 0; w < script.length; w += SCRIPT_WORDS) traceScripted(trace, t_ns, packet, frame, script, w);
    return;
  }
  addScript(runs, row, count, trace.rows - trace.base, script);
  // What the script says of this row is read there, too.
  traceRow(trace, t_ns, 0, 0, packet, frame, 0, 0);
  trace.rows += count - 1;
  trace.base += count - 1;
};

const traceScripted = (
  trace: Trace,
  t_ns: number,
  packet: number,
  frame: number,
  script: Int32Array,
  w: number,
): void => {
  const dev = script[w + SCRIPT_DEV] as number;
  const of = script[w + SCRIPT_FRAME] === 0 ? -1 : frame;
  traceRow(
    trace,
    t_ns,
    script[w] as number,
    dev,
    packet,
    of,
    script[w + SCRIPT_A] as number,
    script[w + SCRIPT_B] as number,
  );
};

/** A row of a script. */
export const scriptRow = (kind: number, dev: number, a: number, b: number, hasFrame: boolean): readonly number[] => [
  kind,
  dev,
  a,
  b,
  hasFrame ? 1 : 0,
];

/**
 * Appends a row for each place `from` ≤ i < `to` of the columns `dev`, `a` and `b` (or with one `a` or `b` for all), all of one
 * time, kind and frame, with packets counting up: what a flood writes, and those whom it doesn't concern. Nobody may write to
 * the columns any more.
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
    const row = trace.rows - chunk.rowFrom;
    const count = to - i < LEAST_RUN ? 1 : Math.min(to - i, CHUNK_ROWS - row);
    if (count > 1) addRun(chunk.runs, row, count, trace.rows - trace.base, dev, a, b, i);
    const firstA = typeof a === "number" ? a : (a[i] as number);
    const firstB = typeof b === "number" ? b : (b[i] as number);
    traceRow(trace, t_ns, kind, dev[i] as number, firstPacket + i - from, frame, firstA, firstB);
    trace.rows += count - 1;
    trace.base += count - 1;
    i += count;
  }
}

/** Keeps a copy of the bytes of a frame of the pool and returns its number; -1 while tracing is off. */
export const traceFrame = (trace: Trace, pool: FramePool, f: number): number => {
  if (trace.on !== true) return -1;
  const chunk = currentChunk(trace);
  const index = trace.frames - chunk.frameFrom;
  const length = frameLength(pool, f);
  const from = storedAt(chunk, index);
  makeFrameRoom(chunk, index, from + length);
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

function makeFrameRoom(chunk: TraceChunk, index: number, end: number): void {
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
 * went before: what lies beyond stays standing.
 */
export function rewindTrace(trace: Trace, rows: number, frames: number): void {
  const [first] = trace.chunks;
  const standing = Math.max(trace.standing, trace.rows);
  // Dropped already, or not yet written: what is left hangs together with nothing that will be written.
  const isApart = first === undefined || rows < first.rowFrom || rows > standing;
  if (isApart) trace.chunks.length = 0;
  trace.standing = isApart ? rows : standing;
  trace.rows = rows;
  trace.frames = frames;
  trace.full = 0;
}

/** Forgets whatever lies beyond the trace's end: the world goes on differently from here. */
export function cutTrace(trace: Trace): void {
  trace.standing = trace.rows;
  trace.full = 0;
  for (;;) {
    const last = trace.chunks[trace.chunks.length - 1];
    if (last === undefined || last.rowFrom < trace.rows || last.frameFrom < trace.frames) break;
    trace.chunks.pop();
  }
  const last = trace.chunks.at(-1);
  if (last !== undefined) last.runs.count = runsUntil(last.runs, trace.rows - last.rowFrom - 1);
}
