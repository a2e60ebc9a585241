/**
 * What `ip link set` and `ip link del` do: dev_open(), dev_close(), dev_change_name() … of net/core/dev.c, and who is told of it
 * (layer 3, the bridge that the device is a port of, the other end of its wire).
 */

import { isValidUnicastMac, type Mac, mac } from "../../wire/address.ts";
import { EADDRNOTAVAIL, EEXIST, EINVAL, EOPNOTSUPP } from "../errno.ts";
import {
  inetdevChangeAddr,
  inetdevChangeName,
  inetdevDestroy,
  inetdevDown,
  inetdevInit,
  inetdevUp,
} from "../fib/devinet.ts";
import { kernelLog } from "../log.ts";
import { neighFlushDev } from "../neigh/neigh.ts";
import { forgetPrograms } from "../netfilter/tables.ts";
import { nsidAlloc } from "../nsid.ts";
import { rtnlLink } from "../rtnl/notify.ts";
import { vxlanMaxMtu } from "../tunnel/vxlan.ts";
import { vxlanFdbFlush } from "../tunnel/vxlan-fdb.ts";
import { joinVxlanGroup, leaveVxlanGroup } from "../tunnel/vxlan-group.ts";
import type { Bridge, DevId, NetDevice, NetnsId, World } from "../types.ts";
import { dev, devByIndex, netns, touchConfig } from "../world.ts";
import { addrconfDown, addrconfUp } from "./addrconf.ts";
import { forgetFloodPlans } from "./bridge/flood.ts";
import { fdbFlush } from "./bridge/learn.ts";
import { adjustMtu, bridgeDelIf, portChangeAddr, setBridgeMac } from "./bridge/port.ts";
import { disableBridge, enableBridge, portCarrierCheck } from "./bridge/stp/stp.ts";
import { changeCarrier, keepOperstate, recordLink, turnCarrier } from "./carrier.ts";
import { syncUnicastPromisc } from "./promisc.ts";
import { allocName, listDevice, takeIfindex, unlistDevice } from "./register.ts";

/** The group of all hosts, which IPv4 joins on every device that is up, and that of all snoopers, which a bridge joins. */
const MAC_ALL_HOSTS = mac("01:00:5e:00:00:01");
const MAC_ALL_SNOOPERS: readonly Mac[] = [mac("01:00:5e:00:00:6a"), mac("33:33:00:00:00:6a")];
const MIN_MTU = 68;
const MAX_MTU = 65535;

/** `ip link set DEV up`. */
export function devOpen(world: World, id: DevId): number {
  const device = dev(world, id);
  if (device.up) return 0;
  device.qdisc = true;
  if (device.bridge !== null) enableBridge(world, device);
  const peer = wirePeer(world, device);
  if (peer?.up) silentCarrier(device, true);
  device.up = true;
  const tunnel = device.vxlan ?? device.ipTunnel;
  if (tunnel !== null) netns(world, tunnel.underlay).tunnels.push(id);
  if (device.vxlan !== null) joinVxlanGroup(world, device);
  if (device.bridge?.multicastSnooping) device.multicastList.push(...MAC_ALL_SNOOPERS);
  if (device.multicast) device.multicastList.push(MAC_ALL_HOSTS);
  syncUnicastPromisc(world, device);
  if (device.carrier) recordLink(world, device, true);
  inetdevUp(world, id);
  addrconfUp(world, device);
  const waits = peer?.up === true;
  rtnlLink(world, device, false, !waits);
  if (device.master !== null) portCarrierCheck(world, device);
  if (waits) rtnlLink(world, device);
  if (peer?.up) setCarrier(world, peer, true);
  return 0;
}

/** `ip link set DEV down`. @param leaving it goes for good, and so does what is at its other end */
export function devClose(world: World, id: DevId, leaving = false): number {
  const device = dev(world, id);
  if (!device.up) return 0;
  const ran = device.carrier;
  const peer = wirePeer(world, device);
  device.up = false;
  addrconfDown(device);
  const tunnel = device.vxlan ?? device.ipTunnel;
  const underlay = tunnel === null ? undefined : world.netns[tunnel.underlay];
  if (underlay) underlay.tunnels = underlay.tunnels.filter((other) => other !== id);
  if (device.vxlan !== null) {
    leaveVxlanGroup(world, device);
    vxlanFdbFlush(world, device, false);
  }
  touchConfig(world);
  if (peer) silentCarrier(device, false);
  if (device.bridge !== null) disableBridge(world, device);
  device.multicastList = device.multicastList.filter((mac) => mac !== MAC_ALL_HOSTS && !MAC_ALL_SNOOPERS.includes(mac));
  if (ran) recordLink(world, device, false);
  rtnlLink(world, device, false, true, leaving);
  inetdevDown(world, id);
  if (device.master !== null) portCarrierCheck(world, device);
  if (peer) setCarrier(world, peer, false, leaving);
  return 0;
}

/** What is at the other end of a veth or a cable. */
function wirePeer(world: World, device: NetDevice): NetDevice | null {
  return device.peer === null ? null : dev(world, device.peer);
}

function silentCarrier(device: NetDevice, on: boolean): void {
  if (device.carrier !== on) turnCarrier(device, on);
}

/** The link came or went: netif_carrier_on/off and the NETDEV_CHANGE that follows. */
export function setCarrier(world: World, device: NetDevice, on: boolean, leaving = false): void {
  if (changeCarrier(world, device, on, leaving) && device.up && device.master !== null) portCarrierCheck(world, device);
}

/** `ip link set DEV name NAME`, also while it is up. EEXIST, EINVAL. */
export function devRename(world: World, id: DevId, name: string): number {
  const device = dev(world, id);
  if (device.name === name) return 0;
  const allowed = allocName(world, netns(world, device.netns), name);
  if (typeof allowed === "number") return allowed;
  const old = device.name;
  device.name = allowed;
  forgetPrograms(netns(world, device.netns));
  kernelLog(world, device.netns, `${allowed}: renamed from ${old}${device.up ? " (while UP)" : ""}`);
  rtnlLink(world, device);
  inetdevChangeName(world, id, old);
  return 0;
}

/** `ip link set DEV address MAC`. EADDRNOTAVAIL for a group's or no address, EOPNOTSUPP where there is none to set. */
export function devSetMac(world: World, id: DevId, address: Mac): number {
  const device = dev(world, id);
  if (device.kind === "ipip") return EOPNOTSUPP;
  if (!isValidUnicastMac(address)) return EADDRNOTAVAIL;
  device.macSet = true;
  if (device.bridge !== null) {
    setBridgeMac(world, device, address);
    return 0;
  }
  // Everybody is told even if it is the same.
  device.mac = address;
  rtnlLink(world, device);
  inetdevChangeAddr(world, id);
  if (device.master !== null) portChangeAddr(world, device);
  return 0;
}

/** `ip link set DEV arp on|off`: if it changes, what the device knew of neighbours goes (arp_netdev_event). */
export function setNoarp(world: World, id: DevId, noarp: boolean): void {
  const device = dev(world, id);
  if (device.noarp === noarp) return;
  device.noarp = noarp;
  neighFlushDev(world, id, false);
  touchConfig(world);
}

/** Multicast snooping of a bridge on or off. Groups are flooded all the same: only whom the bridge itself listens to changes. */
export function setMulticastSnooping(world: World, id: DevId, on: boolean): void {
  const device = dev(world, id);
  const bridge = device.bridge as Bridge;
  if (bridge.multicastSnooping === on) return;
  bridge.multicastSnooping = on;
  device.multicastList = device.multicastList.filter((mac) => !MAC_ALL_SNOOPERS.includes(mac));
  if (on && device.up) device.multicastList.push(...MAC_ALL_SNOOPERS);
}

/** `ip link set DEV mtu BYTES`. EINVAL outside of what the device can. */
export function devSetMtu(world: World, id: DevId, mtu: number): number {
  const device = dev(world, id);
  if (mtu === device.mtu) return 0;
  if (mtu < (device.kind === "loopback" ? 0 : MIN_MTU) || (mtu > MAX_MTU && device.kind !== "loopback")) return EINVAL;
  if (device.vxlan !== null && mtu > vxlanMaxMtu(world, device.vxlan.link)) return EINVAL;
  device.mtu = mtu;
  rtnlLink(world, device);
  touchConfig(world);
  if (device.bridge !== null) device.bridge.mtuSet = true;
  for (const end of [device, wirePeer(world, device)]) {
    if (end?.master != null) forgetFloodPlans(world, dev(world, end.master).bridge as Bridge);
  }
  if (device.master !== null) adjustMtu(world, dev(world, device.master));
  return 0;
}

/**
 * `ip link set DEV netns NS [name NAME]`: __dev_change_net_namespace. The device goes down and loses its addresses, and keeps its
 * ifindex unless that is taken. EINVAL (loopback and bridges stay where they are), EEXIST (name taken there).
 */
export function devMoveNetns(world: World, id: DevId, to: NetnsId, name?: string): number {
  const device = dev(world, id);
  if (device.kind === "loopback" || device.bridge !== null) return EINVAL;
  if (device.netns === to) return name === undefined ? 0 : devRename(world, id, name);
  const space = netns(world, to);
  const allowed = allocName(world, space, name ?? device.name);
  if (typeof allowed === "number") return allowed === EEXIST ? EEXIST : EINVAL;
  const other = wirePeer(world, device);
  // Of what changes now linkwatch hears when the device is there.
  for (const one of other === null ? [device] : [device, other]) keepOperstate(world, one);
  devClose(world, id);
  device.qdisc = false;
  if (device.master !== null) bridgeDelIf(world, device.master, id);
  inetdevDestroy(world, id);
  unlistDevice(world, device);
  const from = device.netns;
  if (devByIndex(world, to, device.ifindex) !== null) device.ifindex = takeIfindex(world, space, 0);
  device.netns = to;
  const old = device.name;
  device.name = allowed;
  if (allowed !== old) kernelLog(world, to, `${allowed}: renamed from ${old}`);
  listDevice(world, device);
  inetdevInit(world, id);
  nsidAlloc(world, from, to);
  if (device.kind === "veth" && other !== null && other.netns !== to) {
    nsidAlloc(world, to, other.netns);
    nsidAlloc(world, other.netns, to);
  }
  return 0;
}

/** The device goes, with the other end if it is a veth: unregister_netdevice. */
export function unregisterNetdevice(world: World, id: DevId): void {
  const device = dev(world, id);
  const peer = wirePeer(world, device);
  const both = device.kind === "veth" && peer !== null ? [device, peer] : [device];
  for (const one of both) devClose(world, one.id, true);
  // vxlan_handle_lowerdev_unregister: a tunnel that was tied to the device goes with it.
  for (const other of world.devs) if (other?.vxlan?.link === id) unregisterNetdevice(world, other.id);
  if (peer !== null && device.kind !== "veth") peer.peer = null;
  for (const one of both) removeDevice(world, one);
}

function removeDevice(world: World, device: NetDevice): void {
  if (device.master !== null) bridgeDelIf(world, device.master, device.id);
  if (device.bridge !== null) {
    for (const port of device.bridge.ports) bridgeDelIf(world, device.id, port);
    fdbFlush(world, device, true);
    forgetFloodPlans(world, device.bridge);
  }
  inetdevDestroy(world, device.id);
  unlistDevice(world, device);
  device.qdisc = false;
  rtnlLink(world, device, true, true, true);
  world.devs[device.id] = null;
  touchConfig(world);
}
