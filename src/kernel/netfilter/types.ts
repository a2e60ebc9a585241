/**
 * Tables, chains, rules, matches and targets as plain data: include/uapi/linux/netfilter*.h and net/netfilter/x_tables.c. What a
 * command parses and prints; evaluate.ts walks it. Addresses are numbers, ports stand in inclusive ranges, `invert` is the "!" of a
 * rule's line, interfaces are names of which a trailing "+" stands for any ending.
 */
import type { Ipv4, Mac } from "../../wire/address.ts";
import type { DevId } from "../types.ts";
import type { MoreMatch, MoreTarget, RecentEntry } from "./types-more.ts";

/** enum nf_inet_hooks */
export const NfHook = { PRE_ROUTING: 0, LOCAL_IN: 1, FORWARD: 2, LOCAL_OUT: 3, POST_ROUTING: 4 } as const;
export type NfHook = (typeof NfHook)[keyof typeof NfHook];

export type TableName = "raw" | "mangle" | "nat" | "filter" | "security";
export type Policy = "ACCEPT" | "DROP";

/** What netfilter keeps of a namespace. */
export interface NetnsNf {
  /** Tables in use so far, in the order in which they came into being: when they were first changed. */
  tables: NfTable[];
  /** For each hook what is registered there, in order of priority. Made anew when a table changes (refreshHooks). */
  hooks: NfHooked[][];
  /** Bit n: something is registered at hook n. */
  hooked: number;
  /** Rises whenever a table changes, or which devices there are by which names: what was found out about them is void. */
  generation: number;
  /** Who listens to changes of connections (`conntrack -E`): sockets. */
  ctListeners: number[];
  /** br_netfilter's switch and others are sysctls. Connections now in the table of this namespace. */
  ctCount: number;
  /** Lists of `-m recent` by name, for as long as a rule asks for them. */
  recent: Record<string, RecentEntry[]>;
  /** Counters as /proc/net/stat/nf_conntrack shows them. */
  ctStats: { found: number; invalid: number; insertFailed: number; drop: number };
}

/** One thing that is asked at a hook: NfStep (tables.ts), and the table and chain that it walks by their numbers; -1 for none. */
export interface NfHooked {
  step: number;
  table: number;
  chain: number;
}

export interface NfTable {
  name: TableName;
  /** Of ip_tables, the kernel's old tables; else of nf_tables, which counts policies and traces in its own way. */
  legacy: boolean;
  /** Built-in chains first, then users' in the order of their making. A place is its chain's number for good; null: deleted. */
  chains: (NfChain | null)[];
}

export interface NfChain extends NfCounter {
  name: string;
  /** A built-in chain's hook; null for a user's. */
  hook: NfHook | null;
  /** A user's chain always returns; its policy is never asked. */
  policy: Policy;
  /** Whether what meets the policy is counted: from the moment it was set by hand (as nf_tables does it). */
  counted: boolean;
  /** Whether the kernel has it: nf_tables' front end makes a built-in chain with its first rule or policy, and only shows it before. */
  made: boolean;
  /** Never written in place once the table is a namespace's: a change puts another list there. */
  rules: NfRule[];
  /** Its rules as program.ts walks them; null until a packet comes after a change. */
  program: Int32Array | null;
  /** Of a built-in chain: ways that packets have gone from it on (walks.ts); null until there is one. */
  walks: NfWalks | null;
  /** Place of its policy in World.nfMet, once a packet has met it; else -1. */
  met: number;
}

/** A way that packets have gone: what they are like, in as much as the table asks for it, and where it led. Never written to. */
export interface NfWalk {
  readonly source: number;
  readonly destination: number;
  readonly protocol: number;
  readonly inDev: number;
  readonly outDev: number;
  readonly states: number;
  /** Two words a step: chain and rule (or, behind the last one, policy) by number. */
  readonly steps: Int32Array;
  /** What they write into the trace (traceScript). */
  readonly script: Int32Array;
  readonly isAccepted: boolean;
}

/** The walks that are kept of a built-in chain, by their hash, and the bits that its table asks for of source and destination. */
export interface NfWalks {
  readonly source: number;
  readonly destination: number;
  readonly slots: (NfWalk | null)[];
}

/** What has met a rule or a policy: struct xt_counters. */
export interface NfCounter {
  packets: number;
  bytes: number;
}

export interface NfRule extends NfCounter {
  source: AddressSpec | null;
  destination: AddressSpec | null;
  inInterface: InterfaceSpec | null;
  outInterface: InterfaceSpec | null;
  /** IP protocol number; null for all. */
  protocol: { number: number; invert: boolean } | null;
  /** -f: second and further fragments; `invert`: all but those. */
  fragment: { invert: boolean } | null;
  /** In the order in which they were given. */
  matches: NfMatch[];
  target: NfTarget;
  /** Place in World.nfMet, once a packet has met it; else -1. */
  met: number;
}

/** A rule or a policy as it stood when a packet met it: what rows of the trace speak of, after it has gone, too. */
export interface NfMet {
  table: TableName;
  chain: string;
  /** From 1; 0 is the chain's policy. */
  number: number;
  /** null for a policy. */
  rule: NfRule | null;
  /** Name of the chain that the rule jumps to; "" for others. */
  to: string;
}

export interface AddressSpec {
  address: Ipv4;
  /** As a number of 32 bits, 0xffffff00 for /24. `address` has no bit outside of it. */
  mask: number;
  invert: boolean;
}

export interface InterfaceSpec {
  name: string;
  invert: boolean;
}

export interface PortRange {
  from: number;
  to: number;
}

export interface PortSpec extends PortRange {
  invert: boolean;
}

/** Bits of `-m conntrack --ctstate` and `-m state --state`. SNAT and DNAT are asked for with the former only. */
export const CtStateBit = {
  INVALID: 1,
  NEW: 2,
  ESTABLISHED: 4,
  RELATED: 8,
  UNTRACKED: 16,
  SNAT: 32,
  DNAT: 64,
} as const;

/** enum ip_conntrack_status, as far as `--ctstatus` and `conntrack -L` know them. */
export const CtStatusBit = {
  EXPECTED: 1,
  SEEN_REPLY: 2,
  ASSURED: 4,
  CONFIRMED: 8,
  SRC_NAT: 16,
  DST_NAT: 32,
  SRC_NAT_DONE: 128,
  DST_NAT_DONE: 256,
  DYING: 512,
} as const;

/** Bits of `-m addrtype`, XT_ADDRTYPE_*. */
export const AddrTypeBit = {
  UNSPEC: 1,
  UNICAST: 2,
  LOCAL: 4,
  BROADCAST: 8,
  ANYCAST: 16,
  MULTICAST: 32,
  BLACKHOLE: 64,
  UNREACHABLE: 128,
  PROHIBIT: 256,
  THROW: 512,
} as const;

/** Flags of TCP as `--tcp-flags` has them. */
export const TcpFlagBit = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32 } as const;

export type NfMatch =
  | MoreMatch
  | {
      kind: "tcp";
      sports: PortSpec | null;
      dports: PortSpec | null;
      /** --tcp-flags MASK COMP; --syn is { mask: FIN|SYN|RST|ACK, comp: SYN }. */
      flags: { mask: number; comp: number; invert: boolean } | null;
      option: { number: number; invert: boolean } | null;
    }
  | { kind: "udp"; sports: PortSpec | null; dports: PortSpec | null }
  /** type 255 is any; `codes` inclusive, 0…255 for any. */
  | { kind: "icmp"; type: number; codes: PortRange; invert: boolean }
  | { kind: "multiport"; which: "source" | "destination" | "either"; ports: PortRange[]; invert: boolean }
  | { kind: "state"; states: number; invert: boolean }
  | {
      kind: "conntrack";
      states: { bits: number; invert: boolean } | null;
      status: { bits: number; invert: boolean } | null;
      protocol: { number: number; invert: boolean } | null;
      origSource: AddressSpec | null;
      origDestination: AddressSpec | null;
      replSource: AddressSpec | null;
      replDestination: AddressSpec | null;
      origSourcePort: PortSpec | null;
      origDestinationPort: PortSpec | null;
      replSourcePort: PortSpec | null;
      replDestinationPort: PortSpec | null;
      expire: PortSpec | null;
      direction: "ORIGINAL" | "REPLY" | null;
    }
  | { kind: "comment"; text: string }
  | {
      kind: "addrtype";
      source: { bits: number; invert: boolean } | null;
      destination: { bits: number; invert: boolean } | null;
      limitIface: "in" | "out" | null;
    }
  /** `count` a `unit` on average; `credit` and `prev_ns` are its bucket's state, which no comparison of rules looks at. */
  | { kind: "limit"; count: number; unit: LimitUnit; burst: number; credit: number; prev_ns: number }
  | { kind: "mark" | "connmark"; value: number; mask: number; invert: boolean }
  | { kind: "mac"; source: Mac; invert: boolean }
  | {
      kind: "physdev";
      in: InterfaceSpec | null;
      out: InterfaceSpec | null;
      isIn: { invert: boolean } | null;
      isOut: { invert: boolean } | null;
      isBridged: { invert: boolean } | null;
    }
  | { kind: "pkttype"; type: "unicast" | "broadcast" | "multicast"; invert: boolean }
  | { kind: "length"; from: number; to: number; invert: boolean }
  | { kind: "ttl"; compare: "eq" | "ne" | "lt" | "gt"; value: number }
  | { kind: "iprange"; source: IpRange | null; destination: IpRange | null }
  /** Of a packet that a process here sends: whose it is, and whether it has a socket at all. */
  | { kind: "owner"; uid: NfRange | null; gid: NfRange | null; socket: { invert: boolean } | null }
  /** `every` packets of which number `packet` matches (nth), or with `probability` 0…2^31 (random). */
  | {
      kind: "statistic";
      mode: "random" | "nth";
      probability: number;
      every: number;
      packet: number;
      count: number;
      invert: boolean;
    };

/** Numbers from … to, inclusive. */
export interface NfRange extends PortRange {
  invert: boolean;
}

export interface IpRange {
  from: Ipv4;
  to: Ipv4;
  invert: boolean;
}

export type LimitUnit = "second" | "minute" | "hour" | "day";

export type RejectWith =
  | "icmp-net-unreachable"
  | "icmp-host-unreachable"
  | "icmp-proto-unreachable"
  | "icmp-port-unreachable"
  | "icmp-net-prohibited"
  | "icmp-host-prohibited"
  | "icmp-admin-prohibited"
  | "tcp-reset";

/** Bits of LOG's `flags`: --log-tcp-sequence, --log-tcp-options, --log-ip-options, --log-uid, --log-macdecode. */
export const LogFlag = { TCP_SEQUENCE: 1, TCP_OPTIONS: 2, IP_OPTIONS: 4, UID: 8, MACDECODE: 32 } as const;

/** What addresses and ports NAT may choose from: struct nf_nat_range2. null: as the packet has it. */
export interface NatRange {
  addresses: { from: Ipv4; to: Ipv4 } | null;
  ports: PortRange | null;
  /** --random, --random-fully, --persistent. */
  random: boolean;
  randomFully: boolean;
  persistent: boolean;
}

export type NfTarget =
  | MoreTarget
  /** No -j: the rule only counts. */
  | { kind: "NONE" | "ACCEPT" | "DROP" | "RETURN" | "TRACE" | "NOTRACK" }
  /** A user's chain of the same table, by its number. */
  | { kind: "jump"; chain: number; goto: boolean }
  | { kind: "REJECT"; with: RejectWith }
  | { kind: "LOG"; level: number; prefix: string; flags: number }
  /** mark = (mark & ~mask) ^ value */
  | { kind: "MARK"; value: number; mask: number }
  | { kind: "CONNMARK"; mode: "set" | "save" | "restore"; value: number; ctMask: number; nfMask: number }
  | { kind: "SNAT" | "DNAT"; range: NatRange }
  /** `range.addresses` stays null. */
  | { kind: "MASQUERADE" | "REDIRECT"; range: NatRange }
  /** A whole network for another: host parts stay. */
  | { kind: "NETMAP"; address: Ipv4; mask: number }
  | { kind: "CT"; notrack: boolean }
  | { kind: "TTL"; mode: "set" | "inc" | "dec"; value: number }
  /** --clamp-mss-to-pmtu when `mss` is null. */
  | { kind: "TCPMSS"; mss: number | null };

/** One direction of a connection: struct nf_conntrack_tuple. */
export interface CtTuple {
  source: Ipv4;
  destination: Ipv4;
  /** ICMP: identifier in `sourcePort`; type and code apart. */
  sourcePort: number;
  destinationPort: number;
  icmpType: number;
  icmpCode: number;
}

/** nf_conntrack_proto_tcp.c's names; others have "NONE". */
export type TcpConntrackState =
  | "NONE"
  | "SYN_SENT"
  | "SYN_RECV"
  | "ESTABLISHED"
  | "FIN_WAIT"
  | "CLOSE_WAIT"
  | "LAST_ACK"
  | "TIME_WAIT"
  | "CLOSE"
  | "SYN_SENT2";

/** A connection as `conntrack -L` prints it: a copy of a row of the hot table (ct-table.ts). */
export interface CtEntry {
  id: number;
  protocol: number;
  /** Seconds until it is forgotten, rounded down. */
  timeout_s: number;
  tcpState: TcpConntrackState;
  /** CtStatusBit. */
  status: number;
  mark: number;
  original: CtTuple;
  reply: CtTuple;
  /** Of each direction, counted whether or not nf_conntrack_acct shows them. */
  packets: readonly [number, number];
  bytes: readonly [number, number];
}

/** What a listener to connections is told. */
export interface CtEvent {
  type: "NEW" | "UPDATE" | "DESTROY";
  t_ns: number;
  entry: CtEntry;
}

/** Where a packet is when a hook is asked: struct nf_hook_state and what the skb knows. -1 where there is no such device. */
export interface NfPacket {
  hook: NfHook;
  inDev: DevId;
  outDev: DevId;
  physIn: DevId;
  physOut: DevId;
}
