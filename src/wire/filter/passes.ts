/** Whether a frame passes a filter: what libpcap's program for the kernel would answer. */
import { getMac, getU8, getU16, getU32 } from "../bytes.ts";
import { ETH_HLEN, ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, ethernetType } from "../ethernet.ts";
import {
  IPPROTO_ICMP,
  IPPROTO_IGMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV4_HLEN,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Protocol,
} from "../ipv4.ts";
import type { Arith, Direction, Filter } from "./parse.ts";

const ETH_P_RARP = 0x8035;
const IP_PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: IPPROTO_ICMP,
  igmp: IPPROTO_IGMP,
  tcp: IPPROTO_TCP,
  udp: IPPROTO_UDP,
  sctp: 132,
  igrp: 9,
  pim: 103,
  vrrp: 112,
  ah: 51,
  esp: 50,
};
const IPPROTO_ICMPV6 = 58;
/** The byte of IPv6's header that says what follows it. */
const IPV6_NEXT_HEADER = 6;
const ETHER_TYPES: Readonly<Record<string, number>> = {
  ip: ETH_P_IP,
  arp: ETH_P_ARP,
  rarp: ETH_P_RARP,
  ip6: ETH_P_IPV6,
};

/** A load beyond the packet's end refuses the packet. */
class OutOfPacket extends Error {}
/** A load from a header that the packet doesn't have makes its relation false. */
class OtherProtocol extends Error {}

/** @param pkttype as AF_PACKET says it */
export function passes(filter: Filter, b: Uint8Array, pkttype: number): boolean {
  try {
    return matches(filter, b, pkttype);
  } catch (fault) {
    if (fault instanceof OutOfPacket) return false;
    throw fault;
  }
}

function matches(f: Filter, b: Uint8Array, pkttype: number): boolean {
  switch (f.t) {
    case "and":
      return matches(f.left, b, pkttype) && matches(f.right, b, pkttype);
    case "or":
      return matches(f.left, b, pkttype) || matches(f.right, b, pkttype);
    case "not":
      return !matches(f.of, b, pkttype);
    case "protocol":
      return isProtocol(b, f.protocol);
    case "host":
      return hostMatches(f.protocol, f.direction, b, (address) => address === f.address);
    case "net":
      return hostMatches(f.protocol, f.direction, b, (address) => (address & f.mask) >>> 0 === f.address);
    case "ether":
      return combine(f.direction, getMac(b, 6) === f.mac, getMac(b, 0) === f.mac);
    case "port":
      return portMatches(f, b);
    case "ip-proto":
      return isIpv4(b) && ipv4Protocol(b, ETH_HLEN) === f.number;
    case "ether-proto":
      return ethernetType(b, 0) === f.number;
    case "broadcast":
      return f.protocol === "ip"
        ? isIpv4(b) && isBroadcastAddress(getU32(b, ETH_HLEN + 16))
        : getMac(b, 0) === 0xffffffffffff;
    case "multicast":
      return f.protocol === "ip" ? isIpv4(b) && getU8(b, ETH_HLEN + 16) >= 224 : (getU8(b, 0) & 1) === 1;
    case "bound":
      return (pkttype === 4) === f.out;
    case "relation":
      return holds(f, b);
  }
}

function holds(f: Extract<Filter, { t: "relation" }>, b: Uint8Array): boolean {
  try {
    return relate(f.op, evaluate(f.left, b), evaluate(f.right, b));
  } catch (fault) {
    if (fault instanceof OtherProtocol) return false;
    throw fault;
  }
}

function isIpv4(b: Uint8Array): boolean {
  return ethernetType(b, 0) === ETH_P_IP && b.length >= ETH_HLEN + IPV4_HLEN;
}

function isBroadcastAddress(address: number): boolean {
  return address === 0xffffffff || (address & 0xff) === 0xff || (address & 0xff) === 0;
}

function isProtocol(b: Uint8Array, protocol: string): boolean {
  const ether = ETHER_TYPES[protocol];
  if (ether !== undefined) return ethernetType(b, 0) === ether;
  const ip = IP_PROTOCOLS[protocol];
  if (ip !== undefined) return isIpv4(b) && ipv4Protocol(b, ETH_HLEN) === ip;
  if (protocol === "icmp6") {
    return (
      ethernetType(b, 0) === ETH_P_IPV6 && b.length > ETH_HLEN + 40 && b[ETH_HLEN + IPV6_NEXT_HEADER] === IPPROTO_ICMPV6
    );
  }
  return protocol === "ether";
}

function combine(direction: Direction, src: boolean, dst: boolean): boolean {
  if (direction === "src") return src;
  if (direction === "dst") return dst;
  return direction === "both" ? src && dst : src || dst;
}

/** `host` looks into IPv4 and ARP. */
function hostMatches(protocol: string, direction: Direction, b: Uint8Array, is: (address: number) => boolean): boolean {
  const type = ethernetType(b, 0);
  const wanted = (name: string) => protocol === "" || protocol === name || name in IP_PROTOCOLS;
  if (type === ETH_P_IP && isIpv4(b)) {
    if (protocol !== "" && protocol !== "ip" && !isProtocol(b, protocol)) return false;
    return combine(direction, is(getU32(b, ETH_HLEN + 12)), is(getU32(b, ETH_HLEN + 16)));
  }
  const arp = (type === ETH_P_ARP && wanted("arp")) || (type === ETH_P_RARP && wanted("rarp"));
  if (!arp || b.length < ETH_HLEN + 28) return false;
  return combine(direction, is(getU32(b, ETH_HLEN + 14)), is(getU32(b, ETH_HLEN + 24)));
}

function portMatches(f: Extract<Filter, { t: "port" }>, b: Uint8Array): boolean {
  if (!isIpv4(b) || ipv4FragmentOffset(b, ETH_HLEN) !== 0) return false;
  const protocol = ipv4Protocol(b, ETH_HLEN);
  const wanted = IP_PROTOCOLS[f.protocol];
  if (protocol !== IPPROTO_TCP && protocol !== IPPROTO_UDP && protocol !== 132) return false;
  if (wanted !== undefined && wanted !== protocol) return false;
  const at = ETH_HLEN + ipv4HeaderLength(b, ETH_HLEN);
  if (b.length < at + 4) return false;
  const inside = (port: number) => port >= f.low && port <= f.high;
  return combine(f.direction, inside(getU16(b, at)), inside(getU16(b, at + 2)));
}

function relate(op: string, a: number, b: number): boolean {
  switch (op) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case ">":
      return a > b;
    case "<=":
      return a <= b;
    default:
      return a >= b;
  }
}

function evaluate(x: Arith, b: Uint8Array): number {
  switch (x.a) {
    case "number":
      return x.value >>> 0;
    case "length":
      return b.length;
    case "load":
      return load(b, baseOf(x.protocol, b) + evaluate(x.at, b), x.size);
    case "op":
      return operate(x.op, evaluate(x.left, b), evaluate(x.right, b));
  }
}

/** Where a protocol's header begins. @throws OtherProtocol if there is none */
function baseOf(protocol: string, b: Uint8Array): number {
  if (protocol === "ether") return 0;
  if (!isProtocol(b, protocol)) throw new OtherProtocol();
  if (protocol in ETHER_TYPES) return ETH_HLEN;
  if (ipv4FragmentOffset(b, ETH_HLEN) !== 0) throw new OtherProtocol();
  return ETH_HLEN + ipv4HeaderLength(b, ETH_HLEN);
}

function load(b: Uint8Array, at: number, size: number): number {
  if (at < 0 || at + size > b.length) throw new OutOfPacket();
  return size === 1 ? getU8(b, at) : size === 2 ? getU16(b, at) : getU32(b, at);
}

function operate(op: string, a: number, b: number): number {
  switch (op) {
    case "+":
      return (a + b) >>> 0;
    case "-":
      return (a - b) >>> 0;
    case "*":
      return Math.imul(a, b) >>> 0;
    case "/":
      if (b === 0) throw new OutOfPacket();
      return Math.trunc(a / b);
    case "&":
      return (a & b) >>> 0;
    case "|":
      return (a | b) >>> 0;
    case "<<":
      return b > 31 ? 0 : (a << b) >>> 0;
    default:
      return b > 31 ? 0 : a >>> b;
  }
}
