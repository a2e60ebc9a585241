/** The numbers by which namespaces know each other: peernet2id_alloc(), net/core/net_namespace.c. */
import type { NetnsId, World } from "./types.ts";
import { netns } from "./world.ts";

/** The number by which `of` is known in namespace `inside`, given out now if need be: the lowest that is free. */
export function nsidAlloc(world: World, inside: NetnsId, of: NetnsId): number {
  const { nsids } = netns(world, inside);
  const known = nsids.indexOf(of);
  if (known >= 0) return known;
  const hole = nsids.indexOf(-1);
  if (hole < 0) return nsids.push(of) - 1;
  nsids[hole] = of;
  return hole;
}

/** The number by which `of` is known in namespace `inside`, or null. */
export function nsidOf(world: World, inside: NetnsId, of: NetnsId): number | null {
  const known = netns(world, inside).nsids.indexOf(of);
  return known < 0 ? null : known;
}

/** A namespace is gone: nobody knows it any more. */
export function forgetNsid(world: World, gone: NetnsId): void {
  for (const space of world.netns) {
    const at = space?.nsids.indexOf(gone) ?? -1;
    if (at >= 0) (space as { nsids: NetnsId[] }).nsids[at] = -1;
  }
}
