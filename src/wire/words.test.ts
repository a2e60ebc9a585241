import fc from "fast-check";
import { expect, it } from "vitest";
import { ipv4s, macs, u8, u16 } from "../../tests/wire/arbitraries.ts";
import { emitEthernet } from "./ethernet.ts";
import { emitIpv4 } from "./ipv4.ts";
import { type Memory, putEthernet, putIpv4 } from "./words.ts";

const LENGTH = 48;

/** The same random memory twice: once written by words, once by bytes. */
function twice(seed: number): { memory: Memory; bytes: Uint8Array } {
  const bytes = Uint8Array.from({ length: LENGTH }, (_, i) => (seed * (i + 7)) & 0xff);
  const copy = bytes.slice();
  return { memory: { bytes: copy, words: new Int32Array(copy.buffer) }, bytes };
}

it("writes an Ethernet header as emitEthernet does, and nothing else", () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(2, 6, 30), macs, macs, u16, (seed, at, dst, src, type) => {
      const { memory, bytes } = twice(seed);
      putEthernet(memory, at, dst, src, type);
      emitEthernet(bytes, at, dst, src, type);
      expect(memory.bytes).toEqual(bytes);
    }),
  );
});

it("writes an IPv4 header as emitIpv4 does, and nothing else", () => {
  const numbers = fc.tuple(u16, u16, u16, u8, u8, ipv4s, ipv4s, u8);
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(0, 16, 28), numbers, (seed, at, header) => {
      const { memory, bytes } = twice(seed);
      putIpv4(memory, at, ...header);
      emitIpv4(bytes, at, ...header);
      expect(memory.bytes).toEqual(bytes);
    }),
  );
});
