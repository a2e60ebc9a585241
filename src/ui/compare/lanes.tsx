import { useEffect, useRef } from "react";
import type { CompareStep } from "../../protocol/compare.ts";
import { type DialogText, useDialogText } from "../networks/dialog-text.ts";
import { FrameBar } from "./frame-bar.tsx";
import { frameAt, type Grid } from "./grid.ts";
import type { Compared } from "./lanes-of.ts";

interface LanesProps {
  readonly lanes: readonly Compared[];
  readonly grid: Grid;
  readonly tick: number;
  /** Lane whose frame is taken apart. */
  readonly looked: number | null;
  readonly look: (lane: number, tick: number) => void;
}

/** The lanes one under the other, below the names of their columns. */
export function Lanes({ lanes, grid, tick, looked, look }: LanesProps) {
  const longest = Math.max(1, ...grid.cells.flatMap((cells) => cells.map((step) => step?.frame.length ?? 0)));
  return (
    <div className="lanes" style={{ "--columns": grid.columns.length } as React.CSSProperties}>
      <Heads grid={grid} />
      {lanes.map((compared, i) => (
        <Lane
          key={compared.network.id}
          compared={compared}
          grid={grid}
          cells={grid.cells[i] ?? []}
          tick={tick}
          longest={longest}
          isLooked={looked === i}
          look={(to) => look(i, to)}
        />
      ))}
    </div>
  );
}

const HOSTS: Readonly<Record<string, string>> = { first: "hostA", second: "hostB" };

/** Whose columns they are, and what happens in each. */
function Heads({ grid }: { readonly grid: Grid }) {
  const t = useDialogText().compare;
  const sides = [...new Set(grid.columns.map(({ side }) => side))];
  return (
    <div className="lane-heads" aria-hidden="true">
      {sides.map((side) => {
        const columns = grid.columns.filter((column) => column.side === side);
        const name = side === "between" ? t.columns.lan : (HOSTS[side] ?? t.columns[side as "sender" | "receiver"]);
        return (
          <div key={side} className="lane-side" data-side={side} style={{ gridColumn: `span ${columns.length}` }}>
            {name}
          </div>
        );
      })}
      {grid.columns.map(({ kind, side }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
        <div key={`${side} ${i}`} className="lane-kind">
          {side === "first" || side === "second" ? t.columns[kind] : ""}
        </div>
      ))}
    </div>
  );
}

interface LaneProps {
  readonly compared: Compared;
  readonly grid: Grid;
  readonly cells: readonly (CompareStep | null)[];
  readonly tick: number;
  readonly longest: number;
  readonly isLooked: boolean;
  readonly look: (tick: number) => void;
}

function Lane({ compared, grid, cells, tick, longest, isLooked, look }: LaneProps) {
  const t = useDialogText();
  const { network, lane } = compared;
  const name = t.kinds[network.id];
  const step = cells[tick] ?? null;
  const frame = frameAt(cells, tick);
  return (
    <section className="lane" aria-label={name} data-looked={isLooked || undefined}>
      <h3>
        {name}
        <small>
          {t.compare.added(lane.addedBytes)} · MTU {lane.mtu} · {rttWords(lane.rtt_ns, t)}
        </small>
      </h3>
      <Track grid={grid} cells={cells} tick={tick} look={look} />
      <p className="lane-now">
        {step === null ? t.compare.waits : stepWords(step, t)}
        <b>{t.compare.bytes(frame.length)}</b>
      </p>
      <FrameBar frame={frame} longest={longest} />
    </section>
  );
}

/** The steps there above, those back below; one can be reached by Tab, the one at the playhead. */
function Track({ grid, cells, tick, look }: Omit<LaneProps, "compared" | "longest" | "isLooked">) {
  const t = useDialogText();
  const list = useRef<HTMLDivElement>(null);
  const at = grid.ticks[tick];
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the playhead within its lane
  useEffect(() => {
    const inside = list.current?.contains(document.activeElement);
    if (inside) list.current?.querySelector<HTMLElement>("[data-now]")?.focus();
  }, [tick]);
  return (
    <div ref={list} className="track">
      {grid.ticks.map(({ way, column }, i) => {
        const step = cells[i] ?? null;
        const place = { gridColumn: column + 1, gridRow: way === "there" ? 1 : 2 };
        if (step === null)
          return <i key={`${way} ${column}`} className="track-gap" style={place} data-now={i === tick || undefined} />;
        return (
          <button
            key={`${way} ${column}`}
            type="button"
            className="track-step"
            style={place}
            data-what={step.what}
            data-past={i < tick || undefined}
            data-now={i === tick || undefined}
            aria-current={i === tick ? "step" : undefined}
            tabIndex={i === tick ? 0 : -1}
            aria-label={`${way === "there" ? t.compare.there : t.compare.backWay}: ${stepWords(step, t)}`}
            title={stepWords(step, t)}
            onClick={() => look(i)}
          >
            <span>{step.at.slice(step.at.indexOf(":") + 1)}</span>
          </button>
        );
      })}
      {at !== undefined && (
        <i
          className="track-head"
          aria-hidden="true"
          style={{ left: `calc((${at.column} + 0.5) * 100% / var(--columns))` }}
          data-way={at.way}
        />
      )}
    </div>
  );
}

/** "wrapped · hostA:flannel.1" */
export function stepWords({ what, at, to }: CompareStep, t: DialogText): string {
  return t.compare.step(t.compare.what[what], at, to);
}

const US_NS = 1000;

export function rttWords(rtt_ns: number | null, t: DialogText): string {
  return rtt_ns === null ? t.compare.none : t.compare.microseconds(Math.round(rtt_ns / US_NS));
}
