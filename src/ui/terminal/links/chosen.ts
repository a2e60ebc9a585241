// The line that the open packet or command has led to is marked where it stands on a screen; one that was asked for is brought there.
import type { NodeId } from "../../../protocol/view.ts";
import { currentScenery } from "../../events/scenery.ts";
import { selectionStore, terminalStore, timeStore } from "../../store/stores.ts";
import { chunksUntil } from "../hints.ts";
import { panesStore } from "../panes/panes.ts";
import type { TerminalView } from "../terminal-view.ts";
import { chunkOfRow } from "./cause.ts";

/** Frames for which a line that was asked for is waited for: another node's text has to be written first. */
const PATIENCE_FRAMES = 60;

/** Marks in a screen that shows `node`; to be called in every frame, costs something only when something has changed. */
export function markChosen(view: TerminalView, node: NodeId): () => void {
  let seen = "";
  let waited = 0;
  let stands = "";
  return () => {
    const { row } = selectionStore.getState();
    const { wanted } = panesStore.getState();
    const { chunks, count, epoch } = terminalStore.getState();
    const key = `${row} ${wanted} ${count} ${epoch} ${view.restarts()}`;
    if (key === seen) return;
    const until = chunksUntil(chunks, timeStore.getState().playhead_ns);
    const chosen = row === null ? -1 : chunkOfRow(currentScenery(), row, chunks, until);
    const chunk = wanted !== null && chunks[wanted]?.node === node ? wanted : chosen;
    if (chunk < 0 || chunks[chunk]?.node !== node) {
      view.unmark();
      stands = "";
      seen = key;
      return;
    }
    const mark = `${chunk} ${epoch} ${view.restarts()}`;
    if (mark === stands && chunk !== wanted) {
      seen = key;
      return;
    }
    const isThere = view.mark(chunk, chunk === wanted);
    waited = isThere ? 0 : waited + 1;
    if (!isThere && waited < PATIENCE_FRAMES) return;
    waited = 0;
    seen = key;
    stands = isThere ? mark : "";
    if (chunk === wanted) panesStore.setState({ wanted: null });
  };
}
