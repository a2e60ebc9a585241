// Lines for DNS, and for bytes that nothing here can read.
import { formatIpv4 } from "../address.ts";
import { getU16, toHex } from "../bytes.ts";
import {
  DNS,
  DNS_CLASS_IN,
  DNS_HLEN,
  DNS_QR,
  DNS_TYPE_CNAME,
  DNS_TYPE_NS,
  DNS_TYPE_PTR,
  type DnsRecord,
  parseDnsQuestion,
  parseDnsRecord,
} from "../dns.ts";
import { describeWireError, type Field } from "../fields.ts";
import { type Context, type DissectedField, hex, named, type Step, show, truncation, type View } from "./layer.ts";
import { DNS_OPCODES, DNS_RCODES, dnsTypeName } from "./names.ts";

/** Keys of the names that records hold. */
const NAME_KEYS: Readonly<Record<number, string>> = {
  [DNS_TYPE_CNAME]: "dns.cname",
  [DNS_TYPE_NS]: "dns.ns",
  [DNS_TYPE_PTR]: "dns.ptr.domain_name",
};

/** Bytes of data that are written out as hex. */
const DATA_SHOWN = 64;

export function dissectDns(view: View, _context: Context): Step {
  const { b, at, end } = view;
  const whole = end - at >= DNS_HLEN;
  const sections = whole ? dnsSections(view) : { fields: [], error: null };
  const layer = {
    protocol: "dns" as const,
    name: "Domain Name System",
    detail: whole ? ((getU16(b, at + DNS.flags.offset) & DNS_QR) === 0 ? "query" : "response") : "",
    offset: at,
    length: end - at,
    fields: [...dnsHeaderFields(view), ...sections.fields],
    ...truncation(view, DNS_HLEN),
    ...(sections.error === null ? {} : { error: sections.error }),
  };
  return { layer, next: null };
}

function dnsHeaderFields(view: View): DissectedField[] {
  const plain = (field: Field) => show(view, field);
  const flagChildren = [
    ...show(view, DNS.qr, (value) => (value === 0 ? "Message is a query" : "Message is a response")),
    ...show(view, DNS.opcode, (value) => named(DNS_OPCODES[value], value)),
    ...[DNS.aa, DNS.tc, DNS.rd, DNS.ra, DNS.z, DNS.ad, DNS.cd].flatMap(plain),
    ...show(view, DNS.rcode, (value) => named(DNS_RCODES[value], value)),
  ];
  return [
    ...show(view, DNS.id),
    ...show(view, DNS.flags, undefined, flagChildren),
    ...[DNS.qdcount, DNS.ancount, DNS.nscount, DNS.arcount].flatMap(plain),
  ];
}

/** The questions and records, up to the first that can't be read. */
function dnsSections(view: View): { readonly fields: DissectedField[]; readonly error: string | null } {
  const { b, at } = view;
  const fields: DissectedField[] = [];
  let next = at + DNS_HLEN;
  const sections = [
    { count: DNS.qdcount, key: "dns.queries", label: "Queries", read: questionLine },
    { count: DNS.ancount, key: "dns.answers", label: "Answers", read: recordLine },
    { count: DNS.nscount, key: "dns.authorities", label: "Authoritative nameservers", read: recordLine },
    { count: DNS.arcount, key: "dns.additionals", label: "Additional records", read: recordLine },
  ];
  for (const { count, key, label, read } of sections) {
    const expected = getU16(b, at + count.offset);
    const offset = next;
    const children: DissectedField[] = [];
    let error: string | null = null;
    while (children.length < expected && error === null) {
      const line = read(view, next);
      if (typeof line === "string") {
        error = line;
      } else {
        children.push(line);
        next = line.offset + line.length;
      }
    }
    if (children.length > 0) {
      fields.push({ key, label, value: String(children.length), offset, length: next - offset, children });
    }
    if (error !== null) return { fields, error };
  }
  return { fields, error: null };
}

/** The question at `next` as a line, or why it can't be read. */
function questionLine(view: View, next: number): DissectedField | string {
  const part = parseDnsQuestion(view.b, view.at, view.end - view.at, next);
  if (!part.ok) return describeWireError(part.error);
  const { value, next: end } = part.value;
  const children = nameTypeClass("dns.qry", value, next, end - 4);
  const text = `type ${dnsTypeName(value.type)}, class ${className(value.class)}`;
  return { key: "dns.qry", label: rootOr(value.name), value: text, offset: next, length: end - next, children };
}

/** The resource record at `next` as a line, or why it can't be read. */
function recordLine(view: View, next: number): DissectedField | string {
  const { b, at } = view;
  const part = parseDnsRecord(b, at, view.end - at, next);
  if (!part.ok) return describeWireError(part.error);
  const { value, next: end } = part.value;
  const fixed = recordFixedPart(view, next);
  const rdlength = end - fixed - 10;
  const data = dnsDataText(value);
  const children = [
    ...nameTypeClass("dns.resp", value, next, fixed),
    { key: "dns.resp.ttl", label: "Time to live", value: `${value.ttl} s`, offset: fixed + 4, length: 4 },
    { key: "dns.resp.len", label: "Data length", value: String(rdlength), offset: fixed + 8, length: 2 },
    { key: dataKey(value), label: "Data", value: data, offset: fixed + 10, length: rdlength },
  ];
  const text = `type ${dnsTypeName(value.type)}, class ${className(value.class)}, ${data}`;
  return { key: "dns.resp", label: rootOr(value.name), value: text, offset: next, length: end - next, children };
}

/** Where the fixed part of a record that could be read begins, behind its name. */
function recordFixedPart(view: View, next: number): number {
  let i = next;
  while (view.b[i] !== 0 && (view.b[i] as number) < 0xc0) i += 1 + (view.b[i] as number);
  return view.b[i] === 0 ? i + 1 : i + 2;
}

function nameTypeClass(
  prefix: string,
  part: { readonly name: string; readonly type: number; readonly class: number },
  at: number,
  fixed: number,
): DissectedField[] {
  const type = named(dnsTypeName(part.type), part.type);
  return [
    { key: `${prefix}.name`, label: "Name", value: rootOr(part.name), offset: at, length: fixed - at },
    { key: `${prefix}.type`, label: "Type", value: type, offset: fixed, length: 2 },
    {
      key: `${prefix}.class`,
      label: "Class",
      value: named(className(part.class), hex(part.class, 4)),
      offset: fixed + 2,
      length: 2,
    },
  ];
}

function className(number: number): string {
  return number === DNS_CLASS_IN ? "IN" : `CLASS${number}`;
}

function rootOr(name: string): string {
  return name === "" ? "<Root>" : name;
}

function dataKey(record: DnsRecord): string {
  if (record.data.kind === "address") return "dns.a";
  return NAME_KEYS[record.type] ?? "dns.data";
}

/** The record's data in one word: an address, a name, or hex. */
export function dnsDataText(record: DnsRecord): string {
  const { data } = record;
  if (data.kind === "address") return formatIpv4(data.address);
  return data.kind === "name" ? rootOr(data.name) : toHex(data.bytes);
}

/** The rest of the bytes; with their text, if every one is printable ASCII or white space. */
export function dissectData(view: View, _context: Context): Step {
  const { b, at, end } = view;
  const length = end - at;
  const shown = toHex(b, at, Math.min(length, DATA_SHOWN)) + (length > DATA_SHOWN ? "…" : "");
  const text = printableText(b, at, end);
  const fields = [{ key: "data.data", label: "Data", value: shown, offset: at, length }];
  if (text !== null) fields.push({ key: "data.text", label: "Text", value: text, offset: at, length });
  const detail = length === 1 ? "1 byte" : `${length} bytes`;
  return { layer: { protocol: "data", name: "Data", detail, offset: at, length, fields }, next: null };
}

function printableText(b: Uint8Array, at: number, end: number): string | null {
  let text = "";
  for (let i = at; i < end; i++) {
    const byte = b[i] as number;
    const printable = (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
    if (!printable) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}
