import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex } from "../../wire/bytes.ts";
import { printFrame } from "./print.ts";
import type { PrintContext } from "./print-tcp.ts";

function context(more: Partial<PrintContext> = {}): PrintContext {
  return {
    verbose: 0,
    quiet: false,
    numeric: true,
    showLink: false,
    absolute: false,
    hostName: () => null,
    conversations: {},
    ...more,
  };
}

const ECHO = fromHex(
  `0242ac1100030242ac11000208004500002400014000400100000a0000010a0000020800000012340001${"00".repeat(8)}`,
);

describe("frames as tcpdump prints them", () => {
  test("link layer, and the header with -v", () => {
    expect(printFrame(context({ showLink: true }), ECHO)).toBe(
      "02:42:ac:11:00:02 > 02:42:ac:11:00:03, ethertype IPv4 (0x0800), length 50: " +
        "10.0.0.1 > 10.0.0.2: ICMP echo request, id 4660, seq 1, length 16",
    );
    expect(printFrame(context({ verbose: 1 }), ECHO)).toMatch(
      /^IP \(tos 0x0, ttl 64, id 1, offset 0, flags \[DF\], proto ICMP \(1\), length 36, bad cksum 0!\)\n {4}10\.0\.0\.1 > /,
    );
  });

  test("what a host says of its IPv6 address, with -v and with more of it", () => {
    const report = fromHex(
      "33330000001602000000000186dd600000000024000100000000000000000000000000000000ff0200000000000000000000000000163a000502000001008f006f890000000104000000ff0200000000000000000001ff000001",
    );
    const group = "multicast listener report v2, 1 group record(s)";
    expect(printFrame(context(), report)).toBe(`IP6 :: > ff02::16: HBH ICMP6, ${group}, length 28`);
    const head = "IP6 (hlim 1, next-header Options (0) payload length: 36) :: > ff02::16: HBH (rtalert: 0x0000) (padn)";
    const sum = "[icmp6 sum ok] ICMP6,";
    expect(printFrame(context({ verbose: 1 }), report)).toBe(
      `${head} ${sum} ${group} [gaddr ff02::1:ff00:1 to_ex, 0 source(s)]`,
    );
    const solicitation = fromHex(
      "33330000000202000000000186dd6000000000103afffe80000000000000000000fffe000001ff02000000000000000000000000000285007bb50000000001010200000000010000",
    ).subarray(0, 70);
    expect(printFrame(context(), solicitation)).toBe(
      "IP6 fe80::ff:fe00:1 > ff02::2: ICMP6, router solicitation, length 16",
    );
    expect(printFrame(context({ verbose: 2 }), solicitation)).toMatch(
      /router solicitation, length 16\n\t {2}source link-address option \(1\), length 8 \(1\): 02:00:00:00:00:01\n\t {4}0x0000: {2}0200 0000 0001$/,
    );
  });

  test("a BPDU, its link layer, and with -v what it tells of the root", () => {
    const bpdu = fromHex(
      "0180c200000042649b10fa9f00264242030000000001800042649b10fa9f00000000800042649b10fa9f80010000140002000400",
    );
    const text = "STP 802.1d, Config, Flags [Topology change], bridge-id 8000.42:64:9b:10:fa:9f.8001, length 35";
    expect(printFrame(context(), bpdu)).toBe(text);
    expect(printFrame(context({ showLink: true }), bpdu)).toBe(
      `42:64:9b:10:fa:9f > 01:80:c2:00:00:00, 802.3, length 38: LLC, dsap STP (0x42) Individual, ssap STP (0x42) Command, ctrl 0x03: ${text}`,
    );
    expect(printFrame(context({ verbose: 1 }), bpdu)).toBe(
      `${text}\n\tmessage-age 0.00s, max-age 20.00s, hello-time 2.00s, forwarding-delay 4.00s\n\troot-id 8000.42:64:9b:10:fa:9f, root-pathcost 0`,
    );
  });

  test("DNS with -vv tells the checksum, the question, and what EDNS asks for", () => {
    const query = fromHex(
      "0242ac1100030242ac11000208004500003e0001400040110000ac110002cb007135d4310035002a0000" +
        "0db30120000100000000000101780000010001" +
        "00002904d0000000000004000f0000",
    );
    const dns = (verbose: number) => printFrame(context({ verbose }), query).split("\n").at(-1);
    expect(dns(1)).toBe("    172.17.0.2.54321 > 203.0.113.53.53: 3507+ [1au] A? x. (34)");
    expect(dns(2)).toBe(
      "    172.17.0.2.54321 > 203.0.113.53.53: [no cksum] 3507+ [1au] A? x. ar: . OPT UDPsize=1232 [Opt15] (34)",
    );
  });

  test("no frame makes it throw", () => {
    const types = fc.constantFrom("0800", "0806", "86dd", "1234").map(fromHex);
    const frame = fc.tuple(fc.uint8Array({ minLength: 12, maxLength: 12 }), types, fc.uint8Array({ maxLength: 90 }));
    const protocols = fc.constantFrom(null, 1, 2, 4, 6, 17, 47);
    fc.assert(
      fc.property(frame, protocols, fc.boolean(), fc.nat(2), ([macs, type, rest], protocol, quiet, verbose) => {
        const bytes = new Uint8Array([...macs, ...type, ...rest]);
        if (protocol !== null && rest.length > 12) {
          bytes[14] = 0x45;
          bytes[23] = protocol;
          bytes.set([0, rest.length], 16);
          bytes.set([0, 0], 20);
        }
        printFrame(context({ quiet, verbose, showLink: quiet }), bytes);
      }),
      { numRuns: 3000 },
    );
  });
});
