// DNS messages: RFC 1035; AAAA from RFC 3596, the name of OPT from RFC 6891.
// Left out: the data of record types other than A, CNAME, NS and PTR (carried as bytes), updates, and TCP's length prefix.
import { assert } from "../base/assert.ts";
import { ok, type Result } from "../base/result.ts";
import type { Ipv4 } from "./address.ts";
import { getU8, getU16, getU32, setU16 } from "./bytes.ts";
import { bad, type FieldTable, short, type WireError } from "./fields.ts";

/** Length of the header, in bytes. */
export const DNS_HLEN = 12;
export const DNS_PORT = 53;

export const DNS_TYPE_A = 1;
export const DNS_TYPE_NS = 2;
export const DNS_TYPE_CNAME = 5;
export const DNS_TYPE_SOA = 6;
export const DNS_TYPE_PTR = 12;
export const DNS_TYPE_MX = 15;
export const DNS_TYPE_TXT = 16;
export const DNS_TYPE_AAAA = 28;
export const DNS_TYPE_OPT = 41;
export const DNS_CLASS_IN = 1;

export const DNS_NOERROR = 0;
export const DNS_FORMERR = 1;
export const DNS_SERVFAIL = 2;
export const DNS_NXDOMAIN = 3;
export const DNS_NOTIMP = 4;
export const DNS_REFUSED = 5;

export const DNS = {
  id: { key: "dns.id", label: "Transaction ID", kind: "hex", offset: 0, bits: 16 },
  flags: { key: "dns.flags", label: "Flags", kind: "hex", offset: 2, bits: 16 },
  qr: { key: "dns.flags.response", label: "Response", kind: "flag", offset: 2, bits: 1, word: 16, shift: 15 },
  opcode: { key: "dns.flags.opcode", label: "Opcode", kind: "decimal", offset: 2, bits: 4, word: 16, shift: 11 },
  aa: { key: "dns.flags.authoritative", label: "Authoritative", kind: "flag", offset: 2, bits: 1, word: 16, shift: 10 },
  tc: { key: "dns.flags.truncated", label: "Truncated", kind: "flag", offset: 2, bits: 1, word: 16, shift: 9 },
  rd: { key: "dns.flags.recdesired", label: "Recursion desired", kind: "flag", offset: 2, bits: 1, word: 16, shift: 8 },
  ra: { key: "dns.flags.recavail", label: "Recursion available", kind: "flag", offset: 2, bits: 1, word: 16, shift: 7 },
  z: { key: "dns.flags.z", label: "Z", kind: "flag", offset: 2, bits: 1, word: 16, shift: 6 },
  ad: { key: "dns.flags.authenticated", label: "Authentic data", kind: "flag", offset: 2, bits: 1, word: 16, shift: 5 },
  cd: {
    key: "dns.flags.checkdisable",
    label: "Checking disabled",
    kind: "flag",
    offset: 2,
    bits: 1,
    word: 16,
    shift: 4,
  },
  rcode: { key: "dns.flags.rcode", label: "Reply code", kind: "decimal", offset: 2, bits: 4, word: 16, shift: 0 },
  qdcount: { key: "dns.count.queries", label: "Questions", kind: "decimal", offset: 4, bits: 16 },
  ancount: { key: "dns.count.answers", label: "Answer RRs", kind: "decimal", offset: 6, bits: 16 },
  nscount: { key: "dns.count.auth_rr", label: "Authority RRs", kind: "decimal", offset: 8, bits: 16 },
  arcount: { key: "dns.count.add_rr", label: "Additional RRs", kind: "decimal", offset: 10, bits: 16 },
} as const satisfies FieldTable;

/** Bits of the flags word. */
export const DNS_QR = 0x8000;
export const DNS_AA = 0x0400;
export const DNS_TC = 0x0200;
export const DNS_RD = 0x0100;
export const DNS_RA = 0x0080;
export const DNS_AD = 0x0020;
export const DNS_RCODE = 0x000f;

/** A name is its labels joined by dots, without the root's last dot; the root is "". */
export type DnsQuestion = { readonly name: string; readonly type: number; readonly class: number };

export type DnsRecord = {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** Seconds. */
  readonly ttl: number;
  readonly data: DnsData;
};

export type DnsData =
  | { readonly kind: "address"; readonly address: Ipv4 }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array };

export type DnsMessage = {
  readonly id: number;
  /** The flags word: DNS_QR, DNS_RD …, opcode and reply code. */
  readonly flags: number;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
};

/** A part of a message and where the next part begins. */
export type DnsPart<T> = { readonly value: T; readonly next: number };

/** Reads a whole message of `len` bytes at `at`; bytes behind its last record are ignored. */
export function parseDns(b: Uint8Array, at: number, len: number): Result<DnsMessage, WireError> {
  if (len < DNS_HLEN) return short(DNS_HLEN, len);
  const questions: DnsQuestion[] = [];
  let next = at + DNS_HLEN;
  for (let i = getU16(b, at + DNS.qdcount.offset); i > 0; i--) {
    const part = parseDnsQuestion(b, at, len, next);
    if (!part.ok) return part;
    questions.push(part.value.value);
    next = part.value.next;
  }
  const sections: DnsRecord[][] = [];
  for (const count of [DNS.ancount, DNS.nscount, DNS.arcount]) {
    const records: DnsRecord[] = [];
    for (let i = getU16(b, at + count.offset); i > 0; i--) {
      const part = parseDnsRecord(b, at, len, next);
      if (!part.ok) return part;
      records.push(part.value.value);
      next = part.value.next;
    }
    sections.push(records);
  }
  const [answers = [], authorities = [], additionals = []] = sections;
  const flags = getU16(b, at + DNS.flags.offset);
  return ok({ id: getU16(b, at + DNS.id.offset), flags, questions, answers, authorities, additionals });
}

/** Reads the question at `next` of the message of `len` bytes at `at`. */
export function parseDnsQuestion(
  b: Uint8Array,
  at: number,
  len: number,
  next: number,
): Result<DnsPart<DnsQuestion>, WireError> {
  const name = parseDnsName(b, at, len, next);
  if (!name.ok) return name;
  const fixed = name.value.next;
  if (fixed + 4 > at + len) return short(fixed + 4 - at, len);
  const value = { name: name.value.value, type: getU16(b, fixed), class: getU16(b, fixed + 2) };
  return ok({ value, next: fixed + 4 });
}

/** Reads the resource record at `next` of the message of `len` bytes at `at`. */
export function parseDnsRecord(
  b: Uint8Array,
  at: number,
  len: number,
  next: number,
): Result<DnsPart<DnsRecord>, WireError> {
  const name = parseDnsName(b, at, len, next);
  if (!name.ok) return name;
  const fixed = name.value.next;
  if (fixed + 10 > at + len) return short(fixed + 10 - at, len);
  const type = getU16(b, fixed);
  const rdata = fixed + 10;
  const rdlength = getU16(b, fixed + 8);
  if (rdata + rdlength > at + len) return short(rdata + rdlength - at, len);
  const data = parseDnsData(b, at, len, type, rdata, rdlength);
  if (!data.ok) return data;
  const value = {
    name: name.value.value,
    type,
    class: getU16(b, fixed + 2),
    ttl: getU32(b, fixed + 4),
    data: data.value,
  };
  return ok({ value, next: rdata + rdlength });
}

function parseDnsData(
  b: Uint8Array,
  at: number,
  len: number,
  type: number,
  rdata: number,
  rdlength: number,
): Result<DnsData, WireError> {
  if (type === DNS_TYPE_A && rdlength === 4) return ok({ kind: "address", address: getU32(b, rdata) as Ipv4 });
  if (isNameType(type)) {
    const name = parseDnsName(b, at, len, rdata);
    if (!name.ok) return name;
    if (name.value.next !== rdata + rdlength) return bad("a name does not fill its record");
    return ok({ kind: "name", name: name.value.value });
  }
  return ok({ kind: "bytes", bytes: b.slice(rdata, rdata + rdlength) });
}

function isNameType(type: number): boolean {
  return type === DNS_TYPE_CNAME || type === DNS_TYPE_NS || type === DNS_TYPE_PTR;
}

/**
 * Reads the name at `next` of the message of `len` bytes at `at`, following compression pointers, each of which must
 * lead back, so that a loop cannot be. A byte of a label outside printable ASCII, a dot or a backslash is written as
 * \DDD (RFC 1035, 5.1).
 */
export function parseDnsName(b: Uint8Array, at: number, len: number, next: number): Result<DnsPart<string>, WireError> {
  const labels: string[] = [];
  const end = at + len;
  let nameLength = 1;
  let after = -1;
  for (let i = next; ; ) {
    if (i >= end) return short(i + 1 - at, len);
    const length = getU8(b, i);
    if (length === 0) return ok({ value: labels.join("."), next: after < 0 ? i + 1 : after });
    if (length >= 0xc0) {
      if (i + 2 > end) return short(i + 2 - at, len);
      const target = at + (getU16(b, i) & 0x3fff);
      if (target >= i) return bad("a compression pointer leads forward");
      if (after < 0) after = i + 2;
      i = target;
      continue;
    }
    if (length >= 0x40) return bad("a label's type is unknown");
    if (i + 1 + length > end) return short(i + 1 + length - at, len);
    nameLength += length + 1;
    if (nameLength > 255) return bad("a name is longer than 255 bytes");
    labels.push(formatLabel(b, i + 1, length));
    i += 1 + length;
  }
}

function formatLabel(b: Uint8Array, at: number, length: number): string {
  let text = "";
  for (let i = at; i < at + length; i++) {
    const byte = getU8(b, i);
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x2e && byte !== 0x5c;
    text += plain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, "0")}`;
  }
  return text;
}

/** A question for `name` with recursion desired. */
export function dnsQuery(id: number, name: string, type: number = DNS_TYPE_A): DnsMessage {
  const questions = [{ name, type, class: DNS_CLASS_IN }];
  return { id, flags: DNS_RD, questions, answers: [], authorities: [], additionals: [] };
}

/** The answer to `query`: its id, opcode, RD bit and questions, with `rcode` and more `flags`, such as DNS_RA. */
export function dnsResponse(query: DnsMessage, rcode: number, answers: readonly DnsRecord[], flags = 0): DnsMessage {
  const kept = query.flags & (0x7800 | DNS_RD);
  const { id, questions } = query;
  return { id, flags: DNS_QR | kept | flags | rcode, questions, answers, authorities: [], additionals: [] };
}

/**
 * The message's bytes. A name that equals the first question's is written as a pointer to it, if `compress`, as most
 * servers do; dockerd's doesn't. No other compression.
 */
export function encodeDns(message: DnsMessage, compress = true): Uint8Array {
  const out: number[] = Array.from({ length: DNS_HLEN }, () => 0);
  const first = compress ? message.questions[0]?.name : undefined;
  const name = (text: string): number[] => (text !== "" && text === first ? [0xc0, DNS_HLEN] : encodeDnsName(text));
  message.questions.forEach((question, i) => {
    const encoded = i === 0 ? encodeDnsName(question.name) : name(question.name);
    out.push(...encoded, ...u16(question.type), ...u16(question.class));
  });
  for (const record of [...message.answers, ...message.authorities, ...message.additionals]) {
    const data = encodeDnsData(record.data, name);
    out.push(...name(record.name), ...u16(record.type), ...u16(record.class));
    out.push(...u16(record.ttl >>> 16), ...u16(record.ttl), ...u16(data.length), ...data);
  }
  const b = Uint8Array.from(out);
  setU16(b, DNS.id.offset, message.id);
  setU16(b, DNS.flags.offset, message.flags);
  setU16(b, DNS.qdcount.offset, message.questions.length);
  setU16(b, DNS.ancount.offset, message.answers.length);
  setU16(b, DNS.nscount.offset, message.authorities.length);
  setU16(b, DNS.arcount.offset, message.additionals.length);
  return b;
}

function encodeDnsData(data: DnsData, name: (text: string) => number[]): number[] {
  if (data.kind === "bytes") return [...data.bytes];
  if (data.kind === "name") return name(data.name);
  return [...u16(data.address >>> 16), ...u16(data.address)];
}

/** Whether `name` can be sent: labels of 1 to 63 bytes, 255 bytes in all. One last dot is allowed. */
export function isDnsName(name: string): boolean {
  const labels = dnsLabels(name);
  const total = labels.reduce((sum, label) => sum + 1 + label.length, 1);
  return total <= 255 && labels.every((label) => label.length >= 1 && label.length <= 63);
}

function encodeDnsName(name: string): number[] {
  assert(isDnsName(name), `not a DNS name: ${name}`);
  return [...dnsLabels(name).flatMap((label) => [label.length, ...label]), 0];
}

/** The labels' bytes, \DDD undone. */
function dnsLabels(name: string): number[][] {
  if (name === "" || name === ".") return [];
  const labels = name.replace(/\.$/, "").split(".");
  return labels.map((label) =>
    [...label.matchAll(/\\([0-9]{3})|(.)/gsu)].map(
      (m) => (m[1] === undefined ? (m[2] ?? "").charCodeAt(0) : Number(m[1])) & 0xff,
    ),
  );
}

function u16(value: number): [number, number] {
  return [(value >>> 8) & 0xff, value & 0xff];
}
