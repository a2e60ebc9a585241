/** DNS messages as tcpdump 4.99 prints them: print-domain.c. */
import { formatIpv4 } from "../../wire/address.ts";
import { getU16 } from "../../wire/bytes.ts";
import {
  DNS_AA,
  DNS_QR,
  DNS_RA,
  DNS_RCODE,
  DNS_RD,
  DNS_TC,
  DNS_TYPE_OPT,
  type DnsMessage,
  type DnsRecord,
  parseDns,
} from "../../wire/dns.ts";
import type { PrintContext } from "./print-tcp.ts";

const TYPES: Readonly<Record<number, string>> = {
  1: "A",
  2: "NS",
  5: "CNAME",
  6: "SOA",
  12: "PTR",
  15: "MX",
  16: "TXT",
  28: "AAAA",
  33: "SRV",
  41: "OPT",
  255: "ANY",
};
/** Option code of cookies (RFC 7873). */
const COOKIE = 10;
const RCODES = ["", " FormErr", " ServFail", " NXDomain", " NotImp", " Refused"];

function typeName(type: number): string {
  return TYPES[type] ?? `Type${type}`;
}

function dotted(name: string): string {
  return name === "" ? "." : `${name}.`;
}

/** The message of `length` bytes at `at`. */
export function printDns(c: PrintContext, b: Uint8Array, at: number, length: number): string {
  const parsed = parseDns(b, at, length);
  if (!parsed.ok) return `[|domain] (${length})`;
  const m = parsed.value;
  return `${(m.flags & DNS_QR) !== 0 ? response(c, m) : query(m)}${sections(c, m)} (${length})`;
}

/** With -vv: what stands behind the answers. */
function sections(c: PrintContext, m: DnsMessage): string {
  if (c.verbose < 2) return "";
  const list = (head: string, records: readonly DnsRecord[]) =>
    records.length === 0 ? "" : ` ${head}:${records.map((r) => record(c, r)).join(",")}`;
  return list("ns", m.authorities) + list("ar", m.additionals);
}

function question(m: DnsMessage): string {
  return m.questions.map((q) => ` ${typeName(q.type)}? ${dotted(q.name)}`).join("");
}

function query(m: DnsMessage): string {
  let text = `${m.id}${(m.flags & DNS_RD) !== 0 ? "+" : ""}`;
  if (m.answers.length > 0) text += ` [${m.answers.length}a]`;
  if (m.questions.length !== 1) text += ` [${m.questions.length}q]`;
  if (m.authorities.length > 0) text += ` [${m.authorities.length}n]`;
  if (m.additionals.length > 0) text += ` [${m.additionals.length}au]`;
  return text + question(m);
}

function response(c: PrintContext, m: DnsMessage): string {
  const flag = (bit: number, yes: string, no: string) => ((m.flags & bit) !== 0 ? yes : no);
  const code = RCODES[m.flags & DNS_RCODE] ?? ` Resp${m.flags & DNS_RCODE}`;
  let text = `${m.id}${code}${flag(DNS_AA, "*", "")}${flag(DNS_RA, "", "-")}${flag(DNS_TC, "|", "")}`;
  if (m.questions.length !== 1) text += ` [${m.questions.length}q]`;
  if (c.verbose > 1) text += ` q:${question(m)}`;
  text += ` ${m.answers.length}/${m.authorities.length}/${m.additionals.length}`;
  return text + m.answers.map((r) => record(c, r)).join(",");
}

function record(c: PrintContext, r: DnsRecord): string {
  const name = c.verbose > 0 ? ` ${dotted(r.name)}` : "";
  if (r.type === DNS_TYPE_OPT) return `${name} OPT UDPsize=${r.class}${ednsOptions(r.data)}`;
  const ttl = c.verbose > 2 ? ` [${span(r.ttl)}]` : "";
  const { data } = r;
  const value = data.kind === "address" ? formatIpv4(data.address) : data.kind === "name" ? dotted(data.name) : "";
  return `${name}${ttl} ${typeName(r.type)}${value === "" ? "" : ` ${value}`}`;
}

/** unsigned_relts_print: "1h30m" */
function span(seconds: number): string {
  if (seconds === 0) return "0s";
  let rest = seconds;
  let text = "";
  for (const [unit, length] of [
    ["w", 604_800],
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
    ["s", 1],
  ] as const) {
    const n = Math.floor(rest / length);
    if (n > 0) text += `${n}${unit}`;
    rest -= n * length;
  }
  return text;
}

/** Cookies by name, others by number, each with its octets (RFC 6891, 6.1.2). */
function ednsOptions(data: DnsRecord["data"]): string {
  if (data.kind !== "bytes" || data.bytes.length === 0) return "";
  const b = data.bytes;
  const found: string[] = [];
  for (let at = 0; at + 4 <= b.length; ) {
    const [code, length] = [getU16(b, at), getU16(b, at + 2)];
    const octets = [...b.subarray(at + 4, at + 4 + length)].map((octet) => octet.toString(16).padStart(2, "0"));
    found.push(`${code === COOKIE ? "COOKIE" : `Opt${code}`}${length === 0 ? "" : ` ${octets.join("")}`}`);
    at += 4 + length;
  }
  return ` [${found.join(",")}]`;
}
