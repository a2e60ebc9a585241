import type { ReactNode } from "react";
import { useDialogText } from "../networks/dialog-text.ts";
import type { Grid } from "./grid.ts";
import { rttWords, stepWords } from "./lanes.tsx";
import type { Compared } from "./lanes-of.ts";

/** What is wider than the window is scrolled by keyboard too. */
function Wide({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section className="compare-scroll" aria-label={name} tabIndex={0}>
      {children}
    </section>
  );
}

/** What each network costs and needs. */
export function Figures({ lanes }: { readonly lanes: readonly Compared[] }) {
  const t = useDialogText();
  const c = t.compare;
  return (
    <Wide name={c.table}>
      <table className="compare-table" aria-label={c.table}>
        <thead>
          <tr>
            {[c.network, c.hops, c.addedBytes, c.mtu, c.rtt, c.sameLan].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lanes.map(({ network, lane }) => (
            <tr key={network.id}>
              <th scope="row">{t.kinds[network.id]}</th>
              <td>{lane.steps.filter(({ way, what }) => way === "there" && what === "hop").length}</td>
              <td>{lane.addedBytes}</td>
              <td>{lane.mtu}</td>
              <td>{rttWords(lane.rtt_ns, t)}</td>
              <td>{network.sameLan ? c.yes : c.no}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

/** The lanes as a table: a row for each step, a column for each network. */
export function StepTable({ lanes, grid }: { readonly lanes: readonly Compared[]; readonly grid: Grid }) {
  const t = useDialogText();
  return (
    <details className="compare-steps">
      <summary>{t.compare.steps}</summary>
      <Wide name={t.compare.steps}>
        <table className="compare-table">
          <thead>
            <tr>
              <th scope="col">{t.compare.stepNumber}</th>
              {lanes.map(({ network }) => (
                <th key={network.id} scope="col">
                  {t.kinds[network.id]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {grid.ticks.map(({ way, column }, i) => (
              <tr key={`${way} ${column}`}>
                <th scope="row">
                  {i + 1} {way === "there" ? t.compare.there : t.compare.backWay}
                </th>
                {lanes.map(({ network }, lane) => {
                  const step = grid.cells[lane]?.[i] ?? null;
                  const bytes =
                    step === null || step.frame.length === 0 ? "" : `, ${t.compare.bytes(step.frame.length)}`;
                  return <td key={network.id}>{step === null ? t.compare.none : `${stepWords(step, t)}${bytes}`}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </details>
  );
}
