/** The scenes that the page offers, in the order of its menu. */
import type { Scene } from "../protocol/scene.ts";
import { CNI_KINDS } from "./cni/plan.ts";
import { behindRouter, cniScene, crossHost, directRoutes, sameSubnet } from "./cross-host.ts";
import { sameHost } from "./same-host.ts";

export const SCENES: readonly Scene[] = [
  sameHost,
  crossHost,
  directRoutes,
  sameSubnet,
  ...CNI_KINDS.map(cniScene),
  behindRouter,
];
