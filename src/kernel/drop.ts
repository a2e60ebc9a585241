/** Where a packet ends without having been delivered: kfree_skb_reason(). */
import { type DropReason, TraceKind } from "../base/trace-kind.ts";
import { releaseFrame } from "../sim/frames.ts";
import { record } from "./record.ts";
import type { DevId, World } from "./types.ts";

/** Writes a DROP row and gives back one count of the frame. @param devId device where it ended, or -1 */
export function dropFrame(world: World, devId: DevId, frame: number, packet: number, reason: DropReason): void {
  record(world, TraceKind.DROP, devId, packet, frame, reason, -1);
  releaseFrame(world.pool, frame);
}
