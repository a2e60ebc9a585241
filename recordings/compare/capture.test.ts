import { describe, expect, test } from "vitest";
import type { RecordedFrame } from "../recording.ts";
import { readCapture } from "./capture.ts";

const A = "02420a000001";
const B = "02420a000002";
const HAND_MADE = "aabbccddeeff";

function arp(dst: string, src: string, op: 1 | 2, senderIp = "0a000001"): string {
  return `${dst}${src}0806000108000604000${op}${src}${senderIp}0000000000000a000002`;
}

function frame(hex: string, where: Partial<RecordedFrame> = {}): RecordedFrame {
  return { t: 0, node: "hostA", if: "docker0", dir: "in", pkttype: 0, hex, ...where };
}

const BROADCAST = "ffffffffffff";

function listsOf(frames: RecordedFrame[], identities = "", known = identities): Record<string, string[]> {
  const { lists } = readCapture(frames, identities, known);
  return Object.fromEntries([...lists].map(([key, list]) => [key, list.map(({ text }) => text)]));
}

describe("what counts", () => {
  test("each interface and direction has its list", () => {
    const request = arp(BROADCAST, A, 1);
    const frames = [frame(request), frame(request, { dir: "out" }), frame(request, { if: "eth0" }), frame(request)];
    const { lists, count } = readCapture(frames, "", "");
    expect([...lists].map(([key, list]) => [key, list.length])).toEqual([
      ["hostA.docker0.in", 2],
      ["hostA.docker0.out", 1],
      ["hostA.eth0.in", 1],
    ]);
    expect(count).toBe(4);
  });

  test("lo, IPv6 and IGMP do not", () => {
    const igmp = `01005e000016${A}08004600002800000000010200000a000001e0000016`;
    const frames = [frame(arp(BROADCAST, A, 1), { if: "lo" }), frame(`333300000002${A}86dd60`), frame(igmp)];
    expect(readCapture(frames, "", "").count).toBe(0);
  });

  test("a unicast probe and its answer do not, a broadcast request and its answer do", () => {
    const probe = [frame(arp(B, A, 1), { dir: "out" }), frame(arp(A, B, 2), { dir: "in" })];
    expect(readCapture(probe, "", "").count).toBe(0);
    const ask = [frame(arp(BROADCAST, A, 1), { dir: "out" }), frame(arp(A, B, 2), { dir: "in" })];
    expect(readCapture(ask, "", "").count).toBe(2);
  });

  test("one probe takes one answer with it", () => {
    const probed = [frame(arp(B, A, 1)), frame(arp(A, B, 2), { dir: "out" }), frame(arp(A, B, 2), { dir: "out" })];
    expect(readCapture(probed, "", "").count).toBe(1);
  });
});

describe("names", () => {
  const request = arp(BROADCAST, A, 1);

  test("a veth that nobody knows is called by its turn, a known one by its name", () => {
    const frames = ["veth1234567", "vethabcdef0", "veth1234567"].map((dev) => frame(request, { if: dev }));
    expect(Object.keys(listsOf(frames))).toEqual(["hostA.ve#1.in", "hostA.ve#2.in"]);
    expect(Object.keys(listsOf(frames, "", "vethabcdef0"))).toEqual(["hostA.ve#1.in", "hostA.vethabcdef0.in"]);
  });

  test("a MAC that the kernel drew is called by the address that it spoke for", () => {
    const drawn = frame(arp(BROADCAST, HAND_MADE, 1, "0a0000fe"));
    expect(listsOf([drawn])["hostA.docker0.in"]?.[0]).toContain("arp op=1 mac-of-10.0.0.254 10.0.0.254");
    expect(listsOf([drawn], "aa:bb:cc:dd:ee:ff")["hostA.docker0.in"]?.[0]).toContain("aa:bb:cc:dd:ee:ff");
  });
});
