import fc from "fast-check";
import { expect, test } from "vitest";
import type { Ipv4 } from "../../wire/address.ts";
import { createNeigh, neighErase, neighFind, neighInsert, neighRow } from "./table.ts";

test("entries are found by device and address, whatever came and went", () => {
  const step = fc.record({ dev: fc.nat(20), ip: fc.nat(30) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const t = createNeigh(4);
      const there = new Set<number>();
      for (const { dev, ip } of steps) {
        const key = dev * 100 + ip;
        const entry = neighFind(t, dev, ip as Ipv4);
        expect(entry >= 0).toBe(there.has(key));
        if (there.delete(key)) neighErase(t, entry);
        else {
          neighInsert(t, dev, ip as Ipv4, 5);
          there.add(key);
        }
      }
      expect(t.count).toBe(there.size);
      for (const key of there) {
        const entry = neighFind(t, Math.floor(key / 100), (key % 100) as Ipv4);
        expect([t.dev[entry], t.ip[entry]]).toEqual([Math.floor(key / 100), key % 100]);
      }
    }),
  );
});

test("a row of the trace is known by its lower 32 bits, as long as the trace has not grown by more since", () => {
  const t = createNeigh();
  const entry = neighInsert(t, 1, 2 as Ipv4, 0);
  expect(neighRow(t, entry, 10)).toBe(-1);
  for (const row of [0, 7, 2 ** 32 - 2, 2 ** 32 + 3, 5 * 2 ** 32 + 17]) {
    t.row[entry] = row;
    for (const since of [1, 4_000_000, 2 ** 32 - 1]) expect(neighRow(t, entry, row + since)).toBe(row);
  }
});
