// Lines for IPv6 (RFC 8200) and ICMPv6 (RFC 4443; neighbour discovery RFC 4861, listener reports RFC 3810). Left out: extension
// headers other than hop-by-hop, errors' quoted packets and all options but link-layer addresses and nonces, which stay bytes.
import { formatMac } from "../address.ts";
import { getMac, getU8, getU16, getU32, toHex } from "../bytes.ts";
import { foldSum, sumWords } from "../checksum.ts";
import { IPPROTO_ICMPV6, IPV6_HLEN } from "../icmpv6.ts";
import { ipv6At } from "./ipv6-address.ts";
import {
  type Context,
  checksumText,
  type DissectedField,
  hex,
  type NextProtocol,
  named,
  type Step,
  truncation,
  type View,
} from "./layer.ts";
import { ICMPV6_TYPES, IP_PROTOCOLS } from "./names.ts";
import { expectedChecksum } from "./network.ts";

const HOP_BY_HOP = 0;
const ICMPV6_HLEN = 8;
const [NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT, LISTENER_REPORT] = [135, 136, 143];
const ECHOES = [128, 129];
/** Where the options of neighbour discovery begin in each message. */
const OPTIONS_AT: Readonly<Record<number, number>> = { 133: 8, 134: 16, 135: 24, 136: 24, 137: 40 };
const OPTION_NAMES: Readonly<Record<number, string>> = {
  1: "Source link-layer address",
  2: "Target link-layer address",
  14: "Nonce",
};

/** A line of `length` bytes at `from` (from the header's start); none if the view ends before it does. */
function line(
  { at, end }: View,
  key: string,
  label: string,
  from: number,
  length: number,
  read: (at: number) => string,
) {
  const offset = at + from;
  return offset + length > end ? [] : [{ key, label, value: read(offset), offset, length }];
}

const address = (b: Uint8Array) => (at: number) => ipv6At(b, at);
const decimal = (b: Uint8Array) => (at: number) => String(getU8(b, at));
const nextName = (b: Uint8Array) => (at: number) => {
  const next = getU8(b, at);
  return named(
    next === HOP_BY_HOP ? "IPv6 Hop-by-Hop Option" : next === IPPROTO_ICMPV6 ? "ICMPv6" : IP_PROTOCOLS[next],
    next,
  );
};

/** IPv6's own header; what follows ends where the header says. */
export function dissectIpv6(view: View, context: Context): Step {
  const { b, at, end } = view;
  const whole = end - at >= IPV6_HLEN;
  const layer = {
    protocol: "ipv6" as const,
    name: "Internet Protocol Version 6",
    detail: whole ? `Src: ${address(b)(at + 8)}, Dst: ${address(b)(at + 24)}` : "",
    offset: at,
    length: Math.min(IPV6_HLEN, end - at),
    fields: [
      ...line(view, "ipv6.version", "Version", 0, 1, (i) => String(getU8(b, i) >>> 4)),
      ...line(view, "ipv6.tclass", "Traffic Class", 0, 2, (i) => hex((getU16(b, i) >>> 4) & 0xff, 2)),
      ...line(view, "ipv6.flow", "Flow Label", 0, 4, (i) => hex(getU32(b, i) & 0xf_ffff, 5)),
      ...line(view, "ipv6.plen", "Payload Length", 4, 2, (i) => String(getU16(b, i))),
      ...line(view, "ipv6.nxt", "Next Header", 6, 1, nextName(b)),
      ...line(view, "ipv6.hlim", "Hop Limit", 7, 1, decimal(b)),
      ...line(view, "ipv6.src", "Source Address", 8, 16, address(b)),
      ...line(view, "ipv6.dst", "Destination Address", 24, 16, address(b)),
    ],
    ...truncation(view, IPV6_HLEN),
  };
  if (!whole) return { layer, next: null };
  const payloadEnd = at + IPV6_HLEN + getU16(b, at + 4);
  const inside = { b, at: at + IPV6_HLEN, end: Math.min(end, payloadEnd) };
  const addresses = payloadEnd <= end ? { addressSum: foldSum(sumWords(b, at + 8, 32)) } : {};
  return { layer, next: { protocol: nextOf(getU8(b, at + 6)), view: inside, context: { ...context, ...addresses } } };
}

function nextOf(number: number): NextProtocol {
  if (number === HOP_BY_HOP) return "hopopts";
  return number === IPPROTO_ICMPV6 ? "icmpv6" : "data";
}

/** The hop-by-hop options header (RFC 8200, 4.3), as bytes but for what follows it. */
export function dissectHopOptions(view: View, context: Context): Step {
  const { b, at, end } = view;
  const length = end - at < 2 ? end - at : Math.min(8 * (1 + getU8(b, at + 1)), end - at);
  const layer = {
    protocol: "ipv6" as const,
    name: "IPv6 Hop-by-Hop Option",
    detail: "",
    offset: at,
    length,
    fields: [
      ...line(view, "ipv6.hopopts.nxt", "Next Header", 0, 1, nextName(b)),
      ...line(view, "ipv6.hopopts.len", "Length", 1, 1, decimal(b)),
      ...line(view, "ipv6.opt", "Options", 2, length - 2, (i) => toHex(b, i, length - 2)),
    ],
    ...truncation(view, 8),
  };
  return {
    layer,
    next: end - at < 8 ? null : { protocol: nextOf(getU8(b, at)), view: { b, at: at + length, end }, context },
  };
}

/** ICMPv6; its checksum is over both addresses, too (RFC 8200, 8.1). */
export function dissectIcmpv6(view: View, context: Context): Step {
  const { b, at, end } = view;
  const type = end > at ? getU8(b, at) : -1;
  const pseudo = (context.addressSum ?? 0) + (end - at) + IPPROTO_ICMPV6;
  const verifiable = context.addressSum !== undefined && end - at >= ICMPV6_HLEN;
  const sum = verifiable ? expectedChecksum(b, at, end - at, at + 2, pseudo) : null;
  const layer = {
    protocol: "icmpv6" as const,
    name: "Internet Control Message Protocol v6",
    detail: ICMPV6_TYPES[type] ?? "",
    offset: at,
    length: end - at,
    fields: [
      ...line(view, "icmpv6.type", "Type", 0, 1, (i) => {
        const name = ICMPV6_TYPES[getU8(b, i)];
        return name === undefined ? decimal(b)(i) : `${getU8(b, i)} (${name})`;
      }),
      ...line(view, "icmpv6.code", "Code", 1, 1, decimal(b)),
      ...line(view, "icmpv6.checksum", "Checksum", 2, 2, (i) => checksumText(getU16(b, i), sum)),
      ...body(view, type),
    ],
    ...truncation(view, ICMPV6_HLEN),
  };
  return { layer, next: null };
}

function body(view: View, type: number): DissectedField[] {
  const { b, at, end } = view;
  if (ECHOES.includes(type)) {
    return [
      ...line(view, "icmpv6.echo.identifier", "Identifier", 4, 2, (i) => hex(getU16(b, i), 4)),
      ...line(view, "icmpv6.echo.sequence_number", "Sequence Number", 6, 2, (i) => String(getU16(b, i))),
    ];
  }
  if (type === LISTENER_REPORT) {
    const count = end - at < ICMPV6_HLEN ? 0 : getU16(b, at + 6);
    return [
      ...line(view, "icmpv6.mldr.nb_mcast_records", "Number of Multicast Address Records", 6, 2, (i) =>
        String(getU16(b, i)),
      ),
      ...records(view, count),
    ];
  }
  const hasTarget = type === NEIGHBOUR_SOLICITATION || type === NEIGHBOUR_ADVERTISEMENT;
  return [
    ...(hasTarget ? line(view, "icmpv6.nd.target_address", "Target Address", 8, 16, address(b)) : []),
    ...options(view, OPTIONS_AT[type] ?? end - at),
  ];
}

/** Each group that a listener report names (RFC 3810, 5.2.4). */
function records(view: View, count: number): DissectedField[] {
  const { b, at, end } = view;
  const found: DissectedField[] = [];
  let from = 8;
  for (let i = 0; i < count && at + from + 20 <= end; i++) {
    found.push(...line(view, "icmpv6.mldr.mar.multicast_address", "Multicast Address", from + 4, 16, address(b)));
    from += 20 + 16 * getU16(b, at + from + 2) + 4 * getU8(b, at + from + 1);
  }
  return found;
}

/** Options of neighbour discovery (RFC 4861, 4.6), each a type and a length in units of eight bytes. */
function options(view: View, first: number): DissectedField[] {
  const { b, at, end } = view;
  const found: DissectedField[] = [];
  for (let from = first; at + from + 8 <= end; from += 8 * Math.max(1, getU8(b, at + from + 1))) {
    const type = getU8(b, at + from);
    const length = Math.max(8, 8 * getU8(b, at + from + 1));
    const read = (i: number) => (type === 1 || type === 2 ? formatMac(getMac(b, i + 2)) : toHex(b, i + 2, length - 2));
    found.push(...line(view, "icmpv6.opt", OPTION_NAMES[type] ?? `Option ${type}`, from, length, read));
  }
  return found;
}
