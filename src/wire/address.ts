// MAC and IPv4 addresses as plain numbers, cheap to compare, hash and store in typed arrays.
import { assert } from "../base/assert.ts";
import type { Brand } from "../base/brand.ts";
import { hexByte } from "./bytes.ts";

/** An EUI-48 address, the first octet on the wire in the highest of 48 bits. */
export type Mac = Brand<number, "Mac">;
/** An IPv4 address, uint32 in host order: 10.0.0.1 is 0x0a000001. */
export type Ipv4 = Brand<number, "Ipv4">;
/** An address with the length of its prefix, as in 172.17.0.1/16. Host bits are kept. */
export type Cidr = { readonly address: Ipv4; readonly prefixLength: number };

export const MAC_ZERO = 0 as Mac;
export const MAC_BROADCAST = 0xffff_ffff_ffff as Mac;
/** INADDR_ANY */
export const IPV4_ANY = 0 as Ipv4;
/** INADDR_BROADCAST, the limited broadcast 255.255.255.255 (RFC 919). */
export const IPV4_BROADCAST = 0xffff_ffff as Ipv4;
/** INADDR_LOOPBACK */
export const IPV4_LOOPBACK = 0x7f00_0001 as Ipv4;

const MAC_OCTET_0 = 2 ** 40;

/** Six pairs of lower-case hex digits with colons, as Linux prints. */
export function formatMac(mac: Mac): string {
  let text = "";
  for (let divisor = MAC_OCTET_0; divisor >= 1; divisor /= 256) {
    text += (text === "" ? "" : ":") + hexByte(Math.floor(mac / divisor) % 256);
  }
  return text;
}

/** Exactly six pairs of hex digits with colons, in either case; null for anything else. */
export function parseMac(text: string): Mac | null {
  if (!/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/.test(text)) return null;
  return Number.parseInt(text.replaceAll(":", ""), 16) as Mac;
}

/** `parseMac` for a text known to be right, such as a literal; anything else is a bug. */
export function mac(text: string): Mac {
  const value = parseMac(text);
  assert(value !== null, `not a MAC address: ${text}`);
  return value;
}

/** The I/G bit: multicast or broadcast. */
export function isMulticastMac(mac: Mac): boolean {
  return ((mac / MAC_OCTET_0) & 1) === 1;
}

export function isBroadcastMac(mac: Mac): boolean {
  return mac === MAC_BROADCAST;
}

/** Linux's is_valid_ether_addr(): neither all zero nor a group address. */
export function isValidUnicastMac(mac: Mac): boolean {
  return mac !== MAC_ZERO && !isMulticastMac(mac);
}

/** The group MAC of an IPv4 multicast address: 01:00:5e and its low 23 bits (RFC 1112, 6.4). */
export function multicastMacOf(group: Ipv4): Mac {
  return (0x0100_5e00_0000 + (group & 0x7f_ffff)) as Mac;
}

/** Dotted quad. */
export function formatIpv4(address: Ipv4): string {
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
}

/** A dotted quad as inet_pton(3) takes it: four decimal octets without leading zeros; null for anything else. */
export function parseIpv4(text: string): Ipv4 | null {
  const octets = text.split(".");
  if (octets.length !== 4) return null;
  let address = 0;
  for (const octet of octets) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(octet) || Number(octet) > 255) return null;
    address = address * 256 + Number(octet);
  }
  return address as Ipv4;
}

/** `parseIpv4` for a text known to be right, such as a literal; anything else is a bug. */
export function ipv4(text: string): Ipv4 {
  const value = parseIpv4(text);
  assert(value !== null, `not an IPv4 address: ${text}`);
  return value;
}

/** ADDRESS/LENGTH with a length of 0 to 32; null for anything else, a bare address included. */
export function parseCidr(text: string): Cidr | null {
  const slash = text.indexOf("/");
  if (slash < 0) return null;
  const address = parseIpv4(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === null || !/^(0|[1-9][0-9]?)$/.test(length) || Number(length) > 32) return null;
  return { address, prefixLength: Number(length) };
}

/** `parseCidr` for a text known to be right, such as a literal; anything else is a bug. */
export function cidr(text: string): Cidr {
  const value = parseCidr(text);
  assert(value !== null, `not an IPv4 prefix: ${text}`);
  return value;
}

export function formatCidr(address: Ipv4, prefixLength: number): string {
  return `${formatIpv4(address)}/${prefixLength}`;
}

/** The netmask of a prefix length of 0 to 32. */
export function maskOf(prefixLength: number): Ipv4 {
  return (prefixLength === 0 ? 0 : (-1 << (32 - prefixLength)) >>> 0) as Ipv4;
}

/** The prefix length of a netmask; null if its ones are not contiguous. */
export function prefixLengthOf(mask: Ipv4): number | null {
  const length = Math.clz32(~mask);
  return maskOf(length) === mask ? length : null;
}

/** The address with its host bits cleared. */
export function networkOf(address: Ipv4, prefixLength: number): Ipv4 {
  return ((address & maskOf(prefixLength)) >>> 0) as Ipv4;
}

/** The address with its host bits set. */
export function broadcastOf(address: Ipv4, prefixLength: number): Ipv4 {
  return ((address | ~maskOf(prefixLength)) >>> 0) as Ipv4;
}

/** Whether `address` lies in the prefix of `network`, whose host bits don't count. */
export function isInNetwork(address: Ipv4, network: Ipv4, prefixLength: number): boolean {
  return ((address ^ network) & maskOf(prefixLength)) === 0;
}

/** 224.0.0.0/4 */
export function isMulticastIpv4(address: Ipv4): boolean {
  return address >>> 28 === 0xe;
}

/** 127.0.0.0/8 */
export function isLoopbackIpv4(address: Ipv4): boolean {
  return address >>> 24 === 127;
}

/** "This host" alone: of the rest of 0.0.0.0/8 Linux has made ordinary addresses (5.3). */
export function isZeronetIpv4(address: Ipv4): boolean {
  return address === IPV4_ANY;
}

/** 169.254.0.0/16 (RFC 3927) */
export function isLinkLocalIpv4(address: Ipv4): boolean {
  return address >>> 16 === 0xa9fe;
}

/** 240.0.0.0/4 without the limited broadcast: Linux's "martian" class E. */
export function isReservedIpv4(address: Ipv4): boolean {
  return address >>> 28 === 0xf && address !== IPV4_BROADCAST;
}

/** inet_aton(3): a.b.c.d, a.b.c, a.b or a, each decimal, octal or hexadecimal. */
export function inetAton(text: string): Ipv4 | null {
  const parts = text.split(".");
  if (parts.length > 4 || !parts.every((p) => /^(0[xX][0-9a-fA-F]+|\d+)$/.test(p))) return null;
  const numbers = parts.map((p) => (/^0\d/.test(p) ? Number.parseInt(p, 8) : Number(p)));
  const last = numbers.pop() as number;
  if (numbers.some((n) => !(n <= 255)) || !(last < 256 ** (4 - numbers.length))) return null;
  const high = numbers.reduce((sum, n, i) => sum + n * 256 ** (3 - i), 0);
  return (high + last) as Ipv4;
}
