/** `bridge fdb`: bridge/fdb.c of iproute2. What a VXLAN device has of its own is vxlan-entries.ts's. */
import { Nud } from "../../../base/trace-kind.ts";
import { EINVAL, EOPNOTSUPP } from "../../../kernel/errno.ts";
import { FDB_BRIDGE_ITSELF, FDB_LOCAL, FDB_STATIC } from "../../../kernel/netdev/bridge/fdb.ts";
import {
  type FdbEntry,
  type FdbRequest,
  fdbAdd,
  fdbDel,
  fdbEntries,
  fdbLookup,
} from "../../../kernel/netdev/bridge/fdb-admin.ts";
import { fdbFlushMatching } from "../../../kernel/netdev/bridge/learn.ts";
import type { Vxlan, VxlanEntry, VxlanRemote } from "../../../kernel/tunnel/types.ts";
import { vxlanFdbFlush } from "../../../kernel/tunnel/vxlan-fdb.ts";
import type { Bridge, DevId, NetDevice } from "../../../kernel/types.ts";
import { dev, netns } from "../../../kernel/world.ts";
import { formatMac, type Mac, parseMac } from "../../../wire/address.ts";
import {
  answer,
  device,
  deviceOrQuit,
  duparg2,
  type Line,
  matches,
  needAdmin,
  netnsOfLine,
  print,
  take,
  value,
} from "../ip/args.ts";
import { paint } from "../ip/color.ts";
import { type Json, printJson } from "../ip/json.ts";
import { notSimulated, quit } from "../quit.ts";
import {
  addRemote,
  deleteRemote,
  noRemote,
  type RemoteShown,
  type RemoteWords,
  readRemote,
  remoteJson,
  remoteOfMac,
  remoteState,
  remotesShown,
  remoteText,
} from "./vxlan-entries.ts";

const USAGE = `Usage: bridge fdb { add | append | del | replace } ADDR dev DEV
              [ self ] [ master ] [ use ] [ extern_learn ]
              [ sticky ] [ local | static | dynamic ]
       bridge fdb [ show [ br BRDEV ] [ brport DEV ]
              [ state STATE ] [ dynamic ] ]
       bridge fdb get [ to ] LLADDR [ br BRDEV ] { brport | dev } DEV
              [ self ] [ master ] [ dynamic ]
       bridge fdb flush dev DEV [ brport DEV ] [ self ] [ master ]
              [ [no]permanent | [no]static | [no]dynamic ]
`;

export function bridgeFdb(line: Line): number {
  const verb = take(line);
  if (verb === undefined) return showEntries(line);
  if (matches(verb, "add")) return modifyEntry(line, "add");
  if (matches(verb, "append")) return modifyEntry(line, "append");
  if (matches(verb, "replace")) return modifyEntry(line, "replace");
  if (matches(verb, "delete")) return modifyEntry(line, "delete");
  if (matches(verb, "get")) return getEntry(line);
  if (matches(verb, "show", "lst", "list")) return showEntries(line);
  if (matches(verb, "flush")) return flushEntries(line);
  if (matches(verb, "help")) quit(line.sys, USAGE, 255);
  return quit(line.sys, `Command "${verb}" is unknown, try "bridge fdb help".\n`, 255);
}

/** An entry of a bridge, or an address that a device listens to by itself ("self"). */
interface Shown {
  mac: Mac;
  dev: NetDevice;
  master: NetDevice | null;
  state: "permanent" | "static" | "stale" | "";
  flags: string[];
  entry: FdbEntry | VxlanEntry | null;
  /** Where a VXLAN device sends its frames. */
  remote?: VxlanRemote;
}

/** All entries of the namespace in the order of the kernel's dump: device by device, first what its bridge has for it. */
function allEntries(line: Line): Shown[] {
  const { world } = line.sys;
  const all: Shown[] = [];
  for (const id of netns(world, netnsOfLine(line)).devs) {
    const one = dev(world, id);
    if (one.bridge === null && one.master !== null) all.push(...bridgeEntries(line, dev(world, one.master), one));
    if (one.vxlan !== null) {
      for (const shown of remotesShown(world, one)) all.push(vxlanShown(one, shown));
      continue;
    }
    for (const mac of [...one.unicastList, ...one.multicastList]) {
      all.push({ mac, dev: one, master: null, state: "permanent", flags: ["self"], entry: null });
    }
    if (one.bridge !== null) all.push(...bridgeEntries(line, one, one));
  }
  return all;
}

function vxlanShown(dev: NetDevice, { entry, remote }: RemoteShown): Shown {
  const flags = entry.externLearn ? ["self", "extern_learn"] : ["self"];
  return { mac: entry.mac, dev, master: null, state: remoteState(entry), flags, entry, remote };
}

/** A bridge's entries that lead to one port, or to the bridge itself. */
function bridgeEntries(line: Line, bridge: NetDevice, to: NetDevice): Shown[] {
  const wanted = to === bridge ? null : to.id;
  return fdbEntries(line.sys.world, bridge.id)
    .filter((entry) => entry.dev === wanted)
    .map((entry) => shownEntry(line, bridge, entry));
}

function shownEntry(line: Line, bridge: NetDevice, entry: FdbEntry): Shown {
  const { world } = line.sys;
  const { ageing_ns } = bridge.bridge as Bridge;
  const isOld = entry.updated_ns + ageing_ns <= world.now_ns && !entry.extLearn;
  const flags = [entry.extLearn ? "extern_learn" : "", entry.sticky ? "sticky" : ""].filter((flag) => flag !== "");
  const state = entry.isLocal ? "permanent" : entry.isStatic ? "static" : isOld ? "stale" : "";
  return {
    mac: entry.mac,
    dev: entry.dev === null ? bridge : dev(world, entry.dev),
    master: bridge,
    state,
    flags,
    entry,
  };
}

const STATES: Readonly<Record<string, Shown["state"]>> = {
  permanent: "permanent",
  static: "static",
  temp: "static",
  stale: "stale",
  reachable: "",
};

function showEntries(line: Line): number {
  let bridge: NetDevice | null = null;
  let only: NetDevice | null = null;
  let state: Shown["state"] | null = null;
  let dynamic = false;
  for (let text = take(line); text !== undefined; text = take(line)) {
    if (text === "brport" || text === "dev") only = deviceOrQuit(line, value(line), 255);
    else if (text === "br") bridge = bridgeNamed(line, value(line));
    else if (text === "vlan") notSimulated(line.sys, "bridge fdb show vlan");
    else if (text === "state") state = readState(line);
    else if (matches(text, "help")) quit(line.sys, USAGE, 255);
    else if (text === "dynamic") dynamic = true;
  }
  const belongs = (shown: Shown) => bridge === null || shown.dev === bridge || shown.dev.master === bridge.id;
  const found = allEntries(line).filter(
    (shown) =>
      belongs(shown) &&
      (only === null || shown.dev === only) &&
      (state === null || shown.state === state) &&
      (!dynamic || shown.state !== "permanent"),
  );
  printEntries(line, found, only === null);
  return 0;
}

function bridgeNamed(line: Line, name: string): NetDevice {
  return device(line, name) ?? quit(line.sys, `Cannot find bridge device "${name}"\n`, 255);
}

function readState(line: Line): Shown["state"] | null {
  const text = value(line);
  if (text === "all") return null;
  return Object.hasOwn(STATES, text) ? (STATES[text] as Shown["state"]) : quit(line.sys, "invalid state\n", 255);
}

function printEntries(line: Line, found: readonly Shown[], withDev: boolean): void {
  if (line.options.json)
    printJson(
      line,
      found.map((shown) => entryJson(line, shown, withDev)),
    );
  else for (const shown of found) print(line, `${entryText(line, shown, withDev)}\n`);
}

function entryText(line: Line, shown: Shown, withDev: boolean): string {
  const dev = withDev ? `dev ${paint(line.options, "ifname", `${shown.dev.name} `)}` : "";
  const age = (t_ns: number) => Math.trunc((line.sys.world.now_ns - t_ns) / 1e9);
  const { entry } = shown;
  const used = entry !== null && line.options.stats > 0 ? `used ${age(entry.used_ns)}/${age(entry.updated_ns)} ` : "";
  const flags = shown.flags.map((flag) => `${flag} `).join("");
  const master = shown.master === null ? "" : `master ${shown.master.name} `;
  const to = shown.remote === undefined ? "" : remoteText(line.sys.world, shown.dev.vxlan as Vxlan, shown.remote);
  return `${paint(line.options, "mac", `${formatMac(shown.mac)} `)}${dev}${to}${used}${flags}${master}${shown.state}`;
}

function entryJson(line: Line, shown: Shown, withDev: boolean): Json {
  return {
    mac: formatMac(shown.mac),
    ...(withDev ? { ifname: shown.dev.name } : {}),
    ...(shown.remote === undefined ? {} : remoteJson(line.sys.world, shown.dev.vxlan as Vxlan, shown.remote)),
    flags: shown.flags,
    ...(shown.master === null ? {} : { master: shown.master.name }),
    state: shown.state,
  };
}

interface EntryWords {
  mac: string | null;
  dev: string | null;
  br: string | null;
  request: Omit<FdbRequest, "mac" | "mode">;
  remote: RemoteWords;
}

function readWords(line: Line): EntryWords {
  const words: EntryWords = {
    mac: null,
    dev: null,
    br: null,
    remote: noRemote(),
    request: { self: false, master: false, state: 0 },
  };
  for (let text = take(line); text !== undefined; text = take(line)) readWord(line, words, text);
  return words;
}

function readWord(line: Line, words: EntryWords, text: string): void {
  const { request } = words;
  if (text === "dev" || text === "brport") words.dev = value(line);
  else if (text === "br") words.br = value(line);
  else if (text === "self") request.self = true;
  else if (matches(text, "master")) request.master = true;
  else if (matches(text, "local", "permanent")) request.state |= Nud.PERMANENT;
  else if (matches(text, "temp", "static")) request.state |= Nud.NOARP;
  else if (matches(text, "dynamic")) request.state |= Nud.REACHABLE;
  else if (matches(text, "use")) request.use = true;
  else if (matches(text, "extern_learn")) request.externLearn = true;
  else if (matches(text, "sticky")) request.sticky = true;
  else if (readRemote(line, words.remote, text)) return;
  else if (/^(nhid|src_vni|vlan|router)$/.test(text)) notSimulated(line.sys, `bridge fdb with ${text}`);
  else {
    const mac = text === "to" ? value(line) : text;
    if (matches(mac, "help")) quit(line.sys, USAGE, 255);
    if (words.mac !== null) duparg2(line, "to", mac);
    words.mac = mac;
  }
}

/** The MAC, its octets with one or two digits as sscanf(3) takes them. */
function macOf(line: Line, text: string): Mac {
  const padded = text.split(":").map((octet) => octet.padStart(2, "0"));
  return parseMac(padded.join(":")) ?? quit(line.sys, `Invalid mac address ${text}\n`, 255);
}

function modifyEntry(line: Line, mode: FdbRequest["mode"] | "delete"): number {
  const { mac: text, dev: name, request, remote } = readWords(line);
  if (name === null || text === null) quit(line.sys, "Device and address are required arguments.\n", 255);
  if (!request.self && !request.master) request.self = true;
  if ((request.state & (Nud.NOARP | Nud.REACHABLE)) === 0) request.state |= Nud.PERMANENT;
  const mac = macOf(line, text);
  const target = deviceOrQuit(line, name, 255);
  needAdmin(line, 255);
  const { world } = line.sys;
  if (target.kind === "loopback" || target.kind === "ipip") {
    const verb = mode === "delete" ? "delete" : "add";
    return answer(line, EINVAL, `FDB ${verb} only supported for Ethernet devices`, 255);
  }
  if (target.vxlan !== null && !request.master) {
    const add = () => addRemote(world, target, { mac, mode: mode as FdbRequest["mode"], ...request }, remote);
    return answer(line, mode === "delete" ? deleteRemote(world, target, mac, remote) : add(), null, 255);
  }
  if (mode === "delete") return answer(line, fdbDel(world, target.id, { mac, ...request }), null, 255);
  return answer(line, fdbAdd(world, target.id, { mac, mode, ...request }), null, 255);
}

function getEntry(line: Line): number {
  const words = readWords(line);
  if ((words.dev === null && words.br === null) || words.mac === null) {
    quit(line.sys, "Device or master and address are required arguments.\n", 255);
  }
  const mac = macOf(line, words.mac);
  const target = words.dev === null ? null : deviceOrQuit(line, words.dev, 255);
  if (words.request.self && target !== null && target.vxlan !== null) {
    const own = remoteOfMac(target, mac) ?? quit(line.sys, "Error: Fdb entry not found.\n", 254);
    printEntries(line, [vxlanShown(target, own)], true);
    return 0;
  }
  const master = words.br === null ? target?.master : bridgeNamed(line, words.br).id;
  const bridge = master == null ? (target?.bridge ? target.id : null) : master;
  const found = bridge === null ? null : fdbLookup(line.sys.world, bridge, mac);
  if (found === null || bridge === null) quit(line.sys, "Error: Fdb entry not found.\n", 254);
  printEntries(line, [shownEntry(line, dev(line.sys.world, bridge), found)], true);
  return 0;
}

/** What `flush` may ask of an entry: these of its flags, and how they are to stand. */
const FLUSHED: Readonly<Record<string, { mask: number; flags: number }>> = {
  permanent: { mask: FDB_LOCAL, flags: FDB_LOCAL },
  nopermanent: { mask: FDB_LOCAL, flags: 0 },
  static: { mask: FDB_STATIC | FDB_LOCAL, flags: FDB_STATIC },
  nostatic: { mask: FDB_STATIC, flags: 0 },
  dynamic: { mask: FDB_STATIC | FDB_LOCAL, flags: 0 },
  nodynamic: { mask: FDB_STATIC, flags: FDB_STATIC },
};

/** `bridge fdb flush dev BRIDGE [ brport PORT ]`, or `dev PORT master`: entries of the bridge, or of the port alone. */
function flushEntries(line: Line): number {
  let name: string | null = null;
  let brport: string | null = null;
  let master = false;
  let [mask, flags] = [0, 0];
  for (let text = take(line); text !== undefined; text = take(line)) {
    if (text === "dev") name = value(line);
    else if (text === "brport") brport = value(line);
    else if (text === "master") master = true;
    else if (Object.hasOwn(FLUSHED, text)) {
      const wanted = FLUSHED[text] as { mask: number; flags: number };
      mask |= wanted.mask;
      flags = (flags & ~wanted.mask) | wanted.flags;
    } else if (text !== "self") notSimulated(line.sys, `bridge fdb flush ${text}`);
  }
  if (name === null) quit(line.sys, "Device is a required argument.\n", 255);
  const target = bridgeNamed(line, name);
  const portAsked = brport === null ? null : device(line, brport);
  if (brport !== null && portAsked === null) quit(line.sys, `Cannot find bridge port device "${brport}"\n`, 255);
  needAdmin(line, 255);
  if (target.kind === "loopback") {
    return answer(line, EINVAL, "FDB delete only supported for Ethernet devices", 255);
  }
  if (target.vxlan !== null && !master) {
    vxlanFdbFlush(line.sys.world, target, true);
    return 0;
  }
  const ofPort = master && target.master !== null;
  const bridge = ofPort ? dev(line.sys.world, target.master as DevId) : target;
  if (bridge.bridge === null) return answer(line, EOPNOTSUPP, null, 255);
  if (portAsked !== null && portAsked.id !== bridge.id && portAsked.master !== bridge.id) {
    return answer(line, EINVAL, "bridge: Flush device is not a bridge or bridge port", 255);
  }
  const port =
    portAsked === null ? (ofPort ? target.id : null) : portAsked.id === bridge.id ? FDB_BRIDGE_ITSELF : portAsked.id;
  fdbFlushMatching(line.sys.world, bridge, port, mask, flags);
  return 0;
}
