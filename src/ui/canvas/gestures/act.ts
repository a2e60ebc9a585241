/** Gestures done: each ends in a shell line, typed into the terminal of whoever would type it. */
import type { DevId, NodeId } from "../../../protocol/view.ts";
import { isLocked } from "../../store/locks.ts";
import { isInside } from "../../store/node-kinds.ts";
import { notify } from "../../store/notices.ts";
import { exec } from "../../store/session.ts";
import { logStore, worldStore } from "../../store/stores.ts";
import * as line from "./commands.ts";
import { dockerNetwork } from "./docker-network.ts";

/** Types a line into a node's terminal, unless a program there, or a shell somewhere else, would read it. */
function type(node: NodeId, text: string): void {
  const view = worldStore.getState().nodes[node];
  if (view?.busy) notify("note", (t) => t.canvas.busy(view.name));
  else if (view?.away) notify("note", (t) => t.notice.away(view.name));
  else void exec(node, text);
}

/** Types a line that adds, removes, cuts or moves something, where that is not locked. */
function change(node: NodeId, text: string): void {
  if (isLocked("topology")) notify("note", (t) => t.canvas.locked);
  else type(node, text);
}

/** Runs a new container on a machine. */
export function runImage(machine: NodeId, image: string, network: line.Network): void {
  const { nodes } = worldStore.getState();
  const names = Object.values(nodes)
    .filter((node) => node.machine === machine)
    .map((node) => node.name);
  change(machine, line.runLine(image, names, network));
}

/** Runs a new container on the network of a bridge. */
export function runOnBridge(machine: NodeId, image: string, dev: DevId): void {
  const bridge = worldStore.getState().devices.get(dev)?.link;
  const name = bridge === undefined ? null : dockerNetwork(machine, bridge);
  if (name === null) notify("note", (t) => t.canvas.notDockers(bridge?.name ?? "?"));
  else runImage(machine, image, { type: "bridge", name });
}

/** Makes a new bridge network on a machine. */
export function createNetwork(machine: NodeId): void {
  const { entries } = logStore.getState();
  const made = entries.filter((e) => e.node === machine && e.what.type === "exec" && NETWORK_CREATE.test(e.what.line));
  change(machine, line.networkLine(made.length));
}

const NETWORK_CREATE = /^docker network create net-\d+$/;

/** Removes the network of a bridge. */
export function removeNetwork(machine: NodeId, dev: DevId): void {
  const bridge = worldStore.getState().devices.get(dev)?.link;
  const name = bridge === undefined ? null : dockerNetwork(machine, bridge);
  if (name !== null) change(machine, line.removeNetworkLine(name));
}

/** Sets a device of a machine up or down. */
export function setLink(machine: NodeId, name: string, up: boolean): void {
  change(machine, line.linkLine(name, up));
}

/** From the terminal of `from`. */
export function pingNode(from: NodeId, to: NodeId): void {
  askNode(from, to, line.pingLine);
}

/** Asks a web server; `port` is TCP's. */
export function httpNode(from: NodeId, to: NodeId, port: number): void {
  askNode(from, to, (address) => line.httpLine(address, port));
}

export function traceNode(from: NodeId, to: NodeId): void {
  askNode(from, to, line.tracerouteLine);
}

/** One echo request to each of them. */
export function pingEach(from: NodeId, to: readonly NodeId[]): void {
  const { nodes } = worldStore.getState();
  const addresses = to.flatMap((id) => line.addressFor(nodes, from, id) ?? []);
  if (addresses.length > 0) type(from, line.pingAllLine(addresses));
}

export function lookUp(from: NodeId, name: string): void {
  type(from, line.lookupLine(name));
}

export function captureOn(node: NodeId, dev: string): void {
  type(node, line.captureLine(dev));
}

/** From the terminal of `from`, a line with the address under which it reaches `to`. */
function askNode(from: NodeId, to: NodeId, lineFor: (address: string) => string): void {
  const { nodes } = worldStore.getState();
  const address = line.addressFor(nodes, from, to);
  if (address === null) notify("note", (t) => t.canvas.noAddress(nodes[to]?.name ?? to));
  else type(from, lineFor(address));
}

/** A container, or a namespace made by hand. */
export const removeNode = (id: NodeId): void => removeAll([id]);

/** Containers and namespaces made by hand: one line on each host. */
export function removeAll(ids: readonly NodeId[]): void {
  const { nodes } = worldStore.getState();
  const meant = ids.flatMap((id) => nodes[id] ?? []).filter(isInside);
  for (const machine of new Set(meant.map((node) => node.machine))) {
    change(machine, line.removeAllLine(meant.filter((node) => node.machine === machine)));
  }
}

/** One line on each host for all containers of it that are meant. */
export function changeAll(ids: readonly NodeId[], lineFor: (names: readonly string[]) => string): void {
  const { nodes } = worldStore.getState();
  const names = new Map<NodeId, string[]>();
  for (const id of ids) {
    const node = nodes[id];
    if (node?.container) names.set(node.machine, [...(names.get(node.machine) ?? []), node.name]);
  }
  for (const [machine, all] of names) change(machine, lineFor(all));
}

/** A line about a container, in the terminal of its host. */
function onHost(id: NodeId, lineFor: (name: string) => string): void {
  const node = worldStore.getState().nodes[id];
  if (node?.container) change(node.machine, lineFor(node.name));
}

export const stopContainer = (id: NodeId): void => onHost(id, line.stopLine);
export const startContainer = (id: NodeId): void => onHost(id, line.startLine);

/** Cuts the line between two devices at its host's end; mends it at whichever end is down and may be set. */
export function setWire(a: DevId, b: DevId, up: boolean): void {
  const { nodes, devices } = worldStore.getState();
  const own = [a, b].flatMap((dev) => devices.get(dev) ?? []).filter(({ node }) => nodes[node]?.container === null);
  const down = up ? own.filter(({ link }) => !link.up) : [];
  const end = line.hostEnd((dev) => devices.get(dev), a, b);
  for (const { node, link } of down.length > 0 ? down : end === null ? [] : [end]) setLink(node, link.name, up);
}

/** The host's ends of a namespace's cables. */
export function cablesOf(id: NodeId): string[] {
  const { nodes, devices } = worldStore.getState();
  const ends = (nodes[id]?.links ?? []).flatMap((link) => devices.get(link.peer ?? -1) ?? []);
  return ends.filter(({ node }) => node === nodes[id]?.machine).map(({ link }) => link.name);
}

/** Unplugs a container from its bridge and plugs it into another; a namespace made by hand is plugged by its cables. */
export function moveContainer(id: NodeId, from: DevId | null, to: DevId): void {
  const { nodes, devices } = worldStore.getState();
  const node = nodes[id];
  const target = devices.get(to)?.link;
  const source = from === null ? undefined : devices.get(from)?.link;
  if (node === undefined) return;
  if (node.kind === "netns") {
    change(node.machine, line.plugLine(cablesOf(id), target?.name ?? "?"));
    return;
  }
  const name = target === undefined ? null : dockerNetwork(node.machine, target);
  if (name === null) notify("note", (t) => t.canvas.notDockers(target?.name ?? "?"));
  else
    change(
      node.machine,
      line.moveLine(node.name, source === undefined ? null : dockerNetwork(node.machine, source), name),
    );
}
