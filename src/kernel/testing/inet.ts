/** What the tests of layer 3 share: addresses on the lab's hosts, pings, and the frames of the trace as one line each. */
import { assert } from "../../base/assert.ts";
import { seconds } from "../../base/time.ts";
import { frameBytes } from "../../sim/trace.ts";
import { cidr, formatIpv4, formatMac, type Ipv4, ipv4 } from "../../wire/address.ts";
import { parseArp } from "../../wire/arp.ts";
import { ETH_HLEN, ETH_P_ARP, parseEthernet } from "../../wire/ethernet.ts";
import { emitIcmpEcho, ICMP_ECHO, ICMP_HLEN, parseIcmp } from "../../wire/icmpv4.ts";
import { IPPROTO_ICMP, ipv4ChecksumOk, ipv4HeaderLength, parseIpv4Header } from "../../wire/ipv4.ts";
import { kernelDispatch, runUntil } from "../dispatch.ts";
import { inetAddrAdd } from "../fib/devinet.ts";
import { neighEntries } from "../neigh/admin.ts";
import { sendTo } from "../socket/inet.ts";
import { socket, socketCreate, socketRecv } from "../socket/socket.ts";
import { type DevId, EventKind, type Message, type NetnsId, type SocketId, type World } from "../types.ts";
import { createLab, type Lab, rowsOf } from "./lab.ts";

/** A lab whose hosts are 10.0.0.2, .3 … with a /24, its bridge 10.0.0.1. */
export function createInetLab(count: number, seed: number | string = 1): Lab {
  const lab = createLab(count, seed);
  addAddress(lab.world, lab.bridge.id, "10.0.0.1/24");
  for (const [i, host] of lab.hosts.entries()) addAddress(lab.world, host.id, `10.0.0.${i + 2}/24`);
  return lab;
}

export function addAddress(world: World, dev: DevId, text: string): void {
  const { address, prefixLength } = cidr(text);
  assert(inetAddrAdd(world, dev, { local: address, prefixLen: prefixLength }) === 0, `cannot add ${text}`);
}

/** Lets time pass; what sockets are told is left in their queues. */
export function pass(world: World, by_s: number): void {
  runUntil(world, world.now_ns + seconds(by_s), (w, event) => {
    assert(event.kind >= EventKind.SOCKET_READY || kernelDispatch(w, event), `nobody handles ${event.kind}`);
  });
}

/** A raw ICMP socket that wants errors. */
export function pingSocket(world: World, netns: NetnsId, type: "raw" | "ping" = "raw"): SocketId {
  const id = socketCreate(world, netns, 1, type, IPPROTO_ICMP);
  assert(id >= 0, "no socket");
  socket(world, id).recvErr = true;
  return id;
}

/** Sends one echo request; what sendto answers. */
export function echo(world: World, id: SocketId, to: string, sequence = 1, length = 56, confirm = false): number {
  const payload = new Uint8Array(ICMP_HLEN + length);
  emitIcmpEcho(payload, 0, ICMP_ECHO, 77, sequence, length);
  return sendTo(world, id, { address: ipv4(to), payload, confirm });
}

/** Everything that waits in a socket. */
export function drain(world: World, id: SocketId): Message[] {
  const messages: Message[] = [];
  for (let m = socketRecv(world, id); m !== null; m = socketRecv(world, id)) messages.push(m);
  return messages;
}

/** The HOP rows as "device: what" with the time in seconds in front. */
export function hops(world: World, from = 0, of?: DevId): string[] {
  const lines: string[] = [];
  for (const row of rowsOf(world, from)) {
    if (row.kind !== "HOP" || (of !== undefined && row.dev !== of)) continue;
    const bytes = frameBytes(world.trace, row.frame);
    assert(bytes, "bytes gone");
    lines.push(`${(row.t_ns / 1e9).toFixed(3)} ${world.devs[row.dev]?.name ?? row.dev}: ${describe(bytes)}`);
  }
  return lines;
}

/** A frame in a few words; its checksums must be right. */
export function describe(bytes: Uint8Array): string {
  const ethernet = parseEthernet(bytes, 0, bytes.length);
  assert(ethernet.ok, "no Ethernet");
  const { dst, type } = ethernet.value;
  const to = dst === 0xffff_ffff_ffff ? "*" : formatMac(dst).slice(-2);
  if (type === ETH_P_ARP) {
    const arp = parseArp(bytes, ETH_HLEN, bytes.length - ETH_HLEN);
    assert(arp.ok, "no ARP");
    const { op, spa, tpa } = arp.value;
    return `>${to} arp ${op === 1 ? "who-has" : "reply"} ${formatIpv4(spa)} ${formatIpv4(tpa)}`;
  }
  const ip = parseIpv4Header(bytes, ETH_HLEN, bytes.length - ETH_HLEN);
  assert(ip.ok && ipv4ChecksumOk(bytes, ETH_HLEN), "no IPv4");
  const h = ip.value;
  const flags = `${h.dontFragment ? " DF" : ""}${h.moreFragments ? " MF" : ""}`;
  const place = h.fragmentOffset > 0 ? ` +${h.fragmentOffset}` : "";
  const head = `>${to} ${formatIpv4(h.source)} ${formatIpv4(h.destination)} ttl ${h.ttl} len ${h.totalLength}${flags}${place}`;
  if (h.protocol !== IPPROTO_ICMP || h.fragmentOffset > 0) return `${head} proto ${h.protocol}`;
  const icmp = parseIcmp(bytes, ETH_HLEN + ipv4HeaderLength(bytes, ETH_HLEN), h.totalLength - 20);
  assert(icmp.ok, "no ICMP");
  const { type: kind, code } = icmp.value;
  return `${head} icmp ${kind === "other" ? icmp.value.number : kind}/${code}`;
}

/** State names of a namespace's neighbours by address. */
export function neighStates(world: World, netns: NetnsId): Record<string, number> {
  return Object.fromEntries(neighEntries(world, netns).map((entry) => [formatIpv4(entry.ip as Ipv4), entry.state]));
}
