/** The views of nodes that are other than the page has them. Of a node that keeps its devices only those that changed are sent. */
import type { DevId } from "../kernel/types.ts";
import { dev } from "../kernel/world.ts";
import type { Batch } from "../protocol/messages.ts";
import type { Scene } from "../protocol/scene.ts";
import type { LinkView, NodeId, NodeView } from "../protocol/view.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";
import { subjects, viewBody, viewLink } from "./view.ts";
import { createMarks, type Marks, markLink, markNode } from "./view-marks.ts";
import { createSeenNeighbours, lookAtNeighbours, type SeenNeighbours } from "./view-neighbours.ts";

/** What views were made of when the page last got them. */
export interface SeenNodes {
  nodes: Map<NodeId, SeenNode>;
  neighbours: SeenNeighbours;
}

interface SeenNode {
  marks: Marks;
  /** Its devices in their order; null before the page got any. */
  devs: DevId[] | null;
  links: Map<DevId, { marks: Marks; view: LinkView }>;
}

export function createSeenNodes(): SeenNodes {
  return { nodes: new Map(), neighbours: createSeenNeighbours() };
}

/** What differs from `seen`, which is brought up to date. */
export function takeChanges(
  seen: SeenNodes,
  world: PlaygroundWorld,
  scene: Scene,
): Pick<Batch, "nodes" | "bodies" | "links" | "removed"> {
  const heard = lookAtNeighbours(seen.neighbours, world);
  const nodes: NodeView[] = [];
  const bodies: Omit<NodeView, "links">[] = [];
  const links: { node: NodeId; link: LinkView }[] = [];
  const there = new Set<NodeId>();
  for (const subject of subjects(world, scene)) {
    const { id, space } = subject;
    there.add(id);
    const node = seen.nodes.get(id) ?? addSeen(seen, id);
    const devs = space?.devs ?? [];
    const isSame = node.devs !== null && devs.length === node.devs.length && devs.every((d, i) => d === node.devs?.[i]);
    const differs = markNode(node.marks, world, subject) || (space !== null && heard.has(space.id));
    const changed = lookAtLinks(node, world, devs);
    const neighbours = (space && seen.neighbours.views.get(space.id)) ?? [];
    if (!isSame) nodes.push({ ...viewBody(world, subject, neighbours), links: settleDevs(node, devs) });
    else if (differs) bodies.push(viewBody(world, subject, neighbours));
    if (isSame) for (const link of changed) links.push({ node: id, link });
  }
  const removed = [...seen.nodes.keys()].filter((id) => !there.has(id));
  for (const id of removed) seen.nodes.delete(id);
  return { nodes, bodies, links, removed };
}

function addSeen(seen: SeenNodes, id: NodeId): SeenNode {
  const node = { marks: createMarks(), devs: null, links: new Map() };
  seen.nodes.set(id, node);
  return node;
}

/** @returns the views of the devices that changed */
function lookAtLinks(node: SeenNode, world: PlaygroundWorld, devs: readonly DevId[]): LinkView[] {
  const changed: LinkView[] = [];
  for (const id of devs) {
    const device = dev(world, id);
    const seen = node.links.get(id);
    const marks = seen?.marks ?? createMarks();
    if (!markLink(marks, world, device)) continue;
    const view = viewLink(world, device);
    if (seen === undefined) node.links.set(id, { marks, view });
    else seen.view = view;
    changed.push(view);
  }
  return changed;
}

/** Forgets the devices that the node no longer has. @returns the views of those that it has */
function settleDevs(node: SeenNode, devs: readonly DevId[]): LinkView[] {
  node.devs = [...devs];
  const there = new Set(devs);
  for (const id of node.links.keys()) if (!there.has(id)) node.links.delete(id);
  return devs.flatMap((id) => node.links.get(id)?.view ?? []);
}
