/**
 * IPv4 packets on their way out: net/ipv4/ip_output.c. Local packets pass ipLocalOut (where netfilter's LOCAL_OUT stands),
 * all pass ipOutput (POST_ROUTING), ipFinishOutput (fragmentation) and ipFinishOutput2 (the neighbour).
 * A frame has ETH_HLEN bytes of room in front of its IP header; neighOutput writes them.
 * Left out: options, corking, multicast loops to sockets of other groups.
 */
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { allocFrame } from "../../sim/frames.ts";
import { pushEvent } from "../../sim/queue.ts";
import type { Ipv4 } from "../../wire/address.ts";
import { ETH_HLEN, ETH_P_IP, emitEthernet } from "../../wire/ethernet.ts";
import { emitIpv4, IP_DF, IPV4_HLEN, ipv4Destination, ipv4FlagsAndOffset } from "../../wire/ipv4.ts";
import { dropFrame } from "../drop.ts";
import { EMSGSIZE } from "../errno.ts";
import { neighOutput } from "../neigh/neigh.ts";
import { newPacket, record } from "../record.ts";
import { EventKind, type NetDevice, type Netns, type World } from "../types.ts";
import { ipFragment } from "./fragment-out.ts";
import type { Rtable } from "./route.ts";

/**
 * A frame with an IP header for `payloadLength` bytes that the caller now writes at `start + ETH_HLEN + IPV4_HLEN`; it carries
 * a new packet id. `flags` is IP_DF or 0.
 */
export function ipMakeFrame(
  world: World,
  netns: Netns,
  source: Ipv4,
  destination: Ipv4,
  protocol: number,
  payloadLength: number,
  flags: number,
  ttl: number,
  tos: number,
): number {
  const pool = world.pool;
  const frame = allocFrame(pool, ETH_HLEN + IPV4_HLEN + payloadLength, newPacket(world));
  const at = (pool.start[frame] as number) + ETH_HLEN;
  const ident = nextIdent(netns);
  emitIpv4(pool.bytes, at, IPV4_HLEN + payloadLength, ident, flags, ttl, protocol, source, destination, tos);
  return frame;
}

/** __ip_select_ident, of one generator a namespace instead of one a pair of addresses. */
export function nextIdent(netns: Netns): number {
  netns.ipIdent = (netns.ipIdent + 1) & 0xffff;
  return netns.ipIdent;
}

/**
 * ip_local_out: sends a packet of this host. Consumes the frame. `pid` is who asked, -1 for the kernel itself.
 * Returns 0 or an errno (ENOBUFS, EMSGSIZE).
 */
export function ipLocalOut(
  world: World,
  frame: number,
  rt: Rtable,
  pid: number,
  protocol: number,
  confirm: boolean,
): number {
  const packet = world.pool.packet[frame] as number;
  const at = (world.pool.start[frame] as number) + ETH_HLEN;
  const nextHop = rt.gateway ?? ipv4Destination(world.pool.bytes, at);
  record(world, TraceKind.SEND, rt.dev, packet, -1, pid, protocol);
  record(world, TraceKind.ROUTE, rt.dev, packet, -1, nextHop | 0, rt.route === null ? 32 : rt.route.prefixLen);
  if (rt.type === "broadcast" || rt.type === "multicast") return ipMcOutput(world, frame, rt, confirm);
  return ipOutput(world, frame, rt, confirm);
}

/** ip_output: what leaves by `rt.dev`, whether made here or forwarded. Consumes the frame. */
export function ipOutput(world: World, frame: number, rt: Rtable, confirm: boolean): number {
  return ipFinishOutput(world, frame, rt, confirm);
}

/** ip_mc_output: broadcasts and multicasts; this host gets a copy of those that are meant for it too. */
function ipMcOutput(world: World, frame: number, rt: Rtable, confirm: boolean): number {
  const device = world.devs[rt.dev] as NetDevice;
  if (rt.local && device.kind !== "loopback") loopCopy(world, device, frame);
  return ipFinishOutput(world, frame, rt, confirm);
}

/** dev_loopback_xmit: the copy comes in by the device that the original leaves by, without having been on a wire. */
function loopCopy(world: World, device: NetDevice, frame: number): void {
  const pool = world.pool;
  const length = pool.length[frame] as number;
  const packet = newPacket(world);
  const copy = allocFrame(pool, length, packet);
  const from = pool.start[frame] as number;
  pool.bytes.copyWithin(pool.start[copy] as number, from, from + length);
  emitEthernet(pool.bytes, pool.start[copy] as number, device.mac, device.mac, ETH_P_IP);
  pushEvent(world.queue, world.now_ns, EventKind.IP_LOOPBACK, device.id, copy, packet);
}

/** ip_finish_output: cuts what is too long for the path, unless it must not be cut (EMSGSIZE). */
function ipFinishOutput(world: World, frame: number, rt: Rtable, confirm: boolean): number {
  const pool = world.pool;
  if ((pool.length[frame] as number) - ETH_HLEN <= rt.mtu) return ipFinishOutput2(world, frame, rt, confirm);
  const at = (pool.start[frame] as number) + ETH_HLEN;
  if ((ipv4FlagsAndOffset(pool.bytes, at) & IP_DF) !== 0) {
    dropFrame(world, rt.dev, frame, pool.packet[frame] as number, DropReason.PKT_TOO_BIG);
    return EMSGSIZE;
  }
  let result = 0;
  for (const part of ipFragment(world, frame, rt.mtu)) {
    const sent = ipFinishOutput2(world, part, rt, confirm);
    if (sent < 0) result = sent;
  }
  return result;
}

/** ip_finish_output2: hands the packet to the neighbour that is its next hop. */
function ipFinishOutput2(world: World, frame: number, rt: Rtable, confirm: boolean): number {
  const device = world.devs[rt.dev] as NetDevice;
  const at = (world.pool.start[frame] as number) + ETH_HLEN;
  const nextHop = rt.gateway ?? ipv4Destination(world.pool.bytes, at);
  return neighOutput(world, device, nextHop, frame, confirm);
}
