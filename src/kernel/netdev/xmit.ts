/** Sending: dev_queue_xmit(), net/core/dev.c. Left out: queueing disciplines (every device is "noqueue"), offloads. */

import { DropReason } from "../../base/trace-kind.ts";
import { framePacket } from "../../sim/frames.ts";
import { dropFrame } from "../drop.ts";
import type { DevId, World } from "../types.ts";
import { dev } from "../world.ts";
import { bridgeXmit } from "./bridge/forward.ts";
import { count, TX_DROPPED } from "./stats.ts";
import { wireXmit } from "./wire-xmit.ts";

/** Sends a frame that begins with its Ethernet header. Consumes it; its packet id is the pool's. 0 or ENOBUFS. */
export function devQueueXmit(world: World, id: DevId, frame: number): number {
  const device = dev(world, id);
  const packet = framePacket(world.pool, frame);
  // Until linkwatch has put the noop discipline in its place, a device without carrier still sends.
  if (device.up !== true || (device.carrier !== true && !device.linkPending)) {
    count(world, id, TX_DROPPED);
    dropFrame(world, id, frame, packet, DropReason.DEV_READY);
    return 0;
  }
  if (device.bridge === null) return wireXmit(world, device, frame, packet);
  bridgeXmit(world, device, frame, packet);
  return 0;
}
