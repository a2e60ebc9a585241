/**
 * The filter language of libpcap, pcap-filter(7): text to a tree. tcpdump takes it, and so does the page's list of events.
 * Left out: names of networks, `gateway`, `vlan`, `mpls`, `pppoe` and what is about WLAN or ATM.
 */

import { inetAton, parseMac } from "../address.ts";
import { SERVICES } from "./services.ts";

export type Direction = "src" | "dst" | "either" | "both";

export type Filter =
  | { t: "and" | "or"; left: Filter; right: Filter }
  | { t: "not"; of: Filter }
  /** Nothing but the protocol. */
  | { t: "protocol"; protocol: string }
  | { t: "host"; protocol: string; direction: Direction; address: number }
  | { t: "ether"; direction: Direction; mac: number }
  | { t: "net"; protocol: string; direction: Direction; address: number; mask: number }
  | { t: "port"; protocol: string; direction: Direction; low: number; high: number }
  | { t: "ip-proto"; number: number }
  | { t: "ether-proto"; number: number }
  | { t: "broadcast" | "multicast"; protocol: string }
  | { t: "bound"; out: boolean }
  | { t: "relation"; op: string; left: Arith; right: Arith };

export type Arith =
  | { a: "number"; value: number }
  | { a: "length" }
  | { a: "load"; protocol: string; at: Arith; size: number }
  | { a: "op"; op: string; left: Arith; right: Arith };

/** Qualifiers of the last primitive: a bare id takes them over. */
interface Qualifiers {
  protocol: string;
  direction: Direction;
  type: string;
}

/** What is wrong with an expression, and where. */
export type FilterFault = {
  readonly t: "fault";
  readonly why:
    | "syntax"
    | "unknown-host"
    | "unknown-mac"
    | "unknown-port"
    | "port-too-high"
    | "unknown-ether-proto"
    | "unknown-proto"
    | "unknown-net"
    | "mask-length"
    | "host-bits"
    | "load-size";
  /** The word that it is about. */
  readonly word: string;
  /** Where in the text the reader was: UTF-16 units from its start. */
  readonly at: number;
};

/** An address that a name stands for, or null. */
export type HostOf = (name: string) => number | null;

interface Reader {
  tokens: string[];
  /** Where each token begins, and the text ends. */
  starts: number[];
  hostOf: HostOf;
  at: number;
  last: Qualifiers | null;
  depth: number;
}

class Refusal extends Error {
  readonly why: FilterFault["why"];
  readonly word: string;
  constructor(why: FilterFault["why"], word: string) {
    super(why);
    this.why = why;
    this.word = word;
  }
}

const PROTOCOLS = "ether ip arp rarp ip6 tcp udp sctp icmp icmp6 igmp igrp pim vrrp ah esp vlan".split(" ");
const TYPES = ["host", "net", "port", "portrange", "proto", "protochain"];
const PROTO_NUMBERS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  icmp6: 58,
  pim: 103,
  vrrp: 112,
  sctp: 132,
};
const ETHER_TYPES: Readonly<Record<string, number>> = { ip: 0x800, arp: 0x806, rarp: 0x8035, ip6: 0x86dd };
const CONSTANTS: Readonly<Record<string, number>> = {
  icmptype: 0,
  icmpcode: 1,
  "icmp-echoreply": 0,
  "icmp-unreach": 3,
  "icmp-sourcequench": 4,
  "icmp-redirect": 5,
  "icmp-echo": 8,
  "icmp-timxceed": 11,
  "icmp-paramprob": 12,
  tcpflags: 13,
  "tcp-fin": 1,
  "tcp-syn": 2,
  "tcp-rst": 4,
  "tcp-push": 8,
  "tcp-ack": 16,
  "tcp-urg": 32,
};

const TOKEN =
  /\s*(\d+\.\d+\.\d+\.\d+|[0-9a-fA-F]{1,2}(?::[0-9a-fA-F]{1,2}){5}|0[xX][0-9a-fA-F]+|\\?[A-Za-z0-9_][A-Za-z0-9_.-]*|&&|\|\||<<|>>|[!=<>]=|[!()[\]:&|<>=+\-*/])/y;

/**
 * The filter of an expression, null for an empty one.
 * @param hostOf tells addresses of names; without it hosts are numbers only
 */
export function parseFilter(text: string, hostOf: HostOf = () => null): Filter | null | FilterFault {
  const tokens: string[] = [];
  const starts: number[] = [];
  TOKEN.lastIndex = 0;
  const trimmed = text.trimEnd();
  for (let from = 0; from < trimmed.length; from = TOKEN.lastIndex) {
    const match = TOKEN.exec(trimmed);
    if (!match) return { t: "fault", why: "syntax", word: trimmed.slice(from).trim(), at: from };
    tokens.push(match[1] as string);
    starts.push(TOKEN.lastIndex - (match[1] as string).length);
  }
  if (tokens.length === 0) return null;
  const r: Reader = { tokens, starts: [...starts, trimmed.length], hostOf, at: 0, last: null, depth: 0 };
  try {
    const filter = parseExpression(r);
    if (r.at < tokens.length) syntax(tokens[r.at]);
    return filter;
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    const near = tokens.indexOf(fault.word, Math.max(0, r.at - 1));
    const at = starts[near] ?? r.starts[Math.min(r.at, tokens.length)] ?? trimmed.length;
    return { t: "fault", why: fault.why, word: fault.word, at };
  }
}

/** What tcpdump says of a bad expression. */
export function faultText({ why, word }: FilterFault): string {
  switch (why) {
    case "syntax":
      return "can't parse filter expression: syntax error";
    case "unknown-host":
      return /^\d+(\.\d+){1,3}$/.test(word) ? `invalid IPv4 address '${word}'` : `unknown host '${word}'`;
    case "unknown-mac":
      return `unknown ether host '${word}'`;
    case "unknown-port":
      return `unknown port '${word}'`;
    case "port-too-high":
      return `illegal port number ${word} > 65535`;
    case "unknown-ether-proto":
      return `unknown ether proto '${word}'`;
    case "unknown-proto":
      return `unknown protocol: ${word}`;
    case "unknown-net":
      return `unknown network '${word}'`;
    case "mask-length":
      return "mask length must be <= 32";
    case "host-bits":
      return `non-network bits set in "${word}"`;
    case "load-size":
      return "data size must be 1, 2, or 4";
  }
}

function syntax(word = ""): never {
  throw new Refusal("syntax", word);
}

/** `and` and `or` bind alike, from left to right. */
function parseExpression(r: Reader): Filter {
  if (++r.depth > 100) syntax();
  let left = parseTerm(r);
  for (;;) {
    const token = r.tokens[r.at];
    const op = token === "and" || token === "&&" ? "and" : token === "or" || token === "||" ? "or" : null;
    if (op === null) break;
    r.at++;
    left = { t: op, left, right: parseTerm(r) };
  }
  r.depth--;
  return left;
}

function parseTerm(r: Reader): Filter {
  const token = r.tokens[r.at];
  if (token === "not" || token === "!") {
    r.at++;
    if (++r.depth > 100) syntax();
    const of = parseTerm(r);
    r.depth--;
    return { t: "not", of };
  }
  const relation = tryRelation(r);
  if (relation) return relation;
  if (token === "(") {
    r.at++;
    const inner = parseExpression(r);
    if (r.tokens[r.at++] !== ")") syntax();
    return inner;
  }
  return parsePrimitive(r);
}

function parsePrimitive(r: Reader): Filter {
  const token = r.tokens[r.at];
  if (token === undefined) syntax();
  if (token === "broadcast" || token === "multicast") {
    r.at++;
    return { t: token, protocol: "ether" };
  }
  if (token === "inbound" || token === "outbound") {
    r.at++;
    return { t: "bound", out: token === "outbound" };
  }
  if (token === "less" || token === "greater") {
    r.at += 2;
    const value = Number(r.tokens[r.at - 1]);
    if (!Number.isInteger(value)) syntax();
    return { t: "relation", op: token === "less" ? "<=" : ">=", left: { a: "length" }, right: { a: "number", value } };
  }
  const q: Qualifiers = { protocol: "", direction: "either", type: "" };
  if (PROTOCOLS.includes(token)) {
    q.protocol = token;
    r.at++;
  }
  const directed = parseDirection(r, q);
  const type = r.tokens[r.at];
  if (type !== undefined && TYPES.includes(type)) {
    q.type = type;
    r.at++;
  }
  const after = r.tokens[r.at];
  if (q.type === "" && (after === "broadcast" || after === "multicast") && !directed) {
    r.at++;
    return { t: after, protocol: q.protocol };
  }
  const bare = q.type === "" && !directed;
  const ends = after === undefined || ["and", "or", "&&", "||", ")"].includes(after);
  if (bare && q.protocol !== "" && ends) return { t: "protocol", protocol: q.protocol };
  if (bare && q.protocol === "") {
    const before = r.last;
    if (before === null && inetAton(token) === null) syntax(token);
    return parseId(r, before ?? { protocol: "", direction: "either", type: "host" });
  }
  if (q.type === "") q.type = "host";
  r.last = q;
  return parseId(r, q);
}

function parseDirection(r: Reader, q: Qualifiers): boolean {
  const word = r.tokens[r.at];
  if (word !== "src" && word !== "dst") return false;
  q.direction = word;
  const [join, other] = [r.tokens[r.at + 1], r.tokens[r.at + 2]];
  if ((join === "or" || join === "and") && (other === "src" || other === "dst") && other !== word) {
    q.direction = join === "or" ? "either" : "both";
    r.at += 3;
  } else r.at++;
  return true;
}

function parseId(r: Reader, q: Qualifiers): Filter {
  const id = r.tokens[r.at++];
  if (id === undefined || /^([^A-Za-z0-9\\]|(and|or|not)$)/.test(id)) syntax(id);
  const { protocol, direction } = q;
  switch (q.type) {
    case "port":
    case "portrange":
      return { t: "port", protocol, direction, ...parsePorts(id, q.type) };
    case "proto":
    case "protochain":
      return parseProto(id.replace(/^\\/, ""), protocol);
    case "net":
      return parseNet(r, id, q);
    default: {
      if (protocol === "ether") {
        const mac = parseMac(id);
        if (mac === null) throw new Refusal("unknown-mac", id);
        return { t: "ether", direction, mac };
      }
      const address = inetAton(id) ?? r.hostOf(id);
      if (address === null) throw new Refusal("unknown-host", id);
      if (r.tokens[r.at] === "/") return parseNet(r, id, q);
      return { t: "host", protocol, direction, address };
    }
  }
}

function parsePorts(id: string, type: string): { low: number; high: number } {
  const [from, to] = type === "portrange" ? id.split("-") : [id, id];
  const number = (text: string | undefined) => {
    const port = text !== undefined && /^\d+$/.test(text) ? Number(text) : SERVICES.find((s) => s.name === text)?.port;
    if (port === undefined) throw new Refusal("unknown-port", text ?? id);
    if (port > 65_535) throw new Refusal("port-too-high", String(port));
    return port;
  };
  const low = number(from);
  const high = number(to ?? from);
  return { low: Math.min(low, high), high: Math.max(low, high) };
}

function parseProto(id: string, protocol: string): Filter {
  if (protocol === "ether") {
    const number = ETHER_TYPES[id] ?? Number(id);
    if (Number.isNaN(number)) throw new Refusal("unknown-ether-proto", id);
    return { t: "ether-proto", number };
  }
  const number = PROTO_NUMBERS[id] ?? Number(id);
  if (Number.isNaN(number)) throw new Refusal("unknown-proto", id);
  return { t: "ip-proto", number };
}

/** A.B.C.D/LEN, A.B.C.D mask M, or A.B, of which the missing parts are the host's. */
function parseNet(r: Reader, id: string, q: Qualifiers): Filter {
  const parts = id.split(".");
  const address = inetAton([...parts, "0", "0", "0"].slice(0, 4).join("."));
  if (address === null) throw new Refusal("unknown-net", id);
  let bits = parts.length * 8;
  let mask: number | null = null;
  if (r.tokens[r.at] === "/") {
    bits = Number(r.tokens[r.at + 1]);
    r.at += 2;
    if (!(bits >= 0 && bits <= 32)) throw new Refusal("mask-length", r.tokens[r.at - 1] ?? "");
  } else if (r.tokens[r.at] === "mask") {
    mask = inetAton(r.tokens[r.at + 1] ?? "");
    r.at += 2;
    if (mask === null) syntax();
  }
  mask ??= bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
  if ((address & ~mask) >>> 0 !== 0) throw new Refusal("host-bits", `${id}/${bits}`);
  return { t: "net", protocol: q.protocol, direction: q.direction, address, mask };
}

// Relations: icmp[icmptype] == icmp-echo, tcp[tcpflags] & (tcp-syn|tcp-fin) != 0, len > 100.

/** A relation if one begins here; else null, and nothing is taken. */
function tryRelation(r: Reader): Filter | null {
  const start = r.at;
  const [first, second] = [r.tokens[start], r.tokens[start + 1]];
  const begins =
    first === "len" || second === "[" || (first !== undefined && /^(0[xX])?[0-9a-fA-F]+$/.test(first)) || first === "(";
  if (!begins) return null;
  try {
    const left = parseArith(r, 0);
    const op = r.tokens[r.at];
    if (op !== undefined && ["=", "==", "!=", "<", ">", "<=", ">="].includes(op)) {
      r.at++;
      return { t: "relation", op: op === "==" ? "=" : op, left, right: parseArith(r, 0) };
    }
  } catch (fault) {
    if (!(fault instanceof Refusal) || second === "[") throw fault;
  }
  if (second === "[") syntax();
  r.at = start;
  return null;
}

const ARITH_LEVELS = [["|"], ["&"], ["<<", ">>"], ["+", "-"], ["*", "/"]];

function parseArith(r: Reader, level: number): Arith {
  const ops = ARITH_LEVELS[level];
  if (!ops) return parseAtom(r);
  let left = parseArith(r, level + 1);
  for (let op = r.tokens[r.at]; op !== undefined && ops.includes(op); op = r.tokens[r.at]) {
    r.at++;
    left = { a: "op", op, left, right: parseArith(r, level + 1) };
  }
  return left;
}

function parseAtom(r: Reader): Arith {
  if (++r.depth > 100) syntax();
  const atom = parseAtomInner(r);
  r.depth--;
  return atom;
}

function parseAtomInner(r: Reader): Arith {
  const token = r.tokens[r.at++];
  if (token === undefined) syntax();
  if (token === "(") {
    const inner = parseArith(r, 0);
    if (r.tokens[r.at++] !== ")") syntax();
    return inner;
  }
  if (token === "len") return { a: "length" };
  if (/^(0[xX][0-9a-fA-F]+|\d+)$/.test(token)) return { a: "number", value: Number(token) };
  const constant = Object.hasOwn(CONSTANTS, token) ? CONSTANTS[token] : undefined;
  if (constant !== undefined) return { a: "number", value: constant };
  if (!PROTOCOLS.includes(token) || r.tokens[r.at++] !== "[") return syntax();
  const at = parseArith(r, 0);
  let size = 1;
  if (r.tokens[r.at] === ":") {
    size = Number(r.tokens[r.at + 1]);
    r.at += 2;
    if (![1, 2, 4].includes(size)) throw new Refusal("load-size", r.tokens[r.at - 1] ?? "");
  }
  if (r.tokens[r.at++] !== "]") syntax();
  return { a: "load", protocol: token, at, size };
}
