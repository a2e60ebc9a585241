/**
 * Frames that are too long for the path between a VXLAN device and its peer: skb_tunnel_check_pmtu() of net/ipv4/ip_tunnel_core.c.
 * Left out: IPv6.
 */
import { TraceKind } from "../../base/trace-kind.ts";
import { allocFrame, frameLength, frameStart } from "../../sim/frames.ts";
import { pushEvent } from "../../sim/queue.ts";
import { isMulticastIpv4, isZeronetIpv4 } from "../../wire/address.ts";
import { copyBytes, getMac, getU16 } from "../../wire/bytes.ts";
import { ETH_HLEN, ETH_P_IP, emitEthernet } from "../../wire/ethernet.ts";
import { emitIcmp, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, ICMP_HLEN, icmpType, isIcmpError } from "../../wire/icmpv4.ts";
import {
  emitIpv4,
  IP_DF,
  IPPROTO_ICMP,
  IPV4_HLEN,
  ipv4Destination,
  ipv4FlagsAndOffset,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  ipv4Ttl,
} from "../../wire/ipv4.ts";
import { updatePmtu } from "../ipv4/route.ts";
import { countTx } from "../netdev/stats.ts";
import { newPacket, record } from "../record.ts";
import { EventKind, type NetDevice, type Netns, type World } from "../types.ts";

/** The least MTU that a path may have (RFC 1191): for less, nobody is told. */
const MIN_MTU = 576;

/**
 * What the path takes is remembered for the inner destination, where this host routed the frame. As the port of a bridge a device
 * also tells the sender of an IPv4 packet that must not be cut, as the router that it stands for would; true: it did, and the frame,
 * which stays the caller's, must not be sent.
 */
export function checkPmtu(world: World, device: NetDevice, inner: number, mtu: number): boolean {
  const { pool } = world;
  const b = pool.bytes;
  const at = frameStart(pool, inner);
  const length = frameLength(pool, inner) - ETH_HLEN;
  if (length <= mtu || length < IPV4_HLEN || getU16(b, at + 12) !== ETH_P_IP) return false;
  const ip = at + ETH_HLEN;
  const bridge = device.master === null ? null : (world.devs[device.master] as NetDevice);
  if (bridge === null || getMac(b, at + 6) === bridge.mac) {
    updatePmtu(world, world.netns[device.netns] as Netns, ipv4Destination(b, ip), mtu);
  }
  if (bridge === null || !mayTell(b, ip, mtu)) return false;
  tell(world, device, inner, mtu);
  return true;
}

/** iptunnel_pmtud_check_icmp */
function mayTell(b: Uint8Array, ip: number, mtu: number): boolean {
  if (mtu < MIN_MTU || ipv4FlagsAndOffset(b, ip) !== IP_DF) return false;
  const source = ipv4Source(b, ip);
  if (isZeronetIpv4(source) || isMulticastIpv4(source)) return false;
  return ipv4Protocol(b, ip) !== IPPROTO_ICMP || !isIcmpError(icmpType(b, ip + ipv4HeaderLength(b, ip)));
}

/** iptunnel_pmtud_build_icmp, vxlan_encap_bypass: the error comes in by the device as if the receiver had sent it. */
function tell(world: World, device: NetDevice, inner: number, mtu: number): void {
  const { pool } = world;
  const quoted = Math.min(frameLength(pool, inner) - ETH_HLEN, MIN_MTU - IPV4_HLEN - ICMP_HLEN);
  const total = IPV4_HLEN + ICMP_HLEN + quoted;
  const packet = newPacket(world);
  const error = allocFrame(pool, ETH_HLEN + total, packet);
  const b = pool.bytes;
  const from = frameStart(pool, inner);
  const to = frameStart(pool, error);
  const ip = from + ETH_HLEN;
  emitEthernet(b, to, getMac(b, from + 6), getMac(b, from), ETH_P_IP);
  const ttl = ipv4Ttl(b, ip);
  emitIpv4(b, to + ETH_HLEN, total, 0, IP_DF, ttl, IPPROTO_ICMP, ipv4Destination(b, ip), ipv4Source(b, ip));
  const icmp = to + ETH_HLEN + IPV4_HLEN;
  copyBytes(b, ip, b, icmp + ICMP_HLEN, quoted);
  emitIcmp(b, icmp, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu, quoted);
  record(world, TraceKind.SEND, device.id, packet, -1, -1, IPPROTO_ICMP);
  countTx(world, device.id, total);
  pushEvent(world.queue, world.now_ns, EventKind.FRAME_RX, device.id, error, packet);
}
