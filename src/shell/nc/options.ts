/** The command line of nc: OpenBSD netcat, Debian 1.219-1. */
import { fail } from "../process.ts";
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
  /** -C: lines end in CR LF on the way. */
  crlf: boolean;
  /** -W: so many reads, then the end; null: no end. */
  receiveLimit: number | null;
  /** -w, seconds; null: no end. */
  timeout_s: number | null;
  /** -q, seconds after stdin's end; null: no end. */
  quit_s: number | null;
  sourcePort: string | null;
  source: string | null;
  host: string | null;
  port: string;
  /** To be tried behind it. */
  morePorts: string[];
}

const FLAGS = "46bCDdFhklNnrStuUvZz";
const VALUED = "IiMmOPpqsTVWwXx";

const USAGE = `usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]
\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]
\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]
\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]
\t  [destination] [port]
`;

/** What -h adds. */
const SUMMARY = `\tCommand Summary:
\t\t-4\t\tUse IPv4
\t\t-6\t\tUse IPv6
\t\t-b\t\tAllow broadcast
\t\t-C\t\tSend CRLF as line-ending
\t\t-D\t\tEnable the debug socket option
\t\t-d\t\tDetach from stdin
\t\t-F\t\tPass socket fd
\t\t-h\t\tThis help text
\t\t-I length\tTCP receive buffer length
\t\t-i interval\tDelay interval for lines sent, ports scanned
\t\t-k\t\tKeep inbound sockets open for multiple connects
\t\t-l\t\tListen mode, for inbound connects
\t\t-M ttl\t\tOutgoing TTL / Hop Limit
\t\t-m minttl\tMinimum incoming TTL / Hop Limit
\t\t-N\t\tShutdown the network socket after EOF on stdin
\t\t-n\t\tSuppress name/port resolutions
\t\t-O length\tTCP send buffer length
\t\t-P proxyuser\tUsername for proxy authentication
\t\t-p port\t\tSpecify local port for remote connects
\t\t-q secs\t\tquit after EOF on stdin and delay of secs
\t\t-r\t\tRandomize remote ports
\t\t-S\t\tEnable the TCP MD5 signature option
\t\t-s sourceaddr\tLocal source address
\t\t-T keyword\tTOS value
\t\t-t\t\tAnswer TELNET negotiation
\t\t-U\t\tUse UNIX domain socket
\t\t-u\t\tUDP mode
\t\t-V rtable\tSpecify alternate routing table
\t\t-v\t\tVerbose
\t\t-W recvlimit\tTerminate after receiving a number of packets
\t\t-w timeout\tTimeout for connects and final net reads
\t\t-X proto\tProxy protocol: "4", "5" (SOCKS) or "connect"
\t\t-x addr[:port]\tSpecify proxy address and port
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
  if ("h" in given) {
    fail(sys, `OpenBSD netcat (Debian patchlevel 1.219-1)\n${USAGE}${SUMMARY}`, 0);
    return null;
  }
  if ("k" in given && !("l" in given)) return refuse(sys, "nc: must use -l with -k\n");
  if (given.x !== undefined || "U" in given) {
    return refuse(sys, `playground: nc -${given.x === undefined ? "U" : "x"} is not simulated\n`);
  }
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

/** `nc -l [host] port`, `nc -l [-s host] -p port`, `nc host port`. */
function place(
  sys: Sys,
  given: Record<string, string>,
  operands: readonly string[],
  timeout_s: number | null,
  quit_s: number | null,
): NcOptions | null {
  const listen = "l" in given;
  let [host = null, port = null]: (string | null)[] = [...operands];
  const morePorts = operands.slice(2);
  if (listen && given.p !== undefined && operands.length === 1) return refuse(sys, USAGE);
  if (listen && port === null) [host, port] = [given.s ?? null, host ?? given.p ?? null];
  if (port === null && (listen || host !== null)) return refuse(sys, "nc: missing port number\n");
  if (port === null || (listen && morePorts.length > 0)) return refuse(sys, USAGE);
  return {
    listen,
    udp: "u" in given,
    keep: "k" in given,
    verbose: "v" in given,
    zero: "z" in given,
    numeric: "n" in given,
    broadcast: "b" in given,
    // -q says -N, too.
    shutdown: "N" in given || quit_s !== null,
    noStdin: "d" in given,
    crlf: "C" in given,
    receiveLimit: given.W === undefined ? null : Number(given.W),
    timeout_s,
    quit_s,
    sourcePort: listen ? null : (given.p ?? null),
    source: given.s ?? null,
    host,
    port,
    morePorts,
  };
}
