import fc from "fast-check";
import { expect, test } from "vitest";
import type { Mac } from "../../../wire/address.ts";
import { copyFdb, createFdb, fdbFind, fdbInsert, fdbRemove, fdbSlots, macHi, macLo, macOf } from "./fdb.ts";

// Few keys, some of which share a home slot, so that runs of occupied slots grow, wrap around and are cut.
const key = fc.record({
  bridge: fc.integer({ min: 0, max: 2 }),
  mac: fc.oneof(
    fc.integer({ min: 0, max: 40 }),
    fc.constantFrom(0xffff_ffff_ffff, 0x0242_ac11_0002, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000),
  ),
});
const operation = fc.record({ op: fc.constantFrom("set", "set", "delete", "find", "copy"), key });

test("agrees with a Map through insertions and deletions in any order", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 250 }), (operations) => {
      let table = createFdb(4);
      const model = new Map<string, { bridge: number; mac: number; dev: number }>();
      let serial = 0;
      for (const { op, key } of operations) {
        const name = `${key.bridge} ${key.mac}`;
        const [hi, lo] = [macHi(key.mac as Mac), macLo(key.mac as Mac)];
        const slot = fdbFind(table, key.bridge, hi, lo);
        expect(slot < 0 ? undefined : table.dev[slot]).toBe(model.get(name)?.dev);
        if (op === "copy") table = copyFdb(table);
        else if (op === "set" && slot < 0) {
          fdbInsert(table, key.bridge, hi, lo, serial, 0, serial * 10);
          model.set(name, { ...key, dev: serial++ });
        } else if (op === "delete" && slot >= 0) {
          fdbRemove(table, slot);
          model.delete(name);
        }
      }
      expect(table.count).toBe(model.size);
      for (const bridge of [0, 1, 2]) {
        // Newest first: the model's Map is in order of making.
        const expected = [...model.values()].filter((entry) => entry.bridge === bridge).reverse();
        const found = fdbSlots(table, bridge).map((slot) => ({
          bridge,
          mac: macOf(table.macHi[slot] as number, table.macLo[slot] as number) as number,
          dev: table.dev[slot] as number,
        }));
        expect(found).toEqual(expected);
      }
    }),
  );
});

test("a MAC survives being halved", () => {
  fc.assert(
    fc.property(
      fc.maxSafeNat().map((n) => (n % 2 ** 48) as Mac),
      (mac) => {
        expect(macOf(macHi(mac), macLo(mac))).toBe(mac);
      },
    ),
  );
});
