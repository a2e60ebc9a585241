/**
 * The records of the kernel model. Plain data: a world is copied by copying these and the hot tables beside them.
 * Ids (`DevId`, `NetnsId`, `MachineId`, `SocketId`) index the arrays of `World` and are never used again after a removal
 * (the place holds null).
 */
import type { Random } from "../base/random.ts";
import type { FramePool } from "../sim/frames.ts";
import type { EventQueue } from "../sim/queue.ts";
import type { Trace } from "../sim/trace.ts";
import type { Ipv4, Mac } from "../wire/address.ts";
import type { Arrival } from "./ipv4/arrivals.ts";
import type { RouteCache } from "./ipv4/route-cache.ts";
import type { NeighTable } from "./neigh/table.ts";
import type { FdbTable } from "./netdev/bridge/fdb.ts";
import type { FloodPlan, FloodTable } from "./netdev/bridge/flood.ts";
import type { FlowTable } from "./netdev/bridge/flows.ts";
import type { PortSpanning, Spanning } from "./netdev/bridge/stp/types.ts";
import type { CtTable } from "./netfilter/conntrack/table.ts";
import type { NetnsNf, NfMet } from "./netfilter/types.ts";
import type { Tcp } from "./tcp/types.ts";
import type { IpTunnel, Vxlan } from "./tunnel/types.ts";

export type DevId = number;
export type NetnsId = number;
export type MachineId = number;
export type SocketId = number;
export type Pid = number;

export interface World {
  now_ns: number;
  random: Random;
  queue: EventQueue;
  /** Not part of a checkpoint's copy: append-only, cut back to a count. */
  trace: Trace;
  pool: FramePool;
  neigh: NeighTable;
  fdb: FdbTable;
  /** To whom bridges flood, see netdev/bridge/flood.ts. */
  floods: FloodTable;
  /** What bridges have passed on lately, see netdev/bridge/flows.ts. Only a cache: not part of a checkpoint's copy. */
  flows: FlowTable;
  /** Routing's last decisions, see ipv4/route-cache.ts. Only a cache as well. */
  routed: RouteCache;
  /** By device: packets for its host that came by it lately, see ipv4/arrivals.ts. Only a cache as well. */
  arrivals: (Arrival | null)[];
  /** Connections of all namespaces. */
  ct: CtTable;
  /** Rules and policies that rows of the trace speak of, by number. Only ever grows. */
  nfMet: NfMet[];
  /**
   * Who does not listen to ARP, see quiet.ts: a generation, and its stamp and an address for each device. `on` is false only in
   * the tests that it makes no difference.
   */
  quiet: { on: boolean; generation: number; words: Int32Array };
  /** What is ordinary goes short ways (netdev/bridge/fast-path.ts, netfilter/walks.ts). False only in the tests that it makes no difference. */
  shortWays: boolean;
  /** STATS_WORDS counters a device, see netdev/stats.ts. */
  stats: Float64Array;
  devs: (NetDevice | null)[];
  netns: (Netns | null)[];
  machines: Machine[];
  sockets: (Socket | null)[];
  nextPacket: number;
  /** What the program that runs has read last and not yet answered with text: its packet (-1: nothing), and when that came. */
  received: { packet: number; t_ns: number };
  /** Sockets that hear of changes to links, addresses, routes, neighbours and rules: rtnl.ts. */
  rtnl: SocketId[];
}

/** A kernel: one real or virtual machine with its namespaces. */
export interface Machine {
  id: MachineId;
  name: string;
  initNetns: NetnsId;
  /** sysctls that are one for the whole machine, by name with dots ("net.bridge.bridge-nf-call-iptables"). */
  sysctl: Record<string, number>;
  /** Entries in the neighbour table of this machine (neigh_table.entries). */
  neighEntries: number;
  /** When the neighbour table was last cleaned by force, and when NEIGH_GC runs next (0: not at all). */
  neighFlushed_ns: number;
  neighGcAt_ns: number;
  /** Before this moment only urgent changes of links are told (linkwatch_nextevent). */
  linkwatchNext_ns: number;
  /** Next pid to hand out. */
  nextPid: Pid;
  /** Its iptables is the one for the kernel's old tables, not for nf_tables. */
  legacyIptables: boolean;
  /** Booted with ipv6.disable_ipv6=1: namespaces begin without IPv6, those that are made later too. */
  ipv6Off: boolean;
  /** What dmesg prints: seconds since boot are derived from t_ns. */
  dmesg: { t_ns: number; text: string }[];
}

export interface Netns {
  id: NetnsId;
  machine: MachineId;
  /** Name given by `ip netns add`, else null. */
  name: string | null;
  /** Devices by rising ifindex. */
  devs: DevId[];
  nextIfindex: number;
  /** loopback's device. */
  lo: DevId;
  fib: Fib;
  /** Rules by rising pref; null for the three that every namespace begins with. */
  rules: FibRule[] | null;
  /** sysctls of this namespace, by name with dots ("net.ipv4.ip_forward", "net.ipv4.conf.eth0.proxy_arp"). */
  sysctl: Record<string, number>;
  /** Sockets that IPv4 input looks through, by id. */
  sockets: SocketId[];
  /** AF_PACKET sockets that listen on all its devices (each device's `taps` has them too). */
  taps: SocketId[];
  /** nsid that this namespace has given to others, in the order of asking (net_assign_generic), for `link-netnsid`. */
  nsids: NetnsId[];
  /** MACs that devices made without one will draw, by ifindex; what is missing is drawn from the seed. */
  macDraws: Record<number, Mac>;
  /** ip_idents and the like. */
  ipIdent: number;
  /** Counters of the protocols, see snmp.ts. */
  mib: Float64Array;
  /** ICMP rate limit tokens and other counters of ipv4, see ipv4/icmp.ts. */
  icmpCredit: { tokens: number; stamp_ns: number };
  /** Addresses that are answered for on behalf of others (pneigh): `ip neigh add proxy`. */
  proxies: { ip: Ipv4; dev: DevId | null }[];
  /** What is remembered about single destinations (inet_peer): their share of ICMP errors. */
  peers: Map<number, InetPeer>;
  /** What ICMP taught about single destinations (fib_nh_exception). */
  exceptions: Map<number, RouteException>;
  /** Datagrams of which fragments have come, see ipv4/fragment.ts. A place is null once its datagram is done. */
  fragments: (FragQueue | null)[];
  /** Tunnel devices that are up and whose packets travel in this namespace. */
  tunnels: DevId[];
  /** Netfilter's tables and hooks. */
  nf: NetnsNf;
}

/** inet_peer: rate_tokens, rate_last and n_redirects. */
export interface InetPeer {
  tokens_ns: number;
  last_ns: number;
  redirects: number;
}

/** fib_nh_exception: a path's MTU, or the gateway that a redirect named. */
export interface RouteException {
  mtu: number | null;
  gateway: Ipv4 | null;
  expires_ns: number | null;
}

/** ipq: the fragments of one datagram so far, by rising offset. Each frame is held from the IP header on. */
export interface FragQueue {
  source: Ipv4;
  destination: Ipv4;
  protocol: number;
  identification: number;
  /** Device and packet of the last fragment. */
  dev: DevId;
  packet: number;
  pkttype: number;
  /** Frames of the pool with the bytes of payload that they carry. */
  parts: { frame: number; offset: number; length: number }[];
  /** Bytes of payload of the whole datagram, once the last fragment is there; else 0. */
  total: number;
  expires_ns: number;
}

export type DevKind = "loopback" | "nic" | "veth" | "bridge" | "vxlan" | "ipip" | "dummy";

export interface NetDevice {
  id: DevId;
  ifindex: number;
  netns: NetnsId;
  name: string;
  kind: DevKind;
  mac: Mac;
  /** addr_assign_type: whether somebody set the MAC (a bridge whose MAC nobody set takes its ports' lowest). */
  macSet: boolean;
  mtu: number;
  /** IFF_UP. */
  up: boolean;
  /** IFF_PROMISC count: how many want it so (a bridge wants it of its ports, a sniffer, the user). */
  promiscuity: number;
  /** IFF_PROMISC and IFF_ALLMULTI as the user set them, the only ones that `ip link` shows. */
  promisc: boolean;
  allmulti: boolean;
  /** IFF_NOARP and IFF_MULTICAST. */
  noarp: boolean;
  multicast: boolean;
  /** netif_carrier_ok: veth needs both ends up, a bridge a forwarding port, a nic its cable. */
  carrier: boolean;
  /** Its carrier has changed since it was made (linkwatch): its operational state is no longer UNKNOWN. */
  linkWatched: boolean;
  /**
   * Whether the lower device was seen without a carrier when linkwatch looked last, where that can no longer be seen: one of the two has left
   * for another namespace since. Null: look.
   */
  lowerDown: boolean | null;
  /** How often the carrier came and went. */
  carrierUps: number;
  carrierDowns: number;
  /** Its carrier went, and the rest of the kernel will hear of it at the next turn of linkwatch. */
  linkPending: boolean;
  txQueueLen: number;
  /** A queueing discipline was attached: the device has been up once ("noqueue" instead of "noop"). */
  qdisc: boolean;
  alias: string;
  /** IFLA_GROUP; 0 is called "default". */
  group: number;
  /** Link-layer addresses listened to besides `mac`, in the order of adding: unicast and groups. */
  unicastList: Mac[];
  /** `promiscuity` counts one because of `unicastList`. */
  unicastPromisc: boolean;
  multicastList: Mac[];
  /** The other end of a veth pair or of a cable. */
  peer: DevId | null;
  /** One-way time to the other end, ns. */
  latency_ns: number;
  /** Bridge that it is a port of, and what the port knows. */
  master: DevId | null;
  port: BridgePort | null;
  bridge: Bridge | null;
  /** What makes it a tunnel; null for the others. */
  vxlan: Vxlan | null;
  ipTunnel: IpTunnel | null;
  addresses: InetAddress[];
  /** What IPv6's link-local address was made of, when, and from when on it is certain; null while there is none. See netdev/addrconf.ts. */
  linkLocal: { mac: Mac; since_ns: number; proven_ns: number } | null;
  /** AF_PACKET sockets that listen here, those of the whole namespace included. */
  taps: SocketId[];
  /**
   * Settings under net.ipv4.conf.DEV, and with "neigh." before the name those under net.ipv4.neigh.DEV, as far as they differ
   * from the built-in defaults (sysctl.ts); null when none does.
   */
  conf: Record<string, number> | null;
  /** When the link came up or was made, for ages. */
  created_ns: number;
}

/** in_ifaddr. */
export interface InetAddress {
  local: Ipv4;
  /** ifa_address, whose subnet it is: the other end's on a point-to-point link, else the same. */
  address: Ipv4;
  prefixLen: number;
  broadcast: Ipv4 | null;
  scope: Scope;
  label: string;
  /** IFA_F_SECONDARY. */
  secondary: boolean;
  /** How long it is good for; left out: for ever. */
  life?: AddressLife;
}

/** ifa_valid_lft and ifa_preferred_lft in seconds from `since_ns` on. */
interface AddressLife {
  valid_s: number;
  preferred_s: number;
  since_ns: number;
}

/** rtnetlink scopes. */
export const Scope = { UNIVERSE: 0, SITE: 200, LINK: 253, HOST: 254, NOWHERE: 255 } as const;
export type Scope = (typeof Scope)[keyof typeof Scope];

/** net_bridge. */
export interface Bridge {
  /** Ports in the order in which floods visit them: newest first. */
  ports: DevId[];
  /** bridge_id.addr: lowest MAC of its ports or the one that was set; 0 before either. */
  idMac: Mac;
  ageing_ns: number;
  forwardDelay_ns: number;
  helloTime_ns: number;
  maxAge_ns: number;
  priority: number;
  stp: boolean;
  /** The spanning tree as far as it is known; null until STP is on: it is the root. */
  spanning: Spanning | null;
  multicastSnooping: boolean;
  /** nf_call_iptables: netfilter sees what it forwards, even if bridge-nf-call-iptables is off. */
  callsIptables: boolean;
  /** The user set its MTU; else it follows the ports' smallest. */
  mtuSet: boolean;
  /** When br_fdb_cleanup runs next; 0 when it does not. Guards against stale timer events. */
  gcAt_ns: number;
  /** Plans of floods made so far, by kind; emptied whenever a port changes. */
  floodPlans: (FloodPlan | null)[];
}

export type PortState = "disabled" | "listening" | "learning" | "forwarding" | "blocking";

/** net_bridge_port. */
export interface BridgePort {
  portNo: number;
  state: PortState;
  pathCost: number;
  priority: number;
  hairpin: boolean;
  learning: boolean;
  /** Unknown unicast, multicast and broadcast frames leave by it. */
  flood: boolean;
  mcastFlood: boolean;
  bcastFlood: boolean;
  isolated: boolean;
  /** When the forward delay timer fires; 0 while it doesn't run. Guards against stale timer events. */
  forwardDelayAt_ns: number;
  /** What is known of the link; null: this bridge speaks there. */
  spanning: PortSpanning | null;
}

export type RouteType = "unicast" | "local" | "broadcast" | "blackhole" | "unreachable" | "prohibit" | "throw";

/** fib_info and fib_alias in one. */
export interface Route {
  table: number;
  type: RouteType;
  destination: Ipv4;
  prefixLen: number;
  tos: number;
  gateway: Ipv4 | null;
  dev: DevId | null;
  source: Ipv4 | null;
  scope: Scope;
  /** Name as in rt_protos: "kernel", "boot", "static", "bird" … */
  protocol: string;
  /** fib_priority. */
  metric: number;
  onlink: boolean;
  /** The gateway is an own address: it plays no part (the nexthop's scope is HOST). */
  viaSelf: boolean;
  mtu: number | null;
  /** RTNH_F_DEAD: its device is down. */
  dead: boolean;
  /** RTNH_F_LINKDOWN: its device has no carrier. */
  linkdown: boolean;
  /** When it was made. */
  created_ns: number;
}

export const RT_TABLE_MAIN = 254;
export const RT_TABLE_LOCAL = 255;

/** A rule of policy routing (struct fib4_rule): which packets it is for, and where their way is looked up. */
export interface FibRule {
  pref: number;
  /** For all that the rest does not describe. */
  not: boolean;
  from: { address: Ipv4; length: number };
  to: { address: Ipv4; length: number };
  tos: number;
  mark: number;
  markMask: number;
  /** Names of devices; a rule stays when its device goes. "lo" stands for what this host sends. */
  iif: string | null;
  oif: string | null;
  action: "table" | "unreachable" | "prohibit" | "blackhole" | "goto" | "nop";
  /** The table, or the pref to go on with. */
  target: number;
  /** Routes whose prefix is no longer than this don't count; -1: all do. */
  suppressPrefixLength: number;
  byKernel: boolean;
}

/** The routing tables of a namespace: the two that are always there, and others by id. */
export interface Fib {
  local: FibTable;
  main: FibTable;
  others: Map<number, FibTable>;
}

export interface FibTable {
  /** Longest prefix first; of one prefix the best (highest TOS, lowest metric, earliest) first. */
  routes: Route[];
  /** Of each route its destination and its mask, as int32, one behind the other. */
  keys: number[];
  /** Rises whenever a route comes or goes. */
  generation: number;
}

/** A socket. What is waiting to be read stands in `queue`. */
export interface Socket {
  id: SocketId;
  /** When it was made. */
  created_ns: number;
  netns: NetnsId;
  /** Process that is woken when something arrives. */
  pid: Pid;
  /** "tcp6" listens for IPv6 only, of which no packets come: it is there to be seen. */
  type: "raw" | "ping" | "udp" | "tcp" | "tcp6" | "packet" | "netlink";
  /** IP protocol of a raw socket; EtherType of a packet socket (0x0003 is ETH_P_ALL); else 0. */
  protocol: number;
  /** SO_BINDTODEVICE, or the device of a packet socket; null for any. */
  dev: DevId | null;
  local: Ipv4;
  /** Port of udp and tcp, identifier of ping. */
  localPort: number;
  remote: Ipv4;
  remotePort: number;
  broadcast: boolean;
  /** SO_REUSEADDR, SO_REUSEPORT: who else may be bound to the port. */
  reuseAddr: boolean;
  reusePort: boolean;
  /** IP_RECVERR: ICMP errors go to the queue as messages. */
  recvErr: boolean;
  /** sk_err: an errno that the next call answers with, or 0. */
  error: number;
  /** ICMP_FILTER of a raw ICMP socket: bit n set keeps messages of type n away. */
  icmpFilter: number;
  ttl: number;
  tos: number;
  /** IP_MTU_DISCOVER. */
  pmtuDisc: "want" | "dont" | "do" | "probe";
  queue: Message[];
  /** Bytes in the queue and their limit (SO_RCVBUF). */
  queuedBytes: number;
  rcvbuf: number;
  drops: number;
  /** What TCP adds; null for the others. */
  tcp: Tcp | null;
}

/** A datagram or a captured frame that waits in a socket. */
export interface Message {
  t_ns: number;
  /** raw: from the IP header on; ping: the ICMP message; udp: the payload; packet: the whole Ethernet frame. */
  bytes: Uint8Array;
  source: Ipv4;
  sourcePort: number;
  ttl: number;
  dev: DevId;
  /** As AF_PACKET's sll_pkttype: 0 host, 1 broadcast, 2 multicast, 3 otherhost, 4 outgoing. */
  pkttype: number;
  packet: number;
  /** An error (IP_RECVERR): who sent it, of what ICMP kind (type -1: the own kernel); `bytes` is what it quotes. */
  error: { errno: number; type: number; code: number; from: Ipv4; info: number } | null;
  /** IP_RETOPTS: the route that the packet recorded, of a packet that did. */
  route?: readonly Ipv4[];
}

/** Kinds of events in the queue. Numbers below 32 are the kernel's, from 32 on those of the layers above. */
export const EventKind = {
  /** a: device that receives, b: frame, c: packet. */
  FRAME_RX: 1,
  /** A bridge's flood arrives at the other ends: a: list and who is left out (netdev/bridge/flood.ts), b: frame, c: first packet. */
  FLOOD_RX: 2,
  /** Timers of neighbour entries that are due at the same time. a: their list (neigh/timers.ts). */
  NEIGH_TIMER: 3,
  /** Garbage collection of a machine's neighbours. a: machine. */
  NEIGH_GC: 4,
  /** a: bridge. */
  FDB_GC: 5,
  /** Delayed proxy ARP and similar: a: frame, b: device. */
  ARP_DELAYED: 6,
  /** a: namespace, b: reassembly queue. */
  FRAG_TIMER: 7,
  /** A timer of STP. a: port, or bridge; b: StpTimer (netdev/bridge/stp/send.ts). */
  PORT_TIMER: 9,
  /** A change of carrier that was put off. a: device. */
  LINKWATCH: 10,
  /** Old connections are forgotten. */
  CT_GC: 11,
  /** A REJECT's answer. a: frame, b: device it came in by or -1, c: see netfilter/reject-later.ts. */
  NF_REJECT: 12,
  /** The copy of an own broadcast that the sender gets itself (dev_loopback_xmit). a: device, b: frame, c: packet. */
  IP_LOOPBACK: 8,
  /** A device gets its IPv6 address. a: device, b: AddrconfStep, c: see netdev/addrconf.ts. */
  ADDRCONF: 13,
  /** An address may have come to its end. a: device. */
  ADDRESS_LIFE: 17,
  /** A timer of a TCP socket. a: socket, b: TcpTimer. */
  TCP_TIMER: 14,
  /** A tunnel device sends: a: device, b: frame, c: packet (vxlan) or next hop (ipip). */
  TUNNEL_XMIT: 15,
  /** A namespace that nobody uses any more is taken apart. a: namespace. */
  NETNS_CLEANUP: 16,
  /** A socket of the process has something to read: a: pid's index in the layer above, b: socket. */
  SOCKET_READY: 32,
} as const;
