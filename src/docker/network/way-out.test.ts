/** What the daemon does and says about a container's way out: connections that are forgotten, forwarding that is off. */
import { expect, test } from "vitest";
import { sysctlSet } from "../../kernel/sysctl.ts";
import { shellPrograms } from "../../shell/programs.ts";
import { runLine } from "../../shell/testing.ts";
import { dockerPrograms } from "../programs.ts";
import { bed, run } from "../testbed.ts";

const programs = { ...shellPrograms, ...dockerPrograms };
const SECOND = 1e9;

test("a container that stops takes along the connections that its address answered", () => {
  const { world } = bed();
  const host = (line: string) => runLine(world, programs, line, SECOND).stdout;
  host("docker network create --subnet 10.7.0.0/24 usr");
  for (const name of ["web", "other"]) host(`docker run -d --name ${name} busybox sleep 1000`);
  host("docker network connect usr web");
  for (const address of ["172.17.0.2", "172.17.0.3", "10.7.0.2"]) host(`ping -c 1 ${address}`);
  host("docker exec other ping -c 1 172.17.0.2");
  const known = () => host("conntrack -L 2>/dev/null | awk '{print $4, $5}' | sort").trim().split("\n");
  expect(known()).toEqual([
    "src=10.7.0.1 dst=10.7.0.2",
    "src=172.17.0.1 dst=172.17.0.2",
    "src=172.17.0.1 dst=172.17.0.3",
    "src=172.17.0.3 dst=172.17.0.2",
  ]);
  // Its way out is docker0: what the other network has seen stays.
  host("docker network disconnect usr web");
  expect(known()).toHaveLength(4);
  host("docker stop -t 0 web");
  expect(known()).toEqual(["src=10.7.0.1 dst=10.7.0.2", "src=172.17.0.1 dst=172.17.0.3"]);
});

test("a host that doesn't forward is warned of when a container with a network is made", () => {
  const b = bed();
  sysctlSet(b.world, 0, "net.ipv4.ip_forward", "0");
  const warning = "WARNING: IPv4 forwarding is disabled. Networking will not work.\n";
  expect(run(b, "docker run -d nginx").err).toBe(warning);
  expect(run(b, "docker run -d --net none nginx").err).toBe("");
  expect(run(b, "docker run -d --net host nginx").err).toBe("");
  expect(run(b, "docker info").err).toBe("WARNING: IPv4 forwarding is disabled\n");
});

test("ports go to an internal network only when another network is left", () => {
  const b = bed();
  const port = () => run(b, "docker port web").out;
  run(b, "docker network create --internal inn");
  run(b, "docker run -d --name web -p 8080:80 --net inn nginx");
  expect(port()).toBe("");
  run(b, "docker network connect bridge web");
  expect(port()).toBe("80/tcp -> 0.0.0.0:8080\n");
  run(b, "docker network disconnect bridge web");
  expect(port()).toBe("80/tcp -> 0.0.0.0:8080\n");
  run(b, "docker restart -t 0 web");
  expect(port()).toBe("");
});

test("a network can't be made without the chains of the daemon's that somebody took away", () => {
  const { world } = bed();
  const host = (line: string) => runLine(world, programs, line, SECOND).stdout;
  const create = () =>
    runLine(world, programs, "docker network create -o com.docker.network.bridge.name=br-x x", SECOND).stderr;
  host("iptables -F; iptables -X");
  expect(create()).toBe(
    "Error response from daemon: Failed to program FILTER chain: iptables failed: iptables --wait -I FORWARD -o br-x -j DOCKER: " +
      "iptables v1.8.9 (nf_tables): Chain 'DOCKER' does not exist\n" +
      "Try `iptables -h' or 'iptables --help' for more information.\n (exit status 2)\n",
  );
  expect(host("ip -br link show br-x")).toContain("DOWN");
  expect(host("docker network ls -q | wc -l")).toBe("3\n");
  host("iptables -N DOCKER");
  expect(create()).toContain(
    "unable to insert jump to DOCKER-ISOLATION-STAGE-1 rule in FORWARD chain:  (iptables failed: ",
  );
  host("iptables -t nat -F; iptables -t nat -X");
  expect(create()).toContain(
    " Unable to enable SKIP DNAT rule:  (iptables failed: iptables --wait -t nat -I DOCKER -i br-x -j RETURN: ",
  );
  host("iptables -N DOCKER-ISOLATION-STAGE-1; iptables -t nat -N DOCKER");
  expect(create()).toBe("");
  expect(host("iptables -S DOCKER-ISOLATION-STAGE-1")).toBe("-N DOCKER-ISOLATION-STAGE-1\n");
  expect(host("iptables -t nat -S PREROUTING")).toContain("-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n");
});

test("a network that a container has been in is known by its id, and can be left when it is gone", () => {
  const b = bed();
  run(b, "docker network create --subnet 10.2.0.0/24 alpha");
  run(b, "docker run -d --name web nginx");
  run(b, "docker network connect alpha web");
  run(b, "docker stop -t 0 web");
  const id = run(b, "docker network ls --no-trunc -q --filter name=alpha").out.trim();
  run(b, "docker network rm alpha");
  run(b, "docker network create --subnet 10.2.0.0/24 alpha");
  expect(run(b, "docker start web").err).toContain(`Error response from daemon: network ${id} not found\n`);
  run(b, "docker network rm alpha");
  expect(run(b, "docker network disconnect alpha web")).toEqual({ out: "", err: "", exit: 0 });
  expect(run(b, "docker network disconnect alpha web").err).toMatch(
    /: container \w{64} is not connected to the network alpha\n$/,
  );
  expect(run(b, "docker start web").exit).toBe(0);
});

test("in an internal network docker-proxy alone serves a published port", () => {
  const { world } = bed();
  const host = (line: string) => runLine(world, programs, line, 2 * SECOND).stdout;
  host("docker network create --internal inn");
  host("docker run -d --name web -p 8080:80 --net inn nginx");
  host("docker network connect bridge web");
  expect(host("iptables -t nat -S | grep -c 8080")).toBe("1\n");
  host("docker network disconnect bridge web");
  expect(host("iptables -t nat -S | grep -c 8080")).toBe("0\n");
  expect(host("ss -tlnH | grep -c :8080")).toBe("1\n");
});
