import "../worlds/whole.ts";
import { describe, expect, test } from "vitest";
import { shellGrammars } from "../shell/grammars.ts";
import { BUILTINS } from "../shell/lang/builtins/builtins.ts";
import { programs } from "../worlds/programs.ts";
import { complete } from "./complete.ts";
import { act, createSession, runTo, type Session } from "./session.ts";
import { oneHost } from "./testing.ts";

function opened(...lines: string[]): Session {
  const session = createSession(oneHost());
  for (const line of lines) {
    act(session, "hostA", { type: "exec", line });
    runTo(session, session.world.now_ns + 2e9);
  }
  return session;
}

/** The line as it would be with the first candidate, and all candidates. */
function at(session: Session, line: string): string[] {
  const { from, candidates } = complete(session.world, "hostA", line, line.length);
  const typed = line.slice(from);
  for (const candidate of candidates) expect(candidate.startsWith(typed)).toBe(true);
  return candidates;
}

describe("completion at the host's prompt", () => {
  const session = opened(
    "docker network create --subnet 10.5.0.0/16 blue",
    "docker stop -t 0 box-3",
    "ip netns add red",
  );

  test.each<[string, string[]]>([
    // Commands.
    ["brc", ["brctl"]],
    ["true && iptables-r", ["iptables-restore"]],
    ["for i in 1 2; do nsl", ["nslookup"]],
    ["sudo tcpd", ["tcpdump"]],
    // iproute2 takes the beginning of a word.
    ["ip a", ["address"]],
    ["ip n", ["neighbour", "netns"]],
    ["ip a s do", ["docker0"]],
    ["ip l set dev do", ["docker0"]],
    ["ip link set docker0 nom", ["nomaster"]],
    ["ip link set dev docker0 promisc ", ["off", "on"]],
    ["ip link add br9 ty", ["type"]],
    ["ip link add br9 type ", ["bridge", "dummy", "ipip", "veth", "vxlan"]],
    ["ip r g 172.17.0.2 fr", ["from"]],
    ["ip -n ", ["red"]],
    ["ip -det", ["-details"]],
    ["ip netns exec r", ["red"]],
    ["ip netns exec red ip -br li", ["link"]],
    ["bridge fdb show br doc", ["docker0"]],
    ["brctl show", ["show", "showmacs", "showstp"]],
    ["brctl showmacs doc", ["docker0"]],
    ["brctl stp docker0 ", ["off", "on"]],
    // Docker.
    ["docker ren", ["rename"]],
    ["docker network in", ["inspect"]],
    ["docker run --rest", ["--restart"]],
    ["docker run --restart ", ["always", "no", "on-failure", "unless-stopped"]],
    ["docker run --net=b", ["blue", "bridge"]],
    ["docker run -it --rm --name x bus", ["busybox"]],
    ["docker exec -it ", ["box-1", "box-2"]],
    ["docker exec -it box-1 ethto", ["ethtool"]],
    ["docker exec box-1 ip ro", ["route"]],
    ["docker start ", ["box-3"]],
    ["docker network connect blue box-", ["box-1", "box-2", "box-3"]],
    ["docker inspect -f x box-1 box-2 box-", ["box-1", "box-2", "box-3"]],
    // netfilter.
    ["iptables -t ", ["filter", "mangle", "nat", "raw"]],
    ["iptables -t nat -A PO", ["POSTROUTING"]],
    ["iptables -L DOCKER-U", ["DOCKER-USER"]],
    ["iptables -t raw -A OUTPUT -p icmp -j TR", ["TRACE"]],
    ["iptables -A FORWARD -p tcp --dp", ["--dport"]],
    ["iptables -A FORWARD -m conntrack --ctstate E", ["ESTABLISHED"]],
    ["iptables -A FORWARD --ctst", []],
    ["conntrack -L -p ", ["icmp", "tcp", "udp"]],
    // Others.
    ["ss state li", ["listening"]],
    ["tcpdump -nni doc", ["docker0"]],
    ["ethtool -i doc", ["docker0"]],
    [
      "sysctl -w net.ipv4.ip_forw",
      ["net.ipv4.ip_forward", "net.ipv4.ip_forward_update_priority", "net.ipv4.ip_forward_use_pmtu"],
    ],
    ["sysctl net.ipv4.conf.docker0.rp_", ["net.ipv4.conf.docker0.rp_filter"]],
    ["ping 172.17.0.", ["172.17.0.1", "172.17.0.2", "172.17.0.3"]],
    ["curl localh", ["localhost"]],
    // Files.
    ["cat /sys/class/net/doc", ["/sys/class/net/docker0/"]],
    ["cat /etc/host", ["/etc/hostname", "/etc/hosts"]],
    ["echo x > /etc/resol", ["/etc/resolv.conf"]],
    ["brctl show | grep x /etc/hostn", ["/etc/hostname"]],
    // Nothing to say.
    ["ip addr add 10.0.0.1/24 d", ["dev"]],
    ["nosuch -", []],
  ])("%s", (line, candidates) => {
    expect(at(session, line)).toEqual(candidates);
  });
});

describe("completion where the innermost shell stands", () => {
  test("in a container, its devices and files", () => {
    const session = opened("docker exec -it box-1 bash");
    expect(at(session, "ethtool ")).toEqual(["eth0", "lo"]);
    expect(at(session, "dock")).toEqual([]);
  });

  test("in a namespace, its devices", () => {
    const session = opened("ip netns add red", "ip netns exec red bash", "cd /etc");
    expect(at(session, "ifconfig l")).toEqual(["lo"]);
    expect(at(session, "cat host")).toEqual(["hostname", "hosts"]);
  });

  test("aliases, functions and variables of the shell", () => {
    const session = opened("alias dk=docker", "greet() { echo hi; }", "COLOUR=blue");
    expect(at(session, "gree")).toEqual(["greet"]);
    expect(at(session, "dk net")).toEqual(["network"]);
    expect(at(session, "echo $COL")).toEqual(["$COLOUR"]);
  });

  test("nothing while a program runs", () => {
    expect(at(opened("sleep 100"), "ip ")).toEqual([]);
  });
});

test("every grammar is that of a program or of a word of the shell", () => {
  const known = [...Object.keys(programs), ...Object.keys(BUILTINS), "time"];
  expect(Object.keys(shellGrammars).filter((name) => !known.includes(name))).toEqual([]);
});
