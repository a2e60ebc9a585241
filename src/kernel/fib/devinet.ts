/**
 * IPv4 addresses of devices, and what devices' ups and downs do to addresses, routes and neighbours.
 * Mirrors net/ipv4/devinet.c (__inet_insert_ifa, __inet_del_ifa, inetdev_event) and fib_netdev_event of fib_frontend.c.
 * Left out: multicast membership.
 */

import { SECOND_NS } from "../../base/time.ts";
import { pushEvent } from "../../sim/queue.ts";
import { IPV4_LOOPBACK, type Ipv4, isInNetwork, isLoopbackIpv4 } from "../../wire/address.ts";
import { EADDRNOTAVAIL, EEXIST, EINVAL } from "../errno.ts";
import { arpSend } from "../neigh/arp-send.ts";
import { neighFlushDev } from "../neigh/neigh.ts";
import { masqueradeForget } from "../netfilter/nat/masquerade.ts";
import { rtnlAddress } from "../rtnl/notify.ts";
import { initialConf, maxConf, minConf } from "../sysctl.ts";
import { type DevId, EventKind, type InetAddress, type NetDevice, Scope, type World } from "../types.ts";
import { dev as devOf, netns as netnsOf, touchConfig } from "../world.ts";
import { fibAddIfaddr, fibDelIfaddr, fibDisableIp, fibSyncDown, fibSyncUp } from "./frontend.ts";

export interface AddressSpec {
  local: Ipv4;
  /** The other end's address, which then has the prefix. */
  peer?: Ipv4;
  prefixLen: number;
  broadcast?: Ipv4 | null;
  scope?: Scope;
  label?: string;
  /** Seconds from now on, Infinity for ever. */
  life?: { valid_s: number; preferred_s: number };
}

/** What `ip` prints as "Error: …" for the errnos of inetAddrAdd and inetAddrDel. */
export const ADDRESS_MESSAGES: Readonly<Record<number, string>> = {
  [EEXIST]: "ipv4: Address already assigned",
  [EADDRNOTAVAIL]: "ipv4: Address not found",
  [EINVAL]: "ipv4: Invalid scope value",
};

/** Gives a device an address; of two in one subnet the later is secondary. EEXIST, EINVAL: see ADDRESS_MESSAGES. */
export function inetAddrAdd(world: World, devId: DevId, spec: AddressSpec): number {
  touchConfig(world);
  const device = devOf(world, devId);
  const ifa: InetAddress = {
    local: spec.local,
    address: spec.peer ?? spec.local,
    prefixLen: spec.prefixLen,
    broadcast: spec.broadcast ?? null,
    scope: spec.scope ?? (isLoopbackIpv4(spec.local) ? Scope.HOST : Scope.UNIVERSE),
    label: spec.label ?? device.name,
    secondary: false,
  };
  let behindPrimaries = 0;
  for (const [i, other] of device.addresses.entries()) {
    if (!other.secondary && ifa.scope <= other.scope) behindPrimaries = i + 1;
    if (!sameSubnet(other, ifa)) continue;
    if (other.local === ifa.local) return EEXIST;
    if (other.scope !== ifa.scope) return EINVAL;
    ifa.secondary = true;
  }
  device.addresses.splice(ifa.secondary ? device.addresses.length : behindPrimaries, 0, ifa);
  setLifetime(world, device, ifa, spec.life);
  rtnlAddress(world, device, ifa, false);
  fibAddIfaddr(world, device, ifa);
  fibSyncUp(world, device);
  return 0;
}

/** NLM_F_REPLACE: an address that is there gets another lifetime. EADDRNOTAVAIL when there is no such address. */
export function inetAddrReplace(world: World, devId: DevId, spec: AddressSpec): number {
  const device = devOf(world, devId);
  const ifa = device.addresses.find((one) => one.local === spec.local && one.prefixLen === spec.prefixLen);
  if (ifa === undefined) return EADDRNOTAVAIL;
  setLifetime(world, device, ifa, spec.life);
  rtnlAddress(world, device, ifa, false);
  return 0;
}

/** set_ifa_lifetime */
function setLifetime(world: World, device: NetDevice, ifa: InetAddress, life: AddressSpec["life"]): void {
  // What is valid for ever is preferred for ever.
  if (life === undefined || life.valid_s === Number.POSITIVE_INFINITY) {
    delete ifa.life;
    return;
  }
  ifa.life = { ...life, since_ns: world.now_ns };
  pushEvent(world.queue, world.now_ns + life.valid_s * SECOND_NS, EventKind.ADDRESS_LIFE, device.id, 0, 0);
}

/** Event ADDRESS_LIFE: check_lifetime(). What is no longer valid goes, as if somebody had deleted it. */
export function inetCheckLifetime(world: World, devId: DevId): void {
  const device = world.devs[devId];
  const isOver = ({ life }: InetAddress) =>
    life !== undefined && world.now_ns >= life.since_ns + life.valid_s * SECOND_NS;
  for (let over = device?.addresses.find(isOver); device && over; over = device.addresses.find(isOver)) {
    deleteIfa(world, device, over);
    masqueradeForget(world, devId, over.local);
  }
}

/**
 * Takes an address away; left-out parts match any. With a primary go the secondaries of its subnet, unless
 * promote_secondaries lets the first of them take its place. EADDRNOTAVAIL when there is no such address.
 */
export function inetAddrDel(
  world: World,
  devId: DevId,
  match: { local?: Ipv4; peer?: Ipv4; prefixLen?: number; label?: string },
): number {
  const device = devOf(world, devId);
  const found = device.addresses.find(
    (ifa) =>
      (match.local === undefined || ifa.local === match.local) &&
      (match.peer === undefined || ifa.address === match.peer) &&
      (match.prefixLen === undefined || ifa.prefixLen === match.prefixLen) &&
      (match.label === undefined || ifa.label === match.label),
  );
  if (found === undefined) return EADDRNOTAVAIL;
  deleteIfa(world, device, found);
  masqueradeForget(world, devId, found.local);
  return 0;
}

function sameSubnet(x: InetAddress, y: InetAddress): boolean {
  return x.prefixLen === y.prefixLen && isInNetwork(x.address, y.address, y.prefixLen);
}

/** __inet_del_ifa */
function deleteIfa(world: World, device: NetDevice, gone: InetAddress): void {
  const netns = netnsOf(world, device.netns);
  const promotes = maxConf(netns, device, "promote_secondaries") !== 0;
  let promoted: InetAddress | null = null;
  if (!gone.secondary) {
    const dependents = device.addresses.filter((ifa) => ifa.secondary && sameSubnet(ifa, gone));
    if (promotes) {
      promoted = dependents[0] ?? null;
      for (const ifa of dependents) fibDelIfaddr(world, device, ifa, gone);
    } else {
      for (const ifa of dependents) unlinkIfa(world, device, ifa);
    }
  }
  const lastPrimary = device.addresses.findLastIndex(
    (ifa) => !ifa.secondary && gone.scope <= ifa.scope && ifa !== gone,
  );
  const behind = device.addresses[lastPrimary] ?? null;
  unlinkIfa(world, device, gone);
  if (promoted !== null) promote(world, device, promoted, behind);
  touchConfig(world);
}

function unlinkIfa(world: World, device: NetDevice, ifa: InetAddress): void {
  device.addresses.splice(device.addresses.indexOf(ifa), 1);
  rtnlAddress(world, device, ifa, true);
  fibDelIfaddr(world, device, ifa, null);
  if (device.addresses.length === 0) fibDisableIp(world, device, true);
}

/** The first secondary becomes the primary of its subnet, and the others follow it. */
function promote(world: World, device: NetDevice, promoted: InetAddress, behind: InetAddress | null): void {
  device.addresses.splice(device.addresses.indexOf(promoted), 1);
  device.addresses.splice(behind === null ? 0 : device.addresses.indexOf(behind) + 1, 0, promoted);
  promoted.secondary = false;
  rtnlAddress(world, device, promoted, false);
  fibAddIfaddr(world, device, promoted);
  for (const ifa of device.addresses) {
    if (ifa !== promoted && ifa.secondary && sameSubnet(ifa, promoted)) fibAddIfaddr(world, device, ifa);
  }
}

/** A device was registered or came into a namespace: it begins with that namespace's defaults. */
export function inetdevInit(world: World, devId: DevId): void {
  const device = devOf(world, devId);
  device.conf = initialConf(world, device);
  touchConfig(world);
}

/** A device is about to go, or to leave its namespace: its addresses, routes and neighbours go first. */
export function inetdevDestroy(world: World, devId: DevId): void {
  const device = devOf(world, devId);
  while (device.addresses.length > 0) unlinkIfa(world, device, device.addresses[0] as InetAddress);
  fibDisableIp(world, device, true);
  world.neigh.reachable_ns[devId] = 0;
  device.conf = null;
}

/** After a device was set up: loopback gets its address, and the routes of each address come (back). */
export function inetdevUp(world: World, devId: DevId): void {
  const device = devOf(world, devId);
  if (device.kind === "loopback" && device.addresses.length === 0) {
    inetAddrAdd(world, devId, { local: IPV4_LOOPBACK, prefixLen: 8, scope: Scope.HOST });
  }
  for (const ifa of device.addresses) fibAddIfaddr(world, device, ifa);
  fibSyncUp(world, device);
  touchConfig(world);
  announce(world, device);
}

/** With arp_notify, a device that comes up or changes its MAC tells its addresses in gratuitous requests. */
function announce(world: World, device: NetDevice): void {
  if (maxConf(netnsOf(world, device.netns), device, "arp_notify") === 0) return;
  for (const ifa of device.addresses) arpSend(world, device, 1, ifa.local, null, device.mac, ifa.local, null);
}

/** After a device was set down: routes through it and its neighbours go; its addresses, and being local, stay. */
export function inetdevDown(world: World, devId: DevId): void {
  fibDisableIp(world, devOf(world, devId), false);
  masqueradeForget(world, devId, null);
}

/** After a device's carrier changed: its routes are marked; neighbours that were only learned go with the carrier. */
export function inetdevCarrier(world: World, devId: DevId): void {
  const device = devOf(world, devId);
  fibSyncDown(world, device);
  if (!device.carrier && minConf(netnsOf(world, device.netns), device, "arp_evict_nocarrier") !== 0) {
    neighFlushDev(world, devId, true);
  }
}

/** After a device's MAC changed: what it knew of neighbours goes. */
export function inetdevChangeAddr(world: World, devId: DevId): void {
  neighFlushDev(world, devId, false);
  const device = devOf(world, devId);
  if (device.up) announce(world, device);
}

/** After a device was renamed: labels that began with the old name follow (inetdev_changename). */
export function inetdevChangeName(world: World, devId: DevId, oldName: string): void {
  const device = devOf(world, devId);
  for (const ifa of device.addresses) {
    const colon = ifa.label.indexOf(":");
    if (ifa.label === oldName) ifa.label = device.name;
    else if (colon >= 0) ifa.label = device.name + ifa.label.slice(colon);
  }
}
