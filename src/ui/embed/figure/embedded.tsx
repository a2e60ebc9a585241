/** The page as a figure in another one: a slim bar, the drawing, what else there is room for, time. */
import { Activity, Network, PanelRight, SquareTerminal } from "lucide-react";
import { type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useText } from "../../../i18n/text.ts";
import { Canvas } from "../../canvas/canvas.tsx";
import { drawingStore, showAll, useDrawing } from "../../canvas/drawing.ts";
import { controls, covered } from "../../canvas/view.ts";
import { lazyAfterOpen } from "../../controls/after-open.ts";
import { OpenCard } from "../../lessons/card/open-card.tsx";
import { Room } from "../../shell/room.tsx";
import { type PanelName, uiStore, useUi } from "../../shell/ui-state.ts";
import { selectionStore, useScene } from "../../store/stores.ts";
import { useEmbedText } from "../embed-text.ts";
import { parseParams } from "../params.ts";
import { FigureBar } from "./bar.tsx";
import { figureStore, useFigure } from "./figure.ts";
import {
  type Arrangement,
  arrange,
  BAR_PX,
  CAPTION_PX,
  CARD_BESIDE_PX,
  frontOf,
  type Panels,
  panelsOf,
  STACKED_PX,
  standsAside,
  wantedHeight,
} from "./panels.ts";
import { StartScreen } from "./start-screen.tsx";
import { isMac, lendWheel, useWheelHint } from "./wheel.ts";
import "./embedded.css";

const EventsPanel = lazyAfterOpen(async () => (await import("../../events/events-panel.tsx")).EventsPanel);
const TerminalPanel = lazyAfterOpen(async () => (await import("../../terminal/terminal-panel.tsx")).TerminalPanel);
const Timeline = lazyAfterOpen(async () => (await import("../../timeline/timeline.tsx")).Timeline);
const Inspector = lazyAfterOpen(async () => (await import("../../inspector/inspector.tsx")).Inspector);
const NowLine = lazyAfterOpen(async () => (await import("../../shell/header/now-line.tsx")).NowLine);

/** In more width than this a lesson's card, the drawing and another panel stand beside each other, px. */
const WIDE_PX = 1280;
/** Room that the controls take in a row, px. */
const ROW_PX = 230;
/** As in embedded.css. */
const BAR_HEIGHT_PX = 40;
const TIME_HEIGHT_PX = 46;

export function Embedded() {
  const { params } = useMemo(() => parseParams(location.search), []);
  const panels = useMemo(() => panelsOf(params.panels), [params]);
  const started = useFigure((s) => s.started);
  const figure = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(figure, panels.timeline);
  const hasCard = useUi((s) => s.card !== null);
  const arrangement = hasCard && width < WIDE_PX ? "tabs" : arrange(panels.shown, width, height);
  const wanted = useUi((s) => s.panel);
  const tabbed = arrangement === "tabs" ? panels.shown : panels.shown.filter((one) => one !== "canvas");
  const front = useFront(tabbed, wanted);
  useEffect(lendWheel, []);
  useEffect(() => (arrangement === "tabs" ? undefined : followNode()), [arrangement]);
  useEffect(() => uiStore.setState({ panels: panels.shown }), [panels]);
  const running = started || params.load === null;
  const tabs = tabbed.length > 1 && running && (
    <PanelTabs panels={tabbed} front={front} labels={arrangement !== "tabs"} />
  );
  const inBar = arrangement === "tabs" && width >= BAR_PX;
  const parts = { panels, arrangement, front, width, height };
  return (
    <div ref={figure} className="figure" data-narrow={width < BAR_PX || undefined}>
      <FigureBar>{inBar && tabs}</FigureBar>
      {running ? <Parts {...parts} tabs={inBar ? null : tabs} /> : <StartScreen scene={params.scene} />}
    </div>
  );
}

/** Shows the node that is selected beside the drawing. Returns how to stop. */
function followNode(): () => void {
  const show = () => uiStore.setState({ panel: "details" });
  if (selectionStore.getState().node !== null) show();
  return selectionStore.subscribe((now, before) => {
    if (now.node !== null && now.node !== before.node) show();
  });
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
  readonly arrangement: Arrangement;
  readonly front: PanelName | null;
  readonly width: number;
  readonly height: number;
  /** Null where they stand in the bar. */
  readonly tabs: ReactNode;
}

function Parts({ panels, arrangement, front, width, height, tabs }: PartsProps) {
  const product = useText().shell.product;
  const { shown, timeline } = panels;
  const alone = arrangement === "tabs";
  const isBeside = width >= CARD_BESIDE_PX;
  const hasCard = useUi((s) => s.card !== null);
  const drawing = useDrawing((s) => s.layout.bounds);
  const inDrawing = alone && front === "canvas" && !hasCard;
  const aside = inDrawing && standsAside(width, height - BAR_HEIGHT_PX - (timeline ? TIME_HEIGHT_PX : 0), drawing);
  useSides(aside);
  const isSaid = !alone && front === "events";
  const needsStrip = (!aside && !isSaid) || (alone && tabs !== null && tabs !== false);
  return (
    <>
      <main className="figure-main" aria-label={product} data-arrangement={arrangement}>
        {shown.includes("canvas") && (!alone || front === "canvas") && <Panel name="canvas" caption={aside} />}
        {alone && front !== null && front !== "canvas" && <Panel name={front} />}
        {isBeside && <OpenCard />}
        {!alone && (
          <div className="figure-side">
            {tabs}
            <div className="figure-side-panel">{front !== null && <Panel name={front} />}</div>
          </div>
        )}
      </main>
      {!isBeside && <OpenCard />}
      {needsStrip && (
        <div className="figure-strip">
          <Now />
          {alone && tabs}
        </div>
      )}
      {timeline && (
        <Suspense fallback={<div className="time-place" />}>
          <Timeline />
        </Suspense>
      )}
    </>
  );
}

/** Tells the canvas's view what stands at the drawing's sides. */
function useSides(aside: boolean): void {
  useEffect(() => {
    controls.room = aside ? STACKED_PX : ROW_PX;
    Object.assign(covered, aside ? { left: STACKED_PX, right: CAPTION_PX } : { left: 0, right: 0 });
    if (drawingStore.getState().following) showAll(false);
  }, [aside]);
}

/** What has just happened, in words. */
function Now() {
  return (
    <Suspense fallback={<span className="now-line" />}>
      <NowLine />
    </Suspense>
  );
}

/** The panel in front; beside the drawing the last one stays when the drawing itself is asked for. */
function useFront(choices: readonly PanelName[], wanted: PanelName): PanelName | null {
  const [last, setLast] = useState<PanelName>(wanted);
  if (choices.includes(wanted) && wanted !== last) setLast(wanted);
  return frontOf(choices, choices.includes(wanted) ? wanted : last);
}

function Panel({ name, caption = false }: { readonly name: PanelName; readonly caption?: boolean }) {
  return (
    <Room>
      {name === "canvas" && <Drawing caption={caption} />}
      {name === "events" && <EventsPanel />}
      {name === "terminal" && <TerminalPanel />}
      {name === "details" && <Inspector />}
    </Room>
  );
}

/** @param caption whether the words about what happens stand at the right, and the controls are stacked */
function Drawing({ caption }: { readonly caption: boolean }) {
  const t = useText();
  const e = useEmbedText();
  const scene = useScene();
  const hint = useWheelHint();
  return (
    <section
      className="app-canvas"
      id="canvas"
      tabIndex={-1}
      aria-label={t.shell.canvas}
      data-roomy={caption || undefined}
    >
      <Canvas />
      {scene === null && <p className="stage-loading">{t.shell.loading}</p>}
      {caption && (
        <div className="figure-caption" style={{ width: CAPTION_PX - 18 }}>
          <Now />
        </div>
      )}
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
