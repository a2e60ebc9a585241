/** The page as a figure in another one: a slim bar, the drawing, what else there is room for, time. */
import { Activity, Network, PanelRight, SquareTerminal } from "lucide-react";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useText } from "../../../i18n/text.ts";
import { Canvas } from "../../canvas/canvas.tsx";
import { useDrawing } from "../../canvas/drawing.ts";
import { lazyAfterOpen } from "../../controls/after-open.ts";
import { Room } from "../../shell/room.tsx";
import { type PanelName, uiStore, useUi } from "../../shell/ui-state.ts";
import { useScene } from "../../store/stores.ts";
import { useEmbedText } from "../embed-text.ts";
import { parseParams } from "../params.ts";
import { FigureBar } from "./bar.tsx";
import { figureStore, useFigure } from "./figure.ts";
import { arrange, frontOf, type Panels, panelsOf, wantedHeight } from "./panels.ts";
import { StartScreen } from "./start-screen.tsx";
import { isMac, lendWheel, useWheelHint } from "./wheel.ts";
import "./embedded.css";

const EventsPanel = lazyAfterOpen(async () => (await import("../../events/events-panel.tsx")).EventsPanel);
const TerminalPanel = lazyAfterOpen(async () => (await import("../../terminal/terminal-panel.tsx")).TerminalPanel);
const Timeline = lazyAfterOpen(async () => (await import("../../timeline/timeline.tsx")).Timeline);
const Inspector = lazyAfterOpen(async () => (await import("../../inspector/inspector.tsx")).Inspector);
const NowLine = lazyAfterOpen(async () => (await import("../../shell/now-line.tsx")).NowLine);

/** Labels of tabs are left out in less room, px. */
const LABELS_PX = 560;

export function Embedded() {
  const { params } = useMemo(() => parseParams(location.search), []);
  const panels = useMemo(() => panelsOf(params.panels), [params]);
  const started = useFigure((s) => s.started);
  const figure = useRef<HTMLDivElement>(null);
  const size = useSize(figure, panels.timeline);
  useEffect(lendWheel, []);
  return (
    <div ref={figure} className="figure">
      <FigureBar />
      {started || params.load === null ? <Parts panels={panels} {...size} /> : <StartScreen scene={params.scene} />}
    </div>
  );
}

/** The figure's own size, kept for whoever tells the page around it. */
function useSize(figure: { readonly current: HTMLDivElement | null }, timeline: boolean) {
  const [size, setSize] = useState({ width: 688, height: 420 });
  const bounds = useDrawing((s) => s.layout.bounds);
  useEffect(() => {
    const element = figure.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [figure]);
  const height = wantedHeight(size.width, bounds, timeline);
  useEffect(() => {
    if (bounds.width > 0) figureStore.setState({ size: { width: size.width, height } });
  }, [size.width, height, bounds.width]);
  return size;
}

interface PartsProps {
  readonly panels: Panels;
  readonly width: number;
  readonly height: number;
}

function Parts({ panels, width, height }: PartsProps) {
  const { shown, timeline } = panels;
  const arrangement = arrange(shown, width, height);
  const wanted = useUi((s) => s.panel);
  const others = shown.filter((one) => one !== "canvas");
  const tabbed = arrangement === "tabs" ? shown : others;
  const front = useFront(tabbed, wanted);
  const tabs = <PanelTabs panels={tabbed} front={front} labels={width >= LABELS_PX} />;
  return (
    <>
      <main className="figure-main" data-arrangement={arrangement}>
        {arrangement !== "tabs" && <Panel name="canvas" />}
        {arrangement === "tabs" && front !== null && <Panel name={front} />}
        {arrangement !== "tabs" && (
          <div className="figure-side">
            {tabs}
            <div className="figure-side-panel">{front !== null && <Panel name={front} />}</div>
          </div>
        )}
      </main>
      <div className="figure-strip">
        <Suspense fallback={<span className="now-line" />}>
          <NowLine />
        </Suspense>
        {arrangement === "tabs" && shown.length > 1 && tabs}
      </div>
      {timeline && (
        <Suspense fallback={<div className="time-place" />}>
          <Timeline />
        </Suspense>
      )}
    </>
  );
}

/** The panel in front; beside the drawing the last one stays when the drawing itself is asked for. */
function useFront(choices: readonly PanelName[], wanted: PanelName): PanelName | null {
  const [last, setLast] = useState<PanelName>(wanted);
  if (choices.includes(wanted) && wanted !== last) setLast(wanted);
  return frontOf(choices, choices.includes(wanted) ? wanted : last);
}

function Panel({ name }: { readonly name: PanelName }) {
  return (
    <Room>
      {name === "canvas" && <Drawing />}
      {name === "events" && <EventsPanel />}
      {name === "terminal" && <TerminalPanel />}
      {name === "details" && <Inspector />}
    </Room>
  );
}

function Drawing() {
  const t = useText();
  const e = useEmbedText();
  const scene = useScene();
  const hint = useWheelHint();
  return (
    <section className="app-canvas" id="canvas" tabIndex={-1} aria-label={t.shell.canvas}>
      <Canvas />
      {scene === null && <p className="stage-loading">{t.shell.loading}</p>}
      <p className="figure-wheel" data-shown={hint || undefined} aria-hidden="true">
        {isMac() ? e.wheelMac : e.wheel}
      </p>
    </section>
  );
}

const ICONS = { canvas: Network, terminal: SquareTerminal, events: Activity, details: PanelRight } as const;

interface PanelTabsProps {
  readonly panels: readonly PanelName[];
  readonly front: PanelName | null;
  readonly labels: boolean;
}

function PanelTabs({ panels, front, labels }: PanelTabsProps) {
  const t = useEmbedText();
  return (
    <nav className="figure-tabs" aria-label={t.panels}>
      {panels.map((panel) => {
        const Icon = ICONS[panel];
        return (
          <button
            key={panel}
            type="button"
            aria-label={t.panel[panel]}
            title={t.panel[panel]}
            aria-current={panel === front ? "page" : undefined}
            onClick={() => uiStore.setState({ panel })}
          >
            <Icon size={15} aria-hidden />
            {labels && <span>{t.panel[panel]}</span>}
          </button>
        );
      })}
    </nav>
  );
}
