import { expect, it } from "vitest";
import { worldFault } from "./world-check.ts";

const node = (name: string, changes = {}) => ({
  name,
  kind: "docker-host" as const,
  interfaces: [{ name: "eth0", mac: "52:54:00:00:01:0a", ipv4: "192.168.1.10/24" as string | string[] }],
  routes: [],
  ip_forward: 0 as const,
  ...changes,
});
const eth = (changes: object) => ({
  interfaces: [{ name: "eth0", mac: "52:54:00:00:01:0a", ipv4: "10.0.0.1/8", ...changes }],
});
const sound = {
  switches: [{ name: "lan", bridge: "sw0" }],
  nodes: [node("hostA"), node("hostB", { dns: "203.0.113.53" })],
  links: [
    ["hostA.eth0", "lan.sw0.p-a"],
    ["hostB.eth0", "lan.sw0.p-b"],
  ] as const,
};

it("has nothing to say of a sound world", () => expect(worldFault(sound, ["hostA", "hostB"])).toBeNull());

it.each([
  ["hostA twice", { nodes: [node("hostA"), node("hostA")] }],
  ["hostA twice", { switches: [{ name: "hostA", bridge: "sw0" }] }],
  ["hostA.eth0 twice", { links: [["hostA.eth0", "hostA.eth0"] as const] }],
  ["there is no hostA.eth1", { links: [["hostA.eth1", "lan.sw0.p-a"] as const] }],
  ["there is no switch lan.sw1", { links: [["hostA.eth0", "lan.sw1.p-a"] as const] }],
  ["sw0 is no port's name", { links: [["hostA.eth0", "lan.sw0.sw0"] as const] }],
  ["lan.sw0.a.b is no end", { links: [["hostA.eth0", "lan.sw0.a.b"] as const] }],
  ["lan: lo is no device's name", { switches: [{ name: "lan", bridge: "lo" }] }],
  ["hostA: lo twice", { nodes: [node("hostA", eth({ name: "lo" }))] }],
  ["hostA: eth0: zz is no station's MAC address", { nodes: [node("hostA", eth({ mac: "zz" }))] }],
  ["hostA: eth0: 1.2.3.4 is no address with prefix length", { nodes: [node("hostA", eth({ ipv4: ["1.2.3.4"] }))] }],
  ["hostA: dns: x is no address", { nodes: [node("hostA", { dns: "x" })] }],
  ["hostA: services: 1.2.3.4 is no address", { nodes: [node("hostA", { services: { http: "1.2.3.4" } })] }],
])("says %s", (fault, changes) => expect(worldFault({ ...sound, links: [], ...changes }, [])).toBe(fault));

it("wants machines for dockerd", () => expect(worldFault(sound, ["lan"])).toBe("dockers: there is no lan"));
