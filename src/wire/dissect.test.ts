import { describe, expect, it } from "vitest";
import * as FRAMES from "../../tests/wire/frames.ts";
import { randomBelow, randomU32, seedRandom } from "../base/random.ts";
import { MAC_BROADCAST, mac } from "./address.ts";
import { fromHex, setU16 } from "./bytes.ts";
import { summarize } from "./dissect/summary.ts";
import { type DissectedField, dissect, type Layer } from "./dissect.ts";
import { ETH_HLEN, ETH_P_IP, emitEthernet } from "./ethernet.ts";
import { emitIpv4, IP_MF, IPPROTO_IPIP, IPPROTO_UDP, IPV4_HLEN } from "./ipv4.ts";

const ALL_FRAMES = Object.entries(FRAMES).map(([name, hex]): [string, Uint8Array] => [name, fromHex(hex)]);

function flatten(fields: readonly DissectedField[]): DissectedField[] {
  return fields.flatMap((field) => [field, ...flatten(field.children ?? [])]);
}

function outline(layers: readonly Layer[]): string[] {
  return layers.map((layer) => (layer.quoted ? `${layer.protocol} quoted` : layer.protocol));
}

/** The value of the first field with this key, at any depth. */
function fieldValue(layers: readonly Layer[], key: string): string | undefined {
  return flatten(layers.flatMap((layer) => layer.fields)).find((field) => field.key === key)?.value;
}

function errors(layers: readonly Layer[]): (string | undefined)[] {
  return layers.map((layer) => layer.error).filter((error) => error !== undefined);
}

/** Layers follow each other, and every field lies in its frame, its parent holding its children. */
function expectWellPlaced(layers: readonly Layer[], frame: Uint8Array): void {
  let at = 0;
  for (const layer of layers) {
    expect(layer.offset).toBe(at);
    at += layer.length;
    expect(at).toBeLessThanOrEqual(frame.length);
    for (const field of layer.fields) expectInside(field, layer.offset, frame.length);
  }
}

function expectInside(field: DissectedField, from: number, to: number): void {
  expect(field.offset).toBeGreaterThanOrEqual(from);
  expect(field.offset + field.length).toBeLessThanOrEqual(to);
  for (const child of field.children ?? []) expectInside(child, field.offset, field.offset + field.length);
}

/** What a Linux 6.18 sent (icmpv6.test.ts), the report with four bytes of padding. */
const LISTENER_REPORT = fromHex(
  "3333000000168266d815141486dd6000000000240001fe800000000000008066d8fffe151414ff0200000000000000000000000000163a000502000001008f00f14f0000000104000000ff0200000000000000000001ff15141400000000",
);
const SOLICITATION = fromHex(
  "3333ff1514148266d815141486dd6000000000203aff00000000000000000000000000000000ff0200000000000000000001ff1514148700941700000000fe800000000000008066d8fffe1514140e01f7db36702c01",
);

describe("IPv6", () => {
  it("shows a listener report behind its hop-by-hop options", () => {
    const layers = dissect(LISTENER_REPORT);
    expect(layers.map((layer) => layer.name)).toEqual([
      "Ethernet II",
      "Internet Protocol Version 6",
      "IPv6 Hop-by-Hop Option",
      "Internet Control Message Protocol v6",
    ]);
    expect(errors(layers)).toEqual([]);
    expect(fieldValue(layers, "eth.padding")).toBe("00000000");
    expect(fieldValue(layers, "ipv6.src")).toBe("fe80::8066:d8ff:fe15:1414");
    expect(fieldValue(layers, "ipv6.nxt")).toBe("IPv6 Hop-by-Hop Option (0)");
    expect(fieldValue(layers, "icmpv6.type")).toBe("143 (Multicast Listener Report Message v2)");
    expect(fieldValue(layers, "icmpv6.checksum")).toBe("0xf14f [correct]");
    expect(fieldValue(layers, "icmpv6.mldr.mar.multicast_address")).toBe("ff02::1:ff15:1414");
  });

  it("shows whom a neighbour solicitation asks for, and its nonce", () => {
    const layers = dissect(SOLICITATION);
    expectWellPlaced(layers, SOLICITATION);
    expect(fieldValue(layers, "icmpv6.nd.target_address")).toBe("fe80::8066:d8ff:fe15:1414");
    expect(flatten(layers.at(-1)?.fields ?? []).at(-1)).toMatchObject({ label: "Nonce", value: "f7db36702c01" });
    const wrong = SOLICITATION.slice();
    setU16(wrong, 14 + 42, 1);
    expect(fieldValue(dissect(wrong), "icmpv6.checksum")).toBe("0x0001 [incorrect, should be 0x9417]");
  });

  it("reads as far as the bytes go", () => {
    for (const frame of [LISTENER_REPORT, SOLICITATION]) {
      for (let length = 0; length < frame.length; length++) {
        const cut = frame.subarray(0, length);
        expectWellPlaced(dissect(cut), cut);
      }
    }
  });
});

describe("dissect", () => {
  it("shows an ARP request field by field", () => {
    const layers = dissect(fromHex(FRAMES.ARP_REQUEST));
    expect(layers[0]).toMatchObject({
      name: "Ethernet II",
      detail: "Src: 02:42:ac:11:00:02, Dst: ff:ff:ff:ff:ff:ff",
      offset: 0,
      length: 14,
    });
    expect(layers[1]).toEqual({
      protocol: "arp",
      name: "Address Resolution Protocol",
      detail: "request",
      offset: 14,
      length: 28,
      fields: [
        { key: "arp.hw.type", label: "Hardware type", value: "Ethernet (1)", offset: 14, length: 2 },
        { key: "arp.proto.type", label: "Protocol type", value: "IPv4 (0x0800)", offset: 16, length: 2 },
        { key: "arp.hw.size", label: "Hardware size", value: "6", offset: 18, length: 1 },
        { key: "arp.proto.size", label: "Protocol size", value: "4", offset: 19, length: 1 },
        { key: "arp.opcode", label: "Opcode", value: "request (1)", offset: 20, length: 2 },
        { key: "arp.src.hw_mac", label: "Sender MAC address", value: "02:42:ac:11:00:02", offset: 22, length: 6 },
        { key: "arp.src.proto_ipv4", label: "Sender IP address", value: "172.17.0.2", offset: 28, length: 4 },
        { key: "arp.dst.hw_mac", label: "Target MAC address", value: "00:00:00:00:00:00", offset: 32, length: 6 },
        { key: "arp.dst.proto_ipv4", label: "Target IP address", value: "172.17.0.3", offset: 38, length: 4 },
      ],
    });
    expect(layers.length).toBe(2);
  });

  it("shows parts of a byte with their bits in place", () => {
    const fields = flatten(dissect(fromHex(FRAMES.ICMP_ECHO_REQUEST))[1]?.fields ?? []);
    const bitsOf = (key: string) => fields.find((field) => field.key === key)?.bits;
    expect(bitsOf("ip.version")).toBe("0100 ....");
    expect(bitsOf("ip.hdr_len")).toBe(".... 0101");
    expect(bitsOf("ip.flags")).toBe("010. .... .... ....");
    expect(bitsOf("ip.flags.df")).toBe(".1.. .... .... ....");
    expect(bitsOf("ip.frag_offset")).toBe("...0 0000 0000 0000");
    expect(fields.find((field) => field.key === "ip.flags")?.children?.length).toBe(3);
  });

  it.each([
    ["ICMP_ECHO_REQUEST", ["eth", "ip", "icmp", "data"]],
    ["ICMP_PORT_UNREACHABLE", ["eth", "ip", "icmp", "ip quoted", "udp quoted", "data quoted"]],
    ["ICMP_REDIRECT_HOST", ["eth", "ip", "icmp", "ip quoted", "icmp quoted", "data quoted"]],
    ["UDP_HELLO", ["eth", "ip", "udp", "data"]],
    ["TCP_SYN_SEGMENT", ["eth", "ip", "tcp"]],
    ["TCP_HTTP_GET", ["eth", "ip", "tcp", "data"]],
    ["DNS_ANSWER", ["eth", "ip", "udp", "dns"]],
    ["VXLAN_ECHO_REQUEST", ["eth", "ip", "udp", "vxlan", "eth", "ip", "icmp", "data"]],
    ["IGMP_REPORT", ["eth", "ip", "data"]],
  ] as const)("finds the layers of %s", (name, expected) => {
    expect(outline(dissect(new Map(ALL_FRAMES).get(name) as Uint8Array))).toEqual(expected);
  });

  it("finds the inner packet of IP in IP behind a border of no bytes", () => {
    const payload = fromHex(FRAMES.ICMP_ECHO_REQUEST).subarray(ETH_HLEN);
    const b = new Uint8Array(ETH_HLEN + IPV4_HLEN + payload.length);
    emitEthernet(b, 0, MAC_BROADCAST, mac("02:42:ac:11:00:02"), ETH_P_IP);
    emitIpv4(b, ETH_HLEN, IPV4_HLEN + payload.length, 1, 0, 64, IPPROTO_IPIP, 1 as never, 2 as never);
    b.set(payload, ETH_HLEN + IPV4_HLEN);
    const layers = dissect(b);
    expect(outline(layers)).toEqual(["eth", "ip", "ipip", "ip", "icmp", "data"]);
    expect(layers[2]).toMatchObject({ offset: 34, length: 0 });
    expectWellPlaced(layers, b);
  });

  it("reads names, flags and options for people", () => {
    const syn = dissect(fromHex(FRAMES.TCP_SYN_SEGMENT));
    expect(fieldValue(syn, "tcp.flags")).toBe("0x002 (SYN)");
    expect(fieldValue(syn, "tcp.flags.syn")).toBe("Set");
    expect(fieldValue(syn, "tcp.flags.ack")).toBe("Not set");
    expect(fieldValue(syn, "tcp.options.mss")).toBe("1460 bytes");
    expect(fieldValue(syn, "tcp.options.wscale")).toBe("10 (multiply by 1024)");
    const unreachable = dissect(fromHex(FRAMES.ICMP_PORT_UNREACHABLE));
    expect(fieldValue(unreachable, "ip.dsfield")).toBe("0xc0 (DSCP: CS6, ECN: Not-ECT)");
    expect(fieldValue(unreachable, "icmp.type")).toBe("3 (Destination unreachable)");
    expect(fieldValue(unreachable, "icmp.code")).toBe("3 (Port unreachable)");
    expect(fieldValue(dissect(fromHex(FRAMES.ICMP_REDIRECT_HOST)), "icmp.redir_gw")).toBe("172.17.0.3");
    const answer = dissect(fromHex(FRAMES.DNS_ANSWER));
    expect(fieldValue(answer, "dns.resp")).toBe("type A, class IN, 203.0.113.80");
    expect(fieldValue(answer, "dns.flags.response")).toBe("Message is a response");
    expect(fieldValue(dissect(fromHex(FRAMES.VXLAN_ECHO_REQUEST)), "vxlan.vni")).toBe("1");
    expect(fieldValue(dissect(fromHex(FRAMES.TCP_HTTP_GET)), "data.text")).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
    expect(fieldValue(dissect(fromHex(FRAMES.IGMP_REPORT)), "ip.options")).toBe("94040000");
  });

  it("tells padding from payload", () => {
    const frame = Uint8Array.of(...fromHex(FRAMES.ARP_REQUEST), ...new Uint8Array(18));
    const layers = dissect(frame);
    expect(outline(layers)).toEqual(["eth", "arp"]);
    expect(layers[0]?.fields.at(-1)).toMatchObject({ key: "eth.padding", offset: 42, length: 18 });
  });

  it.each(ALL_FRAMES)("places %s without an error", (_, frame) => {
    const layers = dissect(frame);
    expect(errors(layers)).toEqual([]);
    expectWellPlaced(layers, frame);
  });
});

describe("checksums", () => {
  /** Every checksum of a frame, outermost first. */
  const sums = (frame: Uint8Array) =>
    dissect(frame).flatMap((layer) => layer.fields.filter((f) => f.key.endsWith(".checksum")).map((f) => f.value));

  it("are called correct where they are", () => {
    expect(sums(fromHex(FRAMES.ICMP_ECHO_REQUEST))).toEqual(["0x4004 [correct]", "0x37c9 [correct]"]);
    expect(sums(fromHex(FRAMES.TCP_SYN_SEGMENT))).toEqual(["0x09e9 [correct]", "0x1715 [correct]"]);
    expect(sums(fromHex(FRAMES.UDP_HELLO))).toEqual(["0xa5f5 [correct]", "0x7e61 [correct]"]);
    expect(sums(fromHex(FRAMES.ICMP_REDIRECT_HOST)).every((value) => value.endsWith("[correct]"))).toBe(true);
  });

  it("are given as they should be where they are wrong", () => {
    // The sender left these to a network card: they hold the sum of the pseudo-header alone.
    expect(sums(fromHex(FRAMES.DNS_ANSWER_OF_DOCKERD))[1]).toBe("0xfe4d [incorrect, should be 0x264c]");
    const frame = fromHex(FRAMES.ICMP_ECHO_REQUEST);
    for (const [at, right] of [
      [24, "0x4004"],
      [36, "0x37c9"],
    ] as const) {
      const broken = frame.slice();
      setU16(broken, at, 0x1234);
      expect(sums(broken)).toContain(`0x1234 [incorrect, should be ${right}]`);
    }
  });

  it("are not judged in fragments and quotations that lack a part", () => {
    const fragment = fromHex(FRAMES.ICMP_ECHO_REQUEST);
    setU16(fragment, 20, IP_MF);
    expect(sums(fragment)[1]).toBe("0x37c9 [unverified]");
    const ttlExceeded = fromHex(FRAMES.ICMP_TTL_EXCEEDED);
    setU16(ttlExceeded, 44, 1500);
    expect(sums(ttlExceeded)[3]).toBe("0x825d [unverified]");
  });

  it("of UDP may be absent", () => {
    const frame = fromHex(FRAMES.UDP_HELLO);
    setU16(frame, 40, 0);
    expect(sums(frame)[1]).toBe("0x0000 [none]");
  });
});

describe("damaged input", () => {
  it("is shown as far as it goes, with a reason", () => {
    const frame = fromHex(FRAMES.TCP_HTTP_GET);
    expect(errors(dissect(frame.subarray(0, 10)))).toEqual(["truncated: needs 14 bytes, has 10"]);
    expect(errors(dissect(frame.subarray(0, 30)))).toEqual(["truncated: needs 20 bytes, has 16"]);
    expect(fieldValue(dissect(frame.subarray(0, 30)), "ip.src")).toBe("172.17.0.2");
    expect(errors(dissect(frame.subarray(0, 40)))[0]).toBe("truncated: needs 126 bytes, has 26");
    expect(dissect(new Uint8Array(0))).toMatchObject([{ protocol: "eth", length: 0, fields: [] }]);
    const version6 = frame.slice();
    version6[14] = 0x65;
    expect(errors(dissect(version6))).toEqual(["version is 6, not 4"]);
    const badDns = fromHex(FRAMES.DNS_ANSWER);
    setU16(badDns, 48, 9);
    expect(errors(dissect(badDns))).toEqual(["needs 50 bytes, has 49"]);
  });

  it("never throws, and places what it shows, on frames cut anywhere", () => {
    for (const [, frame] of ALL_FRAMES) {
      for (let length = 0; length < frame.length; length++) {
        const cut = frame.subarray(0, length);
        expectWellPlaced(dissect(cut), cut);
      }
    }
  });

  it("never throws, and places what it shows, on frames with bytes changed at random", () => {
    const r = seedRandom("dissect");
    for (let round = 0; round < 3000; round++) {
      const [, original] = ALL_FRAMES[randomBelow(r, ALL_FRAMES.length)] as (typeof ALL_FRAMES)[number];
      const frame = original.slice(0, original.length - randomBelow(r, 20));
      for (let i = randomBelow(r, 8); i >= 0; i--) frame[randomBelow(r, frame.length)] = randomU32(r) & 0xff;
      expectWellPlaced(dissect(frame), frame);
      expect(summarize(frame).info).not.toBe("");
    }
  });

  it("takes a frame that is tunnels all the way down", () => {
    const depth = 3000;
    const b = new Uint8Array(ETH_HLEN + depth * IPV4_HLEN);
    emitEthernet(b, 0, MAC_BROADCAST, mac("02:42:ac:11:00:02"), ETH_P_IP);
    for (let i = 0; i < depth; i++) {
      const protocol = i === depth - 1 ? IPPROTO_UDP : IPPROTO_IPIP;
      const length = (depth - i) * IPV4_HLEN;
      emitIpv4(b, ETH_HLEN + i * IPV4_HLEN, length, 0, 0, 64, protocol, 1 as never, 2 as never);
    }
    expect(dissect(b).length).toBe(2 * depth);
    expect(summarize(b).protocol).toBe("IPIP");
  });
});
