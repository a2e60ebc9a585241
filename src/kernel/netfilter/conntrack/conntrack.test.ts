import { describe, expect, test } from "vitest";
import { allocFrame, frameNfct, frameStart, releaseFrame } from "../../../sim/frames.ts";
import { type Ipv4, ipv4 } from "../../../wire/address.ts";
import { ETH_HLEN } from "../../../wire/ethernet.ts";
import { emitIcmp, emitIcmpEcho, ICMP_HLEN } from "../../../wire/icmpv4.ts";
import { emitIpv4, IPV4_HLEN } from "../../../wire/ipv4.ts";
import { emitTcpHeader, setTcpChecksum, type TcpOption } from "../../../wire/tcp.ts";
import { addMachine } from "../../netns.ts";
import { socketClose } from "../../socket/socket.ts";
import { sysctlSet } from "../../sysctl.ts";
import type { Netns, World } from "../../types.ts";
import { createWorld } from "../../world.ts";
import { CtStatusBit } from "../types.ts";
import { ctCount, ctDelete, ctFlush, ctList, ctListen, ctNextEvent } from "./admin.ts";
import { conntrackConfirm, conntrackIn } from "./core.ts";
import { ctGc } from "./gc.ts";
import { Ctinfo, slotOf } from "./table.ts";

const A = ipv4("10.0.0.2");
const B = ipv4("198.51.0.2");
const SECOND_NS = 1e9;

interface Lab {
  world: World;
  netns: Netns;
}

function createCtLab(): Lab {
  const world = createWorld(1);
  const machine = addMachine(world, "host");
  return { world, netns: world.netns[machine.initNetns] as Netns };
}

/** Takes a packet of `payload` bytes, written by `write`, through tracking and confirmation; what it was to its connection. */
function track(
  { world, netns }: Lab,
  source: Ipv4,
  destination: Ipv4,
  protocol: number,
  length: number,
  write: (b: Uint8Array, at: number) => void,
): string {
  const frame = allocFrame(world.pool, ETH_HLEN + IPV4_HLEN + length, world.nextPacket++);
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  world.pool.bytes.fill(0, at, at + IPV4_HLEN + length);
  emitIpv4(world.pool.bytes, at, IPV4_HLEN + length, 1, 0, 64, protocol, source, destination, 0);
  write(world.pool.bytes, at + IPV4_HLEN);
  const passes = conntrackIn(world, netns, frame) && conntrackConfirm(world, netns, frame, -1);
  const nfct = frameNfct(world.pool, frame);
  const names = Object.entries(Ctinfo);
  const what = nfct === 0 ? "INVALID" : (names.find(([, ctinfo]) => ctinfo === (nfct & 7))?.[0] ?? "?");
  releaseFrame(world.pool, frame);
  return passes ? what : "DROP";
}

const FLAGS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16 };

interface Segment {
  seq?: number;
  ack?: number;
  data?: number;
  window?: number;
  options?: TcpOption[];
}

/** `>SA` is a SYN/ACK from A's port 5000 to B's port 80, `<SA` one back. */
function segment(
  lab: Lab,
  what: string,
  { seq = 0, ack = 0, data = 0, window = 1000, options = [] }: Segment = {},
): string {
  const forth = what.startsWith(">");
  const [source, destination] = forth ? [A, B] : [B, A];
  const flags = what.split("").reduce((sum, letter) => sum | (FLAGS[letter] ?? 0), 0);
  const header = 20 + 4 * Math.ceil(options.reduce((sum, option) => sum + (option.kind === 3 ? 3 : 2), 0) / 4);
  return track(lab, source, destination, 6, header + data, (b, at) => {
    emitTcpHeader(b, at, {
      sourcePort: forth ? 5000 : 80,
      destinationPort: forth ? 80 : 5000,
      sequenceNumber: seq,
      acknowledgmentNumber: ack,
      flags,
      window,
      urgentPointer: 0,
      options,
    });
    setTcpChecksum(b, at, header + data, source, destination);
  });
}

function udp(lab: Lab, forth: boolean): string {
  const [source, destination] = forth ? [A, B] : [B, A];
  return track(lab, source, destination, 17, 12, (b, at) => {
    b.set(forth ? [0x13, 0x88, 0, 53] : [0, 53, 0x13, 0x88], at);
  });
}

function icmp(lab: Lab, forth: boolean, type: number, id = 7): string {
  const [source, destination] = forth ? [A, B] : [B, A];
  return track(lab, source, destination, 1, ICMP_HLEN + 8, (b, at) => emitIcmpEcho(b, at, type, id, 1, 8));
}

const only = (lab: Lab) => {
  const list = ctList(lab.world, lab.netns.id);
  expect(list).toHaveLength(1);
  return list[0]!;
};

const STATES = [
  "NONE",
  "SYN_SENT",
  "SYN_RECV",
  "ESTABLISHED",
  "FIN_WAIT",
  "CLOSE_WAIT",
  "LAST_ACK",
  "TIME_WAIT",
  "CLOSE",
  "SYN_SENT2",
];
const SHORT = ["NO", "SS", "SR", "ES", "FW", "CW", "LA", "TW", "CL", "S2"];

/** From SYN_SENT on: the state after such a segment; IV it is invalid, = it is let through and changes nothing, NEW it begins anew. */
const ROWS: readonly [string, string][] = [
  // from  SS  SR  ES  FW  CW  LA  TW  CL  S2
  [">S", "  SS  =   =   =   =   =   NEW NEW S2"],
  [">SA", " IV  =   =   =   =   =   =   =   SR"],
  [">FA", " IV  FW  FW  LA  LA  LA  TW  CL  IV"],
  [">A", "  IV  ES  ES  CW  CW  TW  TW  CL  IV"],
  [">R", "  CL  CL  CL  CL  CL  CL  CL  CL  CL"],
  ["<S", "  S2  IV  IV  IV  IV  IV  NEW IV  S2"],
  ["<SA", " SR  =   =   =   =   =   =   =   SR"],
  ["<FA", " IV  FW  FW  LA  LA  LA  TW  CL  IV"],
  ["<A", "  =   SR  ES  CW  CW  TW  TW  CL  ="],
  ["<R", "  CL  CL  CL  CL  CL  CL  CL  CL  CL"],
];

describe("TCP, row by row", () => {
  for (const [what, row] of ROWS) {
    row
      .trim()
      .split(/ +/)
      .forEach((expected, i) => {
        const from = i + 1;
        test(`${what} in ${STATES[from]}: ${expected}`, () => {
          const lab = createCtLab();
          expect(segment(lab, ">S", { seq: 100 })).toBe("NEW");
          const { ct } = lab.world;
          ct.state[0] = from;
          // Both ways have been seen and closed properly, and windows are no matter.
          ct.status[0] = (ct.status[0] as number) | CtStatusBit.SEEN_REPLY;
          ct.tcpFlags.fill(0x08 | 0x04, 0, 2);
          const id = only(lab).id;
          const answer = segment(lab, what, { seq: 101, ack: what.includes("A") ? 101 : 0 });
          if (expected === "IV") expect([answer, ct.state[0]]).toEqual(["INVALID", from]);
          else if (expected === "=") expect([answer === "INVALID", ct.state[0]]).toEqual([false, from]);
          else if (expected === "NEW") expect([answer, only(lab).id === id]).toEqual(["NEW", false]);
          else expect([answer === "INVALID", SHORT[ct.state[0] as number]]).toEqual([false, expected]);
        });
      });
  }
});

describe("TCP from beginning to end", () => {
  const open = (lab: Lab) => {
    segment(lab, ">S", { seq: 100 });
    segment(lab, "<SA", { seq: 500, ack: 101 });
    segment(lab, ">A", { seq: 101, ack: 501 });
  };

  test("states and timeouts", () => {
    const lab = createCtLab();
    const steps: [string, Segment, string, string, number][] = [
      [">S", { seq: 100 }, "NEW", "SYN_SENT", 120],
      ["<SA", { seq: 500, ack: 101 }, "ESTABLISHED_REPLY", "SYN_RECV", 60],
      [">A", { seq: 101, ack: 501 }, "ESTABLISHED", "ESTABLISHED", 432_000],
      [">PA", { seq: 101, ack: 501, data: 50 }, "ESTABLISHED", "ESTABLISHED", 300],
      ["<A", { seq: 501, ack: 151 }, "ESTABLISHED_REPLY", "ESTABLISHED", 432_000],
      [">FA", { seq: 151, ack: 501 }, "ESTABLISHED", "FIN_WAIT", 120],
      ["<A", { seq: 501, ack: 152 }, "ESTABLISHED_REPLY", "CLOSE_WAIT", 60],
      ["<FA", { seq: 501, ack: 152 }, "ESTABLISHED_REPLY", "LAST_ACK", 30],
      [">A", { seq: 152, ack: 502 }, "ESTABLISHED", "TIME_WAIT", 120],
    ];
    for (const [what, fields, ctinfo, state, timeout_s] of steps) {
      expect([what, segment(lab, what, fields)]).toEqual([what, ctinfo]);
      expect([what, only(lab).tcpState, only(lab).timeout_s]).toEqual([what, state, timeout_s]);
    }
    expect(only(lab).status & CtStatusBit.ASSURED).not.toBe(0);
  });

  test("a reset to a SYN that nobody answered forgets the connection", () => {
    const lab = createCtLab();
    segment(lab, ">S", { seq: 100 });
    expect(segment(lab, "<RA", { seq: 0, ack: 101 })).toBe("ESTABLISHED_REPLY");
    expect(ctList(lab.world, lab.netns.id)).toHaveLength(0);
    expect(ctCount(lab.world, lab.netns.id)).toBe(0);
  });

  test("what no end could have sent is invalid", () => {
    const lab = createCtLab();
    open(lab);
    expect(segment(lab, ">PA", { seq: 101 + 2000, ack: 501, data: 10 })).toBe("INVALID");
    expect(segment(lab, ">PA", { seq: 101, ack: 9000, data: 10 })).toBe("INVALID");
    expect(segment(lab, "<R", { seq: 40_000 })).toBe("INVALID");
    expect(segment(lab, ">PA", { seq: 101, ack: 501, data: 10 })).toBe("ESTABLISHED");
    sysctlSet(lab.world, lab.netns.id, "net.netfilter.nf_conntrack_tcp_be_liberal", "1");
    expect(segment(lab, ">PA", { seq: 101 + 2000, ack: 501, data: 10 })).toBe("ESTABLISHED");
  });

  test("windows are scaled where both ends said so", () => {
    const lab = createCtLab();
    const options: TcpOption[] = [{ kind: 3, shift: 7 }];
    segment(lab, ">S", { seq: 100, options });
    segment(lab, "<SA", { seq: 500, ack: 101, options });
    segment(lab, ">A", { seq: 101, ack: 501 });
    segment(lab, "<A", { seq: 501, ack: 101, window: 100 });
    expect(segment(lab, ">PA", { seq: 101 + 12_000, ack: 501, data: 500 })).toBe("ESTABLISHED");
    expect(segment(lab, ">PA", { seq: 101 + 40_000, ack: 501, data: 500 })).toBe("INVALID");
  });

  test("a connection met in its middle is picked up, unless tcp_loose is off; one cannot begin with a SYN/ACK or a reset", () => {
    const lab = createCtLab();
    expect(segment(lab, ">SA", { seq: 1, ack: 1 })).toBe("INVALID");
    expect(segment(lab, ">R", { seq: 1 })).toBe("INVALID");
    expect(segment(lab, ">SF", { seq: 1 })).toBe("INVALID");
    sysctlSet(lab.world, lab.netns.id, "net.netfilter.nf_conntrack_tcp_loose", "0");
    expect(segment(lab, ">A", { seq: 1, ack: 1 })).toBe("INVALID");
    sysctlSet(lab.world, lab.netns.id, "net.netfilter.nf_conntrack_tcp_loose", "1");
    expect(segment(lab, ">A", { seq: 1, ack: 1 })).toBe("NEW");
    expect(only(lab).tcpState).toBe("ESTABLISHED");
    expect(segment(lab, "<A", { seq: 1, ack: 1 })).toBe("ESTABLISHED_REPLY");
  });

  test("a segment sent again and again lets the connection be forgotten sooner", () => {
    const lab = createCtLab();
    open(lab);
    for (let i = 0; i < 5; i++) segment(lab, ">A", { seq: 101, ack: 501 });
    expect(only(lab).timeout_s).toBe(300);
  });
});

describe("UDP and ICMP", () => {
  test("a datagram that is answered for more than two seconds is a stream", () => {
    const lab = createCtLab();
    expect([udp(lab, true), only(lab).timeout_s]).toEqual(["NEW", 30]);
    expect([udp(lab, true), only(lab).timeout_s]).toEqual(["NEW", 30]);
    expect([udp(lab, false), only(lab).timeout_s]).toEqual(["ESTABLISHED_REPLY", 30]);
    lab.world.now_ns += 3 * SECOND_NS;
    expect([udp(lab, true), only(lab).timeout_s]).toEqual(["ESTABLISHED", 120]);
    expect(only(lab).status & CtStatusBit.ASSURED).not.toBe(0);
  });

  test("an echo and its answer are one connection; an answer alone is invalid", () => {
    const lab = createCtLab();
    expect(icmp(lab, false, 0)).toBe("INVALID");
    expect(icmp(lab, true, 8)).toBe("NEW");
    expect(icmp(lab, false, 0, 8)).toBe("INVALID");
    expect(icmp(lab, false, 0)).toBe("ESTABLISHED_REPLY");
    expect(icmp(lab, true, 8)).toBe("ESTABLISHED");
    expect([only(lab).original.icmpType, only(lab).reply.icmpType, only(lab).timeout_s]).toEqual([8, 0, 30]);
    expect([only(lab).packets, only(lab).bytes]).toEqual([
      [2, 1],
      [72, 36],
    ]);
  });

  test("an ICMP error is related to what it quotes, and to nothing else", () => {
    const lab = createCtLab();
    udp(lab, true);
    const error = (to: Ipv4, port: number) =>
      track(lab, ipv4("192.0.2.1"), to, 1, ICMP_HLEN + IPV4_HLEN + 8, (b, at) => {
        emitIpv4(b, at + ICMP_HLEN, IPV4_HLEN + 12, 1, 0, 63, 17, A, B, 0);
        b.set([0x13, 0x88, 0, port], at + ICMP_HLEN + IPV4_HLEN);
        emitIcmp(b, at, 3, 1, 0, IPV4_HLEN + 8);
      });
    expect(error(A, 53)).toBe("RELATED_REPLY");
    expect(error(A, 54)).toBe("INVALID");
    expect(error(ipv4("10.0.0.3"), 53)).toBe("INVALID");
  });
});

test("connections are forgotten when their time is over, by whoever asks first; and on demand", () => {
  const lab = createCtLab();
  udp(lab, true);
  icmp(lab, true, 8);
  expect(ctList(lab.world, lab.netns.id).map((entry) => entry.protocol)).toEqual([1, 17]);
  lab.world.now_ns += 31 * SECOND_NS;
  expect(ctCount(lab.world, lab.netns.id)).toBe(2);
  expect(udp(lab, false)).toBe("NEW");
  expect(ctCount(lab.world, lab.netns.id)).toBe(2);
  // Looking at the table forgets what is too old in it.
  expect(ctList(lab.world, lab.netns.id).map((entry) => entry.protocol)).toEqual([17]);
  expect(ctCount(lab.world, lab.netns.id)).toBe(1);
  lab.world.now_ns += 31 * SECOND_NS;
  icmp(lab, true, 8);
  lab.world.ct.gcAt_ns = lab.world.now_ns;
  ctGc(lab.world);
  expect(ctCount(lab.world, lab.netns.id)).toBe(1);
  expect(ctDelete(lab.world, lab.netns.id, 999)).toBe(-2);
  icmp(lab, true, 8);
  ctFlush(lab.world, lab.netns.id);
  expect(ctCount(lab.world, lab.netns.id)).toBe(0);
});

test("who listens is told when a connection begins, changes and ends", () => {
  const lab = createCtLab();
  const { world, netns } = lab;
  const socket = ctListen(world, netns.id, 1);
  udp(lab, true);
  udp(lab, false);
  ctFlush(world, netns.id);
  const heard: (string | undefined)[] = [];
  for (let event = ctNextEvent(world, socket); event !== null; event = ctNextEvent(world, socket)) {
    heard.push(`${event.type} ${event.entry.original.destinationPort}`);
  }
  expect(heard).toEqual(["NEW 53", "UPDATE 53", "DESTROY 53"]);
  socketClose(world, socket);
  udp(lab, true);
  expect(ctNextEvent(world, ctListen(world, netns.id, 1))).toBe(null);
  expect(netns.nf.ctListeners).toHaveLength(1);
});

test("a full table drops new connections, unless one that nobody relies on can make way", () => {
  const lab = createCtLab();
  sysctlSet(lab.world, lab.netns.id, "net.netfilter.nf_conntrack_max", "2");
  icmp(lab, true, 8, 1);
  icmp(lab, true, 8, 2);
  expect(icmp(lab, true, 8, 3)).toBe("NEW");
  expect(ctCount(lab.world, lab.netns.id)).toBe(2);
  lab.world.ct.status.fill(CtStatusBit.ASSURED | CtStatusBit.CONFIRMED, 0, 2);
  expect(icmp(lab, true, 8, 4)).toBe("DROP");
  expect(lab.world.machines[0]?.dmesg.at(-1)?.text).toBe("nf_conntrack: nf_conntrack: table full, dropping packet");
});

test("thousands of connections are found again however the table grew", () => {
  const lab = createCtLab();
  for (let id = 0; id < 3000; id++) expect(icmp(lab, true, 8, id)).toBe("NEW");
  for (let id = 0; id < 3000; id += 7) expect(icmp(lab, false, 0, id)).toBe("ESTABLISHED_REPLY");
  expect(ctCount(lab.world, lab.netns.id)).toBe(3000);
  expect(slotOf(0)).toBe(-1);
});
