/** nc over UDP: binding, connecting, and the datagrams that try a port. */
import { SECOND_NS } from "../../base/time.ts";
import { ECONNREFUSED, strerror } from "../../kernel/errno.ts";
import { sendTo, socketBind, socketConnect } from "../../kernel/socket/inet.ts";
import { socket, socketCreate } from "../../kernel/socket/socket.ts";
import { fail, ownSocket, setTimer, write } from "../process.ts";
import { toUtf8 } from "../text/utf8.ts";
import type { Sys } from "../types.ts";
import { type Nc, type Step, TEST } from "./state.ts";
import { bindOwn, succeeded, whereTo } from "./tcp.ts";

/** The second datagram follows the first at once, as long as it takes an error to come back from near by. */
const SECOND_TEST_NS = 300_000;
/** UDP_SCAN_TIMEOUT, seconds. */
const SCAN_S = 3;

export function listenUdp(sys: Sys, s: Nc): void {
  const { world, proc } = sys;
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "udp", 17));
  const own = socket(world, id);
  own.reusePort = true;
  own.broadcast = s.o.broadcast;
  const errno = socketBind(world, id, s.address, s.ports[0] as number);
  if (errno < 0) return fail(sys, `nc: ${strerror(errno)}\n`, 1);
  if (s.o.verbose) s.report = { what: "Bound", address: own.local, port: own.localPort };
  s.listener = id;
}

/** A listener talks to who sent the first datagram. */
export function meetUdp(sys: Sys, s: Nc): boolean {
  const first = s.listener === null ? undefined : socket(sys.world, s.listener).queue[0];
  if (s.listener === null || !first) return false;
  socketConnect(sys.world, s.listener, first.source, first.sourcePort);
  s.socket = s.listener;
  if (s.o.verbose) s.report = { what: "Connection received", address: first.source, port: first.sourcePort };
  return true;
}

export function connectUdp(sys: Sys, s: Nc): Step {
  const { world, proc } = sys;
  const { o } = s;
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "udp", 17));
  s.socket = id;
  socket(world, id).broadcast = o.broadcast;
  if (!bindOwn(sys, s, (address, port) => socketBind(world, id, address, port))) return "wait";
  const errno = socketConnect(world, id, s.address, s.ports[0] as number);
  if (errno < 0) {
    if (o.verbose) {
      write(sys, 2, `nc: connect to ${whereTo(s)} port ${s.ports[0]} (udp) failed: ${strerror(errno)}\n`);
    }
    return "next";
  }
  s.status = 0;
  if (o.verbose) return testUdp(sys, s);
  return o.zero ? "next" : "talk";
}

/** udptest: two datagrams "X" at once, then one each second; unless one is refused the port is taken for open. */
export function testUdp(sys: Sys, s: Nc): Step {
  const seconds = s.o.timeout_s ?? SCAN_S;
  const sent = sendTo(sys.world, s.socket as number, { payload: toUtf8("X") });
  s.tests++;
  if (sent === ECONNREFUSED || (s.tests === 1 && sent < 0)) {
    s.status = 1;
    return "next";
  }
  if (s.tests < 2 + seconds) {
    setTimer(sys, TEST, s.tests === 1 ? SECOND_TEST_NS : SECOND_NS);
    return "wait";
  }
  succeeded(sys, s, "udp");
  return s.o.zero ? "next" : "talk";
}
