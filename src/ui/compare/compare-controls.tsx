import { Pause, Play, SkipBack, StepBack, StepForward } from "lucide-react";
import { prefersStill } from "../canvas/view.ts";
import { useDialogText } from "../networks/dialog-text.ts";

interface ControlsProps {
  readonly tick: number;
  readonly last: number;
  readonly playing: boolean;
  readonly move: (to: number) => void;
  readonly toggle: () => void;
}

/** One playhead for all lanes. Who asked for less motion steps by hand. */
export function CompareControls({ tick, last, playing, move, toggle }: ControlsProps) {
  const t = useDialogText().compare;
  const position = t.position(tick + 1, last + 1);
  return (
    <div className="compare-controls">
      <button type="button" className="button icon" aria-label={t.start} title={t.start} onClick={() => move(0)}>
        <SkipBack size={15} aria-hidden />
      </button>
      <button
        type="button"
        className="button icon"
        aria-label={t.back}
        title={`${t.back} (←)`}
        onClick={() => move(tick - 1)}
      >
        <StepBack size={15} aria-hidden />
      </button>
      {!prefersStill() && (
        <button type="button" className="button primary" onClick={toggle}>
          {playing ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
          {playing ? t.pause : t.play}
        </button>
      )}
      <button
        type="button"
        className="button icon"
        aria-label={t.forward}
        title={`${t.forward} (→)`}
        onClick={() => move(tick + 1)}
      >
        <StepForward size={15} aria-hidden />
      </button>
      <input
        type="range"
        min={0}
        max={last}
        value={tick}
        aria-label={position}
        aria-valuetext={position}
        onChange={(event) => move(Number(event.target.value))}
      />
      <span className="compare-position">{position}</span>
    </div>
  );
}
