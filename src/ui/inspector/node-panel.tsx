import { SquareTerminal } from "lucide-react";
import { lazy, Suspense } from "react";
import { useAllText } from "../../i18n/all-text.ts";
import type { NodeView } from "../../protocol/view.ts";
import { focusPanel } from "../shell/ui-state.ts";
import { hasTerminal } from "../store/node-kinds.ts";
import { showTerminal, useSelection, useWorld } from "../store/stores.ts";
import { Interface } from "./node/interface.tsx";
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
              <Interface key={link.dev} node={node} link={link} chosen={link.dev === dev} />
            ))}
          </ul>
          <RouteTable node={node} />
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
      {hasTerminal(node) && (
        <button type="button" className="button node-terminal" onClick={openTerminal}>
          <SquareTerminal size={15} aria-hidden />
          {t.look.openTerminal}
        </button>
      )}
    </header>
  );
}
