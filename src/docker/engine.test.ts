import { expect, test } from "vitest";
import { fibAdd, routes } from "../kernel/fib/fib.ts";
import { createBridge } from "../kernel/netdev/bridge/bridge.ts";
import { RT_TABLE_MAIN, Scope } from "../kernel/types.ts";
import { dev, devByName, netns } from "../kernel/world.ts";
import { formatIpv4, formatMac, ipv4 } from "../wire/address.ts";
import { findContainer } from "./container/container.ts";
import { type Bed, bed, begin, finish, interrupt, pass, run } from "./testbed.ts";
import type { Container, Sandbox } from "./types.ts";

function container(b: Bed, name: string): Container {
  const found = findContainer(b.engine, name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

function sandbox(b: Bed, name: string): Sandbox {
  return container(b, name).sandbox as Sandbox;
}

/** Names, ifindexes and addresses of a container's devices. */
function devices(b: Bed, name: string): string[] {
  return netns(b.world, sandbox(b, name).netns).devs.map((id) => {
    const d = dev(b.world, id);
    return `${d.ifindex}:${d.name}${d.up ? "" : " down"} ${d.addresses.map((a) => formatIpv4(a.local)).join(",")}`;
  });
}

function defaultRoute(b: Bed, name: string): string | undefined {
  const route = routes(b.world, sandbox(b, name).netns, RT_TABLE_MAIN).find((r) => r.prefixLen === 0);
  return route?.gateway ? `${formatIpv4(route.gateway)} ${dev(b.world, route.dev as number).name}` : undefined;
}

const ip = (b: Bed, name: string) => run(b, `docker inspect -f {{.NetworkSettings.IPAddress}} ${name}`).out.trim();

test("a container has a veth pair: the lower ifindex inside, the next one on docker0, a MAC made of the address", () => {
  const b = bed();
  run(b, "docker run -d --name one nginx");
  expect(devices(b, "one")).toEqual(["1:lo 127.0.0.1", "3:eth0 172.17.0.2"]);
  expect(defaultRoute(b, "one")).toBe("172.17.0.1 eth0");
  const endpoint = container(b, "one").endpoints.bridge;
  const host = dev(b.world, endpoint?.hostDev as number);
  expect(host.ifindex).toBe(4);
  expect(host.master).toBe(devByName(b.world, 0, "docker0")?.id);
  expect(host.peer).toBe(endpoint?.dev);
  expect(formatMac(dev(b.world, endpoint?.dev as number).mac)).toBe("02:42:ac:11:00:02");
});

test("names and numbers of a recording are used where they fit", () => {
  const id = "ab".repeat(32);
  const b = bed("", {
    links: {
      docker0: { ifindex: 2, mac: "02:42:00:00:00:99", peer_ifindex: null },
      veth1234567: { ifindex: 4, mac: "0e:00:00:00:00:01", peer_ifindex: 3 },
    },
    containers: { one: { id, pid: 4711, hostname: "abababababab" } },
  });
  expect(run(b, "docker run -d --name one nginx").out).toBe(`${id}\n`);
  const veth = devByName(b.world, 0, "veth1234567");
  expect(veth && formatMac(veth.mac)).toBe("0e:00:00:00:00:01");
  expect(formatMac(devByName(b.world, 0, "docker0")?.mac as never)).toBe("02:42:00:00:00:99");
  expect(container(b, "one").pid).toBe(4711);
  expect(b.world.nodes["hostA/abababababab"]?.hostname).toBe("abababababab");
});

test("the lowest free address is taken, stop frees it, ifindexes run on", () => {
  const b = bed();
  for (const name of ["c-a", "c-b", "c-c"]) run(b, `docker run -d --name ${name} nginx`);
  run(b, "docker stop c-a");
  expect(ip(b, "c-a")).toBe("");
  run(b, "docker run -d --name c-d nginx");
  expect(ip(b, "c-d")).toBe("172.17.0.2");
  run(b, "docker start c-a");
  expect(ip(b, "c-a")).toBe("172.17.0.5");
  run(b, "docker rm -f c-b");
  run(b, "docker restart c-c");
  expect(ip(b, "c-c")).toBe("172.17.0.3");
  expect(devices(b, "c-c")).toEqual(["1:lo 127.0.0.1", "13:eth0 172.17.0.3"]);
});

test("what a stopped container had is gone from the kernel", () => {
  const b = bed();
  run(b, "docker run -d --name c-a nginx");
  const { netns: inside } = sandbox(b, "c-a");
  const { node } = container(b, "c-a");
  run(b, "docker stop c-a");
  expect(b.world.netns[inside]).toBeNull();
  expect(b.world.nodes[node]).toBeUndefined();
  expect(b.world.devs.filter((d) => d?.kind === "veth")).toEqual([]);
  expect(b.world.procs.filter((p) => p?.node === node)).toEqual([]);
});

test("modes: none has lo only, host and container share a namespace", () => {
  const b = bed();
  run(b, "docker run -d --name c-a nginx");
  run(b, "docker run -dit --net=none --name lonely busybox");
  run(b, "docker run -dit --net=container:c-a --name side busybox");
  run(b, "docker run -d --net=host --name c-h nginx");
  expect(devices(b, "lonely")).toEqual(["1:lo 127.0.0.1"]);
  expect(sandbox(b, "side").netns).toBe(sandbox(b, "c-a").netns);
  expect(sandbox(b, "c-h").netns).toBe(0);
  expect(b.world.nodes[container(b, "c-h").node]?.hostname).toBe("hostA");
  expect(b.world.nodes[container(b, "side").node]?.hostname).toBe(container(b, "c-a").id.slice(0, 12));
  run(b, "docker rm -f c-a");
  expect(devices(b, "side")).toEqual(["1:lo 127.0.0.1"]);
  const { netns: inside } = sandbox(b, "side");
  expect(run(b, "docker restart -t 0 side").err).toContain("No such container: ");
  expect(b.world.netns[inside]).toBeNull();
});

test("restart tells which container it could not restart, as the one whose network it shares is gone", () => {
  const b = bed();
  run(b, "docker run -d --name web nginx");
  const id = container(b, "web").id;
  run(b, "docker run -d --name side --network container:web nginx");
  run(b, "docker rm -f web");
  expect(run(b, "docker restart side").err).toBe(
    `Error response from daemon: Cannot restart container side: No such container: ${id}\n`,
  );
});

test("the gateway is the first address of --ip-range, which is its network address unless that is the subnet's", () => {
  const b = bed();
  run(
    b,
    "docker network create --subnet 10.9.0.0/24 --ip-range 10.9.0.128/25 --opt com.docker.network.bridge.name=upper a",
  );
  run(
    b,
    "docker network create --subnet 10.8.0.0/24 --ip-range 10.8.0.0/25 --opt com.docker.network.bridge.name=lower b",
  );
  run(b, "docker run -d --name c-a --net a nginx");
  const address = (name: string) => b.world.devs.find((d) => d?.name === name)?.addresses[0]?.local;
  expect([address("upper"), address("lower")].map((a) => formatIpv4(a as never))).toEqual(["10.9.0.128", "10.8.0.1"]);
  expect(devices(b, "c-a").at(-1)).toContain("10.9.0.129");
});

test("a user-defined network: its own subnet, --ip, names of the containers, resolver 127.0.0.11", () => {
  const b = bed();
  run(b, "docker network create red");
  run(b, "docker network create --subnet 10.9.0.0/24 --gateway 10.9.0.254 blue");
  expect(run(b, "docker network inspect -f '{{json .IPAM.Config}}' red").out).toBe(
    '[{"Subnet":"172.18.0.0/16","Gateway":"172.18.0.1"}]\n',
  );
  run(b, "docker run -d --name c-a --net blue --ip 10.9.0.7 nginx");
  expect(devices(b, "c-a")).toEqual(["1:lo 127.0.0.1", "5:eth0 10.9.0.7"]);
  expect(run(b, "docker run -d --name c-b --net blue --ip 10.9.0.7 nginx").err).toBe(
    "docker: Error response from daemon: Address already in use.\n",
  );
  const files = b.world.nodes[container(b, "c-a").node]?.files ?? {};
  expect(files["/etc/resolv.conf"]).toBe("nameserver 127.0.0.11\noptions ndots:0\n");
  expect(run(b, "docker run -d --net red --ip 172.18.0.9 nginx").err).toContain("user configured subnets");
  expect(run(b, "docker run -d --net bridge --ip 172.17.0.9 nginx").err).toContain(
    "supported on user defined networks only",
  );
});

test("connect and disconnect: another ethN each time, the default route by the networks' names", () => {
  const b = bed();
  run(b, "docker network create blue");
  run(b, "docker run -d --name c-a nginx");
  run(b, "docker network connect blue c-a");
  expect(devices(b, "c-a")).toEqual(["1:lo 127.0.0.1", "4:eth0 172.17.0.2", "6:eth1 172.18.0.2"]);
  expect(defaultRoute(b, "c-a")).toBe("172.18.0.1 eth1");
  run(b, "docker network disconnect blue c-a");
  expect(defaultRoute(b, "c-a")).toBe("172.17.0.1 eth0");
  run(b, "docker network disconnect bridge c-a");
  expect(devices(b, "c-a")).toEqual(["1:lo 127.0.0.1"]);
  run(b, "docker network connect bridge c-a");
  expect(devices(b, "c-a")).toEqual(["1:lo 127.0.0.1", "8:eth2 172.17.0.2"]);
  expect(run(b, "docker network connect bridge c-a").err).toContain("already exists in network bridge");
});

test("a bridge of a chosen name; one made by hand is used and stays", () => {
  const b = bed();
  createBridge(b.world, 0, { name: "br-hand" });
  const named = (name: string, bridge: string) =>
    run(b, `docker network create -o com.docker.network.bridge.name=${bridge} ${name}`);
  named("one", "br-hand");
  named("two", "br-two");
  expect(named("three", "br-two").err).toContain("networks have same bridge name");
  expect(devByName(b.world, 0, "br-hand")?.addresses.map((a) => formatIpv4(a.local))).toEqual(["172.18.0.1"]);
  run(b, "docker network rm one two");
  expect(devByName(b.world, 0, "br-hand")).not.toBeNull();
  expect(devByName(b.world, 0, "br-two")).toBeNull();
});

test("dockerd's flags: --bip, --mtu, --icc", () => {
  const b = bed("--bip 10.244.1.1/24 --mtu 1450 --icc=false --ip-masq=false");
  run(b, "docker run -d --name c-a nginx");
  expect(ip(b, "c-a")).toBe("10.244.1.2");
  expect(dev(b.world, container(b, "c-a").endpoints.bridge?.dev as number).mtu).toBe(1450);
  const bridge = JSON.parse(run(b, "docker network inspect bridge").out)[0];
  expect(bridge.IPAM.Config).toEqual([{ Subnet: "10.244.1.0/24", Gateway: "10.244.1.1" }]);
  expect(bridge.Options["com.docker.network.bridge.enable_icc"]).toBe("false");
});

test("process 1 ignores SIGTERM unless it has a handler: stop sends SIGKILL after its time", () => {
  const b = bed();
  run(b, "docker run -d --name quick nginx");
  run(b, "docker run -d --name slow busybox sleep 1000");
  const before_ns = b.world.now_ns;
  run(b, "docker stop quick");
  expect(b.world.now_ns - before_ns).toBeLessThan(0.5e9);
  expect(container(b, "quick").exitCode).toBe(0);
  run(b, "docker stop -t 3 slow");
  expect(container(b, "slow").exitCode).toBe(137);
  expect(b.world.now_ns - before_ns).toBeGreaterThan(3e9);
});

test("a foreground run shows the output, passes the status on and, with --rm, leaves nothing", () => {
  const b = bed();
  expect(run(b, "docker run --rm busybox echo hello")).toEqual({ out: "hello\n", err: "", exit: 0 });
  expect(run(b, "docker run --rm busybox false").exit).toBe(1);
  expect(b.engine.containers).toEqual({});
  expect(b.engine.exits).toEqual({});
  run(b, "docker run --name kept busybox echo kept");
  expect(run(b, "docker logs kept").out).toBe("kept\n");
  expect(run(b, "docker start -a kept").out).toBe("kept\n");
  expect(run(b, "docker logs --tail 1 kept").out).toBe("kept\n");
  expect(run(b, "docker wait kept").out).toBe("0\n");
});

test("Ctrl-C at a foreground run goes to process 1, which may ignore it", () => {
  const b = bed();
  const proc = begin(b, "docker run --name c-s nginx");
  pass(b, 1);
  interrupt(b, proc);
  expect(finish(b).exit).toBe(0);
  begin(b, "docker run busybox sleep 5");
  const sleeper = b.world.procs.length - 1;
  pass(b, 1);
  interrupt(b, sleeper);
  expect(finish(b).exit).toBe(0);
  expect(b.world.now_ns).toBeGreaterThan(5e9);
});

test("attach: output comes here, Ctrl-C goes there", () => {
  const b = bed();
  run(b, "docker run -d --rm --name server nginx");
  const proc = begin(b, "docker attach server");
  pass(b, 1);
  interrupt(b, proc);
  expect(finish(b)).toEqual({ out: "", err: "", exit: 0 });
  expect(b.engine.containers).toEqual({});
  expect(b.engine.exits).toEqual({});
  expect(run(b, "docker attach server").err).toBe("Error: No such container: server\n");
});

test("restart policies", () => {
  const b = bed();
  run(b, "docker run -d --restart=on-failure:2 --name c-f busybox false");
  pass(b, 5);
  expect([container(b, "c-f").status, container(b, "c-f").restartCount]).toEqual(["exited", 2]);
  run(b, "docker run -d --restart always --name always nginx");
  run(b, "docker kill always");
  pass(b, 1);
  expect(container(b, "always").status).toBe("exited");
});

test("docker exec runs in the container and hands the status on", () => {
  const b = bed();
  run(b, "docker run -d --name c-a nginx");
  expect(run(b, "docker exec c-a echo hi")).toEqual({ out: "hi\n", err: "", exit: 0 });
  expect(run(b, "docker exec c-a false").exit).toBe(1);
  expect(run(b, "docker exec c-a nosuch")).toEqual({
    out: 'OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown\r\n',
    err: "",
    exit: 126,
  });
  expect(run(b, "docker exec -it c-a echo hi").err).toBe("the input device is not a TTY\n");
  run(b, "docker stop c-a");
  expect(run(b, "docker exec c-a echo hi").err).toBe(
    `Error response from daemon: Container ${container(b, "c-a").id} is not running\n`,
  );
});

test("published ports are allocated, shown, refused when taken, and freed", () => {
  const b = bed();
  run(b, "docker run -d --name c-a -p 8080:80 -p 127.0.0.1:53:53/udp nginx");
  expect(run(b, "docker port c-a").out).toBe("53/udp -> 127.0.0.1:53\n80/tcp -> 0.0.0.0:8080\n");
  expect(run(b, "docker port c-a 80").out).toBe("0.0.0.0:8080\n");
  expect(run(b, "docker port c-a 81").err).toBe("Error: No public port '81/tcp' published for c-a\n");
  expect(run(b, "docker run -d --name c-b -p 8080:80 nginx").err).toContain("port is already allocated");
  expect(run(b, "docker ps -a --format '{{.Names}} {{.State}} {{.Ports}}'").out).toBe(
    "c-b created \nc-a running 127.0.0.1:53->53/udp, 0.0.0.0:8080->80/tcp\n",
  );
  run(b, "docker rm -f c-a");
  expect(run(b, "docker start c-b").exit).toBe(0);
});

test("a restart names the interfaces in the order of the networks' names", () => {
  const b = bed();
  for (const name of ["n10", "n2", "n1"]) run(b, `docker network create ${name}`);
  run(b, "docker run -d --name web --net n10 nginx");
  run(b, "docker network connect n2 web");
  run(b, "docker network connect n1 web");
  const order = () => {
    const container = Object.values(b.engine.containers)[0];
    const found = Object.entries(container?.endpoints ?? {}).map(([name, e]) => [
      b.world.devs[e.dev ?? -1]?.name,
      name,
    ]);
    return found.map((pair) => pair.join("=")).sort();
  };
  expect(order()).toEqual(["eth0=n10", "eth1=n2", "eth2=n1"]);
  run(b, "docker restart -t 0 web");
  expect(order()).toEqual(["eth0=n1", "eth1=n10", "eth2=n2"]);
});

test("--aux-address keeps addresses free", () => {
  const b = bed();
  run(b, "docker network create --subnet 10.8.0.0/24 --aux-address printer=10.8.0.2 --aux-address nas=10.8.0.4 lab");
  run(b, "docker run -d --name c-a --net lab nginx");
  run(b, "docker run -d --name c-b --net lab nginx");
  expect(run(b, "docker inspect -f {{.NetworkSettings.Networks.lab.IPAddress}} c-a c-b").out).toBe(
    "10.8.0.3\n10.8.0.5\n",
  );
  expect(
    run(b, "docker network inspect -f '{{json .IPAM.Config}} {{(index .IPAM.Config 0).AuxAddress}}' lab").out,
  ).toBe(
    '[{"Subnet":"10.8.0.0/24","AuxiliaryAddresses":{"nas":"10.8.0.4","printer":"10.8.0.2"}}] map[nas:10.8.0.4 printer:10.8.0.2]\n',
  );
  expect(run(b, "docker network create --subnet 10.9.0.0/24 --aux-address x=10.8.0.9 bad").err).toBe(
    "no matching subnet for aux-address 10.8.0.9\n",
  );
});

test("a network that is made anew gets the next subnet, round and round", () => {
  const b = bed("--default-address-pool base=10.4.0.0/22,size=24");
  const subnet = (name: string) => {
    run(b, `docker network create ${name}`);
    return run(b, `docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' ${name}`).out.trim();
  };
  const first = [subnet("n1"), subnet("n2")];
  run(b, "docker network rm n1");
  const more = subnet("n3");
  expect(new Set([...first, more]).size).toBe(3);
  expect(subnet("n4")).toBe(first[0]);
});

test("a pool is passed over for what is on a link of the host's, not for what a gateway leads to", () => {
  const b = bed("--default-address-pool base=10.4.0.0/16,size=24");
  const docker0 = { dev: devByName(b.world, 0, "docker0")?.id as number, prefixLen: 24, table: RT_TABLE_MAIN };
  fibAdd(b.world, 0, { ...docker0, destination: ipv4("10.4.1.0"), gateway: ipv4("10.4.0.9"), protocol: "boot" }, "add");
  fibAdd(b.world, 0, { ...docker0, destination: ipv4("10.4.2.0"), protocol: "boot", scope: Scope.LINK }, "add");
  for (const name of ["n1", "n2"]) run(b, `docker network create ${name}`);
  expect(run(b, "docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' n1 n2").out).toBe(
    "10.4.1.0/24\n10.4.3.0/24\n",
  );
});

test("a subnet without room for a gateway is refused, one with bits behind its mask shown as it was given", () => {
  const b = bed();
  expect(run(b, "docker network create --subnet 10.0.4.0/31 small").err).toBe(
    "Error response from daemon: failed to allocate gateway (): No available addresses on this pool\n",
  );
  run(b, "docker network create --subnet 10.0.9.7/24 odd");
  expect(run(b, "docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' odd").out).toBe("10.0.9.7/24\n");
  expect(run(b, "docker run -d --name web --net odd nginx").exit).toBe(0);
  expect(run(b, "docker inspect -f {{.NetworkSettings.Networks.odd.IPAddress}} web").out).toBe("10.0.9.2\n");
});
