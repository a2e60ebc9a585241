/** What ss shows: states, and the expression behind them (misc/ssfilter.y). Left out: fwmark, cgroup, autobound, host names. */
import { inetAton, maskOf } from "../../wire/address.ts";
import { servicePort } from "../../wire/filter/services.ts";
import type { ListedSocket } from "./socket-list.ts";

export type Test = (s: ListedSocket) => boolean;

export const ALL_STATES: readonly string[] = [
  "ESTAB",
  "SYN-SENT",
  "SYN-RECV",
  "FIN-WAIT-1",
  "FIN-WAIT-2",
  "TIME-WAIT",
  "UNCONN",
  "CLOSE-WAIT",
  "LAST-ACK",
  "LISTEN",
  "CLOSING",
];

const without = (...names: string[]): string[] => ALL_STATES.filter((s) => !names.includes(s));

/** SS_CONN: what is shown when nothing is said. */
export const CONNECTED = without("LISTEN", "UNCONN", "TIME-WAIT", "SYN-RECV");

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  all: ALL_STATES,
  connected: without("UNCONN", "LISTEN"),
  synchronized: without("UNCONN", "LISTEN", "SYN-SENT"),
  bucket: ["SYN-RECV", "TIME-WAIT"],
  big: without("SYN-RECV", "TIME-WAIT"),
  established: ["ESTAB"],
  listening: ["LISTEN"],
  listen: ["LISTEN"],
  unconnected: ["UNCONN"],
  close: ["UNCONN"],
  closed: ["UNCONN"],
  "syn-rcv": ["SYN-RECV"],
};

/** The states of a word behind `state` or `exclude`; null: there are none. */
export function statesOf(word: string): readonly string[] | null {
  const name = word.toLowerCase();
  if (Object.hasOwn(GROUPS, name)) return GROUPS[name] as readonly string[];
  return ALL_STATES.includes(name.toUpperCase()) ? [name.toUpperCase()] : null;
}

/** Why an expression was not understood. */
export class FilterError {
  readonly text: string;
  readonly status: number;
  constructor(text: string, status: number) {
    this.text = text;
    this.status = status;
  }
}

const SYNTAX = new FilterError(`ss: bison bellows (while parsing filter): "syntax error!" Sorry.\n`, 255);

interface Parser {
  words: string[];
  at: number;
}

/** The test that an expression stands for; a FilterError where it is none. No words: everything passes. */
export function compileFilter(args: readonly string[]): Test | FilterError {
  const words = args.join(" ").match(/[<>=!]=|[()!|&,<>=]|[^\s()!|&,<>=]+/g) ?? [];
  const parser = { words: [...words], at: 0 };
  if (words.length === 0) return () => true;
  const test = either(parser);
  if (test instanceof FilterError) return test;
  return parser.at === words.length ? test : SYNTAX;
}

function either(p: Parser): Test | FilterError {
  let left = both(p);
  while (!(left instanceof FilterError) && /^(or|\|)$/.test(p.words[p.at] ?? "")) {
    p.at++;
    const right = both(p);
    if (right instanceof FilterError) return right;
    const first = left;
    left = (s) => first(s) || right(s);
  }
  return left;
}

function both(p: Parser): Test | FilterError {
  let left = one(p);
  while (!(left instanceof FilterError) && p.at < p.words.length && !/^(or|\||\))$/.test(p.words[p.at] as string)) {
    if (/^(and|&)$/.test(p.words[p.at] as string)) p.at++;
    const right = one(p);
    if (right instanceof FilterError) return right;
    const first = left;
    left = (s) => first(s) && right(s);
  }
  return left;
}

function one(p: Parser): Test | FilterError {
  const word = p.words[p.at++];
  if (word === undefined) return SYNTAX;
  if (word === "!" || word === "not") {
    const test = one(p);
    return test instanceof FilterError ? test : (s) => !test(s);
  }
  if (word === "(") {
    const test = either(p);
    return p.words[p.at++] === ")" ? test : SYNTAX;
  }
  if (/^[)|&,<>=]/.test(word) || word === "and" || word === "or") return SYNTAX;
  if (word === "sport" || word === "dport") return portTest(p, word === "sport");
  if (word === "src" || word === "dst") {
    const operator = operatorOf(p);
    const value = p.words[p.at++];
    if (value === undefined) return SYNTAX;
    const test = endTest(value, word === "src");
    if (test instanceof FilterError || operator === null || operator === "=") return test;
    return operator === "!=" ? (s) => !test(s) : SYNTAX;
  }
  if (word === "dev") {
    operatorOf(p);
    const name = p.words[p.at++];
    return name === undefined ? SYNTAX : (s) => s.device === name;
  }
  return endTest(word, false);
}

const OPERATORS: Readonly<Record<string, string>> = {
  "=": "=",
  "==": "=",
  eq: "=",
  "!=": "!=",
  ne: "!=",
  neq: "!=",
  ">": ">",
  gt: ">",
  "<": "<",
  lt: "<",
  ">=": ">=",
  ge: ">=",
  geq: ">=",
  "<=": "<=",
  le: "<=",
  leq: "<=",
};

function operatorOf(p: Parser): string | null {
  const word = p.words[p.at] ?? "";
  if (!Object.hasOwn(OPERATORS, word)) return null;
  p.at++;
  return OPERATORS[word] as string;
}

function portTest(p: Parser, own: boolean): Test | FilterError {
  const operator = operatorOf(p) ?? "=";
  const text = (p.words[p.at++] ?? "").replace(/^.*:/, "");
  const port = portNumber(text);
  if (port === null) return new FilterError(text === "" ? SYNTAX.text : "Error: Unknown port.\n", 255);
  return (s) => {
    const have = own ? s.localPort : s.remotePort;
    if (operator === "=") return have === port;
    if (operator === "!=") return have !== port;
    if (operator === ">") return have > port;
    if (operator === "<") return have < port;
    return operator === ">=" ? have >= port : have <= port;
  };
}

function portNumber(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : servicePort(text);
}

/** "ADDRESS", "ADDRESS/LENGTH", "ADDRESS:PORT", ":PORT". */
function endTest(text: string, own: boolean): Test | FilterError {
  const [host = "", portText] = text.split(":");
  const port = portText === undefined || portText === "" || portText === "*" ? null : portNumber(portText);
  if (portText && portText !== "*" && port === null) return SYNTAX;
  const [name = "", length] = host.split("/");
  const isAny = name === "" || name === "*";
  const address = isAny ? 0 : inetAton(name);
  const bits = length === undefined ? 32 : /^\d+$/.test(length) ? Number(length) : 33;
  if (address === null || bits > 32) {
    const said = `Error: an inet prefix is expected rather than "${host}".\nCannot parse dst/src address.\n`;
    return new FilterError(said, 1);
  }
  const mask = maskOf(bits);
  return (s) => {
    const [have, havePort] = own ? [s.socket.local, s.localPort] : [s.socket.remote, s.remotePort];
    return (isAny || ((have ^ address) & mask) === 0) && (port === null || havePort === port);
  };
}
