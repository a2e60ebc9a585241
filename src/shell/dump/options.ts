/** The command line of tcpdump 4.99. */
import { exit, fail, write } from "../process.ts";
import type { Sys } from "../types.ts";

export interface DumpOptions {
  ascii: boolean;
  count: number;
  /** --count: only how many packets a file has. */
  countOnly: boolean;
  list: boolean;
  showLink: boolean;
  interface: string | null;
  numeric: boolean;
  promiscuous: boolean;
  quiet: boolean;
  absolute: boolean;
  snaplen: number;
  /** -t, -tt …: how often it was given. */
  time: number;
  /** --immediate-mode: packets are shown at once. */
  immediate: boolean;
  /** -l: they are, if they are shown. */
  prompt: boolean;
  /** -l, -U: each line is written at once. */
  lineBuffered: boolean;
  verbose: number;
  hex: number;
  hexAscii: number;
  direction: "in" | "out" | null;
  number: boolean;
  /** -r, -w: the files; -w may be "-", which is stdout. */
  read: string | null;
  write: string | null;
  expression: string;
}

const VERSION = "tcpdump version 4.99.3\nlibpcap version 1.10.3 (with TPACKET_V3)\nOpenSSL 3.0.19 27 Jan 2026\n";
const USAGE = `${VERSION}Usage: tcpdump [-AbdDefhHIJKlLnNOpqStuUvxX#] [ -B size ] [ -c count ] [--count]
\t\t[ -C file_size ] [ -E algo:secret ] [ -F file ] [ -G seconds ]
\t\t[ -i interface ] [ --immediate-mode ] [ -j tstamptype ]
\t\t[ -M secret ] [ --number ] [ --print ] [ -Q in|out|inout ]
\t\t[ -r file ] [ -s snaplen ] [ -T type ] [ --version ]
\t\t[ -V file ] [ -w file ] [ -W filecount ] [ -y datalinktype ]
\t\t[ --time-stamp-precision precision ] [ --micro ] [ --nano ]
\t\t[ -z postrotate-command ] [ -Z user ] [ expression ]
`;

const VALUED = "BcCEFGijmMQrsTVwWyzZ";
const FLAGS = "AbdDefhHIJKlLnNOpqStuUvxX#";
const LONG: Readonly<Record<string, string>> = {
  "--immediate-mode": "@",
  "--list-interfaces": "D",
  "--number": "#",
  "--no-promiscuous-mode": "p",
  "--absolute-tcp-sequence-numbers": "S",
  "--print": "u",
  "--nano": "u",
  "--micro": "u",
  "--count": "N#",
};

/** Reads the command line; null: it has been refused or answered, and the process has ended. */
export function parseDump(sys: Sys, args: readonly string[]): DumpOptions | null {
  const o: DumpOptions = {
    ascii: false,
    count: 0,
    countOnly: false,
    list: false,
    showLink: false,
    interface: null,
    numeric: false,
    promiscuous: true,
    quiet: false,
    absolute: false,
    snaplen: 262_144,
    time: 0,
    immediate: false,
    prompt: false,
    lineBuffered: false,
    verbose: 0,
    hex: 0,
    hexAscii: 0,
    direction: null,
    number: false,
    read: null,
    write: null,
    expression: "",
  };
  // Options may stand behind the expression, too: getopt puts them first.
  const words: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === "--") {
      words.push(...args.slice(at + 1));
      break;
    }
    if (!/^-./.test(arg)) {
      words.push(arg);
      continue;
    }
    const long =
      LONG[arg] ?? (arg.startsWith("--interface=") ? "i" : arg.startsWith("--snapshot-length=") ? "s" : null);
    if (long) {
      if (!setOption(sys, o, long, arg.slice(arg.indexOf("=") + 1))) return null;
      continue;
    }
    if (arg === "--version" || arg === "--help")
      return answer(sys, arg === "--help" ? USAGE : VERSION, arg === "--version" ? 2 : 1);
    if (arg.startsWith("--")) return refuse(sys, `tcpdump: unrecognized option '${arg}'\n${USAGE}`);
    for (let i = 1; i < arg.length; i++) {
      const letter = arg[i] as string;
      const valued = VALUED.includes(letter);
      if (!valued && !FLAGS.includes(letter)) return refuse(sys, `tcpdump: invalid option -- '${letter}'\n${USAGE}`);
      const value = valued ? arg.slice(i + 1) || args[++at] : "";
      if (value === undefined) return refuse(sys, `tcpdump: option requires an argument -- '${letter}'\n${USAGE}`);
      if (!setOption(sys, o, letter, value)) return null;
      if (valued) break;
    }
  }
  o.expression = words.join(" ");
  return o;
}

function refuse(sys: Sys, text: string): null {
  fail(sys, text, 1);
  return null;
}

function answer(sys: Sys, text: string, fd: 1 | 2): null {
  write(sys, fd, text);
  exit(sys, 0);
  return null;
}

/** False: refused or answered. */
function setOption(sys: Sys, o: DumpOptions, letter: string, value: string): boolean {
  switch (letter) {
    case "h":
      return answer(sys, USAGE, 1) !== null;
    case "c":
      if (!/^\d+$/.test(value) || Number(value) === 0)
        return refuse(sys, `tcpdump: invalid packet count ${value}\n`) !== null;
      o.count = Number(value);
      break;
    case "i":
      o.interface = value;
      break;
    case "s":
      if (!/^\d+$/.test(value))
        return refuse(sys, `tcpdump: invalid snaplen ${value} (must be >= 0 and <= 262144)\n`) !== null;
      o.snaplen = Number(value) || 262_144;
      break;
    case "Q":
      if (!/^(in|out|inout)$/.test(value))
        return refuse(sys, `tcpdump: unknown capture direction \`${value}'\n`) !== null;
      o.direction = value === "inout" ? null : (value as "in" | "out");
      break;
    case "r":
      o.read = value;
      break;
    case "w":
      o.write = value;
      break;
    case "C":
    case "d":
    case "G":
    case "W":
    case "F":
      return refuse(sys, `playground: tcpdump -${letter} is not simulated\n`) !== null;
    default:
      setFlag(o, letter);
  }
  return true;
}

function setFlag(o: DumpOptions, letter: string): void {
  if (letter === "A") o.ascii = true;
  else if (letter === "N#") o.countOnly = true;
  else if (letter === "D") o.list = true;
  else if (letter === "e") o.showLink = true;
  else if (letter === "l") o.lineBuffered = o.prompt = true;
  else if (letter === "U") o.lineBuffered = true;
  else if (letter === "n") o.numeric = true;
  else if (letter === "p") o.promiscuous = false;
  else if (letter === "q") o.quiet = true;
  else if (letter === "S") o.absolute = true;
  else if (letter === "t") o.time++;
  else if (letter === "@") o.immediate = true;
  else if (letter === "v") o.verbose++;
  else if (letter === "x") o.hex++;
  else if (letter === "X") o.hexAscii++;
  else if (letter === "#") o.number = true;
}
