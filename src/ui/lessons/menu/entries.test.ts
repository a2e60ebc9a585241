import { expect, test } from "vitest";
import { enLessons } from "../../../i18n/en/lessons.ts";
import { zhLessons } from "../../../i18n/zh/lessons.ts";
import { LESSONS } from "../../../scenes/lessons/lessons.ts";
import { PUZZLES } from "../../../scenes/lessons/puzzles.ts";
import { entriesOf, firstSentence, groupsOf, matchesSearch } from "./entries.ts";

test("every lesson says what it teaches, every puzzle what the trouble is, in both languages", () => {
  for (const [language, text] of [
    ["en", enLessons],
    ["zh", zhLessons],
  ] as const) {
    const entries = entriesOf(language, text);
    expect(entries).toHaveLength(LESSONS.length + PUZZLES.length + 1);
    for (const { about } of entries) expect(about).toMatch(/[.?!。？！]$/);
    expect(groupsOf(entries).map(({ group, entries: some }) => [group, some.length])).toEqual([
      ["one", 11],
      ["two", 8],
      ["puzzles", PUZZLES.length],
      ["games", 1],
    ]);
  }
});

test("a sentence doesn't end inside an address", () => {
  expect(firstSentence("It has 172.17.0.2 (eth0). Then more.")).toBe("It has 172.17.0.2 (eth0).");
  expect(firstSentence("它是 172.17.0.2。然后。")).toBe("它是 172.17.0.2。");
  expect(firstSentence("no end")).toBe("no end");
});

test("the search looks at title, id and what is taught; all words count", () => {
  const found = (search: string) =>
    entriesOf("en", enLessons)
      .filter((entry) => matchesSearch(entry, search))
      .map(({ id }) => id);
  expect(found("flannel vxlan")).toEqual(["flannel-vxlan", "vxlan-mtu"]);
  expect(found("MASQUERADING")).toEqual(["container-to-internet"]);
  expect(found("nothing of the kind")).toEqual([]);
});
