/** The lessons that the page offers, one for each scene, in the order of its menu. */
import type { StepLesson } from "../../protocol/lesson.ts";
import { byHandLesson } from "./one-host/by-hand.ts";
import { cableAndSwitchLesson } from "./one-host/cable-and-switch.ts";
import { findVethLesson } from "./one-host/find-veth.ts";
import { hostNetworkLesson } from "./one-host/host-network.ts";
import { hostToContainerLesson } from "./one-host/host-to-container.ts";
import { internetLesson } from "./one-host/internet.ts";
import { noneAndSharedLesson } from "./one-host/none-and-shared.ts";
import { publishedPortsLesson } from "./one-host/published-ports.ts";
import { sameHostLesson } from "./one-host/same-host.ts";
import { traceLesson } from "./one-host/trace.ts";
import { userNetworksLesson } from "./one-host/user-networks.ts";
import { behindRouterLesson } from "./two-hosts/behind-router.ts";
import { calicoIpipLesson } from "./two-hosts/calico-ipip.ts";
import { calicoRoutedLesson } from "./two-hosts/calico-routed.ts";
import { crossHostLesson } from "./two-hosts/cross-host.ts";
import { directRoutesLesson } from "./two-hosts/direct-routes.ts";
import { hostGwLesson } from "./two-hosts/flannel-host-gw.ts";
import { vxlanLesson } from "./two-hosts/flannel-vxlan.ts";
import { sameSubnetLesson } from "./two-hosts/same-subnet.ts";

export const LESSONS: readonly StepLesson[] = [
  sameHostLesson,
  hostToContainerLesson,
  internetLesson,
  findVethLesson,
  traceLesson,
  hostNetworkLesson,
  noneAndSharedLesson,
  publishedPortsLesson,
  userNetworksLesson,
  cableAndSwitchLesson,
  byHandLesson,
  crossHostLesson,
  directRoutesLesson,
  sameSubnetLesson,
  hostGwLesson,
  vxlanLesson,
  calicoRoutedLesson,
  calicoIpipLesson,
  behindRouterLesson,
];
