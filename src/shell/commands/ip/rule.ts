/** `ip rule`: the three rules that every namespace has; others are not simulated. ip/iprule.c. */
import { notSimulated, quit } from "../quit.ts";
import { type Line, matches, needAdmin, print, take } from "./args.ts";
import { usage } from "./usage.ts";

const RULES: readonly (readonly [number, string])[] = [
  [0, "local"],
  [32766, "main"],
  [32767, "default"],
];

export function ipRule(line: Line): number {
  const verb = take(line) ?? "list";
  if (matches(verb, "list", "lst", "show")) return listRules(line);
  for (const known of ["add", "delete", "flush", "save", "restore"]) {
    if (!matches(verb, known)) continue;
    needAdmin(line);
    return notSimulated(line.sys, `ip rule ${known}`);
  }
  if (matches(verb, "help")) usage(line, "rule");
  return quit(line.sys, `Command "${verb}" is unknown, try "ip rule help".\n`, 255);
}

function listRules(line: Line): number {
  if (line.options.family === "inet6") return 0;
  const proto = line.options.details > 0 ? " proto kernel" : "";
  for (const [preference, table] of RULES) print(line, `${preference}:\tfrom all lookup ${table}${proto}\n`);
  return 0;
}
