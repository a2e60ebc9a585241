/** A bridge's forwarding table beside it: learned rows first, lighting up when learned and fading as they age. */
import { type MouseEvent, memo } from "react";
import { SECOND_NS } from "../../../base/time.ts";
import { type Text, useText } from "../../../i18n/text.ts";
import type { DevId, FdbView } from "../../../protocol/view.ts";
import { FDB_ROWS } from "../../motion/measures.ts";
import { selectRow, worldStore } from "../../store/stores.ts";
import { isFresh, nameOf, useLink, usePlayhead } from "./use-node.ts";

export const FdbCard = memo(function FdbCard({ dev }: { dev: DevId }) {
  const t = useText().canvas;
  const link = useLink(dev);
  if (link === undefined) return null;
  const rows = [...(link.fdb ?? [])].sort((a, b) => rank(a) - rank(b) || a.row - b.row);
  const shown = rows.length > FDB_ROWS ? rows.slice(0, FDB_ROWS) : rows;
  const local = rows.filter((entry) => entry.isLocal).length;
  return (
    <section className="fdb" aria-label={t.fdbOf(link.name, hostOf(dev))}>
      <span className="box-name" aria-hidden="true">
        {t.fdbShort}
      </span>
      <p className="title">
        {t.fdb}
        <span className="fdb-count" aria-hidden="true">
          {" "}
          · {rows.length - local}
        </span>
      </p>
      <ul className="fdb-rows">
        {shown.map((entry) => (
          <Row
            key={`${entry.mac} ${entry.dev} ${entry.row}`}
            entry={entry}
            ageing_ns={link.ageing_ns ?? 300 * SECOND_NS}
          />
        ))}
        {rows.length > FDB_ROWS && <li className="fdb-row more">{t.more(rows.length - FDB_ROWS)}</li>}
        {local > 0 && (
          <li className="fdb-row fdb-rest" aria-hidden="true">
            {t.permanentRows(local)}
          </li>
        )}
        {rows.length === 0 && <li className="fdb-row more">{t.fdbEmpty}</li>}
      </ul>
    </section>
  );
});

/** Bridges of two hosts may have one name. */
function hostOf(dev: DevId): string {
  const { devices, nodes } = worldStore.getState();
  return nodes[devices.get(dev)?.node ?? ""]?.name ?? "?";
}

/** Learned entries first, then those made by hand, then the ports' own. */
function rank(entry: FdbView): number {
  return entry.isLocal ? 2 : entry.isStatic ? 1 : 0;
}

const Row = memo(function Row({ entry, ageing_ns }: { entry: FdbView; ageing_ns: number }) {
  const t = useText().canvas;
  const learned = !entry.isLocal && !entry.isStatic;
  const className = isFresh(entry.row) ? "fdb-row fresh" : "fdb-row";
  const open = (event: MouseEvent) => {
    event.stopPropagation();
    selectRow(entry.row);
  };
  const cells = (
    <>
      <Mac mac={entry.mac} />
      <span className="fdb-port">{nameOf(entry.dev)}</span>
      {learned ? <Age entry={entry} ageing_ns={ageing_ns} /> : <em>{entry.isLocal ? t.permanent : t.byHand}</em>}
    </>
  );
  if (!learned || entry.row < 0) {
    return (
      <li className={className} data-local={entry.isLocal || undefined}>
        {cells}
      </li>
    );
  }
  return (
    <li>
      <button type="button" className={`${className} nodrag`} title={t.learnedFrom} onClick={open}>
        {cells}
      </button>
    </li>
  );
});

/** A MAC whose first half small drawings leave out. */
function Mac({ mac }: { mac: string }) {
  return (
    <span>
      <span className="mac-vendor">{mac.slice(0, 9)}</span>
      {mac.slice(9)}
    </span>
  );
}

/** How long ago a frame last confirmed the entry, with a line that shortens until the bridge forgets it. */
function Age({ entry, ageing_ns }: { entry: FdbView; ageing_ns: number }) {
  const t = useText().canvas;
  const age_ns = Math.max(0, usePlayhead() - entry.updated_ns);
  const left = Math.max(0, 1 - age_ns / ageing_ns);
  return (
    <em className="fdb-age">
      {ageText(age_ns, t)}
      <i style={{ transform: `scaleX(${left})` }} aria-hidden="true" />
    </em>
  );
}

function ageText(age_ns: number, t: Text["canvas"]): string {
  const age_s = Math.floor(age_ns / SECOND_NS);
  return age_s < 100 ? t.seconds(age_s) : t.minutes(Math.floor(age_s / 60));
}
