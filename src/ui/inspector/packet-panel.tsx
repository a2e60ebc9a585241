import { TraceKind } from "../../base/trace-kind.ts";
import { useAllText } from "../../i18n/all-text.ts";
import { describeRow } from "../events/describe.ts";
import { explainRow, ruleLine } from "../events/explain.ts";
import { capital, frameWords } from "../events/frame-words.ts";
import { currentScenery, factsOf, factsSoon, frameOf, nextFrameOf, ownerName } from "../events/scenery.ts";
import { useSelection, useTime, useTrace, useWorld } from "../store/stores.ts";
import { momentWords, spanWords } from "../timeline/time-words.ts";
import { currentRow } from "./current-row.ts";
import { FrameView } from "./frame-view.tsx";
import { InTerminal } from "./in-terminal.tsx";
import { journeyOf } from "./journey.ts";
import { Guises, JourneyTree } from "./journey-tree.tsx";
import { Parcel } from "./parcel.tsx";

/** The chosen event; while time stands still and none is chosen, the one that just happened; else what the colours mean. */
export function PacketPanel() {
  const row = useSelection((s) => s.row);
  const shown = useTrace((s) => s.shown);
  const running = useTime((s) => s.playing);
  useTrace((s) => s.epoch);
  if (row !== null && row < shown) return <OpenEvent key={row} row={row} />;
  if (running || shown === 0) return <Legend />;
  const current = currentRow(currentScenery().columns, shown);
  return <OpenEvent key={current} row={current} />;
}

/** What there is to open, and what the colours mean. */
function Legend() {
  const t = useAllText();
  return (
    <div className="look-empty">
      <p>{t.look.emptyPacket}</p>
      <dl className="look-legend">
        {LEGEND.map((tone) => (
          <div key={tone}>
            <dt>
              <span className="chip" data-tone={tone}>
                {tone === "drop" ? t.events.chips.drop : tone === "fdb" ? t.events.chips.fdb : tone.toUpperCase()}
              </span>
            </dt>
            <dd>{t.look.legend[tone]}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const LEGEND = ["arp", "icmp", "tcp", "udp", "vxlan", "drop", "fdb"] as const;

/** One event: what happened, why, the frame taken apart, and where the packet went. */
function OpenEvent({ row }: { readonly row: number }) {
  const t = useAllText();
  useWorld((s) => s.nodeIds);
  const scenery = currentScenery();
  const { chip, tone, text } = describeRow(scenery, row, t);
  const why = explainRow(scenery, row, t);
  const facts = factsOf(scenery, row);
  const line = ruleLine(scenery, row);
  const own = frameOf(scenery, row);
  const frame = own < 0 ? nextFrameOf(scenery, row) : own;
  const words = facts === null ? text : capital(frameWords(facts, t));
  return (
    <article className="packet">
      <header>
        <span className="chip" data-tone={tone}>
          {chip}
        </span>
        <time className="mono">{momentWords(scenery.columns.t_ns[row]!)} s</time>
        <SinceStart row={row} />
      </header>
      <h3>{words}</h3>
      {words !== text && <p className="packet-event">{text}</p>}
      {why !== null && (
        <p className="why" data-tone={tone}>
          {why}
        </p>
      )}
      {line !== null && <code className="mono rule-line">{line}</code>}
      <InTerminal row={row} />
      <Parcel facts={factsSoon(scenery, row)} dev={scenery.columns.dev[row]!} />
      <JourneyOf row={row} />
      {frame < 0 && <p className="look-note">{t.look.noFrame}</p>}
      {frame >= 0 && own < 0 && <p className="look-note">{t.look.frameToCome}</p>}
      {frame >= 0 && <FrameView index={frame} />}
    </article>
  );
}

/** "24 µs after it left nginx-1". */
function SinceStart({ row }: { readonly row: number }) {
  const t = useAllText();
  const scenery = currentScenery();
  const { columns } = scenery;
  const first = journeyOf(columns, row, row + 1)?.rows.find((one) => columns.kind[one] === TraceKind.HOP);
  if (first === undefined || first === row) return null;
  const span = spanWords(columns.t_ns[row]! - columns.t_ns[first]!, t);
  return <span>{t.look.after(span, ownerName(scenery, columns.dev[first]!))}</span>;
}

function JourneyOf({ row }: { readonly row: number }) {
  const t = useAllText();
  const shown = useTrace((s) => s.shown);
  const journey = journeyOf(currentScenery().columns, row, shown);
  if (journey === null || journey.rows.length + journey.copies.length < 2) return null;
  return (
    <section>
      <h4 className="look-heading">{t.look.journey}</h4>
      <Guises journey={journey} />
      <JourneyTree journey={journey} />
    </section>
  );
}
