import { describe, expect, it } from "vitest";
import type { Entry } from "./entry.ts";
import { matching, wordPoints } from "./match.ts";

const entry = (en: string, zh: string, hint?: string): Entry => ({
  id: en,
  group: "page",
  title: { en, zh },
  ...(hint === undefined ? {} : { hint }),
  does: () => {},
});

const ENTRIES = [
  entry("Play or pause", "播放或暂停"),
  entry("Ping nginx-1 → nginx-2", "从 nginx-1 ping nginx-2", "ping -c 3 172.17.0.3"),
  entry("Ping nginx-2 → nginx-1", "从 nginx-2 ping nginx-1", "ping -c 3 172.17.0.2"),
  entry("Terminal of nginx-1", "nginx-1 的终端"),
  entry("Theme: Projector", "主题：投影"),
];
const found = (query: string, recent: readonly string[] = []) => matching(ENTRIES, query, recent).map((one) => one.id);

describe("matching", () => {
  it("is everything, in its order, for no words", () => {
    expect(found("  ")).toEqual(ENTRIES.map((one) => one.id));
  });

  it("finds by English and by Chinese titles alike, and by the shell line", () => {
    expect(found("projector")).toEqual(["Theme: Projector"]);
    expect(found("终端")).toEqual(["Terminal of nginx-1"]);
    expect(found("172.17.0.2")).toEqual(["Ping nginx-2 → nginx-1"]);
  });

  it("wants every word, in any order", () => {
    expect(found("nginx-1 term")).toEqual(["Terminal of nginx-1"]);
    expect(found("nginx-1 projector")).toEqual([]);
  });

  it("finds letters that are scattered over the title, but not across half of it", () => {
    expect(found("tmnl")).toEqual(["Terminal of nginx-1"]);
    expect(found("zzz")).toEqual([]);
  });

  it("puts what was done lately first among equals", () => {
    expect(found("ping")[0]).toBe("Ping nginx-1 → nginx-2");
    expect(found("ping", ["Ping nginx-2 → nginx-1"])[0]).toBe("Ping nginx-2 → nginx-1");
  });

  it("puts what the scene offers before a shorter title", () => {
    const action: Entry = { ...ENTRIES[1]!, group: "action" };
    expect(matching([entry("Ping a → b", "从 a ping b"), action], "ping", [])[0]).toBe(action);
  });

  it("prefers a whole word to a start, a start to the inside", () => {
    const whole = wordPoints("to the start", "start");
    const start = wordPoints("restart, starting over", "start");
    const inside = wordPoints("restart", "start");
    expect([whole > start, start > inside, inside > 0]).toEqual([true, true, true]);
  });
});
