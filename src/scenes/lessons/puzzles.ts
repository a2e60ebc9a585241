/** The puzzles that the page offers, easiest first. */
import type { Puzzle } from "../../protocol/lesson.ts";
import { boundToLocalhost } from "./puzzles/bound-to-localhost.ts";
import { dockerUserDrop } from "./puzzles/docker-user-drop.ts";
import { forwardingOff } from "./puzzles/forwarding-off.ts";
import { noMasquerade } from "./puzzles/no-masquerade.ts";
import { noRoute } from "./puzzles/no-route.ts";
import { poisonedFdb } from "./puzzles/poisoned-fdb.ts";
import { staleNeighbour } from "./puzzles/stale-neighbour.ts";
import { vxlanFdb } from "./puzzles/vxlan-fdb.ts";
import { vxlanMtu } from "./puzzles/vxlan-mtu.ts";
import { wrongSubnet } from "./puzzles/wrong-subnet.ts";

export const PUZZLES: readonly Puzzle[] = [
  forwardingOff,
  noMasquerade,
  noRoute,
  boundToLocalhost,
  dockerUserDrop,
  staleNeighbour,
  poisonedFdb,
  wrongSubnet,
  vxlanFdb,
  vxlanMtu,
];
