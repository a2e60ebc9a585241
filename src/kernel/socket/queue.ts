/** What waits in a socket to be read: sock_queue_rcv_skb and ip_icmp_error of net/core/sock.c and net/ipv4/ip_sockglue.c. */
import { randomBelow } from "../../base/random.ts";
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import type { FramePool } from "../../sim/frames.ts";
import { pushEvent } from "../../sim/queue.ts";
import { copyWords } from "../../sim/words.ts";
import { IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import { record } from "../record.ts";
import { truesize } from "../skb.ts";
import { EventKind, type Message, type Socket, type World } from "../types.ts";

/** A process that sleeps on a socket runs again so long after something came: at least, and at most that much more. */
const WAKE_NS = 2_000;
const WAKE_SPREAD_NS = 6_000;

/** Tells the process of a socket that there is something to read, or an error. */
export function wakeSocket(world: World, socket: Socket): void {
  const at = world.now_ns + WAKE_NS + randomBelow(world.random, WAKE_SPREAD_NS);
  pushEvent(world.queue, at, EventKind.SOCKET_READY, socket.pid, socket.id, 0);
}

/** Puts a message into a socket's queue and wakes its process. False when the receive buffer is full: then it is dropped. */
export function queueMessage(world: World, socket: Socket, message: Message): boolean {
  if (socket.queuedBytes >= socket.rcvbuf) {
    socket.drops++;
    return false;
  }
  socket.queue.push(message);
  socket.queuedBytes += truesize(message.bytes.length);
  wakeSocket(world, socket);
  return true;
}

const SLAB_BYTES = 1 << 14;
/** Where the next messages' bytes are kept: many small arrays cost more than views of a larger one. Written once. */
let slab = new Int32Array(SLAB_BYTES / 4);
/** slab.buffer, which engines are slow to say. */
let slabBytes = slab.buffer;
/** In words. */
let slabUsed = 0;

/** A copy of bytes of the pool that stays as it is. Whole words are copied, those in which the bytes begin and end, too. */
export function keepBytes(pool: FramePool, from: number, length: number): Uint8Array {
  if (length > SLAB_BYTES / 4) return pool.bytes.slice(from, from + length);
  const first = from >> 2;
  const words = ((from + length + 3) >> 2) - first;
  if (slabUsed + words > slab.length) {
    slab = new Int32Array(SLAB_BYTES / 4);
    slabBytes = slab.buffer;
    slabUsed = 0;
  }
  copyWords(pool.words, first, slab, slabUsed, words);
  const kept = new Uint8Array(slabBytes, 4 * slabUsed + (from & 3), length);
  slabUsed += words;
  return kept;
}

/** Delivers bytes of a frame to a socket, with the trace's row about it. */
export function deliverBytes(
  world: World,
  socket: Socket,
  frame: number,
  packet: number,
  dev: number,
  pkttype: number,
  from: number,
  to: number,
  source: Ipv4,
  sourcePort: number,
  ttl: number,
  protocol: number,
): void {
  const message: Message = {
    t_ns: world.now_ns,
    bytes: keepBytes(world.pool, from, to - from),
    source,
    sourcePort,
    ttl,
    dev,
    pkttype,
    packet,
    error: null,
  };
  if (queueMessage(world, socket, message)) {
    record(world, TraceKind.DELIVER, dev, packet, frame, socket.id, protocol);
  } else {
    record(world, TraceKind.DROP, dev, packet, frame, DropReason.SOCKET_RCVBUFF, -1);
  }
}

/** What a socket is told of an error: ip_icmp_error's sock_extended_err, and the address that it is about. */
export interface SocketError {
  errno: number;
  /** ICMP type, or -1 when the error arose here (SO_EE_ORIGIN_LOCAL). */
  type: number;
  code: number;
  from: Ipv4;
  /** MTU, or gateway of a redirect. */
  info: number;
}

/** Puts an error into a socket's queue. `about` is where the packet was sent, `bytes` what is left of it, `ttl` what the message came with. */
export function queueError(
  world: World,
  socket: Socket,
  error: SocketError,
  about: Ipv4,
  port: number,
  bytes: Uint8Array,
  ttl = 0,
): void {
  const message: Message = {
    t_ns: world.now_ns,
    bytes,
    source: about,
    sourcePort: port,
    ttl,
    dev: -1,
    pkttype: 0,
    packet: -1,
    error,
  };
  queueMessage(world, socket, message);
}

/** ip_local_error: the packet did not even leave. */
export function queueLocalError(world: World, socket: Socket, errno: number, about: Ipv4, port: number, info: number) {
  if (!socket.recvErr) return;
  const error = { errno, type: -1, code: 0, from: IPV4_ANY, info };
  queueError(world, socket, error, about, port, new Uint8Array(0));
}
