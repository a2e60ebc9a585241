/** A captured frame as tcpdump 4.99 prints it: link layer, ARP, and on to IPv4. */
import { formatIpv4, formatMac, type Ipv4, type Mac } from "../../wire/address.ts";
import { ARPOP_REPLY, ARPOP_REQUEST, arpOp, arpSha, arpSpa, arpTha, arpTpa, refuseArp } from "../../wire/arp.ts";
import { BPDU, LLC_LEN, parseBpdu } from "../../wire/bpdu.ts";
import { getU16 } from "../../wire/bytes.ts";
import {
  ETH_HLEN,
  ETH_P_802_3_MIN,
  ETH_P_ARP,
  ETH_P_IP,
  ETH_P_IPV6,
  ethernetDst,
  ethernetSrc,
  ethernetType,
} from "../../wire/ethernet.ts";
import { hexDump } from "./hex.ts";
import { printIp } from "./print-ip.ts";
import { printIp6 } from "./print-ip6.ts";
import type { PrintContext } from "./print-tcp.ts";

const ETHERTYPES: Readonly<Record<number, string>> = {
  [ETH_P_IP]: "IPv4",
  [ETH_P_ARP]: "ARP",
  [ETH_P_IPV6]: "IPv6",
  33024: "802.1Q",
  32821: "Reverse ARP",
  35020: "LLDP",
};

export function etherTypeName(type: number): string {
  return ETHERTYPES[type] ?? "Unknown";
}

/** The packet after the time stamp, without its last newline. */
export function printFrame(c: PrintContext, b: Uint8Array): string {
  return printEthernet(c, b, 0, b.length, c.showLink);
}

function macText(c: PrintContext, mac: Mac): string {
  return mac === 0xffffffffffff && !c.numeric ? "Broadcast" : formatMac(mac);
}

/** The Ethernet frame of `length` bytes at `at`. */
export function printEthernet(c: PrintContext, b: Uint8Array, at: number, length: number, link: boolean): string {
  if (length < ETH_HLEN) return "[|ether]";
  const type = ethernetType(b, at);
  if (type < ETH_P_802_3_MIN) {
    const stp = printStp(c, b, at + ETH_HLEN, Math.min(type, length - ETH_HLEN));
    const macs = `${macText(c, ethernetSrc(b, at))} > ${macText(c, ethernetDst(b, at))}`;
    if (stp !== null) return link ? `${macs}, 802.3, length ${type}: ${LLC_STP}${stp}` : stp;
  }
  const name = etherTypeName(type);
  const typed = c.quiet ? `, ${name}` : `, ethertype ${name} (0x${type.toString(16).padStart(4, "0")})`;
  const head = link
    ? `${macText(c, ethernetSrc(b, at))} > ${macText(c, ethernetDst(b, at))}${typed}, length ${length}: `
    : "";
  return head + printNetwork(c, b, type, at + ETH_HLEN, length - ETH_HLEN, link, printEthernet);
}

/** What an EtherType announces. `link`: the link layer's header stands before it and names the protocol. */
export function printNetwork(
  c: PrintContext,
  b: Uint8Array,
  type: number,
  at: number,
  length: number,
  link: boolean,
  inner: typeof printEthernet,
): string {
  if (type === ETH_P_IP) return (link ? "" : "IP ") + printIp(c, b, at, length, inner);
  if (type === ETH_P_ARP) return (link ? "" : "ARP, ") + printArp(c, b, at, length);
  if (type === ETH_P_IPV6) return `${link ? "" : "IP6 "}${printIp6(c.verbose, b, at, length)}`;
  const unknown = link ? "" : `ethertype Unknown (0x${type.toString(16).padStart(4, "0")}), `;
  return `${unknown}length ${length}: ${hexDump(b, at, length, true)}`;
}

const LLC_STP = "LLC, dsap STP (0x42) Individual, ssap STP (0x42) Command, ctrl 0x03: ";

/** A BPDU from its LLC header on; null: it is something else. */
function printStp(c: PrintContext, b: Uint8Array, at: number, length: number): string | null {
  const read = parseBpdu(b, at, length);
  if (!read.ok) return null;
  const config = read.value;
  if (config === null) return "STP 802.1d, Topology Change";
  const id = ({ priority, mac }: typeof config.root) => `${priority.toString(16).padStart(4, "0")}.${formatMac(mac)}`;
  const flags = [
    ...(config.topologyChange ? ["Topology change"] : []),
    ...(config.topologyChangeAck ? ["Topology change ACK"] : []),
  ];
  const port = getU16(b, at + BPDU.port.offset)
    .toString(16)
    .padStart(4, "0");
  const head = `STP 802.1d, Config, Flags [${flags.join(", ") || "none"}], bridge-id ${id(config.bridge)}.${port}, length ${length - LLC_LEN}`;
  if (c.verbose === 0) return head;
  const s = (ns: number) => `${(ns / 1e9).toFixed(2)}s`;
  const times = `message-age ${s(config.messageAge_ns)}, max-age ${s(config.maxAge_ns)}, hello-time ${s(config.helloTime_ns)}, forwarding-delay ${s(config.forwardDelay_ns)}`;
  return `${head}\n\t${times}\n\troot-id ${id(config.root)}, root-pathcost ${config.rootPathCost}`;
}

function printArp(c: PrintContext, b: Uint8Array, at: number, length: number): string {
  if (refuseArp(b, at, length)) return "[|arp]";
  const op = arpOp(b, at);
  const detail = c.verbose > 0 ? "Ethernet (len 6), IPv4 (len 4), " : "";
  const ip = (address: Ipv4) => c.hostName(address) ?? formatIpv4(address);
  const target = arpTha(b, at);
  if (op === ARPOP_REQUEST) {
    const known = target === 0 ? "" : ` (${macText(c, target)})`;
    return `${detail}Request who-has ${ip(arpTpa(b, at))}${known} tell ${ip(arpSpa(b, at))}, length ${length}`;
  }
  if (op === ARPOP_REPLY)
    return `${detail}Reply ${ip(arpSpa(b, at))} is-at ${formatMac(arpSha(b, at))}, length ${length}`;
  return `${detail}Unknown (${op}), length ${length}`;
}
