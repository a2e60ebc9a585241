/** nslookup and host: BIND 9.18. They ask for one type after the other. */
import { formatIpv4, type Ipv4, parseIpv4 } from "../../wire/address.ts";
import {
  DNS_AA,
  DNS_NOERROR,
  DNS_NXDOMAIN,
  DNS_RCODE,
  DNS_TYPE_A,
  DNS_TYPE_AAAA,
  DNS_TYPE_PTR,
  type DnsMessage,
  isDnsName,
} from "../../wire/dns.ts";
import { knownAddress } from "../names/hosts.ts";
import { type Resolver, resolvConf } from "../names/resolver.ts";
import { awaitInput, exit, fail, isTerminal, readLine, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";
import {
  beginExchange,
  dotted,
  type Exchange,
  exchangeWake,
  RCODES,
  reverseName,
  seekingWake,
  serverAddresses,
  startSeeking,
  TYPE_NUMBERS,
} from "./exchange.ts";

/** Of BIND 9.18's own usage the first lines and the options that are simulated. */
const HOST_USAGE = `Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]
            [-R number] [-m flag] [-p port] hostname [server]
       -R specifies number of retries for UDP packets
       -t specifies the query type
       -W specifies how long to wait for a reply
`;

interface Asking {
  style: "nslookup" | "host";
  name: string;
  /** Names of the search list to ask for if there is no such name. */
  others: string[];
  server: Ipv4;
  /** Types still to be asked for. */
  types: number[];
  exchange: Exchange;
  answered: boolean;
  failed: boolean;
  /** Without a name nslookup asks for one line after the other, and goes back to this; null: there is one name. */
  waiting: Waiting | null;
}

/** nslookup that waits for a line: the server that it will ask, and the types given by `set type=`. */
interface Waiting {
  server: Ipv4;
  types: number[] | null;
}

function start(sys: Sys, argv: string[], found: Resolver): void {
  const style = argv[0]?.endsWith("host") ? "host" : "nslookup";
  let types: number[] | null = null;
  const operands: string[] = [];
  const strange: string[] = [];
  const limits: Limits = { timeout_s: 5, tries: style === "host" ? 2 : 3 };
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string;
    const wanted = /^-(?:type|query|querytype|q|ty)=(.*)$/.exec(word)?.[1] ?? (word === "-t" ? argv[++at] : undefined);
    if (style === "host" && (word === "-W" || word === "-R")) {
      const number = Math.max(Number(argv[++at]) || 1, 1);
      if (word === "-W") limits.timeout_s = number;
      else limits.tries = number;
    } else if (style === "nslookup" && readLimit(limits, word)) continue;
    else if (wanted !== undefined) types = [TYPE_NUMBERS[wanted.toUpperCase()] ?? DNS_TYPE_A];
    else if (style === "nslookup" && word === "-version") return fail(sys, "nslookup 9.18.49-1~deb12u1-Debian\n", 0);
    else if (style === "nslookup" && /^-./.test(word)) strange.push(word);
    else if (!word.startsWith("-")) operands.push(word);
  }
  const [name, given] = operands;
  if (name === undefined && style === "host") return fail(sys, HOST_USAGE, 1);
  const servers = given === undefined ? resolvConf(sys).servers : serverAddresses(sys, argv, found, given);
  if (servers === null) return;
  for (const word of strange) write(sys, 1, `*** Invalid option: ${word.slice(1)}\n`);
  const server = servers[0] as Ipv4;
  if (name === undefined) return waitForName(sys, { server, types });
  if (style === "host" && given !== undefined) {
    const text = formatIpv4(server);
    write(sys, 1, `Using domain server:\nName: ${given}\nAddress: ${text}#53\nAliases: \n\n`);
  }
  ask(sys, style, name, server, types, null, limits);
}

interface Limits {
  timeout_s: number;
  tries: number;
}

/** nslookup's -timeout= and -retry=. False: neither. */
function readLimit(limits: Limits, word: string): boolean {
  const [, name, value] = /^-(timeout|retry)=(\d+)$/.exec(word) ?? [];
  if (name === "timeout") limits.timeout_s = Math.max(Number(value), 1);
  if (name === "retry") limits.tries = Math.max(Number(value), 1);
  return name !== undefined;
}

function ask(
  sys: Sys,
  style: Asking["style"],
  name: string,
  server: Ipv4,
  types: number[] | null,
  waiting: Waiting | null,
  limits: Partial<Limits> = {},
): void {
  const address = parseIpv4(name);
  const asked = address === null ? name.replace(/\.$/, "") : reverseName(address);
  if (!isDnsName(asked) || asked === "") {
    write(sys, 2, `${style}: '${name}' is not a legal name (bad label type)\n`);
    return waiting ? waitForName(sys, waiting) : exit(sys, 1);
  }
  const queue =
    address !== null
      ? [DNS_TYPE_PTR]
      : (types ?? (style === "host" ? [DNS_TYPE_A, DNS_TYPE_AAAA, 15] : [DNS_TYPE_A, DNS_TYPE_AAAA]));
  const [first = asked, ...others] = address === null && !name.endsWith(".") ? searched(sys, asked) : [];
  const exchange = beginExchange(sys, server, first, queue[0] as number, { edns: false, ...limits });
  const rest = { types: queue.slice(1), answered: false, failed: false };
  const s: Asking = { style, name: first, others, server, exchange, waiting, ...rest };
  sys.proc.locals = s;
}

/** The name with each domain of the search list, and as it is: that first if it has enough dots (dighost.c). */
function searched(sys: Sys, name: string): string[] {
  const { search, ndots } = resolvConf(sys);
  const full = search.map((domain) => `${name}.${domain}`).filter(isDnsName);
  return name.split(".").length - 1 >= ndots ? [name, ...full] : [...full, name];
}

/** Whether there is no such name but another one of the search list to ask for, which is done. */
function asksOther(sys: Sys, s: Asking, m: DnsMessage): boolean {
  if ((m.flags & DNS_RCODE) !== DNS_NXDOMAIN) return false;
  const next = s.others.shift();
  if (next === undefined) return false;
  s.name = next;
  s.exchange = beginExchange(sys, s.server, next, m.questions[0]?.type ?? DNS_TYPE_A, { edns: false });
  return true;
}

/** The prompt of nslookup, which only somebody at a terminal sees. */
function waitForName(sys: Sys, waiting: Waiting): void {
  if (isTerminal(sys, 0)) write(sys, 1, "> ");
  sys.proc.locals = waiting;
  awaitInput(sys);
}

/** One line of nslookup's own little language: a name, server, set type=, exit. */
function takeLine(sys: Sys, waiting: Waiting): void {
  const line = readLine(sys);
  if (line === undefined) return awaitInput(sys);
  const [word, value] = (line ?? "exit").trim().split(/\s+/);
  if (word === "exit") {
    if (line === null && isTerminal(sys, 0)) write(sys, 1, "\n");
    return exit(sys, 0);
  }
  const type = /^(?:type|querytype|q|ty)=(\w+)$/i.exec(value ?? "")?.[1];
  if (word === "server" || word === "lserver") {
    const server = value === undefined ? waiting.server : knownAddress(sys, value);
    if (server === null) write(sys, 1, `nslookup: couldn't get address for '${value}': not found\n`);
    else write(sys, 1, `Default server: ${formatIpv4(server)}\nAddress: ${formatIpv4(server)}#53\n`);
    return waitForName(sys, { ...waiting, server: server ?? waiting.server });
  }
  if (word === "help") write(sys, 1, "The 'help' command is not yet implemented.\n");
  if (word === "set" && type !== undefined) {
    return waitForName(sys, { ...waiting, types: [TYPE_NUMBERS[type.toUpperCase()] ?? DNS_TYPE_A] });
  }
  if (word === "" || word === undefined || word === "help" || word === "set") return waitForName(sys, waiting);
  const server = value === undefined ? waiting.server : (knownAddress(sys, value) ?? waiting.server);
  ask(sys, "nslookup", word, server, waiting.types, waiting);
}

function proceed(sys: Sys, s: Asking): void {
  const next = s.types.shift();
  if (next === undefined || sys.proc.exit !== null) {
    if (s.waiting) return waitForName(sys, s.waiting);
    if (s.style === "nslookup") write(sys, 1, "\n");
    return exit(sys, s.failed ? 1 : 0);
  }
  s.exchange = beginExchange(sys, s.server, s.name, next, { edns: false });
}

function take(sys: Sys, s: Asking, m: DnsMessage): void {
  const rcode = m.flags & DNS_RCODE;
  const server = formatIpv4(s.server);
  const isReverse = m.questions[0]?.type === DNS_TYPE_PTR;
  // Of an address's name nslookup tells only that.
  if (s.style === "nslookup" && !s.answered && !isReverse) {
    write(sys, 1, `Server:\t\t${server}\nAddress:\t${server}#${s.exchange.port}\n\n`);
  }
  const first = !s.answered;
  s.answered = true;
  if (rcode !== DNS_NOERROR) {
    s.failed = true;
    const code = RCODES[rcode] ?? String(rcode);
    write(
      sys,
      1,
      s.style === "host"
        ? `Host ${s.name} not found: ${rcode}(${code})\n`
        : `** server can't find ${s.name}: ${code}\n`,
    );
    // A first answer that fails ends it; a later one is only told.
    if (first) s.types = [];
    return;
  }
  const known = (m.flags & DNS_AA) !== 0 || m.answers.length === 0;
  if (s.style === "nslookup" && first && !known && !isReverse) write(sys, 1, "Non-authoritative answer:\n");
  write(sys, 1, m.answers.map((r) => answerText(s, r.name, r.type, r.data)).join(""));
  if (s.style === "nslookup" && isReverse && !known) write(sys, 1, "\nAuthoritative answers can be found from:\n");
}

type Data = DnsMessage["answers"][number]["data"];

function answerText(s: Asking, name: string, type: number, data: Data): string {
  if (data.kind === "address") {
    return s.style === "host"
      ? `${name} has address ${formatIpv4(data.address)}\n`
      : `Name:\t${name}\nAddress: ${formatIpv4(data.address)}\n`;
  }
  if (data.kind !== "name") return "";
  if (type === DNS_TYPE_PTR)
    return s.style === "host"
      ? `${name} domain name pointer ${dotted(data.name)}\n`
      : `${name}\tname = ${dotted(data.name)}\n`;
  return s.style === "host"
    ? `${name} is an alias for ${dotted(data.name)}\n`
    : `${name}\tcanonical name = ${dotted(data.name)}\n`;
}

function asker(path: string): Program {
  return {
    path,
    about: "ask a DNS server for a name",
    start: (sys, argv) => startSeeking(sys, argv, start),
    wake(sys, why) {
      if (why.type === "stdin") return takeLine(sys, sys.proc.locals as Waiting);
      if (seekingWake(sys, why, start)) return;
      const s = sys.proc.locals as Asking;
      const outcome = exchangeWake(sys, s.exchange, why);
      if (!outcome) return;
      if (outcome.kind === "answer") {
        if (!s.answered && asksOther(sys, s, outcome.message)) return;
        take(sys, s, outcome.message);
        return proceed(sys, s);
      }
      const where = `${formatIpv4(s.server)}#${s.exchange.port}`;
      write(sys, 1, outcome.why.map((why) => `;; communications error to ${where}: ${why}\n`).join(""));
      write(sys, 1, `;; no servers could be reached\n${s.style === "nslookup" ? "\n" : ""}`);
      if (s.waiting) waitForName(sys, s.waiting);
      else exit(sys, 1);
    },
  };
}

export const nslookup = asker("/usr/bin/nslookup");
export const host = asker("/usr/bin/host");
