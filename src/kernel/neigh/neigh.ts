/**
 * Neighbour entries as the sending side needs them: made, asked for, used. Mirrors net/core/neighbour.c (___neigh_create,
 * __neigh_event_send, neigh_resolve_output, neigh_flush_dev) and arp_constructor of net/ipv4/arp.c.
 * What answers and timers do to an entry is update.ts's. Left out: managed entries, cached hardware headers.
 */

import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { DropReason, Nud } from "../../base/trace-kind.ts";
import { framePacket, frameStart, setFrameTraced } from "../../sim/frames.ts";
import { IPV4_ANY, type Ipv4, MAC_BROADCAST, type Mac, multicastMacOf } from "../../wire/address.ts";
import { ETH_P_IP } from "../../wire/ethernet.ts";
import { putEthernet } from "../../wire/words.ts";
import { dropFrame } from "../drop.ts";
import { ENOBUFS } from "../errno.ts";
import { inetAddrType } from "../fib/lookup.ts";
import { devQueueXmit } from "../netdev/xmit.ts";
import { neighVar } from "../sysctl.ts";
import type { DevId, NetDevice, World } from "../types.ts";
import { machineOf, netns as netnsOf } from "../world.ts";
import { arpSolicit, isNoArp } from "./arp-send.ts";
import { enqueueNeigh, NUD_CONNECTED, neighRemove, setNeighState } from "./entry.ts";
import { makeRoom, schedulePeriodicWork } from "./gc.ts";
import { neighFind, neighInsert } from "./table.ts";
import { startTimer } from "./timers.ts";

/**
 * The entry of a device for an address, made when there is none: in state NOARP when nobody need be asked, else NONE.
 * -1 when the machine's table is full, which does not stop who makes a `permanent` one.
 */
export function neighLookupOrCreate(world: World, device: NetDevice, ip: Ipv4, permanent = false): number {
  const found = neighFind(world.neigh, device.id, ip);
  if (found >= 0) return found;
  const machine = machineOf(world, device.netns);
  if (!permanent && !makeRoom(world, machine)) return -1;
  const t = world.neigh;
  const entry = neighInsert(t, device.id, ip, world.now_ns);
  t.confirmed_ns[entry] = world.now_ns - 2 * neighVar(device, "base_reachable_time_ms") * MS_NS;
  construct(world, device, entry, ip);
  machine.neighEntries++;
  schedulePeriodicWork(world, machine);
  return entry;
}

/** arp_constructor: group addresses, and devices that do no ARP, need no question. */
function construct(world: World, device: NetDevice, entry: number, ip: Ipv4): void {
  const t = world.neigh;
  const type = isNoArp(device) ? "noarp" : inetAddrType(world, netnsOf(world, device.netns), ip);
  if (type === "multicast") t.mac[entry] = multicastMacOf(ip);
  else if (type === "noarp") t.mac[entry] = device.mac;
  else if (type === "broadcast") t.mac[entry] = MAC_BROADCAST;
  else return;
  t.state[entry] = Nud.NOARP;
}

/**
 * Sends a frame (its IP header stands behind ETH_HLEN bytes still to be written) to a next hop on a device; it may have to
 * wait for the hop's MAC. Consumes the frame. `confirm` is MSG_CONFIRM: the sender knows that the hop answers.
 * ENOBUFS when the neighbour table is full, or what devQueueXmit says.
 */
export function neighOutput(world: World, device: NetDevice, nextHop: Ipv4, frame: number, confirm: boolean): number {
  const t = world.neigh;
  const key = device.kind === "loopback" || device.kind === "ipip" ? IPV4_ANY : nextHop;
  let entry = neighFind(t, device.id, key);
  if (entry < 0) {
    entry = neighLookupOrCreate(world, device, key);
    if (entry < 0) {
      dropFrame(world, device.id, frame, framePacket(world.pool, frame), DropReason.NEIGH_CREATEFAIL);
      return ENOBUFS;
    }
  }
  if (confirm) t.confirmed_ns[entry] = world.now_ns;
  if (((t.state[entry] as number) & NUD_CONNECTED) === 0 && neighEventSend(world, device, entry, frame)) return 0;
  return neighXmit(world, device, entry, frame);
}

/** Apart from neighXmit, so that V8 puts putEthernet into it and need not make objects of two MACs for each call. */
function writeHeader({ pool, neigh }: World, device: NetDevice, entry: number, frame: number): void {
  putEthernet(pool, frameStart(pool, frame), neigh.mac[entry] as Mac, device.mac, ETH_P_IP);
}

/** Writes the Ethernet header and sends. 0 or ENOBUFS. */
export function neighXmit(world: World, device: NetDevice, entry: number, frame: number): number {
  const pool = world.pool;
  writeHeader(world, device, entry, frame);
  // What the trace may have of it so far (netfilter's hooks look at it before) has another header.
  setFrameTraced(pool, frame, -1);
  return devQueueXmit(world, device.id, frame);
}

/**
 * __neigh_event_send: the entry is wanted. Starts to ask when nothing is known, begins the delay when it is stale.
 * True when the frame (-1: none) now waits in the entry's queue; false when it can be sent at once.
 */
export function neighEventSend(world: World, device: NetDevice, entry: number, frame: number): boolean {
  const t = world.neigh;
  t.used_ns[entry] = world.now_ns;
  const state = t.state[entry] as number;
  if ((state & (NUD_CONNECTED | Nud.DELAY | Nud.PROBE)) !== 0) return false;
  let probeNow = false;
  if (state === Nud.STALE) {
    startTimer(world, entry, world.now_ns + neighVar(device, "delay_first_probe_time") * SECOND_NS);
    t.updated_ns[entry] = world.now_ns;
    setNeighState(world, entry, Nud.DELAY);
    return false;
  }
  if (state !== Nud.INCOMPLETE) {
    t.updated_ns[entry] = world.now_ns;
    if (neighVar(device, "mcast_solicit") + neighVar(device, "app_solicit") === 0) {
      setNeighState(world, entry, Nud.FAILED);
      if (frame >= 0) dropFrame(world, device.id, frame, framePacket(world.pool, frame), DropReason.NEIGH_FAILED);
      return true;
    }
    t.probes[entry] = neighVar(device, "ucast_solicit");
    setNeighState(world, entry, Nud.INCOMPLETE);
    startTimer(world, entry, world.now_ns + retransTime(device));
    probeNow = true;
  }
  if (frame >= 0) enqueueNeigh(world, device, entry, frame);
  if (probeNow) neighProbe(world, device, entry);
  return true;
}

/** neigh_probe: asks once more. */
export function neighProbe(world: World, device: NetDevice, entry: number): void {
  arpSolicit(world, device, entry);
  world.neigh.probes[entry] = (world.neigh.probes[entry] as number) + 1;
}

/** Time between two questions, ns: at least 10 ms. */
export function retransTime(device: NetDevice): number {
  return Math.max(neighVar(device, "retrans_time_ms"), 10) * MS_NS;
}

/** neigh_flush_dev: all entries of a device go, or all but the permanent ones. */
export function neighFlushDev(world: World, dev: DevId, keepPermanent: boolean): void {
  const t = world.neigh;
  for (let entry = 0; entry < t.used; entry++) {
    if (t.dev[entry] !== dev || (keepPermanent && t.state[entry] === Nud.PERMANENT)) continue;
    neighRemove(world, entry);
  }
}

/** An address became a device's broadcast address: an entry that was asked for in vain goes (arp_invalidate). */
export function neighDropBroadcast(world: World, dev: DevId, ip: Ipv4): void {
  const entry = neighFind(world.neigh, dev, ip);
  if (entry >= 0 && ((world.neigh.state[entry] as number) & (Nud.NONE | Nud.INCOMPLETE | Nud.FAILED)) !== 0) {
    neighRemove(world, entry);
  }
}
