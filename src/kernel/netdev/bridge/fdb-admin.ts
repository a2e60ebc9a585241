/**
 * Forwarding entries by hand, as `bridge fdb` asks for them, and the table as commands and views read it:
 * rtnl_fdb_add(), ndo_dflt_fdb_add() of net/core/rtnetlink.c and br_fdb_add() of net/bridge/br_fdb.c.
 */
import { Nud, TraceKind } from "../../../base/trace-kind.ts";
import { isMulticastMac, MAC_ZERO, type Mac } from "../../../wire/address.ts";
import { EEXIST, EINVAL, ENOENT, EOPNOTSUPP, EPERM } from "../../errno.ts";
import { rtnlFdb, rtnlListened } from "../../rtnl/notify.ts";
import type { BridgePort, DevId, NetDevice, World } from "../../types.ts";
import { dev } from "../../world.ts";
import { syncUnicastPromisc } from "../promisc.ts";
import {
  FDB_ADDED_BY_USER,
  FDB_BRIDGE_ITSELF,
  FDB_EXT_LEARN,
  FDB_LOCAL,
  FDB_STATIC,
  FDB_STICKY,
  fdbFind,
  fdbSlots,
  macHi,
  macLo,
  macOf,
} from "./fdb.ts";
import { FDB_BY_HAND, fdbCreate, fdbDelete, fdbLearn, recordEntry } from "./learn.ts";

export interface FdbEntry {
  mac: Mac;
  /** Port, or null for the bridge itself. */
  dev: DevId | null;
  isLocal: boolean;
  isStatic: boolean;
  addedByUser: boolean;
  sticky: boolean;
  extLearn: boolean;
  updated_ns: number;
  used_ns: number;
  /** Trace row of its last FDB_ADD or FDB_MOVE, or -1. */
  row: number;
}

/** What `bridge fdb add|replace|append` asks for. */
export interface FdbRequest {
  mac: Mac;
  /** NTF_SELF, NTF_MASTER. */
  self: boolean;
  master: boolean;
  /** NUD_PERMANENT (local), NUD_NOARP (static) or NUD_REACHABLE (dynamic). */
  state: number;
  mode: "add" | "replace" | "append";
  /** NTF_USE, NTF_STICKY, NTF_EXT_LEARNED. */
  use?: boolean;
  sticky?: boolean;
  externLearn?: boolean;
}

/** A bridge's entries in the kernel's order: newest first. */
export function fdbEntries(world: World, bridge: DevId): FdbEntry[] {
  const t = world.fdb;
  return fdbSlots(t, bridge).map((slot) => {
    const port = t.dev[slot] as number;
    const flags = t.flags[slot] as number;
    return {
      mac: macOf(t.macHi[slot] as number, t.macLo[slot] as number),
      dev: port === FDB_BRIDGE_ITSELF ? null : port,
      isLocal: (flags & FDB_LOCAL) !== 0,
      isStatic: (flags & FDB_STATIC) !== 0,
      addedByUser: (flags & FDB_ADDED_BY_USER) !== 0,
      sticky: (flags & FDB_STICKY) !== 0,
      extLearn: (flags & FDB_EXT_LEARN) !== 0,
      updated_ns: t.updated_ns[slot] as number,
      used_ns: t.used_ns[slot] as number,
      row: t.row[slot] as number,
    };
  });
}

/** The entry for a MAC, or null. */
export function fdbLookup(world: World, bridge: DevId, mac: Mac): FdbEntry | null {
  return fdbEntries(world, bridge).find((entry) => entry.mac === mac) ?? null;
}

/** `bridge fdb add|replace|append … dev DEV`. EOPNOTSUPP when neither the device nor a master could take it. */
export function fdbAdd(world: World, id: DevId, request: FdbRequest): number {
  const device = dev(world, id);
  const wantsMaster = request.master || !request.self;
  let answer = EOPNOTSUPP;
  if (wantsMaster && device.port !== null) {
    answer = bridgeFdbAdd(world, dev(world, device.master as DevId), device, request);
    if (answer !== 0) return answer;
  }
  if (!request.self) return answer;
  return device.bridge !== null ? bridgeFdbAdd(world, device, null, request) : deviceFdbAdd(world, device, request);
}

/** `bridge fdb del MAC dev DEV`. ENOENT when there is no such entry; EINVAL, EOPNOTSUPP as with fdbAdd. */
export function fdbDel(
  world: World,
  id: DevId,
  request: { mac: Mac; self: boolean; master: boolean; state: number },
): number {
  const device = dev(world, id);
  const wantsMaster = request.master || !request.self;
  let answer = EOPNOTSUPP;
  if (wantsMaster && device.port !== null) {
    answer = bridgeFdbDel(world, device.master as DevId, id, request.mac);
    if (answer !== 0) return answer;
  }
  if (!request.self) return answer;
  return device.bridge !== null
    ? bridgeFdbDel(world, id, FDB_BRIDGE_ITSELF, request.mac)
    : deviceFdbDel(world, device, request);
}

/** br_fdb_add and fdb_add_entry. @param port null for the bridge itself */
function bridgeFdbAdd(world: World, bridge: NetDevice, port: NetDevice | null, request: FdbRequest): number {
  const { mac, state } = request;
  if ((state & (Nud.PERMANENT | Nud.NOARP | Nud.REACHABLE)) === 0 || mac === MAC_ZERO) return EINVAL;
  if (request.use) {
    if (port === null) return EINVAL;
    if (learns(port)) fdbLearn(world, bridge, port.id, macHi(mac), macLo(mac), -1, -1);
    return 0;
  }
  if (request.externLearn) {
    learnExternally(world, bridge, port, mac);
    return 0;
  }
  if (port === null && (state & Nud.PERMANENT) === 0) return EINVAL;
  if (port !== null && (state & (Nud.PERMANENT | Nud.NOARP)) === 0 && !learns(port)) return EPERM;
  if (request.sticky && (state & Nud.PERMANENT) !== 0) return EINVAL;
  const to = port === null ? FDB_BRIDGE_ITSELF : port.id;
  const known = fdbFind(world.fdb, bridge.id, macHi(mac), macLo(mac));
  if (known >= 0 && request.mode === "add") return EEXIST;
  if (known < 0) fdbCreate(world, bridge.id, mac, to, flagsOf(request));
  else changeEntry(world, known, to, flagsOf(request));
  return 0;
}

/** A controller says that it has learned an entry: br_fdb_external_learn_add. It doesn't age. */
function learnExternally(world: World, bridge: NetDevice, port: NetDevice | null, mac: Mac): void {
  const to = port === null ? FDB_BRIDGE_ITSELF : port.id;
  const flags = FDB_EXT_LEARN | (port === null ? FDB_LOCAL : 0);
  const known = fdbFind(world.fdb, bridge.id, macHi(mac), macLo(mac));
  if (known < 0) fdbCreate(world, bridge.id, mac, to, flags);
  else changeEntry(world, known, to, (world.fdb.flags[known] as number) | flags);
}

function learns(port: NetDevice): boolean {
  const { state } = port.port as BridgePort;
  return state === "learning" || state === "forwarding";
}

function flagsOf(request: FdbRequest): number {
  const kind =
    (request.state & Nud.PERMANENT) !== 0 ? FDB_LOCAL | FDB_STATIC : (request.state & Nud.NOARP) !== 0 ? FDB_STATIC : 0;
  return FDB_ADDED_BY_USER | kind | (request.sticky ? FDB_STICKY : 0);
}

function changeEntry(world: World, slot: number, to: number, flags: number): void {
  const t = world.fdb;
  const moved = t.dev[slot] !== to;
  const modified = moved || ((t.flags[slot] as number) & ~FDB_ADDED_BY_USER) !== (flags & ~FDB_ADDED_BY_USER);
  t.dev[slot] = to;
  t.flags[slot] = flags;
  t.used_ns[slot] = world.now_ns;
  if (modified) t.updated_ns[slot] = world.now_ns;
  if (!modified) return;
  t.row[slot] = recordEntry(world, moved ? TraceKind.FDB_MOVE : TraceKind.FDB_ADD, slot, FDB_BY_HAND);
  rtnlFdb(world, slot, false);
}

function bridgeFdbDel(world: World, bridge: DevId, to: number, mac: Mac): number {
  const slot = fdbFind(world.fdb, bridge, macHi(mac), macLo(mac));
  if (slot < 0 || world.fdb.dev[slot] !== to) return ENOENT;
  fdbDelete(world, slot, FDB_BY_HAND);
  return 0;
}

/** A device without a table of its own just listens to one more address: ndo_dflt_fdb_add. */
function deviceFdbAdd(world: World, device: NetDevice, request: FdbRequest): number {
  if ((request.state & Nud.PERMANENT) === 0) return EINVAL;
  const list = isMulticastMac(request.mac) ? device.multicastList : device.unicastList;
  if (list.includes(request.mac)) return request.mode === "add" ? EEXIST : 0;
  list.push(request.mac);
  syncUnicastPromisc(world, device);
  rtnlListened(world, device, request.mac, false);
  return 0;
}

function deviceFdbDel(world: World, device: NetDevice, { mac, state }: { mac: Mac; state: number }): number {
  if ((state & Nud.PERMANENT) === 0) return EINVAL;
  const list = isMulticastMac(mac) ? device.multicastList : device.unicastList;
  const at = list.indexOf(mac);
  if (at < 0) return ENOENT;
  list.splice(at, 1);
  syncUnicastPromisc(world, device);
  rtnlListened(world, device, mac, true);
  return 0;
}
