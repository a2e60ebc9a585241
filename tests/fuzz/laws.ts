/** What must hold of any trace: time runs forwards, what a wire carries is well formed, and each packet ends. */
import { TraceKind } from "../../src/base/trace-kind.ts";
import { rowsOf } from "../../src/sim/rows.ts";
import { frameBytes, type Trace } from "../../src/sim/trace.ts";
import { dissect } from "../../src/wire/dissect.ts";

/** FNV-1a over all rows and the bytes of their frames. */
export function hashOf(trace: Trace): number {
  let hash = 0x811c9dc5;
  const add = (n: number) => {
    hash = Math.imul(hash ^ (n & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (n >>> 8), 0x01000193);
  };
  for (const { t_ns, kind, dev, packet, frame, a, b } of rowsOf(trace)) {
    for (const n of [t_ns % 2 ** 31, t_ns / 2 ** 31, kind, dev, packet, frame, a, b]) add(n);
  }
  for (let frame = 0; frame < trace.frames; frame++) for (const byte of frameBytes(trace, frame) ?? []) add(byte);
  return hash >>> 0;
}

/** Frames on wires that some header says are malformed, wrong checksums among them. */
function malformed(trace: Trace): string[] {
  const wrong: string[] = [];
  const seen = new Set<number>();
  for (const { kind, frame, packet } of rowsOf(trace)) {
    if (kind !== TraceKind.HOP || frame < 0 || seen.has(frame)) continue;
    seen.add(frame);
    const bytes = frameBytes(trace, frame);
    if (bytes === null) continue;
    const bad = dissect(bytes).find((layer) => layer.error !== undefined && layer.quoted !== true);
    if (bad !== undefined)
      wrong.push(`packet ${packet}: ${bad.name}: ${bad.error}: ${Buffer.from(bytes).toString("hex")}`);
  }
  return wrong;
}

/** Kinds of rows that are about a packet and by which it may end. */
const ENDS: ReadonlySet<number> = new Set([TraceKind.DELIVER, TraceKind.DROP, TraceKind.BRIDGE_FLOOD]);
const NOT_PACKETS: ReadonlySet<number> = new Set([TraceKind.FDB_DELETE, TraceKind.COMMAND, TraceKind.LINK]);

/** Packets without an end: neither delivered, nor dropped, nor become copies. */
function endless(trace: Trace): string[] {
  const open = new Map<number, boolean>();
  // Copies of fragments that are put together again go by the name of one of them.
  const fragments = new Set<number>();
  for (const { kind, packet, frame, a, b } of rowsOf(trace)) {
    if (NOT_PACKETS.has(kind) || packet < 0 || (kind === TraceKind.FDB_ADD && b !== 0)) continue;
    if (kind === TraceKind.FDB_MOVE && b !== 0) continue;
    open.set(packet, open.get(packet) === true || ENDS.has(kind));
    const bytes = kind === TraceKind.HOP ? frameBytes(trace, frame) : null;
    if (bytes !== null && isFragment(bytes)) fragments.add(packet);
    if (kind === TraceKind.BRIDGE_FLOOD) for (let i = 0; i < b; i++) if (!open.has(a + i)) open.set(a + i, false);
  }
  return [...open]
    .filter(([packet, ended]) => !ended && !fragments.has(packet))
    .map(([packet]) => `packet ${packet} never ends`);
}

function isFragment(bytes: Uint8Array): boolean {
  return bytes[12] === 8 && bytes[13] === 0 && (((bytes[20] as number) & 0x3f) !== 0 || bytes[21] !== 0);
}

function backwards(trace: Trace): string[] {
  let last_ns = -1;
  let wrong = 0;
  for (const { t_ns } of rowsOf(trace)) {
    if (t_ns < last_ns) wrong++;
    last_ns = t_ns;
  }
  return wrong === 0 ? [] : [`time runs backwards ${wrong} times`];
}

/** Sentences about whatever the trace breaks; none when all is well. @param settled nothing is on its way any more */
export function brokenLaws(trace: Trace, settled: boolean): string[] {
  return [...backwards(trace), ...malformed(trace), ...(settled ? endless(trace) : [])].slice(0, 10);
}
