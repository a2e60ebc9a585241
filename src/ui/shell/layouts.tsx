import { Activity, Network, PanelRight, SquareTerminal, X } from "lucide-react";
import { type ReactNode, Suspense, useDeferredValue, useEffect, useRef } from "react";
import { useText } from "../../i18n/text.ts";
import { Canvas } from "../canvas/canvas.tsx";
import { refit } from "../canvas/drawing.ts";
import { covered } from "../canvas/view.ts";
import { lazyAfterOpen } from "../controls/after-open.ts";
import { Split } from "../controls/split.tsx";
import { OpenCard } from "../lessons/card/open-card.tsx";
import { useScene, useWorld } from "../store/stores.ts";
import { Room } from "./room.tsx";
import { type PanelName, uiStore, useUi } from "./ui-state.ts";
import { useIsSnug } from "./viewport.ts";

const Shelf = lazyAfterOpen(async () => (await import("../canvas/shelf.tsx")).Shelf);
const EventsPanel = lazyAfterOpen(async () => (await import("../events/events-panel.tsx")).EventsPanel);
const TerminalPanel = lazyAfterOpen(async () => (await import("../terminal/terminal-panel.tsx")).TerminalPanel);
const Timeline = lazyAfterOpen(async () => (await import("../timeline/timeline.tsx")).Timeline);
const Inspector = lazyAfterOpen(async () => (await import("../inspector/inspector.tsx")).Inspector);

/** The controls of time; their place is kept free until they are there. */
function Time() {
  return (
    <Suspense fallback={<div className="time-place" />}>
      <Timeline />
    </Suspense>
  );
}

interface StageProps {
  readonly compact: boolean;
  /** The open card floats over the canvas. */
  readonly floating?: boolean;
  readonly children?: ReactNode;
}

/** Shelf and canvas, and time below them; `children` lie over the canvas. */
function Stage({ compact, floating = true, children }: StageProps) {
  const t = useText();
  const scene = useScene();
  // The big button first: it can be pressed while the drawing is being made.
  const drawn = useDeferredValue(scene !== null);
  return (
    <div className="stage">
      <div className="stage-top">
        <section className="app-shelf" data-compact={compact} aria-label={t.shell.shelf}>
          <Room>
            <Shelf compact={compact} />
          </Room>
        </section>
        <section className="app-canvas" id="canvas" tabIndex={-1} aria-label={t.shell.canvas}>
          {drawn && (
            <Room>
              <Canvas />
            </Room>
          )}
          {!drawn && <p className="stage-loading">{t.shell.loading}</p>}
          {floating && <OpenCard />}
        </section>
        {children}
      </div>
      <Time />
    </div>
  );
}

/** Terminal and events beside each other, below the stage. */
function StageAndLower({ compact, children }: { readonly compact: boolean; readonly children?: ReactNode }) {
  const t = useText();
  const lower = (
    <Split
      id="terminal"
      direction="row"
      sized="first"
      initial="clamp(46%, 640px, 58%)"
      minSized={260}
      minOther={260}
      label={t.shell.resize.terminal}
      first={
        <Room>
          <TerminalPanel />
        </Room>
      }
      second={
        <Room>
          <EventsPanel />
        </Room>
      }
    />
  );
  return (
    <Split
      id="lower"
      direction="column"
      sized="second"
      initial="clamp(150px, 24vh, 212px)"
      minSized={100}
      minOther={220}
      label={t.shell.resize.bottom}
      first={<Stage compact={compact}>{children}</Stage>}
      second={lower}
    />
  );
}

/** A drawing with a card beside it needs what room there is, in a laptop's window and where there are two hosts: the shelf makes some. */
function useRail(): boolean {
  const card = useUi((s) => s.card !== null);
  const hosts = useWorld((s) => s.nodeIds.filter((id) => s.nodes[id]?.kind === "docker-host").length);
  const isSnug = useIsSnug();
  return card && (hosts > 1 || isSnug);
}

/** Everything beside each other. */
export function WideLayout() {
  const t = useText();
  const rail = useRail();
  return (
    <Split
      id="details"
      direction="row"
      sized="second"
      initial="356px"
      minSized={280}
      minOther={560}
      label={t.shell.resize.inspector}
      first={<StageAndLower compact={rail} />}
      second={
        <Room>
          <Inspector />
        </Room>
      }
    />
  );
}

/** The shelf is a rail; the inspector lies over the canvas's right edge when something is opened. */
export function MediumLayout() {
  return (
    <StageAndLower compact>
      <Drawer />
    </StageAndLower>
  );
}

function Drawer() {
  const t = useText();
  const open = useUi((s) => s.drawer);
  const panel = useRef<HTMLDivElement>(null);
  // The drawing moves aside.
  useEffect(() => {
    if (!open) return;
    covered.drawer = panel.current?.getBoundingClientRect().width ?? 0;
    refit();
    return () => {
      covered.drawer = 0;
      refit();
    };
  }, [open]);
  if (!open) {
    return (
      <button type="button" className="button drawer-open" onClick={() => uiStore.setState({ drawer: true })}>
        <PanelRight size={15} aria-hidden />
        {t.shell.inspector}
      </button>
    );
  }
  return (
    <div ref={panel} className="drawer">
      <button
        type="button"
        className="button quiet icon drawer-close"
        aria-label={t.shell.closePanel}
        onClick={() => uiStore.setState({ drawer: false })}
      >
        <X size={17} aria-hidden />
      </button>
      <Room>
        <Inspector />
      </Room>
    </div>
  );
}

const TABS: readonly { readonly panel: PanelName; readonly Icon: typeof Network }[] = [
  { panel: "canvas", Icon: Network },
  { panel: "terminal", Icon: SquareTerminal },
  { panel: "events", Icon: Activity },
  { panel: "details", Icon: PanelRight },
];

/** One panel at a time, with tabs below; time stays in reach. */
export function SmallLayout() {
  const t = useText();
  const panel = useUi((s) => s.panel);
  return (
    <div className="small-layout">
      <div className="small-panel">
        {panel === "canvas" && <Stage compact floating={false} />}
        {panel === "terminal" && (
          <Room>
            <TerminalPanel />
          </Room>
        )}
        {panel === "events" && (
          <Room>
            <EventsPanel />
          </Room>
        )}
        {panel === "details" && (
          <Room>
            <Inspector />
          </Room>
        )}
      </div>
      {panel !== "canvas" && <Time />}
      <OpenCard />
      <nav className="small-tabs">
        {TABS.map(({ panel: one, Icon }) => (
          <button
            key={one}
            type="button"
            aria-current={one === panel ? "page" : undefined}
            onClick={() => uiStore.setState({ panel: one })}
          >
            <Icon size={18} aria-hidden />
            {t.shell.tabs[one]}
          </button>
        ))}
      </nav>
    </div>
  );
}
