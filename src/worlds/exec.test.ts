import "./whole.ts";
import { expect, test } from "vitest";
import { findNode, runCommand } from "./exec.ts";
import { loadWorld } from "./load.ts";

const world = () =>
  loadWorld({
    world: {
      switches: [],
      nodes: [{ name: "hostA", kind: "docker-host", interfaces: [], routes: [], ip_forward: 0 }],
      links: [],
    },
    dockers: ["hostA"],
    seed: 1,
  });

test.each(["ping 127.0.0.1 > /dev/null", "nc -u -l -p 5000"])("%s is ended after five minutes", (line) => {
  const host = world();
  expect(runCommand(host, "hostA", line).exit).toBe(137);
  expect(host.now_ns).toBeLessThanOrEqual(300e9);
  expect(runCommand(host, "hostA", "echo on")).toEqual({ exit: 0, text: "on\n" });
});

test.each(["constructor", "__proto__", "toString"])("%s is nobody's name", (name) => {
  const host = world();
  expect(findNode(host, name)).toBeNull();
  for (const line of [`docker inspect ${name}`, `docker rm ${name}`, `docker network rm ${name}`]) {
    expect(runCommand(host, "hostA", line)).toMatchObject({ exit: 1, text: expect.stringContaining("No such") });
  }
});
