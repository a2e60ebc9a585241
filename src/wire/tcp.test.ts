import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dirty, u8, u16, u32 } from "../../tests/wire/arbitraries.ts";
import { TCP_HTTP_GET, TCP_SYN_SEGMENT } from "../../tests/wire/frames.ts";
import { ipv4 } from "./address.ts";
import { fromHex } from "./bytes.ts";
import { ETH_HLEN } from "./ethernet.ts";
import { IPV4_HLEN } from "./ipv4.ts";
import {
  emitTcpHeader,
  parseTcp,
  parseTcpOptions,
  setTcpChecksum,
  TCP_ACK,
  TCP_HLEN,
  TCP_PSH,
  TCP_SYN,
  TCPOPT_EOL,
  TCPOPT_MSS,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_SACK_PERM,
  TCPOPT_TIMESTAMP,
  TCPOPT_WINDOW,
  type TcpHeader,
  type TcpOption,
  tcpChecksumOk,
} from "./tcp.ts";

const SYN = fromHex(TCP_SYN_SEGMENT).subarray(ETH_HLEN + IPV4_HLEN);
const GET = fromHex(TCP_HTTP_GET).subarray(ETH_HLEN + IPV4_HLEN);
const SOURCE = ipv4("172.17.0.2");
const DESTINATION = ipv4("172.17.0.3");
const SYN_HEADER: TcpHeader = {
  sourcePort: 42514,
  destinationPort: 80,
  sequenceNumber: 0x25af0710,
  acknowledgmentNumber: 0,
  flags: TCP_SYN,
  window: 64240,
  urgentPointer: 0,
  options: [
    { kind: TCPOPT_MSS, mss: 1460 },
    { kind: TCPOPT_SACK_PERM },
    { kind: TCPOPT_TIMESTAMP, value: 0x82978816, echoReply: 0 },
    { kind: TCPOPT_NOP },
    { kind: TCPOPT_WINDOW, shift: 10 },
  ],
};

const options: fc.Arbitrary<TcpOption> = fc.oneof(
  fc.constant<TcpOption>({ kind: TCPOPT_NOP }),
  fc.constant<TcpOption>({ kind: TCPOPT_SACK_PERM }),
  u16.map((mss): TcpOption => ({ kind: TCPOPT_MSS, mss })),
  u8.map((shift): TcpOption => ({ kind: TCPOPT_WINDOW, shift })),
  fc.tuple(u32, u32).map(([value, echoReply]): TcpOption => ({ kind: TCPOPT_TIMESTAMP, value, echoReply })),
  fc
    .array(fc.record({ left: u32, right: u32 }), { minLength: 1, maxLength: 1 })
    .map((blocks): TcpOption => ({ kind: TCPOPT_SACK, blocks })),
  fc
    .tuple(fc.integer({ min: 20, max: 255 }), fc.uint8Array({ maxLength: 8 }))
    .map(([number, data]): TcpOption => ({ kind: "other", number, data })),
);

describe("TCP", () => {
  it("parses recorded segments", () => {
    expect(parseTcp(SYN, 0, SYN.length)).toEqual({ ok: true, value: SYN_HEADER });
    expect(parseTcp(GET, 0, GET.length)).toMatchObject({ ok: true, value: { flags: TCP_PSH | TCP_ACK, window: 63 } });
    expect(tcpChecksumOk(SYN, 0, SYN.length, SOURCE, DESTINATION)).toBe(true);
    expect(tcpChecksumOk(GET, 0, GET.length, SOURCE, DESTINATION)).toBe(true);
    expect(tcpChecksumOk(GET, 0, GET.length - 1, SOURCE, DESTINATION)).toBe(false);
  });

  it("emits one on a dirty buffer", () => {
    const b = dirty(SYN.length + 2);
    expect(emitTcpHeader(b, 1, SYN_HEADER)).toBe(40);
    setTcpChecksum(b, 1, SYN.length, SOURCE, DESTINATION);
    expect(b).toEqual(Uint8Array.of(0xa5, ...SYN, 0xa5));
  });

  it("refuses short input, impossible lengths and torn options", () => {
    const changed = (offset: number, value: number) => SYN.map((byte, i) => (i === offset ? value : byte));
    const refusals = [
      [SYN.subarray(0, 19), { kind: "short", needed: 20, available: 19 }],
      [SYN.subarray(0, 39), { kind: "short", needed: 40, available: 39 }],
      [changed(12, 0x40), { kind: "bad", reason: "header length 16 is below 20" }],
      [changed(21, 1), { kind: "bad", reason: "an option's length is wrong" }],
      [changed(38, 4), { kind: "bad", reason: "an option's length is wrong" }],
      [changed(36, 3), { kind: "bad", reason: "an option's length is wrong" }],
    ] as const;
    for (const [b, error] of refusals) expect(parseTcp(b, 0, b.length)).toEqual({ ok: false, error });
  });

  it("round-trips", () => {
    const headers = fc.record({
      sourcePort: u16,
      destinationPort: u16,
      sequenceNumber: u32,
      acknowledgmentNumber: u32,
      flags: u8,
      window: u16,
      urgentPointer: u16,
      options: fc.array(options, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(headers, (header) => {
        const b = dirty(TCP_HLEN + 40);
        const length = emitTcpHeader(b, 0, header);
        const parsed = parseTcp(b, 0, length);
        // The end-of-list that pads the header comes back as an option.
        expect(
          parsed.ok && { ...parsed.value, options: parsed.value.options.filter((o) => o.kind !== TCPOPT_EOL) },
        ).toEqual(header);
        setTcpChecksum(b, 0, length, SOURCE, DESTINATION);
        expect(tcpChecksumOk(b, 0, length, SOURCE, DESTINATION)).toBe(true);
      }),
    );
  });

  it("stops at the end of the option list and keeps known kinds of odd length as bytes", () => {
    const b = fromHex("0205aabbcc 00 ffff");
    const value = [{ kind: "other", number: TCPOPT_MSS, data: fromHex("aabbcc") }, { kind: TCPOPT_EOL }];
    expect(parseTcpOptions(b, 0, b.length)).toEqual({ ok: true, value });
  });

  it("asserts that options fit", () => {
    const blocks = Array.from({ length: 5 }, () => ({ left: 1, right: 2 }));
    const header = { ...SYN_HEADER, options: [{ kind: TCPOPT_SACK, blocks } as const] };
    expect(() => emitTcpHeader(dirty(100), 0, header)).toThrow("longer than 40 bytes");
  });
});
