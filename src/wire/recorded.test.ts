// Holds the codecs against every frame of the recordings: what a real kernel wrote, we read and write back byte for byte.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dirty } from "../../tests/wire/arbitraries.ts";
import { emitArp, parseArp } from "./arp.ts";
import { fromHex, getU16, toHex } from "./bytes.ts";
import { summarize } from "./dissect/summary.ts";
import { dissect } from "./dissect.ts";
import { ETH_HLEN, ETH_P_ARP, ETH_P_IP, emitEthernet, ethernetType, parseEthernet } from "./ethernet.ts";
import { ICMP_HLEN, icmpChecksumOk } from "./icmpv4.ts";
import {
  emitIpv4Header,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  ipv4ChecksumOk,
  ipv4HeaderLength,
  ipv4IsFragment,
  ipv4Protocol,
  ipv4TotalLength,
  parseIpv4Header,
} from "./ipv4.ts";
import { emitTcpHeader, parseTcp, TCP, tcpHeaderLength } from "./tcp.ts";

const DATA = new URL("../../recordings/data/", import.meta.url);

/** Every distinct frame, as hex. */
function recordedFrames(): string[] {
  const frames = new Set<string>();
  for (const entry of readdirSync(DATA, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const lines = readFileSync(new URL(`${entry.name}/frames.jsonl`, DATA), "utf8")
      .trim()
      .split("\n");
    for (const line of lines) if (line !== "") frames.add((JSON.parse(line) as { hex: string }).hex);
  }
  return [...frames];
}

const FRAMES = recordedFrames().map(fromHex);
const PACKETS = FRAMES.filter((b) => ethernetType(b, 0) === ETH_P_IP);

/** The header that `emit` writes on a dirty buffer, as long as the original. */
function emitted(length: number, emit: (b: Uint8Array) => void): string {
  const b = dirty(length);
  emit(b);
  return toHex(b);
}

describe("every recorded frame", () => {
  it("is there", () => {
    expect(FRAMES.length).toBeGreaterThan(1000);
    expect(PACKETS.length).toBeGreaterThan(1000);
  });

  it("has an Ethernet header that is written back as it was", () => {
    for (const b of FRAMES) {
      const header = parseEthernet(b, 0, b.length);
      if (!header.ok) throw new Error(toHex(b));
      const { dst, src, type } = header.value;
      expect(emitted(ETH_HLEN, (to) => emitEthernet(to, 0, dst, src, type))).toBe(toHex(b, 0, ETH_HLEN));
    }
  });

  it("of ARP is written back as it was", () => {
    for (const b of FRAMES.filter((frame) => ethernetType(frame, 0) === ETH_P_ARP)) {
      const packet = parseArp(b, ETH_HLEN, b.length - ETH_HLEN);
      if (!packet.ok) throw new Error(toHex(b));
      const { op, sha, spa, tha, tpa } = packet.value;
      expect(emitted(28, (to) => emitArp(to, 0, op, sha, spa, tha, tpa))).toBe(toHex(b, ETH_HLEN, 28));
    }
  });

  it("of IPv4 has a right checksum and a header that is written back as it was", () => {
    for (const b of PACKETS) {
      const header = parseIpv4Header(b, ETH_HLEN, b.length - ETH_HLEN);
      if (!header.ok) throw new Error(toHex(b));
      expect(ipv4ChecksumOk(b, ETH_HLEN)).toBe(true);
      const length = ipv4HeaderLength(b, ETH_HLEN);
      expect(emitted(length, (to) => emitIpv4Header(to, 0, header.value))).toBe(toHex(b, ETH_HLEN, length));
    }
  });

  it("of ICMP has a right checksum", () => {
    for (const b of PACKETS.filter((p) => ipv4Protocol(p, ETH_HLEN) === IPPROTO_ICMP && !ipv4IsFragment(p, ETH_HLEN))) {
      const headerLength = ipv4HeaderLength(b, ETH_HLEN);
      const length = ipv4TotalLength(b, ETH_HLEN) - headerLength;
      expect(length).toBeGreaterThanOrEqual(ICMP_HLEN);
      expect(icmpChecksumOk(b, ETH_HLEN + headerLength, length)).toBe(true);
    }
  });

  it("of TCP has a header that is written back as it was, options and all", () => {
    for (const b of PACKETS.filter((p) => ipv4Protocol(p, ETH_HLEN) === IPPROTO_TCP)) {
      const at = ETH_HLEN + ipv4HeaderLength(b, ETH_HLEN);
      const header = parseTcp(b, at, b.length - at);
      if (!header.ok) throw new Error(toHex(b));
      const expected = b.slice(at, at + tcpHeaderLength(b, at));
      expected.fill(0, TCP.checksum.offset, TCP.checksum.offset + 2);
      expect(emitted(expected.length, (to) => emitTcpHeader(to, 0, header.value))).toBe(toHex(expected));
    }
  });

  it("is dissected and summarised without an error", () => {
    for (const b of FRAMES) {
      const errors = dissect(b).flatMap((layer) => layer.error ?? []);
      expect([toHex(b), errors]).toEqual([toHex(b), []]);
      expect(summarize(b).info).not.toMatch(/Malformed/);
    }
  });

  it("has the checksums that the dissector says, but for those left to a card", () => {
    for (const b of FRAMES) {
      const wrong = dissect(b).flatMap((layer) => layer.fields.filter((field) => field.value.includes("[incorrect")));
      for (const field of wrong) {
        // Loopback and VXLAN's outer UDP carry the pseudo-header's sum alone.
        expect(["udp.checksum", "tcp.checksum"]).toContain(field.key);
        expect(getU16(b, field.offset)).not.toBe(0);
      }
    }
  });
});
