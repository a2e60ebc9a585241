/** Bits and numbers of netfilter by the names that iptables prints and takes, in the order in which it prints them. */
import { AddrTypeBit, CtStateBit, CtStatusBit, TcpFlagBit } from "../../../kernel/netfilter/types.ts";

export const PROTOCOLS: Readonly<Record<string, number>> = {
  all: 0,
  icmp: 1,
  igmp: 2,
  ipencap: 4,
  tcp: 6,
  egp: 8,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  "ipv6-icmp": 58,
  icmpv6: 58,
  ospf: 89,
  sctp: 132,
  udplite: 136,
};

/** Name of an IP protocol as /etc/protocols has it; its number where there is none. */
export function protocolName(number: number): string {
  return Object.keys(PROTOCOLS).find((name) => PROTOCOLS[name] === number) ?? String(number);
}

export const CT_STATES: readonly (readonly [string, number])[] = [
  ["INVALID", CtStateBit.INVALID],
  ["NEW", CtStateBit.NEW],
  ["RELATED", CtStateBit.RELATED],
  ["ESTABLISHED", CtStateBit.ESTABLISHED],
  ["UNTRACKED", CtStateBit.UNTRACKED],
  ["SNAT", CtStateBit.SNAT],
  ["DNAT", CtStateBit.DNAT],
];

export const CT_STATUSES: readonly (readonly [string, number])[] = [
  ["EXPECTED", CtStatusBit.EXPECTED],
  ["SEEN_REPLY", CtStatusBit.SEEN_REPLY],
  ["ASSURED", CtStatusBit.ASSURED],
  ["CONFIRMED", CtStatusBit.CONFIRMED],
];

export const ADDR_TYPES: readonly (readonly [string, number])[] = Object.entries(AddrTypeBit);

export const TCP_FLAGS: readonly (readonly [string, number])[] = [
  ["FIN", TcpFlagBit.FIN],
  ["SYN", TcpFlagBit.SYN],
  ["RST", TcpFlagBit.RST],
  ["PSH", TcpFlagBit.PSH],
  ["ACK", TcpFlagBit.ACK],
  ["URG", TcpFlagBit.URG],
];

/** `--icmp-type` by name, in the order of the help: type and code, -1 for any code. Lists print the first name of a pair. */
export const ICMP_TYPES: Readonly<Record<string, readonly [number, number]>> = {
  any: [255, -1],
  "echo-reply": [0, -1],
  pong: [0, -1],
  "destination-unreachable": [3, -1],
  "network-unreachable": [3, 0],
  "host-unreachable": [3, 1],
  "protocol-unreachable": [3, 2],
  "port-unreachable": [3, 3],
  "fragmentation-needed": [3, 4],
  "source-route-failed": [3, 5],
  "network-unknown": [3, 6],
  "host-unknown": [3, 7],
  "network-prohibited": [3, 9],
  "host-prohibited": [3, 10],
  "TOS-network-unreachable": [3, 11],
  "TOS-host-unreachable": [3, 12],
  "communication-prohibited": [3, 13],
  "host-precedence-violation": [3, 14],
  "precedence-cutoff": [3, 15],
  "source-quench": [4, -1],
  redirect: [5, -1],
  "network-redirect": [5, 0],
  "host-redirect": [5, 1],
  "TOS-network-redirect": [5, 2],
  "TOS-host-redirect": [5, 3],
  "echo-request": [8, -1],
  ping: [8, -1],
  "router-advertisement": [9, -1],
  "router-solicitation": [10, -1],
  "time-exceeded": [11, -1],
  "ttl-exceeded": [11, -1],
  "ttl-zero-during-transit": [11, 0],
  "ttl-zero-during-reassembly": [11, 1],
  "parameter-problem": [12, -1],
  "ip-header-bad": [12, 0],
  "required-option-missing": [12, 1],
  "timestamp-request": [13, -1],
  "timestamp-reply": [14, -1],
  "address-mask-request": [17, -1],
  "address-mask-reply": [18, -1],
};

/** The name of a type with its codes, as lists without -n print it; null where it has none. */
export function icmpTypeName(type: number, code: number | null): string | null {
  const names = Object.keys(ICMP_TYPES);
  return names.find((name) => ICMP_TYPES[name]?.[0] === type && ICMP_TYPES[name]?.[1] === (code ?? -1)) ?? null;
}

const USERS: Readonly<Record<string, number>> = { root: 0, daemon: 1, bin: 2, sys: 3, "www-data": 33, nobody: 65_534 };

/** A user's or group's number by name, as far as Debian brings them; null for others. */
export function userId(name: string): number | null {
  return USERS[name] ?? null;
}

export function userName(id: number): string {
  return Object.keys(USERS).find((name) => USERS[name] === id) ?? String(id);
}

export const TOS_NAMES: readonly (readonly [string, number])[] = [
  ["Minimize-Delay", 0x10],
  ["Maximize-Throughput", 0x08],
  ["Maximize-Reliability", 0x04],
  ["Minimize-Cost", 0x02],
  ["Normal-Service", 0x00],
];

/** CS0 to CS7, BE, AF11 to AF43, EF. */
export const DSCP_CLASSES: readonly (readonly [string, number])[] = [
  ...Array.from({ length: 8 }, (_, i): [string, number] => [`CS${i}`, 8 * i]),
  ["BE", 0],
  ...Array.from({ length: 12 }, (_, i): [string, number] => {
    const [level, drop] = [Math.floor(i / 3) + 1, (i % 3) + 1];
    return [`AF${level}${drop}`, 8 * level + 2 * drop];
  }),
  ["EF", 46],
];

export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** Names of the bits that are set, with commas. */
export function bitNames(table: readonly (readonly [string, number])[], bits: number): string {
  return table.flatMap(([name, bit]) => ((bits & bit) === 0 ? [] : [name])).join(",");
}

/** Bits of a list of names; null when one is unknown. `ALL` and `NONE` are TCP's. */
export function bitsOf(table: readonly (readonly [string, number])[], list: string): number | null {
  let bits = 0;
  for (const word of list.split(",")) {
    const name = word.toUpperCase();
    if (name === "NONE") continue;
    const found = name === "ALL" ? table : table.filter(([known]) => known === name);
    if (found.length === 0) return null;
    for (const [, bit] of found) bits |= bit;
  }
  return bits;
}
