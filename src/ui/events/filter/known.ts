// What of the network can stand in a filter: names, addresses, interfaces, networks, MACs.
import type { NodeView } from "../../../protocol/view.ts";
import { worldStore } from "../../store/stores.ts";
import type { Known } from "./suggest.ts";

/** A list grows no longer than people read. */
const MOST = 200;

/** The first address of the node that has this name, as a number; null when there is none. */
export function addressOfName(name: string): number | null {
  const node = Object.values(worldStore.getState().nodes).find((one) => one.name === name);
  const address = node === undefined ? null : firstAddress(node);
  if (address === null) return null;
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function firstAddress(node: NodeView): string | null {
  const { nodes } = worldStore.getState();
  const links = node.links.length > 0 ? node.links : (nodes[node.netnsOwner]?.links ?? []);
  return links.find((link) => link.kind !== "loopback" && link.addresses.length > 0)?.addresses[0]?.address ?? null;
}

/** Names and numbers of the network as it stands, each once. */
export function knownNow(): Known {
  const nodes = Object.values(worldStore.getState().nodes);
  const links = nodes.flatMap((node) => node.links);
  const hosts = new Map<string, string>();
  for (const node of nodes) {
    const address = firstAddress(node);
    if (address !== null) hosts.set(address, node.name);
  }
  return {
    hosts: [...hosts].slice(0, MOST),
    devs: unique(links.map((link) => link.name)),
    nets: unique(
      nodes.flatMap((node) => node.routes.map((route) => route.destination)).filter((one) => /\/\d+$/.test(one)),
    ),
    macs: unique(links.filter((link) => link.kind !== "loopback").map((link) => link.mac)),
  };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].slice(0, MOST);
}
