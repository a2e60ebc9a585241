import { expect, test } from "vitest";
import { LESSON_FAULTS } from "../protocol/lesson.ts";
import { enLessons } from "./en/lessons.ts";
import { zhLessons } from "./zh/lessons.ts";

test("every fault of a lesson has its sentence in both languages", () => {
  for (const { faults } of [enLessons, zhLessons]) {
    expect(Object.keys(faults).toSorted()).toEqual([...LESSON_FAULTS].toSorted());
    for (const code of LESSON_FAULTS) expect(faults[code]("expected", "found")).toMatch(/[.。？?]$|found$/);
  }
});

test("the place of a fault", () => {
  expect(enLessons.place(2, "why.zh")).toBe("step 2, why.zh");
  expect(zhLessons.place(2, "why.zh")).toBe("第 2 步，why.zh");
  expect(enLessons.place(null, "")).toBe("");
});
