// Lines for IPv4 and ICMP, and the mark of IP in IP.
import { formatIpv4, type Ipv4 } from "../address.ts";
import { getU16, toHex } from "../bytes.ts";
import { checksum, foldSum, sumWords } from "../checksum.ts";
import { describeWireError, type Field } from "../fields.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_HLEN,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMPV4,
  icmpCode,
  icmpType,
  isIcmpError,
} from "../icmpv4.ts";
import {
  IPPROTO_ICMP,
  IPPROTO_IPIP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV4,
  IPV4_HLEN,
  ipv4Destination,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4IsFragment,
  ipv4Protocol,
  ipv4Source,
  ipv4TotalLength,
  refuseIpv4,
} from "../ipv4.ts";
import {
  type Context,
  checksumText,
  type DissectedField,
  hex,
  type NextProtocol,
  named,
  type Step,
  show,
  truncation,
  type View,
} from "./layer.ts";
import { dscpName, ECN_NAMES, ICMP_CODES, ICMP_TYPES, IP_PROTOCOLS } from "./names.ts";

/** What the checksum at `sumAt`, inside the `length` bytes at `at`, should be. `initial` as for `checksum`. */
export function expectedChecksum(b: Uint8Array, at: number, length: number, sumAt: number, initial = 0): number {
  const others = foldSum(sumWords(b, at, length, initial)) + (~getU16(b, sumAt) & 0xffff);
  const expected = ~foldSum(others) & 0xffff;
  // The two zeros of one's complement arithmetic: when the sum is right, the value that stands there is.
  return checksum(b, at, length, initial) === 0 ? getU16(b, sumAt) : expected;
}

export function dissectIpv4(view: View, context: Context): Step {
  const { b, at, end } = view;
  const refused = refuseIpv4(b, at, end - at);
  const readable = end - at >= IPV4_HLEN && (refused === null || refused.kind === "short");
  const headerLength = readable ? Math.min(ipv4HeaderLength(b, at), end - at) : Math.min(IPV4_HLEN, end - at);
  const layer = {
    protocol: "ip" as const,
    name: "Internet Protocol Version 4",
    detail: readable ? `Src: ${formatIpv4(ipv4Source(b, at))}, Dst: ${formatIpv4(ipv4Destination(b, at))}` : "",
    offset: at,
    length: headerLength,
    fields: ipv4Fields(view, headerLength),
    ...ipv4Error(view, context),
  };
  const payload = { b, at: at + headerLength, end };
  if (!readable) return { layer, next: { protocol: "data", view: payload, context } };
  const payloadEnd = Math.max(payload.at, Math.min(end, at + ipv4TotalLength(b, at)));
  const inner = {
    quoted: context.quoted,
    source: ipv4Source(b, at),
    destination: ipv4Destination(b, at),
    complete: refused === null && !ipv4IsFragment(b, at),
  };
  return { layer, next: { protocol: nextOfIpv4(b, at), view: { ...payload, end: payloadEnd }, context: inner } };
}

/** A quoted packet is cut short by design: only its header must be there. */
function ipv4Error(view: View, context: Context): { readonly error?: string } {
  const refused = refuseIpv4(view.b, view.at, view.end - view.at);
  if (refused === null) return {};
  const headerIsWhole = view.end - view.at >= IPV4_HLEN && view.end - view.at >= ipv4HeaderLength(view.b, view.at);
  if (refused.kind === "short" && headerIsWhole && context.quoted) return {};
  return { error: refused.kind === "short" ? `truncated: ${describeWireError(refused)}` : describeWireError(refused) };
}

function nextOfIpv4(b: Uint8Array, at: number): NextProtocol {
  if (ipv4FragmentOffset(b, at) > 0) return "data";
  switch (ipv4Protocol(b, at)) {
    case IPPROTO_ICMP:
      return "icmp";
    case IPPROTO_IPIP:
      return "ipip";
    case IPPROTO_TCP:
      return "tcp";
    case IPPROTO_UDP:
      return "udp";
    default:
      return "data";
  }
}

function ipv4Fields(view: View, headerLength: number): DissectedField[] {
  const { b, at } = view;
  const sumAt = at + IPV4.headerChecksum.offset;
  const verifiable = headerLength >= IPV4_HLEN && headerLength === ipv4HeaderLength(b, at);
  const dsChildren = [
    ...show(view, IPV4.dscp, (value) => named(dscpName(value), value)),
    ...show(view, IPV4.ecn, (value) => named(ECN_NAMES[value], value)),
  ];
  const flagChildren = [IPV4.reserved, IPV4.dontFragment, IPV4.moreFragments].flatMap((field) => show(view, field));
  return [
    ...show(view, IPV4.version),
    ...show(view, IPV4.ihl, (value) => `${value * 4} bytes (${value})`),
    ...show(view, IPV4.tos, tosText, dsChildren),
    ...show(view, IPV4.totalLength),
    ...show(view, IPV4.identification, (value) => `${hex(value, 4)} (${value})`),
    ...show(view, IPV4.flags, flagsText, flagChildren),
    ...show(view, IPV4.fragmentOffset, (value) => String(value * 8)),
    ...show(view, IPV4.ttl),
    ...show(view, IPV4.protocol, (value) => named(IP_PROTOCOLS[value], value)),
    ...show(view, IPV4.headerChecksum, (value) =>
      checksumText(value, verifiable ? expectedChecksum(b, at, headerLength, sumAt) : null),
    ),
    ...show(view, IPV4.source),
    ...show(view, IPV4.destination),
    ...optionBytes(view, headerLength),
  ];
}

function tosText(tos: number): string {
  return `${hex(tos, 2)} (DSCP: ${dscpName(tos >>> 2)}, ECN: ${ECN_NAMES[tos & 3]})`;
}

function flagsText(flags: number): string {
  const names = [
    [4, "Reserved"],
    [2, "Don't fragment"],
    [1, "More fragments"],
  ] as const;
  const set = names.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return hex(flags, 1) + (set.length > 0 ? `, ${set.join(", ")}` : "");
}

function optionBytes(view: View, headerLength: number): DissectedField[] {
  const length = headerLength - IPV4_HLEN;
  if (length <= 0) return [];
  const offset = view.at + IPV4_HLEN;
  return [{ key: "ip.options", label: "Options", value: toHex(view.b, offset, length), offset, length }];
}

/** The border between an outer and an inner IPv4 header (RFC 2003), which has no bytes of its own. */
export function dissectIpip(view: View, context: Context): Step {
  const layer = {
    protocol: "ipip" as const,
    name: "IP in IP",
    detail: "the payload is an IPv4 packet",
    offset: view.at,
    length: 0,
    fields: [],
  };
  return { layer, next: { protocol: "ipv4", view, context } };
}

/** ICMP. After an error message comes the packet that it quotes. */
export function dissectIcmp(view: View, context: Context): Step {
  const { b, at, end } = view;
  const whole = end - at >= ICMP_HLEN;
  const type = end > at ? icmpType(b, at) : -1;
  const sum = context.complete && whole ? expectedChecksum(b, at, end - at, at + ICMPV4.checksum.offset) : null;
  const layer = {
    protocol: "icmp" as const,
    name: "Internet Control Message Protocol",
    detail: ICMP_TYPES[type] ?? "",
    offset: at,
    length: Math.min(ICMP_HLEN, end - at),
    fields: [
      ...show(view, ICMPV4.type, (value) => numbered(value, ICMP_TYPES[value])),
      ...show(view, ICMPV4.code, (value) => numbered(value, ICMP_CODES[type]?.[value])),
      ...show(view, ICMPV4.checksum, (value) => checksumText(value, sum)),
      ...icmpRestFields(view, type).flatMap((field) => show(view, field, icmpRestText(field))),
    ],
    ...truncation(view, ICMP_HLEN),
  };
  const protocol = isIcmpError(type) ? "ipv4" : "data";
  const inner = { ...context, quoted: context.quoted || protocol === "ipv4" };
  return { layer, next: { protocol, view: { b, at: at + layer.length, end }, context: inner } };
}

function numbered(value: number, name: string | undefined): string {
  return name === undefined ? String(value) : `${value} (${name})`;
}

/** The fields of the four bytes after the checksum, by type. */
function icmpRestFields(view: View, type: number): readonly Field[] {
  switch (type) {
    case ICMP_ECHO:
    case ICMP_ECHOREPLY:
      return [ICMPV4.identifier, ICMPV4.sequenceNumber];
    case ICMP_DEST_UNREACH:
      if (view.end - view.at >= 2 && icmpCode(view.b, view.at) === ICMP_FRAG_NEEDED) {
        return [ICMPV4.unusedHigh, ICMPV4.nextHopMtu];
      }
      return [ICMPV4.unused];
    case ICMP_REDIRECT:
      return [ICMPV4.gateway];
    case ICMP_PARAMETERPROB:
      return [ICMPV4.pointer];
    default:
      return [ICMPV4.unused];
  }
}

function icmpRestText(field: Field): ((value: number) => string) | undefined {
  if (field !== ICMPV4.identifier) return undefined;
  return (value) => `${value} (${hex(value, 4)})`;
}

/** The context of a frame that nothing encloses. */
export const OUTERMOST: Context = { quoted: false, source: 0 as Ipv4, destination: 0 as Ipv4, complete: false };
