// The big button: what the scene offers to do.
import type { Scene } from "../../protocol/scene.ts";
import type { NodeId, NodeView } from "../../protocol/view.ts";
import { notify } from "../store/notices.ts";
import { exec, openScene } from "../store/session.ts";
import { worldStore } from "../store/stores.ts";

export type Action = Scene["actions"][number];

/** The node that a scene calls by this name, or undefined. */
export function nodeByName(nodes: Readonly<Record<NodeId, NodeView>>, name: string): NodeView | undefined {
  return nodes[name] ?? Object.values(nodes).find((node) => node.name === name);
}

/** Types the action's line where it belongs; a sentence when that node is gone, nothing while it is busy. */
export function runAction(action: Action): void {
  const node = nodeByName(worldStore.getState().nodes, action.node);
  if (node === undefined) notify("error", (t) => t.refusal["no-such-node"]);
  else if (node.away) notify("note", (t) => t.notice.away(node.name));
  else if (!node.busy) void exec(node.id, action.line);
}

/** What the big button itself does. */
export function runMainAction(): void {
  const action = openScene()?.actions[0];
  if (action !== undefined) runAction(action);
}
