/** Masqueraded connections end with the address that they borrowed: net/netfilter/nf_nat_masquerade.c. */
import type { Ipv4 } from "../../../wire/address.ts";
import type { DevId, World } from "../../types.ts";
import { ctKill } from "../conntrack/core.ts";

/** masq_device_event, masq_inet_event: the device goes down, or loses `address` (null: all of them). */
export function masqueradeForget(world: World, dev: DevId, address: Ipv4 | null): void {
  const t = world.ct;
  for (let slot = 0; slot < t.used; slot++) {
    if ((t.netns[slot] as number) < 0 || slot === t.pending || t.masq[slot] !== dev) continue;
    if (address === null || t.destination[2 * slot + 1] === (address | 0)) ctKill(world, slot);
  }
}
