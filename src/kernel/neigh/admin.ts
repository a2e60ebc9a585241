/**
 * Neighbours as commands see and set them: RTM_NEWNEIGH, RTM_DELNEIGH and dumps (net/core/neighbour.c: neigh_add,
 * neigh_delete), SIOCSARP and SIOCDARP (net/ipv4/arp.c).
 */
import { Nud } from "../../base/trace-kind.ts";
import { IPV4_ANY, type Ipv4, type Mac } from "../../wire/address.ts";
import { EEXIST, EINVAL, ENETUNREACH, ENOBUFS, ENOENT, ENXIO } from "../errno.ts";
import { ANY_DEV } from "../fib/lookup.ts";
import { routeOutput } from "../ipv4/route.ts";
import { createRtable } from "../ipv4/rtable.ts";
import type { DevId, NetnsId, World } from "../types.ts";
import { dev as devOf, netns as netnsOf } from "../world.ts";
import { sortAsDumped } from "./dump.ts";
import { NUD_IN_TIMER, NUD_VALID, neighRemove } from "./entry.ts";
import { neighEventSend, neighLookupOrCreate } from "./neigh.ts";
import { neighFind, neighRow } from "./table.ts";
import { timerAt } from "./timers.ts";
import { neighUpdate } from "./update.ts";

/** One entry, as plain data. */
export interface NeighEntry {
  dev: DevId;
  ip: Ipv4;
  /** Null while it is not valid. */
  mac: Mac | null;
  /** NUD_*. */
  state: number;
  probes: number;
  confirmed_ns: number;
  used_ns: number;
  updated_ns: number;
  /** When its timer is due, or -1. */
  timerAt_ns: number;
  /** As nda_cacheinfo has it: one for the table, one for a running timer, one for the reader, less one. */
  refcnt: number;
  /** Frames that wait. */
  waiting: number;
  /** Row of the trace that told its last change of state, or -1. */
  row: number;
}

/** The entries of a namespace, or of one device, in the order in which the kernel lists them. */
export function neighEntries(world: World, netnsId: NetnsId, onlyDev?: DevId): NeighEntry[] {
  const t = world.neigh;
  const found: number[] = [];
  for (let entry = 0; entry < t.used; entry++) {
    const dev = t.dev[entry] as number;
    if (dev < 0) continue;
    if (onlyDev !== undefined ? dev === onlyDev : world.devs[dev]?.netns === netnsId) found.push(entry);
  }
  return listNeighs(world, found, netnsId);
}

/** These slots of a namespace, in the kernel's order. @param count entries of the machine, where that is known */
export function listNeighs(world: World, slots: number[], netnsId: NetnsId, count?: number): NeighEntry[] {
  sortAsDumped(world, slots, netnsId, count);
  return slots.map((slot) => plainEntry(world, slot));
}

function plainEntry(world: World, entry: number): NeighEntry {
  const t = world.neigh;
  const state = t.state[entry] as number;
  return {
    dev: t.dev[entry] as number,
    ip: t.ip[entry] as Ipv4,
    mac: (state & NUD_VALID) !== 0 ? (t.mac[entry] as Mac) : null,
    state,
    probes: t.probes[entry] as number,
    confirmed_ns: t.confirmed_ns[entry] as number,
    used_ns: t.used_ns[entry] as number,
    updated_ns: t.updated_ns[entry] as number,
    timerAt_ns: timerAt(t, entry),
    refcnt: (state & NUD_IN_TIMER) !== 0 ? 1 : 0,
    waiting: t.waiting.get(entry)?.length ?? 0,
    row: neighRow(t, entry, world.trace.rows),
  };
}

/** What `ip neigh add` gives. */
export interface NeighSpec {
  ip: Ipv4;
  mac?: Mac | null;
  /** NUD_*, PERMANENT when left out. */
  state?: number;
  /** `use`: NTF_USE, ask for it now; the other fields are not looked at. */
  use?: boolean;
}

export type NeighMode = "add" | "replace" | "change" | "append";

/**
 * neigh_add: EEXIST for `add` of what is there, ENOENT for `change` of what is not, EINVAL for a valid state of an entry without
 * MAC (a new one then stays, in no state).
 */
export function neighAdd(world: World, devId: DevId, spec: NeighSpec, mode: NeighMode): number {
  const device = devOf(world, devId);
  const state = spec.state ?? Nud.PERMANENT;
  const mac = spec.mac ?? null;
  const found = neighFind(world.neigh, devId, spec.ip);
  if (found >= 0 && mode === "add") return EEXIST;
  if (found < 0 && mode === "change") return ENOENT;
  const isPermanent = state === Nud.PERMANENT && spec.use !== true;
  const entry = found >= 0 ? found : neighLookupOrCreate(world, device, spec.ip, isPermanent);
  if (entry < 0) return ENOBUFS;
  if (spec.use === true) {
    neighEventSend(world, device, entry, -1);
    return 0;
  }
  const override = found < 0 || mode === "replace" || mode === "change";
  return neighUpdate(world, entry, mac, state, { override, admin: true });
}

/** neigh_delete: ENOENT when there is no such entry. What waited for it is reported as unreachable. */
export function neighDel(world: World, devId: DevId, ip: Ipv4): number {
  const entry = neighFind(world.neigh, devId, ip);
  if (entry < 0) return ENOENT;
  neighUpdate(world, entry, null, Nud.FAILED, { override: true, admin: true });
  neighRemove(world, entry);
  return 0;
}

/** SIOCSARP (`arp -s`): the device is found by route when none is given. ENETUNREACH, EINVAL for an own address. */
export function arpIoctlSet(
  world: World,
  netnsId: NetnsId,
  ip: Ipv4,
  mac: Mac,
  options: { dev?: DevId; temporary?: boolean },
): number {
  const dev = options.dev ?? devTowards(world, netnsId, ip);
  if (dev < 0) return dev === ANY_DEV ? EINVAL : dev;
  const device = devOf(world, dev);
  const state = options.temporary === true ? Nud.STALE : Nud.PERMANENT;
  const entry = neighLookupOrCreate(world, device, ip, state === Nud.PERMANENT);
  if (entry < 0) return ENOBUFS;
  return neighUpdate(world, entry, mac, state, { override: true, admin: true });
}

/** SIOCDARP (`arp -d`): ENXIO when there is no such entry, or one that nobody need be asked for (it goes all the same). */
export function arpIoctlDel(world: World, netnsId: NetnsId, ip: Ipv4, dev?: DevId): number {
  const device = dev ?? devTowards(world, netnsId, ip);
  if (device < 0) return device === ANY_DEV ? EINVAL : device;
  const entry = neighFind(world.neigh, device, ip);
  if (entry < 0) return ENXIO;
  const isKnown = ((world.neigh.state[entry] as number) & ~Nud.NOARP) !== 0;
  if (isKnown) neighUpdate(world, entry, null, Nud.FAILED, { override: true, admin: true });
  neighRemove(world, entry);
  return isKnown ? 0 : ENXIO;
}

/**
 * Device on whose link an address lies (arp_req_dev), an errno (ENETUNREACH for what a gateway leads to), or ANY_DEV for loopback,
 * which does no ARP.
 */
function devTowards(world: World, netnsId: NetnsId, ip: Ipv4): number {
  const rt = createRtable();
  const netns = netnsOf(world, netnsId);
  const error = routeOutput(world, netns, ip, IPV4_ANY, ANY_DEV, 0, rt);
  if (error < 0) return error === ANY_DEV ? ENETUNREACH : error;
  if (rt.gateway !== null) return ENETUNREACH;
  return rt.dev === netns.lo ? ANY_DEV : rt.dev;
}

/** `ip neigh add proxy`: EEXIST-free, as in the kernel. */
export function neighProxyAdd(world: World, netnsId: NetnsId, ip: Ipv4, dev: DevId | null): number {
  const { proxies } = netnsOf(world, netnsId);
  if (!proxies.some((proxy) => proxy.ip === ip && proxy.dev === dev)) proxies.push({ ip, dev });
  return 0;
}

/** `ip neigh del proxy`: ENOENT when there is none. */
export function neighProxyDel(world: World, netnsId: NetnsId, ip: Ipv4, dev: DevId | null): number {
  const { proxies } = netnsOf(world, netnsId);
  const at = proxies.findIndex((proxy) => proxy.ip === ip && proxy.dev === dev);
  if (at < 0) return ENOENT;
  proxies.splice(at, 1);
  return 0;
}
