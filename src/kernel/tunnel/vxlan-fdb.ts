/**
 * A VXLAN device's forwarding table: to which hosts a MAC's frames go. vxlan_fdb_* of drivers/net/vxlan/vxlan_core.c. An entry may
 * have several remotes, each of which gets a copy; the entry of the MAC of zeros is for all that have none of their own.
 * Small and plain: a device has one entry a host or pod, and no packet is so many hops that a search through them counts.
 */
import { Nud, TraceKind } from "../../base/trace-kind.ts";
import { traceRow } from "../../sim/trace.ts";
import { type Ipv4, isMulticastMac, MAC_ZERO, type Mac } from "../../wire/address.ts";
import { EEXIST, EINVAL, ENOENT, EOPNOTSUPP } from "../errno.ts";
import { macHi, macLo } from "../netdev/bridge/fdb.ts";
import { record } from "../record.ts";
import type { NetDevice, World } from "../types.ts";
import type { Vxlan, VxlanEntry, VxlanRemote } from "./types.ts";

/** What `bridge fdb add|append|replace|del` says of a VXLAN device's entry. */
export interface VxlanFdbRequest {
  mac: Mac;
  remote: VxlanRemote;
  state: number;
  mode: "add" | "replace" | "append";
  /** NTF_EXT_LEARNED: a controller says so. */
  externLearn?: boolean;
}

/** As the column b of FDB_ADD, FDB_MOVE and FDB_DELETE has it. */
const LEARNED = 0;
const BY_HAND = 1;
const AGED = 2;

export function vxlanFdbFind(vxlan: Vxlan, mac: Mac): VxlanEntry | null {
  return vxlan.fdb.find((entry) => entry.mac === mac) ?? null;
}

/** Adds a remote to an entry made if need be, as the kernel does for `remote` of the device itself. */
export function vxlanFdbAppend(world: World, device: NetDevice, mac: Mac, remote: VxlanRemote): void {
  vxlanFdbAdd(world, device, { mac, remote, state: Nud.REACHABLE | Nud.PERMANENT, mode: "append" });
}

/**
 * vxlan_fdb_update: EEXIST when there is such an entry and it must not be; EOPNOTSUPP for a replaced group entry.
 */
export function vxlanFdbAdd(world: World, device: NetDevice, request: VxlanFdbRequest): number {
  const vxlan = device.vxlan as Vxlan;
  const { mac, remote, mode } = request;
  const isMany = mac === MAC_ZERO || isMulticastMac(mac);
  if ((request.state & (Nud.PERMANENT | Nud.REACHABLE | Nud.NOARP)) === 0) return EINVAL;
  const known = vxlanFdbFind(vxlan, mac);
  if (known === null) {
    if (mode === "replace" && isMany) return EOPNOTSUPP;
    const row = rowByHand(world, TraceKind.FDB_ADD, device, mac, remote.ip);
    insert(world, device, mac, remote, request.state, row, request.externLearn);
    return 0;
  }
  if (mode === "add") return EEXIST;
  if (mode === "replace") {
    if (isMany) return EOPNOTSUPP;
    known.remotes = [remote];
  } else {
    // A MAC of one host keeps the remote that it has.
    if (!isMany) return 0;
    if (!known.remotes.some((other) => isSame(other, remote))) known.remotes.push(remote);
  }
  known.state = request.state;
  known.updated_ns = world.now_ns;
  known.row = rowByHand(world, TraceKind.FDB_MOVE, device, mac, remote.ip);
  return 0;
}

/** __vxlan_fdb_delete: one remote of an entry (nothing, where it has another), or without an address the whole of it. ENOENT. */
export function vxlanFdbDel(world: World, device: NetDevice, mac: Mac, remote: VxlanRemote | null): number {
  const vxlan = device.vxlan as Vxlan;
  const known = vxlanFdbFind(vxlan, mac);
  if (known === null) return ENOENT;
  if (remote !== null) {
    const left = known.remotes.filter((other) => !isSame(other, remote));
    if (left.length === known.remotes.length) return 0;
    if (left.length > 0) {
      known.remotes = left;
      return 0;
    }
  }
  remove(world, device, known, BY_HAND);
  return 0;
}

/** All entries go, or all that were learned, and then the device's own default stays: vxlan_flush. */
export function vxlanFdbFlush(world: World, device: NetDevice, all: boolean): void {
  const { fdb } = device.vxlan as Vxlan;
  for (const entry of fdb.slice()) {
    if (!all && (entry.mac === MAC_ZERO || isFixed(entry))) continue;
    remove(world, device, entry, BY_HAND);
  }
}

/**
 * vxlan_snoop: `frame` (the inner one) from `mac` came from host `ip`. True when it has to be dropped, because an entry made by hand
 * says that the MAC is elsewhere.
 */
export function vxlanSnoop(
  world: World,
  device: NetDevice,
  mac: Mac,
  ip: Ipv4,
  frame: number,
  packet: number,
): boolean {
  const vxlan = device.vxlan as Vxlan;
  if (isMulticastMac(mac) || mac === MAC_ZERO) return true;
  const known = vxlanFdbFind(vxlan, mac);
  if (known === null) {
    if (vxlan.maxAddress !== 0 && vxlan.fdb.length >= vxlan.maxAddress) return false;
    const row = record(world, TraceKind.FDB_ADD, device.id, packet, frame, ip | 0, LEARNED);
    insert(world, device, mac, { ip, port: vxlan.port, vni: vxlan.vni, dev: null }, Nud.REACHABLE, row);
    return false;
  }
  const first = known.remotes[0] as VxlanRemote;
  if (first.ip === ip) {
    if (!isFixed(known)) known.updated_ns = world.now_ns;
    return false;
  }
  if (isFixed(known)) return true;
  known.remotes = [{ ...first, ip }];
  known.updated_ns = world.now_ns;
  known.row = record(world, TraceKind.FDB_MOVE, device.id, packet, frame, ip | 0, LEARNED);
  return false;
}

/** Forgets what has grown old, and says what is there. The kernel's timer does so every ten seconds; whoever looks sees the same. */
export function vxlanFdbAge(world: World, device: NetDevice): void {
  const vxlan = device.vxlan as Vxlan;
  if (vxlan.ageing_s === 0) return;
  const oldest_ns = world.now_ns - vxlan.ageing_s * 1e9;
  for (const entry of vxlan.fdb.slice()) {
    if (!isFixed(entry) && Math.max(entry.used_ns, entry.updated_ns) <= oldest_ns) remove(world, device, entry, AGED);
  }
}

function isFixed(entry: VxlanEntry): boolean {
  return entry.externLearn || (entry.state & (Nud.PERMANENT | Nud.NOARP)) !== 0;
}

function isSame(a: VxlanRemote, b: VxlanRemote): boolean {
  return a.ip === b.ip && a.port === b.port && a.vni === b.vni && a.dev === b.dev;
}

/** The newest entry stands first, as in the kernel's list (fdb_list). */
function insert(
  world: World,
  device: NetDevice,
  mac: Mac,
  remote: VxlanRemote,
  state: number,
  row: number,
  externLearn = false,
): void {
  const { now_ns } = world;
  const entry = { mac, remotes: [remote], state, externLearn, updated_ns: now_ns, used_ns: now_ns, row };
  (device.vxlan as Vxlan).fdb.unshift(entry);
}

function remove(world: World, device: NetDevice, entry: VxlanEntry, why: number): void {
  const vxlan = device.vxlan as Vxlan;
  vxlan.fdb = vxlan.fdb.filter((other) => other !== entry);
  rowByHand(world, TraceKind.FDB_DELETE, device, entry.mac, (entry.remotes[0] as VxlanRemote).ip, why);
}

/** A row that no frame caused: the MAC stands in it. */
function rowByHand(world: World, kind: number, device: NetDevice, mac: Mac, ip: Ipv4, why = BY_HAND): number {
  return traceRow(world.trace, world.now_ns, kind, device.id, macHi(mac), macLo(mac), ip | 0, why);
}
