import fc from "fast-check";
import { expect, test } from "vitest";
import { passes } from "./filter.ts";
import { parseFilter } from "./filter-parse.ts";

const words =
  "and or not ( ) host net port src dst tcp udp icmp arp ip ether proto broadcast less 10 1.2.3.4 [ ] & = != + 02:00:00:00:00:01 tcpflags / mask portrange 1-5 len".split(
    " ",
  );

test("no filter makes it throw, whatever the frame", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.array(fc.constantFrom(...words), { maxLength: 10 }).map((w) => w.join(" ")),
  );
  fc.assert(
    fc.property(text, fc.uint8Array({ minLength: 14, maxLength: 60 }), (expression, frame) => {
      const filter = parseFilter(expression);
      if (filter !== null && typeof filter !== "string") passes(filter, frame, 0);
    }),
    { numRuns: 3000 },
  );
});

test("`and` and `or` bind alike, from the left", () => {
  expect(parseFilter("arp or icmp and udp")).toMatchObject({ t: "and", left: { t: "or" }, right: { protocol: "udp" } });
});
