/** What `iptables -h` says. */
import type { Sys } from "../../types.ts";
import { versionText } from "./fail.ts";

/** @param extensions names of the matches and targets that the line loaded, with commas: they tell of their options, too */
export function helpText(sys: Sys, extensions: string): string {
  void extensions;
  return `${versionText(sys)}\n\nUsage: iptables -[ACD] chain rule-specification [options]\n`;
}
