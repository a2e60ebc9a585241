import { useAllText } from "../../i18n/all-text.ts";
import type { ConntrackView, FlowView, NodeView } from "../../protocol/view.ts";
import { currentScenery } from "../events/scenery.ts";
import { selectRow, timeStore, useTime, useTrace } from "../store/stores.ts";
import { spanWords } from "../timeline/time-words.ts";
import { originsOf } from "./origins.ts";

/** Time that is left is redrawn this often, virtual ns. */
const LEFT_STEP_NS = 1_000_000_000;

/** The connections that the kernel tracks, newest first. */
export function ConntrackTable({ node }: { readonly node: NodeView }) {
  const t = useAllText();
  useTime((s) => Math.floor(s.playhead_ns / LEFT_STEP_NS));
  const { playhead_ns } = timeStore.getState();
  const { shown, epoch } = useTrace((s) => s);
  const { connections } = originsOf(currentScenery(), shown, epoch);
  const live = node.conntrack.filter((connection) => connection.expires_ns > playhead_ns);
  const more = node.connections - node.conntrack.length;
  return (
    <section>
      <h4 className="look-heading">
        {t.netfilter.conntrack}
        {node.connections > 0 && <small>{node.connections}</small>}
      </h4>
      {live.length === 0 && (
        <p className="look-note">{node.iptables === null ? t.netfilter.noTracking : t.netfilter.noConnections}</p>
      )}
      <ul className="table">
        {live.map((connection) => (
          <Connection
            key={connection.id}
            connection={connection}
            now_ns={playhead_ns}
            row={connections.get(connection.id) ?? -1}
          />
        ))}
      </ul>
      {live.length > 0 && more > 0 && <p className="look-note">{t.netfilter.moreConnections(more)}</p>}
    </section>
  );
}

interface ConnectionProps {
  readonly connection: ConntrackView;
  readonly now_ns: number;
  /** That tells of its beginning; -1 when the trace does not have it. */
  readonly row: number;
}

function Connection({ connection: c, now_ns, row }: ConnectionProps) {
  const t = useAllText();
  const marks = [
    c.replied ? null : t.netfilter.unreplied,
    c.assured ? t.netfilter.assured : null,
    c.snat ? t.netfilter.snat : null,
    c.dnat ? t.netfilter.dnat : null,
  ].filter((mark) => mark !== null);
  return (
    <li className="table-row connection">
      <span className="mono connection-protocol" data-protocol={c.protocol}>
        {c.protocol}
        {c.icmpId !== null && ` id ${c.icmpId}`}
        {c.state !== "" && ` ${c.state}`}
      </span>
      <span className="table-end">
        {t.netfilter.forgottenIn(spanWords(Math.max(LEFT_STEP_NS, c.expires_ns - now_ns), t))}
      </span>
      <Flow flow={c.original} />
      <Flow flow={c.reply} words={t.netfilter.reply} />
      {marks.length > 0 && <span className="table-detail">{marks.join(" · ")}</span>}
      {row >= 0 && (
        <button
          type="button"
          className="table-origin"
          aria-label={t.netfilter.begunBy}
          title={t.netfilter.begunBy}
          onClick={() => selectRow(row)}
        />
      )}
    </li>
  );
}

function Flow({ flow, words }: { readonly flow: FlowView; readonly words?: string }) {
  const t = useAllText();
  return (
    <span className="connection-flow" data-none={flow.packets === 0 || undefined}>
      {words !== undefined && <span className="connection-way">{words}</span>}
      <span className="mono">
        {flow.source} → {flow.destination}
      </span>
      <span className="connection-packets">{t.netfilter.packets(flow.packets)}</span>
    </span>
  );
}
