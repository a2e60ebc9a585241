/** TCP: the handshake, data, the end, what is lost and what is refused. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { frameBytes } from "../../sim/trace.ts";
import { ipv4 } from "../../wire/address.ts";
import { ETH_HLEN, ETH_P_IP, parseEthernet } from "../../wire/ethernet.ts";
import { ipv4HeaderLength, ipv4Protocol, ipv4TotalLength } from "../../wire/ipv4.ts";
import { TCP_ACK, TCP_RST, tcpFlags, tcpHeaderLength } from "../../wire/tcp.ts";
import { copyWorld } from "../clone.ts";
import {
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAGAIN,
  ECONNREFUSED,
  ECONNRESET,
  EHOSTUNREACH,
  EINPROGRESS,
  ETIMEDOUT,
} from "../errno.ts";
import { fibAdd } from "../fib/fib.ts";
import { devClose, devOpen } from "../netdev/device.ts";
import { socketClose, socketCreate, socketError } from "../socket/socket.ts";
import { sysctlSet } from "../sysctl.ts";
import { addAddress, createInetLab, pass } from "../testing/inet.ts";
import { type Lab, rowsOf } from "../testing/lab.ts";
import type { DevId, SocketId, World } from "../types.ts";
import { tcpAccept, tcpBind, tcpConnect, tcpCork, tcpListen, tcpRecv, tcpSend, tcpState } from "./api.ts";

const SERVER = ipv4("10.0.0.3");

function stream(lab: Lab, host: number): SocketId {
  return socketCreate(lab.world, lab.spaces[host]!.id, 1, "tcp", 6);
}

function listener(lab: Lab, backlog = 8): SocketId {
  const id = stream(lab, 1);
  expect(tcpBind(lab.world, id, ipv4("0.0.0.0"), 80)).toBe(0);
  expect(tcpListen(lab.world, id, backlog)).toBe(0);
  return id;
}

/** A client and the server's end of its connection. */
function connected(lab: Lab): [SocketId, SocketId] {
  const server = listener(lab);
  const client = stream(lab, 0);
  expect(tcpConnect(lab.world, client, SERVER, 80)).toBe(EINPROGRESS);
  pass(lab.world, 0.01);
  expect(tcpState(lab.world, client)).toBe("ESTABLISHED");
  return [client, tcpAccept(lab.world, server, 2)];
}

/** Flags and bytes of data of the TCP segments that left a device. */
function segments(world: World, dev: DevId): string[] {
  const lines: string[] = [];
  for (const row of rowsOf(world)) {
    if (row.kind !== "HOP" || row.dev !== dev) continue;
    const b = frameBytes(world.trace, row.frame)!;
    const ethernet = parseEthernet(b, 0, b.length);
    if (!ethernet.ok || ethernet.value.type !== ETH_P_IP || ipv4Protocol(b, ETH_HLEN) !== 6) continue;
    const at = ETH_HLEN + ipv4HeaderLength(b, ETH_HLEN);
    const flags = "FSRPA"
      .split("")
      .filter((_, i) => (tcpFlags(b, at) >> i) & 1)
      .join("");
    lines.push(`${flags} ${ipv4TotalLength(b, ETH_HLEN) - (at - ETH_HLEN) - tcpHeaderLength(b, at)}`);
  }
  return lines;
}

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
}

test("a request, its answer and the end take ten segments", () => {
  const lab = createInetLab(2);
  const { world, hosts } = lab;
  const [client, server] = connected(lab);
  tcpSend(world, client, bytes(74));
  pass(world, 0.001);
  expect(tcpRecv(world, server)).toEqual(bytes(74));
  tcpSend(world, server, bytes(853));
  pass(world, 0.001);
  expect(tcpRecv(world, client)).toEqual(bytes(853));
  expect(tcpRecv(world, client)).toBe(EAGAIN);
  socketClose(world, client);
  pass(world, 0.001);
  expect(tcpRecv(world, server)).toBe(null);
  socketClose(world, server);
  pass(world, 1);
  expect(segments(world, hosts[0]!.id)).toEqual(["S 0", "A 0", "PA 74", "A 0", "FA 0", "A 0"]);
  expect(segments(world, hosts[1]!.id)).toEqual(["SA 0", "A 0", "PA 853", "FA 0"]);
  expect(tcpState(world, client)).toBe("TIME_WAIT");
  pass(world, 80);
  expect(world.sockets.filter((s) => s?.tcp && s.tcp.state !== "LISTEN")).toEqual([]);
});

test("a closed port refuses", () => {
  const lab = createInetLab(2);
  const client = stream(lab, 0);
  tcpConnect(lab.world, client, SERVER, 81);
  pass(lab.world, 0.1);
  expect(socketError(lab.world, client)).toBe(ECONNREFUSED);
  expect(segments(lab.world, lab.hosts[1]!.id)).toEqual(["RA 0"]);
});

test("a host that nobody is: no route to it once ARP has given up", () => {
  const lab = createInetLab(2);
  const client = stream(lab, 0);
  tcpConnect(lab.world, client, ipv4("10.0.0.99"), 80);
  pass(lab.world, 5);
  expect(socketError(lab.world, client)).toBe(EHOSTUNREACH);
});

test("a SYN that nobody answers goes out eleven times, and then time is up", () => {
  const lab = createInetLab(2);
  const { world } = lab;
  const server = listener(lab, 0);
  // The backlog of 0 takes one connection; the next ones' SYNs are dropped.
  tcpConnect(world, stream(lab, 0), SERVER, 80);
  pass(world, 0.1);
  const client = stream(lab, 0);
  tcpConnect(world, client, SERVER, 80);
  pass(world, 125);
  expect(tcpState(world, client)).toBe("SYN_SENT");
  pass(world, 20);
  expect(socketError(world, client)).toBe(ETIMEDOUT);
  expect(segments(world, lab.hosts[0]!.id).filter((s) => s === "S 0").length).toBe(12);
  expect(tcpState(world, server)).toBe("LISTEN");
});

test("what is lost on the way comes again once the way is mended", () => {
  const lab = createInetLab(2);
  const { world, ports } = lab;
  const [client, server] = connected(lab);
  devClose(world, ports[1]!.id);
  tcpSend(world, client, bytes(5000));
  pass(world, 1);
  expect(tcpRecv(world, server)).toBe(EAGAIN);
  devOpen(world, ports[1]!.id);
  pass(world, 10);
  expect(tcpRecv(world, server)).toEqual(bytes(5000));
});

test("who closes without reading resets, by a segment with timestamps as all of the connection", () => {
  const lab = createInetLab(2);
  const { world, hosts } = lab;
  const [client, server] = connected(lab);
  tcpSend(world, client, bytes(10));
  pass(world, 0.01);
  socketClose(world, server);
  pass(world, 0.01);
  expect(tcpRecv(world, client)).toBe(ECONNRESET);
  const row = rowsOf(world).findLast((r) => r.kind === "HOP" && r.dev === hosts[1]!.id)!;
  const b = frameBytes(world.trace, row.frame)!;
  expect([tcpFlags(b, ETH_HLEN + 20), tcpHeaderLength(b, ETH_HLEN + 20)]).toEqual([TCP_RST | TCP_ACK, 32]);
});

test("two listeners cannot have one port, other addresses can", () => {
  const lab = createInetLab(2);
  const first = listener(lab);
  const second = stream(lab, 1);
  expect(tcpBind(lab.world, second, ipv4("0.0.0.0"), 80)).toBe(EADDRINUSE);
  expect(tcpBind(lab.world, second, SERVER, 80)).toBe(EADDRINUSE);
  expect(tcpBind(lab.world, second, SERVER, 81)).toBe(0);
  socketClose(lab.world, first);
  const third = stream(lab, 1);
  expect(tcpBind(lab.world, third, SERVER, 80)).toBe(0);
});

test("all bytes arrive in order, both ways at once, whatever the amounts", () => {
  const amount = fc.integer({ min: 1, max: 120_000 });
  fc.assert(
    fc.property(amount, amount, (up, down) => {
      const lab = createInetLab(2);
      const { world } = lab;
      const ends = connected(lab);
      const sums = [up, down];
      const sent = [0, 0];
      const got = [0, 0];
      let wrong = 0;
      for (let turn = 0; turn < 300 && (got[0]! < up || got[1]! < down); turn++) {
        for (const side of [0, 1]) {
          const data = bytes(sums[side]!).subarray(sent[side]!);
          const taken = data.length === 0 ? 0 : tcpSend(world, ends[side]!, data);
          if (taken > 0) sent[side]! += taken;
          const read = tcpRecv(world, ends[1 - side]!);
          if (!(read instanceof Uint8Array)) continue;
          const expected = bytes(sums[side]!).subarray(got[side]!);
          wrong += read.filter((byte, i) => byte !== expected[i]).length;
          got[side]! += read.length;
        }
        pass(world, 0.02);
      }
      expect(got).toEqual(sums);
      expect(wrong).toBe(0);
    }),
    { numRuns: 10 },
  );
});

test("bytes arrive in order over a way that is cut again and again", () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(cuts, fc.integer({ min: 1, max: 60_000 }), fc.boolean(), (pauses_ms, size, atServer) => {
      const lab = createInetLab(2);
      const { world, ports } = lab;
      const [client, server] = connected(lab);
      const data = bytes(size);
      let [sent, got] = [0, 0];
      const step = (seconds: number) => {
        const taken = sent < size ? tcpSend(world, client, data.subarray(sent)) : 0;
        if (taken > 0) sent += taken;
        pass(world, seconds);
        const read = tcpRecv(world, server);
        if (!(read instanceof Uint8Array)) return;
        expect([...read].every((byte, i) => byte === data[got + i])).toBe(true);
        got += read.length;
      };
      pauses_ms.forEach((ms, i) => {
        (i % 2 === 0 ? devClose : devOpen)(world, ports[atServer ? 1 : 0]!.id);
        step(ms / 100_000);
      });
      devOpen(world, ports[atServer ? 1 : 0]!.id);
      for (let turn = 0; turn < 60 && got < size; turn++) step(1);
      expect(got).toBe(size);
      socketClose(world, client);
      socketClose(world, server);
      pass(world, 200);
      expect(world.sockets.filter((s) => s?.tcp && s.tcp.state !== "LISTEN")).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test("one pair of ends has one connection, and a new one in place of an old", () => {
  const lab = createInetLab(2);
  const { world } = lab;
  const server = listener(lab);
  const dial = () => {
    const id = stream(lab, 0);
    tcpBind(world, id, ipv4("0.0.0.0"), 5555);
    return { id, errno: tcpConnect(world, id, SERVER, 80) };
  };
  const first = dial();
  pass(world, 0.01);
  expect(dial().errno).toBe(EADDRNOTAVAIL);
  // The server ends first, so the waiting is the server's, and the client may come again.
  const accepted = tcpAccept(world, server, 2);
  socketClose(world, accepted);
  pass(world, 0.01);
  socketClose(world, first.id);
  pass(world, 0.01);
  expect(tcpState(world, accepted)).toBe("TIME_WAIT");
  const again = dial();
  expect(again.errno).toBe(EINPROGRESS);
  pass(world, 0.01);
  expect(tcpState(world, again.id)).toBe("ESTABLISHED");
});

test("segments shrink to what a router on the way lets through", () => {
  const lab = createInetLab(2);
  const { world, machine, spaces, hosts, bridge } = lab;
  const far = ipv4("10.0.1.3");
  addAddress(world, hosts[1]!.id, "10.0.1.3/24");
  for (const name of ["net.ipv4.ip_forward", "net.ipv4.conf.br0.send_redirects", "net.ipv4.conf.all.send_redirects"]) {
    sysctlSet(world, machine.initNetns, name, name.endsWith("forward") ? "1" : "0");
  }
  fibAdd(world, spaces[0]!.id, { destination: far, prefixLen: 32, gateway: ipv4("10.0.0.1") }, "add");
  fibAdd(world, machine.initNetns, { destination: far, prefixLen: 32, dev: bridge.id, mtu: 1000 }, "add");
  const server = listener(lab);
  const client = stream(lab, 0);
  tcpConnect(world, client, far, 80);
  pass(world, 0.01);
  const accepted = tcpAccept(world, server, 2);
  tcpSend(world, client, bytes(8000));
  pass(world, 0.1);
  expect(tcpRecv(world, accepted)).toEqual(bytes(8000));
  const sizes = segments(world, hosts[0]!.id).map((line) => Number(line.split(" ")[1]));
  expect(sizes).toContain(1448);
  expect(sizes.filter((size) => size > 948).length).toBeLessThan(7);
  expect(sizes).toContain(948);
});

test("without timestamps segments carry none", () => {
  const lab = createInetLab(2);
  sysctlSet(lab.world, lab.spaces[0]!.id, "net.ipv4.tcp_timestamps", "0");
  const [client] = connected(lab);
  expect(lab.world.sockets[client]?.tcp?.timestamps).toBe(false);
  expect(segments(lab.world, lab.hosts[0]!.id)).toEqual(["S 0", "A 0"]);
});

test("a copied world goes on as the original does", () => {
  const lab = createInetLab(2);
  const [client] = connected(lab);
  tcpSend(lab.world, client, bytes(3000));
  const copy = copyWorld(lab.world);
  pass(lab.world, 1);
  const original = JSON.stringify(lab.world.sockets);
  pass(copy, 1);
  expect(JSON.stringify(copy.sockets)).toBe(original);
});

test("what is corked waits for a whole segment, or goes with the FIN", () => {
  const lab = createInetLab(2);
  const { world, hosts } = lab;
  const [client] = connected(lab);
  tcpCork(world, client, true);
  tcpSend(world, client, bytes(1448 + 10));
  pass(world, 0.01);
  expect(segments(world, hosts[0]!.id).at(-1)).toBe("A 1448");
  tcpCork(world, client, false);
  pass(world, 0.01);
  expect(segments(world, hosts[0]!.id).at(-1)).toBe("PA 10");
  tcpCork(world, client, true);
  tcpSend(world, client, bytes(10));
  socketClose(world, client);
  pass(world, 0.01);
  expect(segments(world, hosts[0]!.id)).toContain("FPA 10");
});

test("a segment with a FIN is longer than the longest, and acknowledged at once", () => {
  const lab = createInetLab(2);
  const { world, hosts } = lab;
  const [client, server] = connected(lab);
  world.sockets[client]!.tcp!.quick = 0;
  tcpCork(world, server, true);
  tcpSend(world, server, bytes(848));
  socketClose(world, server);
  pass(world, 0.001);
  expect(segments(world, hosts[1]!.id)).toContain("FPA 848");
  expect(segments(world, hosts[0]!.id).at(-1)).toBe("A 0");
  expect(rowsOf(world).at(-1)!.t_ns).toBeLessThan(world.now_ns - 500_000);
});

test("who sends its FIN again is told at once that it has come, by who waits for the last word", () => {
  const lab = createInetLab(2);
  const { world, hosts, ports } = lab;
  const [client, server] = connected(lab);
  socketClose(world, client);
  pass(world, 0.001);
  // The server's FIN is lost, and with it the acknowledgement.
  devClose(world, ports[1]!.id);
  socketClose(world, server);
  expect(tcpState(world, server)).toBe("LAST_ACK");
  pass(world, 0.05);
  devOpen(world, ports[1]!.id);
  const before = segments(world, hosts[1]!.id).length;
  pass(world, 2);
  expect(segments(world, hosts[1]!.id).slice(before)).toContain("A 0");
});
