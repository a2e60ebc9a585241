/**
 * /proc/net: arp (net/ipv4/arp.c), route (net/ipv4/fib_trie.c), dev (net/core/net-procfs.c), igmp (net/ipv4/igmp.c), if_inet6
 * (net/ipv6/addrconf.c), nf_conntrack (nf_conntrack_standalone.c); tcp and udp in sockets/proc-sockets.ts.
 */

import { EINVAL } from "../../kernel/errno.ts";
import { devStats } from "../../kernel/netdev/stats.ts";
import { ctList } from "../../kernel/netfilter/conntrack/admin.ts";
import { type NetDevice, type NetnsId, type Route, Scope, type World } from "../../kernel/types.ts";
import { dev, netns } from "../../kernel/world.ts";
import { formatIpv4, formatMac, MAC_ZERO, maskOf } from "../../wire/address.ts";
import { flowText } from "../commands/conntrack/conntrack.ts";
import { ipv6Addresses } from "../commands/ip/address/ipv6.ts";
import { protocolName } from "../commands/iptables/words.ts";
import { arpEntries, arpFlags, isReject, procRoutes } from "../net-tables.ts";
import { pingFile, rawFile, sockstatFile, tcpFile, udpFile } from "../sockets/proc-sockets.ts";
import { fibTrieFile } from "./fib-trie.ts";
import type { ProcFiles } from "./procfs.ts";
import { netstatFile, snmpFile } from "./snmp.ts";

const ETH_P_ALL = 3;

type Maker = (world: World, netnsId: NetnsId) => string;

/** What is left of the routing cache: its heading. */
const RT_CACHE =
  "Iface\tDestination\tGateway \tFlags\t\tRefCnt\tUse\tMetric\tSource\t\tMTU\tWindow\tIRTT\tTOS\tHHRef\tHHUptod\tSpecDst";

const FILES: Readonly<Record<string, Maker>> = {
  arp: arpFile,
  dev: devFile,
  route: routeFile,
  tcp: tcpFile,
  udp: udpFile,
  raw: rawFile,
  icmp: pingFile,
  sockstat: sockstatFile,
  ptype: ptypeFile,
  psched: () => "000003e8 00000040 000f4240 3b9aca00\n",
  rt_cache: () => `${RT_CACHE.padEnd(127)}\n`,
  dev_mcast: devMcastFile,
  fib_trie: fibTrieFile,
  if_inet6: ifInet6File,
  igmp: igmpFile,
  netstat: netstatFile,
  nf_conntrack: conntrackFile,
  snmp: snmpFile,
};

export const procNet: ProcFiles = {
  read: (world, netnsId, path) => (Object.hasOwn(FILES, path) ? (FILES[path] as Maker)(world, netnsId) : null),
  list: (_world, _netnsId, path) => (path === "" ? Object.keys(FILES) : null),
  canWrite: () => false,
  write: () => EINVAL,
};

/** Who takes packets of what type: sockets that see all come first. */
function ptypeFile(world: World, netnsId: NetnsId): string {
  const taps = netns(world, netnsId).sockets.flatMap((id) => {
    const socket = world.sockets[id];
    if (socket?.type !== "packet") return [];
    const type = socket.protocol === ETH_P_ALL ? "ALL " : socket.protocol.toString(16).padStart(4, "0");
    return `${type} ${(socket.dev === null ? "" : dev(world, socket.dev).name).padEnd(8)} packet_rcv\n`;
  });
  return `Type Device      Function\n${taps.join("")}0800          ip_rcv\n0004          llc_rcv\n0806          arp_rcv\n86dd          ipv6_rcv\n`;
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

function devices(world: World, id: NetnsId): NetDevice[] {
  return netns(world, id).devs.map((one) => dev(world, one));
}

/** Every device that is up is in the group of all hosts, 224.0.0.1, and nobody here joins others. */
function igmpFile(world: World, id: NetnsId): string {
  const rows = devices(world, id)
    .filter((device) => device.up)
    .map(({ ifindex, name }) => {
      const group = `\t\t\t\t010000E0 ${"1".padStart(5)} 0:00000000\t\t0\n`;
      return `${ifindex}\t${name.padEnd(10)}: ${"1".padStart(5)} ${"V3".padStart(7)}\n${group}`;
    });
  return `Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n${rows.join("")}`;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}

function devMcastFile(world: World, id: NetnsId): string {
  const rows = devices(world, id).flatMap(({ ifindex, name, multicastList }) =>
    multicastList.map((mac) => `${String(ifindex).padEnd(4)} ${name.padEnd(15)} 1     0     ${hex(mac, 12)}\n`),
  );
  return rows.join("");
}

/** IFA_F_PERMANENT */
const PERMANENT = 0x80;
/** IFA_F_TENTATIVE */
const TENTATIVE = 0x40;

function ifInet6File(world: World, id: NetnsId): string {
  const rows = devices(world, id).flatMap((device) =>
    ipv6Addresses(world, device).map(({ text, prefixLen, scope, tentative }) => {
      const kind = scope === Scope.HOST ? 0x10 : 0x20;
      const cells = [device.ifindex, prefixLen, kind, PERMANENT | (tentative ? TENTATIVE : 0)].map((n) => hex(n, 2));
      return `${fullHex(text)} ${cells.join(" ")} ${device.name.padStart(8)}\n`;
    }),
  );
  return rows.join("");
}

/** The sixteen octets of an address without anything between them. */
function fullHex(text: string): string {
  const [head = "", tail] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [left, right] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].map((group) => group.padStart(4, "0")).join("");
}

function conntrackFile(world: World, id: NetnsId): string {
  const rows = ctList(world, id).map((entry) => {
    const head = `ipv4     2 ${protocolName(entry.protocol).padEnd(8)} ${entry.protocol} ${entry.timeout_s} `;
    return `${head}${flowText(world, id, entry)} mark=${entry.mark} zone=0 use=2\n`;
  });
  return rows.join("");
}
