/** IPv4, ICMP and UDP as tcpdump 4.99 prints them: print-ip.c, print-icmp.c, print-udp.c. */
import { formatIpv4, type Ipv4 } from "../../wire/address.ts";
import { getU8, getU16, getU32 } from "../../wire/bytes.ts";
import { checksum } from "../../wire/checksum.ts";
import {
  icmpChecksumOk,
  icmpCode,
  icmpGateway,
  icmpIdentifier,
  icmpNextHopMtu,
  icmpSequence,
  icmpType,
} from "../../wire/icmpv4.ts";
import {
  IP_DF,
  IP_MF,
  IPPROTO_ICMP,
  IPPROTO_IGMP,
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
  ipv4Tos,
  ipv4TotalLength,
  ipv4Ttl,
} from "../../wire/ipv4.ts";
import { UDP_HLEN, udpChecksumOk, udpDestinationPort, udpLength, udpSourcePort } from "../../wire/udp.ts";
import { printDns } from "./print-dns.ts";
import { type PrintContext, portText, printTcp } from "./print-tcp.ts";

/** Prints the frame inside a tunnel; given from outside because frames hold packets and packets frames. */
type Inner = (c: PrintContext, b: Uint8Array, at: number, length: number, link: boolean) => string;

const NAMES: Readonly<Record<number, string>> = {
  [IPPROTO_ICMP]: "ICMP",
  [IPPROTO_IGMP]: "IGMP",
  [IPPROTO_IPIP]: "IPIP",
  [IPPROTO_TCP]: "TCP",
  [IPPROTO_UDP]: "UDP",
  47: "GRE",
  89: "OSPF",
};

function ipText(c: PrintContext, address: Ipv4): string {
  return c.hostName(address) ?? formatIpv4(address);
}

/** The packet at `at`, of which `length` bytes were captured. */
export function printIp(c: PrintContext, b: Uint8Array, at: number, length: number, inner: Inner): string {
  if (length < IPV4_HLEN) return "[|ip]";
  const hlen = ipv4HeaderLength(b, at);
  const total = Math.min(ipv4TotalLength(b, at), length);
  if (hlen < IPV4_HLEN || total < hlen) return "[|ip]";
  const head = c.verbose > 0 ? `${header(b, at, hlen)}\n    ` : "";
  const [src, dst] = [ipv4Source(b, at), ipv4Destination(b, at)];
  const protocol = ipv4Protocol(b, at);
  const body = at + hlen;
  const ends = `${ipText(c, src)} > ${ipText(c, dst)}: `;
  if (ipv4FragmentOffset(b, at) !== 0)
    return `${head}${ends}${c.numeric ? `ip-proto-${protocol}` : (NAMES[protocol]?.toLowerCase() ?? `ip-proto-${protocol}`)}`;
  const left = total - hlen;
  switch (protocol) {
    case IPPROTO_ICMP:
      return head + ends + printIcmp(c, b, body, left, inner, (ipv4FlagsAndOffset(b, at) & IP_MF) !== 0);
    case IPPROTO_TCP:
      return head + printTcp(c, b, at, body, left);
    case IPPROTO_UDP:
      return head + printUdp(c, b, at, body, left, inner);
    case IPPROTO_IPIP:
      return `${head}${ends}IP ${printIp(c, b, body, left, inner)}`;
    case IPPROTO_IGMP:
      return head + ends + printIgmp(b, body, left);
    default:
      return `${head}${ends} ip-proto-${protocol} ${left}`;
  }
}

/** -v: "(tos 0x0, ttl 64, id 5858, offset 0, flags [DF], proto ICMP (1), length 84)". */
function header(b: Uint8Array, at: number, hlen: number): string {
  const tos = ipv4Tos(b, at);
  const ecn = ["", ",ECT(1)", ",ECT(0)", ",CE"][tos & 3];
  const bits = ipv4FlagsAndOffset(b, at);
  const flags = [(bits & IP_MF) !== 0 ? "+" : "", (bits & IP_DF) !== 0 ? "DF" : ""].filter((f) => f !== "").join(", ");
  const protocol = ipv4Protocol(b, at);
  const offset = ipv4FragmentOffset(b, at);
  const ends = `id ${ipv4Identification(b, at)}, offset ${offset}, flags [${flags || "none"}]`;
  const proto = `proto ${NAMES[protocol] ?? "unknown"} (${protocol}), length ${ipv4TotalLength(b, at)}`;
  const options = hlen > IPV4_HLEN ? ", options ()" : "";
  const sum = checksum(b, at, hlen);
  const bad = sum === 0 ? "" : `, bad cksum ${getU16(b, at + 10).toString(16)}!`;
  return `(tos 0x${tos.toString(16)}${ecn}, ttl ${ipv4Ttl(b, at)}, ${ends}, ${proto}${options}${bad})`;
}

function printIcmp(c: PrintContext, b: Uint8Array, at: number, length: number, inner: Inner, more: boolean): string {
  if (length < 8) return `ICMP, length ${length}`;
  const type = icmpType(b, at);
  let text = `ICMP ${icmpWords(c, b, at, length)}, length ${length}`;
  if (c.verbose > 0 && !more && !icmpChecksumOk(b, at, length)) text += " (wrong icmp cksum)";
  const error = type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
  if (c.verbose > 0 && error && length >= 8 + IPV4_HLEN) {
    text += `\n\tIP ${printIp(c, b, at + 8, length - 8, inner)}`;
  }
  return text;
}

function icmpWords(c: PrintContext, b: Uint8Array, at: number, length: number): string {
  const type = icmpType(b, at);
  const code = icmpCode(b, at);
  const quoted = at + 8;
  const whom = length >= 8 + IPV4_HLEN ? ipText(c, ipv4Destination(b, quoted)) : "?";
  switch (type) {
    case 0:
    case 8:
      return `echo ${type === 0 ? "reply" : "request"}, id ${icmpIdentifier(b, at)}, seq ${icmpSequence(b, at)}`;
    case 3:
      return unreachable(c, b, at, code, whom);
    case 4:
      return "source quench";
    case 5: {
      const what = ["net", "host", "tos-net", "tos-host"][code] ?? "host";
      return `redirect ${whom} to ${what} ${ipText(c, icmpGateway(b, at))}`;
    }
    case 11:
      return code === 0
        ? "time exceeded in-transit"
        : code === 1
          ? "ip reassembly time exceeded"
          : `time exceeded-#${code}`;
    case 12:
      return code !== 0 ? `parameter problem - code ${code}` : `parameter problem - octet ${getU8(b, at + 4)}`;
    case 13:
      return `time stamp query id ${icmpIdentifier(b, at)} seq ${icmpSequence(b, at)}`;
    case 14:
      return `time stamp reply id ${icmpIdentifier(b, at)} seq ${icmpSequence(b, at)}`;
    default:
      return `type-#${type}`;
  }
}

function unreachable(c: PrintContext, b: Uint8Array, at: number, code: number, whom: string): string {
  const quoted = at + 8;
  switch (code) {
    case 0:
      return `net ${whom} unreachable`;
    case 1:
      return `host ${whom} unreachable`;
    case 2:
      return `${whom} protocol ${ipv4Protocol(b, quoted)} unreachable`;
    case 3:
      return unreachablePort(c, b, quoted, whom);
    case 4: {
      const mtu = icmpNextHopMtu(b, at);
      return `${whom} unreachable - need to frag${mtu === 0 ? "" : ` (mtu ${mtu})`}`;
    }
    case 5:
      return `${whom} unreachable - source route failed`;
    case 9:
      return `net ${whom} unreachable - admin prohibited`;
    case 10:
      return `host ${whom} unreachable - admin prohibited`;
    case 13:
      return `host ${whom} unreachable - admin prohibited filter`;
    default:
      return `${whom} unreachable - #${code}`;
  }
}

function unreachablePort(c: PrintContext, b: Uint8Array, quoted: number, whom: string): string {
  const protocol = ipv4Protocol(b, quoted);
  const inner = quoted + ipv4HeaderLength(b, quoted);
  if (inner + 4 > b.length) return `${whom} port unreachable`;
  const port = getU16(b, inner + 2);
  if (protocol === IPPROTO_TCP) return `${whom} tcp port ${portText(c, port, "tcp")} unreachable`;
  if (protocol === IPPROTO_UDP) return `${whom} udp port ${portText(c, port, "udp")} unreachable`;
  return `${whom} protocol ${protocol} port ${port} unreachable`;
}

function printUdp(c: PrintContext, b: Uint8Array, ip: number, at: number, length: number, inner: Inner): string {
  const src = formatSource(c, b, ip);
  if (length < UDP_HLEN) return `${src[0]} > ${src[1]}: [|udp]`;
  const [sport, dport] = [udpSourcePort(b, at), udpDestinationPort(b, at)];
  const ends = `${src[0]}.${portText(c, sport, "udp")} > ${src[1]}.${portText(c, dport, "udp")}: `;
  const size = udpLength(b, at) - UDP_HLEN;
  const data = at + UDP_HLEN;
  const have = Math.min(size, length - UDP_HLEN);
  if (c.quiet) return `${ends}UDP, length ${size}`;
  const whole = have === size;
  const sum =
    getU16(b, at + 6) === 0
      ? "[no cksum] "
      : udpChecksumOk(b, at, size + UDP_HLEN, ipv4Source(b, ip), ipv4Destination(b, ip))
        ? "[udp sum ok] "
        : "[bad udp cksum] ";
  const head = ends + (c.verbose > 1 && whole ? sum : "");
  if (sport === 53 || dport === 53) return head + printDns(c, b, data, have);
  if ((dport === 8472 || dport === 4789) && have >= 8) return head + printVxlan(c, b, data, have, dport, inner);
  return `${head}UDP, length ${size}`;
}

function formatSource(c: PrintContext, b: Uint8Array, ip: number): [string, string] {
  return [ipText(c, ipv4Source(b, ip)), ipText(c, ipv4Destination(b, ip))];
}

/** VXLAN on its own port; on Linux's old one tcpdump takes it for OTV. */
function printVxlan(c: PrintContext, b: Uint8Array, at: number, length: number, port: number, inner: Inner): string {
  const flags = getU8(b, at);
  const vni = getU32(b, at + 4) >>> 8;
  const set = (flags & 8) !== 0 ? "I" : ".";
  const hex = `0x${flags.toString(16).padStart(2, "0")}`;
  const head =
    port === 8472
      ? `OTV, flags [${set}] (${hex}), overlay ${getU32(b, at) & 0xffffff}, instance ${vni}`
      : `VXLAN, flags [${set}] (${hex}), vni ${vni}`;
  return `${head}\n${inner(c, b, at + 8, length - 8, c.showLink)}`;
}

function printIgmp(b: Uint8Array, at: number, length: number): string {
  if (length < 8) return "igmp";
  const type = getU8(b, at);
  const group = formatIpv4(getU32(b, at + 4) as Ipv4);
  if (type === 0x11) return `igmp query v${length >= 12 ? 3 : 2}`;
  if (type === 0x16) return `igmp v2 report ${group}`;
  if (type === 0x17) return `igmp leave ${group}`;
  return type === 0x22 ? `igmp v3 report, ${getU16(b, at + 6)} group record(s)` : `igmp-${type}`;
}
