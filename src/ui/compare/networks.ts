/** The networks that can be compared, each with the ping that is sent through it. */
import type { CompareRun } from "../../protocol/compare.ts";
import type { Scene } from "../../protocol/scene.ts";
import { CNI_KINDS, type CniKind } from "../../scenes/cni/plan.ts";
import { behindRouter, cniScene, directRoutes } from "../../scenes/cross-host.ts";

export type NetworkId = CniKind | "direct-routes" | "behind-router";

export interface Network {
  readonly id: NetworkId;
  readonly run: CompareRun;
  /** Its hosts have to be on one LAN. */
  readonly sameLan: boolean;
}

/** Who sees its packets wrapped for the way between hosts. */
const TUNNELS: ReadonlySet<string> = new Set(["flannel-vxlan", "calico-ipip", "behind-router"]);

/** The scene in which everything stands already: what is left to do in it but the ping has been typed. */
function finished(scene: Scene): Scene {
  const typed = scene.actions.filter(({ line }) => line.includes("type vxlan"));
  return { ...scene, setup: [...scene.setup, ...typed.map(({ node, line }) => ({ node, line }))] };
}

function network(id: NetworkId, scene: Scene): Network[] {
  const ping = scene.actions.find(({ line }) => line.startsWith("ping "));
  if (ping === undefined) return [];
  const line = ping.line.replace(/-c \d+/, "-c 1");
  return [{ id, run: { scene, node: ping.node, line }, sameLan: !TUNNELS.has(id) }];
}

export const NETWORKS: readonly Network[] = [
  ...network("direct-routes", directRoutes),
  ...CNI_KINDS.flatMap((kind) => network(kind, cniScene(kind))),
  ...network("behind-router", finished(behindRouter)),
];

export const MOST = 4;
export const FIRST: readonly NetworkId[] = ["flannel-host-gw", "flannel-vxlan", "calico-ipip"];
