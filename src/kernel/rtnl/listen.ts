/** The reading end of rtnetlink's groups: notify.ts has what is told. */

import { netlinkEvent } from "../socket/netlink.ts";
import { socketCreate, socketRecv } from "../socket/socket.ts";
import type { NetnsId, Pid, SocketId, World } from "../types.ts";
import type { RtnlEvent } from "./notify.ts";

const NETLINK_ROUTE = 0;

/** A socket of a process that hears of every change in its namespace. */
export function rtnlListen(world: World, netnsId: NetnsId, pid: Pid): SocketId {
  const id = socketCreate(world, netnsId, pid, "netlink", NETLINK_ROUTE);
  world.rtnl = [...world.rtnl.filter((other) => world.sockets[other]), id];
  return id;
}

/** The oldest change that the process has not read, or null. */
export function rtnlNext(world: World, socket: SocketId): RtnlEvent | null {
  return netlinkEvent<RtnlEvent>(socketRecv(world, socket));
}
