/** Addresses that do not last for ever. */
import { expect, test } from "vitest";
import { shellPrograms } from "../../../programs.ts";
import { bridgeWorld, runLine } from "../../../testing.ts";
import type { ShellWorld } from "../../../types.ts";

function say(world: ShellWorld, line: string): string {
  const { stdout, stderr, exit } = runLine(world, shellPrograms, line, 60e9);
  return `${stdout}${stderr === "" ? "" : `!! ${stderr}`}${exit === 0 ? "" : `[${exit}]`}`;
}

const ADD = "ip addr add 10.5.0.1/24 dev docker0";
const SHOW = "ip addr show dev docker0 to 10.5.0.0/16 | tail -n +2";

test("an address is dynamic, then deprecated, then gone with its route", () => {
  expect(
    say(bridgeWorld(), `${ADD} valid_lft 100 preferred_lft 60; ${SHOW}; ip addr show permanent | grep -c 10.5`),
  ).toBe("    inet 10.5.0.1/24 scope global dynamic docker0\n       valid_lft 100sec preferred_lft 60sec\n0\n[1]");
  const aged = say(
    bridgeWorld(),
    `${ADD} valid_lft 3 preferred_lft 1; sleep 2; ip -o addr show deprecated; ip -j addr show dynamic; sleep 1.1; ${SHOW}; ip route | grep -c 10.5`,
  );
  expect(aged).toMatch(
    /inet 10\.5\.0\.1\/24 scope global deprecated dynamic docker0\\ +valid_lft 1sec preferred_lft 0sec\n/,
  );
  expect(aged).toMatch(/"deprecated":true,"dynamic":true.*"valid_life_time":1,"preferred_life_time":0.*\n0\n\[1\]$/s);
});

test("for ever again it is like any other; what cannot be is refused", () => {
  const forever = "    inet 10.5.0.1/24 scope global docker0\n       valid_lft forever preferred_lft forever\n";
  const again = "ip addr replace 10.5.0.1/24 dev docker0 valid_lft forever preferred_lft forever; sleep 3";
  expect(say(bridgeWorld(), `${ADD} valid_lft 2 preferred_lft 1; ${again}; ${SHOW}`)).toBe(forever);
  expect(say(bridgeWorld(), `${ADD} preferred_lft 5; ${SHOW}`)).toBe(forever);
  expect(say(bridgeWorld(), `${ADD} valid_lft 1 preferred_lft 2`)).toBe(
    "!! preferred_lft is greater than valid_lft\n[1]",
  );
  expect(say(bridgeWorld(), `${ADD} valid_lft 0`)).toBe("!! valid_lft is zero\n[1]");
  expect(say(bridgeWorld(), `${ADD} valid_lft abc`)).toBe('!! Error: argument "abc" is wrong: valid_lft value\n[255]');
});
