/** `ifconfig` of net-tools 2.10: its words one after the other, each an ioctl as devinet_ioctl (net/ipv4/devinet.c) answers it. */
import { EADDRNOTAVAIL, EINVAL, ENODEV, EPERM, strerror } from "../../../kernel/errno.ts";
import { inetAddrAdd, inetAddrDel } from "../../../kernel/fib/devinet.ts";
import { devClose, devOpen, devRename, devSetMac, devSetMtu, setNoarp } from "../../../kernel/netdev/device.ts";
import { setPromisc } from "../../../kernel/netdev/promisc.ts";
import type { InetAddress, NetDevice } from "../../../kernel/types.ts";
import { dev, devByName, netns } from "../../../kernel/world.ts";
import { broadcastOf, IPV4_BROADCAST, type Ipv4, maskOf, parseMac, prefixLengthOf } from "../../../wire/address.ts";
import { knownAddress } from "../../names/hosts.ts";
import { capable, write } from "../../process.ts";
import type { Program, Sys } from "../../types.ts";
import { unsigned } from "../ip/number.ts";
import { notSimulated, quit, runToEnd } from "../quit.ts";
import { type Interface, longText, SHORT_HEADING, shortText } from "./ifconfig-print.ts";

const USAGE = `Usage:
  ifconfig [-a] [-v] [-s] <interface> [[<AF>] <address>]
  [add <address>]  [del <address>]
  [broadcast [<address>]]  [netmask <address>]
  [hw <HW> <address>]  [mtu <NN>]
  [[-]arp]  [[-]allmulti]  [multicast]  [[-]promisc]
  [txqueuelen <NN>]  [name <newname>]
  [up|down] ...
`;

export const ifconfig: Program = {
  path: "/usr/sbin/ifconfig",
  about: "show and change devices and their addresses (the older tool)",
  start: (sys, argv) => runToEnd(sys, () => runIfconfig(sys, argv.slice(1))),
};

function runIfconfig(sys: Sys, words: string[]): number {
  let all = false;
  let short = false;
  let at = 0;
  for (; words[at]?.startsWith("-"); at++) {
    const option = words[at] as string;
    if (option === "-a") all = true;
    else if (option === "-s") short = true;
    else if (option === "-V" || option === "--version") {
      write(sys, 1, "net-tools 2.10\n");
      return 0;
    } else if (option === "-h" || option === "--help" || option === "-?") {
      write(sys, 1, USAGE);
      return 0;
    } else if (option !== "-v") {
      quit(sys, `ifconfig: option \`${option}' not recognised.\nifconfig: \`--help' gives usage information.\n`, 1);
    }
  }
  const name = words[at];
  const settings = words.slice(at + 1);
  if (name === undefined) return showAll(sys, all, short);
  if (settings.length === 0) return showOne(sys, name, short);
  return change(sys, name, settings);
}

/** The names of all devices and labels in their order, numbers in them by value. */
function interfaceNames(sys: Sys): string[] {
  const devices = netns(sys.world, sys.proc.netns).devs.map((id) => dev(sys.world, id));
  const names = new Set(devices.flatMap((device) => [device.name, ...device.addresses.map((ifa) => ifa.label)]));
  return [...names].sort(compareNames);
}

function compareNames(x: string, y: string): number {
  const parts = (name: string) => name.match(/\d+|\D+/g) ?? [];
  const xs = parts(x);
  const ys = parts(y);
  for (let i = 0; i < Math.min(xs.length, ys.length); i++) {
    const [a, b] = [xs[i] as string, ys[i] as string];
    if (a === b) continue;
    const numbers = /^\d/.test(a) && /^\d/.test(b);
    return numbers && Number(a) !== Number(b) ? Number(a) - Number(b) : a < b ? -1 : 1;
  }
  return xs.length - ys.length;
}

function interfaceOf(device: NetDevice, name: string): Interface {
  return { name, device, address: device.addresses.find((ifa) => ifa.label === name) ?? null };
}

/** The device that a name or label belongs to. */
function deviceOf(sys: Sys, name: string): NetDevice | null {
  return devByName(sys.world, sys.proc.netns, name.split(":")[0] as string);
}

function showAll(sys: Sys, all: boolean, short: boolean): number {
  if (short) write(sys, 1, SHORT_HEADING);
  for (const name of interfaceNames(sys)) {
    const one = interfaceOf(existing(sys, name), name);
    if (all || one.device.up) write(sys, 1, short ? shortText(sys.world, one) : longText(sys.world, one));
  }
  return 0;
}

function existing(sys: Sys, name: string): NetDevice {
  return deviceOf(sys, name) ?? quit(sys, `${name}: error fetching interface information: Device not found\n`, 1);
}

function showOne(sys: Sys, name: string, short: boolean): number {
  const one = interfaceOf(existing(sys, name), name);
  write(sys, 1, short ? SHORT_HEADING + shortText(sys.world, one) : longText(sys.world, one));
  return 0;
}

/** A command line that is being carried out: what went wrong so far adds up in `status`. */
interface Change {
  sys: Sys;
  name: string;
  words: string[];
  at: number;
  status: number;
  /** From ADDRESS/LENGTH: set when all words are done. */
  length: number | null;
}

function change(sys: Sys, name: string, words: string[]): number {
  const c: Change = { sys, name, words, at: 0, status: 0, length: null };
  while (c.at < c.words.length) applyWord(c, c.words[c.at++] as string);
  if (c.length !== null) applyNetmask(c, c.length);
  return c.status;
}

function next(c: Change): string {
  return c.words[c.at++] ?? quit(c.sys, USAGE, 3);
}

/** Does an ioctl and says so if it fails; -1 and 1 are what ifconfig ends with for its two kinds of failure. */
function ioctl(c: Change, name: string, status: -1 | 1, act: (device: NetDevice) => number): void {
  const device = deviceOf(c.sys, c.name);
  const errno = device === null ? ENODEV : capable(c.sys, "NET_ADMIN") ? act(device) : EPERM;
  if (errno === 0) return;
  write(c.sys, 2, `${name}: ${strerror(errno)}\n`);
  c.status |= status;
}

/** set_flag and clr_flag, which first ask for the flags. */
function flags(c: Change, act: (device: NetDevice) => number): void {
  const device = deviceOf(c.sys, c.name);
  if (device !== null && c.name.includes(":")) return ioctl(c, "SIOCSIFFLAGS", -1, () => aliasFlags(c, device));
  if (device !== null) return ioctl(c, "SIOCSIFFLAGS", -1, act);
  write(c.sys, 2, `${c.name}: ERROR while getting interface flags: No such device\n`);
  c.status = -1;
}

/** An alias has no flags of its own; it only has to be there. */
function aliasFlags(c: Change, device: NetDevice): number {
  return interfaceOf(device, c.name).address === null ? EADDRNOTAVAIL : 0;
}

const FLAG_WORDS: Readonly<Record<string, (sys: Sys, device: NetDevice, on: boolean) => void>> = {
  arp: (sys, device, on) => setNoarp(sys.world, device.id, !on),
  promisc: (sys, device, on) => setPromisc(sys.world, device.id, on),
  allmulti: (_, device, on) => {
    device.allmulti = on;
  },
  multicast: (_, device, on) => {
    device.multicast = on;
  },
};

function applyWord(c: Change, word: string): void {
  const bare = word.startsWith("-") ? word.slice(1) : word;
  const flag = Object.hasOwn(FLAG_WORDS, bare) ? FLAG_WORDS[bare] : undefined;
  if (flag !== undefined) {
    return flags(c, (device) => {
      flag(c.sys, device, bare === word);
      return 0;
    });
  }
  switch (word) {
    case "up":
      return flags(c, (device) => devOpen(c.sys.world, device.id));
    case "down":
      return takeDown(c);
    case "mtu":
      return setMtu(c, next(c));
    case "hw":
      return setHardware(c, next(c), next(c));
    case "txqueuelen":
      return setQueue(c, next(c));
    case "netmask":
      return setNetmask(c, next(c));
    case "broadcast":
      return setBroadcast(c);
    case "name":
      return ioctl(c, "SIOCSIFNAME", 1, (device) => rename(c, device, next(c)));
    case "add":
    case "del":
      return alias(c, word, next(c));
    case "-broadcast":
      write(c.sys, 2, `Warning: Interface ${c.name} still in BROADCAST mode.\n`);
      return;
    case "inet":
    case "dynamic":
    case "-dynamic":
    case "-trailers":
    case "trailers":
      return;
    case "inet6":
    case "pointopoint":
    case "-pointopoint":
    case "tunnel":
      return notSimulated(c.sys, `ifconfig ${word}`);
    default:
      return setAddress(c, word);
  }
}

/** `down` of an alias takes its address away. */
function takeDown(c: Change): void {
  if (!c.name.includes(":")) return flags(c, (device) => devClose(c.sys.world, device.id));
  ioctl(c, "SIOCSIFFLAGS", -1, (device) => {
    const { address } = interfaceOf(device, c.name);
    return address === null ? EADDRNOTAVAIL : removeAddress(c, device, address);
  });
}

function removeAddress(c: Change, device: NetDevice, ifa: InetAddress): number {
  return inetAddrDel(c.sys.world, device.id, { local: ifa.local, prefixLen: ifa.prefixLen, label: ifa.label });
}

function rename(c: Change, device: NetDevice, name: string): number {
  const errno = devRename(c.sys.world, device.id, name);
  if (errno === 0) c.name = name;
  return errno;
}

function setMtu(c: Change, text: string): void {
  const mtu = unsigned(text) ?? 0;
  ioctl(c, "SIOCSIFMTU", 1, (device) => devSetMtu(c.sys.world, device.id, mtu));
}

function setHardware(c: Change, kind: string, text: string): void {
  if (kind !== "ether") quit(c.sys, USAGE, 3);
  const mac = parseMac(text) ?? quit(c.sys, `${text}: invalid ether address.\n`, 1);
  ioctl(c, "SIOCSIFHWADDR", 1, (device) => devSetMac(c.sys.world, device.id, mac));
}

function setQueue(c: Change, text: string): void {
  const length = unsigned(text) ?? 0;
  ioctl(c, "SIOCSIFTXQLEN", 1, (device) => {
    device.txQueueLen = length;
    return 0;
  });
}

/** The address that a word stands for; null and a complaint if there is none. */
function addressOf(c: Change, text: string, isTarget: boolean): Ipv4 | null {
  const address = knownAddress(c.sys, text);
  if (address !== null) return address;
  const said = /^[a-zA-Z]/.test(text) ? "Host name lookup failure" : "Unknown host";
  write(c.sys, 2, `${text}: ${said}\n`);
  if (isTarget) write(c.sys, 2, "ifconfig: `--help' gives usage information.\n");
  c.status = 1;
  c.at = c.words.length;
  return null;
}

/** Puts the address of a label back with something changed. */
function replaceAddress(
  c: Change,
  device: NetDevice,
  changed: (ifa: InetAddress) => Partial<InetAddress> | number,
): number {
  const { address } = interfaceOf(device, c.name);
  if (address === null) return EADDRNOTAVAIL;
  const part = changed(address);
  if (typeof part === "number") return part;
  const renewed = { ...address, ...part };
  if (renewed.prefixLen === address.prefixLen && renewed.broadcast === address.broadcast) return 0;
  removeAddress(c, device, address);
  return inetAddrAdd(c.sys.world, device.id, renewed);
}

function setNetmask(c: Change, text: string): void {
  const mask = addressOf(c, text, false);
  if (mask !== null) applyNetmask(c, prefixLengthOf(mask));
}

function applyNetmask(c: Change, length: number | null): void {
  ioctl(c, "SIOCSIFNETMASK", 1, (device) =>
    replaceAddress(c, device, (ifa) => {
      if (length === null) return EINVAL;
      const follows = length < 31 && ifa.broadcast === broadcastOf(ifa.local, ifa.prefixLen);
      return { prefixLen: length, ...(follows ? { broadcast: broadcastOf(ifa.local, length) } : {}) };
    }),
  );
}

function setBroadcast(c: Change): void {
  if (c.at < c.words.length) {
    const broadcast = addressOf(c, next(c), false);
    if (broadcast === null) return;
    ioctl(c, "SIOCSIFBRDADDR", 1, (device) => replaceAddress(c, device, () => ({ broadcast })));
  }
  flags(c, () => 0);
}

/** ADDRESS, or ADDRESS/LENGTH: the address with the mask of its class, the device up; the mask comes last. */
function setAddress(c: Change, text: string): void {
  const [host = "", tail] = text.split("/");
  const length = tail === undefined ? null : unsigned(tail);
  if (tail !== undefined && length === null) quit(c.sys, USAGE, 3);
  const address = host === "default" ? (0 as Ipv4) : addressOf(c, host, true);
  if (address === null) return;
  ioctl(c, "SIOCSIFADDR", 1, (device) => assign(c, device, c.name, address));
  if (address !== 0 || !c.name.includes(":")) flags(c, (device) => devOpen(c.sys.world, device.id));
  // A shift by more than 31 goes round, so /33 is /1.
  if (length !== null && length > 0) c.length = length > 32 ? length % 32 : length;
}

/** inet_abc_len: the length of a class's network, or null where addresses are none of a host's. */
function classLength(address: Ipv4): number | null {
  const top = address >>> 24;
  if (address === IPV4_BROADCAST) return 0;
  if (top < 128) return 8;
  if (top < 192) return 16;
  if (top < 224) return 24;
  return top < 240 ? null : 32;
}

/** SIOCSIFADDR: in place of what the label had; 0.0.0.0 only takes that away. */
function assign(c: Change, device: NetDevice, label: string, local: Ipv4): number {
  const length = classLength(local);
  if (length === null) return EINVAL;
  if (device.addresses.some((ifa) => ifa.label === label && ifa.local === local)) return 0;
  const old = interfaceOf(device, label).address;
  if (old !== null) removeAddress(c, device, old);
  if (local === 0) return 0;
  const hasBroadcast = device.kind !== "loopback" && device.kind !== "ipip" && length < 31;
  const broadcast = hasBroadcast ? (((local | ~maskOf(length)) >>> 0) as Ipv4) : null;
  return inetAddrAdd(c.sys.world, device.id, { local, prefixLen: length, broadcast, label });
}

/** `add ADDRESS` under the lowest free label, `del ADDRESS` from under one. */
function alias(c: Change, word: "add" | "del", text: string): void {
  const local = addressOf(c, text, false);
  if (local === null) return;
  if (word === "add") {
    ioctl(c, "SIOCSIFADDR", 1, (device) => {
      let n = 0;
      while (device.addresses.some((ifa) => ifa.label === `${c.name}:${n}`)) n++;
      return assign(c, device, `${c.name}:${n}`, local);
    });
    return;
  }
  ioctl(c, "SIOCSIFADDR", 1, (device) => {
    const found = device.addresses.find((ifa) => ifa.local === local && ifa.label !== device.name);
    return found === undefined ? 0 : removeAddress(c, device, found);
  });
}
