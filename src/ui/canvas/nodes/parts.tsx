/** A namespace opened to its parts: interfaces, lo, routes, iptables. On a container's card, and in a host's own stack. */
import { useText } from "../../../i18n/text.ts";
import type { LinkView, NodeView, TableView } from "../../../protocol/view.ts";
import { OPEN_ROWS_SHOWN, shownLinks } from "../../motion/measures.ts";
import { useWorld } from "../../store/stores.ts";
import { useMenuText } from "../menu/text.ts";
import { Routes } from "./tables.tsx";

export function Parts({ node }: { node: NodeView }) {
  const t = useText().canvas;
  const m = useMenuText();
  const links = shownLinks(node);
  const lo = node.links.find((link) => link.kind === "loopback");
  return (
    <div className="parts">
      <p className="title">{m.interfaces}</p>
      <ul className="trows" aria-label={m.interfaces}>
        {links.slice(0, OPEN_ROWS_SHOWN).map((link) => (
          <Interface key={link.dev} link={link} />
        ))}
        {links.length > OPEN_ROWS_SHOWN && <li className="trow more">{t.more(links.length - OPEN_ROWS_SHOWN)}</li>}
      </ul>
      {lo !== undefined && (
        <ul className="trows" aria-label="lo">
          <Interface link={lo} />
        </ul>
      )}
      <p className="title">{t.routes}</p>
      <Routes entries={node.routes} most={OPEN_ROWS_SHOWN} />
      <Rules id={node.id} />
    </div>
  );
}

function Interface({ link }: { link: LinkView }) {
  const address = link.addresses[0];
  return (
    <li className="trow" data-dev={link.dev} data-state={link.up && link.carrier ? "REACHABLE" : "FAILED"}>
      <i aria-hidden="true" />
      <span className="trow-key">{link.name}</span>
      <span className="trow-value">{address === undefined ? link.mac : `${address.address}/${address.prefixLen}`}</span>
    </li>
  );
}

/** How many rules each table of netfilter has. */
function Rules({ id }: { id: NodeView["id"] }) {
  const m = useMenuText();
  const rules = useWorld((s) => countRules(s.nodes[id]?.iptables ?? null));
  return (
    <ul className="trows" aria-label="iptables">
      <li className="trow">
        <span className="trow-key">iptables</span>
        <span className="trow-value">{rules === "" ? m.noRules : rules}</span>
      </li>
    </ul>
  );
}

/** "nat 4 · filter 9": tables that have rules; "" for none. */
export function countRules(tables: readonly TableView[] | null): string {
  const counts = (tables ?? []).map(({ name, chains }) => ({
    name,
    n: chains.reduce((sum, c) => sum + c.rules.length, 0),
  }));
  return counts.flatMap(({ name, n }) => (n === 0 ? [] : [`${name} ${n}`])).join(" · ");
}
