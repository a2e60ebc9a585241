import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatIpv4, type Ipv4, ipv4 } from "../../../wire/address.ts";
import { inetAddrDel } from "../../fib/devinet.ts";
import { fibAdd } from "../../fib/fib.ts";
import { devClose } from "../../netdev/device.ts";
import { sendTo } from "../../socket/inet.ts";
import { socketRecv } from "../../socket/socket.ts";
import { drain, echo, hops, pass, pingSocket } from "../../testing/inet.ts";
import { addRule, createRouterLab, type RouterLab, range, udpSocket } from "../../testing/router.ts";
import type { Message } from "../../types.ts";
import { devByName } from "../../world.ts";
import { ctList } from "../conntrack/admin.ts";
import { addressMatches } from "../spec.ts";
import type { CtTuple } from "../types.ts";

const text = (s: string) => Uint8Array.from(s, (c) => c.charCodeAt(0));
const str = (m: Message | null) => (m === null ? null : String.fromCharCode(...m.bytes));

function masquerade(lab: RouterLab): void {
  for (let i = 0; i < lab.servers.length; i++) {
    addRule(lab.world, lab.router, "nat", "POSTROUTING", {
      outInterface: { name: `s${i}`, invert: false },
      target: { kind: "MASQUERADE", range: range() },
    });
  }
}

/** Every datagram that waits in a server's socket is sent back to whom it seems to come from. */
function answerAll(lab: RouterLab, server: number): string[] {
  const seen: string[] = [];
  for (let m = socketRecv(lab.world, server); m !== null; m = socketRecv(lab.world, server)) {
    seen.push(`${formatIpv4(m.source)}:${m.sourcePort}`);
    expect(sendTo(lab.world, server, { address: m.source, port: m.sourcePort, payload: m.bytes })).toBeGreaterThan(0);
  }
  return seen;
}

describe("source NAT", () => {
  test("masquerading hides the client behind the router's address, both ways", () => {
    const lab = createRouterLab(1, 1);
    masquerade(lab);
    const server = udpSocket(lab.world, lab.servers[0]!, 53);
    const client = udpSocket(lab.world, lab.clients[0]!, 5000);
    sendTo(lab.world, client, { address: ipv4("198.51.0.2"), port: 53, payload: text("question") });
    pass(lab.world, 1);
    expect(answerAll(lab, server)).toEqual(["198.51.0.1:5000"]);
    pass(lab.world, 1);
    const answer = socketRecv(lab.world, client);
    expect(str(answer)).toBe("question");
    expect(formatIpv4(answer?.source as Ipv4)).toBe("198.51.0.2");
    expect(ctList(lab.world, lab.router).map(({ original, reply }) => [tuple(original), tuple(reply)])).toEqual([
      ["10.0.0.2:5000>198.51.0.2:53", "198.51.0.2:53>198.51.0.1:5000"],
    ]);
  });

  test("two clients with the same port get different ones; the second is given a free port above 1023", () => {
    const lab = createRouterLab(2, 1);
    masquerade(lab);
    const server = udpSocket(lab.world, lab.servers[0]!, 53);
    const clients = lab.clients.map((netns) => udpSocket(lab.world, netns, 5000));
    for (const [i, client] of clients.entries()) {
      sendTo(lab.world, client, { address: ipv4("198.51.0.2"), port: 53, payload: text(`from ${i}`) });
      pass(lab.world, 1);
    }
    const [first, second] = answerAll(lab, server);
    expect(first).toBe("198.51.0.1:5000");
    expect(second).not.toBe(first);
    expect(Number(second?.split(":")[1])).toBeGreaterThanOrEqual(1024);
    pass(lab.world, 1);
    expect(clients.map((client) => str(socketRecv(lab.world, client)))).toEqual(["from 0", "from 1"]);
  });

  test("low ports stay low, and pings of two clients with one identifier are told apart", () => {
    const lab = createRouterLab(2, 1);
    masquerade(lab);
    const server = udpSocket(lab.world, lab.servers[0]!, 53);
    const low = lab.clients.map((netns) => udpSocket(lab.world, netns, 300));
    for (const client of low) sendTo(lab.world, client, { address: ipv4("198.51.0.2"), port: 53, payload: text("x") });
    pass(lab.world, 1);
    const ports = answerAll(lab, server).map((from) => Number(from.split(":")[1]));
    expect(ports).toHaveLength(2);
    for (const port of ports) expect(port).toBeLessThan(512);
    const pingers = lab.clients.map((netns) => pingSocket(lab.world, netns));
    for (const pinger of pingers) echo(lab.world, pinger, "198.51.0.2");
    pass(lab.world, 1);
    for (const pinger of pingers) {
      const replies = drain(lab.world, pinger);
      expect(replies).toHaveLength(1);
      expect((replies[0]!.bytes[24]! << 8) | replies[0]!.bytes[25]!).toBe(77);
    }
  });

  test("a range of ports that is used up keeps the last that was tried, and the packet is dropped", () => {
    const lab = createRouterLab(3, 1);
    addRule(lab.world, lab.router, "nat", "POSTROUTING", {
      protocol: { number: 17, invert: false },
      target: { kind: "SNAT", range: range("198.51.0.1", [4000, 4001]) },
    });
    const server = udpSocket(lab.world, lab.servers[0]!, 53);
    for (const netns of lab.clients) {
      const client = udpSocket(lab.world, netns, 5000);
      sendTo(lab.world, client, { address: ipv4("198.51.0.2"), port: 53, payload: text("x") });
      pass(lab.world, 1);
    }
    expect(answerAll(lab, server).sort()).toEqual(["198.51.0.1:4000", "198.51.0.1:4001"]);
    expect(lab.world.netns[lab.router]?.nf.ctStats.insertFailed).toBe(1);
  });
});

describe("destination NAT", () => {
  test("a published port reaches the server within, and the answer comes from the router", () => {
    const lab = createRouterLab(1, 1);
    addRule(lab.world, lab.router, "nat", "PREROUTING", {
      destination: { address: ipv4("10.0.0.1"), mask: 0xffff_ffff, invert: false },
      protocol: { number: 17, invert: false },
      matches: [{ kind: "udp", sports: null, dports: { from: 8080, to: 8080, invert: false } }],
      target: { kind: "DNAT", range: range("198.51.0.2", [53, 53]) },
    });
    const server = udpSocket(lab.world, lab.servers[0]!, 53);
    const client = udpSocket(lab.world, lab.clients[0]!, 5000);
    sendTo(lab.world, client, { address: ipv4("10.0.0.1"), port: 8080, payload: text("hello") });
    pass(lab.world, 1);
    expect(answerAll(lab, server)).toEqual(["10.0.0.2:5000"]);
    pass(lab.world, 1);
    const answer = socketRecv(lab.world, client);
    expect([formatIpv4(answer?.source as Ipv4), answer?.sourcePort]).toEqual(["10.0.0.1", 8080]);
  });

  test("of a range of addresses, source and destination choose by jhash2: the kernel's own choices", () => {
    const chosen = (target: string) => {
      const lab = createRouterLab(1, 1);
      addRule(lab.world, lab.router, "nat", "PREROUTING", {
        target: {
          kind: "DNAT",
          range: { ...range(), addresses: { from: ipv4("198.51.0.2"), to: ipv4("198.51.0.9") } },
        },
      });
      const client = udpSocket(lab.world, lab.clients[0]!, 5000);
      sendTo(lab.world, client, { address: ipv4(target), port: 53, payload: text("x") });
      pass(lab.world, 1);
      return formatIpv4(ctList(lab.world, lab.router)[0]?.reply.source as Ipv4);
    };
    expect(["10.0.0.1", "192.0.2.1", "192.0.2.7"].map(chosen)).toEqual(["198.51.0.5", "198.51.0.8", "198.51.0.2"]);
  });

  test("what the router sends itself is redirected on the way out, and rerouted", () => {
    const lab = createRouterLab(0, 1);
    const port = { kind: "udp", sports: null, dports: { from: 53, to: 53, invert: false } } as const;
    addRule(lab.world, lab.router, "nat", "OUTPUT", {
      protocol: { number: 17, invert: false },
      matches: [port],
      target: { kind: "REDIRECT", range: range(undefined, [5353, 5353]) },
    });
    const server = udpSocket(lab.world, lab.router, 5353, ipv4("127.0.0.1"));
    const client = udpSocket(lab.world, lab.router, 5000);
    sendTo(lab.world, client, { address: ipv4("198.51.0.2"), port: 53, payload: text("who") });
    pass(lab.world, 1);
    expect(answerAll(lab, server)).toHaveLength(1);
    pass(lab.world, 1);
    const answer = socketRecv(lab.world, client);
    expect([formatIpv4(answer?.source as Ipv4), answer?.sourcePort, str(answer)]).toEqual(["198.51.0.2", 53, "who"]);
  });
});

test("an ICMP error about a translated datagram reaches who sent it, and quotes what was sent", () => {
  const lab = createRouterLab(1, 1);
  masquerade(lab);
  const client = udpSocket(lab.world, lab.clients[0]!, 5000);
  const record = lab.world.sockets[client]!;
  record.recvErr = true;
  sendTo(lab.world, client, { address: ipv4("198.51.0.2"), port: 9, payload: text("nobody listens") });
  pass(lab.world, 1);
  const error = socketRecv(lab.world, client);
  expect([error?.error?.type, error?.error?.code, formatIpv4(error?.error?.from as Ipv4)]).toEqual([
    3,
    3,
    "198.51.0.2",
  ]);
  // `hops` asserts that all checksums are right, those of what errors quote apart.
  expect(hops(lab.world).filter((line) => line.includes("icmp"))).not.toHaveLength(0);
});

describe("a masqueraded connection ends", () => {
  const ask = (lab: RouterLab, client: number) => {
    sendTo(lab.world, client, { address: ipv4("198.51.0.2"), port: 9, payload: text("x") });
    pass(lab.world, 1);
    return ctList(lab.world, lab.router).length;
  };
  const begin = () => {
    const lab = createRouterLab(1, 2);
    masquerade(lab);
    const client = udpSocket(lab.world, lab.clients[0]!, 5000);
    expect(ask(lab, client)).toBe(1);
    return { lab, client, out: devByName(lab.world, lab.router, "s0")!.id };
  };

  test("when it would leave by another device", () => {
    const { lab, client } = begin();
    const gateway = ipv4("198.51.1.2");
    fibAdd(lab.world, lab.router, { destination: ipv4("198.51.0.2"), prefixLen: 32, gateway }, "add");
    expect(ask(lab, client)).toBe(0);
    expect(ask(lab, client)).toBe(1);
  });

  test("when its device goes down or loses the address", () => {
    const down = begin();
    devClose(down.lab.world, down.out);
    expect(ctList(down.lab.world, down.lab.router)).toHaveLength(0);
    const lost = begin();
    inetAddrDel(lost.lab.world, lost.out, { local: ipv4("198.51.0.1") });
    expect(ctList(lost.lab.world, lost.lab.router)).toHaveLength(0);
  });
});

function tuple(t: CtTuple): string {
  return `${formatIpv4(t.source)}:${t.sourcePort}>${formatIpv4(t.destination)}:${t.destinationPort}`;
}

test("whatever flows there are: replies reach who asked, and no two connections' tuples are the same", () => {
  const flow = fc.record({ client: fc.nat(3), server: fc.nat(1), port: fc.constantFrom(300, 700, 1024, 5000, 5001) });
  fc.assert(
    fc.property(fc.array(flow, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 1e6 }), (flows, seed) => {
      const lab = createRouterLab(4, 2, seed);
      masquerade(lab);
      const servers = lab.servers.map((netns) => udpSocket(lab.world, netns, 7));
      const sockets = new Map<string, number>();
      for (const { client, server, port } of flows) {
        const key = `${client}:${port}`;
        const id = sockets.get(key) ?? udpSocket(lab.world, lab.clients[client]!, port);
        sockets.set(key, id);
        sendTo(lab.world, id, { address: ipv4(`198.51.${server}.2`), port: 7, payload: text(`${key}>${server}`) });
      }
      pass(lab.world, 1);
      for (const server of servers) answerAll(lab, server);
      pass(lab.world, 1);
      const heard = [...sockets].flatMap(([key, id]) =>
        drain(lab.world, id).map((m) => {
          expect(str(m)?.startsWith(`${key}>`)).toBe(true);
          return `${str(m)} ${formatIpv4(m.source)}`;
        }),
      );
      const asked = flows.map(({ client, server, port }) => `${client}:${port}>${server} 198.51.${server}.2`);
      expect(heard.sort()).toEqual(asked.sort());
      const tuples = ctList(lab.world, lab.router).flatMap(({ original, reply }) => [tuple(original), tuple(reply)]);
      expect(new Set(tuples).size).toBe(tuples.length);
    }),
    { numRuns: 40 },
  );
});

test("an address matches by its mask, or does not", () => {
  const spec = { address: ipv4("172.17.0.0"), mask: 0xffff_0000, invert: false };
  expect(addressMatches(spec, ipv4("172.17.255.1"))).toBe(true);
  expect(addressMatches(spec, ipv4("172.18.0.1"))).toBe(false);
  expect(addressMatches({ ...spec, invert: true }, ipv4("172.18.0.1"))).toBe(true);
});
