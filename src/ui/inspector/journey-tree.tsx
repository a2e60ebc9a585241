import { TraceKind } from "../../base/trace-kind.ts";
import { useAllText } from "../../i18n/all-text.ts";
import { describeRow } from "../events/describe.ts";
import { currentScenery, devName, factsOf, ownerName, placeName } from "../events/scenery.ts";
import { toneOf } from "../events/tone.ts";
import { hoverRow, selectRow, useSelection } from "../store/stores.ts";
import { guisesOf } from "./guises.ts";
import type { Journey } from "./journey.ts";

/** The addresses that it had, one pair after the other, where NAT gave it others: it stays one packet. */
export function Guises({ journey }: { readonly journey: Journey }) {
  const t = useAllText();
  const selected = useSelection((s) => s.row);
  const guises = guisesOf(currentScenery(), journey);
  if (guises.length < 2) return null;
  return (
    <>
      <p className="look-note">{guises.some((one) => one.wrapped) ? t.events.tunnel.guises : t.look.guises}</p>
      <ol className="guises">
        {guises.map((guise, i) => {
          const isNow = selected !== null && (i === 0 || selected >= guise.from) && selected < guise.end;
          return (
            <li key={guise.from}>
              <button
                type="button"
                className="journey-step mono"
                data-wrapped={guise.wrapped || undefined}
                aria-current={isNow ? "step" : undefined}
                onClick={() => selectRow(guise.from)}
                onPointerEnter={() => hoverRow(guise.from)}
              >
                {guise.text}
              </button>
            </li>
          );
        })}
      </ol>
    </>
  );
}

/** Where the packet and its copies went; each step opens the event that it is. */
export function JourneyTree({ journey }: { readonly journey: Journey }) {
  return (
    <div className="journey" onPointerLeave={() => hoverRow(null)}>
      <Branch journey={journey} />
    </div>
  );
}

/** The packet's own steps. Where a bridge floods, the copies follow, and what became of the packet itself stands beside them. */
function Branch({ journey }: { readonly journey: Journey }) {
  const { columns } = currentScenery();
  const { rows, copies } = journey;
  const flood = rows.findIndex((row) => columns.kind[row] === TraceKind.BRIDGE_FLOOD);
  const before = flood < 0 ? rows : rows.slice(0, flood + 1);
  const after = flood < 0 ? [] : rows.slice(flood + 1);
  return (
    <ul>
      {before.map((row) => (
        <li key={row}>
          <Step row={row} />
        </li>
      ))}
      {copies.length + after.length > 0 && (
        <li className="journey-copies">
          <ul>
            {copies.map((copy) => (
              <li key={copy.packet} className="journey-copy">
                <Branch journey={copy} />
              </li>
            ))}
            {after.length > 0 && (
              <li className="journey-copy">
                <Branch journey={{ ...journey, rows: after, copies: [] }} />
              </li>
            )}
          </ul>
        </li>
      )}
    </ul>
  );
}

function Step({ row }: { readonly row: number }) {
  const t = useAllText();
  const selected = useSelection((s) => s.row === row);
  const scenery = currentScenery();
  const { columns } = scenery;
  const dev = columns.dev[row]!;
  const a = columns.a[row]!;
  let words: string;
  if (columns.kind[row] === TraceKind.HOP && a >= 0) words = `${placeName(scenery, dev)} → ${placeName(scenery, a)}`;
  else if (columns.kind[row] === TraceKind.BRIDGE_UP) words = `${devName(scenery, dev)} → ${ownerName(scenery, dev)}`;
  else words = describeRow(scenery, row, t).text;
  const kind = columns.kind[row];
  const isWrapped = kind === TraceKind.ENCAP || (kind === TraceKind.HOP && factsOf(scenery, row)?.inner != null);
  const isHop = columns.kind[row] === TraceKind.HOP || columns.kind[row] === TraceKind.BRIDGE_UP;
  return (
    <button
      type="button"
      className="journey-step"
      data-hop={isHop}
      data-wrapped={isWrapped || undefined}
      data-tone={toneOf(scenery, row)}
      aria-current={selected ? "step" : undefined}
      onClick={() => selectRow(row)}
      onPointerEnter={() => hoverRow(row)}
    >
      {words}
    </button>
  );
}
