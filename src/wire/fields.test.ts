import { describe, expect, it } from "vitest";
import { dirty } from "../../tests/wire/arbitraries.ts";
import { ARP } from "./arp.ts";
import { DNS } from "./dns.ts";
import { ETHERNET } from "./ethernet.ts";
import { type Field, type FieldTable, fieldSpan, readField, writeField } from "./fields.ts";
import { ICMPV4 } from "./icmpv4.ts";
import { IPV4 } from "./ipv4.ts";
import { TCP } from "./tcp.ts";
import { UDP } from "./udp.ts";
import { VXLAN } from "./vxlan.ts";

const TABLES: Record<string, FieldTable> = { ETHERNET, ARP, IPV4, ICMPV4, UDP, TCP, DNS, VXLAN };
const FIELDS = Object.entries(TABLES).flatMap(([table, fields]) =>
  Object.entries(fields).map(([name, field]): [string, Field] => [`${table}.${name}`, field]),
);

describe.each(FIELDS)("%s", (_, field) => {
  it("reads what was written, at its extremes, and leaves the bits around it", () => {
    const word = field.word ?? field.bits;
    expect((field.shift ?? 0) + field.bits).toBeLessThanOrEqual(word);
    for (const value of [0, 1, 2 ** field.bits - 1]) {
      const b = dirty(field.offset + 8);
      writeField(b, 0, field, value);
      expect(readField(b, 0, field)).toBe(value);
      const before = dirty(b.length);
      const { offset, length } = fieldSpan(field);
      for (let i = 0; i < b.length; i++) {
        if (i < offset || i >= offset + length) expect(b[i]).toBe(before[i]);
      }
      // Restoring the field must restore the whole buffer: no neighbouring bit changed.
      writeField(b, 0, field, readField(before, 0, field));
      expect(b).toEqual(before);
    }
  });
});

describe("fieldSpan", () => {
  it("gives the bytes of a part of a word", () => {
    expect(fieldSpan(IPV4.ihl)).toEqual({ offset: 0, length: 1 });
    expect(fieldSpan(IPV4.moreFragments)).toEqual({ offset: 6, length: 1 });
    expect(fieldSpan(IPV4.fragmentOffset)).toEqual({ offset: 6, length: 2 });
    expect(fieldSpan(VXLAN.vni)).toEqual({ offset: 4, length: 3 });
    expect(fieldSpan(VXLAN.reserved1)).toEqual({ offset: 1, length: 3 });
  });
});
