import type { NodeId } from "../../../protocol/view.ts";
import { useInsideText } from "../../controls/inside-text.ts";
import { currentScenery, nodeName } from "../../events/scenery.ts";
import { selectRow, useLog, useTrace } from "../../store/stores.ts";
import { typedWords } from "../../terminal/typed.ts";
import { momentWords } from "../../timeline/time-words.ts";
import { makerOf } from "./made-by.ts";

interface MadeByProps {
  readonly node: NodeId;
  readonly created_ns: number;
  /** It may be a connection that somebody else has opened. */
  readonly accepts?: boolean;
}

/** Where an entry comes from, in a line of its own: a click shows the command or the packet. */
export function MadeBy({ node, created_ns, accepts }: MadeByProps) {
  const w = useInsideText().origin;
  const path = useLog((s) => s.path);
  const shown = useTrace((s) => s.shown);
  const scenery = currentScenery();
  const maker = makerOf(scenery, node, created_ns, path, accepts);
  if (maker.by === "scene") return <span className="table-detail made-by">{w.fromStart}</span>;
  const at = `${momentWords(created_ns)} s`;
  const words = maker.by === "command" ? w.after(at) : w.bySegment(at);
  const show = maker.by === "command" ? w.show(nodeName(scenery, maker.entry.node)) : w.showSegment;
  const line = maker.by === "command" ? typedWords(maker.entry.what) : null;
  const isThere = maker.row >= 0 && maker.row < shown;
  return (
    <span className="table-detail made-by">
      {words}
      {line !== null && (
        <code lang="en" className="mono">
          {line}
        </code>
      )}
      {isThere && (
        <button
          type="button"
          className="table-origin"
          aria-label={`${words} ${line ?? ""}. ${show}`}
          title={line === null ? show : `${line}\n${show}`}
          onClick={() => selectRow(maker.row)}
        />
      )}
    </span>
  );
}
