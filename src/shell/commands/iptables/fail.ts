/** How iptables 1.8.9 (nf_tables) refuses: words, and where they end in a hint. */

import type { Sys } from "../../types.ts";
import { quit } from "../quit.ts";

export const VERSION = "iptables v1.8.9 (nf_tables)";

/** A parameter problem: exit 2, with the hint. */
export function badParameter(sys: Sys, text: string): never {
  quit(sys, `${VERSION}: ${text}\nTry \`iptables -h' or 'iptables --help' for more information.\n`, 2);
}

/** The kernel, or what stands in for it, said no: exit 1. */
export function refused(sys: Sys, text: string): never {
  quit(sys, `iptables: ${text}.\n`, 1);
}
