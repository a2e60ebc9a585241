import { expect, test } from "vitest";
import { nfFlush, nfInsert } from "../../kernel/netfilter/admin.ts";
import { emptyRule, nfFindChain, nfTable } from "../../kernel/netfilter/tables.ts";
import { socketCreate } from "../../kernel/socket/socket.ts";
import { tcpBind, tcpListen } from "../../kernel/tcp/api.ts";
import { ipv4 } from "../../wire/address.ts";
import { bed, run } from "../testbed.ts";

test("ports that nobody chose are handed out from the last port down, and never one after the other again", () => {
  const b = bed();
  run(b, "docker run -d --name one -p 80 -p 81/udp -p :82 nginx");
  expect(run(b, "docker port one 82").out).toBe("0.0.0.0:32768\n");
  expect(run(b, "docker port one 81/udp").out).toBe("0.0.0.0:32768\n");
  expect(run(b, "docker port one 80").out).toBe("0.0.0.0:32769\n");
  run(b, "docker rm -f one");
  run(b, "docker run -d --name two -p 80 nginx");
  expect(run(b, "docker port two").out).toBe("80/tcp -> 0.0.0.0:32770\n");
});

test("each address counts for itself, and a port that cannot be bound is passed over", () => {
  const b = bed();
  run(b, "docker run -d --name one -p 80 nginx");
  run(b, "docker run -d --name two -p 127.0.0.1::80 nginx");
  expect(run(b, "docker port two").out).toBe("80/tcp -> 127.0.0.1:32769\n");
  run(b, "docker run -d --name three -p 0:80 nginx");
  expect(run(b, "docker port three").out).toBe("80/tcp -> 0.0.0.0:32770\n");
  run(b, "docker run -d --name four -p 127.0.0.1:9000:80 nginx");
  expect(run(b, "docker run -d -p 9000:80 nginx").err).toContain(
    "listen tcp4 0.0.0.0:9000: bind: address already in use.",
  );
});

test("a range goes on behind the port that it gave last", () => {
  const b = bed();
  run(b, "docker run -d --name one -p 8000-8003:80 nginx");
  run(b, "docker rm -f one");
  run(b, "docker run -d --name two -p 8000-8003:80 nginx");
  expect(run(b, "docker port two").out).toBe("80/tcp -> 0.0.0.0:8001\n");
});

test("a chosen port that another process has is not tried elsewhere", () => {
  const b = bed();
  const other = socketCreate(b.world, 0, 9999, "tcp", 6);
  tcpBind(b.world, other, ipv4("0.0.0.0"), 8080);
  tcpListen(b.world, other, 5);
  expect(run(b, "docker run -d -p 8080:80 nginx").err).toContain("Error starting userland proxy");
  expect(b.engine.ports).toEqual([]);
});

test("published ports follow the container's way out", () => {
  const b = bed();
  run(b, "docker network create red");
  run(b, "docker network create blue");
  run(b, "docker run -d --name web --net red -p 8080:80 nginx");
  const at = () => Object.values(b.engine.containers).flatMap((c) => Object.entries(c.endpoints));
  const publishing = () => at().flatMap(([name, e]) => (e.ports.length > 0 ? [name] : []));
  expect(publishing()).toEqual(["red"]);
  run(b, "docker network connect blue web");
  expect(publishing()).toEqual(["blue"]);
  run(b, "docker network disconnect blue web");
  expect(publishing()).toEqual(["red"]);
});

test("an internal network has a gateway but publishes nothing, unless another network is the way out", () => {
  const b = bed();
  run(b, "docker network create --internal --subnet 172.28.0.0/24 inn");
  run(b, "docker run -d --name web --net inn -p 8080:80 nginx");
  expect(run(b, "docker inspect -f {{.NetworkSettings.Networks.inn.Gateway}} web").out).toBe("172.28.0.1\n");
  expect(run(b, "docker port web").out).toBe("");
  run(b, "docker network connect bridge web");
  expect(run(b, "docker port web").out).toBe("80/tcp -> 0.0.0.0:8080\n");
});

test("a network's own address is where ports are published that name none", () => {
  const b = bed();
  run(b, "docker network create -o com.docker.network.bridge.host_binding_ipv4=127.0.0.1 local");
  run(b, "docker run -d --name web --net local -p 8081:80 nginx");
  expect(run(b, "docker port web").out).toBe("80/tcp -> 127.0.0.1:8081\n");
});

test("an MTU that no device takes keeps a container from starting, and leaves nothing behind", () => {
  const b = bed();
  run(b, "docker network create -o com.docker.network.driver.mtu=20 small");
  expect(run(b, "docker run -d --name web --net small nginx").exit).toBe(125);
  run(b, "docker rm web");
  expect(run(b, "docker network rm small").exit).toBe(0);
});

test("a port published twice has each rule that says the same once", () => {
  const b = bed();
  run(b, "docker run -d --name web -p 8080:80 -p 127.0.0.1:8081:80 nginx");
  const count = (table: "nat" | "filter", chain: string) => {
    const found = nfTable(b.world, 0, table).chains.find((c) => c?.name === chain);
    return found?.rules.filter((r) => r.protocol !== null).length;
  };
  expect([count("nat", "DOCKER"), count("nat", "POSTROUTING"), count("filter", "DOCKER")]).toEqual([2, 1, 1]);
  run(b, "docker rm -f web");
  expect([count("nat", "DOCKER"), count("nat", "POSTROUTING"), count("filter", "DOCKER")]).toEqual([0, 0, 0]);
});

test("without the chains that dockerd made a port cannot be published; what was put in place before stays", () => {
  const b = bed();
  const nat = () => nfTable(b.world, 0, "nat");
  const filter = nfTable(b.world, 0, "filter");
  const without = (table: ReturnType<typeof nat>) => {
    const at = nfFindChain(table, "DOCKER");
    for (const chain of table.chains)
      if (chain) chain.rules = chain.rules.filter((r) => !("chain" in r.target && r.target.chain === at));
    table.chains[at] = null;
  };
  without(filter);
  const first = run(b, "docker run -d --name one -p 8080:80 nginx");
  expect(first.exit).toBe(125);
  expect(first.err).toContain(
    "):  (iptables failed: iptables --wait -t filter -A DOCKER ! -i docker0 -o docker0 -p tcp -d 172.17.0.2 --dport 80 -j ACCEPT: iptables: No chain/target/match by that name.\n (exit status 1)).\n",
  );
  expect(nat().chains[nfFindChain(nat(), "DOCKER")]?.rules.map((r) => r.target.kind)).toEqual(["RETURN", "DNAT"]);
  without(nat());
  expect(run(b, "docker run -d --name two -p 8081:80 nginx").err).toContain(
    "-t nat -A DOCKER -p tcp -d 0/0 --dport 8081 -j DNAT --to-destination 172.17.0.2:80 ! -i docker0: iptables:",
  );
  expect(run(b, "docker run -d --name three nginx").exit).toBe(0);
});

test("each new network puts the jumps to the users' chain and to the isolation first again, and RETURN into the former", () => {
  const b = bed();
  nfInsert(b.world, 0, "filter", "FORWARD", 1, emptyRule());
  nfFlush(b.world, 0, "filter", "DOCKER-USER");
  run(b, "docker network create blue");
  const filter = nfTable(b.world, 0, "filter");
  const forward = filter.chains[nfFindChain(filter, "FORWARD")]?.rules ?? [];
  const to = forward.map(({ target }) => (target.kind === "jump" ? filter.chains[target.chain]?.name : target.kind));
  expect(to.slice(0, 2)).toEqual(["DOCKER-USER", "DOCKER-ISOLATION-STAGE-1"]);
  expect(to[6]).toBe("NONE");
  expect(filter.chains[nfFindChain(filter, "DOCKER-USER")]?.rules.map((r) => r.target.kind)).toEqual(["RETURN"]);
});
