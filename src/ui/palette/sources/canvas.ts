// What the canvas offers beyond the bars over its cards: how it is drawn, and what a node can ask others for.

import { type CanvasMenuText, enCanvasMenu } from "../../../i18n/en/canvas-menu.ts";
import { zhCanvasMenu } from "../../../i18n/zh/canvas-menu.ts";
import type { NodeView } from "../../../protocol/view.ts";
import { pickAll } from "../../canvas/group/group-store.ts";
import type { Action } from "../../canvas/menu/action.ts";
import { toggleMachines } from "../../canvas/menu/drawing-actions.ts";
import { trafficActions } from "../../canvas/menu/traffic.ts";
import { takesCommands } from "../../store/node-kinds.ts";
import { prefsStore } from "../../store/prefs.ts";
import { worldStore } from "../../store/stores.ts";
import type { Entry } from "../entry.ts";

/** With more nodes than these their menus are the shorter way. */
const MOST = 10;

export function canvasEntries(): Entry[] {
  const { machines } = prefsStore.getState();
  const plain = (id: string, say: (t: CanvasMenuText) => string, does: () => void): Entry => ({
    id,
    group: "view",
    title: words(say),
    does,
  });
  return [
    { ...plain("machines", (t) => t.machines, toggleMachines), group: "setting", chosen: machines },
    plain("select-all", (t) => t.selectAll, pickAll),
    ...askEntries(),
  ];
}

function words(say: (t: CanvasMenuText) => string): Entry["title"] {
  return { en: say(enCanvasMenu), zh: say(zhCanvasMenu) };
}

/** HTTP, traceroute and DNS from each running node, each leading on to whom or what it asks. */
function askEntries(): Entry[] {
  const { nodes, nodeIds } = worldStore.getState();
  const asking = nodeIds.flatMap((id) => {
    const node = nodes[id]!;
    const runs = takesCommands(node);
    return runs ? [node] : [];
  });
  return asking.length > MOST ? [] : asking.flatMap(entriesOf);
}

function entriesOf(node: NodeView): Entry[] {
  const inChinese = trafficActions(node, zhCanvasMenu);
  return trafficActions(node, enCanvasMenu).flatMap(({ id, label, items = [] }, i): Entry[] => {
    if (id === "ping" || items.length === 0) return [];
    const title = {
      en: enCanvasMenu.askFrom(node.name, label),
      zh: zhCanvasMenu.askFrom(node.name, inChinese[i]!.label),
    };
    const entries = items.map((item) => itemEntry(`${id} ${node.id}`, item));
    return [{ id: `${id} ${node.id}`, group: "node", title, does: () => {}, leads: () => ({ title, entries }) }];
  });
}

function itemEntry(before: string, { id, label, hint, run }: Action): Entry {
  const title = { en: label, zh: label };
  return { id: `${before} ${id}`, group: "node", title, does: () => run?.(), ...(hint === undefined ? {} : { hint }) };
}
