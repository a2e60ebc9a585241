/** Rows of neighbours and routes, small enough to stand on a card. */
import { memo } from "react";
import { useText } from "../../../i18n/text.ts";
import type { NeighView, RouteView } from "../../../protocol/view.ts";
import { isFresh } from "./use-node.ts";

/** Keyed by row, so that an entry that has just changed lights up anew. */
const Neighbour = memo(function Neighbour({ entry }: { entry: NeighView }) {
  return (
    <li
      className={isFresh(entry.row) ? "trow fresh" : "trow"}
      data-state={entry.state}
      title={`${entry.address} ${entry.mac ?? ""} ${entry.state}`}
    >
      <i aria-hidden="true" />
      <span className="trow-key">{entry.address}</span>
      <span className="trow-value">{entry.state}</span>
    </li>
  );
});

export function Neighbours({ entries, most }: { entries: readonly NeighView[]; most: number }) {
  const t = useText().canvas;
  if (entries.length === 0) return null;
  const shown = entries.slice(0, most);
  return (
    <ul className="trows" aria-label={t.neighbours}>
      {shown.map((entry) => (
        <Neighbour key={`${entry.dev} ${entry.address} ${entry.row}`} entry={entry} />
      ))}
      {entries.length > most && <li className="trow more">{t.more(entries.length - most)}</li>}
    </ul>
  );
}

export function Routes({ entries, most }: { entries: readonly RouteView[]; most: number }) {
  const t = useText().canvas;
  return (
    <ul className="trows" aria-label={t.routes}>
      {entries.slice(0, most).map((entry) => (
        <li key={entry.text} className="trow" data-state={entry.linkdown ? "FAILED" : "NONE"} title={entry.text}>
          <span className="trow-key">{entry.destination}</span>
          <span className="trow-value">{entry.gateway ?? entry.scope}</span>
        </li>
      ))}
      {entries.length > most && <li className="trow more">{t.more(entries.length - most)}</li>}
    </ul>
  );
}
