/**
 * A VXLAN device that is a proxy for ARP: arp_reduce() of drivers/net/vxlan/vxlan_core.c. No ARP leaves it: questions are answered
 * from its neighbour table, or not at all. Left out: IPv6, and the messages of l2miss and l3miss.
 */
import { DropReason, Nud } from "../../base/trace-kind.ts";
import { allocFrame, frameLength, frameStart } from "../../sim/frames.ts";
import { pushEvent } from "../../sim/queue.ts";
import { IPV4_ANY, isLoopbackIpv4, isMulticastIpv4, type Mac } from "../../wire/address.ts";
import {
  ARP_LEN,
  ARPOP_REPLY,
  ARPOP_REQUEST,
  arpOp,
  arpSha,
  arpSpa,
  arpTpa,
  emitArp,
  refuseArp,
} from "../../wire/arp.ts";
import { ETH_HLEN, ETH_P_ARP, emitEthernet } from "../../wire/ethernet.ts";
import { dropFrame } from "../drop.ts";
import { neighFind } from "../neigh/table.ts";
import { newPacket } from "../record.ts";
import { EventKind, type NetDevice, type World } from "../types.ts";
import type { Vxlan } from "./types.ts";
import { vxlanFdbFind } from "./vxlan-fdb.ts";

/** Consumes the ARP frame; an answer arrives at the device itself. */
export function arpReduce(world: World, device: NetDevice, frame: number, packet: number): void {
  answer(world, device, frame);
  dropFrame(world, device.id, frame, packet, DropReason.ARP_NOT_FOR_US);
}

function answer(world: World, device: NetDevice, frame: number): void {
  const { pool } = world;
  const at = frameStart(pool, frame) + ETH_HLEN;
  if (device.noarp || refuseArp(pool.bytes, at, frameLength(pool, frame) - ETH_HLEN) !== null) return;
  const target = arpTpa(pool.bytes, at);
  if (arpOp(pool.bytes, at) !== ARPOP_REQUEST || isLoopbackIpv4(target) || isMulticastIpv4(target)) return;
  const neighbour = neighFind(world.neigh, device.id, target);
  const connected = Nud.PERMANENT | Nud.NOARP | Nud.REACHABLE;
  if (neighbour < 0 || ((world.neigh.state[neighbour] as number) & connected) === 0) return;
  const mac = world.neigh.mac[neighbour] as Mac;
  if (vxlanFdbFind(device.vxlan as Vxlan, mac)?.remotes[0]?.ip === IPV4_ANY) return;
  const asker = arpSha(pool.bytes, at);
  const askerIp = arpSpa(pool.bytes, at);
  const packet = newPacket(world);
  const reply = allocFrame(pool, ETH_HLEN + ARP_LEN, packet);
  const start = frameStart(pool, reply);
  emitEthernet(pool.bytes, start, asker, mac, ETH_P_ARP);
  emitArp(pool.bytes, start + ETH_HLEN, ARPOP_REPLY, mac, target, asker, askerIp);
  pushEvent(world.queue, world.now_ns, EventKind.FRAME_RX, device.id, reply, packet);
}
