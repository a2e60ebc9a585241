import { Copy } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useAllText } from "../../i18n/all-text.ts";
import type { NodeId } from "../../protocol/view.ts";
import { useInsideText } from "../controls/inside-text.ts";
import { describeRow } from "../events/describe.ts";
import { currentScenery } from "../events/scenery.ts";
import { onFrame } from "../store/clock.ts";
import { notify } from "../store/notices.ts";
import { useWorld } from "../store/stores.ts";
import { HintBar } from "./hint-bar.tsx";
import { markChosen } from "./links/chosen.ts";
import type { Pointed } from "./links/screen-links.ts";
import { openTerminalView, type TerminalView } from "./terminal-view.ts";

interface ScreenProps {
  readonly node: NodeId;
  readonly pane: string;
}

/** The screen itself; loaded when it is first shown. */
export function TerminalScreen({ node, pane }: ScreenProps) {
  const t = useAllText();
  const host = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<TerminalView | null>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const name = useWorld((s) => s.nodes[node]?.name ?? node);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const opened = openTerminalView(element, {
      leave: () => leave(element),
      copy: () => void copy(opened.selection(), element),
      point: setPointed,
    });
    setView(opened);
    const sizes = new ResizeObserver(() => opened.fit());
    sizes.observe(element);
    const theme = new MutationObserver(() => opened.recolour());
    theme.observe(document.documentElement, { attributeFilter: ["data-theme", "data-large"] });
    const stop = onFrame(() => opened.refresh());
    return () => {
      stop();
      sizes.disconnect();
      theme.disconnect();
      opened.dispose();
    };
  }, []);
  useEffect(() => view?.show(node), [view, node]);
  useEffect(() => (view === null ? undefined : onFrame(markChosen(view, node))), [view, node]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the view makes the text field
  useEffect(() => {
    const input = host.current?.querySelector("textarea");
    input?.setAttribute("aria-label", t.terminal.prompt(name));
  }, [view, name, t]);
  return (
    <>
      <div
        className="terminal-screen"
        id={`terminal-screen-${pane}`}
        role="tabpanel"
        aria-label={t.terminal.label(name)}
        data-testid="terminal-screen"
      >
        <div ref={host} className="terminal-host" />
        <button
          type="button"
          className="terminal-copy"
          aria-label={t.terminal.copy}
          title={t.terminal.copy}
          onClick={() => void copy(view?.text() ?? "", host.current)}
        >
          <Copy size={14} aria-hidden />
        </button>
        <LinkCard at={pointed} />
      </div>
      <HintBar node={node} onUse={(line) => view?.offer(line)} />
    </>
  );
}

/** Room that the card takes below a line, px; with less of it, it stands above. */
const CARD_PX = 64;

/** Below the line that is pointed at: the event that it goes back to. */
function LinkCard({ at }: { readonly at: Pointed | null }) {
  const t = useAllText();
  const w = useInsideText().terminal;
  const told = at === null ? null : describeRow(currentScenery(), at.row, t);
  const place =
    at === null
      ? {}
      : at.below_px + CARD_PX > at.height_px
        ? { bottom: at.height_px - at.below_px + 30 }
        : { top: at.below_px + 12 };
  return (
    <div className="terminal-card" role="status" hidden={told === null} style={place}>
      {told !== null && (
        <>
          <span className="chip" data-tone={told.tone}>
            {told.chip}
          </span>
          <span>{told.text}</span>
          <small>{at?.byKeys === true ? w.openByKey : w.openByClick}</small>
        </>
      )}
    </div>
  );
}

/** Escape gives the keyboard back to the page. */
function leave(screen: Element): void {
  screen.closest(".terminal-pane")?.querySelector<HTMLElement>(".terminal-tab[aria-selected='true']")?.focus();
}

async function copy(text: string, screen: Element | null): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notify("note", (t) => t.notice.copied);
  } catch {
    if (screen !== null) getSelection()?.selectAllChildren(screen);
  }
}
