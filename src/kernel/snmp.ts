/**
 * What a namespace counts of its protocols: include/uapi/linux/snmp.h, net/ipv4/proc.c. One number each in `Netns.mib`; ICMP messages by
 * their type, from ICMP_IN and ICMP_OUT on. Left out: most of TcpExt, which tells of the inner life of TCP.
 */
import type { Netns } from "./types.ts";

export const Mib = {
  IP_IN_RECEIVES: 0,
  IP_IN_HDR_ERRORS: 1,
  IP_IN_ADDR_ERRORS: 2,
  IP_FORW_DATAGRAMS: 3,
  IP_IN_UNKNOWN_PROTOS: 4,
  IP_IN_DELIVERS: 5,
  IP_OUT_REQUESTS: 6,
  IP_OUT_NO_ROUTES: 7,
  IP_REASM_TIMEOUT: 8,
  IP_REASM_REQDS: 9,
  IP_REASM_OKS: 10,
  IP_REASM_FAILS: 11,
  IP_FRAG_OKS: 12,
  IP_FRAG_FAILS: 13,
  IP_FRAG_CREATES: 14,
  IP_OUT_TRANSMITS: 15,
  IP_IN_NO_ROUTES: 16,
  IP_IN_TRUNCATED: 17,
  IP_IN_MCAST: 18,
  IP_OUT_MCAST: 19,
  IP_IN_BCAST: 20,
  IP_OUT_BCAST: 21,
  IP_IN_OCTETS: 22,
  IP_OUT_OCTETS: 23,
  IP_IN_MCAST_OCTETS: 24,
  IP_OUT_MCAST_OCTETS: 25,
  IP_IN_BCAST_OCTETS: 26,
  IP_OUT_BCAST_OCTETS: 27,
  IP_IN_CSUM_ERRORS: 28,
  /** And three more, by the two ECN bits. */
  IP_IN_NO_ECT: 29,
  ICMP_IN_MSGS: 33,
  ICMP_IN_ERRORS: 34,
  ICMP_IN_CSUM_ERRORS: 35,
  ICMP_OUT_MSGS: 36,
  ICMP_LIMITED_GLOBAL: 37,
  ICMP_LIMITED_HOST: 38,
  TCP_ACTIVE_OPENS: 39,
  TCP_PASSIVE_OPENS: 40,
  TCP_ATTEMPT_FAILS: 41,
  TCP_ESTAB_RESETS: 42,
  TCP_IN_SEGS: 43,
  TCP_OUT_SEGS: 44,
  TCP_RETRANS_SEGS: 45,
  TCP_IN_ERRS: 46,
  TCP_OUT_RSTS: 47,
  TCP_IN_CSUM_ERRORS: 48,
  UDP_IN_DATAGRAMS: 49,
  UDP_NO_PORTS: 50,
  UDP_IN_ERRORS: 51,
  UDP_OUT_DATAGRAMS: 52,
  UDP_RCVBUF_ERRORS: 53,
  UDP_IN_CSUM_ERRORS: 54,
  UDP_IGNORED_MULTI: 55,
  TCPEXT_TW: 56,
  TCPEXT_RP_FILTER: 57,
  TCPEXT_PURE_ACKS: 58,
  TCPEXT_ORIG_DATA_SENT: 59,
  TCPEXT_DELIVERED: 60,
  TCPEXT_DELAYED_ACKS: 61,
  TCPEXT_TIMEOUTS: 62,
  TCPEXT_SYN_RETRANS: 63,
  TCPEXT_LOSS_PROBES: 64,
  ICMP_IN: 65,
  ICMP_OUT: 84,
} as const;

/** NR_ICMP_TYPES */
export const ICMP_TYPES = 19;
const MIB_WORDS = Mib.ICMP_OUT + ICMP_TYPES;

export function createMib(): Float64Array {
  return new Float64Array(MIB_WORDS);
}

export const count = (netns: Netns, what: number, by = 1): void => {
  const { mib } = netns;
  mib[what] = (mib[what] as number) + by;
};

/** icmp_out_count */
export function countIcmpOut(netns: Netns, type: number): void {
  count(netns, Mib.ICMP_OUT_MSGS);
  if (type < ICMP_TYPES) count(netns, Mib.ICMP_OUT + type);
}
