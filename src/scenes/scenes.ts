/** The scenes that the page offers, in the order of its menu. */
import type { Scene } from "../protocol/scene.ts";
import { CNI_KINDS } from "./cni/plan.ts";
import { behindRouter, cniScene, crossHost, directRoutes, sameSubnet } from "./cross-host.ts";
import { docker0Full } from "./docker0-full.ts";
import { byHand } from "./one-host/by-hand.ts";
import { cableAndSwitch } from "./one-host/cable-and-switch.ts";
import { findVeth } from "./one-host/find-veth.ts";
import { hostNetwork } from "./one-host/host-network.ts";
import { hostToContainer } from "./one-host/host-to-container.ts";
import { internet } from "./one-host/internet.ts";
import { noneAndShared } from "./one-host/none-and-shared.ts";
import { publishedPorts } from "./one-host/published-ports.ts";
import { trace } from "./one-host/trace.ts";
import { userNetworks } from "./one-host/user-networks.ts";
import { sameHost } from "./same-host.ts";

export const SCENES: readonly Scene[] = [
  sameHost,
  hostToContainer,
  internet,
  findVeth,
  trace,
  hostNetwork,
  noneAndShared,
  publishedPorts,
  userNetworks,
  cableAndSwitch,
  byHand,
  crossHost,
  directRoutes,
  sameSubnet,
  ...CNI_KINDS.map(cniScene),
  behindRouter,
  docker0Full,
];
