import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dirty, ipv4s, u16 } from "../../tests/wire/arbitraries.ts";
import { UDP_HELLO } from "../../tests/wire/frames.ts";
import { ipv4 } from "./address.ts";
import { fromHex, getU16 } from "./bytes.ts";
import { ETH_HLEN } from "./ethernet.ts";
import { IPV4_HLEN } from "./ipv4.ts";
import { emitUdpHeader, parseUdp, setUdpChecksum, UDP, UDP_HLEN, udpChecksumOk } from "./udp.ts";

const DATAGRAM = fromHex(UDP_HELLO).subarray(ETH_HLEN + IPV4_HLEN);
const SOURCE = ipv4("172.17.0.2");
const DESTINATION = ipv4("172.17.0.3");

describe("UDP", () => {
  it("parses a recorded datagram", () => {
    const value = { sourcePort: 53732, destinationPort: 5000, length: 14, checksum: 0x7e61 };
    expect(parseUdp(DATAGRAM, 0, DATAGRAM.length)).toEqual({ ok: true, value });
    expect(udpChecksumOk(DATAGRAM, 0, 14, SOURCE, DESTINATION)).toBe(true);
    expect(udpChecksumOk(DATAGRAM, 0, 14, SOURCE, SOURCE)).toBe(false);
  });

  it("emits it on a dirty buffer", () => {
    const b = dirty(16);
    b.set(DATAGRAM.subarray(UDP_HLEN), 1 + UDP_HLEN);
    emitUdpHeader(b, 1, 53732, 5000, 14);
    setUdpChecksum(b, 1, 14, SOURCE, DESTINATION);
    expect(b).toEqual(Uint8Array.of(0xa5, ...DATAGRAM, 0xa5));
  });

  it("refuses short input and an impossible length", () => {
    expect(parseUdp(DATAGRAM, 0, 7)).toEqual({ ok: false, error: { kind: "short", needed: 8, available: 7 } });
    expect(parseUdp(DATAGRAM, 0, 13)).toEqual({ ok: false, error: { kind: "short", needed: 14, available: 13 } });
    const b = DATAGRAM.slice();
    b[5] = 7;
    expect(parseUdp(b, 0, b.length)).toEqual({
      ok: false,
      error: { kind: "bad", reason: "length 7 is below the header's 8" },
    });
  });

  it("round-trips", () => {
    fc.assert(
      fc.property(u16, u16, ipv4s, ipv4s, fc.uint8Array(), (sourcePort, destinationPort, source, destination, data) => {
        const length = UDP_HLEN + data.length;
        const b = dirty(length);
        b.set(data, UDP_HLEN);
        emitUdpHeader(b, 0, sourcePort, destinationPort, length);
        expect(parseUdp(b, 0, length)).toEqual({
          ok: true,
          value: { sourcePort, destinationPort, length, checksum: 0 },
        });
        expect(udpChecksumOk(b, 0, length, source, destination)).toBe(true);
        setUdpChecksum(b, 0, length, source, destination);
        expect(getU16(b, UDP.checksum.offset)).not.toBe(0);
        expect(udpChecksumOk(b, 0, length, source, destination)).toBe(true);
      }),
    );
  });

  it("sends a checksum of zero as 0xffff", () => {
    // Addresses 0, protocol 17, length 10 twice: the two bytes of data fill the sum up to 0xffff.
    const b = dirty(10);
    emitUdpHeader(b, 0, 0, 0, 10);
    b[8] = 0xff;
    b[9] = 0xff - 17 - 10 - 10;
    setUdpChecksum(b, 0, 10, ipv4("0.0.0.0"), ipv4("0.0.0.0"));
    expect(getU16(b, UDP.checksum.offset)).toBe(0xffff);
    expect(udpChecksumOk(b, 0, 10, ipv4("0.0.0.0"), ipv4("0.0.0.0"))).toBe(true);
  });
});
