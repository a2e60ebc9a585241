/** `-p`: IP protocols by name and number. */
import { type Args, unsigned } from "../args.ts";
import { badParameter } from "../fail.ts";
import { PROTOCOLS } from "../words.ts";

/** xtables_parse_protocol. */
export function protocolNumber(args: Args, text: string): number {
  const known = PROTOCOLS[text.toLowerCase()] ?? unsigned(text, 0, 255);
  return known ?? badParameter(args, `unknown protocol "${text}" specified`);
}
