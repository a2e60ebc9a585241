import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dirty, ipv4s, macs, u16 } from "../../tests/wire/arbitraries.ts";
import { ARP_REPLY, ARP_REQUEST } from "../../tests/wire/frames.ts";
import { ipv4, MAC_ZERO, mac } from "./address.ts";
import { ARP, ARP_LEN, ARPOP_REPLY, ARPOP_REQUEST, emitArp, parseArp, refuseArp } from "./arp.ts";
import { fromHex } from "./bytes.ts";
import { ETH_HLEN } from "./ethernet.ts";
import { writeField } from "./fields.ts";

const REQUEST = fromHex(ARP_REQUEST).subarray(ETH_HLEN);
const REPLY = fromHex(ARP_REPLY).subarray(ETH_HLEN);
const ASKER = { mac: mac("02:42:ac:11:00:02"), ip: ipv4("172.17.0.2") };
const ASKED = { mac: mac("02:42:ac:11:00:03"), ip: ipv4("172.17.0.3") };

describe("ARP", () => {
  it("parses recorded packets", () => {
    const request = { op: ARPOP_REQUEST, sha: ASKER.mac, spa: ASKER.ip, tha: MAC_ZERO, tpa: ASKED.ip };
    expect(parseArp(REQUEST, 0, REQUEST.length)).toEqual({ ok: true, value: request });
    const reply = { op: ARPOP_REPLY, sha: ASKED.mac, spa: ASKED.ip, tha: ASKER.mac, tpa: ASKER.ip };
    expect(parseArp(REPLY, 0, REPLY.length)).toEqual({ ok: true, value: reply });
  });

  it("emits one on a dirty buffer", () => {
    const b = dirty(ARP_LEN + 2);
    emitArp(b, 1, ARPOP_REPLY, ASKED.mac, ASKED.ip, ASKER.mac, ASKER.ip);
    expect(b).toEqual(Uint8Array.of(0xa5, ...REPLY, 0xa5));
  });

  it("refuses short input and other kinds of network", () => {
    expect(parseArp(REQUEST, 0, 27)).toEqual({ ok: false, error: { kind: "short", needed: 28, available: 27 } });
    for (const field of [ARP.hrd, ARP.pro, ARP.hln, ARP.pln]) {
      const b = REQUEST.slice();
      writeField(b, 0, field, 99);
      expect(refuseArp(b, 0, b.length)?.kind).toBe("bad");
      expect(parseArp(b, 0, b.length).ok).toBe(false);
    }
  });

  it("round-trips", () => {
    fc.assert(
      fc.property(u16, macs, ipv4s, macs, ipv4s, (op, sha, spa, tha, tpa) => {
        const b = dirty(ARP_LEN);
        emitArp(b, 0, op, sha, spa, tha, tpa);
        expect(parseArp(b, 0, b.length)).toEqual({ ok: true, value: { op, sha, spa, tha, tpa } });
      }),
    );
  });
});
