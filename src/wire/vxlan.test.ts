import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dirty } from "../../tests/wire/arbitraries.ts";
import { VXLAN_ECHO_REQUEST } from "../../tests/wire/frames.ts";
import { fromHex } from "./bytes.ts";
import { ETH_HLEN } from "./ethernet.ts";
import { IPV4_HLEN } from "./ipv4.ts";
import { UDP_HLEN } from "./udp.ts";
import { emitVxlan, parseVxlan, VXLAN_HLEN } from "./vxlan.ts";

const PACKET = fromHex(VXLAN_ECHO_REQUEST).subarray(ETH_HLEN + IPV4_HLEN + UDP_HLEN);

describe("VXLAN", () => {
  it("parses a recorded header", () => {
    expect(parseVxlan(PACKET, 0, PACKET.length)).toEqual({ ok: true, value: { vni: 1 } });
  });

  it("emits it on a dirty buffer", () => {
    const b = dirty(VXLAN_HLEN + 2);
    emitVxlan(b, 1, 1);
    expect(b).toEqual(Uint8Array.of(0xa5, ...PACKET.subarray(0, VXLAN_HLEN), 0xa5));
  });

  it("refuses short input and a header without the I flag", () => {
    expect(parseVxlan(PACKET, 0, 7)).toEqual({ ok: false, error: { kind: "short", needed: 8, available: 7 } });
    const error = { kind: "bad", reason: "the I flag is not set" };
    expect(parseVxlan(new Uint8Array(8), 0, 8)).toEqual({ ok: false, error });
  });

  it("round-trips", () => {
    fc.assert(
      fc.property(fc.nat(0xff_ffff), (vni) => {
        const b = dirty(VXLAN_HLEN);
        emitVxlan(b, 0, vni);
        expect(parseVxlan(b, 0, b.length)).toEqual({ ok: true, value: { vni } });
        expect([b[1], b[2], b[3], b[7]]).toEqual([0, 0, 0, 0]);
      }),
    );
  });
});
