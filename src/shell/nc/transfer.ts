/**
 * nc's readwrite(): stdin to the socket and the socket to stdout, until both ends are through. The four descriptors that the
 * program polls are `stdin`, `netOut`, `netIn` here; stdout lasts as long as `netIn`.
 */
import { SECOND_NS } from "../../base/time.ts";
import { EAGAIN } from "../../kernel/errno.ts";
import { sendTo } from "../../kernel/socket/inet.ts";
import { socketError, socketRecv } from "../../kernel/socket/socket.ts";
import { tcpRecv, tcpSend, tcpShutdown } from "../../kernel/tcp/api.ts";
import type { SocketId } from "../../kernel/types.ts";
import { awaitInput, cancelTimer, isTerminal, setTimer, write } from "../process.ts";
import { hasReader, peekStream, takeStream } from "../streams.ts";
import { fromUtf8, toUtf8 } from "../text/utf8.ts";
import type { Sys } from "../types.ts";
import type { NcOptions } from "./options.ts";

/** Timer slots: -w, and the next turn of the loop. */
export const IDLE = 0;
export const TURN = 3;
/** What a turn of the loop takes: long enough that what it sent by UDP has been answered, as within one real machine. */
const TURN_NS = 500_000;
/** By TCP the kernel's acknowledgement is back, but no program's answer. */
const TURN_TCP_NS = 200_000;
/** BUFSIZE */
const BUFFER = 16_384;

export interface Transfer {
  o: NcOptions;
  socket: SocketId;
  stdin: boolean;
  netOut: boolean;
  netIn: boolean;
  /** Read from stdin and not sent. */
  unsent: Uint8Array;
  /** Datagrams or reads so far (-W). */
  received: number;
  /** Asked to be woken when there is something to read on stdin. */
  awaits: boolean;
  /** Stdin is not looked at before. */
  readAt_ns: number;
}

export function beginTransfer(sys: Sys, o: NcOptions, socket: SocketId): Transfer {
  const t: Transfer = {
    o,
    socket,
    stdin: !o.noStdin,
    netOut: true,
    netIn: true,
    unsent: new Uint8Array(0),
    received: 0,
    awaits: false,
    readAt_ns: 0,
  };
  if (!t.stdin) stdinGone(sys, t);
  return t;
}

/** One turn of the loop after something happened. True: it is over. */
export function turn(sys: Sys, t: Transfer): boolean {
  if (t.o.timeout_s !== null) setTimer(sys, IDLE, t.o.timeout_s * SECOND_NS);
  fillFromStdin(sys, t);
  send(sys, t);
  if (sys.proc.exit !== null) return false;
  // Who reads no longer what is written is told by poll(2): nothing more is taken from the net.
  const out = sys.proc.fds[1];
  if (out !== null && out !== undefined && !hasReader(sys.world, out)) t.netIn = false;
  receive(sys, t);
  if (!t.stdin && t.unsent.length === 0) stdinGone(sys, t);
  const isOver = t.unsent.length === 0 && !t.netIn && (t.o.listen || !t.stdin);
  if (isOver) for (const slot of [IDLE, TURN]) cancelTimer(sys, slot);
  return isOver;
}

function fillFromStdin(sys: Sys, t: Transfer): void {
  const fd = sys.proc.fds[0];
  if (!t.stdin || t.unsent.length > 0 || t.awaits || sys.world.now_ns < t.readAt_ns) return;
  const { text, eof } = fd === null || fd === undefined ? { text: "", eof: true } : peekStream(sys.world, fd);
  if (text === "") {
    if (eof && fd !== null && fd !== undefined) takeStream(sys.world, fd, 0);
    if (eof) t.stdin = false;
    else {
      t.awaits = true;
      awaitInput(sys);
    }
    return;
  }
  const part = text.slice(0, BUFFER);
  takeStream(sys.world, fd as number, part.length);
  t.unsent = toUtf8(t.o.crlf ? part.replace(/\r?\n/g, "\r\n") : part);
}

/** What was read goes out; stdin is looked at again a moment later. */
function send(sys: Sys, t: Transfer): void {
  if (!t.netOut) t.unsent = new Uint8Array(0);
  if (t.unsent.length === 0) return;
  const taken = t.o.udp ? sendTo(sys.world, t.socket, { payload: t.unsent }) : tcpSend(sys.world, t.socket, t.unsent);
  if (taken < 0 && taken !== EAGAIN) {
    t.netOut = false;
    t.stdin = false;
    t.unsent = new Uint8Array(0);
    return;
  }
  t.unsent = t.unsent.slice(Math.max(taken, 0));
  if (t.unsent.length > 0 || !t.stdin) return;
  const turn_ns = t.o.udp ? TURN_NS : TURN_TCP_NS;
  t.readAt_ns = sys.world.now_ns + turn_ns;
  setTimer(sys, TURN, turn_ns);
}

/** Nothing more will be sent: with -N the other end hears of it. */
function stdinGone(sys: Sys, t: Transfer): void {
  if (t.netOut && t.o.shutdown && !t.o.udp) tcpShutdown(sys.world, t.socket);
  t.netOut = false;
  if ((t.o.listen || t.o.udp) && t.o.quit_s !== null) {
    t.netIn = false;
    t.o.keep = false;
  }
}

function receive(sys: Sys, t: Transfer): void {
  if (!t.netIn) return;
  if (t.o.udp) receiveDatagrams(sys, t);
  else receiveStream(sys, t);
}

function receiveStream(sys: Sys, t: Transfer): void {
  for (let got = tcpRecv(sys.world, t.socket); got !== EAGAIN; got = tcpRecv(sys.world, t.socket)) {
    if (got === null || typeof got === "number") {
      t.netIn = false;
      // POLLERR: nothing can be sent any more, either.
      if (got !== null) t.stdin = t.netOut = false;
      return;
    }
    write(sys, 1, fromUtf8(got));
    if (sys.proc.exit !== null || isEnough(t)) return;
    // It looks whether its reader has had enough.
    if (!isTerminal(sys, 1)) setTimer(sys, TURN, Math.max(TURN_TCP_NS, t.readAt_ns - sys.world.now_ns));
  }
}

function receiveDatagrams(sys: Sys, t: Transfer): void {
  if (socketError(sys.world, t.socket) < 0) {
    t.netIn = t.netOut = t.stdin = false;
    return;
  }
  for (let m = socketRecv(sys.world, t.socket); m; m = socketRecv(sys.world, t.socket)) {
    write(sys, 1, fromUtf8(m.bytes));
    if (sys.proc.exit !== null || isEnough(t)) return;
  }
}

function isEnough(t: Transfer): boolean {
  t.received++;
  if (t.o.receiveLimit === null || t.received < t.o.receiveLimit) return false;
  t.netIn = false;
  t.stdin = false;
  return true;
}
