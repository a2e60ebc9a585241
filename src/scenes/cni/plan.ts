/**
 * How four container networks are built on a set of Docker hosts, as the commands that a person would type: Flannel's host-gw and VXLAN
 * backends, Calico with plain routes and with IPIP. Nothing in here is magic that the kernel doesn't see.
 */

export const CNI_KINDS = ["flannel-host-gw", "flannel-vxlan", "calico-routed", "calico-ipip"] as const;
export type CniKind = (typeof CNI_KINDS)[number];

/** A host that takes part: its name, its address on the wire, and the card that has it. */
export interface CniHost {
  readonly name: string;
  readonly address: string;
  readonly dev: string;
  /** Which share of the network it has; where it stands among the hosts unless this is given. */
  readonly place?: number;
}

/** A line for the terminal of a node. */
export interface CniLine {
  readonly node: string;
  readonly line: string;
}

/** All pods of Flannel's, and of Calico's: a host's share is cut from it. */
const FLANNEL_NETWORK = "10.244.0.0/16";
const CALICO_NETWORK = "10.10.0.0/16";
/** Name of the Docker network that Flannel's pods join, and of its bridge. */
export const FLANNEL_NAME = "flannel";
export const FLANNEL_BRIDGE = "cni0";
/** What VXLAN and IPIP put in front of a packet. */
const VXLAN_BYTES = 50;
const WIRE_MTU = 1500;

/** A host's share: 10.244.3.0/24 with gateway 10.244.3.1, or 10.10.3.0/26. @param place from 0 */
export function shareOf(kind: CniKind, place: number): { readonly net: string; readonly prefix: string } {
  return kind.startsWith("flannel")
    ? { net: `10.244.${place}.0/24`, prefix: `10.244.${place}.` }
    : { net: `10.10.${place}.0/26`, prefix: `10.10.${place}.` };
}

/**
 * Everything that has to be typed to build the network, host by host. `hosts` keep their places: whoever comes later is last, so that
 * `cniSetup(kind, hosts, from)` gives only what the hosts from `from` on add.
 */
export function cniSetup(kind: CniKind, hosts: readonly CniHost[], from = 0): CniLine[] {
  const lines: CniLine[] = [];
  hosts.forEach((host, i) => {
    if (i >= from) lines.push(...ownLines(kind, host, host.place ?? i));
  });
  hosts.forEach((host, i) => {
    hosts.forEach((other, j) => {
      if (i !== j && (i >= from || j >= from)) lines.push(...wayTo(kind, host, other, other.place ?? j));
    });
  });
  return lines;
}

/** What a host needs whoever else there is. */
function ownLines(kind: CniKind, host: CniHost, place: number): CniLine[] {
  const at = (line: string): CniLine => ({ node: host.name, line });
  const { net, prefix } = shareOf(kind, place);
  const all = kind.startsWith("flannel") ? FLANNEL_NETWORK : CALICO_NETWORK;
  const open = [
    at(`iptables -A FORWARD -s ${all} -j ACCEPT`),
    at(`iptables -A FORWARD -d ${all} -j ACCEPT`),
    at(`iptables -t nat -A POSTROUTING -s ${all} ! -d ${all} -j MASQUERADE`),
  ];
  switch (kind) {
    case "flannel-host-gw":
      return [at(flannelNetwork(net, prefix, WIRE_MTU)), ...open];
    case "flannel-vxlan":
      return [at(flannelNetwork(net, prefix, WIRE_MTU - VXLAN_BYTES)), ...open, ...flannelDevice(host, place)];
    case "calico-routed":
      return [at(`ip route add blackhole ${net} proto bird`), ...open];
    case "calico-ipip":
      return [
        at(`ip route add blackhole ${net} proto bird`),
        ...open,
        at("modprobe ipip"),
        at("ip link set tunl0 mtu 1480 up"),
        at(`ip addr add ${prefix}1/32 dev tunl0`),
      ];
  }
}

function flannelNetwork(net: string, prefix: string, mtu: number): string {
  const options = [
    `com.docker.network.bridge.name=${FLANNEL_BRIDGE}`,
    "com.docker.network.bridge.enable_ip_masquerade=false",
    `com.docker.network.driver.mtu=${mtu}`,
  ].map((option) => `-o ${option}`);
  return `docker network create --subnet ${net} --gateway ${prefix}1 ${options.join(" ")} ${FLANNEL_NAME}`;
}

/** The MAC of a host's flannel.1: the same on every run, so that the others can name it. */
function flannelMac(place: number): string {
  return `0e:00:00:00:${(place + 10).toString(16).padStart(2, "0")}:01`;
}

function flannelDevice(host: CniHost, place: number): CniLine[] {
  const made = `type vxlan id 1 local ${host.address} dev ${host.dev} dstport 8472 nolearning`;
  return [
    `ip link add flannel.1 address ${flannelMac(place)} ${made}`,
    `ip addr add ${shareOf("flannel-vxlan", place).prefix}0/32 dev flannel.1`,
    "ip link set flannel.1 up",
  ].map((line) => ({ node: host.name, line }));
}

/** How one host gets to the pods of another. */
function wayTo(kind: CniKind, host: CniHost, other: CniHost, otherPlace: number): CniLine[] {
  const at = (line: string): CniLine => ({ node: host.name, line });
  const { net, prefix } = shareOf(kind, otherPlace);
  switch (kind) {
    case "flannel-host-gw":
      return [at(`ip route add ${net} via ${other.address} dev ${host.dev}`)];
    case "calico-routed":
      return [at(`ip route add ${net} via ${other.address} dev ${host.dev} proto bird`)];
    case "calico-ipip":
      return [at(`ip route add ${net} via ${other.address} dev tunl0 onlink proto bird`)];
    case "flannel-vxlan":
      return [
        at(`ip route add ${net} via ${prefix}0 dev flannel.1 onlink`),
        at(`ip neigh add ${prefix}0 lladdr ${flannelMac(otherPlace)} dev flannel.1 nud permanent`),
        at(`bridge fdb add ${flannelMac(otherPlace)} dev flannel.1 dst ${other.address} self permanent`),
      ];
  }
}

/** A pod that is to join: `address` is a free one of the host's share (Calico only; Docker's IPAM gives Flannel's). */
export interface CniPod {
  readonly name: string;
  readonly image: string;
  readonly address: string;
}

/** What is typed at the host that the pod comes to. */
export function cniJoin(kind: CniKind, host: string, pod: CniPod): CniLine[] {
  const shell = pod.image === "nginx" ? "-d" : "-dit";
  if (kind.startsWith("flannel")) {
    return [{ node: host, line: `docker run ${shell} --net ${FLANNEL_NAME} --name ${pod.name} ${pod.image}` }];
  }
  const veth = vethName(pod.name);
  const pid = `$(docker inspect -f "{{.State.Pid}}" ${pod.name})`;
  const inside = [
    "ip link set eth0 up",
    `ip addr add ${pod.address}/32 dev eth0`,
    "ip route add 169.254.1.1 dev eth0 scope link",
    "ip route add default via 169.254.1.1 dev eth0",
  ].map((line) => `nsenter -t $PID -n ${line}`);
  return [
    `docker run ${shell} --net=none --name ${pod.name} ${pod.image}`,
    `ip link add ${veth} type veth peer name eth0 netns ${pid}`,
    `ip link set ${veth} address ee:ee:ee:ee:ee:ee up`,
    `PID=${pid}; ${inside.join("; ")}`,
    `sysctl -w net.ipv4.conf.${veth}.proxy_arp=1`,
    `sysctl -w net.ipv4.neigh.${veth}.proxy_delay=0`,
    `ip route add ${pod.address}/32 dev ${veth} scope link`,
  ].map((line) => ({ node: host, line }));
}

/** "cali-" and as much of the pod's name as fits into IFNAMSIZ. */
function vethName(pod: string): string {
  return `cali-${pod.replace(/[^A-Za-z0-9]/g, "")}`.slice(0, 15);
}
