// What the dissector makes of a header, and how a field of a table becomes a line of it.
import { formatIpv4, formatMac, type Ipv4, type Mac } from "../address.ts";
import { type Field, fieldSpan, readField } from "../fields.ts";

export type LayerProtocol =
  | "eth"
  | "arp"
  | "ip"
  | "icmp"
  | "ipv6"
  | "icmpv6"
  | "udp"
  | "tcp"
  | "dns"
  | "vxlan"
  | "ipip"
  | "data";

/** One header, or the data behind the last. Offsets are from the start of the dissected bytes, lengths in bytes. */
export type Layer = {
  readonly protocol: LayerProtocol;
  /** Wireshark's name, such as "Internet Protocol Version 4". */
  readonly name: string;
  /** What tells this header from others of its kind, such as "Src: 10.0.0.1, Dst: 10.0.0.2"; may be empty. */
  readonly detail: string;
  readonly offset: number;
  /** Of the header alone. 0 for "ipip", which has none of its own. */
  readonly length: number;
  readonly fields: readonly DissectedField[];
  /** Set on a packet, or a part of one, that an ICMP error quotes. */
  readonly quoted?: true;
  /** Why the header could not be read to its end. */
  readonly error?: string;
};

export type DissectedField = {
  /** A stable id: Wireshark's display filter name where there is one. */
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly offset: number;
  readonly length: number;
  /** For a field that is a part of a byte or word: its bits in place, the others as dots (".1.. ...."). */
  readonly bits?: string;
  readonly children?: readonly DissectedField[];
};

/** Bytes from `at` to `end`, which a layer begins with and must not read beyond. */
export type View = { readonly b: Uint8Array; readonly at: number; readonly end: number };

/** What a layer must know of the ones before it. */
export type Context = {
  readonly quoted: boolean;
  /** The addresses of the packet that this is the payload of. */
  readonly source: Ipv4;
  readonly destination: Ipv4;
  /** Whether the whole payload of that packet is here; if not, a checksum over it can't be verified. */
  readonly complete: boolean;
  /** In IPv6 the sum of both addresses' words, while the whole payload is here. */
  readonly addressSum?: number;
};

export type NextProtocol =
  | "ethernet"
  | "arp"
  | "ipv4"
  | "ipip"
  | "icmp"
  | "ipv6"
  | "hopopts"
  | "icmpv6"
  | "udp"
  | "tcp"
  | "dns"
  | "vxlan"
  | "data";

/** A layer and what comes after it; no `next` if nothing does. */
export type Step = {
  readonly layer: Layer;
  readonly next: { readonly protocol: NextProtocol; readonly view: View; readonly context: Context } | null;
};

/** The field as a line, or nothing if the view ends before it does. `describe` replaces the form of its kind. */
export function show(
  view: View,
  field: Field,
  describe: (value: number) => string = (value) => formatValue(field, value),
  children: readonly DissectedField[] = [],
): DissectedField[] {
  const span = fieldSpan(field);
  const wordEnd = field.offset + (field.word ?? field.bits) / 8;
  if (view.at + wordEnd > view.end) return [];
  const line = {
    key: field.key,
    label: field.label,
    value: describe(readField(view.b, view.at, field)),
    offset: view.at + span.offset,
    length: span.length,
  };
  const bits = field.word === undefined ? {} : { bits: bitPattern(view, field) };
  return [{ ...line, ...bits, ...(children.length > 0 ? { children } : {}) }];
}

/** The value in the form of the field's kind. */
export function formatValue(field: Field, value: number): string {
  switch (field.kind) {
    case "mac":
      return formatMac(value as Mac);
    case "ipv4":
      return formatIpv4(value as Ipv4);
    case "hex":
      return hex(value, Math.ceil(field.bits / 4));
    case "flag":
      return value === 0 ? "Not set" : "Set";
    case "decimal":
      return String(value);
  }
}

/** "0x" and at least `digits` lower-case hex digits. */
export function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}

/** A name with its number, as in "ICMP (1)"; the number alone where there is no name. */
export function named(name: string | undefined, number: string | number): string {
  return name === undefined ? String(number) : `${name} (${number})`;
}

/** A checksum's value and verdict. `expected` is what it should be, null if that can't be known. */
export function checksumText(actual: number, expected: number | null): string {
  if (expected === null) return `${hex(actual, 4)} [unverified]`;
  return hex(actual, 4) + (actual === expected ? " [correct]" : ` [incorrect, should be ${hex(expected, 4)}]`);
}

/** The `error` of a header that needs more bytes than the view has; nothing if it has them. */
export function truncation(view: View, needed: number): { readonly error?: string } {
  const available = view.end - view.at;
  return available < needed ? { error: `truncated: needs ${needed} bytes, has ${available}` } : {};
}

function bitPattern(view: View, field: Field): string {
  const width = field.word ?? field.bits;
  const shift = field.shift ?? 0;
  const value = readField(view.b, view.at, field).toString(2).padStart(field.bits, "0");
  const dots = ".".repeat(width - shift - field.bits) + value + ".".repeat(shift);
  return dots.replace(/(.{4})(?=.)/g, "$1 ");
}
