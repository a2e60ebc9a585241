/** Which hosts are in which container network, as their own devices and routes tell. Pure. */
import type { LinkView, NodeId, NodeView } from "../../protocol/view.ts";
import { CNI_KINDS, type CniHost, type CniKind, FLANNEL_BRIDGE } from "../../scenes/cni/plan.ts";

type Nodes = Readonly<Record<NodeId, NodeView>>;

/** A host's share of a network. Not `certain` while nothing on the host tells which of two kinds it is to be. */
export interface Member {
  readonly node: NodeId;
  readonly kind: CniKind;
  /** The number in 10.244.N.0/24 or 10.10.N.0/26. */
  readonly place: number;
  readonly certain: boolean;
}

export function membersOf(nodes: Nodes): Member[] {
  return Object.values(nodes).flatMap((node) => (node.kind === "docker-host" ? sharesOf(node) : []));
}

function sharesOf(node: NodeView): Member[] {
  const flannel = node.links.find((link) => link.name === FLANNEL_BRIDGE)?.addresses[0]?.address ?? "";
  const calico = node.routes.find((route) => route.type === "blackhole")?.destination ?? "";
  return [
    ...shares(node, /^10\.244\.(\d+)\./.exec(flannel)?.[1], ["flannel-host-gw", "flannel-vxlan"], "flannel.1"),
    ...shares(node, /^10\.10\.(\d+)\.0\/26$/.exec(calico)?.[1], ["calico-routed", "calico-ipip"], "tunl0"),
  ];
}

/** @param kinds without and with a tunnel @param tunnel the device by which the second is known */
function shares(
  node: NodeView,
  place: string | undefined,
  [plain, tunnelled]: readonly [CniKind, CniKind],
  tunnel: string,
): Member[] {
  if (place === undefined) return [];
  const member = (kind: CniKind, certain: boolean): Member => ({ node: node.id, kind, place: Number(place), certain });
  if (node.links.some((link) => link.name === tunnel && link.up)) return [member(tunnelled, true)];
  const family = plain.startsWith("flannel") ? "10.244." : "10.10.";
  const routed = node.routes.some((route) => route.gateway !== null && route.destination.startsWith(family));
  return routed ? [member(plain, true)] : [member(plain, false), member(tunnelled, false)];
}

/** The card by which a host is on its LAN, with an address; undefined for a host without one. */
export function lanLink(node: NodeView): LinkView | undefined {
  return node.links.find((link) => link.kind === "nic" && link.addresses.length > 0);
}

/** The chosen hosts as the plan wants them: who has a share keeps it, the others get the next free ones. */
export function cniHosts(nodes: Nodes, kind: CniKind, chosen: readonly NodeId[]): CniHost[] {
  const members = membersOf(nodes).filter((member) => familyOf(member.kind) === familyOf(kind));
  const taken = new Set(members.map(({ place }) => place));
  return chosen.flatMap((id) => {
    const node = nodes[id];
    const link = node === undefined ? undefined : lanLink(node);
    if (node === undefined || link === undefined) return [];
    let place = members.find((member) => member.node === id)?.place ?? 0;
    if (!members.some((member) => member.node === id)) while (taken.has(place)) place++;
    taken.add(place);
    return [{ name: node.name, address: link.addresses[0]!.address, dev: link.name, place }];
  });
}

/** Flannel's two kinds share their addresses, and Calico's two theirs. */
export function familyOf(kind: CniKind): string {
  return kind.slice(0, kind.indexOf("-"));
}

/** Another kind of the same family that a host is in already, or null. */
export function clashOf(nodes: Nodes, kind: CniKind, id: NodeId): CniKind | null {
  const other = CNI_KINDS.find((one) => one !== kind && familyOf(one) === familyOf(kind));
  return membersOf(nodes).find((m) => m.node === id && m.certain && m.kind === other)?.kind ?? null;
}
