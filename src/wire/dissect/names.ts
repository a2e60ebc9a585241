// Names of numbers, in the words that Wireshark has for them.
import { ARPOP_REPLY, ARPOP_REQUEST } from "../arp.ts";
import { ETH_P_8021Q, ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from "../ethernet.ts";
import { IPPROTO_ICMP, IPPROTO_IGMP, IPPROTO_IPIP, IPPROTO_TCP, IPPROTO_UDP } from "../ipv4.ts";

type Names = Readonly<Record<number, string>>;

export const ETHER_TYPES: Names = {
  [ETH_P_IP]: "IPv4",
  [ETH_P_ARP]: "ARP",
  [ETH_P_8021Q]: "802.1Q Virtual LAN",
  [ETH_P_IPV6]: "IPv6",
};

export const ARP_OPCODES: Names = { [ARPOP_REQUEST]: "request", [ARPOP_REPLY]: "reply" };

export const IP_PROTOCOLS: Names = {
  [IPPROTO_ICMP]: "ICMP",
  [IPPROTO_IGMP]: "IGMP",
  [IPPROTO_IPIP]: "IPIP",
  [IPPROTO_TCP]: "TCP",
  [IPPROTO_UDP]: "UDP",
};

export const ECN_NAMES: Names = { 0: "Not-ECT", 1: "ECT(1)", 2: "ECT(0)", 3: "CE" };

/** The name of a differentiated services code point: RFC 2474, 2597, 3246. */
export function dscpName(dscp: number): string {
  const group = dscp >>> 3;
  if ((dscp & 7) === 0) return `CS${group}`;
  if (dscp === 46) return "EF PHB";
  const dropPrecedence = (dscp & 7) / 2;
  if (group >= 1 && group <= 4 && Number.isInteger(dropPrecedence)) return `AF${group}${dropPrecedence}`;
  return "Unknown";
}

export const ICMP_TYPES: Names = {
  0: "Echo (ping) reply",
  3: "Destination unreachable",
  4: "Source quench",
  5: "Redirect",
  8: "Echo (ping) request",
  11: "Time-to-live exceeded",
  12: "Parameter problem",
  13: "Timestamp request",
  14: "Timestamp reply",
};

export const ICMPV6_TYPES: Names = {
  1: "Destination Unreachable",
  2: "Packet Too Big",
  3: "Time Exceeded",
  4: "Parameter Problem",
  128: "Echo (ping) request",
  129: "Echo (ping) reply",
  130: "Multicast Listener Query",
  131: "Multicast Listener Report",
  132: "Multicast Listener Done",
  133: "Router Solicitation",
  134: "Router Advertisement",
  135: "Neighbor Solicitation",
  136: "Neighbor Advertisement",
  137: "Redirect",
  143: "Multicast Listener Report Message v2",
};

/** By type, then by code. */
export const ICMP_CODES: Readonly<Record<number, Names>> = {
  3: {
    0: "Network unreachable",
    1: "Host unreachable",
    2: "Protocol unreachable",
    3: "Port unreachable",
    4: "Fragmentation needed",
    5: "Source route failed",
    6: "Network unknown",
    7: "Host unknown",
    8: "Source host isolated",
    9: "Network administratively prohibited",
    10: "Host administratively prohibited",
    11: "Network unreachable for TOS",
    12: "Host unreachable for TOS",
    13: "Communication administratively filtered",
    14: "Host precedence violation",
    15: "Precedence cutoff in effect",
  },
  5: {
    0: "Redirect for network",
    1: "Redirect for host",
    2: "Redirect for network and TOS",
    3: "Redirect for host and TOS",
  },
  11: { 0: "Time to live exceeded in transit", 1: "Fragment reassembly time exceeded" },
  12: { 0: "Pointer indicates the error", 1: "Required option missing", 2: "Bad length" },
};

export const DNS_TYPES: Names = {
  1: "A",
  2: "NS",
  5: "CNAME",
  6: "SOA",
  12: "PTR",
  15: "MX",
  16: "TXT",
  28: "AAAA",
  33: "SRV",
  41: "OPT",
  65: "HTTPS",
  255: "ANY",
};

export const DNS_OPCODES: Names = { 0: "Standard query", 1: "Inverse query", 2: "Server status request" };

export const DNS_RCODES: Names = {
  0: "No error",
  1: "Format error",
  2: "Server failure",
  3: "No such name",
  4: "Not implemented",
  5: "Refused",
};

export function dnsTypeName(type: number): string {
  return DNS_TYPES[type] ?? `TYPE${type}`;
}

const TCP_FLAG_NAMES = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"] as const;

/** The flags that are set, in the order of their bits, such as "SYN, ACK"; "<None>" for none. */
export function tcpFlagNames(flags: number): string {
  const names = TCP_FLAG_NAMES.filter((_, bit) => (flags & (1 << bit)) !== 0);
  return names.length === 0 ? "<None>" : names.join(", ");
}
