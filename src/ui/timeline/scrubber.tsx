import { Maximize2, ZoomIn, ZoomOut } from "lucide-react";
import { type PointerEvent, useEffect, useRef, useState } from "react";
import { useAllText } from "../../i18n/all-text.ts";
import { useInsideText } from "../controls/inside-text.ts";
import { describeRow } from "../events/describe.ts";
import { currentScenery } from "../events/scenery.ts";
import { onFrame } from "../store/clock.ts";
import { hoverRow, timeStore, traceStore } from "../store/stores.ts";
import { momentWords } from "./time-words.ts";
import { handsOn, placeOn } from "./track-hands.ts";
import { createTrackView, EDGE, momentUnder, paint, rowUnder } from "./track-view.ts";

/** What is under the pointer. */
interface Tip {
  readonly x: number;
  readonly t_ns: number;
  readonly row: number;
}

/** The track with its ticks, and the playhead, which can be dragged. */
export function Scrubber() {
  const t = useAllText();
  const root = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const [view] = useState(createTrackView);
  const [hands] = useState(() => handsOn(view));
  const [tip, setTip] = useState<Tip | null>(null);
  const [zoomable, setZoomable] = useState(false);
  useEffect(
    () =>
      onFrame((now_ms) => {
        if (root.current === null || canvas.current === null || head.current === null) return;
        paint(view, { root: root.current, canvas: canvas.current, head: head.current }, now_ms);
        setZoomable(view.dense || view.zoom !== null);
      }),
    [view],
  );
  useEffect(() => {
    const element = root.current;
    // React listens to the wheel passively, where nothing can be held back.
    element?.addEventListener("wheel", hands.wheel, { passive: false });
    return () => element?.removeEventListener("wheel", hands.wheel);
  }, [hands]);
  const point = (event: PointerEvent<HTMLDivElement>) => {
    hands.move(event);
    if (event.pointerType === "touch") return;
    const { x } = placeOn(event, event.currentTarget);
    const row = rowUnder(view, x);
    hoverRow(row < 0 ? null : row);
    setTip({ x, row, t_ns: row < 0 ? momentUnder(view, x) : traceStore.getState().columns.t_ns[row]! });
  };
  const leave = () => {
    setTip(null);
    hoverRow(null);
  };
  return (
    <div className="scrubber-frame">
      <div
        ref={root}
        className="scrubber"
        role="slider"
        tabIndex={0}
        aria-label={t.time.scrubber}
        aria-valuemin={0}
        aria-valuemax={0}
        aria-valuenow={0}
        data-testid="scrubber"
        onPointerDown={hands.down}
        onPointerMove={point}
        onPointerUp={hands.up}
        onPointerCancel={hands.up}
        onPointerLeave={leave}
        onKeyDown={hands.key}
      >
        <canvas ref={canvas} />
        <div ref={head} className="playhead" />
      </div>
      {tip !== null && <TipView tip={tip} width={view.width} />}
      {zoomable && <ZoomButtons onZoom={hands.zoom} />}
    </div>
  );
}

/** The moment under the pointer, and the event there. */
function TipView({ tip, width }: { readonly tip: Tip; readonly width: number }) {
  const t = useAllText();
  const w = useInsideText().timeline;
  const told = tip.row < 0 ? null : describeRow(currentScenery(), tip.row, t);
  const { head_ns } = timeStore.getState();
  const side =
    tip.x > width / 2 ? { right: Math.max(0, width + 2 * EDGE - tip.x - 16) } : { left: Math.max(0, tip.x - 8) };
  return (
    <div className="scrubber-tip" role="presentation" style={side}>
      <time className="mono">{momentWords(tip.t_ns)} s</time>
      {told !== null && (
        <>
          <span className="chip" data-tone={told.tone}>
            {told.chip}
          </span>
          <span className="scrubber-tip-words">{told.text}</span>
        </>
      )}
      {told === null && tip.t_ns > head_ns && <span>{w.notYet}</span>}
    </div>
  );
}

function ZoomButtons({ onZoom }: { readonly onZoom: (factor: number) => void }) {
  const w = useInsideText().timeline;
  const buttons = [
    { Icon: ZoomIn, label: w.zoomIn, factor: 2 },
    { Icon: ZoomOut, label: w.zoomOut, factor: 0.5 },
    { Icon: Maximize2, label: w.whole, factor: 0 },
  ];
  return (
    <div className="scrubber-zoom">
      {buttons.map(({ Icon, label, factor }) => (
        <button key={label} type="button" aria-label={label} title={label} onClick={() => onZoom(factor)}>
          <Icon size={14} aria-hidden />
        </button>
      ))}
    </div>
  );
}
