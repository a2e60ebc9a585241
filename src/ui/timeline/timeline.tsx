import {
  ArrowRightToLine,
  GitBranch,
  type LucideIcon,
  Pause,
  Play,
  Redo2,
  StepBack,
  StepForward,
  Undo2,
} from "lucide-react";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useText } from "../../i18n/text.ts";
import { MenuButton } from "../controls/menu-button.tsx";
import { currentScenery, nodeName } from "../events/scenery.ts";
import { useNarration } from "../narration/narration-store.ts";
import { SPEEDS } from "../shell/keys.ts";
import { onFrame } from "../store/clock.ts";
import { setPrefs } from "../store/prefs.ts";
import { openBranch, setRealTime, setSpeed, stepBack, stepEvent, stepHop, togglePlay } from "../store/session.ts";
import { timeStore, useLog, useTime } from "../store/stores.ts";
import { typedWords } from "../terminal/typed.ts";
import { redoAny, undoAny, useUndo } from "../undo/undo.ts";
import { branchesOf } from "./branches.ts";
import { Scrubber } from "./scrubber.tsx";
import { momentWords, spanWords } from "./time-words.ts";
import "./timeline.css";

const Narrator = lazy(async () => ({ default: (await import("../narration/narrator.tsx")).Narrator }));

/** Play, step, scrub, speed, undo: everything about time. */
export function Timeline() {
  const t = useText();
  const running = useTime((s) => s.playing || s.step !== null);
  const narrated = useNarration();
  const { canUndo, canRedo } = useUndo();
  const PlayIcon = running ? Pause : Play;
  return (
    <section className="timeline" aria-label={t.shell.timeline}>
      <div className="timeline-buttons">
        <IconButton icon={StepBack} label={t.time.stepBack} hint="←" onClick={() => void stepBack()} />
        <button
          type="button"
          className="button primary round play"
          data-testid="play"
          aria-label={running ? t.time.pause : t.time.play}
          title={`${running ? t.time.pause : t.time.play} (␣)`}
          onClick={togglePlay}
        >
          <PlayIcon size={17} fill="currentColor" strokeWidth={1.5} aria-hidden />
        </button>
        <IconButton icon={StepForward} label={t.time.stepHop} hint="→" onClick={() => void stepHop()} />
        <IconButton icon={ArrowRightToLine} label={t.time.stepEvent} hint="⇧→" onClick={() => void stepEvent()} />
      </div>
      <Scrubber />
      <Readout />
      <SpeedMenu />
      <div className="timeline-buttons">
        <IconButton icon={Undo2} label={t.time.undo} hint="Ctrl+Z" disabled={!canUndo} onClick={() => void undoAny()} />
        <IconButton
          icon={Redo2}
          label={t.time.redo}
          hint="Ctrl+⇧+Z"
          disabled={!canRedo}
          onClick={() => void redoAny()}
        />
        <BranchMenu />
      </div>
      {narrated && (
        <Suspense fallback={null}>
          <Narrator />
        </Suspense>
      )}
    </section>
  );
}

interface IconButtonProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly hint: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

function IconButton({ icon: Icon, label, hint, disabled, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      className="button quiet icon round"
      aria-label={label}
      title={`${label} (${hint})`}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon size={17} aria-hidden />
    </button>
  );
}

/** The playhead to the microsecond, and the gap that is being crossed. Written past React: it changes every frame. */
function Readout() {
  const t = useText();
  const ref = useRef<HTMLOutputElement>(null);
  const gap = useTime((s) => s.gap);
  useEffect(() => {
    let shown = -1;
    return onFrame(() => {
      const { playhead_ns } = timeStore.getState();
      if (playhead_ns === shown || ref.current === null) return;
      shown = playhead_ns;
      ref.current.textContent = `${momentWords(playhead_ns)} s`;
    });
  }, []);
  return (
    <div className="readout">
      <output ref={ref} className="mono" data-testid="playhead-time" aria-live="off" />
      <small>{gap === null ? "" : t.time.later(spanWords(gap.to_ns - gap.from_ns, t))}</small>
    </div>
  );
}

function SpeedMenu() {
  const t = useText();
  const speed = useTime((s) => s.speed);
  const realTime = useTime((s) => s.realTime);
  const entries = SPEEDS.map((one) => ({
    id: String(one),
    label: `${one}×`,
    checked: !realTime && one === speed,
    run: () => {
      setSpeed(one);
      setPrefs({ speed: one });
    },
  }));
  const real = {
    id: "real",
    label: <span title={t.time.realTimeHint}>{t.time.realTime}</span>,
    checked: realTime,
    run: () => setRealTime(true),
  };
  const shown = realTime ? t.time.realTime : `${speed}×`;
  return (
    <MenuButton className="button speed" label={`${t.time.speed}: ${shown}`} side="top" entries={[...entries, real]}>
      {shown}
    </MenuButton>
  );
}

/** Futures that were left; opening one brings it back. */
function BranchMenu() {
  const t = useText();
  const entries = useLog((s) => s.entries);
  const tip = useLog((s) => s.tip);
  const branches = branchesOf(entries, tip);
  const lines = branches.map((entry) => ({
    id: String(entry.id),
    label: <span className="mono branch-line">{typedWords(entry.what)}</span>,
    hint: t.time.branch(nodeName(currentScenery(), entry.node), `${momentWords(entry.at_ns)} s`),
    run: () => void openBranch(entry.id),
  }));
  return (
    <MenuButton
      className="button quiet icon round"
      label={t.time.branches}
      heading={branches.length === 0 ? t.time.noBranches : t.time.branches}
      side="top"
      entries={lines}
    >
      <GitBranch size={17} aria-hidden />
      {branches.length > 0 && <span className="badge">{branches.length}</span>}
    </MenuButton>
  );
}
