import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dirty, macs, u16 } from "../../tests/wire/arbitraries.ts";
import { ARP_REPLY } from "../../tests/wire/frames.ts";
import { mac } from "./address.ts";
import { fromHex } from "./bytes.ts";
import { ETH_HLEN, ETH_P_ARP, emitEthernet, parseEthernet } from "./ethernet.ts";

const FRAME = fromHex(ARP_REPLY);
const HEADER = { dst: mac("02:42:ac:11:00:02"), src: mac("02:42:ac:11:00:03"), type: ETH_P_ARP };

describe("Ethernet", () => {
  it("parses a recorded frame", () => {
    expect(parseEthernet(FRAME, 0, FRAME.length)).toEqual({ ok: true, value: HEADER });
  });

  it("emits it on a dirty buffer", () => {
    const b = dirty(ETH_HLEN + 2);
    emitEthernet(b, 1, HEADER.dst, HEADER.src, HEADER.type);
    expect(b).toEqual(Uint8Array.of(0xa5, ...FRAME.subarray(0, ETH_HLEN), 0xa5));
  });

  it("refuses short input", () => {
    const error = { kind: "short", needed: 14, available: 13 };
    expect(parseEthernet(FRAME, 0, ETH_HLEN - 1)).toEqual({ ok: false, error });
  });

  it("round-trips", () => {
    fc.assert(
      fc.property(macs, macs, u16, (dst, src, type) => {
        const b = dirty(ETH_HLEN);
        emitEthernet(b, 0, dst, src, type);
        expect(parseEthernet(b, 0, b.length)).toEqual({ ok: true, value: { dst, src, type } });
      }),
    );
  });
});
