/** pgrep and pkill. */
import { expect, test } from "vitest";
import { shellPrograms } from "../programs.ts";
import { bridgeWorld, runEvents, runLine, startLine } from "../testing.ts";

const SECOND = 1e9;

test("processes are found, counted, told of and ended by a pattern", () => {
  const world = bridgeWorld();
  for (const line of ["sleep 5000", "sleep 6000", "nc -l -p 5000"]) startLine(world, "hostA", line);
  runEvents(world, shellPrograms, SECOND);
  const run = (line: string) => runLine(world, shellPrograms, line, 10 * SECOND, "hostA");
  expect(run("pgrep -c sleep").stdout).toBe("2\n");
  expect(run("pgrep -c -f 'sleep 6'").stdout).toBe("1\n");
  expect(run("pgrep -l '^nc$'").stdout).toMatch(/^\d+ nc\n$/);
  expect(run("pgrep -x slee").exit).toBe(1);
  expect(run("pkill -f 'sleep 5'")).toMatchObject({ stdout: "", exit: 0 });
  expect(run("pkill -9 nc").exit).toBe(0);
  expect(run("pgrep -a -f 'sleep|nc'").stdout).toMatch(/^\d+ sleep 6000\n$/);
  expect(run("pkill nc").exit).toBe(1);
  expect(run("pkill")).toMatchObject({ exit: 2, stderr: expect.stringMatching(/^pkill: no matching criteria/) });
});
