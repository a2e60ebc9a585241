import fc from "fast-check";
import { expect, test } from "vitest";
import { copyQueue, createQueue, type Event, type EventQueue, nextEventTime, popEvent, pushEvent } from "./queue.ts";

const blank = (): Event => ({ time_ns: 0, kind: 0, a: 0, b: 0, c: 0 });

/** The plainest thing that does the same: a list kept in order by inserting behind all that is not later. */
class Model {
  list: Event[] = [];
  push(event: Event): void {
    const at = this.list.findIndex((other) => other.time_ns > event.time_ns);
    this.list.splice(at < 0 ? this.list.length : at, 0, event);
  }
}

const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constant("push" as const), delay: fc.integer({ min: 0, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("pop" as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("copy" as const) }) },
);

function drain(queue: EventQueue): Event[] {
  const out: Event[] = [];
  while (nextEventTime(queue) < Number.POSITIVE_INFINITY) {
    const event = blank();
    popEvent(queue, event);
    out.push(event);
  }
  return out;
}

test("pops by time, and first in first out at equal times, whatever came between", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
      let queue = createQueue(2);
      const model = new Model();
      let now = 0;
      let serial = 0;
      for (const operation of operations) {
        if (operation.op === "push") {
          const event = { time_ns: now + operation.delay, kind: serial % 7, a: serial, b: 9 - serial, c: serial++ * 3 };
          pushEvent(queue, event.time_ns, event.kind, event.a, event.b, event.c);
          model.push(event);
        } else if (operation.op === "copy") queue = copyQueue(queue);
        else if (model.list.length > 0) {
          const event = blank();
          popEvent(queue, event);
          expect(event).toEqual(model.list.shift());
          now = event.time_ns;
        }
        expect(nextEventTime(queue)).toBe(model.list[0]?.time_ns ?? Number.POSITIVE_INFINITY);
        expect(queue.size).toBe(model.list.length);
      }
      expect(drain(queue)).toEqual(model.list);
    }),
  );
});

test("a copy goes its own way", () => {
  const queue = createQueue();
  for (let i = 0; i < 20; i++) pushEvent(queue, i % 5, 1, i, 0, 0);
  const copy = copyQueue(queue);
  const first = drain(queue);
  pushEvent(queue, 99, 2, 0, 0, 0);
  expect(drain(copy)).toEqual(first);
});

test("places are used again", () => {
  const queue = createQueue(4);
  const event = blank();
  for (let i = 0; i < 10_000; i++) {
    pushEvent(queue, i, 1, i, 0, 0);
    pushEvent(queue, i + 1, 1, i, 0, 0);
    popEvent(queue, event);
    popEvent(queue, event);
  }
  expect(queue.time_ns.length).toBeLessThanOrEqual(4);
  expect(queue.heap.length).toBeLessThanOrEqual(4);
});

test("popping nothing is a bug", () => {
  expect(() => popEvent(createQueue(), blank())).toThrow(/empty/);
});
