import { SquareTerminal } from "lucide-react";
import { lazy, Suspense } from "react";
import { useAllText } from "../../i18n/all-text.ts";
import type { LinkView, NodeView } from "../../protocol/view.ts";
import { focusPanel } from "../shell/ui-state.ts";
import { selectNode, showTerminal, useSelection, useWorld } from "../store/stores.ts";
import { TunnelTable } from "./node/tunnel-table.tsx";
import { FdbTable, NeighbourTable, RouteTable } from "./tables.tsx";

const Depths = lazy(async () => ({ default: (await import("./node/depths.tsx")).Depths }));

/** A machine or container from the inside: the tables of its bridges, interfaces, routes, neighbours, and what lies deeper. */
export function NodePanel() {
  const t = useAllText();
  const id = useSelection((s) => s.node);
  const dev = useSelection((s) => s.dev);
  const node = useWorld((s) => (id === null ? undefined : s.nodes[id]));
  if (node === undefined) return <p className="look-empty">{t.look.emptyNode}</p>;
  const links = [...node.links].sort((a, b) => Number(b.dev === dev) - Number(a.dev === dev));
  const bridges = links.filter((link) => link.fdb !== null);
  return (
    <article className="node-look">
      <NodeHeading node={node} />
      {bridges.map((link) => (
        <FdbTable key={link.dev} bridge={link} />
      ))}
      <TunnelTable links={links} />
      {node.links.length > 0 && (
        <>
          <h4 className="look-heading">{t.look.interfaces}</h4>
          <ul className="interfaces">
            {links.map((link) => (
              <Interface key={link.dev} link={link} chosen={link.dev === dev} />
            ))}
          </ul>
          <RouteTable routes={node.routes} />
          <NeighbourTable neighbours={node.neighbours} />
        </>
      )}
      {node.kind !== "switch" && (
        <Suspense>
          <Depths key={node.id} node={node} />
        </Suspense>
      )}
    </article>
  );
}

function NodeHeading({ node }: { readonly node: NodeView }) {
  const t = useAllText();
  const owner = useWorld((s) => s.nodes[node.netnsOwner]?.name ?? node.netnsOwner);
  const { container } = node;
  const openTerminal = () => {
    showTerminal(node.id);
    focusPanel("terminal");
  };
  return (
    <header>
      <h3>{node.name}</h3>
      <p className="node-kind">
        {t.look.kinds[node.kind]}
        {container !== null && (
          <span className="mono">
            {container.image} · {container.id.slice(0, 12)}
          </span>
        )}
      </p>
      {node.netnsOwner !== node.id && <p className="look-note">{t.look.sharesWith(owner)}</p>}
      {container !== null && container.state !== "running" && <p className="look-note">{t.look.stopped}</p>}
      {node.kind !== "switch" && (
        <button type="button" className="button node-terminal" onClick={openTerminal}>
          <SquareTerminal size={15} aria-hidden />
          {t.look.openTerminal}
        </button>
      )}
    </header>
  );
}

function Interface({ link, chosen }: { readonly link: LinkView; readonly chosen: boolean }) {
  const t = useAllText();
  const peer = useWorld((s) => (link.peer === null ? undefined : s.devices.get(link.peer)));
  const peerNode = useWorld((s) => (peer === undefined ? undefined : s.nodes[peer.node]));
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
        <Counter label={t.look.received} packets={link.stats.rxPackets} bytes={link.stats.rxBytes} />
        <Counter label={t.look.sent} packets={link.stats.txPackets} bytes={link.stats.txBytes} />
        {link.stats.rxDropped + link.stats.txDropped > 0 && (
          <span className="interface-drops">{t.look.dropped(link.stats.rxDropped + link.stats.txDropped)}</span>
        )}
      </p>
    </li>
  );
}

function Counter({ label, packets, bytes }: { label: string; packets: number; bytes: number }) {
  return (
    <span>
      {label} <b className="mono">{packets}</b> <span className="mono">({bytes} B)</span>
    </span>
  );
}
