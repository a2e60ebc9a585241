import { Columns2, Crosshair } from "lucide-react";
import { type ReactNode, Suspense, useEffect } from "react";
import { useAllText } from "../../i18n/all-text.ts";
import type { NodeId } from "../../protocol/view.ts";
import { lazyAfterOpen } from "../controls/after-open.ts";
import { useInsideText } from "../controls/inside-text.ts";
import { Split } from "../controls/split.tsx";
import { useViewport } from "../shell/viewport.ts";
import { useLocked } from "../store/locks.ts";
import {
  frontStore,
  showTerminal,
  useFront,
  useSecond,
  useTime,
  useTrace,
  useWorld,
  worldStore,
} from "../store/stores.ts";
import { followNodes, frontOf, tabsOf, toggleFollow, toggleSplit, usePanes } from "./panes/panes.ts";
import { TerminalTabs } from "./panes/terminal-tabs.tsx";
import "./terminal.css";

/** The terminal measures its font when it opens: it waits for it, but not for long. */
const FONT_PATIENCE_MS = 1500;
const TerminalScreen = lazyAfterOpen(async () => {
  const font = document.fonts.load('12.5px "JetBrains Mono"').catch(() => undefined);
  const patience = new Promise((resolve) => setTimeout(resolve, FONT_PATIENCE_MS));
  const [{ TerminalScreen: loaded }] = await Promise.all([
    import("./terminal-screen.tsx"),
    Promise.race([font, patience]),
  ]);
  return loaded;
});

/** A terminal for the host and for each container; one is in front, and another may stand beside it. */
export function TerminalPanel() {
  const t = useAllText();
  const w = useInsideText().terminal;
  const viewport = useViewport();
  const ids = useWorld((s) => s.nodeIds);
  const wanted = useFront();
  const beside = useSecond();
  const split = usePanes((s) => s.split);
  useEffect(followNodes, []);
  const { nodes } = worldStore.getState();
  const tabs = tabsOf(nodes, ids);
  const front = frontOf(tabs, wanted);
  const second = split ? secondOf(tabs, front, beside) : null;
  // What the pane shows is what the store says: whoever types there is not called to the front.
  useEffect(() => {
    if (frontStore.getState().second !== second) frontStore.setState({ second });
  }, [second]);
  const one = (actions: ReactNode) => (
    <Pane pane="first" label={t.shell.terminal} tabs={tabs} front={front} onShow={showTerminal} actions={actions} />
  );
  return (
    <section className="terminal" id="terminal" tabIndex={-1} aria-label={t.shell.terminal}>
      <LockedNote />
      <PastNote />
      {second === null ? (
        one(<PaneActions />)
      ) : (
        <Split
          id="terminals"
          direction={viewport === "small" ? "column" : "row"}
          sized="second"
          initial="50%"
          minSized={viewport === "small" ? 90 : 160}
          minOther={viewport === "small" ? 90 : 160}
          label={w.resize}
          first={one(null)}
          second={
            <Pane
              pane="second"
              label={w.second}
              tabs={tabs}
              front={second}
              onShow={(node) => frontStore.setState({ second: node })}
              actions={<PaneActions />}
            />
          }
        />
      )}
    </section>
  );
}

/** Whose terminal stands beside the front one. */
function secondOf(tabs: readonly NodeId[], front: NodeId | null, beside: NodeId | null): NodeId | null {
  return beside !== null && tabs.includes(beside) ? beside : (tabs.find((id) => id !== front) ?? null);
}

interface PaneProps {
  readonly pane: "first" | "second";
  readonly label: string;
  readonly tabs: readonly NodeId[];
  readonly front: NodeId | null;
  readonly onShow: (node: NodeId) => void;
  readonly actions: ReactNode;
}

function Pane({ pane, label, tabs, front, onShow, actions }: PaneProps) {
  return (
    <div className="terminal-pane">
      <div className="terminal-bar">
        <TerminalTabs pane={pane} label={label} tabs={tabs} front={front} onShow={onShow} />
        {actions}
      </div>
      {front !== null && (
        <Suspense fallback={<Waiting node={front} pane={pane} />}>
          <TerminalScreen node={front} pane={pane} />
        </Suspense>
      )}
    </div>
  );
}

/** Stands where the screen will: the tab in front names it. */
function Waiting({ node, pane }: { readonly node: NodeId; readonly pane: string }) {
  const t = useAllText();
  const name = useWorld((s) => s.nodes[node]?.name ?? node);
  return (
    <div id={`terminal-screen-${pane}`} role="tabpanel" className="terminal-note" aria-label={t.terminal.label(name)}>
      {t.terminal.loading}
    </div>
  );
}

function PaneActions() {
  const w = useInsideText().terminal;
  const split = usePanes((s) => s.split);
  const follow = usePanes((s) => s.follow);
  return (
    <div className="terminal-actions">
      <button type="button" aria-pressed={follow} aria-label={w.follow} title={w.follow} onClick={toggleFollow}>
        <Crosshair size={15} aria-hidden />
      </button>
      <button type="button" aria-pressed={split} aria-label={w.split} title={w.split} onClick={toggleSplit}>
        <Columns2 size={15} aria-hidden />
      </button>
    </div>
  );
}

/** Says that nobody can type here; what scenes do still shows. */
function LockedNote() {
  const t = useAllText();
  return useLocked("terminal") ? <p className="terminal-note">{t.terminal.locked}</p> : null;
}

/** Says that typing here forks, while something lies ahead of the playhead. */
function PastNote() {
  const t = useAllText();
  const past = useTime((s) => s.playhead_ns < s.head_ns);
  const later = useTrace((s) => s.shown < s.rows);
  const locked = useLocked("terminal");
  return past && later && !locked ? <p className="terminal-note past">{t.terminal.past}</p> : null;
}
