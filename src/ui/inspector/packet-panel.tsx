import { useMemo, useState } from "react";
import { TraceKind } from "../../base/trace-kind.ts";
import { useAllText } from "../../i18n/all-text.ts";
import { dissect, type Layer } from "../../wire/dissect.ts";
import { describeRow } from "../events/describe.ts";
import { explainRow, ruleLine } from "../events/explain.ts";
import { lacksEthernet } from "../events/frame-facts.ts";
import { capital, frameWords } from "../events/frame-words.ts";
import { currentScenery, factsOf, factsSoon, frameOf, nextFrameOf, ownerName } from "../events/scenery.ts";
import { useSelection, useTime, useTrace, useWorld } from "../store/stores.ts";
import { frameBytes } from "../store/trace-columns.ts";
import { momentWords, spanWords } from "../timeline/time-words.ts";
import { BytesView, type Span } from "./bytes-view.tsx";
import { currentRow } from "./current-row.ts";
import { journeyOf } from "./journey.ts";
import { Guises, JourneyTree } from "./journey-tree.tsx";
import { type FieldLine, LayersView, lineAt } from "./layers-view.tsx";
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

/** Where an Ethernet header says what it carries, and IPv4 there. */
const ETHERTYPE_AT = 12;
const IPV4_TYPE = [0x08, 0x00];

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
      <Parcel facts={factsSoon(scenery, row)} dev={scenery.columns.dev[row]!} />
      <JourneyOf row={row} />
      {frame < 0 && <p className="look-note">{t.look.noFrame}</p>}
      {frame >= 0 && own < 0 && <p className="look-note">{t.look.frameToCome}</p>}
      {frame >= 0 && <Frame index={frame} />}
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

/** The layers of the frame; without Ethernet's where that is not written yet. */
function layersOf(bytes: Uint8Array): Layer[] {
  if (!lacksEthernet(bytes)) return dissect(bytes);
  const whole = bytes.slice();
  whole.set(IPV4_TYPE, ETHERTYPE_AT);
  return dissect(whole).slice(1);
}

/** Layers and bytes; what is pointed at in one is lit in the other. */
function Frame({ index }: { readonly index: number }) {
  const t = useAllText();
  const bytes = useMemo(() => frameBytes(currentScenery().frames, index)?.slice() ?? new Uint8Array(), [index]);
  const layers = useMemo(() => layersOf(bytes), [bytes]);
  const [line, setLine] = useState<FieldLine | null>(null);
  const [byte, setByte] = useState<number | null>(null);
  const litLine = line ?? (byte === null ? null : lineAt(layers, byte));
  const span: Span | null = litLine?.field ?? (byte === null ? null : { offset: byte, length: 1 });
  return (
    <>
      {lacksEthernet(bytes) && <p className="look-note">{t.look.noEthernet}</p>}
      <LayersView
        layers={layers}
        lit={span}
        litLine={litLine?.id ?? null}
        onPoint={(to) => {
          setLine(to);
          setByte(null);
        }}
      />
      <div className="packet-bytes">
        <h4 className="look-heading">
          {t.look.bytes}
          <small>{t.look.byteCount(bytes.length)}</small>
        </h4>
        <BytesView
          bytes={bytes}
          lit={span}
          onPoint={(offset) => {
            setByte(offset);
            setLine(null);
          }}
        />
      </div>
    </>
  );
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
