/** How a container ends: what its programs say last still gets through. */
import { expect, test } from "vitest";
import { shellPrograms } from "../../shell/programs.ts";
import { collect, runEvents, runLine, startLine } from "../../shell/testing.ts";
import { dockerPrograms } from "../programs.ts";
import { bed } from "../testbed.ts";

const programs = { ...shellPrograms, ...dockerPrograms };
const SECOND = 1e9;

test("the other end of a connection hears of the last program's end", () => {
  const { world } = bed();
  const server = startLine(world, "hostA", "nc -l -p 5000");
  runEvents(world, programs, SECOND);
  const line = "docker run --rm busybox bash -c 'echo hi | nc -q 0 172.17.0.1 5000'";
  expect(runLine(world, programs, line, 5 * SECOND).exit).toBe(0);
  expect(collect(world, server)).toEqual({ stdout: "hi\n", stderr: "", exit: 0 });
});
