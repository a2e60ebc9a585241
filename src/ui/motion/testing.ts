/** A little world as views, for tests and for the drawing board: hosts with containers, a LAN switch, a gateway, a server. */
import type { ContainerView, DevId, DevKind, LinkView, NeighView, NodeView } from "../../protocol/view.ts";

export function link(dev: DevId, name: string, kind: DevKind, more: Partial<LinkView> = {}): LinkView {
  return {
    dev,
    ifindex: dev,
    name,
    kind,
    created_ns: 0,
    mac: `02:42:00:00:${hex(dev >> 8)}:${hex(dev & 255)}`,
    mtu: 1500,
    up: true,
    carrier: true,
    operstate: "UP",
    master: null,
    portNo: null,
    peer: null,
    peerIfindex: null,
    addresses: [],
    fdb: null,
    ageing_ns: null,
    ...more,
  };
}

function hex(n: number): string {
  return n.toString(16).padStart(2, "0");
}

export function address(text: string): LinkView["addresses"] {
  const [host, prefix] = text.split("/");
  return [{ address: host!, prefixLen: Number(prefix), secondary: false }];
}

export function node(id: string, kind: NodeView["kind"], more: Partial<NodeView> = {}): NodeView {
  return {
    id,
    kind,
    name: id,
    machine: id,
    netns: 1,
    netnsOwner: id,
    container: null,
    links: [],
    routes: [],
    neighbours: [],
    iptables: null,
    conntrack: [],
    connections: 0,
    sockets: [],
    busy: false,
    away: false,
    prompt: `root@${id}:/# `,
    ...more,
  };
}

export function container(
  name: string,
  machine: string,
  links: LinkView[],
  more: Partial<ContainerView> = {},
): NodeView {
  const view = {
    id: "0123456789ab",
    image: "nginx",
    state: "running",
    networkMode: "default",
    pid: 1,
    ...more,
  } as const;
  return node(`${machine}/${name}`, "container", { name, machine, links, container: view });
}

export function neighbour(ip: string, dev: DevId, mac: string | null, state: NeighView["state"]): NeighView {
  return { address: ip, dev, mac, state, updated_ns: 0, timer_ns: null, row: -1 };
}

/** Device ids of `oneHost`: docker0, the host's NIC; container i has eth0 `100 + 2i` and its host-side veth `101 + 2i`. */
export const DOCKER0 = 3;
export const HOST_NIC = 2;
export const SWITCH_PORT = 50;

/** One host with `count` containers on docker0, behind a LAN switch with a gateway and the internet. */
export function oneHost(count: number, name = "hostA", base = 0): NodeView[] {
  const containers: NodeView[] = [];
  const ports: LinkView[] = [];
  for (let i = 0; i < count; i++) {
    const inner = base + 100 + 2 * i;
    const eth0 = { peer: inner + 1, peerIfindex: 5 + 2 * i, ifindex: 4 + 2 * i };
    const mac = `02:42:ac:11:00:${hex(i + 2)}`;
    containers.push(
      container(`nginx-${i + 1}`, name, [
        link(inner, "eth0", "veth", { ...eth0, mac, addresses: address(`172.17.0.${i + 2}/16`) }),
      ]),
    );
    const veth = { peer: inner, peerIfindex: 4 + 2 * i, ifindex: 5 + 2 * i, master: base + DOCKER0, portNo: i + 1 };
    ports.push(link(inner + 1, `veth${(0x9c02e56 + i * 7919).toString(16)}`, "veth", veth));
  }
  const fdb = ports.map((port, i) => ({
    mac: port.mac,
    dev: port.dev,
    isLocal: true,
    isStatic: true,
    updated_ns: 0,
    row: -1,
    i,
  }));
  const nic = { peer: base + SWITCH_PORT, addresses: address(`192.168.1.${10 + base / 1000}/24`) };
  const docker0 = { addresses: address("172.17.0.1/16"), fdb, ageing_ns: 300e9, mac: "02:42:18:48:95:88" };
  const links = [
    link(base + HOST_NIC, "eth0", "nic", nic),
    link(base + DOCKER0, "docker0", "bridge", docker0),
    ...ports,
  ];
  return [node(name, "docker-host", { links }), ...containers];
}

/** A VXLAN device `base + 5` on the host `oneHost(…, base)`, whose FDB names these hosts. */
export function vxlan(base: number, ends: readonly string[], more: Partial<LinkView> = {}): LinkView {
  const tunnel = { vni: 1, port: 8472, local: `192.168.1.${10 + base / 1000}`, remote: null, link: base + HOST_NIC };
  const entry = { dev: base + 5, isLocal: false, isStatic: true, updated_ns: 0, row: -1 };
  const fdb = ends.map((dst, i) => ({ ...entry, dst, mac: `0e:00:00:00:00:0${i}` }));
  return link(base + 5, "flannel.1", "vxlan", { tunnel, fdb, ...more });
}

/** The views with more devices on one of the nodes. */
export function withLinks(views: readonly NodeView[], id: string, ...links: LinkView[]): NodeView[] {
  return views.map((view) => (view.id === id ? { ...view, links: [...view.links, ...links] } : view));
}

/** A LAN switch with a port for each base, the gateway behind it, and a server behind that. */
export function outside(bases: readonly number[] = [0]): NodeView[] {
  const ports = bases.map((base) =>
    link(base + SWITCH_PORT, `p${base}`, "nic", { master: 60, peer: base + HOST_NIC, portNo: 1 }),
  );
  return [
    node("lan", "switch", {
      links: [link(60, "sw0", "bridge", { fdb: [] }), ...ports, link(61, "p-gw", "nic", { master: 60, peer: 70 })],
    }),
    node("gw", "router", {
      links: [
        link(70, "eth0", "nic", { peer: 61, addresses: address("192.168.1.1/24") }),
        link(71, "eth1", "nic", { peer: 80, addresses: address("203.0.113.1/24") }),
      ],
    }),
    node("internet", "server", {
      links: [link(80, "eth0", "nic", { peer: 71, addresses: address("203.0.113.80/24") })],
    }),
  ];
}
