/** nslookup and host: BIND 9.18. They ask for one type after the other. */
import { formatIpv4, type Ipv4, parseIpv4 } from "../../wire/address.ts";
import {
  DNS_NOERROR,
  DNS_RCODE,
  DNS_TYPE_A,
  DNS_TYPE_AAAA,
  DNS_TYPE_PTR,
  type DnsMessage,
  isDnsName,
} from "../../wire/dns.ts";
import { knownAddress } from "../names/hosts.ts";
import { resolvConf } from "../names/resolver.ts";
import { exit, fail, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";
import { beginExchange, dotted, type Exchange, exchangeWake, RCODES, reverseName, TYPE_NUMBERS } from "./exchange.ts";

interface Asking {
  style: "nslookup" | "host";
  name: string;
  server: Ipv4;
  /** Types still to be asked for. */
  types: number[];
  exchange: Exchange;
  answered: boolean;
  failed: boolean;
}

function start(sys: Sys, argv: string[]): void {
  const style = argv[0]?.endsWith("host") ? "host" : "nslookup";
  let types: number[] | null = null;
  const operands: string[] = [];
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string;
    const wanted = /^-(?:type|query|querytype|q|ty)=(.*)$/.exec(word)?.[1] ?? (word === "-t" ? argv[++at] : undefined);
    if (wanted !== undefined) types = [TYPE_NUMBERS[wanted.toUpperCase()] ?? DNS_TYPE_A];
    else if (!word.startsWith("-")) operands.push(word);
  }
  const [name, given] = operands;
  if (name === undefined)
    return fail(sys, style === "host" ? "Usage: host [-aCdilrTvVw] [-c class] [-t type] name [server]\n" : "", 1);
  const server = given === undefined ? (resolvConf(sys).servers[0] as Ipv4) : knownAddress(sys, given);
  if (server === null) return fail(sys, `${style}: couldn't get address for '${given}': not found\n`, 1);
  const address = parseIpv4(name);
  const asked = address === null ? name.replace(/\.$/, "") : reverseName(address);
  if (!isDnsName(asked) || asked === "")
    return fail(sys, `${style}: '${name}' is not a legal name (bad label type)\n`, 1);
  const queue =
    address !== null
      ? [DNS_TYPE_PTR]
      : (types ?? (style === "host" ? [DNS_TYPE_A, DNS_TYPE_AAAA, 15] : [DNS_TYPE_A, DNS_TYPE_AAAA]));
  const exchange = beginExchange(sys, server, asked, queue[0] as number, { edns: false });
  const s: Asking = { style, name: asked, server, types: queue.slice(1), exchange, answered: false, failed: false };
  sys.proc.locals = s;
}

function proceed(sys: Sys, s: Asking): void {
  const next = s.types.shift();
  if (next === undefined || sys.proc.exit !== null) {
    if (s.style === "nslookup") write(sys, 1, "\n");
    return exit(sys, s.failed ? 1 : 0);
  }
  s.exchange = beginExchange(sys, s.server, s.name, next, { edns: false });
}

function take(sys: Sys, s: Asking, m: DnsMessage): void {
  const rcode = m.flags & DNS_RCODE;
  const server = formatIpv4(s.server);
  if (s.style === "nslookup" && !s.answered) {
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
  write(sys, 1, m.answers.map((r) => answerText(s, r.name, r.type, r.data)).join(""));
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
    start,
    wake(sys, why) {
      const s = sys.proc.locals as Asking;
      const outcome = exchangeWake(sys, s.exchange, why);
      if (!outcome) return;
      if (outcome.kind === "answer") {
        take(sys, s, outcome.message);
        return proceed(sys, s);
      }
      const where = `${formatIpv4(s.server)}#${s.exchange.port}`;
      const what = outcome.kind === "timeout" ? "timed out" : "connection refused";
      write(sys, 1, `;; communications error to ${where}: ${what}\n`.repeat(3));
      write(sys, 1, ";; no servers could be reached\n\n");
      exit(sys, 1);
    },
  };
}

export const nslookup = asker("/usr/bin/nslookup");
export const host = asker("/usr/bin/host");
