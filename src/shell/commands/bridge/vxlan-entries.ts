/** `bridge fdb` where a VXLAN device's own table is meant ("self"): the words dst, port, vni and via, and how they are printed. */
import { Nud } from "../../../base/trace-kind.ts";
import { EINVAL } from "../../../kernel/errno.ts";
import type { FdbRequest } from "../../../kernel/netdev/bridge/fdb-admin.ts";
import type { Vxlan, VxlanEntry, VxlanRemote } from "../../../kernel/tunnel/types.ts";
import { vxlanFdbAdd, vxlanFdbAge, vxlanFdbDel, vxlanFdbFind } from "../../../kernel/tunnel/vxlan-fdb.ts";
import type { DevId, NetDevice, World } from "../../../kernel/types.ts";
import { formatIpv4, IPV4_ANY, type Ipv4, type Mac } from "../../../wire/address.ts";
import { addressOf, deviceOrQuit, invarg, type Line, value } from "../ip/args.ts";
import type { JsonObject } from "../ip/json.ts";
import { unsigned } from "../ip/number.ts";

/** What dst, port, vni and via say; null is "not said". */
export interface RemoteWords {
  dst: Ipv4 | null;
  port: number | null;
  vni: number | null;
  via: DevId | null;
}

export function noRemote(): RemoteWords {
  return { dst: null, port: null, vni: null, via: null };
}

/** Reads one of the words with its value; false when it is none of them. */
export function readRemote(line: Line, remote: RemoteWords, text: string): boolean {
  if (text === "dst") remote.dst = addressOf(line, value(line));
  else if (text === "port") remote.port = numberOf(line, "invalid port", 65535);
  else if (text === "vni") remote.vni = numberOf(line, "invalid VNI", 0xff_ffff);
  else if (text === "via") remote.via = deviceOrQuit(line, value(line), 255).id;
  else return false;
  return true;
}

function numberOf(line: Line, message: string, max: number): number {
  const text = value(line);
  return unsigned(text, max) ?? invarg(line, message, text);
}

/** What is not said is as the device has it. */
function remoteOf(vxlan: Vxlan, words: RemoteWords, ip: Ipv4): VxlanRemote {
  return { ip, port: words.port ?? vxlan.port, vni: words.vni ?? vxlan.vni, dev: words.via };
}

/** vxlan_fdb_add: EINVAL without a destination. */
export function addRemote(world: World, device: NetDevice, request: FdbRequest, words: RemoteWords): number {
  if (words.dst === null) return EINVAL;
  const remote = remoteOf(device.vxlan as Vxlan, words, words.dst);
  return vxlanFdbAdd(world, device, { ...request, remote, externLearn: request.externLearn === true });
}

/** vxlan_fdb_delete. */
export function deleteRemote(world: World, device: NetDevice, mac: Mac, words: RemoteWords): number {
  const isAny = words.dst === null || words.dst === IPV4_ANY;
  return vxlanFdbDel(world, device, mac, isAny ? null : remoteOf(device.vxlan as Vxlan, words, words.dst as Ipv4));
}

/** A remote of an entry, as a line of its own. */
export interface RemoteShown {
  entry: VxlanEntry;
  remote: VxlanRemote;
}

export function remotesShown(world: World, device: NetDevice): RemoteShown[] {
  vxlanFdbAge(world, device);
  return (device.vxlan as Vxlan).fdb.flatMap((entry) => entry.remotes.map((remote) => ({ entry, remote })));
}

/** The first remote of a MAC's entry, or null. */
export function remoteOfMac(device: NetDevice, mac: Mac): RemoteShown | null {
  const entry = vxlanFdbFind(device.vxlan as Vxlan, mac);
  return entry === null ? null : { entry, remote: entry.remotes[0] as VxlanRemote };
}

export function remoteState(entry: VxlanEntry): "permanent" | "static" | "" {
  return (entry.state & Nud.PERMANENT) !== 0 ? "permanent" : (entry.state & Nud.NOARP) !== 0 ? "static" : "";
}

/** "dst 192.168.1.11 port 4789 vni 7 via eth0 " */
export function remoteText(world: World, vxlan: Vxlan, remote: VxlanRemote): string {
  const port = remote.port === vxlan.port ? "" : `port ${remote.port} `;
  const vni = remote.vni === vxlan.vni ? "" : `vni ${remote.vni} `;
  const via = remote.dev === null ? "" : `via ${world.devs[remote.dev]?.name ?? remote.dev} `;
  return `dst ${formatIpv4(remote.ip)} ${port}${vni}${via}`;
}

export function remoteJson(world: World, vxlan: Vxlan, remote: VxlanRemote): JsonObject {
  return {
    dst: formatIpv4(remote.ip),
    ...(remote.port === vxlan.port ? {} : { port: remote.port }),
    ...(remote.vni === vxlan.vni ? {} : { vni: remote.vni }),
    ...(remote.dev === null ? {} : { viaIf: world.devs[remote.dev]?.name ?? `if${remote.dev}` }),
  } as JsonObject;
}
