/** How `ifconfig` prints a device or an alias: ife_print_long and ife_print_short of net-tools 2.10's lib/interface.c. */
import { devStats } from "../../../kernel/netdev/stats.ts";
import type { InetAddress, NetDevice, World } from "../../../kernel/types.ts";
import { formatIpv4, formatMac, maskOf } from "../../../wire/address.ts";
import {
  devFlags,
  IFF_ALLMULTI,
  IFF_BROADCAST,
  IFF_LOOPBACK,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_POINTOPOINT,
  IFF_PROMISC,
  IFF_RUNNING,
  IFF_UP,
} from "../dev-flags.ts";
import { ipv6Addresses } from "../ip/address/ipv6.ts";

/** What ifconfig takes for an interface: a device, or a label of one of its addresses ("eth0:1"). */
export interface Interface {
  name: string;
  device: NetDevice;
  /** The first address with that label. */
  address: InetAddress | null;
}

const LONG_FLAGS: readonly (readonly [number, string])[] = [
  [IFF_UP, "UP"],
  [IFF_BROADCAST, "BROADCAST"],
  [IFF_LOOPBACK, "LOOPBACK"],
  [IFF_POINTOPOINT, "POINTOPOINT"],
  [IFF_RUNNING, "RUNNING"],
  [IFF_NOARP, "NOARP"],
  [IFF_PROMISC, "PROMISC"],
  [IFF_ALLMULTI, "ALLMULTI"],
  [IFF_MULTICAST, "MULTICAST"],
];

const SHORT_FLAGS: readonly (readonly [number, string])[] = [
  [IFF_ALLMULTI, "A"],
  [IFF_BROADCAST, "B"],
  [IFF_LOOPBACK, "L"],
  [IFF_MULTICAST, "M"],
  [IFF_PROMISC, "P"],
  [IFF_NOARP, "O"],
  [IFF_POINTOPOINT, "P"],
  [IFF_RUNNING, "R"],
  [IFF_UP, "U"],
];

const INDENT = "        ";

export function longText(world: World, one: Interface): string {
  const { device, address, name } = one;
  const flags = devFlags(world, device) & 0xffff;
  const words = LONG_FLAGS.filter(([bit]) => flags & bit).map(([, word]) => word);
  const isAlias = name.includes(":");
  const lines = [`${name}: flags=${flags}<${words.join(",")}>  mtu ${device.mtu}`];
  if (address !== null) lines.push(INDENT + inetText(address, flags));
  if (!isAlias) lines.push(...inet6Lines(world, device));
  lines.push(INDENT + linkText(device));
  if (!isAlias) lines.push(...statsLines(world, device));
  return `${lines.join("\n")}\n\n`;
}

function inetText(address: InetAddress, flags: number): string {
  const broadcast = formatIpv4(address.broadcast ?? (0 as InetAddress["local"]));
  const tail = flags & IFF_BROADCAST ? `  broadcast ${broadcast}` : "";
  return `inet ${formatIpv4(address.local)}  netmask ${formatIpv4(maskOf(address.prefixLen))}${tail}`;
}

function inet6Lines(world: World, device: NetDevice): string[] {
  return ipv6Addresses(world, device).map(({ text, prefixLen }) => {
    const scope = text === "::1" ? "scopeid 0x10<host>" : "scopeid 0x20<link>";
    return `${INDENT}inet6 ${text}  prefixlen ${prefixLen}  ${scope}`;
  });
}

function linkText(device: NetDevice): string {
  if (device.kind === "loopback") return `loop  txqueuelen ${device.txQueueLen}  (Local Loopback)`;
  if (device.kind === "ipip") return `tunnel   txqueuelen ${device.txQueueLen}  (IPIP Tunnel)`;
  return `ether ${formatMac(device.mac)}  txqueuelen ${device.txQueueLen}  (Ethernet)`;
}

function statsLines(world: World, device: NetDevice): string[] {
  const s = devStats(world, device.id);
  return [
    `RX packets ${s.rxPackets}  bytes ${s.rxBytes} (${humanBytes(s.rxBytes)})`,
    `RX errors 0  dropped ${s.rxDropped}  overruns 0  frame 0`,
    `TX packets ${s.txPackets}  bytes ${s.txBytes} (${humanBytes(s.txBytes)})`,
    `TX errors ${s.txErrors}  dropped ${s.txDropped} overruns 0  carrier 0  collisions 0`,
  ].map((text) => INDENT + text);
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** One decimal, cut off rather than rounded. */
function humanBytes(bytes: number): string {
  let unit = 0;
  let size = 1;
  while (unit < UNITS.length - 1 && bytes > size * 1024) {
    unit++;
    size *= 1024;
  }
  const tenths = Math.floor((bytes * 10) / size);
  return `${Math.floor(tenths / 10)}.${tenths % 10} ${UNITS[unit]}`;
}

export const SHORT_HEADING = "Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n";

export function shortText(world: World, { name, device }: Interface): string {
  const flags = devFlags(world, device);
  const letters = SHORT_FLAGS.filter(([bit]) => flags & bit).map(([, letter]) => letter);
  const head = `${name.padEnd(16)}${String(device.mtu).padStart(5)}`;
  if (name.includes(":"))
    return `${head}      - no statistics available -                        ${letters.join("")}\n`;
  const s = devStats(world, device.id);
  const cell = (n: number, width: number) => ` ${String(n).padStart(width)}`;
  const rx = `${cell(s.rxPackets, 8)}${cell(0, 6)}${cell(s.rxDropped, 6)} ${"0".padEnd(6)}`;
  const tx = `${cell(s.txPackets, 8)}${cell(s.txErrors, 6)}${cell(s.txDropped, 6)}${cell(0, 6)}`;
  return `${head}${rx}${tx} ${letters.join("")}\n`;
}
