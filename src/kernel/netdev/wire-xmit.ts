/**
 * Onto the wire: what dev_hard_start_xmit() does for devices that have something at their other end (drivers/net/veth.c, a
 * card's cable), for loopback (drivers/net/loopback.c), for dummies and for VXLAN. The arrival is an event, and so is the wrapping.
 */

import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { frameLength } from "../../sim/frames.ts";
import { pushEvent } from "../../sim/queue.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { dropFrame } from "../drop.ts";
import { ENOBUFS } from "../errno.ts";
import { record } from "../record.ts";
import { type DevId, EventKind, type NetDevice, type World } from "../types.ts";
import { FORWARD_EXTRA } from "./bridge/flood.ts";
import { PACKET_OUTGOING } from "./pkttype.ts";
import { count, countTx, RX_DROPPED, TX_DROPPED } from "./stats.ts";
import { tapAll } from "./tap.ts";

/**
 * Sends a frame on a device that is up and is not a bridge. Consumes the frame. 0, or ENOBUFS where the other end of a cable will not
 * have it (NET_XMIT_DROP of veth_xmit); what is lost without carrier nobody hears of.
 */
export function wireXmit(world: World, device: NetDevice, frame: number, packet: number): number {
  if (device.carrier !== true) {
    // Without carrier the queueing discipline is noop: nobody hears of the frame.
    count(world, device.id, TX_DROPPED);
    dropFrame(world, device.id, frame, packet, DropReason.DEV_READY);
    return 0;
  }
  if (device.taps.length !== 0) tapAll(world, device, frame, packet, PACKET_OUTGOING);
  const length = frameLength(world.pool, frame);
  const loopback = device.kind === "loopback";
  const peer = loopback ? device.id : (device.peer ?? -1);
  record(world, TraceKind.HOP, device.id, packet, frame, peer, device.latency_ns);
  if (peer < 0) {
    // A tunnel counts what it has wrapped.
    if (device.vxlan !== null) {
      pushEvent(world.queue, world.now_ns, EventKind.TUNNEL_XMIT, device.id, frame, packet);
      return 0;
    }
    countTx(world, device.id, length);
    dropFrame(world, device.id, frame, packet, DropReason.NOT_SPECIFIED);
    return 0;
  }
  if (!loopback && length > (world.devs[peer] as NetDevice).mtu + FORWARD_EXTRA) {
    count(world, device.id, TX_DROPPED);
    count(world, peer, RX_DROPPED);
    dropFrame(world, peer, frame, packet, DropReason.PKT_TOO_BIG);
    return ENOBUFS;
  }
  wireCarry(world, device, peer, frame, packet, loopback ? length - ETH_HLEN : length);
  return 0;
}

/** What `wireXmit` ends with where nothing is in the way: the frame will arrive at `peer`. @param length that is counted as sent */
export const wireCarry = (
  world: World,
  device: NetDevice,
  peer: DevId,
  frame: number,
  packet: number,
  length: number,
): void => {
  countTx(world, device.id, length);
  pushEvent(world.queue, world.now_ns + device.latency_ns, EventKind.FRAME_RX, peer, frame, packet);
};

/** The device at the other end of a wire, where nothing is in the way of a frame of `length` bytes; else -1: `wireXmit` knows what comes of it. */
export const clearWire = (world: World, device: NetDevice, length: number): DevId => {
  const { peer } = device;
  if (device.carrier !== true || peer === null || device.taps.length !== 0 || device.kind === "loopback") return -1;
  return length <= (world.devs[peer] as NetDevice).mtu + FORWARD_EXTRA ? peer : -1;
};
