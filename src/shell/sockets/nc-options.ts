/** The command line of nc: OpenBSD netcat, Debian 1.219-1. */
import { fail, write } from "../process.ts";
import type { Sys } from "../types.ts";

export interface NcOptions {
  listen: boolean;
  udp: boolean;
  keep: boolean;
  verbose: boolean;
  zero: boolean;
  numeric: boolean;
  broadcast: boolean;
  /** -N: shut the connection down after stdin's end. */
  shutdown: boolean;
  noStdin: boolean;
  /** -w, seconds; null: no end. */
  timeout_s: number | null;
  /** -q, seconds after stdin's end; null: no end. */
  quit_s: number | null;
  sourcePort: string | null;
  source: string | null;
  host: string | null;
  port: string | null;
}

const FLAGS = "46bCDdFhklNnrStuUvZz";
const VALUED = "IiMmOPpqsTVWwXx";

const USAGE = `usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]
\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]
\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]
\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]
\t  [destination] [port]
`;

/** Reads the command line; null: refused, and the process has ended. */
export function parseNc(sys: Sys, args: readonly string[]): NcOptions | null {
  const given: Record<string, string> = {};
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (!/^-./.test(arg)) {
      operands.push(arg);
      continue;
    }
    for (let i = 1; i < arg.length; i++) {
      const letter = arg[i] as string;
      if (FLAGS.includes(letter)) {
        given[letter] = "";
        continue;
      }
      const value = VALUED.includes(letter) ? arg.slice(i + 1) || args[++at] : undefined;
      if (!VALUED.includes(letter)) return refuse(sys, `nc: invalid option -- '${letter}'\n${USAGE}`);
      if (value === undefined) return refuse(sys, `nc: option requires an argument -- '${letter}'\n${USAGE}`);
      given[letter] = value;
      break;
    }
  }
  if ("h" in given) return refuse(sys, `OpenBSD netcat (Debian patchlevel 1.219-1)\n${USAGE}`);
  const seconds = (letter: string): number | null | undefined => {
    const value = given[letter];
    if (value === undefined) return null;
    return /^-?\d+$/.test(value) ? Number(value) : undefined;
  };
  const [timeout_s, quit_s] = [seconds("w"), seconds("q")];
  if (timeout_s === undefined) return refuse(sys, `nc: timeout invalid: ${given.w}\n`);
  if (quit_s === undefined) return refuse(sys, `nc: quit timer invalid: ${given.q}\n`);
  return place(sys, given, operands, timeout_s, quit_s === null || quit_s < 0 ? null : quit_s);
}

function refuse(sys: Sys, text: string): null {
  fail(sys, text, 1);
  return null;
}

/** `nc -l [host] port`, `nc -l -p port [host]`, `nc host port`. */
function place(
  sys: Sys,
  given: Record<string, string>,
  operands: readonly string[],
  timeout_s: number | null,
  quit_s: number | null,
): NcOptions | null {
  const listen = "l" in given;
  let [host = null, port = null]: (string | null)[] = [...operands];
  if (listen && given.p !== undefined && port === null) port = given.p;
  else if (listen && port === null) [host, port] = [null, host];
  if (port === null || operands.length > 2) {
    write(sys, 2, USAGE);
    return refuse(sys, "");
  }
  return {
    listen,
    udp: "u" in given,
    keep: "k" in given,
    verbose: "v" in given,
    zero: "z" in given,
    numeric: "n" in given,
    broadcast: "b" in given,
    shutdown: "N" in given,
    noStdin: "d" in given,
    timeout_s,
    quit_s,
    sourcePort: listen ? null : (given.p ?? null),
    source: given.s ?? null,
    host,
    port,
  };
}
