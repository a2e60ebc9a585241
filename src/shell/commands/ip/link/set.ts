/** `ip link set`: iplink_modify of ip/iplink.c, and do_setlink of net/core/rtnetlink.c, whose order is kept. */
import { EEXIST, EINVAL, ELOOP, EOPNOTSUPP } from "../../../../kernel/errno.ts";
import { setMaster } from "../../../../kernel/netdev/bridge/port.ts";
import {
  devClose,
  devMoveNetns,
  devOpen,
  devRename,
  devSetMac,
  devSetMtu,
  setNoarp,
} from "../../../../kernel/netdev/device.ts";
import { setPromisc } from "../../../../kernel/netdev/promisc.ts";
import { rtnlLink } from "../../../../kernel/rtnl/notify.ts";
import type { NetDevice } from "../../../../kernel/types.ts";
import { dev, netns } from "../../../../kernel/world.ts";
import { notSimulated, quit } from "../../quit.ts";
import { answer, deviceOrQuit, type Line, macOfBytes, needAdmin, netnsOfLine } from "../args.ts";
import { bridgeChanges, type Change, portChanges } from "./bridge-options.ts";
import { type LinkRequest, parseLink, refuseRest } from "./parse.ts";
import { changeVxlan, vxlanWords } from "./vxlan-options.ts";

/** Why an MTU is refused; null when the driver gives no reason. */
function mtuMessage(device: NetDevice, mtu: number): string | null {
  if (device.vxlan !== null && mtu <= 65535 && mtu >= 68) return null;
  return mtu < 68 ? "mtu less than device minimum" : "mtu greater than device maximum";
}

export function setLink(line: Line): number {
  const request = parseLink(line);
  const changes = request.type === null ? [] : typeChanges(line, request.type);
  checkAddressLength(line, request);
  if (request.dev === null && request.group !== null) return setGroup(line, request, request.group, changes);
  if (request.dev === null) quit(line.sys, 'Not enough information: "dev" argument is required.\n', 255);
  if (request.index !== null && request.netns === null) {
    quit(line.sys, "index can be used only when creating devices or when moving device to another netns.\n", 255);
  }
  const changed = deviceOrQuit(line, request.dev);
  needAdmin(line);
  if ((request.name?.length ?? 0) > 15) return answer(line, EINVAL, "Attribute failed policy validation");
  if (request.netns !== null) {
    const rename = request.name === request.dev ? undefined : (request.name ?? undefined);
    const errno = devMoveNetns(line.sys.world, changed.id, request.netns, rename);
    if (errno !== 0) return answer(line, errno, immovable(errno, rename));
  }
  const status = applyAddressing(line, request, changed) || applyRest(line, { ...request, mtu: null }, changed);
  return status || applyChanges(line, request.type, changes, changed);
}

/** What the kernel says of a device that doesn't change its namespace. */
function immovable(errno: number, rename: string | undefined): string | null {
  if (errno === EINVAL) return "The interface netns is immutable";
  const isNameTaken = errno === EEXIST && rename === undefined;
  return isNameTaken ? "An interface with the same name exists in the target netns" : null;
}

function checkAddressLength(line: Line, request: LinkRequest): void {
  if (request.address === null || request.address.length === 6 || request.dev === null) return;
  deviceOrQuit(line, request.dev);
  quit(line.sys, `Invalid address length ${request.address.length} - must be 6 bytes\n`, 1);
}

/** A change that may be refused in the kernel's own words. */
type TypeChange = (...args: Parameters<Change>) => number | { errno: number; words: string };

function typeChanges(line: Line, type: string): TypeChange[] {
  if (type === "bridge") return bridgeChanges(line);
  if (type === "bridge_slave") return portChanges(line);
  if (type === "vxlan") {
    const words = vxlanWords(line);
    return [(world, device) => changeVxlan(world, device, words)];
  }
  if (type === "vlan" || type === "bond" || type === "macvlan") notSimulated(line.sys, `a link of type ${type}`);
  refuseRest(line);
  return [];
}

/** Address, MTU and name. */
function applyAddressing(line: Line, request: LinkRequest, device: NetDevice): number {
  const { world } = line.sys;
  const mac = request.address === null ? null : macOfBytes(request.address);
  if (mac !== null) {
    const status = answer(line, devSetMac(world, device.id, mac));
    if (status !== 0) return status;
  }
  if (request.mtu !== null && devSetMtu(world, device.id, request.mtu) !== 0) {
    return answer(line, EINVAL, mtuMessage(device, request.mtu));
  }
  if (request.name !== null && request.name !== request.dev && request.netns === null) {
    return answer(line, devRename(world, device.id, request.name));
  }
  return 0;
}

/** What a new device and an old one are told alike: MTU, alias, master, flags, queue length. Returns the exit status. */
export function applyRest(line: Line, request: LinkRequest, device: NetDevice): number {
  const { world } = line.sys;
  if (request.mtu !== null && devSetMtu(world, device.id, request.mtu) !== 0) {
    return answer(line, EINVAL, mtuMessage(device, request.mtu));
  }
  if (request.group !== null) device.group = request.group;
  if (request.alias !== null) device.alias = request.alias;
  const status = request.master === null ? 0 : changeMaster(line, device, request.master);
  if (status !== 0) return status;
  if (request.arp !== null) setNoarp(world, device.id, !request.arp);
  if (request.multicast !== null) device.multicast = request.multicast;
  if (request.allmulticast !== null) device.allmulti = request.allmulticast;
  if (request.promisc !== null) setPromisc(world, device.id, request.promisc);
  if (request.txQueueLen !== null) device.txQueueLen = request.txQueueLen;
  const { arp, multicast, allmulticast, promisc, group } = request;
  const told = [arp, multicast, allmulticast, promisc, group];
  if (told.some((said) => said !== null)) rtnlLink(world, device);
  const errno = request.up === null ? 0 : request.up ? devOpen(world, device.id) : devClose(world, device.id);
  if (errno !== 0 || request.carrier === null) return answer(line, errno);
  return device.kind === "dummy" ? notSimulated(line.sys, "ip link set carrier") : answer(line, EOPNOTSUPP);
}

/** `ip link set group N …`: every device of the group, until one refuses (rtnl_group_changelink). */
function setGroup(line: Line, request: LinkRequest, group: number, changes: TypeChange[]): number {
  needAdmin(line);
  const { world } = line.sys;
  for (const id of netns(world, netnsOfLine(line)).devs) {
    const device = dev(world, id);
    if (device.group !== group) continue;
    const status =
      applyAddressing(line, request, device) ||
      applyRest(line, { ...request, mtu: null }, device) ||
      applyChanges(line, request.type, changes, device);
    if (status !== 0) return status;
  }
  return 0;
}

/** do_set_master: the device leaves its old bridge even when the new master is none that it could join. */
function changeMaster(line: Line, device: NetDevice, master: NetDevice | "none"): number {
  if (master !== "none" && master.bridge === null) {
    setMaster(line.sys.world, device.id, null);
    return answer(line, EOPNOTSUPP);
  }
  if (master === device) return answer(line, EINVAL);
  const errno = setMaster(line.sys.world, device.id, master === "none" ? null : master.id);
  if (errno === 0) rtnlLink(line.sys.world, device);
  return answer(line, errno, errno === ELOOP ? "Can not enslave a bridge to a bridge" : null);
}

function applyChanges(line: Line, type: string | null, changes: TypeChange[], device: NetDevice): number {
  if (changes.length === 0) return 0;
  const fits = type === "bridge_slave" ? device.port !== null : device.kind === type;
  if (!fits) return answer(line, EOPNOTSUPP);
  for (const change of changes) {
    const refusal = change(line.sys.world, device);
    const [errno, words] = typeof refusal === "number" ? [refusal, null] : [refusal.errno, refusal.words];
    if (errno !== 0) return answer(line, errno, words);
  }
  return 0;
}
