/** What the kinds of nodes have in common on the page. */
import type { ContainerView, NodeView } from "../../protocol/view.ts";

/** Whether a node stands on its machine's card: a container, or a namespace made by hand. */
export function isInside({ kind }: Pick<NodeView, "kind">): boolean {
  return kind === "container" || kind === "netns";
}

/** Whether commands can be typed there: not on a switch. */
export function hasTerminal({ kind }: Pick<NodeView, "kind">): boolean {
  return kind !== "switch";
}

/** Of a node on a machine's card: a namespace runs as long as it is there. */
export function lifeOf({ container }: Pick<NodeView, "container">): ContainerView["state"] {
  return container === null ? "running" : container.state;
}

/** Whether commands can be typed there now: a stopped container hears none. */
export function takesCommands(node: Pick<NodeView, "kind" | "container">): boolean {
  return hasTerminal(node) && lifeOf(node) === "running";
}

/** What stands behind the name: a container's image, or what `ip` calls a namespace. */
export function imageOf({ container }: Pick<NodeView, "container">): string {
  return container?.image ?? "netns";
}
