/** Files of /proc/net that somebody has to ask for: net/ipv4/igmp.c, net/core/net-procfs.c, net/ipv6/addrconf.c, nf_conntrack_standalone.c. */
import { ctList } from "../kernel/netfilter/conntrack/admin.ts";
import { type NetDevice, type NetnsId, Scope, type World } from "../kernel/types.ts";
import { dev, netns } from "../kernel/world.ts";
import { flowText } from "./commands/conntrack/conntrack.ts";
import { ipv6Addresses } from "./commands/ip/address/ipv6.ts";
import { protocolName } from "./commands/iptables/words.ts";
import { fibTrieFile } from "./proc-fib-trie.ts";
import type { Maker } from "./proc-net.ts";
import { netstatFile, snmpFile } from "./proc-snmp.ts";

export const LATER_PROC_NET: Readonly<Record<string, Maker>> = {
  dev_mcast: devMcastFile,
  fib_trie: fibTrieFile,
  if_inet6: ifInet6File,
  igmp: igmpFile,
  netstat: netstatFile,
  nf_conntrack: conntrackFile,
  snmp: snmpFile,
};

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
