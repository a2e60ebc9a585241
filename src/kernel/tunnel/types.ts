/** The records of tunnel devices: plain data, as those of kernel/types.ts. */
import type { Ipv4, Mac } from "../../wire/address.ts";
import type { DevId, NetnsId } from "../types.ts";

/** vxlan_dev and vxlan_config. */
export interface Vxlan {
  /** Namespace that its datagrams travel in: the one that it was made in. */
  underlay: NetnsId;
  vni: number;
  /** Default remote, and the source of its datagrams; IPV4_ANY when not set. */
  remote: Ipv4;
  local: Ipv4;
  /** Device that the datagrams leave by, or null for what the routes say. */
  link: DevId | null;
  /** UDP port that it sends to and listens on. */
  port: number;
  /** Range that source ports are chosen from; 0 0: the system's. */
  srcPortMin: number;
  srcPortMax: number;
  learning: boolean;
  /** 0: entries don't grow old. */
  ageing_s: number;
  /** 0: the system's. */
  ttl: number;
  /** 1: that of the inner packet. */
  tos: number;
  df: "unset" | "set" | "inherit";
  /** Answers ARP from its neighbour table instead of sending it. */
  proxy: boolean;
  /** Route short circuit, and messages about misses: kept to be shown. */
  rsc: boolean;
  l2miss: boolean;
  l3miss: boolean;
  udpcsum: boolean;
  /** Most entries that are learned; 0: no limit. */
  maxAddress: number;
  /** Newest first. */
  fdb: VxlanEntry[];
}

/** vxlan_fdb: at least one remote. */
export interface VxlanEntry {
  mac: Mac;
  remotes: VxlanRemote[];
  /** Nud. */
  state: number;
  /** A controller has said so: it doesn't grow old. */
  externLearn: boolean;
  updated_ns: number;
  used_ns: number;
  /** Trace row that made or last changed it, or -1. */
  row: number;
}

/** vxlan_rdst. */
export interface VxlanRemote {
  ip: Ipv4;
  port: number;
  vni: number;
  dev: DevId | null;
}

/** ip_tunnel and its ip_tunnel_parm. */
export interface IpTunnel {
  underlay: NetnsId;
  /** IPV4_ANY: any. */
  local: Ipv4;
  remote: Ipv4;
  link: DevId | null;
  /** 0: that of the inner packet. */
  ttl: number;
  /** 1: that of the inner packet. */
  tos: number;
  /** The outer packet may not be cut. */
  pmtudisc: boolean;
  /** tunl0, which takes what no other tunnel wants. */
  fallback: boolean;
}
