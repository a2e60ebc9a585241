// One line for a frame, in the words of Wireshark's Info column, and its protocol alone for colours and counters.
import { formatIpv4, formatMac, IPV4_ANY, MAC_ZERO } from "../address.ts";
import { ARPOP_REPLY, ARPOP_REQUEST, parseArp } from "../arp.ts";
import { DNS_NOERROR, DNS_PORT, DNS_QR, DNS_RCODE, parseDns } from "../dns.ts";
import { ETH_HLEN, ETH_P_802_3_MIN, ETH_P_ARP, ETH_P_IP, ethernetType } from "../ethernet.ts";
import { describeWireError, type WireError } from "../fields.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_REDIRECT,
  icmpType,
  parseIcmp,
} from "../icmpv4.ts";
import {
  IP_MF,
  IP_OFFSET,
  IPPROTO_ICMP,
  IPPROTO_IPIP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV4_HLEN,
  ipv4Destination,
  ipv4FlagsAndOffset,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Identification,
  ipv4Protocol,
  ipv4Source,
  ipv4TotalLength,
  ipv4Ttl,
  refuseIpv4,
} from "../ipv4.ts";
import {
  parseTcp,
  TCP_ACK,
  TCPOPT_MSS,
  TCPOPT_SACK_PERM,
  TCPOPT_TIMESTAMP,
  TCPOPT_WINDOW,
  type TcpOption,
  tcpHeaderLength,
} from "../tcp.ts";
import { UDP_HLEN, udpDestinationPort, udpLength, udpSourcePort } from "../udp.ts";
import { parseVxlan, VXLAN_HLEN, VXLAN_PORT, VXLAN_PORT_LINUX } from "../vxlan.ts";
import { dnsDataText } from "./application.ts";
import { hex, named } from "./layer.ts";
import {
  DNS_OPCODES,
  DNS_RCODES,
  dnsTypeName,
  ETHER_TYPES,
  ICMP_CODES,
  ICMP_TYPES,
  IP_PROTOCOLS,
  tcpFlagNames,
} from "./names.ts";

export type SummaryProtocol = "ARP" | "ICMP" | "TCP" | "UDP" | "DNS" | "VXLAN" | "IPIP" | "IPv4" | "Ethernet";
export type Summary = { readonly protocol: SummaryProtocol; readonly info: string };

/** How many tunnels deep a summary looks. */
const MAX_DEPTH = 4;

/** The frame's protocol: the outermost above IPv4. Reads a few bytes, allocates nothing, never throws. */
export function classify(bytes: Uint8Array): SummaryProtocol {
  if (bytes.length < ETH_HLEN) return "Ethernet";
  const type = ethernetType(bytes, 0);
  if (type === ETH_P_ARP) return "ARP";
  return type === ETH_P_IP ? classifyIpv4(bytes, ETH_HLEN) : "Ethernet";
}

/** A frame in one line. Never throws: what can't be read is called malformed, with the reason. */
export function summarize(bytes: Uint8Array): Summary {
  return { protocol: classify(bytes), info: ethernetInfo(bytes, 0) };
}

function classifyIpv4(b: Uint8Array, at: number): SummaryProtocol {
  if (b.length - at < IPV4_HLEN || ipv4FragmentOffset(b, at) > 0) return "IPv4";
  switch (ipv4Protocol(b, at)) {
    case IPPROTO_ICMP:
      return "ICMP";
    case IPPROTO_TCP:
      return "TCP";
    case IPPROTO_UDP:
      return classifyUdp(b, at + ipv4HeaderLength(b, at));
    case IPPROTO_IPIP:
      return "IPIP";
    default:
      return "IPv4";
  }
}

function classifyUdp(b: Uint8Array, at: number): SummaryProtocol {
  if (b.length - at < UDP_HLEN) return "UDP";
  const source = udpSourcePort(b, at);
  const destination = udpDestinationPort(b, at);
  if (destination === VXLAN_PORT || destination === VXLAN_PORT_LINUX) return "VXLAN";
  return source === DNS_PORT || destination === DNS_PORT ? "DNS" : "UDP";
}

function malformed(name: string, error: WireError): string {
  return `Malformed ${name}: ${describeWireError(error)}`;
}

function ethernetInfo(b: Uint8Array, depth: number): string {
  if (b.length < ETH_HLEN) return malformed("frame", { kind: "short", needed: ETH_HLEN, available: b.length });
  const type = ethernetType(b, 0);
  if (type === ETH_P_ARP) return arpInfo(b, ETH_HLEN);
  if (type === ETH_P_IP) return ipv4Info(b, ETH_HLEN, depth);
  if (type < ETH_P_802_3_MIN) return `IEEE 802.3, length ${type}`;
  return `EtherType ${named(ETHER_TYPES[type], hex(type, 4))}, ${b.length - ETH_HLEN} bytes`;
}

function arpInfo(b: Uint8Array, at: number): string {
  const parsed = parseArp(b, at, b.length - at);
  if (!parsed.ok) return malformed("ARP", parsed.error);
  const { op, sha, spa, tha, tpa } = parsed.value;
  const sender = formatIpv4(spa);
  if (op !== ARPOP_REQUEST && op !== ARPOP_REPLY) return `Opcode ${op}`;
  if (spa === tpa) {
    if (op === ARPOP_REPLY) return `Gratuitous ARP for ${sender} (Reply)`;
    return tha === MAC_ZERO ? `ARP Announcement for ${sender}` : `Gratuitous ARP for ${sender} (Request)`;
  }
  if (op === ARPOP_REPLY) return `${sender} is at ${formatMac(sha)}`;
  return `Who has ${formatIpv4(tpa)}? ${spa === IPV4_ANY ? "(ARP Probe)" : `Tell ${sender}`}`;
}

function ipv4Info(b: Uint8Array, at: number, depth: number): string {
  const refused = refuseIpv4(b, at, b.length - at);
  if (refused !== null) return malformed("IPv4", refused);
  const flagsAndOffset = ipv4FlagsAndOffset(b, at);
  const offset = (flagsAndOffset & IP_OFFSET) * 8;
  if (offset > 0) {
    const protocol = named(IP_PROTOCOLS[ipv4Protocol(b, at)], ipv4Protocol(b, at));
    return `Fragmented IP protocol (proto=${protocol}, off=${offset}, ID=${hex(ipv4Identification(b, at), 4)})`;
  }
  const info = payloadInfo(b, at, depth);
  return (flagsAndOffset & IP_MF) === 0 ? info : `${info} [first fragment]`;
}

function payloadInfo(b: Uint8Array, ip: number, depth: number): string {
  const at = ip + ipv4HeaderLength(b, ip);
  const packet = b.subarray(0, ip + ipv4TotalLength(b, ip));
  const protocol = ipv4Protocol(b, ip);
  switch (protocol) {
    case IPPROTO_ICMP:
      return icmpInfo(packet, at, ipv4Ttl(b, ip));
    case IPPROTO_TCP:
      return tcpInfo(packet, at);
    case IPPROTO_UDP:
      return udpInfo(packet, at, depth);
    case IPPROTO_IPIP:
      return `IP in IP: ${addresses(packet, at)}${depth < MAX_DEPTH ? ipv4Info(packet, at, depth + 1) : "…"}`;
    default:
      return `${named(IP_PROTOCOLS[protocol], protocol)}, ${packet.length - at} bytes`;
  }
}

/** "source → destination, " of the IPv4 packet at `at`, if it is one. */
function addresses(b: Uint8Array, at: number): string {
  if (refuseIpv4(b, at, b.length - at) !== null) return "";
  return `${formatIpv4(ipv4Source(b, at))} → ${formatIpv4(ipv4Destination(b, at))}, `;
}

function icmpInfo(b: Uint8Array, at: number, ttl: number): string {
  const parsed = parseIcmp(b, at, b.length - at);
  if (!parsed.ok) return malformed("ICMP", parsed.error);
  const message = parsed.value;
  const number = icmpType(b, at);
  const name = ICMP_TYPES[number] ?? `Type ${number}`;
  if (message.type === ICMP_ECHO || message.type === ICMP_ECHOREPLY) {
    return `${name} id=${hex(message.identifier, 4)}, seq=${message.sequence}, ttl=${ttl}`;
  }
  const info = `${name} (${ICMP_CODES[number]?.[message.code] ?? `code ${message.code}`})`;
  if (message.type === ICMP_REDIRECT) return `${info}, gateway ${formatIpv4(message.gateway)}`;
  if (message.type === ICMP_DEST_UNREACH && message.code === ICMP_FRAG_NEEDED) {
    return `${info}, next-hop MTU ${message.nextHopMtu}`;
  }
  return info;
}

function tcpInfo(b: Uint8Array, at: number): string {
  const parsed = parseTcp(b, at, b.length - at);
  if (!parsed.ok) return malformed("TCP", parsed.error);
  const segment = parsed.value;
  const parts = [
    `${segment.sourcePort} → ${segment.destinationPort} [${tcpFlagNames(segment.flags)}]`,
    `Seq=${segment.sequenceNumber}`,
    ...((segment.flags & TCP_ACK) === 0 ? [] : [`Ack=${segment.acknowledgmentNumber}`]),
    `Win=${segment.window}`,
    `Len=${b.length - at - tcpHeaderLength(b, at)}`,
    ...segment.options.flatMap(tcpOptionInfo),
  ];
  return parts.join(" ");
}

function tcpOptionInfo(option: TcpOption): string[] {
  switch (option.kind) {
    case TCPOPT_MSS:
      return [`MSS=${option.mss}`];
    case TCPOPT_SACK_PERM:
      return ["SACK_PERM"];
    case TCPOPT_WINDOW:
      return [`WS=${2 ** option.shift}`];
    case TCPOPT_TIMESTAMP:
      return [`TSval=${option.value} TSecr=${option.echoReply}`];
    default:
      return [];
  }
}

function udpInfo(b: Uint8Array, at: number, depth: number): string {
  if (b.length - at < UDP_HLEN) return malformed("UDP", { kind: "short", needed: UDP_HLEN, available: b.length - at });
  const protocol = classifyUdp(b, at);
  const data = at + UDP_HLEN;
  if (protocol === "VXLAN") return vxlanInfo(b, data, depth);
  if (protocol === "DNS") return dnsInfo(b, data);
  return `${udpSourcePort(b, at)} → ${udpDestinationPort(b, at)} Len=${udpLength(b, at) - UDP_HLEN}`;
}

function vxlanInfo(b: Uint8Array, at: number, depth: number): string {
  const parsed = parseVxlan(b, at, b.length - at);
  if (!parsed.ok) return malformed("VXLAN", parsed.error);
  const frame = b.subarray(at + VXLAN_HLEN);
  const inner = depth < MAX_DEPTH ? `${classify(frame)} ${ethernetInfo(frame, depth + 1)}` : "…";
  return `VNI ${parsed.value.vni}: ${inner}`;
}

function dnsInfo(b: Uint8Array, at: number): string {
  const parsed = parseDns(b, at, b.length - at);
  if (!parsed.ok) return malformed("DNS", parsed.error);
  const { id, flags, questions, answers } = parsed.value;
  const opcode = (flags >>> 11) & 0xf;
  const isResponse = (flags & DNS_QR) !== 0;
  const rcode = flags & DNS_RCODE;
  const parts = [
    `${DNS_OPCODES[opcode] ?? `Opcode ${opcode}`}${isResponse ? " response" : ""}`,
    hex(id, 4),
    ...(isResponse && rcode !== DNS_NOERROR ? [DNS_RCODES[rcode] ?? `Reply code ${rcode}`] : []),
    ...questions.map((question) => `${dnsTypeName(question.type)} ${question.name || "<Root>"}`),
    ...answers.map((answer) => `${dnsTypeName(answer.type)} ${dnsDataText(answer)}`),
  ];
  return parts.join(" ");
}
