import { describe, expect, test } from "vitest";
import { internetChecksum } from "./bytes.ts";
import { frameText } from "./frame-text.ts";

const ETHERNET = "02420a000002 02420a000001";
const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ""), "hex");
const u16 = (value: number) => value.toString(16).padStart(4, "0");

/** An IPv4 header with a right checksum before `body`. */
function ipv4(protocol: number, body: Buffer, { fragment = 0, id = 1 } = {}): Buffer {
  const header = hex(`4500 ${u16(20 + body.length)} ${u16(id)} ${u16(fragment)} 40 00 0000 0a000001 0a000002`);
  header.writeUInt8(protocol, 9);
  header.writeUInt16BE(internetChecksum(header), 10);
  return Buffer.concat([header, body]);
}

function ethernet(type: string, payload: Buffer): Buffer {
  return Buffer.concat([hex(`${ETHERNET} ${type}`), payload]);
}

/** `body` with its checksum written at `at`, over a pseudo header where it has a protocol. */
function checked(body: Buffer, at: number, protocol?: number): Buffer {
  const pseudo = protocol === undefined ? "" : `0a000001 0a000002 00 ${u16(protocol).slice(2)} ${u16(body.length)}`;
  body.writeUInt16BE(internetChecksum(hex(pseudo), body), at);
  return body;
}

function udp(src: number, dst: number, data: Buffer): Buffer {
  return checked(Buffer.concat([hex(`${u16(src)} ${u16(dst)} ${u16(8 + data.length)} 0000`), data]), 6, 17);
}

const echo = (id: number) => checked(hex(`0800 0000 ${u16(id)} 0003 0102030405060708`), 2);
const read = (protocol: number, body: Buffer, options = {}) =>
  frameText(ethernet("0800", ipv4(protocol, body, options)));

describe("what a frame says", () => {
  test("ARP with all its addresses", () => {
    const arp = hex("0001 0800 06 04 0001 02420a000001 0a000001 000000000000 0a000002");
    expect(frameText(ethernet("0806", arp))).toEqual({
      text:
        "02:42:0a:00:00:01 > 02:42:0a:00:00:02 type=0806 | " +
        "arp op=1 02:42:0a:00:00:01 10.0.0.1 > 00:00:00:00:00:00 10.0.0.2",
      faults: [],
    });
  });

  test("an echo request, whatever its identifiers", () => {
    const { text, faults } = read(1, echo(77), { id: 5 });
    expect(text).toContain(
      "ip 10.0.0.1 > 10.0.0.2 len=36 ttl=64 proto=1 tos=0 flags= offset=0 | icmp 8/0 seq=3 data=8",
    );
    expect(faults).toEqual([]);
    expect(read(1, echo(78), { id: 6 }).text).toBe(text);
  });

  test("an ICMP error with what it quotes", () => {
    const body = checked(Buffer.concat([hex("0304 0000 0000 0578"), ipv4(17, hex("0102030405060708"))]), 2);
    expect(read(1, body).text).toContain("icmp 3/4 mtu=1400 about 10.0.0.1 > 10.0.0.2 ttl=64 proto=17 quoted=8");
  });

  test("UDP ports, ephemeral ones alike", () => {
    expect(read(17, udp(40000, 5000, hex("6869"))).text).toContain("udp eph > 5000 data=2");
    expect(read(17, udp(33434, 123, hex("6869"))).text).toBe(read(17, udp(60999, 123, hex("6869"))).text);
  });

  test("a DNS question", () => {
    const question = hex("1234 0100 0001 0000 0000 0000 03777777 076578616d706c65 00 001c 0001");
    expect(read(17, udp(40000, 53, question)).text).toContain("dns query www.example type=28 rcode=0 answers=0");
  });

  test("TCP flags and options, not their values", () => {
    const syn = checked(hex("c350 0050 11111111 00000000 8002 ffff 0000 0000 0204 05b4 0402 01 030307 0000"), 16, 6);
    expect(read(6, syn)).toEqual({
      text: expect.stringContaining("tcp eph > 80 [S] options=mss 1460,sackOK,nop,wscale,eol,eol data=none"),
      faults: [],
    });
  });

  test("the frame inside VXLAN", () => {
    const inner = ethernet("0800", ipv4(1, echo(1)));
    const outer = read(17, udp(50000, 8472, Buffer.concat([hex("08000000 00000100"), inner])));
    expect(outer.text).toContain("udp eph > 8472 vxlan vni=1 flags=8 | 02:42:0a:00:00:01 > 02:42:0a:00:00:02");
    expect(outer.text).toContain("icmp 8/0 seq=3");
  });

  test("fragments", () => {
    expect(read(17, hex("0102030405060708"), { fragment: 0x2000 }).text).toContain("flags=MF offset=0 | udp");
    expect(read(17, hex("01020304"), { fragment: 0x00b9 }).text).toContain("offset=1480 | fragment of 4");
  });
});

describe("faults", () => {
  const spoil = (frame: Buffer, at: number) => {
    frame.writeUInt8(frame.readUInt8(at) ^ 1, at);
    return frame;
  };

  test.each([
    ["ip checksum", spoil(ethernet("0800", ipv4(1, echo(1))), 24)],
    ["icmp checksum", spoil(ethernet("0800", ipv4(1, echo(1))), 49)],
    ["udp checksum", spoil(ethernet("0800", ipv4(17, udp(1, 2, hex("6869")))), 43)],
    ["tcp checksum", ethernet("0800", ipv4(6, hex("0001 0002 00000000 00000000 5010 0000 0000 0000")))],
    ["icmp checksum", spoil(ethernet("0800", ipv4(4, ipv4(1, echo(1)))), 69)],
  ])("%s", (fault, frame) => {
    expect(frameText(frame).faults).toEqual([fault]);
  });

  test("UDP may do without a checksum", () => {
    const body = udp(1, 2, hex("6869"));
    body.writeUInt16BE(0, 6);
    expect(read(17, body).faults).toEqual([]);
  });

  test("a frame that ends too early, at every length", () => {
    const frame = ethernet("0800", ipv4(17, udp(40000, 53, hex("1234 0100 0001 0000 0000 0000 00 0001 0001"))));
    for (let length = 0; length < frame.length; length++) {
      expect(frameText(frame.subarray(0, length)).faults, `${length} bytes`).not.toEqual([]);
    }
  });
});
