// The moment that is open as a link, and a link as the moment that is open.

import type { SavedState } from "../../protocol/messages.ts";
import { type ShareText, shareText } from "../share/share-text.ts";
import { openState } from "../shell/open-scene.ts";
import { uiStore } from "../shell/ui-state.ts";
import { dismissNotice, noticeStore, notify } from "../store/notices.ts";
import { restore, savedState } from "../store/session.ts";
import {
  frontStore,
  layoutStore,
  selectionStore,
  selectNode,
  selectRow,
  traceStore,
  worldStore,
} from "../store/stores.ts";
import { decodeState, encodeState, stateInHash } from "./codec.ts";
import type { LinkLook, LinkState } from "./link-state.ts";

/** Everything that a link to this moment carries; null while no scene is open. */
export function linkState(): LinkState | null {
  const saved = savedState();
  if (saved === null) return null;
  const { node, dev, row } = selectionStore.getState();
  const isOpen = node !== null || row !== null;
  const look = {
    node,
    dev,
    row,
    front: frontStore.getState().node,
    tab: isOpen ? uiStore.getState().inspectorTab : null,
  };
  return { saved, positions: layoutStore.getState().positions, look };
}

/** The address of this page that opens this very moment, with its branches; null while no scene is open. */
export async function linkToMoment(): Promise<string | null> {
  const state = linkState();
  if (state === null) return null;
  const url = new URL(location.pathname, location.href);
  url.hash = `s=${await encodeState(state)}`;
  return url.href;
}

/**
 * Opens the state of a link in place of what is open, or of `left`, which the last visit left; that is kept and can be brought back.
 * False when it cannot be opened: then a sentence says why, and nothing has changed.
 */
export async function openLink(text: string, left: SavedState | null = savedState()): Promise<boolean> {
  const decoded = await decodeState(text);
  if (!decoded.ok) return refuse(decoded.fault);
  const { saved, positions, look } = decoded.state;
  const opened = await openState(saved.scene, {
    open: () => patiently(restore(saved)),
    positions,
    left,
    say: (title) => shareText().kept(title),
  });
  if (!opened) return refuse("refused");
  showLook(look);
  if (decoded.sceneChanged) notify("note", () => shareText().sceneChanged);
  return true;
}

/** Opens the state in the address's hash in place of `left`; false when there is none that can be opened. */
export async function openHashState(left: SavedState | null): Promise<boolean> {
  const text = stateInHash(location.hash);
  return text !== null && openLink(text, left);
}

/** How long opening a link may take before it is offered to give up, ms. */
const LONG_MS = 5000;

/** A moment may be far into a busy scene: whoever waits for it can go back to what was open. */
async function patiently(opening: Promise<boolean>): Promise<boolean> {
  let id: number | null = null;
  const timer = setTimeout(() => {
    notify("error", () => shareText().long, { label: () => shareText().giveUp, run: giveUp });
    id = noticeStore.getState().notices.at(-1)?.id ?? null;
  }, LONG_MS);
  const opened = await opening;
  clearTimeout(timer);
  if (id !== null) dismissNotice(id);
  return opened;
}

/** Starts the page anew, without the link. What was open has been kept. */
function giveUp(): void {
  const url = new URL(location.href);
  url.hash = "";
  history.replaceState(history.state, "", url);
  location.reload();
}

function refuse(fault: keyof ShareText["faults"]): false {
  notify("error", () => shareText().faults[fault]);
  return false;
}

/** Selects what the link says, as far as it is there. */
function showLook({ node, dev, row, front, tab }: LinkLook): void {
  const { nodes, devices } = worldStore.getState();
  const has = (id: string | null): id is string => id !== null && Object.hasOwn(nodes, id);
  if (has(front)) frontStore.setState({ node: front });
  selectNode(has(node) ? node : null, dev !== null && devices.has(dev) ? dev : null);
  if (row !== null && row < traceStore.getState().rows) selectRow(row);
  if (tab !== null) uiStore.setState({ inspectorTab: tab });
}
