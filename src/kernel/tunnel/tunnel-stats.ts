/** Counters of tunnels: iptunnel_xmit() of net/ipv4/ip_tunnel_core.c, iptunnel_xmit_stats(). */
import { count, countTx, TX_DROPPED } from "../netdev/stats.ts";
import type { NetDevice, World } from "../types.ts";

/**
 * A tunnel has wrapped and sent a packet.
 * @param bytes length of the inner packet, without an Ethernet header
 * @param error what sending the outer packet came to
 */
export function countTunnelTx(world: World, device: NetDevice, bytes: number, error: number): void {
  if (error === 0) countTx(world, device.id, bytes);
  else count(world, device.id, TX_DROPPED);
}
