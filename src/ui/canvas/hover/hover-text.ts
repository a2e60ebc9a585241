/** One line about a device, a line or a card: what the pointer or the keyboard's focus is on. */

import type { CanvasMenuText } from "../../../i18n/en/canvas-menu.ts";
import type { DevId, LinkView, NodeId, NodeView } from "../../../protocol/view.ts";
import type { Wire } from "../../motion/layout-types.ts";
import type { Device } from "../../store/stores.ts";

/** Where the names are looked up. */
export interface Names {
  readonly nodes: Readonly<Record<NodeId, NodeView>>;
  readonly devices: ReadonlyMap<DevId, Device>;
}

/** What one device is, whose, and how it is. */
export function deviceLine(dev: DevId, { nodes, devices }: Names, t: CanvasMenuText): string | null {
  const device = devices.get(dev);
  if (device === undefined) return null;
  const { link } = device;
  const owner = nodes[device.node]?.name ?? "?";
  const addresses = link.addresses.map((a) => `${a.address}/${a.prefixLen}`);
  const master = link.master === null ? undefined : devices.get(link.master)?.link.name;
  const state = stateOf(link, t);
  if (master !== undefined) {
    const port = link.portNo === null ? [] : [t.portOf(link.portNo, master)];
    return [`${link.ifindex}: ${link.name}`, ...port, t.noStack(master), state].join(" · ");
  }
  return [`${link.ifindex}: ${link.name}`, t.of(owner), ...addresses, link.mac, `MTU ${link.mtu}`, state].join(" · ");
}

/** A line's kind, both of its ends and whether it carries. */
export function wireLine(wire: Wire, { nodes, devices }: Names, t: CanvasMenuText): string {
  const ends = [wire.a, wire.b].flatMap((dev) => devices.get(dev) ?? []);
  const names = ends.map(({ link, node }) => `${nodes[node]?.name ?? "?"} ${link.name}`);
  const worst = ends.find(({ link }) => !link.up) ?? ends.find(({ link }) => !link.carrier);
  const state = worst === undefined ? t.linkUp : `${worst.link.name}: ${stateOf(worst.link, t)}`;
  return [t.links[wire.kind], names.join(" – "), state].join(" · ");
}

function stateOf(link: LinkView, t: CanvasMenuText): string {
  if (!link.up) return t.linkDown;
  return link.carrier ? t.linkUp : t.noCarrier;
}

/** A card: what it is, where it is reached, and what listens on it. */
export function nodeLine(node: NodeView, nodes: Names["nodes"], ports: readonly number[], t: CanvasMenuText): string {
  const links = nodes[node.netnsOwner]?.links ?? [];
  const addresses = links
    .filter((link) => link.kind !== "loopback")
    .flatMap((link) => link.addresses.map((a) => a.address));
  const owner = node.netnsOwner === node.id ? [] : [t.inNamespaceOf(nodes[node.netnsOwner]?.name ?? "?")];
  const listens = ports.length === 0 ? [] : [t.listens(ports.map((port) => `:${port}`).join(" "))];
  return [
    node.name,
    ...(node.container === null ? [] : [node.container.image]),
    ...owner,
    ...addresses.slice(0, 2),
    ...listens,
  ].join(" · ");
}
