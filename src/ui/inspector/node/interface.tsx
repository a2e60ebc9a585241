import { Activity, Download, Radio } from "lucide-react";
import { useAllText } from "../../../i18n/all-text.ts";
import type { LinkView, NodeView } from "../../../protocol/view.ts";
import { download } from "../../controls/download.ts";
import { useInsideText } from "../../controls/inside-text.ts";
import { setFilterPlace } from "../../events/filter/filter-store.ts";
import { focusPanel } from "../../shell/ui-state.ts";
import { useLocked } from "../../store/locks.ts";
import { hasTerminal } from "../../store/node-kinds.ts";
import { ask, exec } from "../../store/session.ts";
import { selectNode, useWorld } from "../../store/stores.ts";
import { useCounters } from "../../store/use-counters.ts";
import { MadeBy } from "../origin/made-by-line.tsx";

/** An interface: its addresses, where its other end is, its counters, where it comes from, and what can be captured there. */
export function Interface({ node, link, chosen }: { node: NodeView; link: LinkView; chosen: boolean }) {
  const t = useAllText();
  const peer = useWorld((s) => (link.peer === null ? undefined : s.devices.get(link.peer)));
  const peerNode = useWorld((s) => (peer === undefined ? undefined : s.nodes[peer.node]));
  const stats = useCounters(link.dev);
  const state = !link.up ? t.look.down : link.carrier ? t.look.up : t.look.noCarrier;
  return (
    <li className="interface" data-chosen={chosen || undefined}>
      <p className="interface-name">
        <span className="mono">
          {link.ifindex}: {link.name}
          {link.peerIfindex !== null && `@if${link.peerIfindex}`}
        </span>
        <span className="interface-state" data-up={link.up && link.carrier}>
          {state}
        </span>
        <InterfaceActions node={node} link={link} />
      </p>
      <p className="mono interface-line">
        {link.addresses.map((address) => (
          <span key={address.address} className="interface-address">
            {address.address}/{address.prefixLen}
          </span>
        ))}
        {link.kind !== "loopback" && <span>{link.mac}</span>}
        {link.portNo !== null && <span>{t.look.port(link.portNo)}</span>}
      </p>
      {peer !== undefined && !peer.gone && (
        <button type="button" className="link-button" onClick={() => selectNode(peer.node, peer.link.dev)}>
          {t.look.peer(`${peerNode?.name ?? ""} ${peer.link.name}`)}
        </button>
      )}
      <p className="interface-counters">
        <Counter label={t.look.received} packets={stats.rxPackets} bytes={stats.rxBytes} />
        <Counter label={t.look.sent} packets={stats.txPackets} bytes={stats.txBytes} />
        {stats.rxDropped + stats.txDropped > 0 && (
          <span className="interface-drops">{t.look.dropped(stats.rxDropped + stats.txDropped)}</span>
        )}
      </p>
      <p className="interface-origin">
        <MadeBy node={node.id} created_ns={link.created_ns} />
      </p>
    </li>
  );
}

/** tcpdump in the node's terminal, the events there, and a file of what it saw. */
function InterfaceActions({ node, link }: { readonly node: NodeView; readonly link: LinkView }) {
  const w = useInsideText().capture;
  const locked = useLocked("terminal");
  const cannot = node.busy || node.away || !link.up;
  const events = () => {
    setFilterPlace({ node: node.id, dev: link.dev });
    focusPanel("events");
  };
  return (
    <span className="interface-actions">
      {hasTerminal(node) && !locked && (
        <button
          type="button"
          aria-label={w.here(link.name)}
          title={cannot ? w.cannot(node.name) : w.here(link.name)}
          aria-disabled={cannot}
          onClick={() => !cannot && void exec(node.id, `tcpdump -ni ${link.name}`)}
        >
          <Radio size={14} aria-hidden />
        </button>
      )}
      <button type="button" aria-label={w.events(link.name)} title={w.events(link.name)} onClick={events}>
        <Activity size={14} aria-hidden />
      </button>
      <button
        type="button"
        aria-label={w.save(link.name)}
        title={w.save(link.name)}
        onClick={() => void saveCapture(node, link)}
      >
        <Download size={14} aria-hidden />
      </button>
    </span>
  );
}

/** What this interface saw up to the playhead. */
async function saveCapture(node: NodeView, link: LinkView): Promise<void> {
  const answer = await ask({ kind: "pcapng", dev: link.dev });
  if (answer?.kind !== "pcapng") return;
  download(`${node.name}-${link.name}.pcapng`, new Uint8Array(answer.bytes), "application/x-pcapng");
}

function Counter({ label, packets, bytes }: { label: string; packets: number; bytes: number }) {
  return (
    <span>
      {label} <b className="mono">{packets}</b> <span className="mono">({bytes} B)</span>
    </span>
  );
}
