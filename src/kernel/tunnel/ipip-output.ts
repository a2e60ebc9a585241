/** An IPv4 packet leaves by an IPIP tunnel, which has no neighbours and no link-layer header: dev_queue_xmit() for it. */

import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { framePacket, frameStart, setFrameTraced } from "../../sim/frames.ts";
import { pushEvent } from "../../sim/queue.ts";
import { type Ipv4, MAC_ZERO } from "../../wire/address.ts";
import { ETH_P_IP, emitEthernet } from "../../wire/ethernet.ts";
import { dropFrame } from "../drop.ts";
import { PACKET_OUTGOING } from "../netdev/pkttype.ts";
import { count, TX_DROPPED } from "../netdev/stats.ts";
import { tapAll } from "../netdev/tap.ts";
import { record } from "../record.ts";
import { EventKind, type NetDevice, type World } from "../types.ts";

/** Writes no addresses where the Ethernet header of others stands; the wrapping is an event. Consumes the frame. */
export function ipipOutput(world: World, device: NetDevice, nextHop: Ipv4, frame: number): void {
  const { pool } = world;
  const start = frameStart(pool, frame);
  const packet = framePacket(pool, frame);
  emitEthernet(pool.bytes, start, MAC_ZERO, MAC_ZERO, ETH_P_IP);
  setFrameTraced(pool, frame, -1);
  if (!device.up) {
    count(world, device.id, TX_DROPPED);
    dropFrame(world, device.id, frame, packet, DropReason.DEV_READY);
    return;
  }
  if (device.taps.length !== 0) tapAll(world, device, frame, packet, PACKET_OUTGOING);
  record(world, TraceKind.HOP, device.id, packet, frame, -1, 0);
  pushEvent(world.queue, world.now_ns, EventKind.TUNNEL_XMIT, device.id, frame, nextHop | 0);
}
