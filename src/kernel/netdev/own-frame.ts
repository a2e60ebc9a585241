/** A frame that the kernel sends by a device of its own accord, for no program: BPDUs, what IPv6 has a host say. */
import { TraceKind } from "../../base/trace-kind.ts";
import { allocFrame, frameStart } from "../../sim/frames.ts";
import type { Mac } from "../../wire/address.ts";
import { ETH_HLEN, emitEthernet } from "../../wire/ethernet.ts";
import { newPacket, record } from "../record.ts";
import type { NetDevice, World } from "../types.ts";

/** The frame, with the trace's row about its sending; the caller hands it on. @param type EtherType, or length of an 802.3 frame @param emit writes `length` bytes behind the header */
export function makeOwnFrame(
  world: World,
  device: NetDevice,
  to: Mac,
  type: number,
  length: number,
  emit: (b: Uint8Array, at: number) => void,
): number {
  const packet = newPacket(world);
  const frame = allocFrame(world.pool, ETH_HLEN + length, packet);
  const at = frameStart(world.pool, frame);
  emitEthernet(world.pool.bytes, at, to, device.mac, type);
  emit(world.pool.bytes, at + ETH_HLEN);
  record(world, TraceKind.SEND, device.id, packet, -1, -1, -1);
  return frame;
}
