/** The shell lines that gestures on the canvas end in. Pure. */
import type { DevId, LinkView, NodeId, NodeView } from "../../../protocol/view.ts";

/** What a container is to be plugged into. */
export type Network =
  | { readonly type: "bridge"; readonly name: string }
  | { readonly type: "host" }
  | { readonly type: "none" };

/** Images whose only program is a shell need a terminal to stay. */
const NEEDS_TERMINAL = new Set(["busybox", "centos", "alpine", "debian", "ubuntu"]);
const SHORT_NAMES: Readonly<Record<string, string>> = { busybox: "box" };

/** `docker run` for a new container of this image; `names` are those that are taken. */
export function runLine(image: string, names: Iterable<string>, network: Network): string {
  const flags = NEEDS_TERMINAL.has(baseOf(image)) ? "-dit" : "-d";
  const net =
    network.type === "bridge" ? (network.name === "bridge" ? "" : ` --net ${network.name}`) : ` --net=${network.type}`;
  return `docker run ${flags}${net} --name ${freeName(image, names)} ${image}`;
}

/** "registry.example/team/nginx:1.27" is called nginx-1, nginx-2 …: the first that is free. */
export function freeName(image: string, names: Iterable<string>): string {
  const taken = new Set(names);
  const base = baseOf(image);
  const short = SHORT_NAMES[base] ?? base;
  let n = 1;
  while (taken.has(`${short}-${n}`)) n++;
  return `${short}-${n}`;
}

function baseOf(image: string): string {
  const last = image.slice(image.lastIndexOf("/") + 1);
  return last.replace(/[:@].*$/, "").replace(/[^a-zA-Z0-9_.-]/g, "") || "box";
}

/** A name that Docker takes for an image. */
export function isImageName(text: string): boolean {
  return /^[a-z0-9]+([._/-]+[a-z0-9]+)*(:[\w][\w.-]*)?$/.test(text);
}

/** A new network of Docker's bridge driver on a host that has made `count` of them so far. */
export const networkLine = (count: number): string => `docker network create net-${count + 1}`;
export const removeNetworkLine = (network: string): string => `docker network rm ${network}`;
export const removeLine = (name: string): string => `docker rm -f ${name}`;
export const stopLine = (name: string): string => `docker stop ${name}`;
export const startLine = (name: string): string => `docker start ${name}`;
export const pingLine = (address: string): string => `ping -c 3 ${address}`;
/** Port 80 goes without saying. */
export const httpLine = (address: string, port: number): string =>
  `curl -s http://${address}${port === 80 ? "" : `:${port}`}/`;
export const tracerouteLine = (address: string): string => `traceroute -n ${address}`;
export const lookupLine = (name: string): string => `nslookup ${name}`;
/** Ends by itself, so that the terminal is free again. */
export const captureLine = (dev: string): string => `tcpdump -ni ${dev} -c 12`;
/** One echo request to each. */
export const pingAllLine = (addresses: readonly string[]): string =>
  `for ip in ${addresses.join(" ")}; do ping -c 1 $ip; done`;
export const linkLine = (dev: string, up: boolean): string => `ip link set ${dev} ${up ? "up" : "down"}`;

export const removeNamespaceLine = (name: string): string => `ip netns del ${name}`;
/** Plugs ends of veth pairs, or whatever else the host has, into a bridge. */
export const plugLine = (devs: readonly string[], bridge: string): string =>
  devs.map((dev) => `ip link set ${dev} master ${bridge}`).join(" && ");

/** One line about several containers of a host. */
export const stopAllLine = (names: readonly string[]): string => stopLine(names.join(" "));
export const startAllLine = (names: readonly string[]): string => startLine(names.join(" "));

/** From one network to another. */
export function moveLine(container: string, from: string | null, to: string): string {
  const connect = `docker network connect ${to} ${container}`;
  return from === null ? connect : `docker network disconnect ${from} ${container} && ${connect}`;
}

/** Docker's name (or id) for the network behind a bridge; null for a bridge that Docker didn't make. */
export function networkOf(bridge: LinkView): string | null {
  if (bridge.name === "docker0") return "bridge";
  return /^br-([0-9a-f]{12})$/.exec(bridge.name)?.[1] ?? null;
}

/** One line that removes several containers and namespaces of a host; `ip netns del` takes one name. */
export function removeAllLine(nodes: readonly Pick<NodeView, "kind" | "name">[]): string {
  const containers = nodes.filter(({ kind }) => kind === "container").map(({ name }) => name);
  const namespaces = nodes.filter(({ kind }) => kind === "netns").map(({ name }) => removeNamespaceLine(name));
  return [...(containers.length > 0 ? [removeLine(containers.join(" "))] : []), ...namespaces].join("; ");
}

/**
 * The address under which `from` reaches `to`: for a container's own host, the bridge's, or that of the host's end of its cable;
 * else the first that isn't loopback. Null when it has none.
 */
export function addressFor(nodes: Readonly<Record<NodeId, NodeView>>, from: NodeId, to: NodeId): string | null {
  const source = nodes[from];
  const target = nodes[to];
  if (source === undefined || target === undefined) return null;
  if (target.netnsOwner !== to) return addressFor(nodes, from, target.netnsOwner);
  if (source.netnsOwner === target.netnsOwner) return "127.0.0.1";
  if (source.machine === to) {
    const peers = new Set(source.links.map((link) => link.peer));
    const masters = new Set(target.links.filter((link) => peers.has(link.dev)).map((link) => link.master));
    const near = target.links.find(
      (link) => (masters.has(link.dev) || peers.has(link.dev)) && link.addresses.length > 0,
    );
    if (near !== undefined) return near.addresses[0]!.address;
  }
  return firstAddress(target.links);
}

function firstAddress(links: readonly LinkView[]): string | null {
  const link = links.find((l) => l.kind !== "loopback" && l.kind !== "bridge" && l.addresses.length > 0);
  return link?.addresses[0]?.address ?? null;
}

/**
 * The end of a veth pair that somebody may set down: the one that stands on the host, else one in a namespace made by hand. Null
 * for a link that cannot be cut there: a container may not set its own devices, for it lacks NET_ADMIN.
 */
export function hostEnd(devices: (dev: DevId) => { link: LinkView; node: NodeId } | undefined, a: DevId, b: DevId) {
  const ends = [b, a].flatMap((dev) => devices(dev) ?? []);
  const onHost = ends.find(({ node }) => !node.includes("/"));
  return onHost ?? ends.find(({ node }) => node.includes("/netns/")) ?? null;
}
