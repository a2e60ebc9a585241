/** Scenes with two Docker hosts: no route, direct routes, the same subnet on both, the four container networks, hosts behind a router. */
import type { Scene, Words, WorldSpec } from "../protocol/scene.ts";
import { type CniHost, type CniKind, cniJoin, cniSetup, shareOf } from "./cni/plan.ts";
import { lanWorld, routedWorld } from "./lan.ts";

type Line = Scene["setup"][number];
type Action = Scene["actions"][number];

const BOTH = ["hostA", "hostB"] as const;
const SUBNETS = { hostA: "--bip 172.17.0.1/24", hostB: "--bip 172.17.1.1/24" };

function scene(
  id: string,
  title: Words,
  setup: readonly Line[],
  actions: readonly Action[],
  more?: Partial<Scene>,
): Scene {
  return {
    version: 1,
    id,
    title,
    world: lanWorld(2),
    dockers: [...BOTH],
    legacyIptables: true,
    seed: 23,
    setup,
    actions,
    ...more,
  };
}

const RUN: readonly Line[] = [
  { node: "hostA", line: "docker run -d --name nginx-1 nginx" },
  { node: "hostB", line: "docker run -d --name nginx-2 nginx" },
];

function ping(from: string, to: string, address: string): Action {
  return {
    title: { en: `Ping ${from} → ${to}`, zh: `从 ${from} ping ${to}` },
    node: from,
    line: `ping -c 3 ${address}`,
  };
}

/** Two hosts whose containers have subnets of their own, and nobody has told either host where the other one is. */
export const crossHost = scene(
  "cross-host",
  { en: "Two hosts, no route", zh: "两台主机，没有路由" },
  RUN,
  [
    ping("nginx-1", "nginx-2", "172.17.1.2"),
    {
      title: { en: "hostA: a route to hostB’s containers", zh: "hostA：加一条到 hostB 容器的路由" },
      node: "hostA",
      line: "ip route add 172.17.1.0/24 via 192.168.1.11; iptables -I DOCKER-USER -d 172.17.0.0/16 -j ACCEPT; iptables -t nat -I POSTROUTING -s 172.17.0.0/16 -d 172.17.0.0/16 -j ACCEPT",
    },
    {
      title: { en: "hostB: a route to hostA’s containers", zh: "hostB：加一条到 hostA 容器的路由" },
      node: "hostB",
      line: "ip route add 172.17.0.0/24 via 192.168.1.10; iptables -I DOCKER-USER -d 172.17.0.0/16 -j ACCEPT; iptables -t nat -I POSTROUTING -s 172.17.0.0/16 -d 172.17.0.0/16 -j ACCEPT",
    },
    ping("hostA", "hostB", "192.168.1.11"),
  ],
  { dockerd: SUBNETS },
);

/** The same two hosts with the routes, the exemption from NAT and the permission to pass. */
export const directRoutes = scene(
  "direct-routes",
  { en: "Two hosts, direct routes", zh: "两台主机，直接路由" },
  [...RUN, ...crossHost.actions.slice(1, 3).map(({ node, line }) => ({ node, line }))],
  [ping("nginx-1", "nginx-2", "172.17.1.2"), ping("nginx-2", "nginx-1", "172.17.0.2")],
  { dockerd: SUBNETS },
);

/** Both hosts have 172.17.0.0/16: the destination is on the container's own link, and no route can help. */
export const sameSubnet = scene(
  "same-subnet",
  { en: "Two hosts, the same subnet", zh: "两台主机，同一网段" },
  [...RUN, { node: "hostB", line: "docker run -d --name nginx-3 nginx" }],
  [
    ping("nginx-1", "nginx-3", "172.17.0.3"),
    {
      title: { en: "hostA: try a route all the same", zh: "hostA：还是加一条路由试试" },
      node: "hostA",
      line: "ip route add 172.17.0.3/32 via 192.168.1.11",
    },
  ],
);

const HOSTS: readonly CniHost[] = [
  { name: "hostA", address: "192.168.1.10", dev: "eth0" },
  { name: "hostB", address: "192.168.1.11", dev: "eth0" },
];

const NAMES: Readonly<Record<CniKind, Words>> = {
  "flannel-host-gw": { en: "Flannel, host-gw", zh: "Flannel host-gw" },
  "flannel-vxlan": { en: "Flannel, VXLAN", zh: "Flannel VXLAN" },
  "calico-routed": { en: "Calico, routed", zh: "Calico 路由模式" },
  "calico-ipip": { en: "Calico, IPIP", zh: "Calico IPIP" },
};

/** A container network on two hosts with a pod on each, ready to ping. */
export function cniScene(kind: CniKind): Scene {
  const setup = [
    ...cniSetup(kind, HOSTS),
    ...HOSTS.flatMap((host, place) =>
      cniJoin(kind, host.name, {
        name: `pod-${"ab"[place]}`,
        image: "nginx",
        address: `${shareOf(kind, place).prefix}2`,
      }),
    ),
  ];
  const web: Action = {
    title: { en: "Fetch a page: pod-a → pod-b", zh: "从 pod-a 访问 pod-b 的网页" },
    node: "pod-a",
    line: `curl -s -o /dev/null -w "%{http_code}\\n" http://${shareOf(kind, 1).prefix}2/`,
  };
  return scene(kind, NAMES[kind], setup, [ping("pod-a", "pod-b", `${shareOf(kind, 1).prefix}2`), web]);
}

const ROUTED: WorldSpec = routedWorld();
const ROUTED_HOSTS: readonly CniHost[] = [HOSTS[0] as CniHost, { name: "hostB", address: "192.168.2.11", dev: "eth0" }];

/** Hosts on different LANs: a route to the other host's containers is refused, and VXLAN works. */
export const behindRouter = scene(
  "behind-router",
  { en: "Hosts behind a router", zh: "路由器两侧的主机" },
  [
    ...cniSetup("flannel-vxlan", ROUTED_HOSTS).filter(({ line }) => line.startsWith("docker network")),
    ...HOSTS.flatMap((host, place) =>
      cniJoin("flannel-vxlan", host.name, { name: `pod-${"ab"[place]}`, image: "nginx", address: "" }),
    ),
  ],
  [
    {
      title: { en: "hostA: a direct route", zh: "hostA：加一条直接路由" },
      node: "hostA",
      line: "ip route add 10.244.1.0/24 via 192.168.2.11",
    },
    ...BOTH.map(
      (node): Action => ({
        title: { en: `${node}: VXLAN`, zh: `${node}：建立 VXLAN` },
        node,
        line: cniSetup("flannel-vxlan", ROUTED_HOSTS)
          .filter((one) => one.node === node && !one.line.startsWith("docker network"))
          .map(({ line }) => line)
          .join("; "),
      }),
    ),
    ping("pod-a", "pod-b", "10.244.1.2"),
  ],
  { world: ROUTED },
);
