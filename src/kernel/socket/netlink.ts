/** What the kernel tells by netlink: here an event is its record in JSON, as it was when it was told. */
import { IPV4_ANY } from "../../wire/address.ts";
import type { Message, SocketId, World } from "../types.ts";
import { queueMessage } from "./queue.ts";

/** Tells an event to those of the sockets that are still there (netlink_broadcast). */
export function netlinkBroadcast(world: World, sockets: readonly SocketId[], event: object): void {
  const bytes = Uint8Array.from(JSON.stringify(event), (c) => c.charCodeAt(0));
  const nobody = { source: IPV4_ANY, sourcePort: 0, ttl: 0, dev: -1, pkttype: 0, packet: -1, error: null };
  for (const id of sockets) {
    const socket = world.sockets[id];
    if (socket) queueMessage(world, socket, { t_ns: world.now_ns, bytes, ...nobody });
  }
}

/** The event that a message tells of. */
export function netlinkEvent<Event>(message: Message | null): Event | null {
  return message === null ? null : (JSON.parse(String.fromCharCode(...message.bytes)) as Event);
}
