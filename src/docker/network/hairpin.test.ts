/** Containers that reach each other by an address which the host's nat table turns to one of them: bridged, not routed. */
import { expect, test } from "vitest";
import { shellPrograms } from "../../shell/programs.ts";
import { collect, runEvents, runLine, startLine } from "../../shell/testing.ts";
import { dockerPrograms } from "../programs.ts";
import { bed } from "../testbed.ts";

const programs = { ...shellPrograms, ...dockerPrograms };
const SECOND = 1e9;

test("the host asks for the neighbour first and has its packets pass by docker0 until it answers for sure", () => {
  const { world } = bed();
  const host = (line: string) => runLine(world, programs, line, 10 * SECOND).stdout;
  for (const name of ["server", "client"]) host(`docker run -d --name ${name} busybox sleep 1000`);
  host("iptables -t nat -A PREROUTING -d 10.9.9.9 -j DNAT --to-destination 172.17.0.2");
  const dump = "exec timeout 3 tcpdump -n -t -v -i eth0 icmp";
  const sink = startLine(world, "hostA", `docker exec server bash -c '${dump}' 2>/dev/null`);
  runEvents(world, programs, SECOND / 2);
  expect(host("docker exec client ping -c 2 10.9.9.9")).toContain("2 received");
  runEvents(world, programs, 3 * SECOND);
  const requests = collect(world, sink)
    .stdout.split("\n")
    .filter((l) => l.startsWith("IP "));
  expect(requests).toHaveLength(4);
  expect(requests.every((l) => l.includes("ttl 64"))).toBe(true);
  expect(host("ip neigh show dev docker0")).toContain("172.17.0.2 lladdr 02:42:ac:11:00:02 REACHABLE");
});
