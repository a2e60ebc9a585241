import { type KeyboardEvent, useEffect, useRef } from "react";
import { useAllText } from "../../../i18n/all-text.ts";
import type { NodeId } from "../../../protocol/view.ts";
import { useInsideText } from "../../controls/inside-text.ts";
import { useWorld } from "../../store/stores.ts";
import { tabsAround } from "./panes.ts";

interface TabsProps {
  /** Tells the two panes' tabs apart. */
  readonly pane: string;
  readonly label: string;
  readonly tabs: readonly NodeId[];
  readonly front: NodeId | null;
  readonly onShow: (node: NodeId) => void;
}

/** A tab for each node; of very many those around the one in front, and a list of all. */
export function TerminalTabs({ pane, label, tabs, front, onShow }: TabsProps) {
  const t = useAllText();
  const row = useRef<HTMLDivElement>(null);
  const around = tabsAround(tabs, front);
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || front === null) return;
    const to = tabs[(tabs.indexOf(front) + step + tabs.length) % tabs.length];
    if (to === undefined) return;
    event.preventDefault();
    onShow(to);
    requestAnimationFrame(() => document.getElementById(tabId(pane, to))?.focus());
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one is in front
  useEffect(() => {
    row.current?.querySelector("[aria-selected='true']")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [front]);
  return (
    <>
      <div ref={row} className="terminal-tabs" role="tablist" aria-label={label} onKeyDown={walk}>
        {around.map((id) => (
          <TerminalTab key={id} pane={pane} id={id} front={id === front} onShow={onShow} />
        ))}
      </div>
      {around.length < tabs.length && <AllTabs tabs={tabs} front={front} label={t.shell.terminal} onShow={onShow} />}
    </>
  );
}

export function tabId(pane: string, node: NodeId): string {
  return `terminal-tab-${pane}-${node}`;
}

interface TabProps {
  readonly pane: string;
  readonly id: NodeId;
  readonly front: boolean;
  readonly onShow: (node: NodeId) => void;
}

function TerminalTab({ pane, id, front, onShow }: TabProps) {
  const name = useWorld((s) => s.nodes[id]?.name ?? id);
  const busy = useWorld((s) => s.nodes[id]?.busy ?? false);
  return (
    <button
      type="button"
      role="tab"
      className="terminal-tab"
      id={tabId(pane, id)}
      aria-selected={front}
      aria-controls={`terminal-screen-${pane}`}
      tabIndex={front ? 0 : -1}
      onClick={(event) => {
        onShow(id);
        if (isByMouse(event.nativeEvent)) promptOf(pane)?.focus();
      }}
    >
      <span>{name}</span>
      {busy && <i className="terminal-busy" />}
    </button>
  );
}

/** Whoever presses a tab with the mouse types next; keys stay on the tab, and for a finger no keyboard comes up unasked. */
function isByMouse(event: MouseEvent): boolean {
  return event.detail > 0 && !("pointerType" in event && event.pointerType === "touch");
}

function promptOf(pane: string): HTMLElement | null {
  return document.querySelector(`#terminal-screen-${pane} textarea`);
}

interface AllProps extends Pick<TabsProps, "tabs" | "front" | "onShow"> {
  readonly label: string;
}

function AllTabs({ tabs, front, label, onShow }: AllProps) {
  const w = useInsideText().terminal;
  const nodes = useWorld((s) => s.nodes);
  return (
    <select
      className="terminal-all"
      aria-label={`${label}: ${w.all(tabs.length)}`}
      value={front ?? ""}
      onChange={(event) => onShow(event.target.value)}
    >
      {tabs.map((id) => (
        <option key={id} value={id}>
          {nodes[id]?.name ?? id}
        </option>
      ))}
    </select>
  );
}
