/** TCP when segments get lost, windows close and queues are full: what goes out again, when, and when it gives up. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { frameLength, frameStart } from "../../sim/frames.ts";
import { type Event, nextEventTime, popEvent } from "../../sim/queue.ts";
import { frameBytes } from "../../sim/trace.ts";
import { ipv4 } from "../../wire/address.ts";
import { ETH_HLEN, ETH_P_IP, parseEthernet } from "../../wire/ethernet.ts";
import { ipv4HeaderLength, ipv4Protocol, ipv4TotalLength } from "../../wire/ipv4.ts";
import { parseTcpOptions, TCP_HLEN, TCPOPT_SACK, tcpHeaderLength, tcpSequenceNumber } from "../../wire/tcp.ts";
import { kernelDispatch } from "../dispatch.ts";
import { EAGAIN, ECONNRESET, EINPROGRESS, ETIMEDOUT } from "../errno.ts";
import { devClose, devOpen } from "../netdev/device.ts";
import { Mib } from "../snmp.ts";
import { socketClose, socketCreate, socketError } from "../socket/socket.ts";
import { sysctlSet } from "../sysctl.ts";
import { createInetLab, pass } from "../testing/inet.ts";
import { type Lab, rowsOf } from "../testing/lab.ts";
import { type DevId, EventKind, type Socket, type SocketId, type World } from "../types.ts";
import { tcpAccept, tcpBind, tcpConnect, tcpListen, tcpRecv, tcpSend, tcpShutdown, tcpState } from "./api.ts";

const SERVER = ipv4("10.0.0.3");

function listener(lab: Lab, backlog = 8): SocketId {
  const id = socketCreate(lab.world, lab.spaces[1]!.id, 1, "tcp", 6);
  expect(tcpBind(lab.world, id, ipv4("0.0.0.0"), 80)).toBe(0);
  expect(tcpListen(lab.world, id, backlog)).toBe(0);
  return id;
}

function dial(lab: Lab): SocketId {
  const id = socketCreate(lab.world, lab.spaces[0]!.id, 1, "tcp", 6);
  expect(tcpConnect(lab.world, id, SERVER, 80)).toBe(EINPROGRESS);
  return id;
}

function connected(lab: Lab): [SocketId, SocketId] {
  const server = listener(lab);
  const client = dial(lab);
  pass(lab.world, 0.01);
  return [client, tcpAccept(lab.world, server, 2)];
}

function socketOf(world: World, id: SocketId): Socket {
  return world.sockets[id] as Socket;
}

interface Seen {
  /** Since `from`, ms. */
  at_ms: number;
  /** First number, counted from the connection's own first. */
  seq: number;
  length: number;
  sacks: number;
}

/** The TCP segments with data or blocks that left a device from an instant on. */
function sent(world: World, dev: DevId, iss: number, from_ns = 0): Seen[] {
  return rowsOf(world).flatMap((row) => {
    if (row.kind !== "HOP" || row.dev !== dev || row.t_ns < from_ns) return [];
    const b = frameBytes(world.trace, row.frame)!;
    const ethernet = parseEthernet(b, 0, b.length);
    if (!ethernet.ok || ethernet.value.type !== ETH_P_IP || ipv4Protocol(b, ETH_HLEN) !== 6) return [];
    const at = ETH_HLEN + ipv4HeaderLength(b, ETH_HLEN);
    const header = tcpHeaderLength(b, at);
    const options = parseTcpOptions(b, at + TCP_HLEN, header - TCP_HLEN);
    const sacks = options.ok ? options.value.filter((o) => o.kind === TCPOPT_SACK).length : 0;
    const length = ipv4TotalLength(b, ETH_HLEN) - (at - ETH_HLEN) - header;
    const seq = (tcpSequenceNumber(b, at) - iss) >>> 0;
    return [{ at_ms: Math.round((row.t_ns - from_ns) / MS_NS), seq, length, sacks }];
  });
}

/** Lets time pass while the frames of `which` (counted from 0 among those with data that reach `dev`) get lost. */
function passLosing(world: World, by_s: number, dev: DevId, which: readonly number[]): void {
  const until = world.now_ns + by_s * SECOND_NS;
  const event: Event = { time_ns: 0, kind: 0, a: 0, b: 0, c: 0 };
  let count = 0;
  for (let at = nextEventTime(world.queue); at <= until; at = nextEventTime(world.queue)) {
    popEvent(world.queue, event);
    world.now_ns = event.time_ns;
    const isData = event.kind === EventKind.FRAME_RX && event.a === dev && frameLength(world.pool, event.b) > 100;
    if (isData && which.includes(count++)) continue;
    kernelDispatch(world, event);
  }
  world.now_ns = until;
}

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
}

test("a segment that is lost among others comes again at once, and the receiver says what it has", () => {
  const lab = createInetLab(2);
  const { world, hosts } = lab;
  const [client, server] = connected(lab);
  const { iss } = socketOf(world, client).tcp!;
  const from = world.now_ns;
  tcpSend(world, client, bytes(14_480));
  passLosing(world, 0.1, hosts[1]!.id, [2]);
  expect(tcpRecv(world, server)).toEqual(bytes(14_480));
  const again = sent(world, hosts[0]!.id, iss, from).filter((s) => s.seq === 1 + 2 * 1448);
  expect(again.map((s) => s.at_ms)).toEqual([0, 0]);
  expect(sent(world, hosts[1]!.id, 0, from).filter((s) => s.sacks > 0).length).toBeGreaterThanOrEqual(3);
  expect(socketOf(world, client).tcp).toMatchObject({ caState: "open", ssthresh: 8 });
});

test("two holes are filled within one recovery", () => {
  const lab = createInetLab(2);
  const { world, hosts } = lab;
  const [client, server] = connected(lab);
  tcpSend(world, client, bytes(14_480));
  passLosing(world, 0.1, hosts[1]!.id, [1, 4]);
  expect(tcpRecv(world, server)).toEqual(bytes(14_480));
  expect(socketOf(world, client).tcp!.stats.totalRetrans).toBe(2);
});

test("the last segment is probed for after two round trips and ten ms, a lone one after 200 ms", () => {
  const lab = createInetLab(2);
  const { world, hosts } = lab;
  const [client, server] = connected(lab);
  const { iss } = socketOf(world, client).tcp!;
  const from = world.now_ns;
  tcpSend(world, client, bytes(2896));
  passLosing(world, 1, hosts[1]!.id, [1]);
  expect(tcpRecv(world, server)).toEqual(bytes(2896));
  const tail = sent(world, hosts[0]!.id, iss, from).filter((s) => s.seq === 1449);
  expect(tail.length).toBe(2);
  expect(tail[1]!.at_ms).toBeGreaterThanOrEqual(8);
  expect(tail[1]!.at_ms).toBeLessThan(220);
  const next = world.now_ns;
  tcpSend(world, client, bytes(100));
  passLosing(world, 1, hosts[1]!.id, [0]);
  const lone = sent(world, hosts[0]!.id, iss, next).filter((s) => s.length === 100);
  expect(lone[1]!.at_ms).toBeGreaterThanOrEqual(200);
  expect(lone[1]!.at_ms).toBeLessThan(225);
});

test("a cut way: a probe, then a timeout that doubles; new data waits until the way is open", () => {
  const lab = createInetLab(2);
  const { world, hosts, ports } = lab;
  const [client, server] = connected(lab);
  const { iss } = socketOf(world, client).tcp!;
  tcpSend(world, client, bytes(10));
  pass(world, 1);
  devClose(world, ports[1]!.id);
  const from = world.now_ns;
  tcpSend(world, client, bytes(10));
  pass(world, 8);
  tcpSend(world, client, bytes(20));
  expect(socketOf(world, client).tcp!.sent.length).toBe(1);
  const times = sent(world, hosts[0]!.id, iss, from).map((s) => s.at_ms);
  [0, 208, 420, 840, 1670, 3330, 6700].forEach((at_ms, i) => {
    expect(times[i]).toBeGreaterThan(at_ms * 0.97 - 5);
    expect(times[i]).toBeLessThan(at_ms * 1.05 + 12);
  });
  devOpen(world, ports[1]!.id);
  pass(world, 8);
  const got = tcpRecv(world, server);
  expect(got).toEqual(Uint8Array.of(...bytes(10), ...bytes(10), ...bytes(20)));
});

test("who never hears again gives up after a quarter of an hour", () => {
  const lab = createInetLab(2);
  const { world, ports } = lab;
  const [client] = connected(lab);
  devClose(world, ports[1]!.id);
  tcpSend(world, client, bytes(10));
  pass(world, 920);
  expect(tcpState(world, client)).toBe("ESTABLISHED");
  pass(world, 140);
  expect(tcpState(world, client)).toBe("CLOSE");
  expect([ETIMEDOUT, -113]).toContain(socketError(world, client));
});

test("a second small write waits for the first to be acknowledged, unless TCP_NODELAY is set", () => {
  for (const [nodelay, expected] of [
    [false, [10, 20]],
    [true, [10, 10, 10]],
  ] as const) {
    const lab = createInetLab(2);
    const { world, hosts } = lab;
    const [client] = connected(lab);
    socketOf(world, client).tcp!.nodelay = nodelay;
    const { iss } = socketOf(world, client).tcp!;
    for (let i = 0; i < 3; i++) tcpSend(world, client, bytes(10));
    pass(world, 0.1);
    const lengths = sent(world, hosts[0]!.id, iss).filter((s) => s.length > 0);
    expect(lengths.map((s) => s.length)).toEqual(expected);
  }
});

test("a full window is probed until it opens", () => {
  const lab = createInetLab(2);
  const { world } = lab;
  const [client, server] = connected(lab);
  const data = bytes(120_000);
  let given = 0;
  const send = () => {
    const taken = tcpSend(world, client, data.subarray(given));
    if (taken > 0) given += taken;
  };
  for (let i = 0; i < 20; i++) {
    send();
    pass(world, 0.2);
  }
  expect(socketOf(world, client).tcp).toMatchObject({ pending: "persist" });
  const held = socketOf(world, server).tcp!.recvBytes;
  expect(held).toBeGreaterThan(50_000);
  pass(world, 10);
  let got = 0;
  for (let i = 0; i < 60 && got < data.length; i++) {
    const read = tcpRecv(world, server);
    if (read instanceof Uint8Array) got += read.length;
    if (given < data.length) send();
    pass(world, 1);
  }
  expect(got).toBe(data.length);
});

test("who is not accepted stands as connected or waits, as the backlog has room", () => {
  const lab = createInetLab(2);
  const { world } = lab;
  const server = listener(lab, 1);
  const clients = Array.from({ length: 4 }, () => {
    const id = dial(lab);
    pass(world, 0.1);
    return id;
  });
  expect(clients.map((id) => tcpState(world, id))).toEqual(["ESTABLISHED", "ESTABLISHED", "SYN_SENT", "SYN_SENT"]);
  const first = tcpAccept(world, server, 2);
  pass(world, 3);
  expect(clients.map((id) => tcpState(world, id)).filter((s) => s === "ESTABLISHED").length).toBe(3);
  // What waits at a listener that closes is reset.
  socketClose(world, server);
  pass(world, 0.1);
  expect(tcpRecv(world, clients[0]!)).toBe(EAGAIN);
  expect(tcpRecv(world, clients[1]!)).toBe(ECONNRESET);
  socketClose(world, first);
});

test("half closed: the other way stays open, and nothing of the FIN comes again", () => {
  const lab = createInetLab(2);
  const { world, hosts } = lab;
  const [client, server] = connected(lab);
  const { iss } = socketOf(world, client).tcp!;
  expect(tcpShutdown(world, client)).toBe(0);
  pass(world, 0.1);
  expect(tcpState(world, client)).toBe("FIN_WAIT2");
  expect(tcpRecv(world, server)).toBe(null);
  for (let i = 0; i < 3; i++) {
    tcpSend(world, server, bytes(100));
    pass(world, 0.3);
  }
  expect(tcpRecv(world, client)).toEqual(Uint8Array.of(...bytes(100), ...bytes(100), ...bytes(100)));
  const fins = sent(world, hosts[0]!.id, iss).filter((s) => s.seq === 1 && s.length === 0);
  expect(fins.length).toBe(2);
});

test("bytes arrive in order, whichever segments are lost, with and without SACK", () => {
  const lost = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 25 });
  fc.assert(
    fc.property(lost, lost, fc.integer({ min: 1, max: 40_000 }), fc.boolean(), (up, down, size, sackOk) => {
      const lab = createInetLab(2);
      const { world, hosts } = lab;
      const ends = connected(lab);
      for (const id of ends) socketOf(world, id).tcp!.sackOk &&= sackOk;
      const data = bytes(size);
      const given = [0, 0];
      const got = [0, 0];
      for (let turn = 0; turn < 40 && (got[0]! < size || got[1]! < size); turn++) {
        for (const side of [0, 1]) {
          const taken = given[side]! < size ? tcpSend(world, ends[side]!, data.subarray(given[side])) : 0;
          if (taken > 0) given[side]! += taken;
          const read = tcpRecv(world, ends[side]!);
          if (!(read instanceof Uint8Array)) continue;
          expect(read.every((byte, i) => byte === data[got[side]! + i])).toBe(true);
          got[side]! += read.length;
        }
        const isFirst = turn === 0;
        passLosing(world, 0.05, hosts[1]!.id, isFirst ? up : []);
        passLosing(world, turn < 5 ? 0.5 : 30, hosts[0]!.id, turn === 1 ? down : []);
      }
      expect(got).toEqual([size, size]);
      for (const id of ends) socketClose(world, id);
      pass(world, 300);
      expect(world.sockets.filter((s) => s?.tcp && s.tcp.state !== "LISTEN")).toEqual([]);
    }),
    { numRuns: 10 },
  );
});

test("without SACK three duplicates do", () => {
  const lab = createInetLab(2);
  const { world, hosts } = lab;
  const [client, server] = connected(lab);
  socketOf(world, client).tcp!.sackOk = false;
  socketOf(world, server).tcp!.sackOk = false;
  tcpSend(world, client, bytes(14_480));
  passLosing(world, 0.1, hosts[1]!.id, [1]);
  expect(tcpRecv(world, server)).toEqual(bytes(14_480));
});

test("ports for connections elsewhere may be had twice, to one place only once", () => {
  const lab = createInetLab(3);
  const { world, spaces } = lab;
  sysctlSet(world, spaces[0]!.id, "net.ipv4.ip_local_port_range", "40000 40001");
  const to = (address: string): number => {
    const id = socketCreate(world, spaces[0]!.id, 1, "tcp", 6);
    return tcpConnect(world, id, ipv4(address), 80);
  };
  expect([to("10.0.0.3"), to("10.0.0.3"), to("10.0.0.4"), to("10.0.0.4")]).toEqual(Array(4).fill(EINPROGRESS));
  expect(to("10.0.0.3")).toBe(-99);
});

test("a host may do without SACK and window scaling, and wait less for the last FIN", () => {
  const lab = createInetLab(2);
  const { world, spaces } = lab;
  const client = spaces[0]!.id;
  for (const [name, value] of [
    ["sack", "0"],
    ["window_scaling", "0"],
    ["fin_timeout", "10"],
  ]) {
    expect(sysctlSet(world, client, `net.ipv4.tcp_${name}`, value!)).toBe(0);
  }
  const ends = connected(lab);
  for (const id of ends) expect(socketOf(world, id).tcp).toMatchObject({ sackOk: false, sndWscale: 0, rcvWscale: 0 });
  socketClose(world, ends[0]);
  pass(world, 5);
  expect(tcpState(world, ends[0])).toBe("FIN_WAIT2");
  pass(world, 10);
  expect(world.sockets[ends[0]]).toBe(null);
});

test("a SYN-ACK's timer goes before the SYN that comes again at its time, and is put off by that", () => {
  const lab = createInetLab(2);
  const { world, hosts } = lab;
  listener(lab);
  const client = dial(lab);
  const event: Event = { time_ns: 0, kind: 0, a: 0, b: 0, c: 0 };
  for (let at = nextEventTime(world.queue); at <= 4 * SECOND_NS; at = nextEventTime(world.queue)) {
    popEvent(world.queue, event);
    world.now_ns = event.time_ns;
    const b = world.pool.bytes;
    const ip = event.kind === EventKind.FRAME_RX ? frameStart(world.pool, event.b) + ETH_HLEN : 0;
    if (ip !== 0 && event.a === hosts[0]!.id && ipv4Protocol(b, ip) === 6) continue;
    kernelDispatch(world, event);
  }
  const at_ms = sent(world, hosts[1]!.id, 0, 0).map((s) => s.at_ms);
  expect(at_ms.map((ms) => Math.round(ms / 1000))).toEqual([0, 1, 1, 2, 3]);
  socketClose(world, client);
  expect(world.netns[lab.spaces[0]!.id]!.mib[Mib.TCP_ATTEMPT_FAILS]).toBe(0);
});
