/** --retry and what belongs to it (src/tool_operate.c, post_per_transfer). */
import { SECOND_NS } from "../../../base/time.ts";
import { ECONNREFUSED } from "../../../kernel/errno.ts";
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import type { CurlOptions } from "./options.ts";

const LONGEST_S = 600;
const WIDTH = 79;

export interface Attempts {
  /** How often it was tried again, and the pause before the next time. */
  retries: number;
  pause_s: number;
  /** When the first attempt began. */
  first_ns: number;
  /** What the connection that could not be made died of. */
  errno: number;
}

export function newAttempts(sys: Sys, o: CurlOptions): Attempts {
  return { retries: 0, pause_s: o.retryDelay_s || 1, first_ns: sys.world.now_ns, errno: 0 };
}

function reason(o: CurlOptions, a: Attempts, exitCode: number, status: number): string | null {
  if ([5, 6, 28].includes(exitCode)) return "timeout";
  if (exitCode === 7 && o.retryRefused && a.errno === ECONNREFUSED) return "connection refused";
  if ((exitCode === 0 || exitCode === 22) && [408, 429, 500, 502, 503, 504].includes(status)) return "HTTP error";
  return exitCode !== 0 && o.retryAll ? "(retrying all errors)" : null;
}

/** How long to wait before the transfer is tried again, ns; null: it isn't. Warns unless silent. */
export function retryPause(sys: Sys, o: CurlOptions, a: Attempts, exitCode: number, status: number): number | null {
  const why = reason(o, a, exitCode, status);
  const spent_s = (sys.world.now_ns - a.first_ns) / SECOND_NS;
  if (why === null || a.retries >= o.retries || (o.retryMax_s > 0 && spent_s >= o.retryMax_s)) return null;
  const left = o.retries - a.retries++;
  if (!o.silent) warn(sys, `Problem : ${why}. Will retry in ${a.pause_s} seconds. ${left} retries left.`);
  const pause_s = a.pause_s;
  if (o.retryDelay_s === 0) a.pause_s = Math.min(pause_s * 2, LONGEST_S);
  return pause_s * SECOND_NS;
}

/** warnf: in lines of 79 with their ends, each behind its "Warning: ". */
function warn(sys: Sys, text: string): void {
  const width = WIDTH - "Warning: ".length;
  let rest = text;
  while (rest.length >= width) {
    const cut = rest.lastIndexOf(" ", width) + 1 || width;
    write(sys, 2, `Warning: ${rest.slice(0, cut)}\n`);
    rest = rest.slice(cut);
  }
  write(sys, 2, `Warning: ${rest}\n`);
}
