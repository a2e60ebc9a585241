/**
 * Sockets that descriptors lead to, so that what reads and writes streams reads and writes the net: bash's /dev/tcp and
 * /dev/udp. A read takes what it is given of a TCP stream, of a datagram the whole (udp_recvmsg drops what doesn't fit).
 */
import { EAGAIN } from "../kernel/errno.ts";
import { sendTo } from "../kernel/socket/inet.ts";
import { socket, socketClose, socketRecv } from "../kernel/socket/socket.ts";
import { tcpPeek, tcpRecv, tcpSend } from "../kernel/tcp/api.ts";
import { fromUtf8, toUtf8 } from "./text/utf8.ts";
import type { ShellWorld, Stream, StreamId } from "./types.ts";

type SocketStream = Extract<Stream, { kind: "socket" }>;

/**
 * write(2): 0, or an errno. What the socket has no room for yet goes later.
 * @param byLine bash's builtins write line by line, each line a write of its own: the first goes now, the others when the shell says `sendPiece`
 */
export function writeSocket(world: ShellWorld, s: SocketStream, text: string, byLine: boolean): number {
  const pieces = byLine ? (text.match(/[^\n]*\n|[^\n]+$/g) ?? []) : [text];
  s.byLine = byLine;
  s.unsent.push(...pieces.map(toUtf8));
  return s.unsent.length === pieces.length ? sendPiece(world, s) : 0;
}

/** Sends the next piece. 0, or the errno for which nothing of it goes; EAGAIN is 0. */
export function sendPiece(world: ShellWorld, s: SocketStream): number {
  const payload = s.unsent.shift();
  if (payload === undefined) return 0;
  s.sent_ns = world.now_ns;
  const isUdp = socket(world, s.socket).type === "udp";
  const taken = isUdp ? sendTo(world, s.socket, { payload }) : tcpSend(world, s.socket, payload);
  if (taken < 0 && taken !== EAGAIN) {
    s.unsent = [];
    return taken;
  }
  const left = payload.slice(Math.max(taken, 0));
  if (left.length > 0) s.unsent.unshift(left);
  return 0;
}

/** Between two lines that bash's stdio writes; one to somebody near by is acknowledged by then, but not answered. */
const LINE_NS = 100_000;
const SLOW_LINE_NS = 1_000_000;

/** How long bash's next line has to wait, from now. */
export function pause_ns(world: ShellWorld, s: SocketStream): number {
  const since_ns = world.now_ns - s.sent_ns;
  if (since_ns < LINE_NS) return LINE_NS - since_ns;
  const isThrough = (socket(world, s.socket).tcp?.sent.length ?? 0) === 0;
  return isThrough || since_ns >= SLOW_LINE_NS ? 0 : LINE_NS;
}

/** Sends what there is room for. */
export function sendPieces(world: ShellWorld, s: SocketStream): void {
  for (let before = -1; s.unsent.length > 0 && s.unsent.length !== before; ) {
    before = s.unsent.length;
    sendPiece(world, s);
  }
}

/** As `peekStream`. `errno`: why nothing can be read, negative, or 0. */
export function peekSocket(world: ShellWorld, s: SocketStream): { text: string; eof: boolean; errno?: number } {
  const { type, queue, error } = socket(world, s.socket);
  if (type === "udp") return { text: queue[0] ? fromUtf8(queue[0].bytes) : "", eof: error !== 0, errno: error };
  const got = tcpPeek(world, s.socket);
  if (typeof got === "number" && got !== EAGAIN) return { text: "", eof: true, errno: got };
  return typeof got === "object" && got !== null
    ? { text: fromUtf8(got), eof: false }
    : { text: "", eof: got !== EAGAIN };
}

/** Takes so many characters. */
export function takeSocket(world: ShellWorld, s: SocketStream, length: number): void {
  if (length === 0) return;
  if (socket(world, s.socket).type === "udp") socketRecv(world, s.socket);
  else tcpRecv(world, s.socket, toUtf8(peekSocket(world, s).text.slice(0, length)).length);
}

/** Nobody holds the stream any more: the socket is closed once all has gone. */
export function closeSocketStream(world: ShellWorld, id: StreamId, s: SocketStream): void {
  sendPieces(world, s);
  if (s.unsent.length > 0) return;
  socketClose(world, s.socket);
  world.streams[id] = null;
}
