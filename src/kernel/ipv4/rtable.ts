/** What routing answers: struct rtable of include/net/route.h, as far as it matters here. */
import { IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import type { DevId, Route } from "../types.ts";

export interface Rtable {
  type: "unicast" | "local" | "broadcast" | "multicast" | "unreachable";
  /** Device that it leaves by; loopback for what is local. */
  dev: DevId;
  /** Next hop, or null when the destination itself is on the link. */
  gateway: Ipv4 | null;
  /** Output only: source address, as given or chosen. */
  source: Ipv4;
  /** RTCF_LOCAL: this host is (also) meant. */
  local: boolean;
  mtu: number;
  /** The route that matched, or null. */
  route: Route | null;
  /** Input only: the sender should be told of a better first hop (IPSKB_DOREDIRECT). */
  redirect: boolean;
  /** Input only: why the packet may not pass, when an errno was returned; the route's error when it is unreachable. */
  reason: number;
  error: number;
}

export function createRtable(): Rtable {
  return {
    type: "unicast",
    dev: -1,
    gateway: null,
    source: IPV4_ANY,
    local: false,
    mtu: 0,
    route: null,
    redirect: false,
    reason: 0,
    error: 0,
  };
}
