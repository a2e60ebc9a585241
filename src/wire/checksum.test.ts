import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ipv4s, u16, u32 } from "../../tests/wire/arbitraries.ts";
import { fromHex, getU16, setU16, setU32 } from "./bytes.ts";
import { checksum, checksumReplace16, checksumReplace32, foldSum, pseudoHeaderSum, sumWords } from "./checksum.ts";

/** RFC 1071's sum word by word, in big integers: slow, and plainly right. */
function reference(bytes: Uint8Array, initial: number): number {
  let sum = BigInt(initial);
  bytes.forEach((byte, i) => {
    sum += BigInt(byte) << (i % 2 === 0 ? 8n : 0n);
  });
  while (sum >> 16n) sum = (sum >> 16n) + (sum & 0xffffn);
  return Number(~sum & 0xffffn);
}

/** The largest sum that a pseudo-header can have. */
const PSEUDO_SUM_MAX = 5 * 0xffff + 0xff;
const pseudoSums = fc.nat(PSEUDO_SUM_MAX);

describe("checksum", () => {
  it("gives the example of RFC 1071, section 3", () => {
    const b = fromHex("0001f203f4f5f6f7");
    expect(foldSum(sumWords(b, 0, 8))).toBe(0xddf2);
    expect(checksum(b, 0, 8)).toBe(~0xddf2 & 0xffff);
  });

  it("agrees with the reference at any offset and length, odd ones too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(7), pseudoSums, (bytes, offset, initial) => {
        const b = new Uint8Array(offset + bytes.length + 3).fill(0xa5);
        b.set(bytes, offset);
        expect(checksum(b, offset, bytes.length, initial)).toBe(reference(bytes, initial));
      }),
    );
  });

  it("agrees with it in a pool, which is summed by words, and when two pools take turns", () => {
    const pools = [new Uint8Array(0x1_0000), new Uint8Array(new ArrayBuffer(0x1_0007), 3, 0x1_0002)];
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(40),
        fc.nat(1),
        pseudoSums,
        (bytes, offset, which, initial) => {
          const b = pools[which] as Uint8Array;
          b.set(bytes, offset);
          expect(checksum(b, offset, bytes.length, initial)).toBe(reference(bytes, initial));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("does not overflow on the longest packet", () => {
    const b = new Uint8Array(0xffff).fill(0xff);
    expect(checksum(b, 0, b.length, PSEUDO_SUM_MAX)).toBe(reference(b, PSEUDO_SUM_MAX));
  });

  it("is 0 over bytes that hold their own", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 64 }), (b) => {
        setU16(b, 2, 0);
        setU16(b, 2, checksum(b, 0, b.length));
        expect(checksum(b, 0, b.length)).toBe(0);
      }),
    );
  });
});

describe("pseudoHeaderSum", () => {
  it("is the sum of RFC 768's pseudo-header", () => {
    fc.assert(
      fc.property(ipv4s, ipv4s, u16, (source, destination, length) => {
        const b = new Uint8Array(12);
        setU32(b, 0, source);
        setU32(b, 4, destination);
        setU16(b, 8, 17);
        setU16(b, 10, length);
        expect(pseudoHeaderSum(source, destination, 17, length)).toBe(sumWords(b, 0, 12));
      }),
    );
  });
});

describe("incremental update", () => {
  // Not all zero: RFC 1624 keeps 0xffff where a new sum over zeros would give it too.
  const headers = fc.uint8Array({ minLength: 20, maxLength: 20 }).filter((b) => b[0] !== 0);

  it("equals a new sum after a 16-bit word changed", () => {
    fc.assert(
      fc.property(headers, u16, (b, after) => {
        setU16(b, 10, 0);
        setU16(b, 10, checksum(b, 0, 20));
        const before = getU16(b, 8);
        setU16(b, 8, after);
        checksumReplace16(b, 10, before, after);
        expect(checksum(b, 0, 20)).toBe(0);
      }),
    );
  });

  it("equals a new sum after a 32-bit word changed", () => {
    fc.assert(
      fc.property(headers, u32, (b, after) => {
        setU16(b, 10, 0);
        setU16(b, 10, checksum(b, 0, 20));
        const before = ((getU16(b, 12) << 16) | getU16(b, 14)) >>> 0;
        setU32(b, 12, after);
        checksumReplace32(b, 10, before, after);
        expect(checksum(b, 0, 20)).toBe(0);
      }),
    );
  });

  it("gives the example of RFC 1624, section 4", () => {
    const b = fromHex("dd2f");
    checksumReplace16(b, 0, 0x5555, 0x3285);
    expect(getU16(b, 0)).toBe(0x0000);
  });
});
