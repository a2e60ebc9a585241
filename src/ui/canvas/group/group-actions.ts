/** What can be done with everything that is selected. */

import type { CanvasMenuText } from "../../../i18n/en/canvas-menu.ts";
import type { NodeId, NodeView } from "../../../protocol/view.ts";
import { uiStore } from "../../shell/ui-state.ts";
import { isInside, takesCommands } from "../../store/node-kinds.ts";
import { worldStore } from "../../store/stores.ts";
import { changeAll, pingEach, removeAll } from "../gestures/act.ts";
import { startAllLine, stopAllLine } from "../gestures/commands.ts";
import type { Action } from "../menu/action.ts";
import { clearGroup } from "./group-store.ts";

/** The actions that apply to these nodes, in the order of selection. */
export function groupActions(ids: readonly NodeId[], t: CanvasMenuText): Action[] {
  const { nodes } = worldStore.getState();
  const picked = ids.flatMap((id) => nodes[id] ?? []);
  const idsOf = (some: readonly NodeView[]) => some.map(({ id }) => id);
  const containers = picked.filter((node) => node.container !== null);
  const running = containers.filter((node) => node.container?.state === "running");
  const stopped = containers.filter((node) => node.container?.state !== "running");
  const hosts = picked.filter((node) => node.kind === "docker-host");
  const actions: Action[] = [];
  const add = (id: string, label: string, run: () => void, more: Partial<Action> = {}) =>
    actions.push({ id, label, run, ...more });
  const [first, ...rest] = picked.filter(takesCommands);
  if (first !== undefined && rest.length > 0) {
    add("ping-all", t.pingAll(first.name), () => pingEach(first.id, idsOf(rest)));
  }
  if (hosts.length > 0) {
    const run = () => uiStore.setState({ connect: idsOf(hosts) });
    add("connect", t.connectThese, run, { lock: "topology" });
  }
  if (running.length > 0) add("stop", t.stop, () => changeAll(idsOf(running), stopAllLine), { lock: "topology" });
  if (stopped.length > 0) add("start", t.start, () => changeAll(idsOf(stopped), startAllLine), { lock: "topology" });
  const inside = picked.filter(isInside);
  if (inside.length > 0) {
    const remove = () => {
      removeAll(idsOf(inside));
      clearGroup();
    };
    add("remove", t.remove, remove, { lock: "topology", danger: true });
  }
  return actions;
}
