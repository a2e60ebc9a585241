import { type PointerEvent, useEffect, useRef } from "react";
import { textStore, useText } from "../../i18n/text.ts";
import { currentScenery } from "../events/scenery.ts";
import { onFrame } from "../store/clock.ts";
import { play, seek } from "../store/session.ts";
import { timeStore, traceStore } from "../store/stores.ts";
import { type Axis, createAxis, extendAxis, momentAt, positionOf } from "./axis.ts";
import { drawTrack } from "./draw-track.ts";
import { momentWords } from "./time-words.ts";

/** The track grows by strides, so that it is not drawn anew in every frame. */
const STRIDE_UNITS = 30;
/** Strides that it shows at least, so that the first ticks don't fill it. */
const MIN_STRIDES = 14;
/** Room behind the latest moment. */
const MARGIN = 1.05;
const HEIGHT = 48;
const EDGE = 8;

/** What was drawn last, so that a frame in which nothing changed costs nothing. */
interface Drawn {
  axis: Axis;
  epoch: number;
  key: string;
  scale: number;
}

/** The track with its ticks, and the playhead, which can be dragged. */
export function Scrubber() {
  const t = useText();
  const root = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>({ axis: createAxis(), epoch: -1, key: "", scale: 1 });
  useEffect(() => onFrame(() => paint(root.current, canvas.current, head.current, drawn.current)), []);
  const drag = useDrag(root, drawn);
  return (
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
      {...drag}
    >
      <canvas ref={canvas} />
      <div ref={head} className="playhead" />
    </div>
  );
}

/** Pointer down anywhere on the track seeks; time goes on when the pointer is let go, if it ran before. */
function useDrag(root: { current: HTMLDivElement | null }, drawn: { current: Drawn }) {
  const wasPlaying = useRef(false);
  const wanted = useRef<number | null>(null);
  const underWay = useRef(false);
  const follow = async () => {
    if (underWay.current) return;
    underWay.current = true;
    while (wanted.current !== null) {
      const to_ns = wanted.current;
      wanted.current = null;
      await seek(to_ns);
    }
    underWay.current = false;
  };
  const seekTo = (event: PointerEvent) => {
    const box = root.current?.getBoundingClientRect();
    // With large type the track is magnified: its own pixels are not the window's.
    const magnified = (box?.width ?? 0) / (root.current?.offsetWidth ?? 0) || 1;
    const x = ((event.clientX - (box?.left ?? 0)) / magnified - EDGE) / drawn.current.scale;
    wanted.current = momentAt(drawn.current.axis, traceStore.getState().columns, x);
    return follow();
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      wasPlaying.current = timeStore.getState().playing;
      void seekTo(event);
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) void seekTo(event);
    },
    onPointerUp: (event: PointerEvent<HTMLDivElement>) => {
      const { playhead_ns, head_ns } = timeStore.getState();
      void seekTo(event).then(() => {
        if (wasPlaying.current && playhead_ns >= head_ns) play();
      });
    },
  };
}

function paint(
  root: HTMLDivElement | null,
  canvas: HTMLCanvasElement | null,
  head: HTMLDivElement | null,
  drawn: Drawn,
): void {
  if (root === null || canvas === null || head === null) return;
  const { playhead_ns, head_ns, gaps } = timeStore.getState();
  const trace = traceStore.getState();
  const width = root.clientWidth - 2 * EDGE;
  const { text } = textStore.getState();
  const theme = document.documentElement.dataset.theme;
  extendAxis(drawn.axis, trace.columns, drawn.epoch === trace.epoch ? trace.rows : trace.kept);
  drawn.epoch = trace.epoch;
  const units = positionOf(drawn.axis, trace.columns, head_ns);
  drawn.scale = width / (Math.max(MIN_STRIDES, Math.ceil(units / STRIDE_UNITS)) * STRIDE_UNITS * MARGIN);
  const end_px = Math.round(units * drawn.scale);
  const look = [theme, text.time.play, devicePixelRatio];
  const key = [width, drawn.scale, end_px, trace.rows, trace.epoch, gaps.length, ...look].join();
  if (key !== drawn.key) {
    drawn.key = key;
    const g = prepare(canvas, width + 2 * EDGE, HEIGHT);
    const style = getComputedStyle(document.documentElement);
    g.translate(EDGE, 0);
    const track = {
      width,
      height: HEIGHT,
      scale: drawn.scale,
      axis: drawn.axis,
      scenery: currentScenery(),
      gaps,
      head_ns,
    };
    drawTrack(g, track, (name) => style.getPropertyValue(name).trim(), text);
    root.setAttribute("aria-valuemax", String(Math.round(head_ns / 1000)));
  }
  const x = EDGE + positionOf(drawn.axis, trace.columns, playhead_ns) * drawn.scale;
  head.style.transform = `translateX(${x.toFixed(1)}px)`;
  const now = String(Math.round(playhead_ns / 1000));
  if (root.getAttribute("aria-valuenow") === now) return;
  root.setAttribute("aria-valuenow", now);
  root.setAttribute("aria-valuetext", text.time.scrubberValue(momentWords(playhead_ns), momentWords(head_ns)));
}

/** Gives the canvas the pixels of the screen, and a context whose unit is a CSS pixel. */
function prepare(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const g = canvas.getContext("2d")!;
  g.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return g;
}
