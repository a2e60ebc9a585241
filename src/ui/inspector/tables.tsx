import { useAllText } from "../../i18n/all-text.ts";
import type { FdbView, LinkView, NeighView, NodeView } from "../../protocol/view.ts";
import { useInsideText } from "../controls/inside-text.ts";
import { selectRow, timeStore, traceStore, useTime, useWorld } from "../store/stores.ts";
import { spanWords } from "../timeline/time-words.ts";
import { MadeBy } from "./origin/made-by-line.tsx";

/** Rows this near to the end of what is shown were just learned. */
const JUST_ROWS = 40;
/** Ages are redrawn at most this often, in virtual ns. */
const AGE_STEP_NS = 200_000_000;

/** The playhead, in steps that are fine enough for ages. */
function useAgeClock(): number {
  useTime((s) => Math.floor(s.playhead_ns / AGE_STEP_NS));
  return timeStore.getState().playhead_ns;
}

/** Whether the row was made by something that has only just happened. */
function isJust(row: number): boolean {
  const { shown } = traceStore.getState();
  return row >= 0 && row < shown && shown - row <= JUST_ROWS;
}

/** What a bridge knows: permanent entries dimmed, learned ones ageing. */
export function FdbTable({ bridge }: { readonly bridge: LinkView }) {
  const t = useAllText();
  const now_ns = useAgeClock();
  const entries = [...(bridge.fdb ?? [])].sort((a, b) => Number(a.isLocal) - Number(b.isLocal));
  return (
    <section>
      <h4 className="look-heading">
        {bridge.name} · {t.look.fdb}
      </h4>
      {entries.length === 0 && <p className="look-note">{t.look.noFdb}</p>}
      <ul className="table">
        {entries.map((entry) => (
          <FdbRow
            key={`${entry.mac} ${entry.dev} ${entry.dst} ${entry.row}`}
            entry={entry}
            ageing_ns={bridge.ageing_ns}
            now_ns={now_ns}
          />
        ))}
      </ul>
    </section>
  );
}

function FdbRow({ entry, ageing_ns, now_ns }: { entry: FdbView; ageing_ns: number | null; now_ns: number }) {
  const t = useAllText();
  const port = useWorld((s) => s.devices.get(entry.dev)?.link.name ?? "?");
  const { dst } = entry;
  const age_ns = Math.max(0, now_ns - entry.updated_ns);
  const ages = !entry.isLocal && !entry.isStatic;
  const left = ageing_ns === null || ageing_ns <= 0 ? 1 : Math.max(0, 1 - age_ns / ageing_ns);
  return (
    <li
      className="table-row fdb-entry"
      data-dim={entry.isLocal || undefined}
      data-just={isJust(entry.row) || undefined}
    >
      <span className="mono">{entry.mac}</span>
      <span className={dst === undefined ? "mono table-soft" : "table-soft"}>
        {dst === undefined ? port : t.events.tunnel.behind(dst)}
      </span>
      <span className="table-end">
        {entry.isLocal ? t.look.permanent : entry.isStatic ? t.look.staticEntry : t.look.ago(spanWords(age_ns, t))}
      </span>
      {ages && (
        <span
          className="age"
          style={{ scale: `${left} 1` }}
          title={ageing_ns === null ? "" : t.look.ageing(spanWords(Math.max(0, ageing_ns - age_ns), t))}
        />
      )}
      <Origin row={entry.row} />
    </li>
  );
}

/** Lies over the row: opens the event that made it. */
function Origin({ row }: { readonly row: number }) {
  const t = useAllText();
  const w = useInsideText().origin;
  if (row < 0) return <span className="table-origin-none" title={w.fromStart} />;
  return (
    <button
      type="button"
      className="table-origin"
      aria-label={t.look.learnedBy}
      title={t.look.learnedBy}
      onClick={() => selectRow(row)}
    />
  );
}

/** The neighbour table with states and ages. */
export function NeighbourTable({ neighbours }: { readonly neighbours: readonly NeighView[] }) {
  const t = useAllText();
  const now_ns = useAgeClock();
  return (
    <section>
      <h4 className="look-heading">{t.look.neighbours}</h4>
      {neighbours.length === 0 && <p className="look-note">{t.look.noNeighbours}</p>}
      <ul className="table">
        {neighbours.map((neighbour) => (
          <NeighbourRow
            key={`${neighbour.address} ${neighbour.dev} ${neighbour.row}`}
            entry={neighbour}
            now_ns={now_ns}
          />
        ))}
      </ul>
    </section>
  );
}

function NeighbourRow({ entry, now_ns }: { readonly entry: NeighView; readonly now_ns: number }) {
  const t = useAllText();
  const dev = useWorld((s) => s.devices.get(entry.dev)?.link.name ?? "?");
  const { timer_ns } = entry;
  return (
    <li className="table-row neighbour-row" data-just={isJust(entry.row) || undefined}>
      <span className="mono">{entry.address}</span>
      <span className="mono table-soft">{entry.mac ?? "…"}</span>
      <span className="table-end mono nud" data-state={entry.state} title={t.look.states[entry.state]}>
        {entry.state}
      </span>
      <span className="table-detail">
        {dev} · {t.look.ago(spanWords(Math.max(0, now_ns - entry.updated_ns), t))}
        {timer_ns !== null && timer_ns > now_ns && ` · ${t.look.timer(spanWords(timer_ns - now_ns, t))}`}
      </span>
      <Origin row={entry.row} />
    </li>
  );
}

/** Routes as `ip route` prints them. */
export function RouteTable({ node }: { readonly node: NodeView }) {
  const t = useAllText();
  const { routes } = node;
  return (
    <section>
      <h4 className="look-heading">{t.look.routes}</h4>
      {routes.length === 0 && <p className="look-note">{t.look.noRoutes}</p>}
      <ul className="table">
        {routes.map((route) => (
          <li key={route.text} className="table-row route-row mono" data-dim={route.linkdown || undefined}>
            {route.text}
            <MadeBy node={node.id} created_ns={route.created_ns} />
          </li>
        ))}
      </ul>
    </section>
  );
}
