/** What an address's lifetime makes of its flags. */
import { SECOND_NS } from "../../../../base/time.ts";
import type { InetAddress, World } from "../../../../kernel/types.ts";

/** IFA_F_PERMANENT is what an address has that lasts for ever. */
export function isDynamic({ life }: InetAddress): boolean {
  return life !== undefined;
}

export function isDeprecated(world: World, { life }: InetAddress): boolean {
  return life !== undefined && world.now_ns >= life.since_ns + life.preferred_s * SECOND_NS;
}
