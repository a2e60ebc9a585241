/** A tunnel device as a gate: what goes in is wrapped, what comes out was unwrapped. */
import { memo } from "react";
import { type Text, useText } from "../../../i18n/text.ts";
import type { DevId, LinkView } from "../../../protocol/view.ts";
import { useSelection } from "../../store/stores.ts";
import { useLink } from "./use-node.ts";

export const GateCard = memo(function GateCard({ dev }: { dev: DevId }) {
  const t = useText().canvas;
  const link = useLink(dev);
  const selected = useSelection((s) => s.dev === dev);
  if (link === undefined) return null;
  return (
    <div className="gate" data-kind={link.kind} data-down={!link.up || undefined} data-selected={selected || undefined}>
      <strong>{link.name}</strong>
      <span>{gateKind(link, t)}</span>
    </div>
  );
});

/** "VXLAN 1" or "IPIP". */
export function gateKind(link: LinkView, t: Text["canvas"]): string {
  return t.tunnel(link.kind === "ipip" ? null : (link.tunnel?.vni ?? null));
}

/** What a screen reader calls it. */
export function gateLabel(link: LinkView, t: Text["canvas"]): string {
  return t.gateLabel(link.name, gateKind(link, t), link.mtu, link.up ? t.up : t.linkDown);
}
