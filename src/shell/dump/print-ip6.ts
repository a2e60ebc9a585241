/** IPv6 as tcpdump 4.99 prints it, as far as a host here sends any: what it says of itself when it gets its address (print-icmp6.c). */
import { formatMac } from "../../wire/address.ts";
import { getMac, getU8, getU16 } from "../../wire/bytes.ts";
import { checksum, foldSum, sumWords } from "../../wire/checksum.ts";
import { ICMPV6, IPPROTO_ICMPV6, IPV6_HLEN } from "../../wire/icmpv6.ts";
import { formatIpv6 } from "../../wire/ipv6.ts";
import { hexDump } from "./hex.ts";

const NAMES: Readonly<Record<number, string>> = { 0: "Options", [IPPROTO_ICMPV6]: "ICMPv6" };

/** @param verbose how often -v was given */
export function printIp6(verbose: number, b: Uint8Array, at: number, length: number): string {
  if (length < IPV6_HLEN) return "[|ip6]";
  const next = getU8(b, at + 6);
  const payload = getU16(b, at + 4);
  const ends = `${address(b, at + 8)} > ${address(b, at + 24)}:`;
  const head = `(hlim ${getU8(b, at + 7)}, next-header ${NAMES[next] ?? "unknown"} (${next}) payload length: ${payload}) `;
  return `${verbose > 0 ? head : ""}${ends} ${body(verbose, b, at, next, Math.min(length, IPV6_HLEN + payload))}`;
}

function body(verbose: number, b: Uint8Array, at: number, next: number, length: number): string {
  const hop = next === 0 ? 8 * (1 + getU8(b, at + IPV6_HLEN + 1)) : 0;
  const protocol = hop === 0 ? next : getU8(b, at + IPV6_HLEN);
  const from = at + IPV6_HLEN + hop;
  const size = at + length - from;
  const options = hop === 0 ? "" : verbose > 0 ? "HBH (rtalert: 0x0000) (padn) " : "HBH ";
  if (protocol !== IPPROTO_ICMPV6 || size < 8) return `${options}ip-proto-${protocol} ${size}`;
  if (verbose === 0) return `${options}ICMP6, ${message(b, from, 0)}, length ${size}`;
  const pseudo = foldSum(sumWords(b, at + 8, 32)) + size + IPPROTO_ICMPV6;
  const sum = checksum(b, from, size, pseudo) === 0 ? "[icmp6 sum ok] " : "[bad icmp6 cksum] ";
  return `${options}${sum}ICMP6, ${message(b, from, verbose, size)}${optionsOf(verbose, b, from, size)}`;
}

/** @param size of the message; without -v the caller says it */
function message(b: Uint8Array, at: number, verbose: number, size = 0): string {
  const type = getU8(b, at);
  const length = verbose > 0 ? `, length ${size}` : "";
  switch (type) {
    case ICMPV6.ROUTER_SOLICITATION:
      return `router solicitation${length}`;
    case ICMPV6.NEIGHBOUR_SOLICITATION:
      return `neighbor solicitation${length}, who has ${address(b, at + 8)}`;
    case ICMPV6.LISTENER_REPORT: {
      const group = verbose > 1 ? "to_ex { }" : "to_ex, 0 source(s)";
      const records = verbose > 0 ? ` [gaddr ${address(b, at + 12)} ${group}]` : "";
      return `multicast listener report v2, ${getU16(b, at + 6)} group record(s)${records}`;
    }
    default:
      return `type-#${type}${length}`;
  }
}

/** What follows a solicitation, a line each. */
function optionsOf(verbose: number, b: Uint8Array, at: number, size: number): string {
  const type = getU8(b, at);
  const first = type === ICMPV6.ROUTER_SOLICITATION ? 8 : type === ICMPV6.NEIGHBOUR_SOLICITATION ? 24 : size;
  let text = "";
  for (let from = at + first; from + 8 <= at + size; from += 8 * Math.max(1, getU8(b, from + 1))) {
    const option = getU8(b, from);
    const length = 8 * getU8(b, from + 1);
    const name = option === 1 ? "source link-address" : "unknown";
    const mac = option === 1 ? formatMac(getMac(b, from + 2)) : "";
    text += `\n\t  ${name} option (${option}), length ${length} (${length / 8}): ${mac}`;
    if (option !== 1 || verbose > 1)
      text += hexDump(b, from + 2, 6, false).replaceAll("\t", verbose > 1 ? "\t    " : "\t  ");
  }
  return text;
}

function address(b: Uint8Array, at: number): string {
  return formatIpv6(Array.from({ length: 8 }, (_, i) => getU16(b, at + 2 * i)));
}
