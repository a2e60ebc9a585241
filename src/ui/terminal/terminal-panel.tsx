import { type KeyboardEvent, Suspense } from "react";
import { useText } from "../../i18n/text.ts";
import type { NodeId, NodeView } from "../../protocol/view.ts";
import { lazyAfterOpen } from "../controls/after-open.ts";
import { useLocked } from "../store/locks.ts";
import { showTerminal, useFront, useTime, useTrace, useWorld, worldStore } from "../store/stores.ts";
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

/** Nodes that have a tab: Docker hosts, then containers that run, then the other machines. */
function tabsOf(nodes: Readonly<Record<NodeId, NodeView>>, ids: readonly NodeId[]): NodeId[] {
  const rank = (id: NodeId): number => {
    const node = nodes[id]!;
    if (node.kind === "docker-host") return 0;
    return node.kind === "container" ? 1 : 2;
  };
  return ids.filter((id) => nodes[id]!.kind !== "switch").sort((a, b) => rank(a) - rank(b));
}

/** Stands where the screen will: the tab in front names it. */
function Waiting({ node }: { readonly node: NodeId }) {
  const t = useText();
  const name = useWorld((s) => s.nodes[node]?.name ?? node);
  return (
    <div id="terminal-screen" role="tabpanel" className="terminal-note" aria-label={t.terminal.label(name)}>
      {t.terminal.loading}
    </div>
  );
}

/** A terminal for the host and for each container; one is in front. */
export function TerminalPanel() {
  const t = useText();
  const ids = useWorld((s) => s.nodeIds);
  const wanted = useFront();
  const { nodes } = worldStore.getState();
  const tabs = tabsOf(nodes, ids);
  const front = wanted !== null && tabs.includes(wanted) ? wanted : (tabs[0] ?? null);
  return (
    <section className="terminal" id="terminal" tabIndex={-1} aria-label={t.shell.terminal}>
      <div className="terminal-bar">
        <div
          className="terminal-tabs"
          role="tablist"
          aria-label={t.shell.terminal}
          onKeyDown={(e) => walkTabs(e, tabs, front)}
        >
          {tabs.map((id) => (
            <TerminalTab key={id} id={id} front={id === front} />
          ))}
        </div>
      </div>
      <LockedNote />
      <PastNote />
      {front !== null && (
        <Suspense fallback={<Waiting node={front} />}>
          <TerminalScreen node={front} />
        </Suspense>
      )}
    </section>
  );
}

function TerminalTab({ id, front }: { readonly id: NodeId; readonly front: boolean }) {
  const name = useWorld((s) => s.nodes[id]?.name ?? id);
  const busy = useWorld((s) => s.nodes[id]?.busy ?? false);
  return (
    <button
      type="button"
      role="tab"
      className="terminal-tab"
      id={`terminal-tab-${id}`}
      aria-selected={front}
      aria-controls="terminal-screen"
      tabIndex={front ? 0 : -1}
      onClick={() => showTerminal(id)}
    >
      {name}
      {busy && <i className="terminal-busy" />}
    </button>
  );
}

function walkTabs(event: KeyboardEvent, tabs: readonly NodeId[], front: NodeId | null): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step === undefined || front === null) return;
  const to = tabs[(tabs.indexOf(front) + step + tabs.length) % tabs.length];
  if (to === undefined) return;
  event.preventDefault();
  showTerminal(to);
  document.getElementById(`terminal-tab-${to}`)?.focus();
}

/** Says that nobody can type here; what scenes do still shows. */
function LockedNote() {
  const t = useText();
  return useLocked("terminal") ? <p className="terminal-note">{t.terminal.locked}</p> : null;
}

/** Says that typing here forks, while something lies ahead of the playhead. */
function PastNote() {
  const t = useText();
  const past = useTime((s) => s.playhead_ns < s.head_ns);
  const later = useTrace((s) => s.shown < s.rows);
  const locked = useLocked("terminal");
  return past && later && !locked ? <p className="terminal-note past">{t.terminal.past}</p> : null;
}
