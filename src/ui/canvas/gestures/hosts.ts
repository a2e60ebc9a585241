/** A Docker host that is to come: the next free name and address on a LAN, and the subnet of its containers. Pure. */
import type { AddedHost } from "../../../protocol/scene.ts";
import type { DevId, LinkView, NodeId, NodeView } from "../../../protocol/view.ts";
import { FIRST_HOST, hostSpec } from "../../../scenes/lan.ts";

type Nodes = Readonly<Record<NodeId, NodeView>>;

/** A LAN that a host can be plugged into: its switch, the switch's bridge, and N of 192.168.N.0/24. */
export interface Lan {
  readonly machine: NodeId;
  readonly bridge: string;
  readonly number: number;
}

/** LANs by their switches; one whose machines have no addresses of 192.168.0.0/16 is none. */
export function lansOf(nodes: Nodes): Lan[] {
  const links = new Map<DevId, LinkView>();
  for (const node of Object.values(nodes)) for (const link of node.links) links.set(link.dev, link);
  return Object.values(nodes).flatMap((node) => {
    if (node.kind !== "switch") return [];
    const bridge = node.links.find((link) => link.kind === "bridge");
    const plugged = node.links.flatMap((link) => links.get(link.peer ?? -1)?.addresses ?? []);
    const number = plugged.map(({ address }) => /^192\.168\.(\d+)\./.exec(address)?.[1]).find((n) => n !== undefined);
    return bridge === undefined || number === undefined
      ? []
      : [{ machine: node.id, bridge: bridge.name, number: Number(number) }];
  });
}

/** The next host on a LAN: the first name of which name, address, MAC and port are free; null when all are taken. */
export function nextHost(nodes: Nodes, lan: Lan, dockerd: string): AddedHost | null {
  const links = Object.values(nodes).flatMap((node) => node.links);
  const taken = new Set(links.flatMap((link) => [link.mac, ...link.addresses.map(({ address }) => address)]));
  const ports = new Set(nodes[lan.machine]?.links.map((link) => link.name));
  for (let place = 0; place < 255 - FIRST_HOST; place++) {
    const spec = hostSpec(place, lan.number);
    const { ipv4, mac } = spec.interfaces[0]!;
    const isFree = Object.keys(nodes).every((id) => id !== spec.name) && !ports.has(`p-${spec.name}`);
    if (!isFree || taken.has(mac) || taken.has(String(ipv4).replace(/\/.*/, ""))) continue;
    return { spec, end: `${lan.machine}.${lan.bridge}.p-${spec.name}`, dockerd };
  }
  return null;
}

/** The first of 172.17.1.0/24, 172.17.2.0/24 … that no docker0 has: what follows "172.17". */
export function freeSubnet(nodes: Nodes): number {
  const taken = new Set(
    Object.values(nodes)
      .flatMap((node) => node.links.filter((link) => link.kind === "bridge"))
      .flatMap((link) => link.addresses.map(({ address }) => address)),
  );
  let n = 1;
  while (n < 255 && taken.has(`172.17.${n}.1`)) n++;
  return n;
}

/** Flags of a dockerd whose containers have a subnet of their own. */
export const bip = (n: number): string => `--bip 172.17.${n}.1/24`;
