/**
 * The state of the world at the playhead, as the page shows it. Plain records; a node is sent anew when anything in it
 * changed (counters at most ten times a second). Device ids and network namespace ids are unique in a world and never reused.
 * Addresses are text as `ip` prints them. Times are virtual ns.
 */

/** "hostA" for a machine, "hostA/<first 12 of the container's id>" for a container, "hostA/netns/<name>" for a namespace made by hand. */
export type NodeId = string;
/** World-wide id of a network device; what the trace's `dev` column holds. */
export type DevId = number;

/** "netns": a namespace that `ip netns add` has made. Its terminal is a shell of its machine's, as `ip netns exec NAME bash` gives one. */
export type NodeKind = "docker-host" | "router" | "server" | "switch" | "container" | "netns";
export type DevKind = "loopback" | "nic" | "veth" | "bridge" | "vxlan" | "ipip" | "dummy";

export interface NodeView {
  readonly id: NodeId;
  readonly kind: NodeKind;
  readonly name: string;
  /** The machine that it runs on; itself for a machine. */
  readonly machine: NodeId;
  readonly netns: number;
  /** Who owns the namespace: itself; another container for --net=container:…; the machine for --net=host. */
  readonly netnsOwner: NodeId;
  readonly container: ContainerView | null;
  /** Empty for a node that shares somebody else's namespace, and for a stopped container. By ifindex. */
  readonly links: readonly LinkView[];
  readonly routes: readonly RouteView[];
  readonly neighbours: readonly NeighView[];
  /** Tables of netfilter in use, in the order raw, mangle, nat, filter; null: nobody has made a rule here. */
  readonly iptables: readonly TableView[] | null;
  /** Connections that the kernel tracks here, newest first; of many the newest hundred. */
  readonly conntrack: readonly ConntrackView[];
  /** How many connections there are. */
  readonly connections: number;
  /** TCP's and UDP's as `ss` lists them: who listens first, then the others, oldest first; of many a hundred. */
  readonly sockets: readonly SocketView[];
  /** A program of this node runs in the foreground of its terminal. */
  readonly busy: boolean;
  /** The prompt of its terminal stands in a container or another namespace, or in the middle of a command. */
  readonly away: boolean;
  /** Prompt of its terminal, e.g. "root@nginx-1:/# ". */
  readonly prompt: string;
}

export interface ContainerView {
  readonly id: string;
  readonly image: string;
  readonly state: "created" | "running" | "exited";
  readonly networkMode: string;
  readonly pid: number;
}

export interface LinkView {
  readonly dev: DevId;
  readonly ifindex: number;
  readonly name: string;
  readonly kind: DevKind;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly operstate: "UP" | "DOWN" | "LOWERLAYERDOWN" | "UNKNOWN";
  /** When it was made; below 0: before the scene began. */
  readonly created_ns: number;
  /** Bridge that it is a port of. */
  readonly master: DevId | null;
  readonly portNo: number | null;
  /** Other end of a veth pair or of the cable. */
  readonly peer: DevId | null;
  /** ifindex of the other end, as `name@ifN` shows it; null for what shows none. */
  readonly peerIfindex: number | null;
  readonly addresses: readonly { readonly address: string; readonly prefixLen: number; readonly secondary: boolean }[];
  /** For a tunnel. */
  readonly tunnel?: TunnelView;
  /** For a bridge, and for a VXLAN device, whose entries name the host behind which a MAC is. */
  readonly fdb: readonly FdbView[] | null;
  readonly ageing_ns: number | null;
}

/** Where a tunnel's packets go; null is "any", or not said. */
export interface TunnelView {
  /** VXLAN's number and UDP port; null for IPIP. */
  readonly vni: number | null;
  readonly port: number | null;
  readonly local: string | null;
  readonly remote: string | null;
  /** The device that its packets leave by. */
  readonly link: DevId | null;
}

/** Counters of a device. They are no part of its view: a flood changes a thousand of them at once (CounterBatch). */
export interface LinkStats {
  readonly rxPackets: number;
  readonly rxBytes: number;
  readonly rxDropped: number;
  readonly txPackets: number;
  readonly txBytes: number;
  readonly txDropped: number;
}

/** The order in which counters are sent. */
export const COUNTERS = [
  "rxPackets",
  "rxBytes",
  "rxDropped",
  "txPackets",
  "txBytes",
  "txDropped",
] as const satisfies readonly (keyof LinkStats)[];

export interface FdbView {
  readonly mac: string;
  /** Port, or the bridge itself; of a VXLAN device itself. */
  readonly dev: DevId;
  /** Host that a VXLAN device sends the MAC's frames to. */
  readonly dst?: string;
  readonly isLocal: boolean;
  readonly isStatic: boolean;
  /** When a frame last confirmed it: its age is playhead - updated_ns. */
  readonly updated_ns: number;
  /** Trace row that made or moved it; -1 when it was there from the start. */
  readonly row: number;
}

export interface NeighView {
  readonly address: string;
  readonly dev: DevId;
  readonly mac: string | null;
  readonly state: "NONE" | "INCOMPLETE" | "REACHABLE" | "STALE" | "DELAY" | "PROBE" | "FAILED" | "NOARP" | "PERMANENT";
  readonly updated_ns: number;
  /** When a timer will next look at it; null when none runs. */
  readonly timer_ns: number | null;
  /** Trace row of its last change of state. */
  readonly row: number;
}

export interface RouteView {
  /** "default" or "172.17.0.0/16". */
  readonly destination: string;
  readonly gateway: string | null;
  readonly dev: DevId | null;
  readonly source: string | null;
  readonly scope: "global" | "link" | "host";
  readonly protocol: string;
  readonly metric: number;
  readonly type: string;
  readonly linkdown: boolean;
  /** When it was made; below 0: before the scene began. */
  readonly created_ns: number;
  /** The line as `ip route` prints it. */
  readonly text: string;
}

export interface TableView {
  readonly name: string;
  /** Built-in chains first, then those of users. */
  readonly chains: readonly ChainView[];
}

export interface ChainView {
  readonly name: string;
  /** What becomes of packets that no rule decides; null for a user's chain, which returns. */
  readonly policy: "ACCEPT" | "DROP" | null;
  /** What met the policy. */
  readonly packets: number;
  readonly bytes: number;
  readonly rules: readonly RuleView[];
}

export interface RuleView {
  /** As `iptables -S` prints it, without "-A CHAIN". */
  readonly text: string;
  readonly packets: number;
  readonly bytes: number;
}

export interface ConntrackView {
  readonly id: number;
  /** "tcp", "udp", "icmp", or the protocol's number. */
  readonly protocol: string;
  /** TCP's state as `conntrack -L` names it; "" for others. */
  readonly state: string;
  readonly original: FlowView;
  readonly reply: FlowView;
  /** Identifier of an ICMP question; null for others. */
  readonly icmpId: number | null;
  /** When it will be forgotten if nothing more comes. */
  readonly expires_ns: number;
  readonly assured: boolean;
  /** An answer was seen. */
  readonly replied: boolean;
  readonly snat: boolean;
  readonly dnat: boolean;
}

export interface SocketView {
  readonly id: number;
  readonly protocol: "tcp" | "udp";
  /** By ss's name: "LISTEN", "ESTAB", "UNCONN", "TIME-WAIT" … */
  readonly state: string;
  /** "0.0.0.0:80" */
  readonly local: string;
  /** "0.0.0.0:*" where there is none. */
  readonly peer: string;
  /** Bytes or connections that wait, as ss counts them. */
  readonly recvQueue: number;
  readonly sendQueue: number;
  /** When it was made; below 0: before the scene began. */
  readonly created_ns: number;
  /** Whose it is; null when its program has closed it. */
  readonly owner: { readonly program: string; readonly pid: number; readonly node: NodeId } | null;
}

/** One direction: "172.17.0.2:40000" to "203.0.113.80:80"; without ports where there are none. */
export interface FlowView {
  readonly source: string;
  readonly destination: string;
  readonly packets: number;
}
