import { useAllText } from "../../../i18n/all-text.ts";
import type { LinkView } from "../../../protocol/view.ts";
import { tunnelName } from "../../events/frame-words.ts";
import { useWorld } from "../../store/stores.ts";

/** The node's tunnel devices: where their packets go, and how much fits into them. */
export function TunnelTable({ links }: { readonly links: readonly LinkView[] }) {
  const t = useAllText();
  const tunnels = links.filter((link) => link.tunnel !== undefined);
  if (tunnels.length === 0) return null;
  return (
    <section>
      <h4 className="look-heading">{t.events.tunnel.tunnels}</h4>
      <ul className="table">
        {tunnels.map((link) => (
          <TunnelRow key={link.dev} link={link} />
        ))}
      </ul>
    </section>
  );
}

function TunnelRow({ link }: { readonly link: LinkView }) {
  const t = useAllText();
  const w = t.events.tunnel;
  const tunnel = link.tunnel!;
  const under = useWorld((s) => (tunnel.link === null ? null : (s.devices.get(tunnel.link)?.link.name ?? null)));
  const master = useWorld((s) => (link.master === null ? null : (s.devices.get(link.master)?.link.name ?? null)));
  const remote = tunnel.remote ?? (link.kind === "ipip" ? w.byRoutes : w.byTable);
  const facts = [
    tunnel.port === null ? "IP 4" : `${w.port} ${tunnel.port}`,
    `${w.local} ${tunnel.local ?? w.any}`,
    `${w.remote} ${remote}`,
    ...(under === null ? [] : [w.by(under)]),
    ...(master === null ? [] : [t.canvas.bridgeName(master)]),
  ];
  return (
    <li className="table-row tunnel-row" data-dim={!link.up || undefined}>
      <span className="mono">{link.name}</span>
      <span className="table-soft">{tunnelName(link.kind === "ipip" ? null : tunnel.vni)}</span>
      <span className="table-end mono">MTU {link.mtu}</span>
      <span className="table-detail">{facts.join(" · ")}</span>
    </li>
  );
}
