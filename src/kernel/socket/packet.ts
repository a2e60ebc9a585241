/** AF_PACKET sockets that are bound and that send: net/packet/af_packet.c. */
import { TraceKind } from "../../base/trace-kind.ts";
import { allocFrame, frameStart } from "../../sim/frames.ts";
import { getU8 } from "../../wire/bytes.ts";
import { ETH_HLEN, ETH_P_ARP, ETH_P_IP, ethernetType } from "../../wire/ethernet.ts";
import { IPV4 } from "../../wire/ipv4.ts";
import { EINVAL, EMSGSIZE, ENETDOWN, ENXIO } from "../errno.ts";
import { tapAttach, tapDetach } from "../netdev/tap.ts";
import { devQueueXmit } from "../netdev/xmit.ts";
import { newPacket, record } from "../record.ts";
import type { DevId, SocketId, World } from "../types.ts";
import { socket as socketOf } from "./socket.ts";

/** Binds a packet socket to a device, or with null to all devices of its namespace. */
export function packetBind(world: World, id: SocketId, dev: DevId | null): void {
  const socket = socketOf(world, id);
  tapDetach(world, id);
  socket.dev = dev;
  tapAttach(world, id);
}

/** Sends a whole Ethernet frame. ENXIO for a device that is gone, ENETDOWN, EINVAL too short, EMSGSIZE too long. */
export function packetSend(world: World, id: SocketId, dev: DevId, bytes: Uint8Array): number {
  const device = world.devs[dev];
  if (!device) return ENXIO;
  if (!device.up) return ENETDOWN;
  if (bytes.length < ETH_HLEN) return EINVAL;
  if (bytes.length > device.mtu + ETH_HLEN) return EMSGSIZE;
  const pool = world.pool;
  const packet = newPacket(world);
  const frame = allocFrame(pool, bytes.length, packet);
  pool.bytes.set(bytes, frameStart(pool, frame));
  record(world, TraceKind.SEND, dev, packet, -1, socketOf(world, id).pid, protocolOf(bytes));
  devQueueXmit(world, dev, frame);
  return bytes.length;
}

function protocolOf(bytes: Uint8Array): number {
  const type = ethernetType(bytes, 0);
  if (type === ETH_P_IP && bytes.length > ETH_HLEN + IPV4.protocol.offset) {
    return getU8(bytes, ETH_HLEN + IPV4.protocol.offset);
  }
  return type === ETH_P_ARP ? -1 : 0;
}
