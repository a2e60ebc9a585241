/**
 * How long connections without states of their own are remembered, ns: nf_conntrack_proto_icmp.c, _udp.c, _generic.c. Each packet asks,
 * so no name is put together or looked up here; what the settings are without having been set stands in sysctl-names.ts, too.
 */
import { SECOND_NS } from "../../../base/time.ts";
import type { Netns } from "../../types.ts";

export const icmpTimeout_ns = ({ sysctl }: Netns): number => {
  return (sysctl["net.netfilter.nf_conntrack_icmp_timeout"] ?? 30) * SECOND_NS;
};

/** @param isStream both sides have spoken for a while */
export function udpTimeout_ns({ sysctl }: Netns, isStream: boolean): number {
  const seconds = isStream
    ? (sysctl["net.netfilter.nf_conntrack_udp_timeout_stream"] ?? 120)
    : (sysctl["net.netfilter.nf_conntrack_udp_timeout"] ?? 30);
  return seconds * SECOND_NS;
}

export function genericTimeout_ns({ sysctl }: Netns): number {
  return (sysctl["net.netfilter.nf_conntrack_generic_timeout"] ?? 600) * SECOND_NS;
}

/** nf_conntrack_max */
export function conntrackMax({ sysctl }: Netns): number {
  return sysctl["net.netfilter.nf_conntrack_max"] ?? 262_144;
}
