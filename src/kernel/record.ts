/**
 * Writing down what happens: rows of the trace (src/base/trace-kind.ts) and the packets' identities. Here and wherever each packet comes by, a
 * boolean is compared with `true`: V8 asks of a bare one whether it is an empty string, a zero or nothing at all.
 */
import { frameTraced, setFrameTraced } from "../sim/frames.ts";
import { traceFrame, traceRow, traceScript } from "../sim/trace.ts";
import type { DevId, World } from "./types.ts";

/** An identity for a packet that comes into being. */
export const newPacket = (world: World): number => world.nextPacket++;

/**
 * Appends a row at the present time and returns its number; -1 while tracing is off. @param kind TraceKind @param frame slot of the pool, or -1: its bytes are kept the first
 * time that a row speaks of them @param a, b see TraceKind
 */
export const record = (
  world: World,
  kind: number,
  dev: DevId,
  packet: number,
  frame: number,
  a: number,
  b: number,
): number => traceRow(world.trace, world.now_ns, kind, dev, packet, frame < 0 ? -1 : tracedFrame(world, frame), a, b);

/** Appends rows that always come together (traceScript) at the present time. @param frame as with `record` */
export const recordScript = (world: World, packet: number, frame: number, script: Int32Array): void =>
  traceScript(world.trace, world.now_ns, packet, frame < 0 ? -1 : tracedFrame(world, frame), script);

/** Number of the frame's bytes in the trace; they are put there if need be. -1 while tracing is off. */
export const tracedFrame = (world: World, frame: number): number => {
  const pool = world.pool;
  const known = frameTraced(pool, frame);
  if (known >= 0) return known;
  const number = traceFrame(world.trace, pool, frame);
  setFrameTraced(pool, frame, number);
  return number;
};
