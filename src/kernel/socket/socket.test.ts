/** Sockets: who gets what, how a process learns of it, and what happens when it doesn't read. */
import { expect, test } from "vitest";
import { ipv4, MAC_BROADCAST } from "../../wire/address.ts";
import { ETH_HLEN, ETH_P_ARP, emitEthernet } from "../../wire/ethernet.ts";
import { kernelDispatch, runUntil } from "../dispatch.ts";
import { EACCES, EADDRNOTAVAIL, EDESTADDRREQ, EINVAL, EMSGSIZE, ENETDOWN, ENETUNREACH, ENXIO } from "../errno.ts";
import { devClose } from "../netdev/device.ts";
import { sysctlSet } from "../sysctl.ts";
import { createInetLab, drain, echo, pass, pingSocket, describe as words } from "../testing/inet.ts";
import { rowsOf } from "../testing/lab.ts";
import { EventKind, type World } from "../types.ts";
import { sendTo, socketBind, socketConnect } from "./inet.ts";
import { packetBind, packetSend } from "./packet.ts";
import { socket, socketClose, socketCreate, socketRecv } from "./socket.ts";

const ETH_P_ALL = 3;

/** Events SOCKET_READY of the next `by_ns`, as [process, socket, nanoseconds from now]. */
function wakes(world: World, by_ns: number): [number, number, number][] {
  const from = world.now_ns;
  const seen: [number, number, number][] = [];
  runUntil(world, from + by_ns, (w, event) => {
    if (!kernelDispatch(w, event)) {
      expect(event.kind).toBe(EventKind.SOCKET_READY);
      seen.push([event.a, event.b, w.now_ns - from]);
    }
  });
  return seen;
}

test("each message wakes the process of its socket, some microseconds after it came", () => {
  const { world, spaces } = createInetLab(2);
  const sock = socketCreate(world, spaces[0]!.id, 42, "raw", 1);
  echo(world, sock, "10.0.0.3");
  const woken = wakes(world, 1e9);
  expect(woken.map(([pid, id]) => [pid, id])).toEqual([[42, sock]]);
  const message = socketRecv(world, sock);
  const delay = woken[0]![2] - message!.t_ns;
  expect(delay).toBeGreaterThanOrEqual(2000);
  expect(delay).toBeLessThan(8000);
  expect(socketRecv(world, sock)).toBe(null);
});

test("a raw socket gets its protocol's packets of its addresses, less what its filter keeps away", () => {
  const { world, spaces } = createInetLab(3);
  const all = pingSocket(world, spaces[1]!.id);
  const filtered = pingSocket(world, spaces[1]!.id);
  socket(world, filtered).icmpFilter = 1 << 8;
  const other = socketCreate(world, spaces[1]!.id, 1, "raw", 17);
  const connected = pingSocket(world, spaces[1]!.id);
  expect(socketConnect(world, connected, ipv4("10.0.0.4"), 0)).toBe(0);
  echo(world, pingSocket(world, spaces[0]!.id), "10.0.0.3");
  pass(world, 0.1);
  expect([all, filtered, other, connected].map((id) => drain(world, id).length)).toEqual([1, 0, 0, 0]);
});

test("a full receive buffer drops, counts, and says so", () => {
  const { world, spaces } = createInetLab(2);
  const server = socketCreate(world, spaces[1]!.id, 1, "udp", 0);
  socketBind(world, server, ipv4("0.0.0.0"), 7);
  socket(world, server).rcvbuf = 3000;
  const client = socketCreate(world, spaces[0]!.id, 1, "udp", 0);
  for (let i = 0; i < 6; i++) {
    sendTo(world, client, { address: ipv4("10.0.0.3"), port: 7, payload: new Uint8Array(100) });
  }
  pass(world, 0.1);
  expect(drain(world, server).length).toBe(4);
  expect(socket(world, server).drops).toBe(2);
  expect(rowsOf(world).filter((row) => row.kind === "DROP" && row.a === 30).length).toBe(2);
  sendTo(world, client, { address: ipv4("10.0.0.3"), port: 7, payload: new Uint8Array(1) });
  pass(world, 0.1);
  expect(drain(world, server).length).toBe(1);
});

test("a packet socket for everything sees both directions, with what each frame was to the device", () => {
  const { world, spaces, hosts } = createInetLab(2);
  const tap = socketCreate(world, spaces[0]!.id, 1, "packet", ETH_P_ALL);
  packetBind(world, tap, hosts[0]!.id);
  const arps = socketCreate(world, spaces[0]!.id, 1, "packet", ETH_P_ARP);
  echo(world, pingSocket(world, spaces[0]!.id), "10.0.0.3");
  pass(world, 0.1);
  const seen = drain(world, tap);
  expect(seen.map((m) => m.pkttype)).toEqual([4, 0, 4, 0]);
  expect(seen.map((m) => words(m.bytes).split(" ").slice(1, 2)[0])).toEqual(["arp", "arp", "10.0.0.2", "10.0.0.3"]);
  expect(drain(world, arps).length).toBe(1);
  socketClose(world, tap);
  echo(world, pingSocket(world, spaces[0]!.id), "10.0.0.3", 2);
  pass(world, 0.1);
  expect(hosts[0]!.taps).toEqual([arps]);
});

test("a packet socket sends whole frames as they are", () => {
  const { world, spaces, hosts } = createInetLab(2);
  const sock = socketCreate(world, spaces[0]!.id, 1, "packet", ETH_P_ARP);
  const frame = new Uint8Array(60);
  emitEthernet(frame, 0, MAC_BROADCAST, hosts[0]!.mac, ETH_P_ARP);
  const tap = socketCreate(world, spaces[1]!.id, 1, "packet", ETH_P_ALL);
  expect(packetSend(world, sock, hosts[0]!.id, frame)).toBe(60);
  pass(world, 0.1);
  expect(drain(world, tap).map((m) => [m.bytes.length, m.pkttype])).toEqual([[60, 1]]);
  expect(packetSend(world, sock, 999, frame)).toBe(ENXIO);
  expect(packetSend(world, sock, hosts[0]!.id, new Uint8Array(ETH_HLEN - 1))).toBe(EINVAL);
  expect(packetSend(world, sock, hosts[0]!.id, new Uint8Array(1515))).toBe(EMSGSIZE);
  devClose(world, hosts[0]!.id);
  expect(packetSend(world, sock, hosts[0]!.id, frame)).toBe(ENETDOWN);
});

test("what comes by loopback counts as come by the device whose address it was sent to", () => {
  const { world, spaces, hosts } = createInetLab(1);
  const bound = pingSocket(world, spaces[0]!.id);
  socket(world, bound).dev = hosts[0]!.id;
  const loBound = pingSocket(world, spaces[0]!.id);
  socket(world, loBound).dev = spaces[0]!.lo;
  echo(world, bound, "10.0.0.2");
  pass(world, 0.1);
  // Request and reply.
  expect(drain(world, bound).length).toBe(2);
  expect(drain(world, loBound).length).toBe(0);
});

test("what sending answers", () => {
  const { world, spaces } = createInetLab(1);
  const space = spaces[0]!.id;
  const udp = socketCreate(world, space, 1, "udp", 0);
  const payload = new Uint8Array(10);
  expect(sendTo(world, udp, { payload })).toBe(EDESTADDRREQ);
  expect(sendTo(world, udp, { address: ipv4("192.0.2.1"), port: 1, payload })).toBe(ENETUNREACH);
  expect(sendTo(world, udp, { address: ipv4("10.0.0.255"), port: 1, payload })).toBe(EACCES);
  expect(sendTo(world, udp, { address: ipv4("10.0.0.3"), port: 0, payload })).toBe(EINVAL);
  expect(sendTo(world, udp, { address: ipv4("10.0.0.3"), port: 1, payload: new Uint8Array(65_508) })).toBe(EMSGSIZE);
  expect(socketBind(world, udp, ipv4("10.0.0.9"), 1)).toBe(EADDRNOTAVAIL);
  sysctlSet(world, space, "net.ipv4.ping_group_range", "0 0");
  const ping = socketCreate(world, space, 1, "ping", 1);
  expect(sendTo(world, ping, { address: ipv4("10.0.0.2"), payload: new Uint8Array(8) })).toBe(EINVAL);
  expect(sendTo(world, ping, { address: ipv4("10.0.0.2"), payload: new Uint8Array([8, 0, 0, 0, 0, 0, 0, 1]) })).toBe(8);
});

test("ports from the range that the kernel draws from are used once each", () => {
  const { world, spaces } = createInetLab(1);
  sysctlSet(world, spaces[0]!.id, "net.ipv4.ip_local_port_range", "40000 40002");
  const connect = () => {
    const id = socketCreate(world, spaces[0]!.id, 1, "udp", 0);
    const errno = socketConnect(world, id, ipv4("10.0.0.3"), 9);
    return errno === 0 ? socket(world, id).localPort : errno;
  };
  const ports = [connect(), connect(), connect()];
  expect(ports.sort((x, y) => x - y)).toEqual([40000, 40001, 40002]);
  expect(connect()).toBe(-98);
});
