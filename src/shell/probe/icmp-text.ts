/** What ping says of an ICMP message: pr_icmph of iputils. */
import { formatIpv4, type Ipv4 } from "../../wire/address.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
} from "../../wire/icmpv4.ts";

const UNREACHABLE = [
  "Destination Net Unreachable",
  "Destination Host Unreachable",
  "Destination Protocol Unreachable",
  "Destination Port Unreachable",
  "",
  "Source Route Failed",
  "Destination Net Unknown",
  "Destination Host Unknown",
  "Source Host Isolated",
  "Destination Net Prohibited",
  "Destination Host Prohibited",
  "Destination Net Unreachable for Type of Service",
  "Destination Host Unreachable for Type of Service",
  "Packet filtered",
  "Precedence Violation",
  "Precedence Cutoff",
] as const;

const REDIRECT = [
  "Redirect Network",
  "Redirect Host",
  "Redirect Type of Service and Network",
  "Redirect Type of Service and Host",
] as const;

/** One line, newline included. `info` is the uint32 behind the checksum: MTU, gateway or pointer. */
export function icmpText(type: number, code: number, info: number): string {
  switch (type) {
    case ICMP_DEST_UNREACH:
      if (code === 4) return `Frag needed and DF set (mtu = ${info})\n`;
      return `${UNREACHABLE[code] ?? `Dest Unreachable, Bad Code: ${code}`}\n`;
    case ICMP_SOURCE_QUENCH:
      return "Source Quench\n";
    case ICMP_REDIRECT:
      return `${REDIRECT[code] ?? `Redirect, Bad Code: ${code}`}(New nexthop: ${formatIpv4((info >>> 0) as Ipv4)})\n`;
    case ICMP_TIME_EXCEEDED:
      if (code > 1) return `Time exceeded, Bad Code: ${code}\n`;
      return code === 0 ? "Time to live exceeded\n" : "Frag reassembly time exceeded\n";
    case ICMP_PARAMETERPROB:
      return `Parameter problem: pointer = ${info}\n`;
    default:
      return `Bad ICMP type: ${type}\n`;
  }
}
