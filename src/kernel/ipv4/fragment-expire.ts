/** Fragments whose rest does not come: ip_expire of net/ipv4/ip_fragment.c. */

import { ICMP_EXC_FRAGTIME, ICMP_TIME_EXCEEDED } from "../../wire/icmpv4.ts";
import { PACKET_HOST } from "../netdev/pkttype.ts";
import { count, Mib } from "../snmp.ts";
import type { NetnsId, World } from "../types.ts";
import { discardFragments } from "./fragment.ts";
import { icmpSend } from "./icmp-send.ts";

/** Event FRAG_TIMER: the rest did not come in time. Who sent the first fragment to this host is told (ip_expire). */
export function fragExpire(world: World, netnsId: NetnsId, place: number): void {
  const netns = world.netns[netnsId];
  const queue = netns?.fragments[place];
  if (!netns || !queue || queue.expires_ns !== world.now_ns) return;
  count(netns, Mib.IP_REASM_TIMEOUT);
  const first = queue.parts[0];
  if (first !== undefined && first.offset === 0 && queue.pkttype === PACKET_HOST) {
    icmpSend(world, netnsId, first.frame, queue.dev, true, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME, 0);
  }
  discardFragments(world, netns, queue);
}
