import { useEffect, useRef, useState } from "react";
import { dissect } from "../../wire/dissect.ts";
import { type FieldLine, LayersView } from "../inspector/layers-view.tsx";
import "../inspector/inspector.css";
import { useDialogText } from "../networks/dialog-text.ts";
import { frameAt, type Grid } from "./grid.ts";
import type { Compared } from "./lanes-of.ts";

interface StepLayersProps {
  readonly lanes: readonly Compared[];
  readonly grid: Grid;
  readonly tick: number;
  readonly looked: number | null;
}

/** So much of the headers comes into view when somebody asks for them, px. */
const SEEN_PX = 150;

/** The headers of the frame in the lane that somebody clicked into. */
export function StepLayers({ lanes, grid, tick, looked }: StepLayersProps) {
  const t = useDialogText();
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    const place = section.current;
    const frame = place?.closest("[role=dialog]");
    if (looked === null || place == null || frame == null) return;
    const hidden_px = place.getBoundingClientRect().top + SEEN_PX - frame.getBoundingClientRect().bottom;
    if (hidden_px > 0) frame.scrollBy(0, hidden_px);
  }, [looked]);
  const [line, setLine] = useState<FieldLine | null>(null);
  const compared = looked === null ? undefined : lanes[looked];
  if (looked === null || compared === undefined) return <p className="compare-hint">{t.compare.layersHint}</p>;
  const cells = grid.cells[looked] ?? [];
  const frame = frameAt(cells, tick);
  const at = cells[tick]?.at ?? "";
  return (
    <section ref={section} className="compare-layers" aria-label={t.compare.layers(t.kinds[compared.network.id])}>
      <h3>
        {t.compare.layers(t.kinds[compared.network.id])}
        {frame.length > 0 && at !== "" && <small>{t.compare.frameOf(at, frame.length)}</small>}
      </h3>
      {frame.length === 0 ? (
        <p>{t.compare.noFrame}</p>
      ) : (
        <LayersView layers={dissect(frame)} lit={line?.field ?? null} litLine={line?.id ?? null} onPoint={setLine} />
      )}
    </section>
  );
}
