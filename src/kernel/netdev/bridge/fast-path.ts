/**
 * The way of most bridged frames in one go: in by one port, out by another one, between MACs that the bridge knows; a packet past
 * PRE_ROUTING as one of a settled connection. What forward.ts and br-netfilter.ts do step by step, with the same rows and counters; a frame that
 * is out of the ordinary is left to them. Only for speed: a law holds both to be the same.
 */
import { TraceKind } from "../../../base/trace-kind.ts";
import { getU16, getU32 } from "../../../wire/bytes.ts";
import { ETH_HLEN } from "../../../wire/ethernet.ts";
import { ipv4ChecksumOk, refuseIpv4 } from "../../../wire/ipv4.ts";
import { nfPasses } from "../../netfilter/hooks.ts";
import { NfHook } from "../../netfilter/types.ts";
import { record } from "../../record.ts";
import type { Bridge, BridgePort, DevId, NetDevice, Netns, World } from "../../types.ts";
import { wireXmit } from "../wire-xmit.ts";
import { bridgeForward, isBridgeFiltered } from "./br-netfilter.ts";
import { FDB_LOCAL, fdbFind } from "./fdb.ts";

/** Takes the frame that came in by a port and sends it on. False: nothing that shows has happened, it has to go the long way. */
export function bridgeFastPath(world: World, from: NetDevice, frame: number, packet: number): boolean {
  const { pool, fdb } = world;
  const { bytes } = pool;
  const at = pool.start[frame] as number;
  const dstHi = getU16(bytes, at);
  const srcHi = getU16(bytes, at + 6);
  const bridge = world.devs[from.master as DevId] as NetDevice;
  if (((dstHi | srcHi) & 0x0100) !== 0 || bridge.promiscuity > 0 || (bridge.bridge as Bridge).ageing_ns === 0)
    return false;
  const dst = fdbFind(fdb, bridge.id, dstHi, getU32(bytes, at + 2) | 0);
  const src = fdbFind(fdb, bridge.id, srcHi, getU32(bytes, at + 8) | 0);
  if (dst < 0 || src < 0 || (((fdb.flags[dst] as number) | (fdb.flags[src] as number)) & FDB_LOCAL) !== 0) return false;
  const to = fdb.dev[dst] as number;
  if (to < 0 || to === from.id || fdb.dev[src] !== from.id) return false;
  const out = world.devs[to] as NetDevice;
  if (!mayPass(from.port as BridgePort, out.port as BridgePort)) return false;
  if ((pool.length[frame] as number) > out.mtu + ETH_HLEN) return false;
  const isFiltered = isBridgeFiltered(world, bridge, frame);
  if (isFiltered) {
    const length = (pool.length[frame] as number) - ETH_HLEN;
    if (refuseIpv4(bytes, at + ETH_HLEN, length) !== null || !ipv4ChecksumOk(bytes, at + ETH_HLEN)) return false;
    if (!nfPasses(world, world.netns[bridge.netns] as Netns, NfHook.PRE_ROUTING, frame)) return false;
    pool.physin[frame] = from.id;
  }
  fdb.updated_ns[src] = world.now_ns;
  fdb.used_ns[dst] = world.now_ns;
  record(world, TraceKind.BRIDGE_FORWARD, bridge.id, packet, frame, to, from.id);
  if (isFiltered) bridgeForward(world, bridge, out, frame, packet);
  else wireXmit(world, out, frame, packet);
  return true;
}

function mayPass(from: BridgePort, to: BridgePort): boolean {
  if (from.state !== "forwarding" || !from.learning) return false;
  return to.state === "forwarding" && !(from.isolated && to.isolated);
}
