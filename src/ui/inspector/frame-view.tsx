import { Search } from "lucide-react";
import { useMemo, useState } from "react";
import { useAllText } from "../../i18n/all-text.ts";
import { dissect, type Layer } from "../../wire/dissect.ts";
import { useInsideText } from "../controls/inside-text.ts";
import { lacksEthernet } from "../events/frame-facts.ts";
import { currentScenery } from "../events/scenery.ts";
import { frameBytes } from "../store/trace-columns.ts";
import { BytesView, type Span } from "./bytes-view.tsx";
import { findIn } from "./find.ts";
import { type FieldLine, LayersView, lineAt } from "./layers-view.tsx";

/** Where an Ethernet header says what it carries, and IPv4 there. */
const ETHERTYPE_AT = 12;
const IPV4_TYPE = [0x08, 0x00];

/** The layers of the frame; without Ethernet's where that is not written yet. */
function layersOf(bytes: Uint8Array): Layer[] {
  if (!lacksEthernet(bytes)) return dissect(bytes);
  const whole = bytes.slice();
  whole.set(IPV4_TYPE, ETHERTYPE_AT);
  return dissect(whole).slice(1);
}

/** Layers and bytes; what is pointed at in one is lit in the other. Above them one can look for a field, a value or bytes. */
export function FrameView({ index }: { readonly index: number }) {
  const t = useAllText();
  const bytes = useMemo(() => frameBytes(currentScenery().frames, index)?.slice() ?? new Uint8Array(), [index]);
  const layers = useMemo(() => layersOf(bytes), [bytes]);
  const [line, setLine] = useState<FieldLine | null>(null);
  const [byte, setByte] = useState<number | null>(null);
  const [wanted, setWanted] = useState("");
  const words = ({ field }: FieldLine) => `${t.look.fields[field.label] ?? field.label} ${t.look.value(field.value)}`;
  const found = wanted.trim() === "" ? null : findIn(layers, bytes, wanted, words);
  const litLine = line ?? (byte === null ? null : lineAt(layers, byte));
  const pointed: Span | null = litLine?.field ?? (byte === null ? null : { offset: byte, length: 1 });
  const span = pointed ?? found?.bytes ?? null;
  return (
    <>
      {lacksEthernet(bytes) && <p className="look-note">{t.look.noEthernet}</p>}
      <Find wanted={wanted} onWant={setWanted} fields={found?.lines.size ?? 0} isByte={found?.bytes != null} />
      <LayersView
        layers={layers}
        lit={span}
        litLine={litLine?.id ?? null}
        found={found?.lines ?? null}
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

interface FindProps {
  readonly wanted: string;
  readonly onWant: (text: string) => void;
  readonly fields: number;
  readonly isByte: boolean;
}

function Find({ wanted, onWant, fields, isByte }: FindProps) {
  const w = useInsideText().find;
  const said = wanted.trim() === "" ? "" : fields === 0 && !isByte ? w.none : w.count(fields);
  return (
    <div className="packet-find">
      <label className="events-filter">
        <Search size={13} aria-hidden />
        <input
          type="search"
          value={wanted}
          aria-label={w.label}
          placeholder={w.label}
          onChange={(event) => onWant(event.target.value)}
        />
      </label>
      <span role="status">{said}</span>
    </div>
  );
}
