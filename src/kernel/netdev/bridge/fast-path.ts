/**
 * The way of most bridged frames in one go: in by one port, out by another one, between MACs that the bridge knows; a packet past
 * PRE_ROUTING as one of a settled connection. What forward.ts and br-netfilter.ts do step by step, with the same rows and counters; a frame that
 * is out of the ordinary is left to them. A packet like one before it (flows.ts) isn't even asked about. Only for speed: a law holds all to
 * be the same.
 */

import { TraceKind } from "../../../base/trace-kind.ts";
import { frameLength, frameNfct, frameStart, setFramePhysin } from "../../../sim/frames.ts";
import { scriptRow } from "../../../sim/trace.ts";
import { getU16, getU32 } from "../../../wire/bytes.ts";
import { ETH_HLEN } from "../../../wire/ethernet.ts";
import { IPV4_HLEN, ipv4IsFragment, ipv4TotalLength, refuseIpv4 } from "../../../wire/ipv4.ts";
import { conntrackAgain, isSettled } from "../../netfilter/conntrack/core.ts";
import { dirOf, slotOf } from "../../netfilter/conntrack/table.ts";
import { asksConnectionsAlone, lastWalk, nfPasses } from "../../netfilter/hooks.ts";
import { NfHook } from "../../netfilter/types.ts";
import { countAll, countersOf } from "../../netfilter/walks.ts";
import { record, recordScript } from "../../record.ts";
import { isHeaderSumOk } from "../../skb.ts";
import type { Bridge, BridgePort, DevId, NetDevice, Netns, World } from "../../types.ts";
import { clearWire, wireCarry, wireXmit } from "../wire-xmit.ts";
import { bridgeForward, isBridgeFiltered } from "./br-netfilter.ts";
import { FDB_LOCAL, fdbFind } from "./fdb.ts";
import { type Flow, findFlow, keepFlow } from "./flows.ts";

/** Takes the frame that came in by a port and sends it on. False: nothing that shows has happened, it has to go the long way. */
export function bridgeFastPath(world: World, from: NetDevice, frame: number, packet: number): boolean {
  const flow = findFlow(world.flows, world.pool, from.id, frame);
  return (flow !== null && followFlow(world, flow, from, frame, packet)) || passOn(world, from, frame, packet);
}

/** A packet goes as the last one of its flow went, if nothing has changed since. Answers as `bridgeFastPath`. */
function followFlow(world: World, flow: Flow, from: NetDevice, frame: number, packet: number): boolean {
  const { pool, fdb } = world;
  if (flow.config !== world.quiet.generation || flow.fdb !== fdb.generation) return false;
  const bridge = world.devs[from.master as DevId] as NetDevice;
  const netns = world.netns[bridge.netns] as Netns;
  if (flow.nf !== netns.nf.generation) return false;
  const { to, dst, src } = flow;
  const out = world.devs[to] as NetDevice;
  if (!isPlainBridge(bridge) || !leads(world, dst, src, from, to) || !mayPass(from, out)) return false;
  const at = frameStart(pool, frame) + ETH_HLEN;
  const length = frameLength(pool, frame) - ETH_HLEN;
  const total = ipv4TotalLength(pool.bytes, at);
  if (total < MIN_TRACKED || total > length || length > out.mtu) return false;
  if (ipv4IsFragment(pool.bytes, at) || !isHeaderSumOk(pool, frame, at)) return false;
  if (!conntrackAgain(world, netns, frame, flow.node, flow.ct, total)) return false;
  setFramePhysin(pool, frame, from.id);
  fdb.updated_ns[src] = world.now_ns;
  fdb.used_ns[dst] = world.now_ns;
  countAll(flow.counters, total);
  const peer = clearWire(world, out, length + ETH_HLEN);
  if (peer >= 0 && peer === flow.peer && out.latency_ns === flow.latency_ns) {
    recordScript(world, packet, frame, flow.script);
    wireCarry(world, out, peer, frame, packet, length + ETH_HLEN);
  } else {
    record(world, TraceKind.BRIDGE_FORWARD, bridge.id, packet, frame, to, from.id);
    recordScript(world, packet, frame, flow.walk.script);
    wireXmit(world, out, frame, packet);
  }
  return true;
}

/** A packet's tuple takes so much: the header, and ports or what ICMP has in their place. */
const MIN_TRACKED = IPV4_HLEN + 8;

function passOn(world: World, from: NetDevice, frame: number, packet: number): boolean {
  const { pool, fdb } = world;
  const { bytes } = pool;
  const at = frameStart(pool, frame);
  const dstHi = getU16(bytes, at);
  const srcHi = getU16(bytes, at + 6);
  const bridge = world.devs[from.master as DevId] as NetDevice;
  if (((dstHi | srcHi) & 0x0100) !== 0 || !isPlainBridge(bridge)) return false;
  const dst = fdbFind(fdb, bridge.id, dstHi, getU32(bytes, at + 2) | 0);
  const src = fdbFind(fdb, bridge.id, srcHi, getU32(bytes, at + 8) | 0);
  if (dst < 0 || src < 0) return false;
  const to = fdb.dev[dst] as number;
  if (to < 0 || to === from.id || !leads(world, dst, src, from, to)) return false;
  const out = world.devs[to] as NetDevice;
  if (!mayPass(from, out)) return false;
  if (frameLength(pool, frame) > out.mtu + ETH_HLEN) return false;
  const isFiltered = isBridgeFiltered(world, bridge, frame);
  if (isFiltered) {
    const length = frameLength(pool, frame) - ETH_HLEN;
    if (refuseIpv4(bytes, at + ETH_HLEN, length) !== null || !isHeaderSumOk(pool, frame, at + ETH_HLEN)) return false;
    if (!nfPasses(world, world.netns[bridge.netns] as Netns, NfHook.PRE_ROUTING, frame)) return false;
    setFramePhysin(pool, frame, from.id);
  }
  fdb.updated_ns[src] = world.now_ns;
  fdb.used_ns[dst] = world.now_ns;
  record(world, TraceKind.BRIDGE_FORWARD, bridge.id, packet, frame, to, from.id);
  if (isFiltered) {
    const nfct = frameNfct(pool, frame);
    bridgeForward(world, bridge, out, frame, packet);
    if (isSettled(world.ct, nfct)) rememberFlow(world, bridge, from, to, dst, src, frame, nfct);
  } else wireXmit(world, out, frame, packet);
  return true;
}

const isPlainBridge = (bridge: NetDevice): boolean => {
  return bridge.promiscuity === 0 && (bridge.bridge as Bridge).ageing_ns !== 0;
};

/** Whether two entries of the forwarding database lead from one port to another one. */
const leads = ({ fdb }: World, dst: number, src: number, from: NetDevice, to: DevId): boolean => {
  if ((((fdb.flags[dst] as number) | (fdb.flags[src] as number)) & FDB_LOCAL) !== 0) return false;
  return fdb.dev[dst] === to && fdb.dev[src] === from.id;
};

const mayPass = (from: NetDevice, to: NetDevice): boolean => {
  const fromPort = from.port as BridgePort;
  const toPort = to.port as BridgePort;
  if (fromPort.state !== "forwarding" || fromPort.learning !== true) return false;
  return toPort.state === "forwarding" && (fromPort.isolated !== true || toPort.isolated !== true);
};

/** A connection's packets of one direction are a flow from this one on: who has just one of them isn't worth it. */
const FLOW_FROM = 2;

/**
 * Keeps what the packet that was passed on just now has met, where only FORWARD has rules that it had to be held against. Its bytes still stand
 * where they stood.
 */
function rememberFlow(
  world: World,
  bridge: NetDevice,
  from: NetDevice,
  to: DevId,
  dst: number,
  src: number,
  frame: number,
  nfct: number,
): void {
  const { ct, flows } = world;
  const slot = slotOf(nfct);
  const node = 2 * slot + dirOf(nfct);
  if ((ct.packets[node] as number) < FLOW_FROM) return;
  const netns = world.netns[bridge.netns] as Netns;
  const walked = lastWalk(netns, NfHook.FORWARD);
  if (walked === null || !asksConnectionsAlone(netns, NfHook.PRE_ROUTING)) return;
  if (!asksConnectionsAlone(netns, NfHook.POST_ROUTING)) return;
  const out = world.devs[to] as NetDevice;
  keepFlow(flows, world.pool, from.id, frame, {
    to,
    dst,
    src,
    node,
    ct: ct.id[slot] as number,
    config: world.quiet.generation,
    fdb: world.fdb.generation,
    nf: netns.nf.generation,
    walk: walked.walk,
    counters: countersOf(walked.table, walked.walk),
    peer: out.peer ?? -1,
    latency_ns: out.latency_ns,
    script: Int32Array.from([
      ...scriptRow(TraceKind.BRIDGE_FORWARD, bridge.id, to, from.id, true),
      ...walked.walk.script,
      ...scriptRow(TraceKind.HOP, to, out.peer ?? -1, out.latency_ns, true),
    ]),
  });
}
