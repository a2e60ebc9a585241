/**
 * ARP packets on their way out: net/ipv4/arp.c (arp_create, arp_send_dst, arp_solicit). What comes in is arp.ts's.
 */
import { TraceKind } from "../../base/trace-kind.ts";
import { allocFrame, frameStart } from "../../sim/frames.ts";
import { type Ipv4, MAC_BROADCAST, MAC_ZERO, type Mac } from "../../wire/address.ts";
import { ARP_LEN, ARPOP_REQUEST, emitArp } from "../../wire/arp.ts";
import { ETH_HLEN, ETH_P_ARP, emitEthernet } from "../../wire/ethernet.ts";
import { ipv4Source } from "../../wire/ipv4.ts";
import { inetAddrOnlink, inetAddrType, inetSelectAddr } from "../fib/lookup.ts";
import { devQueueXmit } from "../netdev/xmit.ts";
import { newPacket, record } from "../record.ts";
import { inDevArpAnnounce, neighVar } from "../sysctl.ts";
import { type NetDevice, Scope, type World } from "../types.ts";
import { netns as netnsOf } from "../world.ts";

/** Whether nobody is asked on a device (IFF_NOARP or IFF_LOOPBACK). */
export function isNoArp(device: NetDevice): boolean {
  return device.noarp || device.kind === "loopback";
}

/**
 * Sends an ARP packet. `to` null is broadcast; `targetMac` null leaves the field zero.
 * @param op ARPOP_REQUEST or ARPOP_REPLY
 */
export function arpSend(
  world: World,
  device: NetDevice,
  op: number,
  targetIp: Ipv4,
  to: Mac | null,
  senderMac: Mac,
  senderIp: Ipv4,
  targetMac: Mac | null,
): void {
  if (isNoArp(device)) return;
  const pool = world.pool;
  const packet = newPacket(world);
  const frame = allocFrame(pool, ETH_HLEN + ARP_LEN, packet);
  const at = frameStart(pool, frame);
  emitEthernet(pool.bytes, at, to ?? MAC_BROADCAST, senderMac, ETH_P_ARP);
  emitArp(pool.bytes, at + ETH_HLEN, op, senderMac, senderIp, targetMac ?? MAC_ZERO, targetIp);
  record(world, TraceKind.SEND, device.id, packet, -1, -1, -1);
  devQueueXmit(world, device.id, frame);
}

/** arp_solicit: asks for an entry's MAC, from its last known place first (`ucast_solicit` times), then from everybody. */
export function arpSolicit(world: World, device: NetDevice, entry: number): void {
  const t = world.neigh;
  const target = t.ip[entry] as Ipv4;
  const source = solicitSource(world, device, target, t.waiting.get(entry)?.tail ?? -1);
  let probes = (t.probes[entry] as number) - neighVar(device, "ucast_solicit");
  let to: Mac | null = null;
  if (probes < 0) {
    to = t.mac[entry] as Mac;
  } else {
    probes -= neighVar(device, "app_solicit");
    // Asking a daemon in user space: nobody listens here.
    if (probes < 0) return;
  }
  arpSend(world, device, ARPOP_REQUEST, target, to, device.mac, source, null);
}

/** Which own address to name as the sender, by arp_announce. `frame` is the newest that waits, or -1. */
function solicitSource(world: World, device: NetDevice, target: Ipv4, frame: number): Ipv4 {
  const netns = netnsOf(world, device.netns);
  const announce = inDevArpAnnounce(netns, device);
  if (frame >= 0 && announce < 2) {
    const source = ipv4Source(world.pool.bytes, frameStart(world.pool, frame) + ETH_HLEN);
    const isOwn = inetAddrType(world, netns, source) === "local";
    if (isOwn && (announce === 0 || inetAddrOnlink(device, target, source))) return source;
  }
  return inetSelectAddr(world, netns, device, target, Scope.LINK);
}
