/** The line of `conntrack` 1.4.7: which operation, on which connections, shown how. Its getopt takes protocol's options after -p only. */
import { parseIpv4 } from "../../../wire/address.ts";
import { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from "../../../wire/ipv4.ts";
import type { Sys } from "../../types.ts";
import { PROTOCOLS } from "../iptables/words.ts";
import { quit } from "../quit.ts";

export const VERSION = "conntrack v1.4.7 (conntrack-tools)";

export interface Network {
  address: number;
  mask: number;
}

/** What a connection must be like; null: anything will do. */
export interface Wanted {
  protocol: number | null;
  source: Network | null;
  destination: Network | null;
  replySource: Network | null;
  replyDestination: Network | null;
  sourcePort: number | null;
  destinationPort: number | null;
  replySourcePort: number | null;
  replyDestinationPort: number | null;
  icmpType: number | null;
  icmpCode: number | null;
  icmpId: number | null;
  state: string | null;
  status: string[];
  mark: { value: number; mask: number } | null;
  nat: "src" | "dst" | "any" | null;
  natAddress: number | null;
}

export interface Line {
  operation: string;
  table: string;
  wanted: Wanted;
  output: string[];
  events: string[];
  family: string;
}

const COMMANDS: Readonly<Record<string, string>> = {
  L: "list",
  G: "get",
  D: "delete",
  I: "create",
  U: "update",
  E: "events",
  F: "flush",
  C: "count",
  S: "stats",
  V: "version",
  h: "help",
};

const LONG: Readonly<Record<string, string>> = {
  dump: "L",
  get: "G",
  delete: "D",
  create: "I",
  update: "U",
  event: "E",
  flush: "F",
  count: "C",
  stats: "S",
  version: "V",
  help: "h",
  src: "s",
  "orig-src": "s",
  dst: "d",
  "orig-dst": "d",
  "reply-src": "r",
  "reply-dst": "q",
  proto: "p",
  protonum: "p",
  timeout: "t",
  status: "u",
  zero: "z",
  "event-mask": "e",
  output: "o",
  family: "f",
  "src-nat": "n",
  "dst-nat": "g",
  "any-nat": "j",
  mark: "m",
  zone: "w",
  "buffer-size": "b",
};

const PORT_OPTIONS: Readonly<Record<string, keyof Wanted>> = {
  "--sport": "sourcePort",
  "--orig-port-src": "sourcePort",
  "--dport": "destinationPort",
  "--orig-port-dst": "destinationPort",
  "--reply-port-src": "replySourcePort",
  "--reply-port-dst": "replyDestinationPort",
};
const ICMP_OPTIONS: Readonly<Record<string, keyof Wanted>> = {
  "--icmp-type": "icmpType",
  "--icmp-code": "icmpCode",
  "--icmp-id": "icmpId",
};

export function complain(sys: Sys, text: string): never {
  return quit(sys, `${VERSION}: ${text}\nTry \`conntrack -h' or 'conntrack --help' for more information.\n`, 2);
}

function emptyWanted(): Wanted {
  return {
    protocol: null,
    source: null,
    destination: null,
    replySource: null,
    replyDestination: null,
    sourcePort: null,
    destinationPort: null,
    replySourcePort: null,
    replyDestinationPort: null,
    icmpType: null,
    icmpCode: null,
    icmpId: null,
    state: null,
    status: [],
    mark: null,
    nat: null,
    natAddress: null,
  };
}

export function readLine(sys: Sys, given: readonly string[]): Line {
  const line: Line = {
    operation: given.length === 0 ? "help" : "",
    table: "conntrack",
    wanted: emptyWanted(),
    output: [],
    events: [],
    family: "ipv4",
  };
  const words = given.flatMap(spread);
  const seen: string[] = [];
  let zero = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const next = words[at + 1];
    const letter = word.startsWith("--") ? LONG[word.slice(2)] : /^-[A-Za-z]$/.test(word) ? word.slice(1) : undefined;
    const optional = next !== undefined && !next.startsWith("-");
    if (!word.startsWith("-")) complain(sys, "unknown argument(s)");
    if (letter !== undefined && COMMANDS[letter] !== undefined) {
      if (line.operation !== "") complain(sys, "Invalid commands combination");
      line.operation = COMMANDS[letter];
      if (optional && !"SVh".includes(letter)) line.table = tableNamed(sys, words[++at] as string);
    } else if (letter === "z") zero = true;
    else if (letter !== undefined && "ngj".includes(letter)) {
      line.wanted.nat = { n: "src", g: "dst", j: "any" }[letter as "n" | "g" | "j"] as "src" | "dst" | "any";
      if (optional) line.wanted.natAddress = network(sys, words[++at] as string).address;
    } else {
      const takes = letter === undefined ? protocolOption(line.wanted, word) : "sdrqptueofmwb".includes(letter);
      if (!takes) complain(sys, `unknown option \`${word}'`);
      if (next === undefined) complain(sys, `option \`${word}' requires an argument`);
      seen.push(letter ?? word);
      readValue(sys, line, letter ?? word, next);
      at++;
    }
  }
  if (line.operation === "") complain(sys, "You need to supply exactly one command");
  if (["get", "create"].includes(line.operation) && !seen.includes("p"))
    complain(sys, "You need to supply the `--protonum' option for this command");
  if (["flush", "count", "stats"].includes(line.operation) && seen.includes("p"))
    complain(sys, "Illegal option `--protonum' with this command");
  if (line.operation !== "events" && seen.includes("e"))
    complain(sys, "Illegal option `--event-mask' with this command");
  if (zero && seen.some((option) => option !== "o")) complain(sys, "Can't use -z with filtering parameters");
  return line;
}

/** "-Lp" is "-L -p". */
function spread(word: string): string[] {
  return /^-[A-Za-z]{2,}$/.test(word)
    ? word
        .slice(1)
        .split("")
        .map((letter) => `-${letter}`)
    : [word];
}

function tableNamed(sys: Sys, word: string): string {
  const found = ["conntrack", "expect", "dying", "unconfirmed"].find((name) => name.startsWith(word));
  return found ?? complain(sys, `unknown type \`${word}'`);
}

function protocolOption({ protocol }: Wanted, word: string): boolean {
  if (protocol === IPPROTO_ICMP) return word in ICMP_OPTIONS;
  if (protocol === IPPROTO_TCP && word === "--state") return true;
  return (protocol === IPPROTO_TCP || protocol === IPPROTO_UDP) && word in PORT_OPTIONS;
}

function network(sys: Sys, text: string): Network {
  const [host = "", tail = "32"] = text.split("/");
  const address = parseIpv4(host);
  const mask = /^\d+$/.test(tail)
    ? Number(tail) === 0
      ? 0
      : (0xffff_ffff << (32 - Number(tail))) >>> 0
    : parseIpv4(tail);
  if (address === null || mask === null) return complain(sys, `Invalid IP address \`${text}'`);
  return { address, mask };
}

const TCP_STATES =
  "NONE SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE LISTEN SYN_SENT2".split(" ");
const STATUSES = ["ASSURED", "SEEN_REPLY", "UNREPLIED", "UNSET", "FIXED_TIMEOUT", "EXPECTED", "OFFLOAD"];
const OUTPUTS = ["xml", "extended", "timestamp", "id", "ktimestamp", "labels", "userspace", "save"];
const EVENTS = ["ALL", "NEW", "UPDATES", "DESTROY"];

function parameters(sys: Sys, known: readonly string[], text: string): string[] {
  return text
    .split(",")
    .map((word) => known.find((name) => name === word) ?? complain(sys, `Bad parameter \`${word}'`));
}

function readValue(sys: Sys, line: Line, key: string, text: string): void {
  const { wanted } = line;
  const field = PORT_OPTIONS[key] ?? ICMP_OPTIONS[key];
  if (field !== undefined) {
    Object.assign(wanted, { [field]: Number.parseInt(text, 10) || 0 });
    return;
  }
  switch (key) {
    case "s":
      wanted.source = network(sys, text);
      return;
    case "d":
      wanted.destination = network(sys, text);
      return;
    case "r":
      wanted.replySource = network(sys, text);
      return;
    case "q":
      wanted.replyDestination = network(sys, text);
      return;
    case "p": {
      const known = PROTOCOLS[text.toLowerCase()] ?? (/^\d+$/.test(text) ? Number(text) : undefined);
      wanted.protocol = known ?? complain(sys, `\`${text}' unsupported protocol`);
      return;
    }
    case "--state": {
      const state = text.toUpperCase();
      wanted.state = TCP_STATES.includes(state) ? state : complain(sys, `unknown TCP state \`${text}'`);
      return;
    }
    case "m": {
      const [value = "", mask] = text.split("/");
      wanted.mark = { value: Number(value) || 0, mask: mask === undefined ? 0xffff_ffff : Number(mask) || 0 };
      return;
    }
    case "u":
      wanted.status = parameters(sys, STATUSES, text);
      return;
    case "o":
      line.output = parameters(sys, OUTPUTS, text);
      return;
    case "e":
      line.events = parameters(sys, EVENTS, text);
      return;
    case "f":
      if (text !== "ipv4" && text !== "ipv6") complain(sys, `\`${text}' unsupported protocol`);
      line.family = text;
      return;
    default:
      return;
  }
}
