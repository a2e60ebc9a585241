import { Copy } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useText } from "../../i18n/text.ts";
import type { NodeId } from "../../protocol/view.ts";
import { onFrame } from "../store/clock.ts";
import { notify } from "../store/notices.ts";
import { useWorld } from "../store/stores.ts";
import { HintBar } from "./hint-bar.tsx";
import { openTerminalView, type TerminalView } from "./terminal-view.ts";

/** The screen itself; loaded when it is first shown. */
export function TerminalScreen({ node }: { readonly node: NodeId }) {
  const t = useText();
  const host = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<TerminalView | null>(null);
  const name = useWorld((s) => s.nodes[node]?.name ?? node);
  useEffect(() => {
    if (host.current === null) return;
    const opened = openTerminalView(host.current, leave);
    setView(opened);
    const sizes = new ResizeObserver(() => opened.fit());
    sizes.observe(host.current);
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: the view makes the text field
  useEffect(() => {
    const input = host.current?.querySelector("textarea");
    input?.setAttribute("aria-label", t.terminal.prompt(name));
  }, [view, name, t]);
  return (
    <>
      <div
        className="terminal-screen"
        id="terminal-screen"
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
          onClick={() => void copy(view)}
        >
          <Copy size={14} aria-hidden />
        </button>
      </div>
      <HintBar node={node} onUse={(line) => view?.offer(line)} />
    </>
  );
}

/** Escape gives the keyboard back to the page. */
function leave(): void {
  document.querySelector<HTMLElement>(".terminal-tab[aria-selected='true']")?.focus();
}

async function copy(view: TerminalView | null): Promise<void> {
  try {
    await navigator.clipboard.writeText(view?.text() ?? "");
    notify("note", (t) => t.notice.copied);
  } catch {
    getSelection()?.selectAllChildren(document.getElementById("terminal-screen")!);
  }
}
