/** The command line of traceroute 2.1.2. */
import { exit, fail, write } from "../process.ts";
import type { Sys } from "../types.ts";

export interface TraceOptions {
  method: "udp" | "icmp" | "udp-const" | "tcp";
  device: string | null;
  source: string | null;
  firstHop: number;
  maxHops: number;
  queries: number;
  atOnce: number;
  numeric: boolean;
  port: number | null;
  tos: number;
  dontFragment: boolean;
  /** Probes as long as the way takes them, one at a time. */
  discoverMtu: boolean;
  /** -A: asks for the numbers of autonomous systems. */
  asPath: boolean;
  /** --back: tells how far an answer came where that is another number of hops. */
  backward: boolean;
  /** Seconds: at most, times what others of the hop took, times what a farther hop took. */
  wait_s: number;
  hereFactor: number;
  nearFactor: number;
  send_s: number;
  length: number;
  target: string;
}

/** "M" and "B" stand for --mtu and --back, which have no letter. */
const FLAGS = "4dFInrUTAeVhMB";
const VALUED = "fgimNptlwqsz";
const LONG: Readonly<Record<string, string>> = {
  icmp: "I",
  tcp: "T",
  udp: "U",
  "dont-fragment": "F",
  first: "f",
  interface: "i",
  "max-hops": "m",
  "sim-queries": "N",
  port: "p",
  tos: "t",
  wait: "w",
  queries: "q",
  source: "s",
  sendwait: "z",
  mtu: "M",
  back: "B",
  version: "V",
  help: "h",
};

const DEFAULT_LENGTH = 60;
const MAX_LENGTH = 65_000;

const USAGE = `Usage:
  traceroute [ -46dFITnreAUDV ] [ -f first_ttl ] [ -g gate,... ] [ -i device ] [ -m max_ttl ] [ -N squeries ] [ -p port ] [ -t tos ] [ -l flow_label ] [ -w MAX,HERE,NEAR ] [ -q nqueries ] [ -s src_addr ] [ -z sendwait ] [ --fwmark=num ] host [ packetlen ]
`;
/** The options that are simulated. */
const HELP = `${USAGE}Options:
  -4                          Use IPv4
  -F  --dont-fragment         Do not fragment packets
  -f first_ttl  --first=first_ttl
                              Start from the first_ttl hop (instead from 1)
  -I  --icmp                  Use ICMP ECHO for tracerouting
  -T  --tcp                   Use TCP SYN for tracerouting (default port is 80)
  -i device  --interface=device
                              Specify a network interface to operate with
  -m max_ttl  --max-hops=max_ttl
                              Set the max number of hops (max TTL to be
                              reached). Default is 30
  -N squeries  --sim-queries=squeries
                              Set the number of probes to be tried
                              simultaneously (default is 16)
  -n                          Do not resolve IP addresses to their domain names
  -p port  --port=port        Set the destination port to use
  -q nqueries  --queries=nqueries
                              Set the number of probes per each hop. Default is
                              3
  -s src_addr  --source=src_addr
                              Use source src_addr for outgoing packets
  -w MAX,HERE,NEAR  --wait=MAX,HERE,NEAR
                              Wait for a probe no more than HERE (default 3)
                              times longer than a response from the same hop,
                              or no more than NEAR (default 10) times than some
                              next hop, or MAX (default 5.0) seconds (float
                              point values allowed too)
  -z sendwait  --sendwait=sendwait
                              Minimal time interval between probes (default 0)
  -U  --udp                   Use UDP to particular port for tracerouting
                              (instead of increasing the port per each probe),
                              default port is 53
  --mtu                       Discover MTU along the path being traced. Implies
                              \`-F -N 1'
  --back                      Guess the number of hops in the backward path and
                              print if it differs
  -V  --version               Print version info and exit
  --help                      Read this help and exit

Arguments:
+     host          The host to traceroute to
      packetlen     The full packet length (default is the length of an IP
                    header plus 40). Can be ignored or increased to a minimal
                    allowed value
`;

function answerHelp(sys: Sys): false {
  write(sys, 1, HELP);
  exit(sys, 0);
  return false;
}

/** Reads the command line; null: refused or answered, and the process has ended. */
export function parseTraceroute(sys: Sys, args: readonly string[]): TraceOptions | null {
  const o: TraceOptions = {
    method: "udp",
    device: null,
    source: null,
    firstHop: 1,
    maxHops: 30,
    queries: 3,
    atOnce: 16,
    numeric: false,
    port: null,
    tos: 0,
    dontFragment: false,
    discoverMtu: false,
    backward: false,
    asPath: false,
    wait_s: 5,
    hereFactor: 3,
    nearFactor: 10,
    send_s: 0,
    length: 0,
    target: "",
  };
  if (args.length === 0) return answerHelp(sys) || null;
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (!/^-./.test(arg)) {
      operands.push(arg);
      continue;
    }
    const long = /^--([a-z-]+)(?:=(.*))?$/.exec(arg);
    const letters = long ? (LONG[long[1] as string] ?? "?") : arg.slice(1);
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i] as string;
      if (!FLAGS.includes(letter) && !VALUED.includes(letter)) return badOption(sys, arg, at + 1);
      const valued = VALUED.includes(letter);
      const value = !valued ? "" : long ? (long[2] ?? args[++at]) : letters.slice(i + 1) || args[++at];
      if (value === undefined) {
        return refuse(sys, `Option \`-${letter}' (argc ${at}) requires an argument: \`-${letter} ${letter}'\n`);
      }
      if (!setOption(sys, o, letter, value)) return null;
      if (valued) break;
    }
  }
  const [target, length] = operands;
  if (target === undefined) return refuse(sys, `${USAGE}\nSpecify "host" missing argument.\n`);
  if (length !== undefined) {
    if (!/^\d+$/.test(length))
      return refuse(sys, `Cannot handle "packetlen" cmdline arg \`${length}' on position 2 (argc ${args.length})\n`);
    o.length = Math.max(Number(length), 28);
    if (o.length > MAX_LENGTH) return refuse(sys, `too big packetlen ${length} specified\n`);
  }
  if (!o.discoverMtu) return { ...o, target, length: o.length || DEFAULT_LENGTH };
  return { ...o, target, length: o.length || MAX_LENGTH, dontFragment: true, atOnce: 1 };
}

function refuse(sys: Sys, text: string): null {
  fail(sys, text, 2);
  return null;
}

function badOption(sys: Sys, arg: string, position: number): null {
  return refuse(sys, `Bad option \`${arg}' (argc ${position})\n`);
}

/** False: refused or answered. */
function setOption(sys: Sys, o: TraceOptions, letter: string, value: string): boolean {
  const number = (min: number, max: number, what: string): number | null => {
    const n = Number(value);
    if (/^\d+(\.\d+)?$/.test(value) && n >= min && n <= max) return n;
    refuse(sys, `${what}\n`);
    return null;
  };
  const set = (n: number | null, use: (n: number) => void): boolean => {
    if (n !== null) use(n);
    return n !== null;
  };
  switch (letter) {
    case "V":
      write(
        sys,
        1,
        "Modern traceroute for Linux, version 2.1.2\nCopyright (c) 2016  Dmitry Butskoy,   License: GPL v2 or any later\n",
      );
      exit(sys, 0);
      return false;
    case "h":
      return answerHelp(sys);
    case "f":
      return set(number(1, 255, "first hop out of range"), (n) => (o.firstHop = n));
    case "m":
      return set(number(1, 255, "max hops cannot be more than 255"), (n) => (o.maxHops = n));
    case "q":
      return set(number(1, 10, "no more than 10 probes per hop"), (n) => (o.queries = n));
    case "N":
      return set(number(1, 1000, "sim hops out of range"), (n) => (o.atOnce = n));
    case "p":
      return set(number(0, 65_535, "bad port"), (n) => (o.port = n));
    case "t":
      return set(number(0, 255, "bad tos"), (n) => (o.tos = n));
    case "z":
      return set(number(0, 3600, "bad sendtime"), (n) => (o.send_s = n >= 10 ? n / 1000 : n));
    case "w":
      return setWait(sys, o, value);
    default:
      setFlag(o, letter, value);
      return true;
  }
}

function setWait(sys: Sys, o: TraceOptions, value: string): boolean {
  const [max, here, near] = value.split(",").map(Number);
  if (max === undefined || Number.isNaN(max) || max < 0)
    return refuse(sys, `bad wait seconds \`${value}' specified\n`) !== null;
  o.wait_s = max;
  if (here !== undefined && !Number.isNaN(here)) o.hereFactor = here;
  if (near !== undefined && !Number.isNaN(near)) o.nearFactor = near;
  return true;
}

function setFlag(o: TraceOptions, letter: string, value: string): void {
  if (letter === "I") o.method = "icmp";
  else if (letter === "T") o.method = "tcp";
  else if (letter === "U") o.method = "udp-const";
  else if (letter === "n") o.numeric = true;
  else if (letter === "F") o.dontFragment = true;
  else if (letter === "M") o.discoverMtu = true;
  else if (letter === "B") o.backward = true;
  else if (letter === "A") o.asPath = true;
  else if (letter === "i") o.device = value;
  else if (letter === "s") o.source = value;
}
