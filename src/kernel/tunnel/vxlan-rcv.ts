/** Datagrams for a VXLAN device: vxlan_rcv() of drivers/net/vxlan/vxlan_core.c. */
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { frameStart, reframe, setFrameLength } from "../../sim/frames.ts";
import { pushEvent } from "../../sim/queue.ts";
import type { Ipv4 } from "../../wire/address.ts";
import { getMac } from "../../wire/bytes.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { ipv4Source } from "../../wire/ipv4.ts";
import { UDP_HLEN, udpDestinationPort, udpLength } from "../../wire/udp.ts";
import { parseVxlan, VXLAN_HLEN } from "../../wire/vxlan.ts";
import { dropFrame } from "../drop.ts";
import { count, RX_DROPPED } from "../netdev/stats.ts";
import { record } from "../record.ts";
import { EventKind, type NetDevice, type Netns, type World } from "../types.ts";
import type { Vxlan } from "./types.ts";
import { vxlanSnoop } from "./vxlan-fdb.ts";

/**
 * A datagram whose UDP header stands at `at`, right as far as UDP goes. False: no device listens on its port, and the frame stays the
 * caller's; else it is consumed, and the inner frame arrives at its device in the next event.
 */
export function vxlanRcv(world: World, netns: Netns, frame: number, packet: number, ip: number, at: number): boolean {
  const b = world.pool.bytes;
  const port = udpDestinationPort(b, at);
  const listening = netns.tunnels.map((id) => world.devs[id] as NetDevice).filter((one) => one.vxlan?.port === port);
  if (listening.length === 0) return false;
  const header = parseVxlan(b, at + UDP_HLEN, udpLength(b, at) - UDP_HLEN);
  const device = header.ok ? listening.find((one) => one.vxlan?.vni === header.value.vni) : undefined;
  if (!header.ok || device === undefined) {
    const reason = header.ok ? DropReason.VXLAN_VNI_NOT_FOUND : DropReason.VXLAN_INVALID_HDR;
    dropFrame(world, (listening[0] as NetDevice).id, frame, packet, reason);
    return true;
  }
  const source = ipv4Source(b, ip);
  const taken = at + UDP_HLEN + VXLAN_HLEN - frameStart(world.pool, frame);
  const innerLength = udpLength(b, at) - UDP_HLEN - VXLAN_HLEN;
  if (innerLength < ETH_HLEN) {
    count(world, device.id, RX_DROPPED);
    dropFrame(world, device.id, frame, packet, DropReason.PKT_TOO_SMALL);
    return true;
  }
  const inner = reframe(world.pool, frame, -taken, packet);
  setFrameLength(world.pool, inner, innerLength);
  unwrapped(world, device, inner, packet, source, taken);
  return true;
}

/** vxlan_set_mac and what follows it. */
function unwrapped(world: World, device: NetDevice, inner: number, packet: number, source: Ipv4, taken: number): void {
  const vxlan = device.vxlan as Vxlan;
  const mac = getMac(world.pool.bytes, frameStart(world.pool, inner) + 6);
  if (mac === device.mac) {
    count(world, device.id, RX_DROPPED);
    dropFrame(world, device.id, inner, packet, DropReason.LOCAL_MAC);
    return;
  }
  if (vxlan.learning && vxlanSnoop(world, device, mac, source, inner, packet)) {
    dropFrame(world, device.id, inner, packet, DropReason.VXLAN_ENTRY_EXISTS);
    return;
  }
  record(world, TraceKind.DECAP, device.id, packet, inner, source | 0, taken);
  pushEvent(world.queue, world.now_ns, EventKind.FRAME_RX, device.id, inner, packet);
}
