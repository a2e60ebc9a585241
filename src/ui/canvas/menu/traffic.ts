/** Who can be asked for something from a node: lists for ping, HTTP, traceroute and DNS. */

import type { CanvasMenuText } from "../../../i18n/en/canvas-menu.ts";
import type { Scene } from "../../../protocol/scene.ts";
import type { NodeId, NodeView } from "../../../protocol/view.ts";
import { sceneStore, worldStore } from "../../store/stores.ts";
import { httpNode, lookUp, pingNode, traceNode } from "../gestures/act.ts";
import { addressFor } from "../gestures/commands.ts";
import type { Action } from "./action.ts";

type Nodes = Readonly<Record<NodeId, NodeView>>;

export interface Reachable {
  readonly id: NodeId;
  readonly name: string;
  readonly address: string;
}

/** Everybody else who has an address. A namespace counts once, under its owner's name. */
export function reachableFrom(nodes: Nodes, from: NodeId): Reachable[] {
  const owner = nodes[from]?.netnsOwner;
  return Object.values(nodes).flatMap((node) => {
    if (node.id !== node.netnsOwner || node.netnsOwner === owner || node.kind === "switch") return [];
    const address = addressFor(nodes, from, node.id);
    return address === null ? [] : [{ id: node.id, name: node.name, address }];
  });
}

/** Ports on which a node takes TCP connections from outside, ascending. */
export function listeningPorts(node: NodeView): number[] {
  const ports = node.sockets.flatMap(({ protocol, state, local }) => {
    const [, host, port] = /^(.*):(\d+)$/.exec(local) ?? [];
    const isOpen = protocol === "tcp" && state === "LISTEN" && !/^(127\.|\[?::1\]?$)/.test(host ?? "");
    return isOpen ? [Number(port)] : [];
  });
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** Names that somebody answers for: those of the scene's DNS servers, and containers of networks that Docker's own DNS serves. */
export function namesFor(nodes: Nodes, scene: Scene | null, from: NodeId): string[] {
  const served = scene?.world.nodes.flatMap(({ services }) => Object.keys(services?.dns?.records ?? {})) ?? [];
  const mode = nodes[from]?.container?.networkMode ?? "default";
  const isUsers = !["default", "bridge", "host", "none"].includes(mode) && !mode.startsWith("container:");
  const peers = Object.values(nodes).filter((node) => isUsers && node.container?.networkMode === mode);
  return [...new Set([...peers.filter(({ id }) => id !== from).map(({ name }) => name), ...served])];
}

/** The four ways to ask, from a running node. */
export function trafficActions(node: NodeView, t: CanvasMenuText): Action[] {
  const { nodes } = worldStore.getState();
  const others = reachableFrom(nodes, node.id);
  const line = ({ id, name, address }: Reachable, run: (from: NodeId, to: NodeId) => void): Action => ({
    id,
    label: name,
    hint: address,
    run: () => run(node.id, id),
  });
  const web = others.flatMap(({ id, name, address }) =>
    listeningPorts(nodes[id]!).map((port) => ({
      id: `${id} ${port}`,
      label: name,
      hint: `${address}:${port}`,
      run: () => httpNode(node.id, id, port),
    })),
  );
  const names = namesFor(nodes, sceneStore.getState().scene, node.id);
  return [
    { id: "ping", label: t.pingTo, items: others.map((other) => line(other, pingNode)) },
    { id: "http", label: t.httpTo, items: web },
    { id: "traceroute", label: t.traceTo, items: others.map((other) => line(other, traceNode)) },
    {
      id: "dns",
      label: t.lookUp,
      items: names.map((name) => ({ id: name, label: name, run: () => lookUp(node.id, name) })),
    },
  ];
}
