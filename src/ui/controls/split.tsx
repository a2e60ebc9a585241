import { type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { prefsStore, setPrefs } from "../store/prefs.ts";

interface SplitProps {
  /** Under which the size is kept from visit to visit. */
  readonly id: string;
  /** "row": beside each other; "column": one above the other. */
  readonly direction: "row" | "column";
  /** Which of the two keeps its size when the window changes. */
  readonly sized: "first" | "second";
  /** Any CSS length, until somebody drags. */
  readonly initial: string;
  /** Least sizes, px. */
  readonly minSized: number;
  readonly minOther: number;
  readonly label: string;
  readonly first: ReactNode;
  readonly second: ReactNode;
}

const KEY_STEP_PX = 24;

/** Two panels with a line between them that can be dragged, or moved with the arrow keys; a double click puts it back. */
export function Split(props: SplitProps) {
  const { id, direction, sized, initial, minSized, minOther, label, first, second } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [size_px, setSize] = useState<number | undefined>(prefsStore.getState().panels[id]);
  const current = () => {
    const panel = frame.current?.children[sized === "first" ? 0 : 2]?.getBoundingClientRect();
    return (direction === "row" ? panel?.width : panel?.height) ?? minSized;
  };
  const most = () => {
    const whole = frame.current?.getBoundingClientRect();
    return Math.max(minSized, ((direction === "row" ? whole?.width : whole?.height) ?? 0) - minOther);
  };
  const resize = (to_px: number) => setSize(Math.round(Math.min(most(), Math.max(minSized, to_px))));
  const keep = () => {
    const { [id]: _old, ...others } = prefsStore.getState().panels;
    setPrefs({ panels: size_px === undefined ? others : { ...others, [id]: size_px } });
  };
  const style = (panel: "first" | "second"): CSSProperties => {
    const min = panel === sized ? minSized : minOther;
    const least = direction === "row" ? { minWidth: min } : { minHeight: min };
    return panel === sized
      ? { flex: `0 1 ${size_px === undefined ? initial : `${size_px}px`}`, ...least }
      : { flex: "1 1 0", ...least };
  };
  return (
    <div ref={frame} className="split" data-direction={direction}>
      <div className="split-panel" style={style("first")}>
        {first}
      </div>
      <Handle
        direction={direction}
        towards={sized === "first" ? 1 : -1}
        label={label}
        current={current}
        least={minSized}
        value={size_px}
        onResize={resize}
        onDone={keep}
        onReset={() => setSize(undefined)}
      />
      <div className="split-panel" style={style("second")}>
        {second}
      </div>
    </div>
  );
}

interface HandleProps {
  readonly direction: "row" | "column";
  /** 1 when moving right or down makes the sized panel larger, else -1. */
  readonly towards: 1 | -1;
  readonly label: string;
  readonly current: () => number;
  readonly least: number;
  readonly value: number | undefined;
  readonly onResize: (to_px: number) => void;
  readonly onDone: () => void;
  readonly onReset: () => void;
}

function Handle({ direction, towards, label, current, least, value, onResize, onDone, onReset }: HandleProps) {
  const start = useRef({ at: 0, size_px: 0 });
  const place = (event: PointerEvent) => (direction === "row" ? event.clientX : event.clientY);
  const keys: Readonly<Record<string, number>> =
    direction === "row"
      ? { ArrowLeft: -KEY_STEP_PX, ArrowRight: KEY_STEP_PX }
      : { ArrowUp: -KEY_STEP_PX, ArrowDown: KEY_STEP_PX };
  const press = (event: KeyboardEvent) => {
    const step = keys[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onResize(current() + step * towards);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> takes no focus
    <div
      className="split-handle"
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={direction === "row" ? "vertical" : "horizontal"}
      aria-valuemin={least}
      aria-valuenow={value ?? least}
      onKeyDown={press}
      onKeyUp={onDone}
      onDoubleClick={onReset}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: place(event), size_px: current() };
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        onResize(start.current.size_px + (place(event) - start.current.at) * towards);
      }}
      onPointerUp={onDone}
    />
  );
}
