/** The prune commands where they ask first. */
import { expect, test } from "vitest";
import { shellPrograms } from "../../shell/programs.ts";
import { runLine } from "../../shell/testing.ts";
import { dockerPrograms } from "../programs.ts";
import { bed } from "../testbed.ts";

const all = { ...shellPrograms, ...dockerPrograms };

test("docker container prune says that nothing was freed when it is told not to", () => {
  const said = runLine(bed().world, all, "echo n | docker container prune", 10e9, "hostA").stdout;
  expect(said).toMatch(/\[y\/N\] Total reclaimed space: 0B\n$/);
});
