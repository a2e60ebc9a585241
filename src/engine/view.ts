/** The world at its moment as the page shows it: plain records, times counted from the scene's beginning. */
import { Nud } from "../base/trace-kind.ts";
import type { Container, Engine } from "../docker/types.ts";
import { routes } from "../kernel/fib/fib.ts";
import { type NeighEntry, neighEntries } from "../kernel/neigh/admin.ts";
import { fdbEntries } from "../kernel/netdev/bridge/fdb-admin.ts";
import { operstate } from "../kernel/netdev/carrier.ts";
import type { IpTunnel, Vxlan } from "../kernel/tunnel/types.ts";
import { type NetDevice, type Netns, type Route, RT_TABLE_MAIN, Scope } from "../kernel/types.ts";
import { dev, netns } from "../kernel/world.ts";
import type { Scene } from "../protocol/scene.ts";
import type {
  FdbView,
  LinkView,
  NeighView,
  NodeId,
  NodeKind,
  NodeView,
  RouteView,
  TunnelView,
} from "../protocol/view.ts";
import { formatRoute } from "../shell/commands/ip/route/route-print.ts";
import { formatIpv4, formatMac, IPV4_ANY, type Ipv4 } from "../wire/address.ts";
import { SCENE_START_NS } from "../worlds/scene.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";
import { isTerminalAway, isTerminalBusy, namespaceId, terminalPlace, terminalPrompt } from "./terminal.ts";
import { viewConntrack, viewTables } from "./view-netfilter.ts";
import { viewSockets } from "./view-sockets.ts";

/** Time as the page counts it. */
export const toPage = (world_ns: number): number => world_ns - SCENE_START_NS;
/** Time as the world counts it. */
export const toWorld = (page_ns: number): number => Math.floor(page_ns) + SCENE_START_NS;

const NUD_WORDS: Readonly<Record<number, NeighView["state"]>> = {
  [Nud.NONE]: "NONE",
  [Nud.INCOMPLETE]: "INCOMPLETE",
  [Nud.REACHABLE]: "REACHABLE",
  [Nud.STALE]: "STALE",
  [Nud.DELAY]: "DELAY",
  [Nud.PROBE]: "PROBE",
  [Nud.FAILED]: "FAILED",
  [Nud.NOARP]: "NOARP",
  [Nud.PERMANENT]: "PERMANENT",
};

/** A node that there is to show, before anybody looks into its namespace. */
export interface Subject
  extends Pick<NodeView, "id" | "kind" | "name" | "machine" | "netns" | "netnsOwner" | "container"> {
  /** The namespace that the node owns; null for one that shares another's or doesn't run. */
  space: Netns | null;
}

/** All machines in the scene's order, each followed by its containers and by the namespaces that somebody has made there. */
export function viewNodes(world: PlaygroundWorld, scene: Scene): NodeView[] {
  return subjects(world, scene).map((subject) => viewNode(world, subject));
}

/** Who stands in the scene, in the order of `viewNodes`. */
export function subjects(world: PlaygroundWorld, scene: Scene): Subject[] {
  return world.machines.flatMap((machine) => {
    const { name, initNetns } = machine;
    const engine = world.engines[name];
    const spec = scene.world.nodes.find((n) => n.name === name);
    const kind: NodeKind = spec?.kind ?? (engine === undefined ? "switch" : "docker-host");
    const space = netns(world, initNetns);
    const own: Subject = {
      id: name,
      kind,
      name,
      machine: name,
      netns: space.id,
      netnsOwner: name,
      container: null,
      space,
    };
    const containers = engine === undefined ? [] : containersOf(world, name, engine);
    return [own, ...containers, ...madeByHand(world, own, machine.id, containers)];
  });
}

/** Namespaces of a machine that bear a name and are nobody's card yet. */
function madeByHand(world: PlaygroundWorld, { name, netns }: Subject, machine: number, others: Subject[]): Subject[] {
  const drawn = new Set([netns, ...others.map((other) => other.netns)]);
  return world.netns.flatMap((space): Subject[] => {
    if (space === null || space.machine !== machine || space.name === null || drawn.has(space.id)) return [];
    const id = namespaceId(name, space.name);
    const where = { machine: name, netns: space.id, netnsOwner: id };
    return [{ id, kind: "netns", name: space.name, ...where, container: null, space }];
  });
}

function containersOf(world: PlaygroundWorld, machine: NodeId, engine: Engine): Subject[] {
  const all = Object.values(engine.containers);
  const owners = new Map<number, NodeId>();
  for (const { sandbox, node } of all) {
    if (sandbox?.own === true && !owners.has(sandbox.netns)) owners.set(sandbox.netns, node);
  }
  return all.map((container) => {
    const { id, node, name, pid, config, hostConfig, sandbox } = container;
    const space = sandbox === null ? null : (world.netns[sandbox.netns] ?? null);
    const owner = space === null ? node : (owners.get(space.id) ?? machine);
    return {
      id: node,
      kind: "container",
      name,
      machine,
      netns: space?.id ?? -1,
      netnsOwner: owner,
      container: { id, image: config.image, state: stateOf(container), networkMode: hostConfig.networkMode, pid },
      space: owner === node ? space : null,
    };
  });
}

function stateOf(container: Container): "created" | "running" | "exited" {
  // The page draws a paused container as one that runs: its network does.
  if (container.status === "paused") return "running";
  return container.status === "restarting" ? "exited" : container.status;
}

function viewNode(world: PlaygroundWorld, subject: Subject): NodeView {
  const { space } = subject;
  const links = space === null ? [] : space.devs.map((id) => viewLink(world, dev(world, id)));
  const neighbours = space === null ? [] : neighEntries(world, space.id).map(viewNeighbour);
  return { ...viewBody(world, subject, neighbours), links };
}

/** A node as it stands, apart from its devices. @param neighbours what its namespace knows of them */
export function viewBody(
  world: PlaygroundWorld,
  subject: Subject,
  neighbours: readonly NeighView[],
): Omit<NodeView, "links"> {
  const { space, ...node } = subject;
  return {
    ...node,
    routes: space === null ? [] : routes(world, space.id, RT_TABLE_MAIN).map((route) => viewRoute(world, route)),
    neighbours,
    iptables: space === null ? null : viewTables(space),
    conntrack: space === null ? [] : viewConntrack(world, space),
    connections: space?.nf.ctCount ?? 0,
    sockets: space === null ? [] : viewSockets(world, space.id),
    ...viewTerminal(world, node.id),
  };
}

/** What the node's terminal would say to somebody who looks at it. */
export function viewTerminal(world: PlaygroundWorld, id: NodeId): Pick<NodeView, "busy" | "away" | "prompt"> {
  if (terminalPlace(world, id) === null) return { busy: false, away: false, prompt: "" };
  return { busy: isTerminalBusy(world, id), away: isTerminalAway(world, id), prompt: terminalPrompt(world, id) };
}

export function viewLink(world: PlaygroundWorld, device: NetDevice): LinkView {
  const peer = device.peer === null ? null : world.devs[device.peer];
  return {
    dev: device.id,
    ifindex: device.ifindex,
    name: device.name,
    kind: device.kind,
    mac: formatMac(device.mac),
    mtu: device.mtu,
    up: device.up,
    carrier: device.carrier,
    created_ns: toPage(device.created_ns),
    operstate: operstate(world, device),
    master: device.master,
    portNo: device.port?.portNo ?? null,
    peer: device.peer,
    peerIfindex: device.kind === "veth" && peer ? peer.ifindex : null,
    addresses: device.addresses.map((a) => ({
      address: formatIpv4(a.local),
      prefixLen: a.prefixLen,
      secondary: a.secondary,
    })),
    fdb:
      device.bridge === null
        ? device.vxlan === null
          ? null
          : viewVxlanFdb(device, device.vxlan)
        : viewFdb(world, device),
    ...(device.vxlan === null && device.ipTunnel === null ? {} : { tunnel: viewTunnel(device) }),
    ageing_ns: device.bridge?.ageing_ns ?? null,
  };
}

function viewFdb(world: PlaygroundWorld, bridge: NetDevice): FdbView[] {
  return fdbEntries(world, bridge.id).map((entry) => ({
    mac: formatMac(entry.mac),
    dev: entry.dev ?? bridge.id,
    isLocal: entry.isLocal,
    isStatic: entry.isStatic,
    updated_ns: toPage(entry.updated_ns),
    row: entry.row,
  }));
}

function viewVxlanFdb(device: NetDevice, vxlan: Vxlan): FdbView[] {
  return vxlan.fdb.flatMap((entry) =>
    entry.remotes.map((remote) => ({
      mac: formatMac(entry.mac),
      dev: device.id,
      dst: formatIpv4(remote.ip),
      isLocal: false,
      isStatic: entry.externLearn || (entry.state & (Nud.PERMANENT | Nud.NOARP)) !== 0,
      updated_ns: toPage(entry.updated_ns),
      row: entry.row,
    })),
  );
}

function viewTunnel(device: NetDevice): TunnelView {
  const address = (ip: Ipv4) => (ip === IPV4_ANY ? null : formatIpv4(ip));
  const { vxlan, ipTunnel } = device;
  const { local, remote, link } = (vxlan ?? ipTunnel) as Vxlan | IpTunnel;
  const vni = vxlan === null ? null : vxlan.vni;
  const port = vxlan === null ? null : vxlan.port;
  return { vni, port, local: address(local), remote: address(remote), link };
}

export function viewNeighbour(entry: NeighEntry): NeighView {
  return {
    address: formatIpv4(entry.ip),
    dev: entry.dev,
    mac: entry.mac === null ? null : formatMac(entry.mac),
    state: NUD_WORDS[entry.state] ?? "NONE",
    updated_ns: toPage(entry.updated_ns),
    timer_ns: entry.timerAt_ns < 0 ? null : toPage(entry.timerAt_ns),
    row: entry.row,
  };
}

function viewRoute(world: PlaygroundWorld, route: Route): RouteView {
  const everything = route.prefixLen === 0;
  return {
    destination: everything ? "default" : `${formatIpv4(route.destination)}/${route.prefixLen}`,
    gateway: route.gateway === null ? null : formatIpv4(route.gateway),
    dev: route.dev,
    source: route.source === null ? null : formatIpv4(route.source),
    scope: route.scope === Scope.HOST ? "host" : route.scope === Scope.LINK ? "link" : "global",
    protocol: route.protocol,
    metric: route.metric,
    type: route.type,
    linkdown: route.linkdown,
    created_ns: toPage(route.created_ns),
    text: formatRoute(world, route).trim(),
  };
}
