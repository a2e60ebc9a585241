/** The dialog's plan: which hosts can take part, and what is to be typed where. Pure. */
import type { NodeId, NodeView } from "../../protocol/view.ts";
import { type CniHost, type CniKind, type CniLine, cniSetup, shareOf } from "../../scenes/cni/plan.ts";
import { cniHosts, lanLink } from "./members.ts";
import { stands } from "./standing.ts";

type Nodes = Readonly<Record<NodeId, NodeView>>;

/** Lines for one host's terminal. */
export interface HostPlan {
  readonly host: CniHost;
  readonly net: string;
  readonly lines: readonly PlanLine[];
}

export interface PlanLine extends CniLine {
  /** What it would make is there. */
  readonly stands: boolean;
}

/** Docker hosts that are on a LAN. */
export function hostsOf(nodes: Nodes): NodeView[] {
  return Object.values(nodes).filter((node) => node.kind === "docker-host" && lanLink(node) !== undefined);
}

/** Host by host: the order in which it is typed, too. */
export function planFor(nodes: Nodes, kind: CniKind, chosen: readonly NodeId[]): HostPlan[] {
  const hosts = cniHosts(nodes, kind, chosen);
  const lines = cniSetup(kind, hosts);
  return hosts.map((host, i) => {
    const node = Object.values(nodes).find((one) => one.machine === one.id && one.name === host.name);
    return {
      host,
      net: shareOf(kind, host.place ?? i).net,
      lines: lines
        .filter((line) => line.node === host.name)
        .map((line) => ({ ...line, stands: node !== undefined && stands(node, line.line) })),
    };
  });
}

/** As text to be kept: a remark above each host's commands. */
export function planText(plan: readonly HostPlan[]): string {
  return plan.map(({ host, lines }) => [`# ${host.name}`, ...lines.map(({ line }) => line)].join("\n")).join("\n\n");
}

/** Whether all are on one LAN. */
export function onOneLan(hosts: readonly NodeView[]): boolean {
  const nets = hosts.map((node) => lanLink(node)?.addresses[0]?.address.replace(/\.\d+$/, ""));
  return new Set(nets).size <= 1;
}
