/**
 * What a trace record can say, and why a packet can end. Both towers read these numbers, so they live below both.
 *
 * A record is a row of typed columns: `t_ns kind dev packet frame a b`. What `dev`, `a` and `b` mean depends on the kind:
 *
 * | kind | dev | a | b |
 * | --- | --- | --- | --- |
 * | HOP | device that sends | device at the other end, or -1 | time on the wire, ns |
 * | BRIDGE_UP | bridge whose own interface takes the frame | port it came in by, or -1 | packet that this is a copy of, when that went on to a port; else -1 |
 * | BRIDGE_XMIT | bridge whose own interface sends | - | - |
 * | BRIDGE_FORWARD | bridge | port chosen from the FDB | port it came in by, or -1 |
 * | BRIDGE_FLOOD | bridge | first packet id of the copies | how many copies |
 * | FDB_ADD, FDB_MOVE, FDB_DELETE | bridge | port | 0 learned, 1 by hand, 2 aged out |
 * | NEIGH_STATE | device of the entry | neighbour's IPv4 address (as int32) | old state << 8 or new state (NUD_*) |
 * | NEIGH_QUEUED | device | next hop's IPv4 address | frames now waiting |
 * | ROUTE | device that the route points to, or -1 | next hop's IPv4 address | prefix length of the route that matched |
 * | FORWARD | device it came in by | device it will leave by | TTL after the decrement |
 * | DELIVER | device it came in by | socket id, or -1 for the kernel itself | IP protocol, or -1 for ARP |
 * | SEND | device it will leave by, or -1 | pid that asked, or -1 for the kernel | IP protocol, or -1 for ARP |
 * | DROP | device where it ended, or -1 | DropReason | NETFILTER_DROP: number of the rule as NF_RULE has it, or -1 |
 * | LINK | device | 1 when it came up, 0 when it went down | - |
 * | NF_RULE | device it came in by, else the one it leaves by | hook (NfHook) or 16 × verdict (NfVerdict) | number of the rule or policy in World.nfMet |
 * | CONNTRACK | loopback of the namespace | id of the connection | 0 new (`packet` began it), 1 changed (an answer came, a new state), 2 gone |
 * | NAT | device it came in by, else the one it leaves by | old address (as int32) | port or identifier before << 16 or after; the frame is as it was before |
 * | ENCAP | tunnel device | outer destination's IPv4 address | bytes put in front |
 * | DECAP | tunnel device that the frame comes out of | outer source's IPv4 address | bytes taken from the front |
 * | COMMAND | - | index into the command log | - |
 *
 * FDB records carry the MAC in the columns `packet` (upper 16 bits) and `frame` (lower 32 bits) when no frame caused them
 * (b is 1 or 2); otherwise it is the source address of `frame`.
 */
export const TraceKind = {
  HOP: 1,
  BRIDGE_UP: 2,
  BRIDGE_XMIT: 3,
  BRIDGE_FORWARD: 4,
  BRIDGE_FLOOD: 5,
  FDB_ADD: 6,
  FDB_MOVE: 7,
  FDB_DELETE: 8,
  NEIGH_STATE: 9,
  NEIGH_QUEUED: 10,
  ROUTE: 11,
  FORWARD: 12,
  DELIVER: 13,
  SEND: 14,
  DROP: 15,
  LINK: 16,
  COMMAND: 17,
  NF_RULE: 18,
  CONNTRACK: 19,
  NAT: 20,
  ENCAP: 21,
  DECAP: 22,
} as const;
export type TraceKind = (typeof TraceKind)[keyof typeof TraceKind];

/** What a rule or a policy says to a packet. TRACE, LOG, MARK and the like let it go on. */
export const NfVerdict = {
  CONTINUE: 0,
  ACCEPT: 1,
  DROP: 2,
  REJECT: 3,
  RETURN: 4,
  JUMP: 5,
  SNAT: 6,
  DNAT: 7,
} as const;
export type NfVerdict = (typeof NfVerdict)[keyof typeof NfVerdict];

/** Neighbour states: include/uapi/linux/neighbour.h. */
export const Nud = {
  NONE: 0x00,
  INCOMPLETE: 0x01,
  REACHABLE: 0x02,
  STALE: 0x04,
  DELAY: 0x08,
  PROBE: 0x10,
  FAILED: 0x20,
  NOARP: 0x40,
  PERMANENT: 0x80,
} as const;
export type Nud = (typeof Nud)[keyof typeof Nud];

/** Why a packet ended other than by delivery: names of enum skb_drop_reason, include/net/dropreason-core.h. */
export const DropReason = {
  NOT_SPECIFIED: 1,
  /** The frame was for another MAC: eth_type_trans said PACKET_OTHERHOST. */
  OTHERHOST: 2,
  /** The device, or the one at the other end, is down or gone. */
  DEV_READY: 3,
  /** No protocol handler for the EtherType, or nobody bound to the IP protocol. */
  UNHANDLED_PROTO: 4,
  NEIGH_FAILED: 5,
  NEIGH_QUEUEFULL: 6,
  NEIGH_CREATEFAIL: 7,
  IP_CSUM: 8,
  IP_INHDR: 9,
  IP_NOPROTO: 10,
  IP_OUTNOROUTES: 11,
  IP_INNOROUTES: 12,
  IP_INADDRERRORS: 13,
  IP_RPFILTER: 14,
  IP_LOCAL_SOURCE: 15,
  IP_INVALID_SOURCE: 16,
  IP_LOCALNET: 17,
  /** A broadcast or multicast frame that carried a unicast IP packet. */
  UNICAST_IN_L2_MULTICAST: 18,
  PKT_TOO_SMALL: 19,
  PKT_TOO_BIG: 20,
  ICMP_CSUM: 21,
  UDP_CSUM: 22,
  NO_SOCKET: 23,
  TTL_EXCEEDED: 24,
  /** The bridge port doesn't forward (down, or not in the forwarding state), or the frame would go back where it came from. */
  BRIDGE_INGRESS_STP_STATE: 25,
  BRIDGE_SAME_PORT: 26,
  /** Flooded or broadcast, but no port and no local stack wanted it. */
  BRIDGE_NO_EGRESS: 27,
  /** ARP that this host has nothing to say to: eaten by arp_process without an answer. */
  ARP_NOT_FOR_US: 28,
  /** Echo request to a broadcast address while icmp_echo_ignore_broadcasts is set. */
  ICMP_ECHO_IGNORED: 29,
  SOCKET_RCVBUFF: 30,
  FRAG_REASM_TIMEOUT: 31,
  NETFILTER_DROP: 32,
  MTU_EXCEEDED: 33,
  /** A VXLAN device has no entry for the MAC, and none for all others. */
  NO_TX_TARGET: 34,
  /** Nobody has that VNI, or the datagram is no VXLAN. */
  VXLAN_VNI_NOT_FOUND: 35,
  VXLAN_INVALID_HDR: 36,
  /** The inner frame says that this very device sent it. */
  LOCAL_MAC: 37,
  /** An entry made by hand says that the MAC is behind another host. */
  VXLAN_ENTRY_EXISTS: 38,
  /** The tunnel's packets would leave by the tunnel itself. */
  RECURSION_LIMIT: 39,
  TCP_CSUM: 40,
  /** An IPv6 packet where IPv6 is switched off. */
  IPV6DISABLED: 41,
} as const;
export type DropReason = (typeof DropReason)[keyof typeof DropReason];
