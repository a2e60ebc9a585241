/** A packet inside another one: what a tunnel put around it, and what it looks like inside. */
import { echoSequence, type Look, lookOf } from "./look.ts";

/** Which header stands before the packet. One byte a flight; 0 is none. */
export const Wrap = { VXLAN: 1, IPIP: 2 } as const;
export type Wrap = (typeof Wrap)[keyof typeof Wrap];

/** An outer IPv4 header alone; whatever is longer has an Ethernet frame inside. */
const IPIP_BYTES = 20;
const ETH = 14;

/** What is known of each packet, by packet id: bytes before the innermost packet, and the tunnel that it is in. */
interface Wrapped {
  readonly outer: Int32Array;
  readonly wrap: Uint8Array;
}

/** A tunnel puts `bytes` before the packet. In two tunnels it goes on being what it was in the first. */
export function wrapped(of: Wrapped, packet: number, bytes: number): void {
  if (of.wrap[packet] === 0) of.wrap[packet] = bytes <= IPIP_BYTES ? Wrap.IPIP : Wrap.VXLAN;
  of.outer[packet] = of.outer[packet]! + bytes;
}

/** A tunnel takes `bytes` from its front. */
export function unwrapped(of: Wrapped, packet: number, bytes: number): void {
  of.outer[packet] = Math.max(0, of.outer[packet]! - bytes);
  if (of.outer[packet] === 0) of.wrap[packet] = 0;
}

/** Look of the packet behind `outer` bytes of headers. */
export function innerLook(frame: Uint8Array | null, wrap: Wrap, outer: number): Look {
  return lookOf(innerFrame(frame, wrap, outer));
}

/** Sequence number of the echo there, else 0. */
export function innerSequence(frame: Uint8Array | null, wrap: Wrap, outer: number): number {
  return echoSequence(innerFrame(frame, wrap, outer));
}

/** The inner Ethernet frame; for IPIP, which has none, with a header that says IPv4. Null when it is not there. */
function innerFrame(frame: Uint8Array | null, wrap: Wrap, outer: number): Uint8Array | null {
  if (frame === null || frame.length < outer + ETH) return null;
  if (wrap === Wrap.VXLAN) return frame.subarray(outer);
  const inner = frame.slice(outer);
  inner.set([0x08, 0x00], ETH - 2);
  return inner;
}
