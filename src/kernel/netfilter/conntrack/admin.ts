/** What conntrack(8) asks for: net/netfilter/nf_conntrack_netlink.c. */

import type { Ipv4 } from "../../../wire/address.ts";
import { ENOENT } from "../../errno.ts";
import { netlinkEvent } from "../../socket/netlink.ts";
import { socketCreate, socketRecv } from "../../socket/socket.ts";
import type { NetnsId, Pid, SocketId, World } from "../../types.ts";
import { netns as netnsOf } from "../../world.ts";
import { type CtEntry, type CtEvent, CtStatusBit } from "../types.ts";
import { ctKill } from "./core.ts";
import { ctChanged, ctEntry } from "./events.ts";

/** Slots of a namespace's connections that are not too old, newest first. */
function slotsOf(world: World, netnsId: NetnsId): number[] {
  const t = world.ct;
  const slots: number[] = [];
  for (let slot = 0; slot < t.used; slot++) {
    const isThere = t.netns[slot] === netnsId && ((t.status[slot] as number) & CtStatusBit.CONFIRMED) !== 0;
    if (isThere && (t.timeout_ns[slot] as number) > world.now_ns) slots.push(slot);
  }
  return slots.sort((a, b) => (t.id[b] as number) - (t.id[a] as number));
}

/**
 * `conntrack -L`: the connections of a namespace, newest first. Who looks forgets what is too old on the way, of all namespaces
 * (nf_ct_evict of ctnetlink_dump_table).
 */
export function ctList(world: World, netnsId: NetnsId): CtEntry[] {
  const t = world.ct;
  for (let slot = 0; slot < t.used; slot++) {
    const isConfirmed = ((t.status[slot] as number) & CtStatusBit.CONFIRMED) !== 0;
    if ((t.netns[slot] as number) >= 0 && isConfirmed && (t.timeout_ns[slot] as number) <= world.now_ns)
      ctKill(world, slot);
  }
  return slotsOf(world, netnsId).map((slot) => ctEntry(world, slot));
}

/** `conntrack -C`: how many there are, those included that are too old and that nobody has looked at or collected yet. */
export function ctCount(world: World, netnsId: NetnsId): number {
  return netnsOf(world, netnsId).nf.ctCount;
}

/** Forgets a connection. ENOENT. */
export function ctDelete(world: World, netnsId: NetnsId, id: number): number {
  const slot = slotsOf(world, netnsId).find((one) => world.ct.id[one] === id);
  if (slot === undefined) return ENOENT;
  ctKill(world, slot);
  return 0;
}

/** Gives a connection another mark. ENOENT. */
export function ctSetMark(world: World, netnsId: NetnsId, id: number, mark: number): number {
  const slot = slotsOf(world, netnsId).find((one) => world.ct.id[one] === id);
  if (slot === undefined) return ENOENT;
  world.ct.mark[slot] = mark;
  ctChanged(world, netnsOf(world, netnsId), slot, "UPDATE");
  return 0;
}

/** `conntrack -F` */
export function ctFlush(world: World, netnsId: NetnsId): void {
  const t = world.ct;
  for (let slot = 0; slot < t.used; slot++) {
    if (t.netns[slot] === netnsId && ((t.status[slot] as number) & CtStatusBit.CONFIRMED) !== 0) ctKill(world, slot);
  }
}

/** Forgets the connections that are answered by an address, or whose answers go to it. */
export function ctForgetAnswers(world: World, netnsId: NetnsId, address: Ipv4): void {
  const t = world.ct;
  for (const slot of slotsOf(world, netnsId)) {
    const reply = 2 * slot + 1;
    if (t.source[reply] === (address | 0) || t.destination[reply] === (address | 0)) ctKill(world, slot);
  }
}

const NETLINK_NETFILTER = 12;

/** A socket of a process that is told of all changes to connections; it reads them by `ctNextEvent`, and closes as any other. */
export function ctListen(world: World, netnsId: NetnsId, pid: Pid): SocketId {
  const { nf } = netnsOf(world, netnsId);
  const id = socketCreate(world, netnsId, pid, "netlink", NETLINK_NETFILTER);
  nf.ctListeners = [...nf.ctListeners.filter((other) => world.sockets[other]), id];
  return id;
}

/** The oldest change that the process has not read, or null. */
export function ctNextEvent(world: World, socket: SocketId): CtEvent | null {
  return netlinkEvent<CtEvent>(socketRecv(world, socket));
}
