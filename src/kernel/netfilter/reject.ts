/** Saying no: net/ipv4/netfilter/nf_reject_ipv4.c, ipt_REJECT.c. The answer is an event of the same moment (reject-later.ts). */
import { allocFrame, framePhysin, frameStart, releaseFrame } from "../../sim/frames.ts";
import { IPV4_ANY } from "../../wire/address.ts";
import { getMac } from "../../wire/bytes.ts";
import { ETH_HLEN, ETH_P_IP, emitEthernet } from "../../wire/ethernet.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_HOST_ANO,
  ICMP_HOST_UNREACH,
  ICMP_NET_ANO,
  ICMP_NET_UNREACH,
  ICMP_PKT_FILTERED,
  ICMP_PORT_UNREACH,
  ICMP_PROT_UNREACH,
} from "../../wire/icmpv4.ts";
import {
  emitIpv4,
  IP_DF,
  IPPROTO_TCP,
  IPV4_HLEN,
  ipv4Destination,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  ipv4TotalLength,
} from "../../wire/ipv4.ts";
import {
  emitTcpHeader,
  setTcpChecksum,
  TCP_ACK,
  TCP_FIN,
  TCP_HLEN,
  TCP_RST,
  TCP_SYN,
  tcpAcknowledgmentNumber,
  tcpDestinationPort,
  tcpFlags,
  tcpHeaderLength,
  tcpSequenceNumber,
  tcpSourcePort,
} from "../../wire/tcp.ts";
import { ANY_DEV } from "../fib/lookup.ts";
import { icmpSend } from "../ipv4/icmp-send.ts";
import { ipLocalOut } from "../ipv4/output.ts";
import { routeOutput } from "../ipv4/route.ts";
import { createRtable } from "../ipv4/rtable.ts";
import { devQueueXmit } from "../netdev/xmit.ts";
import { newPacket } from "../record.ts";
import { ipDefaultTtl } from "../sysctl.ts";
import type { DevId, Netns, World } from "../types.ts";
import { conntrackAttach, conntrackSetClosing } from "./conntrack/core.ts";
import { unpackReject } from "./reject-later.ts";
import { NfHook } from "./types.ts";

const CODE: Readonly<Record<string, number>> = {
  "icmp-net-unreachable": ICMP_NET_UNREACH,
  "icmp-host-unreachable": ICMP_HOST_UNREACH,
  "icmp-proto-unreachable": ICMP_PROT_UNREACH,
  "icmp-port-unreachable": ICMP_PORT_UNREACH,
  "icmp-net-prohibited": ICMP_NET_ANO,
  "icmp-host-prohibited": ICMP_HOST_ANO,
  "icmp-admin-prohibited": ICMP_PKT_FILTERED,
};

/** Event NF_REJECT: tells the sender of the packet in the frame, one count of which it consumes. As `rejectLater` packs it. */
export function nfReject(world: World, frame: number, inDev: DevId, packed: number): void {
  const { netns: id, hook, how } = unpackReject(packed);
  const netns = world.netns[id];
  if (netns) {
    const isLocal = hook === NfHook.LOCAL_IN;
    const code = CODE[how];
    if (code === undefined) sendReset(world, netns, frame, hook);
    else icmpSend(world, id, frame, inDev, isLocal, ICMP_DEST_UNREACH, code, 0);
  }
  releaseFrame(world.pool, frame);
}

const RT = createRtable();

/** nf_send_reset */
function sendReset(world: World, netns: Netns, frame: number, hook: number): void {
  const pool = world.pool;
  const from = frameStart(pool, frame) + ETH_HLEN;
  if (ipv4Protocol(pool.bytes, from) !== IPPROTO_TCP || ipv4FragmentOffset(pool.bytes, from) !== 0) return;
  const l4 = from + ipv4HeaderLength(pool.bytes, from);
  if (ipv4TotalLength(pool.bytes, from) - (l4 - from) < TCP_HLEN) return;
  if ((tcpFlags(pool.bytes, l4) & TCP_RST) !== 0) return;
  const source = ipv4Destination(pool.bytes, from);
  const destination = ipv4Source(pool.bytes, from);
  const port = framePhysin(pool, frame);
  const physIn = hook === NfHook.FORWARD || hook === NfHook.LOCAL_IN ? port : -1;
  const own = hook === NfHook.LOCAL_IN ? source : IPV4_ANY;
  if (routeOutput(world, netns, destination, own, ANY_DEV, 0, RT) < 0) return;
  const reset = allocFrame(pool, ETH_HLEN + IPV4_HLEN + TCP_HLEN, newPacket(world));
  const at = frameStart(pool, reset) + ETH_HLEN;
  emitIpv4(pool.bytes, at, IPV4_HLEN + TCP_HLEN, 0, IP_DF, ipDefaultTtl(netns), IPPROTO_TCP, source, destination, 0);
  writeReset(pool.bytes, frameStart(pool, frame) + ETH_HLEN, at + IPV4_HLEN);
  setTcpChecksum(pool.bytes, at + IPV4_HLEN, TCP_HLEN, source, destination);
  conntrackAttach(world, frame, reset);
  conntrackSetClosing(world, netns, frame);
  if (physIn >= 0) sendBack(world, frame, reset, physIn);
  else ipLocalOut(world, reset, RT, -1, IPPROTO_TCP);
}

/** nf_reject_ip_tcphdr_put: the reset that answers the segment of the packet at `ip`. */
function writeReset(b: Uint8Array, ip: number, at: number): void {
  const from = ip + ipv4HeaderLength(b, ip);
  const flags = tcpFlags(b, from);
  const hasAck = (flags & TCP_ACK) !== 0;
  const syn = (flags & TCP_SYN) !== 0 ? 1 : 0;
  const fin = (flags & TCP_FIN) !== 0 ? 1 : 0;
  const data = ipv4TotalLength(b, ip) - (from - ip) - tcpHeaderLength(b, from);
  emitTcpHeader(b, at, {
    sourcePort: tcpDestinationPort(b, from),
    destinationPort: tcpSourcePort(b, from),
    sequenceNumber: hasAck ? tcpAcknowledgmentNumber(b, from) : 0,
    acknowledgmentNumber: hasAck ? 0 : (tcpSequenceNumber(b, from) + syn + fin + data) >>> 0,
    flags: hasAck ? TCP_RST : TCP_RST | TCP_ACK,
    window: 0,
    urgentPointer: 0,
    options: [],
  });
}

/** What came in by a bridge goes back by the port, as if the other end had sent it. */
function sendBack(world: World, frame: number, reset: number, physIn: DevId): void {
  const { pool } = world;
  const from = frameStart(pool, frame);
  const to = frameStart(pool, reset);
  emitEthernet(pool.bytes, to, getMac(pool.bytes, from + 6), getMac(pool.bytes, from), ETH_P_IP);
  devQueueXmit(world, physIn, reset);
}
