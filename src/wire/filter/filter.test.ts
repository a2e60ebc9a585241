import fc from "fast-check";
import { expect, test } from "vitest";
import { faultText, parseFilter } from "./parse.ts";
import { passes } from "./passes.ts";

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
      if (filter !== null && filter.t !== "fault") passes(filter, frame, 0);
    }),
    { numRuns: 3000 },
  );
});

test("`and` and `or` bind alike, from the left", () => {
  expect(parseFilter("arp or icmp and udp")).toMatchObject({ t: "and", left: { t: "or" }, right: { protocol: "udp" } });
});

test.each([
  ["host nowhere", "unknown-host", "nowhere", 5, "unknown host 'nowhere'"],
  ["tcp port 70000", "port-too-high", "70000", 9, "illegal port number 70000 > 65535"],
  ["port nothing", "unknown-port", "nothing", 5, "unknown port 'nothing'"],
  ["net 10.0.0.1/8", "host-bits", "10.0.0.1/8", 14, 'non-network bits set in "10.0.0.1/8"'],
  ["icmp and", "syntax", "", 8, "can't parse filter expression: syntax error"],
  ["arp nonsense", "unknown-host", "nonsense", 4, "unknown host 'nonsense'"],
  ["arp; icmp", "syntax", "; icmp", 3, "can't parse filter expression: syntax error"],
])("of %s it says what is wrong, and where", (expression, why, word, at, text) => {
  const fault = parseFilter(expression);
  expect(fault).toEqual({ t: "fault", why, word, at });
  expect(fault?.t === "fault" && faultText(fault)).toBe(text);
});

test("icmp6 is what follows IPv6's own header, and nothing of IPv4", () => {
  const filter = parseFilter("icmp6");
  if (filter === null || filter.t === "fault") throw new Error("refused");
  const frame = new Uint8Array(70);
  frame.set([0x86, 0xdd, 0x60], 12);
  frame[20] = 58;
  expect(passes(filter, frame, 0)).toBe(true);
  frame[20] = 0;
  expect(passes(filter, frame, 0)).toBe(false);
  frame.set([0x08, 0x00, 0x45], 12);
  frame[23] = 58;
  expect(passes(filter, frame, 0)).toBe(false);
});

test("a host may be given by name where somebody knows its address", () => {
  const named = parseFilter("src host nginx-1", (name) => (name === "nginx-1" ? 0xac110002 : null));
  expect(named).toEqual({ t: "host", protocol: "", direction: "src", address: 0xac110002 });
});
