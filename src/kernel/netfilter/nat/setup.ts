/**
 * Which addresses and ports a connection is given: nf_nat_setup_info and what it calls, net/netfilter/nf_nat_core.c;
 * nf_nat_masquerade.c, nf_nat_redirect.c. Left out: reusing another connection's mapping of the same source, ranges with a base
 * port, GRE.
 */
import { randomBelow } from "../../../base/random.ts";
import { IPV4_ANY, IPV4_LOOPBACK, type Ipv4 } from "../../../wire/address.ts";
import { IPPROTO_ICMP } from "../../../wire/ipv4.ts";
import { inetSelectAddr } from "../../fib/lookup.ts";
import { kernelLog } from "../../log.ts";
import { type NetDevice, type Netns, Scope, type World } from "../../types.ts";
import { writeTuple } from "../conntrack/core.ts";
import { type CtTable, ctFind } from "../conntrack/table.ts";
import { createTuple, hasPorts, invertTuple, type Tuple } from "../conntrack/tuple.ts";
import { CtStatusBit, type NatRange, NfHook, type PortRange } from "../types.ts";

/** enum nf_nat_manip_type */
export type Manip = "src" | "dst";

/** HOOK2MANIP */
export function manipOfHook(hook: NfHook): Manip {
  return hook === NfHook.POST_ROUTING || hook === NfHook.LOCAL_IN ? "src" : "dst";
}

/** Whether the connection has been given (or refused) another source or destination already: nf_nat_initialized. */
export function isNatDone(t: CtTable, slot: number, manip: Manip): boolean {
  return ((t.status[slot] as number) & doneBit(manip)) !== 0;
}

const CURRENT = createTuple();
const WANTED = createTuple();
const REPLY = createTuple();

/** Tries in one round, and the least. */
const MAX_ATTEMPTS = 128;
const MIN_ATTEMPTS = 16;

/** nf_nat_setup_info: gives a new connection a source or destination within the range, such that its replies are unmistakable. */
export function natSetup(world: World, netns: Netns, slot: number, range: NatRange, manip: Manip): void {
  const t = world.ct;
  // Only the first packet of a connection decides.
  if (((t.status[slot] as number) & CtStatusBit.CONFIRMED) !== 0) return;
  readReply(t, slot, REPLY);
  invertTuple(REPLY, CURRENT);
  uniqueTuple(world, netns, range, manip);
  let status = t.status[slot] as number;
  if (!equal(WANTED, CURRENT)) {
    invertTuple(WANTED, REPLY);
    writeTuple(t, 2 * slot + 1, REPLY);
    status |= manip === "src" ? CtStatusBit.SRC_NAT : CtStatusBit.DST_NAT;
  }
  t.status[slot] = status | doneBit(manip);
}

function doneBit(manip: Manip): number {
  return manip === "src" ? CtStatusBit.SRC_NAT_DONE : CtStatusBit.DST_NAT_DONE;
}

/** Whether another connection's packets look like this one's replies. */
function isReplyTaken(world: World, netns: Netns, slot: number): boolean {
  const t = world.ct;
  const node = 2 * slot + 1;
  const found = ctFind(
    t,
    netns.id,
    t.protocol[slot] as number,
    t.source[node] as number,
    t.destination[node] as number,
    t.ports[node] as number,
  );
  return found >= 0 && (t.timeout_ns[found >> 1] as number) > world.now_ns;
}

function readReply(t: CtTable, slot: number, out: Tuple): void {
  const node = 2 * slot + 1;
  out.protocol = t.protocol[slot] as number;
  out.source = t.source[node] as number;
  out.destination = t.destination[node] as number;
  out.ports = t.ports[node] as number;
}

function equal(a: Tuple, b: Tuple): boolean {
  return a.source === b.source && a.destination === b.destination && a.ports === b.ports;
}

/** nf_nat_alloc_null_binding: no rule wants anything; the port changes if the connection's replies would be another's. */
export function natNullBinding(world: World, netns: Netns, slot: number, manip: Manip): void {
  const t = world.ct;
  const node = 2 * slot + 1;
  if (((t.status[slot] as number) & CtStatusBit.CONFIRMED) !== 0) return;
  // What natSetup would come to for nearly every connection, without asking for a range.
  if (!isReplyTaken(world, netns, slot)) {
    t.status[slot] = (t.status[slot] as number) | doneBit(manip);
    return;
  }
  const address = ((manip === "src" ? (t.destination[node] as number) : (t.source[node] as number)) >>> 0) as Ipv4;
  natSetup(world, netns, slot, { ...NO_RANGE, addresses: { from: address, to: address } }, manip);
}

export const NO_RANGE: NatRange = {
  addresses: null,
  ports: null,
  random: false,
  randomFully: false,
  persistent: false,
};

/** get_unique_tuple: from CURRENT to WANTED. */
function uniqueTuple(world: World, netns: Netns, range: NatRange, manip: Manip): void {
  const isRandom = range.random || range.randomFully;
  copyTuple(CURRENT, WANTED);
  if (manip === "src" && !isRandom && inRange(CURRENT, range) && !isUsed(world, netns, WANTED)) return;
  chooseAddress(WANTED, range, manip);
  if (!isRandom) {
    const { ports } = range;
    if (ports === null) {
      if (!isUsed(world, netns, WANTED)) return;
    } else if (portInRange(WANTED, ports, manip) && (ports.from === ports.to || !isUsed(world, netns, WANTED))) {
      return;
    }
  }
  choosePort(world, netns, range.ports, manip);
}

function copyTuple(from: Tuple, to: Tuple): void {
  to.protocol = from.protocol;
  to.source = from.source;
  to.destination = from.destination;
  to.ports = from.ports;
}

/** Whether a connection's source lies in the range as it is. */
function inRange(tuple: Tuple, range: NatRange): boolean {
  const { addresses, ports } = range;
  const source = tuple.source >>> 0;
  if (addresses !== null && (source < addresses.from || source > addresses.to)) return false;
  return ports === null || portInRange(tuple, ports, "src");
}

function portInRange(tuple: Tuple, ports: PortRange, manip: Manip): boolean {
  const port = tuple.protocol === IPPROTO_ICMP || manip === "src" ? tuple.ports >>> 16 : tuple.ports & 0xffff;
  return port >= ports.from && port <= ports.to;
}

/** nf_nat_used_tuple: another connection's replies would look the same. */
function isUsed(world: World, netns: Netns, tuple: Tuple): boolean {
  if (!invertTuple(tuple, REPLY)) return true;
  const t = world.ct;
  const node = ctFind(t, netns.id, REPLY.protocol, REPLY.source, REPLY.destination, REPLY.ports);
  return node >= 0 && (t.timeout_ns[node >> 1] as number) > world.now_ns;
}

/** find_best_ips_proto: the same client is given the same address of a range each time. */
function chooseAddress(tuple: Tuple, range: NatRange, manip: Manip): void {
  const { addresses } = range;
  if (addresses === null) return;
  let chosen: number = addresses.from;
  if (addresses.from !== addresses.to) {
    const spread = hashAddress(tuple.source, range.persistent ? 0 : swapped(tuple.destination)) / 2 ** 32;
    chosen = addresses.from + Math.floor(spread * (addresses.to - addresses.from + 1));
  }
  if (manip === "src") tuple.source = chosen | 0;
  else tuple.destination = chosen | 0;
}

/** An address as a little-endian machine reads the word that it is in a packet. */
function swapped(address: number): number {
  return ((address & 0xff) << 24) | ((address & 0xff00) << 8) | ((address >>> 8) & 0xff00) | (address >>> 24);
}

const rotated = (word: number, by: number) => (word << by) | (word >>> (32 - by));

/** jhash2 of the four words of a nf_inet_addr, the last three of which are 0 for IPv4: include/linux/jhash.h. */
function hashAddress(address: number, seed: number): number {
  let b = (0xdeadbeef + (4 << 2) + seed) | 0;
  let c = b;
  let a = (b + swapped(address)) | 0;
  // __jhash_mix
  a = (a - c) ^ rotated(c, 4);
  c = (c + b) | 0;
  b = (b - a) ^ rotated(a, 6);
  a = (a + c) | 0;
  c = (c - b) ^ rotated(b, 8);
  b = (b + a) | 0;
  a = (a - c) ^ rotated(c, 16);
  c = (c + b) | 0;
  b = (b - a) ^ rotated(a, 19);
  a = (a + c) | 0;
  c = (c - b) ^ rotated(b, 4);
  b = (b + a) | 0;
  // __jhash_final, with the fourth word, which adds nothing.
  c = (c ^ b) - rotated(b, 14);
  a = (a ^ c) - rotated(c, 11);
  b = (b ^ a) - rotated(a, 25);
  c = (c ^ b) - rotated(b, 16);
  a = (a ^ c) - rotated(c, 4);
  b = (b ^ a) - rotated(a, 14);
  c = (c ^ b) - rotated(b, 24);
  return c >>> 0;
}

/** nf_nat_l4proto_unique_tuple: a free port (identifier of ICMP) for WANTED, from a random place on. */
function choosePort(world: World, netns: Netns, ports: PortRange | null, manip: Manip): void {
  const isIcmp = WANTED.protocol === IPPROTO_ICMP;
  if (!isIcmp && !hasPorts(WANTED.protocol)) return;
  // Another destination port would be another service.
  if (ports === null && !isIcmp && manip === "dst") return;
  const isHigh = isIcmp || manip === "src";
  const { from, to } = ports ?? freeRange(isIcmp, WANTED.ports >>> 16);
  const size = Math.abs(to - from) + 1;
  const least = Math.min(from, to);
  let attempts = Math.min(size, MAX_ATTEMPTS);
  for (;;) {
    const offset = randomBelow(world.random, 0x1_0000);
    for (let i = 0; i < attempts; i++) {
      const port = least + ((offset + i) % size);
      WANTED.ports = isHigh ? (port << 16) | (WANTED.ports & 0xffff) : (WANTED.ports & ~0xffff) | port;
      if (!isUsed(world, netns, WANTED)) return;
    }
    if (attempts >= size || attempts < MIN_ATTEMPTS) return;
    attempts >>>= 1;
  }
}

/** Ports of the same kind as the one that was asked for: low ones stay low. */
function freeRange(isIcmp: boolean, port: number): PortRange {
  if (isIcmp) return { from: 0, to: 0xffff };
  if (port < 512) return { from: 1, to: 511 };
  return port < 1024 ? { from: 600, to: 1023 } : { from: 1024, to: 0xffff };
}

/** nf_nat_masquerade_ipv4: the source becomes the address of the device that the packet leaves by. False: it has none. */
export function natMasquerade(
  world: World,
  netns: Netns,
  slot: number,
  range: NatRange,
  out: NetDevice,
  nextHop: Ipv4,
): boolean {
  const t = world.ct;
  // A packet without a source, of DHCP, stays so.
  if (t.source[2 * slot] === 0) return true;
  const address = inetSelectAddr(world, netns, out, nextHop, Scope.UNIVERSE);
  if (address === IPV4_ANY) {
    kernelLog(world, netns.id, `masquerade: ${out.name} ate my IP address`);
    return false;
  }
  t.masq[slot] = out.id;
  natSetup(world, netns, slot, { ...range, addresses: { from: address, to: address } }, "src");
  return true;
}

/** nf_nat_redirect_ipv4: to this host; what it sends itself to loopback. False: the device has no address. */
export function natRedirect(
  world: World,
  netns: Netns,
  slot: number,
  range: NatRange,
  inDev: NetDevice | null,
): boolean {
  const own = inDev?.addresses.find((ifa) => !ifa.secondary) ?? inDev?.addresses[0];
  const address = inDev === null ? IPV4_LOOPBACK : own?.local;
  if (address === undefined) return false;
  natSetup(world, netns, slot, { ...range, addresses: { from: address, to: address } }, "dst");
  return true;
}
