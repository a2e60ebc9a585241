/** One ping through several networks in lockstep: lanes with the same columns, and their figures. */

import { useEffect, useRef, useState } from "react";
import { prefersStill } from "../canvas/view.ts";
import { PageDialog } from "../controls/page-dialog.tsx";
import { useDialogText } from "../networks/dialog-text.ts";
import { uiStore, useUi } from "../shell/ui-state.ts";
import { CompareControls } from "./compare-controls.tsx";
import { gridOf } from "./grid.ts";
import { Lanes } from "./lanes.tsx";
import { type Compared, useLanes } from "./lanes-of.ts";
import { FIRST, MOST, NETWORKS, type NetworkId } from "./networks.ts";
import { StepLayers } from "./step-layers.tsx";
import { Figures, StepTable } from "./tables.tsx";
import "./compare.css";

export function CompareDialog() {
  const t = useDialogText().compare;
  const open = useUi((s) => s.compare);
  return (
    <PageDialog
      name="compare"
      open={open}
      onOpenChange={(compare) => uiStore.setState({ compare })}
      title={t.title}
      lead={t.lead}
    >
      {open && <Compare />}
    </PageDialog>
  );
}

function Compare() {
  const t = useDialogText().compare;
  const [chosen, setChosen] = useState<readonly NetworkId[]>(FIRST);
  const { lanes, state } = useLanes(chosen);
  return (
    <>
      <Chooser chosen={chosen} choose={setChosen} />
      {state === "failed" && (
        <p role="alert" className="compare-note">
          {t.noAnswer}
        </p>
      )}
      {state === "waiting" && <p role="status">{t.loading}</p>}
      {lanes.length > 0 && <Race key={lanes.map(({ network }) => network.id).join()} lanes={lanes} />}
    </>
  );
}

function Chooser({ chosen, choose }: { chosen: readonly NetworkId[]; choose: (ids: readonly NetworkId[]) => void }) {
  const t = useDialogText();
  const toggle = (id: NetworkId) =>
    choose(
      chosen.includes(id)
        ? chosen.filter((one) => one !== id)
        : NETWORKS.map((n) => n.id).filter((one) => one === id || chosen.includes(one)),
    );
  return (
    <fieldset className="compare-chooser">
      <legend>{t.compare.choose}</legend>
      {NETWORKS.map(({ id }) => {
        const isChosen = chosen.includes(id);
        const isFixed = isChosen ? chosen.length <= 2 : chosen.length >= MOST;
        return (
          <label key={id}>
            <input type="checkbox" checked={isChosen} disabled={isFixed} onChange={() => toggle(id)} />
            {t.kinds[id]}
          </label>
        );
      })}
    </fieldset>
  );
}

/** How long a step stays when they run by themselves, ms. */
const STEP_MS = 800;

function Race({ lanes }: { readonly lanes: readonly Compared[] }) {
  const [tick, setTick] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [looked, setLooked] = useState<number | null>(null);
  const grid = gridOf(lanes.map(({ lane }) => lane));
  const last = grid.ticks.length - 1;
  const go = (to: number) => setTick(Math.max(0, Math.min(last, to)));
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => setTick((now) => Math.min(last, now + 1)), STEP_MS);
    return () => clearInterval(timer);
  }, [playing, last]);
  if (playing && tick === last) setPlaying(false);
  const move = (to: number) => {
    setPlaying(false);
    go(to);
  };
  const toggle = () => {
    if (!playing && tick === last) setTick(0);
    setPlaying(!playing);
  };
  // The latest of each, for keys that come whichever control of the dialog has the focus.
  const keys = useRef({ tick, last, move, toggle });
  useEffect(() => {
    keys.current = { tick, last, move, toggle };
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event, keys.current);
    // Ahead of the dialog, which keeps keys to itself.
    document.addEventListener("keydown", listener, true);
    return () => document.removeEventListener("keydown", listener, true);
  }, []);
  return (
    <>
      <CompareControls tick={tick} last={last} playing={playing} move={move} toggle={toggle} />
      <Lanes
        lanes={lanes}
        grid={grid}
        tick={tick}
        looked={looked}
        look={(lane, to) => {
          setLooked(lane);
          move(to);
        }}
      />
      <div className="compare-below">
        <Figures lanes={lanes} />
        <StepLayers lanes={lanes} grid={grid} tick={tick} looked={looked} />
      </div>
      <StepTable lanes={lanes} grid={grid} />
    </>
  );
}

interface Keys {
  readonly tick: number;
  readonly last: number;
  readonly move: (to: number) => void;
  readonly toggle: () => void;
}

/** Arrows step, Home and End go to the ends, the space bar plays; the slider and buttons keep their own keys. */
function onKey(event: KeyboardEvent, { tick, last, move, toggle }: Keys): void {
  const { target } = event;
  if (!(target instanceof Element) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.matches("input, summary, [role=application], [role=application] *")) return;
  const steps = { ArrowRight: tick + 1, PageDown: tick + 1, ArrowLeft: tick - 1, PageUp: tick - 1, Home: 0, End: last };
  const to = steps[event.key as keyof typeof steps];
  if (to !== undefined) move(to);
  else if (event.key === " " && !target.matches("button") && !prefersStill()) toggle();
  else return;
  event.preventDefault();
}
