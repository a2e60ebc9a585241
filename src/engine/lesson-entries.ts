/** A node's tables as rows of text, with the columns of ENTRY_COLUMNS: what a lesson's `entry` is held against. */
import type { ENTRY_COLUMNS, EntryTable } from "../protocol/lesson.ts";
import type { DevId, LinkView, NodeView } from "../protocol/view.ts";

type Rows = readonly Readonly<Record<string, string>>[];
type Columns<T extends EntryTable> = Readonly<Record<(typeof ENTRY_COLUMNS)[T][number], string>>;

/** All rows of the table. @param node who has them (the owner of its namespace) @param nodes all nodes, for containers of a machine */
export function entriesOf(table: EntryTable, node: NodeView, nodes: readonly NodeView[]): Rows {
  const name = (dev: DevId | null): string => node.links.find((link) => link.dev === dev)?.name ?? "";
  switch (table) {
    case "fdb":
      return node.links.flatMap((bridge) => fdb(bridge, name));
    case "neighbour":
      return node.neighbours.map(
        ({ address, dev, mac, state }): Columns<"neighbour"> => ({ address, dev: name(dev), mac: mac ?? "", state }),
      );
    case "route":
      return node.routes.map(
        ({ destination, gateway, dev, source, protocol, type }): Columns<"route"> => ({
          destination,
          gateway: gateway ?? "",
          dev: name(dev),
          source: source ?? "",
          protocol,
          type,
        }),
      );
    case "conntrack":
      return conntrack(node);
    case "iptables":
      return iptables(node);
    case "link":
      return node.links.flatMap((link) => links(link, name));
    case "socket":
      return node.sockets.map(
        ({ protocol, state, local, peer, owner }): Columns<"socket"> => ({
          protocol,
          state,
          local,
          peer,
          program: owner?.program ?? "",
        }),
      );
    case "container":
      return containers(node, nodes);
  }
}

function fdb(bridge: LinkView, name: (dev: DevId) => string): Columns<"fdb">[] {
  return (bridge.fdb ?? []).map(({ mac, dev, dst, isLocal, isStatic }) => ({
    bridge: bridge.name,
    mac,
    dev: name(dev),
    dst: dst ?? "",
    local: String(isLocal),
    static: String(isStatic),
  }));
}

function conntrack(node: NodeView): Columns<"conntrack">[] {
  return node.conntrack.map(({ protocol, state, original, reply, snat, dnat }) => ({
    protocol,
    state,
    source: original.source,
    destination: original.destination,
    replySource: reply.source,
    replyDestination: reply.destination,
    snat: String(snat),
    dnat: String(dnat),
  }));
}

/** `met`: whether a packet has met the rule. */
function iptables(node: NodeView): Columns<"iptables">[] {
  return (node.iptables ?? []).flatMap((table) =>
    table.chains.flatMap((chain) =>
      chain.rules.map(({ text, packets }) => ({
        table: table.name,
        chain: chain.name,
        rule: text,
        met: String(packets > 0),
      })),
    ),
  );
}

/** A row for each address, and one for a device without. */
function links(link: LinkView, name: (dev: DevId | null) => string): Columns<"link">[] {
  const row = {
    name: link.name,
    kind: link.kind,
    mac: link.mac,
    mtu: String(link.mtu),
    up: String(link.up),
    master: name(link.master),
    ifindex: String(link.ifindex),
    peerIfindex: link.peerIfindex === null ? "" : String(link.peerIfindex),
    address: "",
  };
  if (link.addresses.length === 0) return [row];
  return link.addresses.map(({ address, prefixLen }) => ({ ...row, address: `${address}/${prefixLen}` }));
}

function containers(node: NodeView, nodes: readonly NodeView[]): Columns<"container">[] {
  return nodes.flatMap(({ machine, name, container }) =>
    container === null || machine !== node.machine
      ? []
      : [{ name, image: container.image, state: container.state, network: container.networkMode }],
  );
}
