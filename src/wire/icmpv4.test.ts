import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dirty, u8, u16, u32 } from "../../tests/wire/arbitraries.ts";
import {
  ICMP_ECHO_REQUEST,
  ICMP_PORT_UNREACHABLE,
  ICMP_REDIRECT_HOST,
  ICMP_TTL_EXCEEDED,
} from "../../tests/wire/frames.ts";
import { ipv4 } from "./address.ts";
import { fromHex } from "./bytes.ts";
import { ETH_HLEN } from "./ethernet.ts";
import {
  emitIcmp,
  emitIcmpEcho,
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_EXC_TTL,
  ICMP_HLEN,
  ICMP_PARAMETERPROB,
  ICMP_PORT_UNREACH,
  ICMP_REDIR_HOST,
  ICMP_REDIRECT,
  ICMP_TIME_EXCEEDED,
  ICMP_TIMESTAMP,
  icmpChecksumOk,
  isIcmpError,
  parseIcmp,
} from "./icmpv4.ts";
import { IPV4_HLEN } from "./ipv4.ts";

const messageOf = (frame: string) => fromHex(frame).subarray(ETH_HLEN + IPV4_HLEN);
const ECHO = messageOf(ICMP_ECHO_REQUEST);
const REDIRECT = messageOf(ICMP_REDIRECT_HOST);

describe("ICMP", () => {
  it("parses recorded messages", () => {
    const rows = [
      [ICMP_ECHO_REQUEST, { type: ICMP_ECHO, code: 0, checksum: 0x37c9, identifier: 0xacef, sequence: 1 }],
      [ICMP_PORT_UNREACHABLE, { type: ICMP_DEST_UNREACH, code: ICMP_PORT_UNREACH, checksum: 0x555e, nextHopMtu: 0 }],
      [
        ICMP_REDIRECT_HOST,
        { type: ICMP_REDIRECT, code: ICMP_REDIR_HOST, checksum: 0x4eea, gateway: ipv4("172.17.0.3") },
      ],
      [ICMP_TTL_EXCEEDED, { type: ICMP_TIME_EXCEEDED, code: ICMP_EXC_TTL, checksum: 0xf4ff }],
    ] as const;
    for (const [frame, value] of rows) {
      const b = messageOf(frame);
      expect(parseIcmp(b, 0, b.length)).toEqual({ ok: true, value });
      expect(icmpChecksumOk(b, 0, b.length)).toBe(true);
    }
  });

  it("emits them on a dirty buffer around data that stands there", () => {
    const echo = dirty(ECHO.length + 2);
    echo.set(ECHO.subarray(ICMP_HLEN), 1 + ICMP_HLEN);
    emitIcmpEcho(echo, 1, ICMP_ECHO, 0xacef, 1, ECHO.length - ICMP_HLEN);
    expect(echo).toEqual(Uint8Array.of(0xa5, ...ECHO, 0xa5));
    const redirect = dirty(REDIRECT.length);
    redirect.set(REDIRECT.subarray(ICMP_HLEN), ICMP_HLEN);
    emitIcmp(redirect, 0, ICMP_REDIRECT, ICMP_REDIR_HOST, ipv4("172.17.0.3"), REDIRECT.length - ICMP_HLEN);
    expect(redirect).toEqual(REDIRECT);
  });

  it("refuses short input", () => {
    expect(parseIcmp(ECHO, 0, 7)).toEqual({ ok: false, error: { kind: "short", needed: 8, available: 7 } });
  });

  it("round-trips echoes", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(ICMP_ECHO, ICMP_ECHOREPLY),
        u16,
        u16,
        fc.uint8Array(),
        (type, identifier, sequence, data) => {
          const b = dirty(ICMP_HLEN + data.length);
          b.set(data, ICMP_HLEN);
          emitIcmpEcho(b, 0, type, identifier, sequence, data.length);
          expect(parseIcmp(b, 0, b.length)).toMatchObject({ ok: true, value: { type, code: 0, identifier, sequence } });
          expect(icmpChecksumOk(b, 0, b.length)).toBe(true);
        },
      ),
    );
  });

  it("round-trips the word that each type reads in its own way", () => {
    fc.assert(
      fc.property(u8, u32, (code, rest) => {
        const rows = [
          [ICMP_DEST_UNREACH, { type: ICMP_DEST_UNREACH, nextHopMtu: rest & 0xffff }],
          [ICMP_REDIRECT, { type: ICMP_REDIRECT, gateway: rest }],
          [ICMP_PARAMETERPROB, { type: ICMP_PARAMETERPROB, pointer: rest >>> 24 }],
          [ICMP_TIMESTAMP, { type: "other", number: ICMP_TIMESTAMP, rest }],
        ] as const;
        for (const [type, value] of rows) {
          const b = dirty(ICMP_HLEN);
          emitIcmp(b, 0, type, code, rest, 0);
          expect(parseIcmp(b, 0, b.length)).toMatchObject({ ok: true, value: { code, ...value } });
        }
      }),
    );
  });

  it("knows which types report errors", () => {
    const errors = Array.from({ length: 256 }, (_, type) => type).filter(isIcmpError);
    expect(errors).toEqual([3, 4, 5, 11, 12]);
  });
});
