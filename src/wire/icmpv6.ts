/**
 * The three messages by which an IPv6 host announces itself: a listener report of one group (RFC 3810, 5.2), the neighbour solicitation of
 * duplicate address detection (RFC 4861, 4.3, with the nonce of RFC 7527) and a router solicitation (RFC 4861, 4.1). Left out: all else.
 */
import type { Mac } from "./address.ts";
import { setMac, setU8, setU16, setU32 } from "./bytes.ts";
import { checksum, foldSum, sumWords } from "./checksum.ts";

export const IPV6_HLEN = 40;
const IPPROTO_HOPOPTS = 0;
export const IPPROTO_ICMPV6 = 58;
export const ICMPV6 = { ROUTER_SOLICITATION: 133, NEIGHBOUR_SOLICITATION: 135, LISTENER_REPORT: 143 } as const;

/** Lengths of the whole packets, in bytes. */
export const LISTENER_REPORT_LEN = IPV6_HLEN + 8 + 28;
export const NEIGHBOUR_SOLICITATION_LEN = IPV6_HLEN + 32;
export const ROUTER_SOLICITATION_LEN = IPV6_HLEN + 16;

/** 33:33 and the last four bytes of a group (RFC 2464, 7). */
export const MAC_ALL_ROUTERS = 0x3333_0000_0002 as Mac;
export const MAC_ALL_REPORTS = 0x3333_0000_0016 as Mac;
const MAC_SOLICITED_NODE = 0x3333_ff00_0000;

/** Where who asks for a MAC's link-local address is heard: 33:33:ff and its last three bytes. */
export function solicitedNodeMac(mac: Mac): Mac {
  return (MAC_SOLICITED_NODE + (mac % 0x100_0000)) as Mac;
}

/** fe80::/64 with the interface identifier of a MAC (RFC 4291, appendix A). */
function emitLinkLocal(b: Uint8Array, at: number, mac: Mac): void {
  b.fill(0, at, at + 16);
  setU16(b, at, 0xfe80);
  setMac(b, at + 10, mac);
  b.copyWithin(at + 8, at + 10, at + 13);
  setU8(b, at + 8, (b[at + 8] as number) ^ 2);
  setU16(b, at + 11, 0xfffe);
}

/** ff02::LOW; of a solicited node ff02::1:ffXX:XXXX. */
function emitGroup(b: Uint8Array, at: number, low: number, high = 0): void {
  b.fill(0, at, at + 16);
  setU16(b, at, 0xff02);
  setU32(b, at + 8, high);
  setU32(b, at + 12, low);
}

const solicitedLow = (mac: Mac) => 0xff00_0000 + (mac % 0x100_0000);

/** @param from MAC whose link-local address is the source; null for :: */
function emitHeader(b: Uint8Array, at: number, length: number, next: number, hops: number, from: Mac | null): void {
  setU32(b, at, 0x6000_0000);
  setU16(b, at + 4, length - IPV6_HLEN);
  setU8(b, at + 6, next);
  setU8(b, at + 7, hops);
  if (from === null) b.fill(0, at + 8, at + 24);
  else emitLinkLocal(b, at + 8, from);
}

/** Puts the checksum into the ICMPv6 message at `icmp` (RFC 8200, 8.1). */
function emitChecksum(b: Uint8Array, at: number, icmp: number, end: number): void {
  const pseudo = foldSum(sumWords(b, at + 8, 32)) + (end - icmp) + IPPROTO_ICMPV6;
  setU16(b, icmp + 2, checksum(b, icmp, end - icmp, pseudo));
}

/** That somebody listens to the solicited-node group of `mac`. @param isProven the source is the address itself, else :: */
export function emitListenerReport(b: Uint8Array, at: number, mac: Mac, isProven: boolean): void {
  emitHeader(b, at, LISTENER_REPORT_LEN, IPPROTO_HOPOPTS, 1, isProven ? mac : null);
  emitGroup(b, at + 24, 0x16);
  // Hop-by-hop: ICMPv6 follows; a router alert and two bytes of padding.
  setU32(b, at + 40, 0x3a00_0502);
  setU32(b, at + 44, 0x0000_0100);
  setU32(b, at + 48, ICMPV6.LISTENER_REPORT * 0x100_0000);
  setU32(b, at + 52, 1);
  // CHANGE_TO_EXCLUDE_MODE without sources: to everything.
  setU32(b, at + 56, 0x0400_0000);
  emitGroup(b, at + 60, solicitedLow(mac), 1);
  emitChecksum(b, at, at + 48, at + LISTENER_REPORT_LEN);
}

/** Whether somebody has the link-local address of `mac` already. @param nonce 48 random bits */
export function emitNeighbourSolicitation(b: Uint8Array, at: number, mac: Mac, nonce: number): void {
  emitHeader(b, at, NEIGHBOUR_SOLICITATION_LEN, IPPROTO_ICMPV6, 255, null);
  emitGroup(b, at + 24, solicitedLow(mac), 1);
  setU32(b, at + 40, ICMPV6.NEIGHBOUR_SOLICITATION * 0x100_0000);
  setU32(b, at + 44, 0);
  emitLinkLocal(b, at + 48, mac);
  setU16(b, at + 64, 0x0e01);
  setMac(b, at + 66, nonce as Mac);
  emitChecksum(b, at, at + 40, at + NEIGHBOUR_SOLICITATION_LEN);
}

export function emitRouterSolicitation(b: Uint8Array, at: number, mac: Mac): void {
  emitHeader(b, at, ROUTER_SOLICITATION_LEN, IPPROTO_ICMPV6, 255, mac);
  emitGroup(b, at + 24, 2);
  setU32(b, at + 40, ICMPV6.ROUTER_SOLICITATION * 0x100_0000);
  setU32(b, at + 44, 0);
  setU16(b, at + 48, 0x0101);
  setMac(b, at + 50, mac);
  emitChecksum(b, at, at + 40, at + ROUTER_SOLICITATION_LEN);
}
