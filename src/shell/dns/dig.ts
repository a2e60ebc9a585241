/** dig: BIND 9.18. */
import { SECOND_NS } from "../../base/time.ts";
import { formatIpv4, type Ipv4, parseIpv4 } from "../../wire/address.ts";
import {
  DNS_AA,
  DNS_AD,
  DNS_NXDOMAIN,
  DNS_QR,
  DNS_RA,
  DNS_RCODE,
  DNS_RD,
  DNS_TC,
  DNS_TYPE_A,
  DNS_TYPE_OPT,
  DNS_TYPE_PTR,
  type DnsMessage,
  type DnsRecord,
  isDnsName,
} from "../../wire/dns.ts";
import { candidatesOf, type Resolver, resolvConf } from "../names/resolver.ts";
import { exit, fail, write } from "../process.ts";
import { formatDate } from "../text/date.ts";
import type { Program, Sys } from "../types.ts";
import { DIG_HELP, DIG_USAGE } from "./dig-help.ts";
import {
  beginExchange,
  dotted,
  type Exchange,
  exchangeWake,
  type Outcome,
  RCODES,
  reverseName,
  seekingWake,
  serverAddresses,
  startSeeking,
  TYPE_NUMBERS,
  typeName,
} from "./exchange.ts";

interface Dig {
  exchange: Exchange;
  /** The one under way, and those after it. */
  lookup: Lookup;
  rest: Lookup[];
  words: string;
  /** The server was named before the name. */
  serverFirst: boolean;
  /** What stands above the first answer has been said. */
  greeted: boolean;
  /** How it will end: as the last lookup did. */
  status: number;
}

const VERSION = "DiG 9.18.49-1~deb12u1-Debian";

function start(sys: Sys, argv: string[], found: Resolver): void {
  const read = readLookups(sys, argv, found);
  if (read === null) return;
  const [lookup, ...rest] = read.lookups as [Lookup, ...Lookup[]];
  const words = argv.slice(1).join(" ");
  const exchange = ask(sys, lookup);
  const dig: Dig = { exchange, lookup, rest, words, serverFirst: read.serverFirst, greeted: false, status: 0 };
  sys.proc.locals = dig;
}

function ask(sys: Sys, { servers, name, type, limits }: Lookup, tries = limits.tries): Exchange {
  return beginExchange(sys, servers[0] as Ipv4, name, type, { ...limits, tries });
}

function refuse(sys: Sys, text: string, status: number): null {
  fail(sys, text, status);
  return null;
}

function refuseOption(sys: Sys, word: string): null {
  const hint = 'Use "dig -h" (or "dig -h | more") for complete list of options\n';
  return refuse(sys, `Invalid option: ${word}\n${DIG_USAGE}\n${hint}`, 1);
}

/** One question of the line, with the options that hold for it. */
interface Lookup {
  /** Asked one after the other, as long as nobody answers. */
  servers: readonly Ipv4[];
  /** Without its last dot; "" is the root. */
  name: string;
  /** +search: what to ask for behind it, as long as there is no such name. */
  others: string[];
  search: boolean;
  type: number;
  short: boolean;
  /** Which parts are printed. */
  show: Record<"cmd" | "comments" | "question" | "answer" | "authority" | "additional" | "stats", boolean>;
  limits: { timeout_s: number; tries: number; port: number; edns: boolean; recurse: boolean };
}

const ROOT_TYPE = TYPE_NUMBERS.NS as number;

function newLookup(sys: Sys): Lookup {
  return {
    servers: resolvConf(sys).servers,
    name: "",
    others: [],
    search: false,
    type: -1,
    short: false,
    show: { cmd: true, comments: true, question: true, answer: true, authority: true, additional: true, stats: true },
    limits: { timeout_s: 5, tries: 3, port: 53, edns: true, recurse: true },
  };
}

/**
 * The questions of a line: options and a server before the first name hold for all, behind a name for that one. Null: it has quit,
 * or has to wait for its server's address.
 */
function readLookups(sys: Sys, argv: string[], found: Resolver): { lookups: Lookup[]; serverFirst: boolean } | null {
  const shared = newLookup(sys);
  const lookups: Lookup[] = [];
  let serverFirst = false;
  const add = (name: string, type = shared.type): boolean => {
    const asked = name.replace(/\.$/, "");
    const isName = asked === "" || isDnsName(asked);
    if (!isName) fail(sys, `dig: '${name}' is not a legal name (bad label type)\n`, 10);
    lookups.push({ ...shared, name: asked, type, show: { ...shared.show }, limits: { ...shared.limits } });
    return isName;
  };
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string;
    const lookup = lookups.at(-1) ?? shared;
    const type = TYPE_NUMBERS[(word === "-t" ? (argv[++at] ?? "") : word).toUpperCase()];
    if (word.startsWith("@")) {
      const given = serverAddresses(sys, argv, found, word.slice(1));
      if (given === null) return null;
      lookup.servers = given;
      serverFirst ||= lookup === shared;
    } else if (word === "-x") {
      const address = parseIpv4(argv[++at] ?? "");
      if (address === null) return refuse(sys, `dig: Invalid IP address ${argv[at] ?? ""}\n`, 1);
      add(reverseName(address), DNS_TYPE_PTR);
    } else if (word === "-p") lookup.limits.port = Number(argv[++at]) || 53;
    else if (word === "-q") add(argv[++at] ?? "");
    else if (word.startsWith("+")) {
      const known = setOption(lookup, word.slice(1));
      if (known === "unknown") return refuseOption(sys, word);
      if (known === "unsimulated") return refuse(sys, `playground: dig ${word} is not simulated\n`, 1);
    } else if (word === "-v") return version(sys);
    else if (word === "-h") return help(sys);
    else if (type !== undefined) lookup.type = type;
    else if (word.startsWith("-") && word !== "-4" && word !== "-t") return refuseOption(sys, word);
    else if (!/^-|^IN$/i.test(word) && !add(word)) return null;
  }
  if (lookups.length === 0) add(".", shared.type < 0 ? ROOT_TYPE : shared.type);
  for (const lookup of lookups) {
    if (lookup.type < 0) lookup.type = DNS_TYPE_A;
    if (lookup.search) [lookup.name = "", ...lookup.others] = candidatesOf(sys, lookup.name);
  }
  return { lookups, serverFirst };
}

function help(sys: Sys): null {
  write(sys, 1, DIG_HELP);
  exit(sys, 0);
  return null;
}

function version(sys: Sys): null {
  write(sys, 2, `${VERSION}\n`);
  exit(sys, 0);
  return null;
}

/** Options of dig's that change nothing here, and those that are on, or off, unless they are turned. */
const EFFECTLESS =
  "badcookie besteffort crypto dns64prefix expandaaaa fail idnin idnout ignore keepopen mapped onesoa rrcomments showbadcookie showbadvers showsearch split unexpected".split(
    " ",
  );
const UNLESS_TURNED_OFF = "adflag class cl cookie ednsnegotiation ttlid".split(" ");
const UNLESS_TURNED_ON =
  "aaflag aaonly bufsize cdflag defname dnssec do domain ednsflags ednsopt expire header-only https https-get https-post http-plain http-plain-get http-plain-post identify keepalive multiline ndots nsid nssearch opcode padding qid qr raflag showallmessages subnet tcflag tcp tls trace ttlunits unknownformat vc yaml zflag".split(
    " ",
  );
const OTHERS = "all edns rdflag recurse retry search short time timeout tries".split(" ");

function setOption(lookup: Lookup, option: string): "set" | "unsimulated" | "unknown" {
  const { show, limits } = lookup;
  const on = !option.startsWith("no");
  const [given = "", value] = (on ? option : option.slice(2)).split("=");
  // A name may be cut short.
  const names = [...EFFECTLESS, ...UNLESS_TURNED_OFF, ...UNLESS_TURNED_ON, ...Object.keys(show), ...OTHERS];
  const [meant, another] = names.filter((name) => name.startsWith(given));
  const word = names.includes(given) || another !== undefined ? given : (meant ?? given);
  if (EFFECTLESS.includes(word)) return "set";
  if (UNLESS_TURNED_OFF.includes(word)) return on ? "set" : "unsimulated";
  if (UNLESS_TURNED_ON.includes(word)) return on ? "unsimulated" : "set";
  if (word === "short") lookup.short = on;
  else if (word === "search") lookup.search = on;
  else if (word === "all") for (const part of Object.keys(show)) show[part as keyof Lookup["show"]] = on;
  else if (word in show) show[word as keyof Lookup["show"]] = on;
  else if (word === "edns") limits.edns = on;
  else if (word === "recurse" || word === "rdflag") limits.recurse = on;
  else if (word === "time" || word === "timeout") limits.timeout_s = Math.max(Number(value) || 5, 1);
  else if (word === "tries") limits.tries = Math.max(Number(value) || 3, 1);
  else if (word === "retry") limits.tries = Math.max(Number(value) || 2, 0) + 1;
  else return "unknown";
  return "set";
}

/** Whether there is somebody else to ask, or something else to ask for, which is done. */
function asksOther(sys: Sys, s: Dig, outcome: NonNullable<Outcome>): boolean {
  const { lookup } = s;
  if (outcome.kind === "answer") {
    const next = (outcome.message.flags & DNS_RCODE) === DNS_NXDOMAIN ? lookup.others.shift() : undefined;
    if (next === undefined) return false;
    lookup.name = next;
    s.exchange = ask(sys, lookup);
    return true;
  }
  if (lookup.servers.length < 2) return false;
  lookup.servers = lookup.servers.slice(1);
  // The tries are used up: each other server is asked once.
  s.exchange = ask(sys, lookup, 1);
  return true;
}

/** Prints how a lookup ended, and begins the next. */
function print(sys: Sys, s: Dig, outcome: NonNullable<Outcome>): void {
  const { lookup } = s;
  if (outcome.kind !== "answer") {
    const head = lookup.short || !lookup.show.cmd ? "" : greeting(s);
    write(sys, 1, `${head};; no servers could be reached\n`);
  } else {
    const { message, size, took_ms } = outcome;
    write(sys, 1, lookup.short ? shortText(message) : longText(sys, s, message, size, took_ms));
  }
  s.greeted = true;
  s.status = outcome.kind === "answer" ? 0 : 9;
  const next = s.rest.shift();
  if (next === undefined) return exit(sys, s.status);
  s.lookup = next;
  s.exchange = ask(sys, next);
}

function greeting({ words, serverFirst, greeted }: Dig): string {
  if (greeted) return "";
  const server = serverFirst ? "; (1 server found)\n" : "";
  return `\n; <<>> ${VERSION} <<>>${words === "" ? "" : ` ${words}`}\n${server};; global options: +cmd\n`;
}

function dataText(r: DnsRecord): string {
  if (r.data.kind === "address") return formatIpv4(r.data.address);
  return r.data.kind === "name" ? dotted(r.data.name) : "";
}

function shortText(m: DnsMessage): string {
  return m.answers.map((r) => `${dataText(r)}\n`).join("");
}

/** A name with the tabs that lead to a column. */
function tabbed(name: string, column: number): string {
  return name + "\t".repeat(Math.max(1, Math.ceil((column - name.length) / 8)));
}

function recordText(r: DnsRecord): string {
  return `${tabbed(dotted(r.name), 24)}${r.ttl}\tIN\t${typeName(r.type)}\t${dataText(r)}\n`;
}

function longText(sys: Sys, s: Dig, m: DnsMessage, size: number, took_ms: number): string {
  const { exchange: x } = s;
  const { show } = s.lookup;
  let text = show.cmd ? greeting(s) : "";
  if (show.comments) text += headerText(m);
  if (show.question) {
    const heading = show.comments ? ";; QUESTION SECTION:\n" : "";
    text += `${heading}${m.questions.map((q) => `;${tabbed(dotted(q.name), 32)}IN\t${typeName(q.type)}\n`).join("")}${show.comments ? "\n" : ""}`;
  }
  const sections: [boolean, string, readonly DnsRecord[]][] = [
    [show.answer, "ANSWER", m.answers],
    [show.authority, "AUTHORITY", m.authorities],
    [show.additional, "ADDITIONAL", m.additionals.filter((r) => r.type !== DNS_TYPE_OPT)],
  ];
  for (const [wanted, title, records] of sections) {
    if (!wanted || records.length === 0) continue;
    text += `${show.comments ? `;; ${title} SECTION:\n` : ""}${records.map(recordText).join("")}${show.comments ? "\n" : ""}`;
  }
  if (!show.stats) return text;
  const when = formatDate("%a %b %d %H:%M:%S %Z %Y", sys.world.bootTime_s + sys.world.now_ns / SECOND_NS);
  const server = formatIpv4(x.server);
  return `${text};; Query time: ${took_ms} msec\n;; SERVER: ${server}#${x.port}(${server}) (UDP)\n;; WHEN: ${when}\n;; MSG SIZE  rcvd: ${size}\n\n`;
}

function headerText(m: DnsMessage): string {
  const bits: [number, string][] = [
    [DNS_QR, "qr"],
    [DNS_AA, "aa"],
    [DNS_TC, "tc"],
    [DNS_RD, "rd"],
    [DNS_RA, "ra"],
    [DNS_AD, "ad"],
  ];
  const flags = bits.filter(([bit]) => (m.flags & bit) !== 0).map(([, name]) => name);
  const status = RCODES[m.flags & DNS_RCODE] ?? `RESERVED${m.flags & DNS_RCODE}`;
  const counts = `QUERY: ${m.questions.length}, ANSWER: ${m.answers.length}, AUTHORITY: ${m.authorities.length}, ADDITIONAL: ${m.additionals.length}`;
  const opt = m.additionals.find((r) => r.type === DNS_TYPE_OPT);
  const recursion =
    (m.flags & DNS_RD) !== 0 && (m.flags & DNS_RA) === 0 ? ";; WARNING: recursion requested but not available\n" : "";
  const edns = opt ? `;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: ${opt.class}\n${edeText(opt)}` : "";
  return `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${m.id}\n;; flags: ${flags.join(" ")}; ${counts}\n${recursion}\n${edns}`;
}

/** An Extended DNS Error in OPT (RFC 8914). */
function edeText(opt: DnsRecord): string {
  const b = opt.data.kind === "bytes" ? opt.data.bytes : new Uint8Array(0);
  return b.length >= 6 && b[1] === 15 ? `; EDE: ${b[5]} (${b[5] === 14 ? "Not Ready" : "Other"})\n` : "";
}

export const dig: Program = {
  path: "/usr/bin/dig",
  about: "ask a DNS server",
  start: (sys, argv) => startSeeking(sys, argv, start),
  wake(sys, why) {
    if (seekingWake(sys, why, start)) return;
    const s = sys.proc.locals as Dig;
    const x = s.exchange;
    const told = x.failures.length;
    const outcome = exchangeWake(sys, x, why);
    const server = `${formatIpv4(x.server)}#${x.port}`;
    for (const met of x.failures.slice(told)) write(sys, 1, `;; communications error to ${server}: ${met}\n`);
    if (outcome && !asksOther(sys, s, outcome)) print(sys, s, outcome);
  },
};
