/** dig: BIND 9.18. */
import { SECOND_NS } from "../../base/time.ts";
import { formatIpv4, type Ipv4, parseIpv4 } from "../../wire/address.ts";
import {
  DNS_AA,
  DNS_AD,
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
import { knownAddress } from "../names/hosts.ts";
import { resolvConf } from "../names/resolver.ts";
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
  TYPE_NUMBERS,
  typeName,
} from "./exchange.ts";

interface Dig {
  exchange: Exchange;
  short: boolean;
  /** Which parts are printed. */
  show: Record<"cmd" | "comments" | "question" | "answer" | "authority" | "additional" | "stats", boolean>;
  words: string;
  /** The server was named before the name. */
  serverFirst: boolean;
}

const VERSION = "DiG 9.18.49-1~deb12u1-Debian";

function start(sys: Sys, argv: string[]): void {
  const s: Omit<Dig, "exchange"> = {
    short: false,
    show: { cmd: true, comments: true, question: true, answer: true, authority: true, additional: true, stats: true },
    words: argv.slice(1).join(" "),
    serverFirst: false,
  };
  const conf = resolvConf(sys);
  let server: Ipv4 = conf.servers[0] as Ipv4;
  let name: string | null = null;
  let type = DNS_TYPE_A;
  const limits = { timeout_s: 5, tries: 3, port: 53, edns: true };
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word.startsWith("@")) {
      const given = knownAddress(sys, word.slice(1));
      if (given === null) return fail(sys, `dig: couldn't get address for '${word.slice(1)}': not found\n`, 10);
      server = given;
      s.serverFirst = name === null;
    } else if (word === "-x") {
      const address = parseIpv4(argv[++at] ?? "");
      if (address === null) return fail(sys, `dig: Invalid IP address ${argv[at] ?? ""}\n`, 1);
      name = reverseName(address);
      type = DNS_TYPE_PTR;
    } else if (word === "-p") limits.port = Number(argv[++at]) || 53;
    else if (word === "-t") type = TYPE_NUMBERS[(argv[++at] ?? "").toUpperCase()] ?? type;
    else if (word.startsWith("+")) setOption(s, limits, word.slice(1));
    else if (word === "-v") return version(sys);
    else if (word === "-h") return help(sys);
    else if (word.startsWith("-") && word !== "-4") return refuseOption(sys, word);
    else if (Object.hasOwn(TYPE_NUMBERS, word.toUpperCase())) type = TYPE_NUMBERS[word.toUpperCase()] as number;
    else if (word !== "-4" && word.toUpperCase() !== "IN") name = word;
  }
  const asked = (name ?? ".").replace(/\.$/, "");
  if (asked !== "" && !isDnsName(asked)) return fail(sys, `dig: '${name}' is not a legal name (bad label type)\n`, 10);
  const exchange = beginExchange(sys, server, asked, name === null ? 2 : type, limits);
  const dig: Dig = { ...s, exchange };
  sys.proc.locals = dig;
}

function refuseOption(sys: Sys, word: string): void {
  const hint = 'Use "dig -h" (or "dig -h | more") for complete list of options\n';
  fail(sys, `Invalid option: ${word}\n${DIG_USAGE}\n${hint}`, 1);
}

function help(sys: Sys): void {
  write(sys, 1, DIG_HELP);
  exit(sys, 0);
}

function version(sys: Sys): void {
  write(sys, 2, `${VERSION}\n`);
  exit(sys, 0);
}

function setOption(
  s: Omit<Dig, "exchange">,
  limits: { timeout_s: number; tries: number; edns: boolean },
  option: string,
): void {
  const on = !option.startsWith("no");
  const [word = "", value] = (on ? option : option.slice(2)).split("=");
  if (word === "short") s.short = on;
  else if (word === "all") for (const part of Object.keys(s.show)) s.show[part as keyof Dig["show"]] = on;
  else if (word in s.show) s.show[word as keyof Dig["show"]] = on;
  else if (word === "edns") limits.edns = on;
  else if (word === "time" || word === "timeout") limits.timeout_s = Math.max(Number(value) || 5, 1);
  else if (word === "tries") limits.tries = Math.max(Number(value) || 3, 1);
  else if (word === "retry") limits.tries = Math.max(Number(value) || 2, 0) + 1;
}

function print(sys: Sys, s: Dig, outcome: NonNullable<Outcome>): void {
  const { exchange: x } = s;
  const server = `${formatIpv4(x.server)}#${x.port}`;
  if (outcome.kind !== "answer") {
    const head = s.short || !s.show.cmd ? "" : greeting(s);
    const lines = outcome.why.map((why) => `;; communications error to ${server}: ${why}\n`).join("");
    write(sys, 1, `${lines}${head};; no servers could be reached\n\n`);
    return exit(sys, 9);
  }
  write(
    sys,
    1,
    s.short ? shortText(outcome.message) : longText(sys, s, outcome.message, outcome.size, outcome.took_ms),
  );
  exit(sys, 0);
}

function greeting({ words, serverFirst }: Dig): string {
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
  const { show, exchange: x } = s;
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
  start,
  wake(sys, why) {
    const s = sys.proc.locals as Dig;
    const outcome = exchangeWake(sys, s.exchange, why);
    if (outcome) print(sys, s, outcome);
  },
};
