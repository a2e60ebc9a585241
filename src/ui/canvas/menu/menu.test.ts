import { describe, expect, test } from "vitest";
import type { NodeView, SocketView } from "../../../protocol/view.ts";
import { sameHost } from "../../../scenes/same-host.ts";
import { container, link, node, oneHost, outside } from "../../motion/testing.ts";
import { offered } from "./action.ts";
import { listeningPorts, namesFor, reachableFrom } from "./traffic.ts";

const byId = (views: readonly NodeView[]) => Object.fromEntries(views.map((view) => [view.id, view]));
const nothing = () => false;

describe("what a menu offers", () => {
  const run = () => {};
  const plain = { id: "a", label: "a", run };
  const locked = { id: "b", label: "b", run, lock: "topology" } as const;

  test("leaves out what is locked, empty lists, and sections in which nothing is left", () => {
    const list = { id: "c", label: "c", items: [] };
    expect(offered([[plain, locked], [list], [locked]], (what) => what === "topology")).toEqual([[plain]]);
    expect(offered([[plain, locked], [list]], nothing)).toEqual([[plain, locked]]);
  });
});

describe("who can be asked", () => {
  test("everybody else with an address, under the address that is theirs from here", () => {
    const nodes = byId([...oneHost(2), ...outside()]);
    expect(reachableFrom(nodes, "hostA/nginx-1").map(({ name, address }) => `${name} ${address}`)).toEqual([
      "hostA 172.17.0.1",
      "nginx-2 172.17.0.3",
      "gw 192.168.1.1",
      "internet 203.0.113.80",
    ]);
  });

  test("a namespace counts once, and one's own not at all", () => {
    const sharer = { ...container("side", "hostA", [], { networkMode: "container:x" }), netnsOwner: "hostA/nginx-1" };
    const nodes = byId([...oneHost(2), sharer]);
    expect(reachableFrom(nodes, "hostA/side").map(({ name }) => name)).toEqual(["hostA", "nginx-2"]);
    expect(reachableFrom(nodes, "hostA/nginx-2").map(({ name }) => name)).toEqual(["hostA", "nginx-1"]);
  });

  test("web servers by the ports that are open to others", () => {
    const plain = {
      id: 1,
      protocol: "tcp",
      state: "LISTEN",
      peer: "0.0.0.0:*",
      recvQueue: 0,
      sendQueue: 0,
      owner: null,
      created_ns: 0,
    } as const;
    const socket = (local: string, more: Partial<SocketView> = {}): SocketView => ({ ...plain, local, ...more });
    const sockets = [
      socket("0.0.0.0:8080"),
      socket("[::]:80"),
      socket("0.0.0.0:80"),
      socket("127.0.0.1:631"),
      socket("[::1]:631"),
      socket("172.17.0.2:443"),
      socket("172.17.0.2:50000", { state: "ESTAB" }),
      socket("0.0.0.0:53", { protocol: "udp", state: "UNCONN" }),
    ];
    expect(listeningPorts(node("web", "server", { sockets }))).toEqual([80, 443, 8080]);
  });

  test("names of the scene's DNS, and of containers on the same network of one's own", () => {
    const on = (name: string, networkMode: string) =>
      container(name, "hostA", [link(1, "eth0", "veth")], { networkMode });
    const nodes = byId([on("web", "blue"), on("db", "blue"), on("other", "default")]);
    const served = namesFor(nodes, sameHost, "hostA/other");
    expect(served).toContain("www.example.com");
    expect(served).not.toContain("web");
    expect(namesFor(nodes, null, "hostA/web")).toEqual(["db"]);
    expect(namesFor(nodes, null, "hostA/other")).toEqual([]);
  });
});
