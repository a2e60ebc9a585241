/** Zoom, fit and tidy-up at the canvas's edge; the length of a gap that is being crossed. */

import { Maximize, Minus, Monitor, Plus, Sparkles } from "lucide-react";
import { Suspense } from "react";
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { type Text, useText } from "../../i18n/text.ts";
import { lazyAfterOpen } from "../controls/after-open.ts";
import { setPrefs, usePrefs } from "../store/prefs.ts";
import { tidyLayout, useLayout, useTime } from "../store/stores.ts";
import { drawingStore, showAll, showFullSize } from "./drawing.ts";
import { view } from "./view.ts";

const Legend = lazyAfterOpen(async () => (await import("./legend/legend.tsx")).Legend);

export function Controls() {
  const t = useText().canvas;
  const placed = useLayout((s) => Object.keys(s.positions).length > 0);
  const machines = usePrefs((s) => s.machines);
  const follow = () => {
    drawingStore.setState({ following: true });
    showAll(true);
  };
  const tidy = () => {
    tidyLayout();
    follow();
  };
  return (
    <>
      <div className="controls">
        <button type="button" aria-label={t.zoomIn} title={t.zoomIn} onClick={() => view.zoomBy(1.25)}>
          <Plus size={15} aria-hidden="true" />
        </button>
        <button type="button" aria-label={t.zoomOut} title={t.zoomOut} onClick={() => view.zoomBy(0.8)}>
          <Minus size={15} aria-hidden="true" />
        </button>
        <button type="button" className="full-size" aria-label={t.fullSize} title={t.fullSize} onClick={showFullSize}>
          100%
        </button>
        <button type="button" aria-label={t.fit} title={t.fit} onClick={follow}>
          <Maximize size={14} aria-hidden="true" />
        </button>
        <button
          type="button"
          aria-label={t.machines}
          title={t.machines}
          aria-pressed={machines}
          onClick={() => setPrefs({ machines: !machines })}
        >
          <Monitor size={14} aria-hidden="true" />
        </button>
        <button type="button" aria-label={t.tidy} title={t.tidy} disabled={!placed} onClick={tidy}>
          <Sparkles size={14} aria-hidden="true" />
        </button>
      </div>
      <Suspense fallback={null}>
        <Legend />
      </Suspense>
      <GapNote />
    </>
  );
}

/** "997 ms later", while it is skipped. */
function GapNote() {
  const t = useText().canvas;
  const gap = useTime((s) => s.gap);
  if (gap === null) return null;
  return <div className="gap-note">{t.later(spanText(gap.to_ns - gap.from_ns, t))}</div>;
}

function spanText(span_ns: number, t: Text["canvas"]): string {
  const span_ms = Math.round(span_ns / MS_NS);
  if (span_ms < 1000) return `${span_ms} ms`;
  return t.seconds(Math.round(span_ns / (SECOND_NS / 10)) / 10);
}
