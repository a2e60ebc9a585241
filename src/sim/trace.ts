/**
 * What happened, as rows of typed columns (src/base/trace-kind.ts says what they mean), and the bytes of each distinct
 * frame once. Append-only in chunks; only the newest `maxChunks` are kept, so that a long run stays bounded.
 * A checkpoint remembers two counts (`rows`, `frames`); going back is `truncateTrace`.
 */

export const CHUNK_ROWS = 1 << 16;

export interface TraceChunk {
  /** Number of its first row and of the first frame that was new in it. */
  readonly rowFrom: number;
  readonly frameFrom: number;
  readonly t_ns: Float64Array;
  readonly kind: Uint8Array;
  readonly dev: Int32Array;
  readonly packet: Int32Array;
  readonly frame: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** End of each frame's bytes in `bytes`; grows. */
  frameEnd: Uint32Array;
  bytes: Uint8Array;
}

export interface Trace {
  chunks: TraceChunk[];
  /** Rows and distinct frames so far, those that were dropped included. */
  rows: number;
  frames: number;
  maxChunks: number;
  /** False records nothing: for the setup of a scene. */
  on: boolean;
}

/** @param maxRows how many of the last rows are kept, rounded up to whole chunks. */
export function createTrace(maxRows = 4_000_000): Trace {
  return { chunks: [], rows: 0, frames: 0, maxChunks: Math.ceil(maxRows / CHUNK_ROWS) + 1, on: true };
}

function newChunk(trace: Trace): TraceChunk {
  const chunk: TraceChunk = {
    rowFrom: trace.rows,
    frameFrom: trace.frames,
    t_ns: new Float64Array(CHUNK_ROWS),
    kind: new Uint8Array(CHUNK_ROWS),
    dev: new Int32Array(CHUNK_ROWS),
    packet: new Int32Array(CHUNK_ROWS),
    frame: new Int32Array(CHUNK_ROWS),
    a: new Int32Array(CHUNK_ROWS),
    b: new Int32Array(CHUNK_ROWS),
    frameEnd: new Uint32Array(256),
    bytes: new Uint8Array(32768),
  };
  trace.chunks.push(chunk);
  if (trace.chunks.length > trace.maxChunks) trace.chunks.shift();
  return chunk;
}

function currentChunk(trace: Trace): TraceChunk {
  const last = trace.chunks[trace.chunks.length - 1];
  return last !== undefined && trace.rows - last.rowFrom < CHUNK_ROWS ? last : newChunk(trace);
}

/** Appends a row and returns its number; -1 while tracing is off. */
export function traceRow(
  trace: Trace,
  t_ns: number,
  kind: number,
  dev: number,
  packet: number,
  frame: number,
  a: number,
  b: number,
): number {
  if (!trace.on) return -1;
  const chunk = currentChunk(trace);
  const at = trace.rows - chunk.rowFrom;
  chunk.t_ns[at] = t_ns;
  chunk.kind[at] = kind;
  chunk.dev[at] = dev;
  chunk.packet[at] = packet;
  chunk.frame[at] = frame;
  chunk.a[at] = a;
  chunk.b[at] = b;
  return trace.rows++;
}

/** Keeps a copy of a frame's bytes and returns its number; -1 while tracing is off. */
export function traceFrame(trace: Trace, bytes: Uint8Array, start: number, length: number): number {
  if (!trace.on) return -1;
  const chunk = currentChunk(trace);
  const index = trace.frames - chunk.frameFrom;
  if (index === chunk.frameEnd.length) {
    const grown = new Uint32Array(index * 2);
    grown.set(chunk.frameEnd);
    chunk.frameEnd = grown;
  }
  const from = index === 0 ? 0 : (chunk.frameEnd[index - 1] as number);
  if (from + length > chunk.bytes.length) {
    const grown = new Uint8Array(Math.max(chunk.bytes.length * 2, from + length));
    grown.set(chunk.bytes);
    chunk.bytes = grown;
  }
  const out = chunk.bytes;
  for (let i = 0; i < length; i++) out[from + i] = bytes[start + i] as number;
  chunk.frameEnd[index] = from + length;
  return trace.frames++;
}

/** The chunk that holds a row, or null when it is gone or not yet there. */
export function chunkOfRow(trace: Trace, row: number): TraceChunk | null {
  const first = trace.chunks[0];
  if (first === undefined || row < first.rowFrom || row >= trace.rows) return null;
  return trace.chunks[Math.floor((row - first.rowFrom) / CHUNK_ROWS)] ?? null;
}

/** A view of a frame's bytes (not a copy), or null when they are gone. */
export function frameBytes(trace: Trace, frame: number): Uint8Array | null {
  if (frame < 0 || frame >= trace.frames) return null;
  for (let i = trace.chunks.length - 1; i >= 0; i--) {
    const chunk = trace.chunks[i] as TraceChunk;
    if (frame < chunk.frameFrom) continue;
    const index = frame - chunk.frameFrom;
    return chunk.bytes.subarray(index === 0 ? 0 : chunk.frameEnd[index - 1], chunk.frameEnd[index]);
  }
  return null;
}

/** Forgets every row and frame from these counts on: the trace as it was at a checkpoint. */
export function truncateTrace(trace: Trace, rows: number, frames: number): void {
  for (;;) {
    const last = trace.chunks[trace.chunks.length - 1];
    if (last === undefined || last.rowFrom < rows || last.frameFrom < frames) break;
    trace.chunks.pop();
  }
  trace.rows = rows;
  trace.frames = frames;
}
