import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dirty, macs, u16, u32 } from "../../tests/wire/arbitraries.ts";
import { copyBytes, fromHex, getMac, getU16, getU32, setMac, setU16, setU32, toHex } from "./bytes.ts";

describe("big-endian access", () => {
  it("reads unsigned numbers, the first byte highest", () => {
    const b = fromHex("80ff01fe7f02");
    expect([getU16(b, 0), getU32(b, 0), getMac(b, 0)]).toEqual([0x80ff, 0x80ff01fe, 0x80ff_01fe_7f02]);
  });

  it("reads back what it wrote and touches nothing else", () => {
    fc.assert(
      fc.property(u16, u32, macs, (half, word, mac) => {
        const b = dirty(15);
        setU16(b, 1, half);
        setU32(b, 4, word);
        setMac(b, 8, mac);
        expect([getU16(b, 1), getU32(b, 4), getMac(b, 8)]).toEqual([half, word, mac]);
        expect([b[0], b[3], b[14]]).toEqual([0xa5, 0xa5, 0xa5]);
      }),
    );
  });
});

describe("copyBytes", () => {
  it("copies between buffers and over itself", () => {
    const b = fromHex("0102030405");
    const to = dirty(4);
    copyBytes(b, 1, to, 1, 2);
    expect(toHex(to)).toBe("a50203a5");
    copyBytes(b, 0, b, 1, 4);
    expect(toHex(b)).toBe("0101020304");
  });
});

describe("hex", () => {
  it("round-trips and refuses what is not hex", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
    expect(toHex(fromHex("DE ad\nbe EF"), 1, 2)).toBe("adbe");
    expect(() => fromHex("abc")).toThrow("malformed hex");
    expect(() => fromHex("zz")).toThrow("malformed hex");
  });
});
