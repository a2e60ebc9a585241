/** The packet under examination: struct nf_hook_state with what rules ask of the skb. One record, filled anew for each hook. */

import { frameNfct, frameStart } from "../../sim/frames.ts";
import type { Ipv4 } from "../../wire/address.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { ipv4Destination, ipv4Protocol, ipv4Source, ipv4TotalLength } from "../../wire/ipv4.ts";
import type { DevId, Netns, World } from "../types.ts";
import { stateBits } from "./state-bits.ts";
import type { NfHook } from "./types.ts";

export interface NfContext {
  world: World;
  netns: Netns;
  hook: NfHook;
  frame: number;
  packet: number;
  /** -1 where there is none. */
  inDev: DevId;
  outDev: DevId;
  physOut: DevId;
  /** Whom the packet will be handed to, where that is known: for MASQUERADE. */
  nextHop: Ipv4;
  /** Of the packet, while a table is walked (readPacket): what most rules ask for. Addresses as words of 32 bits, signed. */
  source: number;
  destination: number;
  protocol: number;
  /** CtStateBit: what it is to its connection. */
  states: number;
  /** Bytes of the packet, from its IP header on. */
  length: number;
  /** No rule has asked for more than the words above and the devices so far. */
  isPlain: boolean;
}

/** Reads what rules ask for most. */
export function readPacket(ctx: NfContext): void {
  ctx.isPlain = true;
  const b = ctx.world.pool.bytes;
  const at = ipAt(ctx);
  ctx.source = ipv4Source(b, at) | 0;
  ctx.destination = ipv4Destination(b, at) | 0;
  ctx.protocol = ipv4Protocol(b, at);
  ctx.length = ipv4TotalLength(b, at);
  ctx.states = stateBits(frameNfct(ctx.world.pool, ctx.frame));
}

/** Where the packet's IP header begins in the pool's bytes. */
export function ipAt(ctx: NfContext): number {
  return frameStart(ctx.world.pool, ctx.frame) + ETH_HLEN;
}
