import { Lightbulb, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { useAllText } from "../../i18n/all-text.ts";
import type { NodeId } from "../../protocol/view.ts";
import { onFrame } from "../store/clock.ts";
import { useLocked } from "../store/locks.ts";
import { terminalStore, timeStore, useWorld } from "../store/stores.ts";
import { hintStore, putAway, sayPasted } from "./hint-store.ts";
import { chunksUntil, type Hint, hintFor, lastSpoken } from "./hints.ts";

/** The hint for the last command in a node's terminal, as far as it has happened at the playhead. */
function useHint(node: NodeId): Hint | null {
  const [hint, setHint] = useState<Hint | null>(null);
  const away = useStore(hintStore, (s) => s.away);
  useEffect(() => {
    let seen = "";
    const look = () => {
      const { chunks, epoch } = terminalStore.getState();
      const until = chunksUntil(chunks, timeStore.getState().playhead_ns);
      if (seen === `${epoch} ${until}`) return;
      seen = `${epoch} ${until}`;
      const spoken = lastSpoken(chunks, node, until);
      const next = spoken === null ? null : hintFor(spoken, away);
      setHint((old) => (old?.id === next?.id && old?.instead === next?.instead ? old : next));
    };
    look();
    return onFrame(look);
  }, [node, away]);
  return hint;
}

/** Below the screen: what was meant, or why an answer looks different. Says nothing most of the time. */
export function HintBar({ node, onUse }: { readonly node: NodeId; readonly onUse: (line: string) => void }) {
  const t = useAllText();
  const hint = useHint(node);
  const name = useWorld((s) => s.nodes[node]?.name ?? node);
  const pasted = useStore(hintStore, (s) => s.pasted);
  const shown = pasted > 0 ? t.hints.pasted(pasted) : hint === null ? "" : t.hints.about[hint.id];
  const locked = useLocked("terminal");
  const instead = pasted > 0 ? null : (hint?.instead ?? null);
  return (
    <aside className={shown === "" ? "terminal-hint none" : "terminal-hint"} aria-label={`${t.hints.label}: ${name}`}>
      {shown !== "" && <Lightbulb size={14} aria-hidden />}
      <div role="status" className="terminal-hint-text" data-testid="terminal-hint">
        {shown}
        {instead !== null && (
          <>
            {" "}
            {t.hints.instead} <code className="mono">{instead}</code>
          </>
        )}
      </div>
      {instead !== null && !locked && (
        <button type="button" className="terminal-hint-use" onClick={() => onUse(instead)}>
          {t.hints.use}
        </button>
      )}
      {shown !== "" && (
        <button
          type="button"
          className="terminal-hint-away"
          aria-label={t.hints.dismiss}
          title={t.hints.dismiss}
          onClick={() => (pasted > 0 || hint === null ? sayPasted(0) : putAway(hint.id))}
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </aside>
  );
}
