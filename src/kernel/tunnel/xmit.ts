/** Event TUNNEL_XMIT: a tunnel device wraps what it was given to send. */

import { DropReason } from "../../base/trace-kind.ts";
import { framePacket } from "../../sim/frames.ts";
import type { Ipv4 } from "../../wire/address.ts";
import { dropFrame } from "../drop.ts";
import type { DevId, World } from "../types.ts";
import { ipipXmit } from "./ipip.ts";
import { vxlanXmit } from "./vxlan-xmit.ts";

/** @param c the packet's identity (vxlan) or its next hop (ipip) */
export function tunnelXmit(world: World, id: DevId, frame: number, c: number): void {
  const device = world.devs[id];
  if (device?.up && device.vxlan !== null) vxlanXmit(world, device, frame, c);
  else if (device?.up && device.ipTunnel !== null) ipipXmit(world, device, frame, (c >>> 0) as Ipv4);
  else dropFrame(world, device ? id : -1, frame, framePacket(world.pool, frame), DropReason.DEV_READY);
}
