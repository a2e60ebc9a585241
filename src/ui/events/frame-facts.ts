// What the lists say about a frame in half a line: read straight off the bytes, because a list asks for many.

import { ipv6At } from "../../wire/dissect/ipv6-address.ts";

export type Protocol = "arp" | "icmp" | "icmp6" | "tcp" | "udp" | "dns" | "vxlan" | "ipip" | "other";

/** Addresses are text. What a frame is too short for is null or 0. */
export interface FrameFacts {
  readonly protocol: Protocol;
  readonly ethDst: string;
  readonly ethSrc: string;
  readonly broadcast: boolean;
  /** For a group; broadcast is one, too. */
  readonly multicast: boolean;
  readonly arp: { readonly op: number; readonly sha: string; readonly spa: string; readonly tpa: string } | null;
  readonly ip: { readonly src: string; readonly dst: string; readonly ttl: number; readonly length: number } | null;
  /** `about` is the destination of the packet that an error quotes. */
  readonly icmp: { readonly type: number; readonly code: number; readonly seq: number; readonly about: string } | null;
  readonly ip6: { readonly src: string; readonly dst: string } | null;
  /** `about`: the address that a neighbour solicitation or advertisement is about, or the first group of a listener report. */
  readonly icmp6: { readonly type: number; readonly seq: number; readonly about: string } | null;
  readonly ports: { readonly src: number; readonly dst: number; readonly flags: string } | null;
  /** What a tunnel's packet carries; `vni` is VXLAN's number, null for IPIP. */
  readonly inner: { readonly vni: number | null; readonly facts: FrameFacts; readonly offset: number } | null;
}

const ETH = 14;
const DNS_PORT = 53;
/** IANA's port for VXLAN, and the one that Linux used first. */
const VXLAN_PORTS: readonly number[] = [4789, 8472];
const VXLAN_HEADERS = 16;
/** Tunnels in tunnels that are read at most. */
const DEEPEST = 3;
const IP_PROTOCOLS: Readonly<Record<number, Protocol>> = { 1: "icmp", 4: "ipip", 6: "tcp" };
const TCP_FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];

/** What the frame carries, without a look at more than three bytes of most; "other" for no frame. Never throws. */
export function frameProtocol(b: Uint8Array | null): Protocol {
  if (b === null) return "other";
  const etherType = etherTypeOf(b);
  if (etherType === 0x0806) return "arp";
  if (etherType === 0x86dd && icmp6At(b) > 0) return "icmp6";
  if (etherType !== 0x0800) return "other";
  if (b[ETH + 9] !== 17) return IP_PROTOCOLS[b[ETH + 9] ?? 0] ?? "other";
  const at = ETH + ((b[ETH] ?? 0) & 0x0f) * 4;
  if (VXLAN_PORTS.includes(u16(b, at + 2))) return "vxlan";
  return u16(b, at) === DNS_PORT || u16(b, at + 2) === DNS_PORT ? "dns" : "udp";
}

/** The facts of an Ethernet frame without FCS; null for no frame. Never throws. */
export function frameFacts(bytes: Uint8Array | null): FrameFacts | null {
  return factsAt(bytes, 0);
}

function factsAt(bytes: Uint8Array | null, depth: number): FrameFacts | null {
  if (bytes === null || bytes.length < ETH) return null;
  const base = {
    protocol: frameProtocol(bytes),
    ethDst: macAt(bytes, 0),
    ethSrc: macAt(bytes, 6),
    broadcast: bytes.subarray(0, 6).every((byte) => byte === 0xff),
    multicast: (bytes[0]! & 1) === 1,
    arp: null,
    ip: null,
    icmp: null,
    ip6: null,
    icmp6: null,
    ports: null,
    inner: depth < DEEPEST ? innerOf(bytes, depth) : null,
  };
  const etherType = etherTypeOf(bytes);
  if (etherType === 0x0806) return { ...base, arp: arpOf(bytes) };
  if (etherType === 0x0800) return { ...base, ...ipOf(bytes) };
  if (etherType === 0x86dd) return { ...base, ...ip6Of(bytes) };
  return base;
}

/** The frame inside a tunnel's packet; for IPIP, whose inner packet has no Ethernet header, with one that says IPv4. */
function innerOf(bytes: Uint8Array, depth: number): FrameFacts["inner"] {
  const protocol = frameProtocol(bytes);
  const at = ETH + ((bytes[ETH] ?? 0) & 0x0f) * 4;
  if (protocol === "vxlan") {
    const facts = factsAt(bytes.subarray(at + VXLAN_HEADERS), depth + 1);
    const vni = u16(bytes, at + 12) * 256 + (bytes[at + 14] ?? 0);
    return facts && { vni, facts, offset: at + VXLAN_HEADERS };
  }
  if (protocol !== "ipip") return null;
  const whole = new Uint8Array(ETH + Math.max(0, bytes.length - at));
  whole[12] = 8;
  whole.set(bytes.subarray(at), ETH);
  const facts = factsAt(whole, depth + 1);
  return facts && { vni: null, facts, offset: at };
}

/** Whether an IPv4 packet stands where its Ethernet header is still to be written: while it waits for a MAC. */
export function lacksEthernet(b: Uint8Array): boolean {
  return (b[ETH] ?? 0) >>> 4 === 4 && b.subarray(0, ETH).every((byte) => byte === 0);
}

function etherTypeOf(b: Uint8Array): number {
  const written = u16(b, 12);
  return written === 0 && lacksEthernet(b) ? 0x0800 : written;
}

function arpOf(b: Uint8Array): FrameFacts["arp"] {
  return { op: u16(b, ETH + 6), sha: macAt(b, ETH + 8), spa: ipAt(b, ETH + 14), tpa: ipAt(b, ETH + 24) };
}

function ipOf(b: Uint8Array): Partial<FrameFacts> {
  const ip = { src: ipAt(b, ETH + 12), dst: ipAt(b, ETH + 16), ttl: b[ETH + 8] ?? 0, length: u16(b, ETH + 2) };
  const at = ETH + ((b[ETH] ?? 0) & 0x0f) * 4;
  switch (b[ETH + 9]) {
    case 1:
      return { ip, icmp: icmpOf(b, at) };
    case 6:
      return { ip, ports: { ...portsOf(b, at), flags: flagsOf(b[at + 13] ?? 0) } };
    case 17:
      return { ip, ports: { ...portsOf(b, at), flags: "" } };
    default:
      return { ip };
  }
}

function icmpOf(b: Uint8Array, at: number): FrameFacts["icmp"] {
  return { type: b[at] ?? 0, code: b[at + 1] ?? 0, seq: u16(b, at + 6), about: ipAt(b, at + 8 + 16) };
}

/** Where ICMPv6 begins, behind the hop-by-hop options if there are any; -1 for what carries none. */
function icmp6At(b: Uint8Array): number {
  const options = ETH + 40;
  const hasOptions = b[ETH + 6] === 0;
  const at = hasOptions ? options + 8 * (1 + (b[options + 1] ?? 0)) : options;
  return b[hasOptions ? options : ETH + 6] === 58 && at < b.length ? at : -1;
}

function ip6Of(b: Uint8Array): Partial<FrameFacts> {
  const ip6 = { src: ip6At(b, ETH + 8), dst: ip6At(b, ETH + 24) };
  const at = icmp6At(b);
  if (at < 0) return { ip6 };
  // A listener report's first group stands four bytes further on than a solicitation's target.
  const about = ip6At(b, at + (b[at] === 143 ? 12 : 8));
  return { ip6, icmp6: { type: b[at] ?? 0, seq: u16(b, at + 6), about } };
}

function ip6At(b: Uint8Array, at: number): string {
  return at + 16 > b.length ? "" : ipv6At(b, at);
}

function portsOf(b: Uint8Array, at: number): { src: number; dst: number } {
  return { src: u16(b, at), dst: u16(b, at + 2) };
}

function flagsOf(bits: number): string {
  return TCP_FLAGS.filter((_, bit) => (bits & (1 << bit)) !== 0).join(" ");
}

function u16(b: Uint8Array, at: number): number {
  return (b[at] ?? 0) * 256 + (b[at + 1] ?? 0);
}

/** A MAC as Linux prints it. */
export function macAt(b: Uint8Array, at: number): string {
  return Array.from(b.subarray(at, at + 6), (byte) => byte.toString(16).padStart(2, "0")).join(":");
}

function ipAt(b: Uint8Array, at: number): string {
  return at + 4 <= b.length ? b.subarray(at, at + 4).join(".") : "";
}

/** An address from the trace's int32 columns, dotted. */
export function ipOfInt32(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** A MAC from the columns `packet` (upper 16 bits) and `frame` (lower 32). */
export function macOfColumns(high: number, low: number): string {
  const hex = (high & 0xffff).toString(16).padStart(4, "0") + (low >>> 0).toString(16).padStart(8, "0");
  return hex.replace(/(..)(?=.)/g, "$1:");
}
