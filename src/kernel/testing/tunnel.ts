/** What the tests of tunnels share: which packets a device dropped and why, and the frames that it sent. */
import { assert } from "../../base/assert.ts";
import { DropReason } from "../../base/trace-kind.ts";
import { frameBytes } from "../../sim/trace.ts";
import type { DevId, NetnsId, World } from "../types.ts";
import { drain, echo, pass, pingSocket } from "./inet.ts";
import { rowsOf } from "./lab.ts";

/** Reasons of the drops at a device since row `from`. */
export function dropsAt(world: World, dev: DevId, from = 0): string[] {
  const names = new Map<number, string>(Object.entries(DropReason).map(([name, value]) => [value, name]));
  const rows = rowsOf(world, from).filter((row) => row.kind === "DROP" && row.dev === dev);
  return rows.map((row) => names.get(row.a) ?? "?");
}

/** Bytes of the IPv4 frames of a protocol that a device sent since row `from`. */
export function sent(world: World, dev: DevId, protocol: number, from = 0): Uint8Array[] {
  const rows = rowsOf(world, from).filter((row) => row.kind === "HOP" && row.dev === dev);
  const frames = rows.map((row) => frameBytes(world.trace, row.frame));
  return frames.flatMap((bytes) => {
    assert(bytes, "bytes gone");
    return bytes[12] === 8 && bytes[13] === 0 && bytes[23] === protocol ? [bytes] : [];
  });
}

/** Sends an echo request and waits half a second: how many messages the socket got. */
export function ping(world: World, netns: NetnsId, to: string, length = 56): number {
  const id = pingSocket(world, netns);
  echo(world, id, to, 1, length);
  pass(world, 0.5);
  return drain(world, id).length;
}
