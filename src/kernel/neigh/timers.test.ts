import fc from "fast-check";
import { expect, test } from "vitest";
import { MS_NS } from "../../base/time.ts";
import type { Ipv4 } from "../../wire/address.ts";
import { runUntil } from "../dispatch.ts";
import { timerExpiry } from "../timer.ts";
import { createWorld } from "../world.ts";
import { neighInsert } from "./table.ts";
import { runTimers, startTimer, stopTimer } from "./timers.ts";

const ENTRIES = 6;
const step = fc.record({
  op: fc.constantFrom("start", "start", "start", "stop", "wait"),
  entry: fc.nat(ENTRIES - 1),
  ms: fc.nat(400),
});

test("timers fire at their time, in the order in which they were set last, and none that was stopped", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = createWorld(1);
      for (let entry = 0; entry < ENTRIES; entry++) neighInsert(world.neigh, 0, entry as Ipv4, 0);
      const fired: [number, number][] = [];
      const expected: [number, number][] = [];
      let set: { at_ns: number; entry: number }[] = [];
      const wait = (by_ns: number) => {
        runUntil(world, world.now_ns + by_ns, (w, { a }) =>
          runTimers(w, a, (_, entry) => fired.push([w.now_ns, entry])),
        );
        const due = set.filter(({ at_ns }) => at_ns <= world.now_ns).sort((x, y) => x.at_ns - y.at_ns);
        for (const { at_ns, entry } of due) expected.push([at_ns, entry]);
        set = set.filter(({ at_ns }) => at_ns > world.now_ns);
      };
      for (const { op, entry, ms } of steps) {
        if (op === "wait") wait(ms * MS_NS);
        else {
          set = set.filter((other) => other.entry !== entry);
          if (op === "stop") stopTimer(world, entry);
          else {
            set.push({ at_ns: timerExpiry(world.now_ns, world.now_ns + ms * MS_NS), entry });
            startTimer(world, entry, world.now_ns + ms * MS_NS);
          }
        }
      }
      // No more events than there are moments at which something is due, or was.
      expect(world.queue.size).toBe(world.neigh.dueAt.size);
      wait(3000 * MS_NS);
      expect(fired).toEqual(expected);
      expect([world.queue.size, world.neigh.dueAt.size]).toEqual([0, 0]);
    }),
  );
});
