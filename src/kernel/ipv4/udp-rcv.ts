/** UDP datagrams that come in: net/ipv4/udp.c (__udp4_lib_rcv). Tunnels are asked before sockets. Left out: reuseport groups. */

import { DropReason } from "../../base/trace-kind.ts";
import { frameStart, releaseFrame } from "../../sim/frames.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { ICMP_DEST_UNREACH, ICMP_PORT_UNREACH } from "../../wire/icmpv4.ts";
import { ipv4Destination, ipv4HeaderLength, ipv4Source, ipv4TotalLength } from "../../wire/ipv4.ts";
import { UDP_HLEN, udpChecksumOk, udpLength } from "../../wire/udp.ts";
import { dropFrame } from "../drop.ts";
import { isPayloadSummed } from "../skb.ts";
import { count, Mib } from "../snmp.ts";
import { udpDeliver } from "../socket/deliver.ts";
import { vxlanRcv } from "../tunnel/vxlan-rcv.ts";
import type { NetDevice, Netns, World } from "../types.ts";
import { icmpSend } from "./icmp-send.ts";
import type { Rtable } from "./rtable.ts";

/** Consumes the frame. Nobody listens: the sender is told "port unreachable". */
export function udpRcv(
  world: World,
  netns: Netns,
  device: NetDevice,
  frame: number,
  packet: number,
  pkttype: number,
  rt: Rtable,
): void {
  const pool = world.pool;
  const b = pool.bytes;
  const ip = frameStart(pool, frame) + ETH_HLEN;
  const at = ip + ipv4HeaderLength(b, ip);
  const available = ipv4TotalLength(b, ip) - (at - ip);
  const length = available < UDP_HLEN ? 0 : udpLength(b, at);
  if (length < UDP_HLEN || length > available) {
    count(netns, Mib.UDP_IN_ERRORS);
    dropFrame(world, device.id, frame, packet, DropReason.PKT_TOO_SMALL);
    return;
  }
  if (!isPayloadSummed(pool, frame) && !udpChecksumOk(b, at, length, ipv4Source(b, ip), ipv4Destination(b, ip))) {
    count(netns, Mib.UDP_IN_CSUM_ERRORS);
    count(netns, Mib.UDP_IN_ERRORS);
    dropFrame(world, device.id, frame, packet, DropReason.UDP_CSUM);
    return;
  }
  if (netns.tunnels.length !== 0 && vxlanRcv(world, netns, frame, packet, ip, at)) return;
  if (udpDeliver(world, netns, device.id, rt.dev, frame, packet, pkttype, rt.type !== "local")) {
    count(netns, Mib.UDP_IN_DATAGRAMS);
    releaseFrame(pool, frame);
    return;
  }
  count(netns, rt.type === "local" ? Mib.UDP_NO_PORTS : Mib.UDP_IGNORED_MULTI);
  if (rt.type === "local") {
    icmpSend(world, netns.id, frame, device.id, true, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
  }
  dropFrame(world, device.id, frame, packet, DropReason.NO_SOCKET);
}
