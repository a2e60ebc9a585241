import { expect, test } from "vitest";
import { laterPrograms } from "../shell/later-programs.ts";
import { LATER_NAMES } from "./programs.ts";

test("the table names exactly the programs that come later", () => {
  expect([...LATER_NAMES].sort()).toEqual(Object.keys(laterPrograms).sort());
});
