/** Frames for AF_PACKET sockets: packet_rcv of net/packet/af_packet.c. Left out: filters (the reader's matter), rings. */
import { frameLength, frameStart } from "../../sim/frames.ts";
import { IPV4_ANY } from "../../wire/address.ts";
import type { DevId, Message, Socket, SocketId, World } from "../types.ts";
import { keepBytes, queueMessage } from "./queue.ts";

/** Copies a frame that passed a device into a packet socket. The frame stays the caller's. */
export function packetRcv(
  world: World,
  id: SocketId,
  devId: DevId,
  frame: number,
  packet: number,
  pkttype: number,
): void {
  const pool = world.pool;
  const start = frameStart(pool, frame);
  const message: Message = {
    t_ns: world.now_ns,
    bytes: keepBytes(pool, start, frameLength(pool, frame)),
    source: IPV4_ANY,
    sourcePort: 0,
    ttl: 0,
    dev: devId,
    pkttype,
    packet,
    error: null,
  };
  queueMessage(world, world.sockets[id] as Socket, message);
}
