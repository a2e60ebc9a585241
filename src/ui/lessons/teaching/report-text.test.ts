import { expect, test } from "vitest";
import { LESSONS } from "../../../scenes/lessons/lessons.ts";
import { PUZZLES } from "../../../scenes/lessons/puzzles.ts";
import { freshLesson, type OpenLesson } from "../lesson-store.ts";
import { reportText } from "./report-text.ts";

const begin = { since: { row: 0, chunk: 0, applied: 0 }, tip: -1, at_ns: 0, entries: 0 };

test("predictions, tries, help and times, in both languages", () => {
  const fresh = freshLesson(LESSONS[0]!, true, 0);
  const done = { begin, done: true, helped: false, tries: 1 };
  const open: OpenLesson = {
    ...fresh,
    progress: [
      { ...done, chosen: 0, right: 0 },
      { ...done, chosen: 1, right: 0, tries: 3, helped: true },
      { ...done, done: false, chosen: null, right: null },
    ],
    ended_ms: 90_000,
    ended_ns: 8.25e9,
  };
  const [head, first, second, third, score, time] = reportText(open, "en").split("\n");
  expect(head).toBe("Two containers, one bridge (same-host)");
  expect(first).toMatch(/^1\. .* → done, predicted A: right$/);
  expect(second).toMatch(/^2\. .* → done, predicted B, it was A: wrong, done by the page, 3 tries$/);
  expect(third).toMatch(/^3\. .* → not done$/);
  expect(score).toBe("Predictions right: 1 of 2");
  expect(time).toBe("Time: 1.5 min; in the network 8.3 s");
  expect(reportText(open, "zh")).toContain("预测正确：1 / 2");
});

test("hints of a puzzle", () => {
  const open = { ...freshLesson(PUZZLES[0]!, true, 0), hints: 2 };
  expect(reportText(open, "en")).toContain("Hints used: 2 of 3");
});
