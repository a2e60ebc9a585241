/** /proc/net: arp (net/ipv4/arp.c), route (net/ipv4/fib_trie.c), dev (net/core/net-procfs.c); tcp and udp in sockets/proc-sockets.ts. */
import { devStats } from "../kernel/netdev/stats.ts";
import type { NetDevice, NetnsId, Route, World } from "../kernel/types.ts";
import { dev, netns } from "../kernel/world.ts";
import { formatIpv4, formatMac, MAC_ZERO, maskOf } from "../wire/address.ts";
import { arpEntries, arpFlags, isReject, procRoutes } from "./net-tables.ts";
import { tcpFile, udpFile } from "./sockets/proc-sockets.ts";

export type Maker = (world: World, netnsId: NetnsId) => string;

const files: Record<string, Maker> = {
  arp: arpFile,
  dev: devFile,
  route: routeFile,
  tcp: tcpFile,
  udp: udpFile,
};

/** Files by name. The table begins with what a first ping needs; worlds/whole.ts brings the others. */
export const PROC_NET: Readonly<Record<string, Maker>> = files;

/** Puts files into the table. */
export function installProcNet(more: Readonly<Record<string, Maker>>): void {
  Object.assign(files, more);
}

function arpFile(world: World, netnsId: NetnsId): string {
  const rows = arpEntries(world, netnsId).map((entry) => {
    const flags = arpFlags(entry).toString(16).padEnd(10);
    const mac = formatMac(entry.mac ?? MAC_ZERO).padEnd(17);
    return `${formatIpv4(entry.ip).padEnd(16)} 0x${"1".padEnd(10)}0x${flags}${mac}     *        ${dev(world, entry.dev).name}\n`;
  });
  return `IP address       HW type     Flags       HW address            Mask     Device\n${rows.join("")}`;
}

const RTF_UP = 1;
const RTF_GATEWAY = 2;
const RTF_HOST = 4;
const RTF_REJECT = 0x200;

/** Eight hex digits of a number as a little-endian machine prints what is in network order. */
function swapped(address: number): string {
  const bytes = [0, 8, 16, 24].map((shift) => ((address >>> shift) & 0xff).toString(16).padStart(2, "0"));
  return bytes.join("").toUpperCase();
}

function routeFlags(r: Route): number {
  return (
    RTF_UP |
    (isReject(r) ? RTF_REJECT : 0) |
    (r.gateway === null ? 0 : RTF_GATEWAY) |
    (r.prefixLen === 32 ? RTF_HOST : 0)
  );
}

function routeFile(world: World, netnsId: NetnsId): string {
  const heading = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";
  const rows = procRoutes(world, netnsId).map((r) => {
    const name = r.dev === null ? "*" : dev(world, r.dev).name;
    const flags = routeFlags(r).toString(16).toUpperCase().padStart(4, "0");
    const mask = swapped(maskOf(r.prefixLen));
    return `${name}\t${swapped(r.destination)}\t${swapped(r.gateway ?? 0)}\t${flags}\t0\t0\t${r.metric}\t${mask}\t0\t0\t0`;
  });
  return [heading, ...rows].map((line) => `${line.padEnd(127)}\n`).join("");
}

const WIDTHS = [7, 7, 4, 4, 4, 5, 10, 9, 8, 7, 4, 4, 4, 5, 7, 10] as const;

function devFile(world: World, netnsId: NetnsId): string {
  const rows = netns(world, netnsId).devs.map((id) => devRow(world, dev(world, id)));
  return `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
${rows.join("")}`;
}

function devRow(world: World, device: NetDevice): string {
  const s = devStats(world, device.id);
  const rx = [s.rxBytes, s.rxPackets, 0, s.rxDropped, 0, 0, 0, s.multicast];
  const tx = [s.txBytes, s.txPackets, s.txErrors, s.txDropped, 0, 0, 0, 0];
  const cells = [...rx, ...tx].map((n, i) => String(n).padStart(WIDTHS[i] as number));
  return `${device.name.padStart(6)}: ${cells.join(" ")}\n`;
}
