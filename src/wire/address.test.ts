import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ipv4s, macs } from "../../tests/wire/arbitraries.ts";
import {
  broadcastOf,
  cidr,
  formatCidr,
  formatIpv4,
  formatMac,
  IPV4_BROADCAST,
  ipv4,
  isBroadcastMac,
  isInNetwork,
  isLinkLocalIpv4,
  isLoopbackIpv4,
  isMulticastIpv4,
  isMulticastMac,
  isReservedIpv4,
  isValidUnicastMac,
  isZeronetIpv4,
  MAC_BROADCAST,
  MAC_ZERO,
  mac,
  maskOf,
  multicastMacOf,
  networkOf,
  parseCidr,
  parseIpv4,
  parseMac,
  prefixLengthOf,
} from "./address.ts";

describe("MAC addresses", () => {
  it("round-trip through their text, in either case", () => {
    fc.assert(
      fc.property(macs, (address) => {
        const text = formatMac(address);
        expect(text).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
        expect(parseMac(text)).toBe(address);
        expect(parseMac(text.toUpperCase())).toBe(address);
      }),
    );
  });

  it.each(["", "02:42:ac:11:00", "02:42:ac:11:00:02:03", "2:42:ac:11:00:02", "02-42-ac-11-00-02", "02:42:ac:11:00:0g"])(
    "refuses %j",
    (text) => expect(parseMac(text)).toBeNull(),
  );

  it("tell group from unicast", () => {
    expect([isMulticastMac(mac("01:00:5e:00:00:01")), isMulticastMac(MAC_BROADCAST)]).toEqual([true, true]);
    expect([isMulticastMac(mac("02:42:ac:11:00:02")), isMulticastMac(MAC_ZERO)]).toEqual([false, false]);
    expect([isBroadcastMac(MAC_BROADCAST), isBroadcastMac(mac("ff:ff:ff:ff:ff:fe"))]).toEqual([true, false]);
    expect([mac("02:42:ac:11:00:02"), MAC_ZERO, MAC_BROADCAST].map(isValidUnicastMac)).toEqual([true, false, false]);
    expect(formatMac(multicastMacOf(ipv4("239.129.2.3")))).toBe("01:00:5e:01:02:03");
  });
});

describe("IPv4 addresses", () => {
  it("round-trip through their text", () => {
    fc.assert(
      fc.property(ipv4s, (address) => {
        expect(parseIpv4(formatIpv4(address))).toBe(address);
      }),
    );
    expect(ipv4("172.17.0.2")).toBe(0xac110002);
  });

  it.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4 ",
    "1..3.4",
    "0x1.2.3.4",
    "-1.2.3.4",
    "a.b.c.d",
  ])("refuses %j, as inet_pton does", (text) => expect(parseIpv4(text)).toBeNull());

  it("fall in the ranges that Linux asks for", () => {
    const ranges = [isZeronetIpv4, isLoopbackIpv4, isLinkLocalIpv4, isMulticastIpv4, isReservedIpv4];
    const row = (text: string) => ranges.map((isIn) => isIn(ipv4(text)));
    expect(row("0.0.0.0")).toEqual([true, false, false, false, false]);
    expect(row("0.1.2.3")).toEqual([false, false, false, false, false]);
    expect(row("127.255.0.1")).toEqual([false, true, false, false, false]);
    expect(row("169.254.9.9")).toEqual([false, false, true, false, false]);
    expect(row("239.255.255.255")).toEqual([false, false, false, true, false]);
    expect(row("240.0.0.1")).toEqual([false, false, false, false, true]);
    expect(row("255.255.255.255")).toEqual([false, false, false, false, false]);
    expect(row("192.168.1.1")).toEqual([false, false, false, false, false]);
  });
});

describe("prefixes", () => {
  it("parse strictly", () => {
    expect(parseCidr("172.17.0.1/16")).toEqual({ address: ipv4("172.17.0.1"), prefixLength: 16 });
    for (const text of ["172.17.0.1", "172.17.0.1/", "172.17.0.1/33", "172.17.0.1/016", "172.17/16", "1.2.3.4/1/2"]) {
      expect(parseCidr(text)).toBeNull();
    }
    const { address, prefixLength } = cidr("10.0.0.0/8");
    expect(formatCidr(address, prefixLength)).toBe("10.0.0.0/8");
  });

  it("agree on mask, network and broadcast", () => {
    expect(formatIpv4(maskOf(20))).toBe("255.255.240.0");
    expect([formatIpv4(maskOf(0)), formatIpv4(maskOf(32))]).toEqual(["0.0.0.0", "255.255.255.255"]);
    expect(formatIpv4(networkOf(ipv4("172.17.9.1"), 16))).toBe("172.17.0.0");
    expect(formatIpv4(broadcastOf(ipv4("172.17.9.1"), 16))).toBe("172.17.255.255");
    expect(prefixLengthOf(ipv4("255.0.255.0"))).toBeNull();
    fc.assert(
      fc.property(ipv4s, fc.integer({ min: 0, max: 32 }), (address, length) => {
        expect(prefixLengthOf(maskOf(length))).toBe(length);
        const network = networkOf(address, length);
        const broadcast = broadcastOf(address, length);
        expect(broadcast - network).toBe(2 ** (32 - length) - 1);
        expect(isInNetwork(address, network, length)).toBe(true);
        if (broadcast < IPV4_BROADCAST)
          expect(isInNetwork((broadcast + 1) as typeof address, network, length)).toBe(false);
      }),
    );
  });
});

describe("literals", () => {
  it("assert that they are right", () => {
    expect(() => mac("nonsense")).toThrow("not a MAC address: nonsense");
    expect(() => ipv4("1.2.3")).toThrow("not an IPv4 address: 1.2.3");
    expect(() => cidr("1.2.3.4")).toThrow("not an IPv4 prefix: 1.2.3.4");
  });
});
