import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ipv4s, u16, u32 } from "../../tests/wire/arbitraries.ts";
import { DNS_ANSWER, DNS_ANSWER_OF_DOCKERD, DNS_PTR_QUERY, DNS_REFUSAL } from "../../tests/wire/frames.ts";
import { ipv4 } from "./address.ts";
import { fromHex, setU16 } from "./bytes.ts";
import {
  DNS_AA,
  DNS_CLASS_IN,
  DNS_HLEN,
  DNS_NOERROR,
  DNS_NXDOMAIN,
  DNS_QR,
  DNS_RA,
  DNS_RD,
  DNS_REFUSED,
  DNS_TYPE_A,
  DNS_TYPE_CNAME,
  DNS_TYPE_PTR,
  DNS_TYPE_TXT,
  type DnsMessage,
  type DnsRecord,
  dnsQuery,
  dnsResponse,
  encodeDns,
  isDnsName,
  parseDns,
} from "./dns.ts";
import { ETH_HLEN } from "./ethernet.ts";
import { IPV4_HLEN } from "./ipv4.ts";
import { UDP_HLEN } from "./udp.ts";

const messageOf = (frame: string) => fromHex(frame).subarray(ETH_HLEN + IPV4_HLEN + UDP_HLEN);
const parse = (b: Uint8Array) => parseDns(b, 0, b.length);

const PTR_QUERY = dnsQuery(0xecd7, "2.0.17.172.in-addr.arpa", DNS_TYPE_PTR);
const WWW_QUERY = dnsQuery(0x36b1, "www.example.com");
const WWW_RECORD: DnsRecord = {
  name: "www.example.com",
  type: DNS_TYPE_A,
  class: DNS_CLASS_IN,
  ttl: 60,
  data: { kind: "address", address: ipv4("203.0.113.80") },
};
const WEB_RECORD: DnsRecord = {
  ...WWW_RECORD,
  name: "web",
  ttl: 600,
  data: { kind: "address", address: ipv4("172.18.0.2") },
};

const ROWS: [string, string, DnsMessage, boolean][] = [
  ["a query", DNS_PTR_QUERY, PTR_QUERY, true],
  ["a refusal", DNS_REFUSAL, dnsResponse(PTR_QUERY, DNS_REFUSED, [], DNS_RA), true],
  ["an answer", DNS_ANSWER, dnsResponse(WWW_QUERY, DNS_NOERROR, [WWW_RECORD], DNS_AA | DNS_RA), true],
  ["an answer of dockerd", DNS_ANSWER_OF_DOCKERD, dnsResponse(dnsQuery(0xd56e, "web"), 0, [WEB_RECORD], DNS_RA), false],
];

const names = fc.array(fc.stringMatching(/^[a-z0-9_-]{1,20}$/), { maxLength: 4 }).map((labels) => labels.join("."));
const questions = fc.record({ name: names, type: u16, class: u16 });
const records: fc.Arbitrary<DnsRecord> = fc.oneof(
  fc.record({
    name: names,
    type: fc.constant(DNS_TYPE_A),
    class: u16,
    ttl: u32,
    data: ipv4s.map((address) => ({ kind: "address", address }) as const),
  }),
  fc.record({
    name: names,
    type: fc.constantFrom(DNS_TYPE_CNAME, DNS_TYPE_PTR),
    class: u16,
    ttl: u32,
    data: names.map((name) => ({ kind: "name", name }) as const),
  }),
  fc.record({
    name: names,
    type: fc.constant(DNS_TYPE_TXT),
    class: u16,
    ttl: u32,
    data: fc.uint8Array().map((bytes) => ({ kind: "bytes", bytes }) as const),
  }),
);

describe("DNS", () => {
  it.each(ROWS)("parses %s that was recorded", (_, frame, message) => {
    expect(parse(messageOf(frame))).toEqual({ ok: true, value: message });
  });

  it.each(ROWS)("emits %s byte for byte", (_, frame, message, compress) => {
    expect(encodeDns(message, compress)).toEqual(messageOf(frame));
  });

  it("refuses a message cut anywhere", () => {
    const whole = messageOf(DNS_ANSWER);
    for (let length = 0; length < whole.length; length++) {
      expect(parseDns(whole, 0, length)).toMatchObject({ ok: false, error: { kind: "short", available: length } });
    }
  });

  it("round-trips, compressed or not", () => {
    const messages = fc.record({
      id: u16,
      flags: u16,
      questions: fc.array(questions, { maxLength: 2 }),
      answers: fc.array(records, { maxLength: 3 }),
      authorities: fc.array(records, { maxLength: 2 }),
      additionals: fc.array(records, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(messages, fc.boolean(), (message, compress) => {
        expect(parse(encodeDns(message, compress))).toEqual({ ok: true, value: message });
      }),
    );
  });

  it("answers with the query's id, question and RD bit", () => {
    const response = dnsResponse(dnsQuery(7, "db"), DNS_NXDOMAIN, []);
    expect(response).toMatchObject({ id: 7, flags: DNS_QR | DNS_RD | DNS_NXDOMAIN, questions: [{ name: "db" }] });
  });
});

describe("DNS names", () => {
  const withName = (hex: string) =>
    Uint8Array.of(...fromHex("0000 0000 0001 0000 0000 0000"), ...fromHex(hex), 0, 1, 0, 1);

  it("refuse loops, forward pointers and unknown labels", () => {
    const reason = "a compression pointer leads forward";
    expect(parse(withName("c00c"))).toEqual({ ok: false, error: { kind: "bad", reason } });
    expect(parse(withName("0161c012"))).toEqual({ ok: false, error: { kind: "bad", reason } });
    expect(parse(withName("4161"))).toEqual({ ok: false, error: { kind: "bad", reason: "a label's type is unknown" } });
  });

  it("refuse more than 255 bytes", () => {
    const label = `3f${"61".repeat(63)}`;
    expect(parse(withName(`${label.repeat(3)}3d${"61".repeat(61)}00`)).ok).toBe(true);
    expect(parse(withName(`${label.repeat(3)}3e${"61".repeat(62)}00`)).ok).toBe(false);
  });

  it("carry odd bytes escaped, there and back", () => {
    const parsed = parse(withName("04612e5c0000"));
    expect(parsed.ok && parsed.value.questions[0]?.name).toBe("a\\046\\092\\000");
    expect(parsed.ok && encodeDns(parsed.value)).toEqual(withName("04612e5c0000"));
  });

  it("can be sent or not", () => {
    expect(["", ".", "web", "web.", "www.example.com"].map(isDnsName)).toEqual([true, true, true, true, true]);
    expect(["a..b", ".a", "x".repeat(64), "a.".repeat(128)].map(isDnsName)).toEqual([false, false, false, false]);
    expect(() => encodeDns(dnsQuery(1, "a..b"))).toThrow("not a DNS name: a..b");
  });

  it("are compressed only in records that repeat the question's", () => {
    const message = dnsResponse(dnsQuery(1, "web"), 0, [WEB_RECORD, { ...WEB_RECORD, name: "db" }]);
    const question = DNS_HLEN + 5 + 4;
    expect(encodeDns(message).length).toBe(question + (2 + 14) + (4 + 14));
    const b = encodeDns(message);
    setU16(b, question, 0xc0ff);
    expect(parse(b).ok).toBe(false);
  });
});
