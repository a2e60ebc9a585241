/** Which of Docker's networks is behind a bridge that was given a name of its own. */
import type { LinkView, NodeId } from "../../../protocol/view.ts";
import { logStore, sceneStore } from "../../store/stores.ts";
import { networkOf } from "./commands.ts";

const CREATE = /docker network create\s([^;&|]*)/g;

/** Docker's name for the network behind a bridge; null for a bridge that Docker didn't make. */
export function dockerNetwork(machine: NodeId, bridge: LinkView): string | null {
  const { path } = logStore.getState();
  const typed = path.flatMap(({ node, what }) => (node === machine && what.type === "exec" ? [what.line] : []));
  const before = sceneStore.getState().scene?.setup.filter(({ node }) => node === machine) ?? [];
  return networkOf(bridge) ?? namedBridge([...before.map(({ line }) => line), ...typed], bridge.name);
}

/** The name that `docker network create` gave to the network whose bridge it called `bridge`. */
export function namedBridge(lines: readonly string[], bridge: string): string | null {
  for (const line of lines) {
    for (const [, options = ""] of line.matchAll(CREATE)) {
      const words = options.trim().split(/\s+/);
      if (words.some((word) => word.endsWith(`com.docker.network.bridge.name=${bridge}`))) return words.at(-1) ?? null;
    }
  }
  return null;
}
