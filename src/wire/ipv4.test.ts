import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dirty, ipv4s, u8, u16 } from "../../tests/wire/arbitraries.ts";
import { ICMP_ECHO_REQUEST, IGMP_REPORT } from "../../tests/wire/frames.ts";
import { type Ipv4, ipv4 } from "./address.ts";
import { fromHex, toHex } from "./bytes.ts";
import { ETH_HLEN } from "./ethernet.ts";
import { writeField } from "./fields.ts";
import {
  decreaseIpv4Ttl,
  emitIpv4,
  emitIpv4Header,
  IP_DF,
  IP_MF,
  IPPROTO_ICMP,
  IPPROTO_IGMP,
  IPV4,
  IPV4_HLEN,
  type Ipv4Header,
  ipv4ChecksumOk,
  ipv4Destination,
  ipv4FragmentOffset,
  ipv4IsFragment,
  ipv4Source,
  ipv4Ttl,
  parseIpv4Header,
  refuseIpv4,
  setIpv4Destination,
  setIpv4Source,
} from "./ipv4.ts";

const ECHO = fromHex(ICMP_ECHO_REQUEST).subarray(ETH_HLEN);
const IGMP = fromHex(IGMP_REPORT).subarray(ETH_HLEN);
const ECHO_HEADER: Ipv4Header = {
  tos: 0,
  totalLength: 84,
  identification: 0xa27d,
  dontFragment: true,
  moreFragments: false,
  fragmentOffset: 0,
  ttl: 64,
  protocol: IPPROTO_ICMP,
  source: ipv4("172.17.0.2"),
  destination: ipv4("172.17.0.3"),
  options: new Uint8Array(0),
};
const IGMP_HEADER: Ipv4Header = {
  ...ECHO_HEADER,
  tos: 0xc0,
  totalLength: 40,
  identification: 0,
  ttl: 1,
  protocol: IPPROTO_IGMP,
  source: ipv4("0.0.0.0"),
  destination: ipv4("224.0.0.22"),
  options: fromHex("94040000"),
};

const headers: fc.Arbitrary<Ipv4Header> = fc
  .record({
    tos: u8,
    identification: u16,
    dontFragment: fc.boolean(),
    moreFragments: fc.boolean(),
    fragmentOffset: fc.nat(0x1fff).map((units) => units * 8),
    ttl: u8,
    protocol: u8,
    source: ipv4s,
    destination: ipv4s,
    options: fc.nat(10).chain((words) => fc.uint8Array({ minLength: words * 4, maxLength: words * 4 })),
    payloadLength: fc.nat(100),
  })
  .map(({ payloadLength, ...header }) => ({ ...header, totalLength: 20 + header.options.length + payloadLength }));

function changed(offset: number, value: number): Uint8Array {
  const b = ECHO.slice();
  b[offset] = value;
  return b;
}

describe("IPv4", () => {
  it("parses recorded headers, with options and without", () => {
    expect(parseIpv4Header(ECHO, 0, ECHO.length)).toEqual({ ok: true, value: ECHO_HEADER });
    expect(parseIpv4Header(IGMP, 0, IGMP.length)).toEqual({ ok: true, value: IGMP_HEADER });
    expect([ipv4ChecksumOk(ECHO, 0), ipv4ChecksumOk(IGMP, 0)]).toEqual([true, true]);
    expect(ipv4ChecksumOk(changed(8, 63), 0)).toBe(false);
  });

  it("emits them on a dirty buffer, checksum and all", () => {
    const b = dirty(IPV4_HLEN + 2);
    emitIpv4(b, 1, 84, 0xa27d, IP_DF, 64, IPPROTO_ICMP, ECHO_HEADER.source, ECHO_HEADER.destination);
    expect(b).toEqual(Uint8Array.of(0xa5, ...ECHO.subarray(0, IPV4_HLEN), 0xa5));
    const withOptions = dirty(26);
    expect(emitIpv4Header(withOptions, 1, IGMP_HEADER)).toBe(24);
    expect(withOptions).toEqual(Uint8Array.of(0xa5, ...IGMP.subarray(0, 24), 0xa5));
  });

  it("refuses short input, wrong versions and impossible lengths", () => {
    const refusals = [
      [ECHO.subarray(0, 19), { kind: "short", needed: 20, available: 19 }],
      [ECHO.subarray(0, 83), { kind: "short", needed: 84, available: 83 }],
      [IGMP.subarray(0, 23), { kind: "short", needed: 24, available: 23 }],
      [changed(0, 0x65), { kind: "bad", reason: "version is 6, not 4" }],
      [changed(0, 0x44), { kind: "bad", reason: "header length 16 is below 20" }],
      [changed(3, 19), { kind: "bad", reason: "total length 19 is below the header's 20" }],
    ] as const;
    for (const [b, error] of refusals) {
      expect(refuseIpv4(b, 0, b.length)).toEqual(error);
      expect(parseIpv4Header(b, 0, b.length)).toEqual({ ok: false, error });
    }
  });

  it("takes bytes past the total length for padding", () => {
    expect(parseIpv4Header(Uint8Array.of(...ECHO, 0, 0), 0, ECHO.length + 2)).toEqual({ ok: true, value: ECHO_HEADER });
  });

  it("round-trips", () => {
    fc.assert(
      fc.property(headers, (header) => {
        const b = dirty(header.totalLength);
        expect(emitIpv4Header(b, 0, header)).toBe(20 + header.options.length);
        expect(ipv4ChecksumOk(b, 0)).toBe(true);
        expect(parseIpv4Header(b, 0, b.length)).toEqual({ ok: true, value: header });
      }),
    );
  });

  it("asserts that options fit", () => {
    expect(() => emitIpv4Header(dirty(80), 0, { ...ECHO_HEADER, options: dirty(44) })).toThrow("44 bytes");
    expect(() => emitIpv4Header(dirty(80), 0, { ...ECHO_HEADER, options: dirty(3) })).toThrow("3 bytes");
  });
});

describe("IPv4 in place", () => {
  it("counts the TTL down with a right checksum to the end", () => {
    const b = ECHO.slice();
    for (let ttl = 63; ttl >= 0; ttl--) {
      expect(decreaseIpv4Ttl(b, 0)).toBe(ttl);
      expect(ipv4Ttl(b, 0)).toBe(ttl);
      expect(ipv4ChecksumOk(b, 0)).toBe(true);
    }
  });

  it("changes the addresses with a right checksum", () => {
    fc.assert(
      fc.property(headers, ipv4s, ipv4s, (header, source: Ipv4, destination: Ipv4) => {
        const b = dirty(header.totalLength);
        emitIpv4Header(b, 0, header);
        setIpv4Source(b, 0, source);
        setIpv4Destination(b, 0, destination);
        expect([ipv4Source(b, 0), ipv4Destination(b, 0), ipv4ChecksumOk(b, 0)]).toEqual([source, destination, true]);
      }),
    );
  });

  it("tells fragments by flag or offset", () => {
    const b = ECHO.slice();
    expect(ipv4IsFragment(b, 0)).toBe(false);
    writeField(b, 0, IPV4.moreFragments, 1);
    expect([ipv4IsFragment(b, 0), ipv4FragmentOffset(b, 0), toHex(b, 6, 2)]).toEqual([true, 0, "6000"]);
    writeField(b, 0, IPV4.flagsAndOffset, 185);
    expect([ipv4IsFragment(b, 0), ipv4FragmentOffset(b, 0)]).toEqual([true, 1480]);
    writeField(b, 0, IPV4.flagsAndOffset, IP_MF | 185);
    expect(ipv4IsFragment(b, 0)).toBe(true);
  });
});
