/**
 * What bridges learn, know of themselves and forget: net/bridge/br_fdb.c. Left out: VLANs, hardware offload, locked ports.
 */

import { TraceKind } from "../../../base/trace-kind.ts";
import { pushEvent } from "../../../sim/queue.ts";
import { traceRow } from "../../../sim/trace.ts";
import { formatMac, isValidUnicastMac, type Mac } from "../../../wire/address.ts";
import { kernelLog } from "../../log.ts";
import { record } from "../../record.ts";
import { rtnlFdb } from "../../rtnl/notify.ts";
import { wholeJiffies } from "../../timer.ts";
import { type Bridge, type DevId, EventKind, type NetDevice, type World } from "../../types.ts";
import {
  FDB_ADDED_BY_USER,
  FDB_BRIDGE_ITSELF,
  FDB_EXT_LEARN,
  FDB_LOCAL,
  FDB_STATIC,
  FDB_STICKY,
  fdbFind,
  fdbInsert,
  fdbRemove,
  fdbSlots,
  macHi,
  macLo,
  macOf,
} from "./fdb.ts";
import { holdTime } from "./stp/select.ts";

/** Column b of the trace's FDB rows: why. */
export const FDB_BY_FRAME = 0;
export const FDB_BY_HAND = 1;
export const FDB_BY_AGE = 2;

/** br_fdb_cleanup: how soon after the bridge came up it runs, and how soon at least after itself. */
const GC_FIRST_NS = 100_000_000;
const GC_MIN_NS = 10_000_000;

/** A row about an entry that no frame caused: its MAC stands in the columns packet and frame. Returns the row's number. */
export function recordEntry(world: World, kind: number, slot: number, why: number): number {
  const t = world.fdb;
  const bridge = t.bridge[slot] as number;
  const hi = t.macHi[slot] as number;
  return traceRow(world.trace, world.now_ns, kind, bridge, hi, t.macLo[slot] as number, t.dev[slot] as number, why);
}

/**
 * A frame from `source` came in by a port: br_fdb_update. @param hi, lo the two halves of the frame's source MAC
 */
export function fdbLearn(
  world: World,
  bridge: NetDevice,
  port: DevId,
  hi: number,
  lo: number,
  packet: number,
  frame: number,
): void {
  const t = world.fdb;
  const slot = fdbFind(t, bridge.id, hi, lo);
  if (slot < 0) {
    if ((bridge.bridge as Bridge).ageing_ns === 0) return;
    const made = fdbInsert(t, bridge.id, hi, lo, port, 0, world.now_ns);
    t.row[made] = record(world, TraceKind.FDB_ADD, bridge.id, packet, frame, port, FDB_BY_FRAME);
    rtnlFdb(world, made, false);
    return;
  }
  const flags = t.flags[slot] as number;
  if ((flags & FDB_LOCAL) !== 0) {
    warnOwnAddress(world, bridge, port, macOf(hi, lo));
    return;
  }
  if ((bridge.bridge as Bridge).ageing_ns === 0) return;
  t.updated_ns[slot] = world.now_ns;
  if (t.dev[slot] === port || (flags & FDB_STICKY) !== 0) return;
  t.dev[slot] = port;
  t.row[slot] = record(world, TraceKind.FDB_MOVE, bridge.id, packet, frame, port, FDB_BY_FRAME);
  rtnlFdb(world, slot, false);
}

function warnOwnAddress(world: World, bridge: NetDevice, port: DevId, mac: Mac): void {
  const name = (world.devs[port] as NetDevice).name;
  const text = `received packet on ${name} with own address as source address (addr:${formatMac(mac)}, vlan:0)`;
  kernelLog(world, bridge.netns, `${bridge.name}: ${text}`);
}

/** Makes an entry by hand or for an own address, with its row. Returns its slot. */
export function fdbCreate(world: World, bridge: DevId, mac: Mac, dev: DevId, flags: number): number {
  const slot = fdbInsert(world.fdb, bridge, macHi(mac), macLo(mac), dev, flags, world.now_ns);
  world.fdb.row[slot] = recordEntry(world, TraceKind.FDB_ADD, slot, FDB_BY_HAND);
  rtnlFdb(world, slot, false);
  return slot;
}

/** Takes an entry away, with its row: fdb_delete. */
export function fdbDelete(world: World, slot: number, why: number): void {
  recordEntry(world, TraceKind.FDB_DELETE, slot, why);
  rtnlFdb(world, slot, true);
  fdbRemove(world.fdb, slot);
}

/**
 * An address of a port, or of the bridge itself, becomes an own one: fdb_add_local. Two ports may have the same address: the
 * first keeps the entry. @param port or FDB_BRIDGE_ITSELF
 */
export function fdbAddLocal(world: World, bridge: NetDevice, port: DevId, mac: Mac): void {
  if (!isValidUnicastMac(mac)) return;
  const slot = fdbFind(world.fdb, bridge.id, macHi(mac), macLo(mac));
  if (slot >= 0) {
    if (((world.fdb.flags[slot] as number) & FDB_LOCAL) !== 0) return;
    const name = port < 0 ? bridge.name : (world.devs[port] as NetDevice).name;
    const what = `adding interface ${name} with same address as a received packet`;
    kernelLog(world, bridge.netns, `${bridge.name}: ${what} (addr:${formatMac(mac)}, vlan:0)`);
    fdbDelete(world, slot, FDB_BY_HAND);
  }
  fdbCreate(world, bridge.id, mac, port, FDB_LOCAL | FDB_STATIC);
}

/** An own address goes: another port, or the bridge itself, that has it too takes the entry over: fdb_delete_local. */
function fdbDeleteLocal(world: World, bridge: NetDevice, slot: number): void {
  const t = world.fdb;
  const mac = macOf(t.macHi[slot] as number, t.macLo[slot] as number);
  const from = t.dev[slot] as number;
  const heir = (bridge.bridge as Bridge).ports.find((id) => id !== from && (world.devs[id] as NetDevice).mac === mac);
  if (heir === undefined && (from === FDB_BRIDGE_ITSELF || bridge.mac !== mac)) {
    fdbDelete(world, slot, FDB_BY_HAND);
    return;
  }
  t.dev[slot] = heir ?? FDB_BRIDGE_ITSELF;
  t.flags[slot] = (t.flags[slot] as number) & ~FDB_ADDED_BY_USER;
}

/** A port has a new MAC: br_fdb_changeaddr. Call it once `port.mac` is the new one. */
export function fdbChangeAddr(world: World, bridge: NetDevice, port: NetDevice): void {
  for (const slot of fdbSlots(world.fdb, bridge.id)) {
    const flags = world.fdb.flags[slot] as number;
    if (world.fdb.dev[slot] !== port.id || (flags & (FDB_LOCAL | FDB_ADDED_BY_USER)) !== FDB_LOCAL) continue;
    fdbDeleteLocal(world, bridge, slot);
    break;
  }
  fdbAddLocal(world, bridge, port.id, port.mac);
}

/** The bridge is about to have a new MAC: br_fdb_change_mac_address. Call it while `bridge.mac` is still the old one. */
export function fdbChangeBridgeMac(world: World, bridge: NetDevice, mac: Mac): void {
  const t = world.fdb;
  const old = fdbFind(t, bridge.id, macHi(bridge.mac), macLo(bridge.mac));
  const isOwn = old >= 0 && t.dev[old] === FDB_BRIDGE_ITSELF && ((t.flags[old] as number) & FDB_LOCAL) !== 0;
  if (isOwn && ((t.flags[old] as number) & FDB_ADDED_BY_USER) === 0) fdbDeleteLocal(world, bridge, old);
  fdbAddLocal(world, bridge, FDB_BRIDGE_ITSELF, mac);
}

/** A port goes down (`all` false: static entries stay) or away: br_fdb_delete_by_port. */
export function fdbDeleteByPort(world: World, bridge: NetDevice, port: DevId, all: boolean): void {
  deleteWhere(world, bridge, fdbDeleteLocal, (slot) => {
    if (world.fdb.dev[slot] !== port) return false;
    return all || ((world.fdb.flags[slot] as number) & (FDB_STATIC | FDB_EXT_LEARN)) === 0;
  });
}

/** Forgets what was learned, or with `all` everything. */
export function fdbFlush(world: World, bridge: NetDevice, all: boolean): void {
  fdbFlushMatching(world, bridge, null, all ? 0 : FDB_STATIC | FDB_LOCAL, 0);
}

/** br_fdb_flush: forgets the entries of a port (null: of all) whose flags under `mask` are `flags`. */
export function fdbFlushMatching(
  world: World,
  bridge: NetDevice,
  port: DevId | null,
  mask: number,
  flags: number,
): void {
  const deleteLocal = (_world: World, _bridge: NetDevice, slot: number) => fdbDelete(world, slot, FDB_BY_HAND);
  deleteWhere(world, bridge, deleteLocal, (slot) => {
    if (port !== null && world.fdb.dev[slot] !== port) return false;
    return ((world.fdb.flags[slot] as number) & mask) === flags;
  });
}

/** Deletes entries newest first. Slots move as entries go, so each is looked for anew. */
function deleteWhere(
  world: World,
  bridge: NetDevice,
  deleteLocal: (world: World, bridge: NetDevice, slot: number) => void,
  matches: (slot: number) => boolean,
): void {
  const t = world.fdb;
  const macs = fdbSlots(t, bridge.id)
    .filter(matches)
    .map((slot) => macOf(t.macHi[slot] as number, t.macLo[slot] as number));
  for (const mac of macs) {
    const slot = fdbFind(t, bridge.id, macHi(mac), macLo(mac));
    if (((t.flags[slot] as number) & FDB_LOCAL) !== 0) deleteLocal(world, bridge, slot);
    else fdbDelete(world, slot, FDB_BY_HAND);
  }
}

/** Starts ageing with the bridge. */
export function fdbStartGc(world: World, bridge: NetDevice): void {
  scheduleGc(world, bridge, world.now_ns + GC_FIRST_NS);
}

/** `brctl setageing`: br_set_ageing_time. Entries that are too old by the new measure go at once. */
export function setAgeing(world: World, bridge: NetDevice, ageing_ns: number): void {
  (bridge.bridge as Bridge).ageing_ns = wholeJiffies(ageing_ns);
  scheduleGc(world, bridge, world.now_ns);
}

function scheduleGc(world: World, bridge: NetDevice, at_ns: number): void {
  (bridge.bridge as Bridge).gcAt_ns = at_ns;
  pushEvent(world.queue, at_ns, EventKind.FDB_GC, bridge.id, 0, 0);
}

/** Event FDB_GC: br_fdb_cleanup. Learned entries older than the ageing time go; the next run is when the next one is due. */
export function fdbCleanup(world: World, bridgeId: DevId): void {
  const bridge = world.devs[bridgeId];
  if (!bridge?.bridge || bridge.bridge.gcAt_ns !== world.now_ns) return;
  const t = world.fdb;
  const ageing_ns = holdTime(bridge.bridge);
  let delay_ns = ageing_ns;
  const old: { hi: number; lo: number; number: number }[] = [];
  for (let slot = 0; slot <= t.mask; slot++) {
    if (t.bridge[slot] !== bridgeId || ((t.flags[slot] as number) & (FDB_STATIC | FDB_EXT_LEARN)) !== 0) continue;
    const left_ns = (t.updated_ns[slot] as number) + ageing_ns - world.now_ns;
    if (left_ns > 0) delay_ns = Math.min(delay_ns, left_ns);
    else old.push({ hi: t.macHi[slot] as number, lo: t.macLo[slot] as number, number: t.number[slot] as number });
  }
  old.sort((x, y) => y.number - x.number);
  for (const { hi, lo } of old) fdbDelete(world, fdbFind(t, bridgeId, hi, lo), FDB_BY_AGE);
  scheduleGc(world, bridge, world.now_ns + Math.max(delay_ns, GC_MIN_NS));
}
