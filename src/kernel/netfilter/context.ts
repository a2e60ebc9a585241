/** The packet under examination: struct nf_hook_state with what rules ask of the skb. One record, filled anew for each hook. */

import type { Ipv4 } from "../../wire/address.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import type { DevId, Netns, World } from "../types.ts";
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
}

/** Where the packet's IP header begins in the pool's bytes. */
export function ipAt(ctx: NfContext): number {
  return (ctx.world.pool.start[ctx.frame] as number) + ETH_HLEN;
}
