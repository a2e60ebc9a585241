import { expect, test } from "vitest";
import { bed, run } from "../testbed.ts";

test("--link in the default network gives names, variables and, where containers are held apart, rules", () => {
  const b = bed("--icc=false");
  run(b, "docker run -d --name db --expose 5432 --hostname store -e A=1 nginx");
  run(b, "docker run -d --name app --link db:data nginx");
  const app = Object.values(b.engine.containers).find((c) => c.name === "app");
  const node = b.world.nodes[app?.node ?? ""];
  expect(node?.files["/etc/hosts"]).toContain("172.17.0.2\tdata store db\n172.17.0.3\t");
  expect(node?.env).toMatchObject({
    DATA_PORT: "tcp://172.17.0.2:5432",
    DATA_PORT_5432_TCP_ADDR: "172.17.0.2",
    DATA_NAME: "/app/data",
    DATA_ENV_A: "1",
  });
  expect(run(b, "docker inspect -f {{.HostConfig.Links}} app").out).toBe("[/db:/app/data]\n");
  expect(app?.endpoints.bridge?.linked).toHaveLength(1);
  run(b, "docker stop -t 0 app");
  expect(app?.endpoints.bridge?.linked).toEqual([]);
  run(b, "docker rm -f db");
  expect(run(b, "docker start app").err).toContain("Cannot link to a non running container: /db AS /app/data");
});

test("who links to a container hears of its new address, and a name with a domain stands with the bare one behind it", () => {
  const b = bed();
  run(b, "docker run -d --name db --hostname db.lab.local nginx");
  run(b, "docker run -d --name app --link db:data nginx");
  const hosts = () =>
    Object.values(b.world.nodes).find((n) => n.files["/etc/hosts"]?.includes("data"))?.files["/etc/hosts"];
  expect(hosts()).toContain("\n172.17.0.2\tdata db.lab.local db\n");
  run(b, "docker stop -t 0 db");
  run(b, "docker run -d --name other nginx");
  run(b, "docker start db");
  expect(hosts()).toContain("\n172.17.0.4\tdata db.lab.local db\n");
  const own = Object.values(b.world.nodes).find((n) => n.hostname === "db.lab.local")?.files["/etc/hosts"];
  expect(own).toContain("\n172.17.0.4\tdb.lab.local db\n");
});

test("in a user-defined network a link is a name for the embedded DNS", () => {
  const b = bed();
  run(b, "docker network create red");
  run(b, "docker run -d --name app --net red --link nobody:yet nginx");
  expect(run(b, "docker inspect -f '{{.NetworkSettings.Networks.red.Links}} {{json .HostConfig.Links}}' app").out).toBe(
    "[nobody:yet] null\n",
  );
});

test("a paused container's processes stand still until it goes on", () => {
  const b = bed();
  run(b, "docker run -d --name nap busybox sleep 1");
  run(b, "docker pause nap");
  expect(run(b, "docker ps --filter status=paused --format {{.Names}}").out).toBe("nap\n");
  run(b, "docker run --rm busybox sleep 3");
  expect(run(b, "docker inspect -f {{.State.Status}} nap").out).toBe("paused\n");
  expect(run(b, "docker pause nap").err).toContain("is already paused");
  run(b, "docker unpause nap");
  run(b, "docker run --rm busybox sleep 1");
  expect(run(b, "docker inspect -f {{.State.Status}} nap").out).toBe("exited\n");
});
