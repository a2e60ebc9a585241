/** The command line of ping: iputils 20221126. */
import { EADDRNOTAVAIL, strerror } from "../../kernel/errno.ts";
import { inetAton } from "../../wire/address.ts";
import { failureText } from "../names/resolver.ts";
import { exit, fail, write } from "../process.ts";
import type { Sys } from "../types.ts";

export interface PingOptions {
  adaptive: boolean;
  broadcast: boolean;
  count: number;
  timestamps: boolean;
  flood: boolean;
  identifier: number | null;
  /** -I: device, or source address. */
  interface: string | null;
  interval_ms: number;
  /** -m, which takes a privilege. */
  mark: number | null;
  preload: number;
  pmtuDisc: "do" | "dont" | "want" | null;
  numeric: boolean;
  outstanding: boolean;
  quiet: boolean;
  tos: number;
  size: number;
  ttl: number | null;
  verbose: boolean;
  /** -w, seconds; 0 for none. */
  deadline_s: number;
  /** -W: how long to wait for replies after the last probe. */
  linger_ms: number;
  audible: boolean;
  /** -p: what the payload is filled with, in hex; null for the usual. */
  pattern: string | null;
  /** -R */
  recordRoute: boolean;
  /** -r: only to whom a link leads. */
  dontRoute: boolean;
  /** -B: the source stays what it was at first, and is told. */
  sticky: boolean;
  /** -4, -6 */
  four: boolean;
  six: boolean;
  target: string;
}

const USAGE = `
Usage
  ping [options] <destination>

Options:
  <destination>      dns name or ip address
  -a                 use audible ping
  -A                 use adaptive ping
  -B                 sticky source address
  -c <count>         stop after <count> replies
  -C                 call connect() syscall on socket creation
  -D                 print timestamps
  -d                 use SO_DEBUG socket option
  -e <identifier>    define identifier for ping session, default is random for
                     SOCK_RAW and kernel defined for SOCK_DGRAM
                     Imply using SOCK_RAW (for IPv4 only for identifier 0)
  -f                 flood ping
  -h                 print help and exit
  -I <interface>     either interface name or address
  -i <interval>      seconds between sending each packet
  -L                 suppress loopback of multicast packets
  -l <preload>       send <preload> number of packages while waiting replies
  -m <mark>          tag the packets going out
  -M <pmtud opt>     define mtu discovery, can be one of <do|dont|want>
  -n                 no dns name resolution
  -O                 report outstanding replies
  -p <pattern>       contents of padding byte
  -q                 quiet output
  -Q <tclass>        use quality of service <tclass> bits
  -s <size>          use <size> as number of data bytes to be sent
  -S <size>          use <size> as SO_SNDBUF socket option value
  -t <ttl>           define time to live
  -U                 print user-to-user latency
  -v                 verbose output
  -V                 print version and exit
  -w <deadline>      reply wait <deadline> in seconds
  -W <timeout>       time to wait for response

IPv4 options:
  -4                 use IPv4
  -b                 allow pinging broadcast
  -R                 record route
  -T <timestamp>     define timestamp, can be one of <tsonly|tsandaddr|tsprespec>

IPv6 options:
  -6                 use IPv6
  -F <flowlabel>     define flow label, default is random
  -N <nodeinfo opt>  use icmp6 node info query, try <help> as argument

For more details see ping(8).
`;

const FLAGS = "46aAbBCDdfhLnOqRrUvV";
const VALUED = "ceFiIlmMNpQsStTwW";
const LONG_MAX = 9223372036854775807n;

/** Letters and values in order, operands apart; null after refusing. */
function split(sys: Sys, args: readonly string[]): { options: [string, string][]; operands: string[] } | null {
  const options: [string, string][] = [];
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === "--") {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (arg === "-" || !arg.startsWith("-")) {
      operands.push(arg);
      continue;
    }
    for (let i = 1; i < arg.length; i++) {
      const letter = arg[i] as string;
      if (VALUED.includes(letter)) {
        const value = arg.slice(i + 1) || args[++at];
        if (value === undefined) return refuseUsage(sys, `ping: option requires an argument -- '${letter}'\n`);
        options.push([letter, value]);
        break;
      }
      if (!FLAGS.includes(letter)) return refuseUsage(sys, `ping: invalid option -- '${letter}'\n`);
      options.push([letter, ""]);
    }
  }
  return { options, operands };
}

function refuseUsage(sys: Sys, text: string): null {
  fail(sys, text + USAGE, 2);
  return null;
}

class Refusal extends Error {
  readonly status: number;
  constructor(text: string, status: number) {
    super(text);
    this.status = status;
  }
}

/** strtol_or_err. */
function whole(text: string, min: number, max: number | bigint): number {
  if (!/^\s*[-+]?\d+$/.test(text)) throw new Refusal(`invalid argument: '${text}'`, 1);
  const value = BigInt(text.trim());
  if (value < BigInt(min) || value > BigInt(max)) {
    throw new Refusal(`invalid argument: '${text}': out of range: ${min} <= value <= ${max}`, 1);
  }
  return Number(value);
}

/** Up to 16 bytes in hex (fill). */
function patternOf(sys: Sys, text: string): string {
  if (!/^[0-9a-fA-F]*$/.test(text)) throw new Refusal(`patterns must be specified as hex digits: ${text}`, 2);
  const bytes = (text.match(/..?/g) ?? []).slice(0, 16).map((byte) => byte.toLowerCase().padStart(2, "0"));
  write(sys, 1, `PATTERN: 0x${bytes.join("")}\n`);
  return bytes.join("");
}

/** Seconds with a fraction, as milliseconds (ping_strtod): of what is no number the beginning counts. */
function milliseconds(sys: Sys, text: string, what: string): number {
  const number = /^[-+]?\d*\.?\d*/.exec(text)?.[0] ?? "";
  if (number !== text || !/\d/.test(number)) {
    const warning = `ping: option argument contains garbage: ${text}\nping: this will become fatal error in the future\n`;
    write(sys, 2, warning);
  }
  const value = (Number.parseFloat(number) || 0) * 1000;
  if (value > 2 ** 31 / 1000) throw new Refusal(`bad ${what}: ${text}`, 2);
  return Math.trunc(value);
}

/** -W, milliseconds. */
function lingerOf(sys: Sys, text: string): number {
  const linger_ms = milliseconds(sys, text, "linger time");
  if (linger_ms < 0) throw new Refusal(`bad linger time: ${text}`, 2);
  return linger_ms;
}

/** -Q: parse_tclass of iputils, to which "-1" is 255. */
function trafficClass(text: string): number {
  const isHex = /^0[xX][0-9a-fA-F]*$/.test(text);
  if (!isHex && !/^[-+]?\d+$/.test(text)) throw new Refusal(`bad TOS value: ${text}`, 2);
  const value = isHex ? Number.parseInt(`0${text.slice(2)}`, 16) : Number(text);
  if (value > 255) throw new Refusal(`the decimal value of TOS bits must be in range 0-255: ${value}`, 2);
  return value & 0xff;
}

/** Reads the command line; null: it has been refused, or answered, and the process has ended. */
export function parsePing(sys: Sys, args: readonly string[]): PingOptions | null {
  const words = split(sys, args);
  if (!words) return null;
  try {
    const o = defaults();
    for (const [letter, value] of words.options) {
      if (!setOption(sys, o, letter, value)) return null;
    }
    const target = words.operands.at(-1);
    if (target === undefined) throw new Refusal("usage error: Destination address required", 1);
    // A way through the others: for source routes ping has no privilege left.
    if (words.operands.length > 1) throw new Refusal("record route: Operation not permitted", 2);
    if (o.six && inetAton(target) !== null)
      throw new Refusal(`${target}: Address family for hostname not supported`, 2);
    if (o.six && target.includes(":")) throw new Refusal(`connect: ${strerror(EADDRNOTAVAIL)}`, 2);
    if (o.six) throw new Refusal(`${target}: ${failureText("nodata")}`, 2);
    return { ...o, target, interval_ms: o.flood && o.interval_ms < 0 ? 0 : o.interval_ms < 0 ? 1000 : o.interval_ms };
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    fail(sys, `ping: ${fault.message}\n`, fault.status);
    return null;
  }
}

function defaults(): PingOptions {
  return {
    adaptive: false,
    broadcast: false,
    count: 0,
    timestamps: false,
    flood: false,
    identifier: null,
    interface: null,
    interval_ms: -1,
    mark: null,
    preload: 1,
    pmtuDisc: null,
    numeric: false,
    outstanding: false,
    quiet: false,
    tos: 0,
    size: 56,
    ttl: null,
    verbose: false,
    deadline_s: 0,
    linger_ms: 10_000,
    audible: false,
    pattern: null,
    recordRoute: false,
    dontRoute: false,
    sticky: false,
    four: false,
    six: false,
    target: "",
  };
}

/** False: the option ends ping (-h, -V). */
function setOption(sys: Sys, o: PingOptions, letter: string, value: string): boolean {
  switch (letter) {
    case "h":
      refuseUsage(sys, "");
      return false;
    case "V":
      write(sys, 1, "ping from iputils 20221126\n");
      write(sys, 1, "libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes\n");
      exit(sys, 0);
      return false;
    case "c":
      o.count = whole(value, 1, LONG_MAX);
      break;
    case "e":
      o.identifier = whole(value, 0, 65_535);
      break;
    case "I":
      o.interface = value;
      break;
    case "i":
      o.interval_ms = milliseconds(sys, value, "timing interval");
      break;
    case "l":
      o.preload = whole(value, 1, 65_536);
      break;
    case "M":
      if (value !== "do" && value !== "dont" && value !== "want") throw new Refusal(`invalid -M argument: ${value}`, 2);
      o.pmtuDisc = value;
      break;
    case "m":
      o.mark = whole(value, 0, 4_294_967_295);
      break;
    case "p":
      o.pattern = patternOf(sys, value);
      break;
    case "T":
      if (!/^(tsonly|tsandaddr|tsprespec)/.test(value)) throw new Refusal(`invalid timestamp type: ${value}`, 2);
      fail(sys, "playground: ping -T is not simulated\n", 1);
      return false;
    case "Q":
      o.tos = trafficClass(value);
      break;
    case "S":
      whole(value, 1, 2_147_483_647);
      break;
    case "s":
      o.size = whole(value, 0, 2_147_483_647);
      break;
    case "t":
      o.ttl = whole(value, 0, 255);
      break;
    case "w":
      o.deadline_s = whole(value, 0, 2_147_483_647);
      break;
    case "W":
      o.linger_ms = Math.max(lingerOf(sys, value), 1);
      break;
    default:
      setFlag(o, letter);
  }
  return true;
}

function setFlag(o: PingOptions, letter: string): void {
  if (letter === "4") o.four = true;
  else if (letter === "6") o.six = true;
  else if (letter === "a") o.audible = true;
  else if (letter === "A") o.adaptive = true;
  else if (letter === "B") o.sticky = true;
  else if (letter === "b") o.broadcast = true;
  else if (letter === "D") o.timestamps = true;
  else if (letter === "f") o.flood = true;
  else if (letter === "n") o.numeric = true;
  else if (letter === "O") o.outstanding = true;
  else if (letter === "q") o.quiet = true;
  else if (letter === "R") o.recordRoute = true;
  else if (letter === "r") o.dontRoute = true;
  else if (letter === "v") o.verbose = true;
}
