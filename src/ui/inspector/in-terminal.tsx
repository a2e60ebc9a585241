import { SquareTerminal } from "lucide-react";
import { useInsideText } from "../controls/inside-text.ts";
import { currentScenery, nodeName } from "../events/scenery.ts";
import { focusPanel } from "../shell/ui-state.ts";
import { terminalStore, timeStore, useTerminals, useTrace } from "../store/stores.ts";
import { chunksUntil } from "../terminal/hints.ts";
import { chunkOfRow } from "../terminal/links/cause.ts";
import { showLine } from "../terminal/panes/panes.ts";

/** The line of a terminal that the event has led to, if there is one by now. */
export function InTerminal({ row }: { readonly row: number }) {
  const w = useInsideText().terminal;
  useTrace((s) => s.shown);
  useTerminals((s) => s.count);
  const { chunks } = terminalStore.getState();
  const scenery = currentScenery();
  const until = chunksUntil(chunks, timeStore.getState().playhead_ns);
  const number = chunkOfRow(scenery, row, chunks, until);
  const chunk = number < 0 ? undefined : chunks[number];
  if (chunk === undefined) return null;
  const line = `${chunk.prompt}${chunk.text}`.trimEnd().split("\n")[0];
  const show = () => {
    showLine(chunk.node, number);
    focusPanel("terminal");
  };
  return (
    <button type="button" className="in-terminal" title={w.show} onClick={show}>
      <span className="in-terminal-where">
        <SquareTerminal size={13} aria-hidden />
        {w.shownIn(nodeName(scenery, chunk.node))}
      </span>
      <code lang="en" className="mono">
        {line}
      </code>
    </button>
  );
}
