/** What the page doesn't have yet, as one batch: typed columns, frames, terminal text, and the nodes that changed. */
import type { World } from "../kernel/types.ts";
import type { Batch, TerminalChunk } from "../protocol/messages.ts";
import type { FrameBatch, TraceBatch } from "../protocol/trace.ts";
import { nextEventTime } from "../sim/queue.ts";
import { oldestRow, readRows } from "../sim/rows.ts";
import { frameBytes, type Trace } from "../sim/trace.ts";
import { type Counts, isPending, type Session } from "./session.ts";
import { toPage } from "./view.ts";
import { createSeenNodes, type SeenNodes, takeChanges } from "./view-changes.ts";
import { createSeenCounters, noCounters, type SeenCounters, takeCounters } from "./view-counters.ts";
import { viewMet } from "./view-netfilter.ts";

/** What the page has: numbers of the first row, frame and chunk that it lacks, and what the nodes' views were made of. */
export interface Sent {
  rows: number;
  frames: number;
  chunks: number;
  seen: SeenNodes;
  counters: SeenCounters;
  /** Where the world stood then. */
  rest: Rest | null;
  /** How many rules that packets met; -1 when what the page has may belong to another branch. */
  rules: number;
  log: string;
}

/** What tells whether anything has happened: each event that runs leaves fewer of them, or has made others; each deed is in the log. */
interface Rest {
  world: World;
  applied: number;
  eventsMade: number;
  eventsLeft: number;
  /** When a connection is forgotten, which takes no event. */
  until_ns: number;
}

/** New each time: its buffers are given away. */
const noChanges = () => ({ nodes: [], bodies: [], links: [], removed: [], counters: noCounters() });

function restOf({ world, applied }: Session): Rest {
  const { queue, ct, now_ns } = world;
  let until_ns = Infinity;
  for (let slot = 0; slot < ct.used; slot++) {
    const timeout_ns = ct.timeout_ns[slot] as number;
    if (ct.netns[slot] !== -1 && timeout_ns > now_ns && timeout_ns < until_ns) until_ns = timeout_ns;
  }
  return { world, applied, eventsMade: queue.nextNumber, eventsLeft: queue.size, until_ns };
}

/** Whether the world can only be as it was when the page was last told. */
function isStill({ world, applied }: Session, { rest }: Sent): boolean {
  if (rest === null || rest.world !== world || rest.applied !== applied || world.now_ns >= rest.until_ns) return false;
  return rest.eventsMade === world.queue.nextNumber && rest.eventsLeft === world.queue.size;
}

export function nothingSent(): Sent {
  return {
    rows: 0,
    frames: 0,
    chunks: 0,
    seen: createSeenNodes(),
    counters: createSeenCounters(),
    rest: null,
    rules: -1,
    log: "",
  };
}

/** The page must forget what it has beyond these counts: it belongs to another branch. */
export function forgetBeyond(sent: Sent, counts: Counts): void {
  sent.rows = Math.min(sent.rows, counts.rows);
  sent.frames = Math.min(sent.frames, counts.frames);
  sent.chunks = Math.min(sent.chunks, counts.chunks);
  sent.rules = -1;
}

/** Everything that changed since `sent`, which is brought up to date. */
export function takeBatch(session: Session, sent: Sent, reset: boolean): Batch {
  const { world, terminal, log } = session;
  const terminalFrom = sent.chunks;
  const next_ns = nextEventTime(world.queue);
  const batch: Batch = {
    reset,
    playhead_ns: toPage(world.now_ns),
    head_ns: toPage(session.head_ns),
    next_event_ns: next_ns === Number.POSITIVE_INFINITY ? null : toPage(next_ns),
    pending: isPending(session),
    trace: traceBatch(world.trace, sent.rows),
    frames: frameBatch(world.trace, sent.frames),
    terminalFrom,
    terminal: terminal.slice(terminalFrom, session.chunks).map(chunkToPage),
    ...(isStill(session, sent) ? noChanges() : changes(session, sent)),
    rules: changedRules(world, sent),
    log: changedLog(session, sent),
  };
  sent.rest = restOf(session);
  sent.rows = Math.max(sent.rows, world.trace.rows);
  sent.frames = Math.max(sent.frames, world.trace.frames);
  sent.chunks = Math.max(sent.chunks, session.chunks);
  sent.log = `${log.tip}/${log.entries.length}/${log.undone.length}`;
  return batch;
}

function chunkToPage(chunk: TerminalChunk): TerminalChunk {
  const { cause } = chunk;
  const t_ns = toPage(chunk.t_ns);
  return cause === undefined ? { ...chunk, t_ns } : { ...chunk, t_ns, cause: { ...cause, t_ns: toPage(cause.t_ns) } };
}

function changes({ world, scene }: Session, { seen, counters }: Sent) {
  return { ...takeChanges(seen, world, scene), counters: takeCounters(counters, world) };
}

/** Rows from `from` on, as columns of their own. Rows that the bounded trace has dropped are left out. */
function traceBatch(trace: Trace, from: number): TraceBatch {
  const first = Math.max(from, oldestRow(trace));
  const count = Math.max(0, trace.rows - first);
  const columns = readRows(trace, first, count);
  const { t_ns } = columns;
  for (let i = 0; i < count; i++) t_ns[i] = toPage(t_ns[i] as number);
  return { from: first, count, ...columns };
}

function frameBatch(trace: Trace, from: number): FrameBatch {
  const first = Math.max(from, trace.chunks[0]?.frameFrom ?? 0);
  const count = Math.max(0, trace.frames - first);
  const offsets = new Uint32Array(count + 1);
  const parts: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const bytes = frameBytes(trace, first + i) ?? new Uint8Array();
    parts.push(bytes);
    offsets[i + 1] = (offsets[i] as number) + bytes.length;
  }
  const bytes = new Uint8Array(offsets[count] as number);
  parts.forEach((part, i) => {
    bytes.set(part, offsets[i] as number);
  });
  return { from: first, offsets, bytes };
}

function changedRules({ nfMet }: World, sent: Sent): Batch["rules"] {
  if (sent.rules === nfMet.length) return null;
  sent.rules = nfMet.length;
  return nfMet.map(viewMet);
}

function changedLog(session: Session, sent: Sent): Batch["log"] {
  const { entries, tip, undone } = session.log;
  if (sent.log === `${tip}/${entries.length}/${undone.length}`) return null;
  return { entries, tip, canUndo: session.path.length > 0, canRedo: undone.length > 0 };
}

/** The buffers of a batch, to be transferred and not copied. */
export function buffersOf(batch: Batch): ArrayBufferLike[] {
  const { trace, frames, counters } = batch;
  const columns = [trace.t_ns, trace.kind, trace.dev, trace.packet, trace.frame, trace.a, trace.b];
  const rest = [frames.offsets, frames.bytes, counters.dev, counters.words];
  return [...columns, ...rest].map((column) => column.buffer);
}
