/** Two containers' worth of namespaces on a docker0 made by hand: the recorded first ping, frame by frame. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RECORDINGS_DIR } from "../../recordings/paths.ts";
import { ipv4, type Mac, mac } from "../wire/address.ts";
import { fromHex, setU16, toHex } from "../wire/bytes.ts";
import { ETH_P_IP, ethernetType } from "../wire/ethernet.ts";
import { emitIcmpEcho, ICMP_ECHO, ICMP_HLEN } from "../wire/icmpv4.ts";
import { kernelDispatch, runUntil } from "./dispatch.ts";
import { inetAddrAdd } from "./fib/devinet.ts";
import { fibAdd } from "./fib/fib.ts";
import { createBridge } from "./netdev/bridge/bridge.ts";
import { fdbEntries } from "./netdev/bridge/fdb-admin.ts";
import { bridgeAddIf } from "./netdev/bridge/port.ts";
import { devMoveNetns, devOpen, devSetMac } from "./netdev/device.ts";
import { setPromiscuity } from "./netdev/promisc.ts";
import { createVeth } from "./netdev/veth.ts";
import { addMachine, createNetns } from "./netns.ts";
import { sendTo } from "./socket/inet.ts";
import { socketCreate, socketRecv } from "./socket/socket.ts";
import { sysctlSet } from "./sysctl.ts";
import { made } from "./testing/lab.ts";
import { EventKind, type NetDevice, type NetnsId, type SocketId, type World } from "./types.ts";
import { createWorld, dev } from "./world.ts";

const S = 1_000_000_000;
const GATEWAY = ipv4("172.17.0.1");

interface Container {
  netns: NetnsId;
  eth0: NetDevice;
  port: NetDevice;
}

/** What `docker run` does to the network, with the given identities. */
function addContainer(world: World, docker0: NetDevice, name: string, address: string, macs: [Mac, Mac]): Container {
  const netns = createNetns(world, 0, null);
  devOpen(world, netns.lo);
  sysctlSet(world, netns.id, "net.ipv4.ping_group_range", "0 2147483647");
  const host = { netns: docker0.netns, txQueueLen: 0 };
  const [port, eth0] = made(createVeth(world, { ...host, name, mac: macs[0] }, { ...host, name: "vethtmp" }));
  bridgeAddIf(world, docker0.id, port.id);
  devOpen(world, port.id);
  devMoveNetns(world, eth0.id, netns.id, "eth0");
  devSetMac(world, eth0.id, macs[1]);
  inetAddrAdd(world, eth0.id, { local: ipv4(address), prefixLen: 16, broadcast: ipv4("172.17.255.255") });
  devOpen(world, eth0.id);
  fibAdd(world, netns.id, { destination: ipv4("0.0.0.0"), prefixLen: 0, gateway: GATEWAY }, "add");
  return { netns: netns.id, eth0, port };
}

function build() {
  const world = createWorld("first ping");
  const { initNetns } = addMachine(world, "hostA");
  made(createBridge(world, initNetns, { name: "eth0" })); // takes number 2
  const docker0 = made(createBridge(world, initNetns, { name: "docker0", mac: mac("02:42:b3:6b:03:ba") }));
  inetAddrAdd(world, docker0.id, { local: GATEWAY, prefixLen: 16, broadcast: ipv4("172.17.255.255") });
  devOpen(world, docker0.id);
  const macs = (port: string, eth0: string): [Mac, Mac] => [mac(port), mac(eth0)];
  const one = macs("72:62:91:34:b6:93", "02:42:ac:11:00:02");
  const two = macs("06:08:31:a9:29:ef", "02:42:ac:11:00:03");
  const containers = [
    addContainer(world, docker0, "veth1f341d6", "172.17.0.2", one),
    addContainer(world, docker0, "vetha1d2083", "172.17.0.3", two),
  ] as const;
  return { world, docker0, containers };
}

/** Listens on every namespace as the recorder did, and answers with the frames seen. */
function record(world: World, spaces: Record<string, NetnsId>) {
  const seen: { node: string; if: string; dir: string; pkttype: number; hex: string }[] = [];
  const nodes = new Map<SocketId, string>();
  for (const [node, netns] of Object.entries(spaces)) nodes.set(socketCreate(world, netns, 1000, "packet", 3), node);
  const read = (id: SocketId) => {
    for (let message = socketRecv(world, id); message !== null; message = socketRecv(world, id)) {
      const { dev: devId, pkttype, bytes } = message;
      const dir = pkttype === 4 ? "out" : "in";
      seen.push({ node: nodes.get(id) ?? "", if: dev(world, devId).name, dir, pkttype, hex: toHex(bytes) });
    }
  };
  return { seen, nodes, read };
}

/** Takes out what nobody can know: identifiers, the checksums over them, the payload. */
function mask(hex: string): string {
  const bytes = fromHex(hex);
  if (ethernetType(bytes, 0) !== ETH_P_IP) return hex;
  for (const at of [18, 24, 36, 38]) setU16(bytes, at, 0);
  return toHex(bytes.fill(0, 42));
}

test("same-host-first-ping: the frames on each interface, and what docker0 has learned", () => {
  const { world, docker0, containers } = build();
  const names = { hostA: docker0.netns, "nginx-1": containers[0].netns, "nginx-2": containers[1].netns };
  const tap = record(world, names);
  setPromiscuity(world, docker0.id, 1); // the recorded tcpdump
  const ping = socketCreate(world, containers[0].netns, 1, "ping", 1);
  const answers: number[] = [];
  const run = (to_ns: number) =>
    runUntil(world, to_ns, (w, event) => {
      if (kernelDispatch(w, event)) return;
      expect(event.kind).toBe(EventKind.SOCKET_READY);
      if (tap.nodes.has(event.b)) tap.read(event.b);
      else if (socketRecv(w, ping) !== null) answers.push(w.now_ns);
    });
  run(2.5 * S);
  for (let sequence = 1; sequence <= 3; sequence++) {
    const payload = new Uint8Array(64);
    emitIcmpEcho(payload, 0, ICMP_ECHO, 0, sequence, payload.length - ICMP_HLEN);
    expect(sendTo(world, ping, { address: ipv4("172.17.0.3"), payload })).toBe(64);
    run((2.5 + sequence) * S);
  }
  run(11.7 * S);
  expect(answers.length).toBe(3);

  const lines = readFileSync(join(RECORDINGS_DIR, "same-host-first-ping", "frames.jsonl"), "utf8")
    .trim()
    .split("\n");
  const recorded = lines.map((line) => JSON.parse(line) as (typeof tap.seen)[number]);
  const key = ({ node, if: name, dir }: (typeof tap.seen)[number]) => `${node} ${name} ${dir}`;
  const byInterface = (frames: typeof tap.seen) => {
    const lists: Record<string, string[]> = {};
    for (const frame of frames) lists[key(frame)] = [];
    for (const frame of frames) lists[key(frame)]?.push(`${frame.pkttype} ${mask(frame.hex)}`);
    return lists;
  };
  expect(byInterface(tap.seen)).toEqual(byInterface(recorded));

  const entries = fdbEntries(world, docker0.id).map((entry) => [entry.mac, entry.dev, entry.isLocal]);
  const [one, two] = containers;
  expect(entries).toEqual([
    [two.eth0.mac, two.port.id, false],
    [one.eth0.mac, one.port.id, false],
    [two.port.mac, two.port.id, true],
    [one.port.mac, one.port.id, true],
    [docker0.mac, null, true],
  ]);
  expect([one.eth0.ifindex, one.port.ifindex, two.eth0.ifindex, two.port.ifindex]).toEqual([4, 5, 6, 7]);
  expect(world.pool.live).toBe(0);
});
