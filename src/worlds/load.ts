/**
 * Builds the machines of a `WorldSpec`: hosts, routers, servers and LAN switches, their cables, addresses, routes and
 * rules, and starts dockerd where it is asked for. All of it is done at time 0 and not traced.
 */
import { assert } from "../base/assert.ts";
import { createDockerWorld, startDockerd } from "../docker/engine.ts";
import { macDraws } from "../docker/ids.ts";
import { inetAddrAdd } from "../kernel/fib/devinet.ts";
import { createBridge } from "../kernel/netdev/bridge/bridge.ts";
import { bridgeAddIf } from "../kernel/netdev/bridge/port.ts";
import { devOpen } from "../kernel/netdev/device.ts";
import { createNic, plugCable } from "../kernel/netdev/nic.ts";
import { addMachine } from "../kernel/netns.ts";
import { sysctlSet } from "../kernel/sysctl.ts";
import type { DevId, Machine, NetDevice } from "../kernel/types.ts";
import { devByName, netns } from "../kernel/world.ts";
import type { Identities, NodeSpec, WorldSpec } from "../protocol/scene.ts";
import { ALL_CAPS, spawn } from "../shell/process.ts";
import { BASE_FILES } from "../shell/system/base-files.ts";
import { broadcastOf, cidr, type Mac, mac } from "../wire/address.ts";
import { runCommand } from "./exec.ts";
import { addPlainRoute, addPlainRule } from "./plain-lines.ts";
import type { PlaygroundWorld } from "./types.ts";

export interface LoadOptions {
  readonly world: WorldSpec;
  /** Machines that run dockerd, and extra flags for it. */
  readonly dockers: readonly string[];
  readonly dockerd?: Readonly<Record<string, string>> | undefined;
  readonly identities?: Identities | undefined;
  readonly seed: number | string;
  /** Machines have iptables-legacy instead of iptables-nft. */
  readonly legacyIptables?: boolean | undefined;
  /** Machines show IPv6 link-local addresses. */
  readonly ipv6?: boolean | undefined;
  /** Machines are booted with ipv6.disable_ipv6=1. */
  readonly ipv6Off?: boolean | undefined;
}

/** A world at time 0, tracing. @throws an assertion if the spec contradicts itself */
export function loadWorld(options: LoadOptions): PlaygroundWorld {
  const { world: spec } = options;
  const world = createDockerWorld(options.seed);
  world.trace.on = false;
  for (const node of spec.nodes) buildMachine(world, node);
  for (const machine of world.machines) {
    machine.legacyIptables = options.legacyIptables ?? false;
    machine.ipv6Off = options.ipv6Off ?? false;
  }
  for (const { name, bridge } of spec.switches) buildSwitch(world, name, bridge);
  for (const [x, y] of spec.links) plug(world, x, y);
  for (const node of spec.nodes) configure(world, node, typeAndWait);
  if (options.ipv6) {
    for (const { initNetns } of world.machines) sysctlSet(world, initNetns, "net.ipv6.conf.all.disable_ipv6", "0");
  }
  for (const name of options.dockers) {
    const dns = spec.nodes.find((node) => node.name === name)?.dns;
    const flags = [dns === undefined ? "" : `--dns ${dns}`, options.dockerd?.[name] ?? ""].join(" ").trim();
    startDockerd(world, machineNamed(world, name), { flags, identities: options.identities?.[name] });
  }
  for (const { name, initNetns } of world.machines) {
    netns(world, initNetns).macDraws = machineDraws(options.identities?.[name]);
  }
  world.output.length = 0;
  world.trace.on = true;
  return world;
}

/**
 * A veth that was made by hand may have moved into a container since; it has kept its number and its MAC. A bridge has given up
 * what it drew for the MAC of a port.
 */
function machineDraws(known: Identities[string] = {}): Record<number, Mac> {
  const moved = Object.values(known.containers ?? {}).map(({ links }) => macDraws(links));
  const links = Object.entries(known.links ?? {});
  const isOfPort = (bridge: string, address: string) =>
    links.some(([, port]) => port.master === bridge && port.mac === address);
  const own = links.filter(([name, link]) => !isOfPort(name, link.mac));
  return Object.assign({}, ...moved, macDraws(Object.fromEntries(own)));
}

function machineNamed(world: PlaygroundWorld, name: string): Machine {
  const machine = world.machines.find((m) => m.name === name);
  assert(machine, `no machine ${name}`);
  return machine;
}

/** A kernel with its node: what a person at its console finds. */
function makeMachine(world: PlaygroundWorld, name: string, dns?: string): Machine {
  const machine = addMachine(world, name);
  world.nodes[name] = {
    id: name,
    machine: machine.id,
    netns: machine.initNetns,
    hostname: name,
    files: {
      ...BASE_FILES,
      "/etc/hostname": `${name}\n`,
      "/etc/hosts": `127.0.0.1\tlocalhost\n127.0.1.1\t${name}\n`,
      "/etc/resolv.conf": dns === undefined ? "" : `nameserver ${dns}\n`,
    },
    env: {},
    caps: [...ALL_CAPS],
    missing: [],
    cwd: "/root",
  };
  return machine;
}

export function buildMachine(world: PlaygroundWorld, spec: NodeSpec): void {
  const machine = makeMachine(world, spec.name, spec.dns);
  for (const { name, mac: address } of spec.interfaces)
    must(createNic(world, machine.initNetns, { name, mac: mac(address) }));
}

/** A LAN switch is a machine whose only business is a bridge without an address. */
function buildSwitch(world: PlaygroundWorld, name: string, bridge: string): void {
  const machine = makeMachine(world, name);
  devOpen(world, must(createBridge(world, machine.initNetns, { name: bridge })).id);
}

/** Puts a cable between two ends: "hostA.eth0", or "lan.sw0.p-hostA" for a port of a switch, which is made for it. */
export function plug(world: PlaygroundWorld, x: string, y: string): void {
  plugCable(world, cableEnd(world, x), cableEnd(world, y));
}

function cableEnd(world: PlaygroundWorld, end: string): DevId {
  const [node = "", ...names] = end.split(".");
  const machine = machineNamed(world, node);
  if (names.length === 1) return deviceNamed(world, machine, names[0] as string).id;
  const [bridge = "", name = ""] = names;
  const port = must(createNic(world, machine.initNetns, { name }));
  bridgeAddIf(world, deviceNamed(world, machine, bridge).id, port.id);
  devOpen(world, port.id);
  return port.id;
}

function deviceNamed(world: PlaygroundWorld, machine: Machine, name: string): NetDevice {
  const device = devByName(world, machine.initNetns, name);
  assert(device, `${machine.name} has no ${name}`);
  return device;
}

/** Addresses, links up, sysctls, and then routes and rules, the unusual ones as somebody would type them. @param type types a line at a machine */
export function configure(world: PlaygroundWorld, spec: NodeSpec, type: typeof typeAndWait): void {
  const machine = machineNamed(world, spec.name);
  for (const { name, ipv4 } of spec.interfaces) {
    const device = deviceNamed(world, machine, name);
    devOpen(world, device.id);
    for (const text of typeof ipv4 === "string" ? [ipv4] : ipv4) {
      const { address, prefixLength } = cidr(text);
      inetAddrAdd(world, device.id, {
        local: address,
        prefixLen: prefixLength,
        broadcast: broadcastOf(address, prefixLength),
      });
    }
  }
  sysctlSet(world, machine.initNetns, "net.ipv4.ip_forward", String(spec.ip_forward));
  for (const route of spec.routes) {
    if (!addPlainRoute(world, machine, route)) type(world, spec.name, `ip route add ${route}`);
  }
  for (const rule of spec.iptables ?? []) {
    if (!addPlainRule(world, machine, rule)) type(world, spec.name, `iptables ${rule}`);
  }
  serveNames(world, spec);
  const http = spec.services?.http;
  if (http === undefined) return;
  // The text that the scenes' server answers every request with.
  const argv = ["httpd", http, `hello from the ${spec.name}\n`];
  spawn(world, null, { node: spec.name, program: "httpd", argv, delay_ns: 0 });
}

function typeAndWait(world: PlaygroundWorld, machine: string, line: string): void {
  runCommand(world, machine, line);
}

/** Starts the machine's DNS server, if it has one. */
function serveNames(world: PlaygroundWorld, { name, services }: NodeSpec): void {
  if (!services?.dns) return;
  const { listen, records } = services.dns;
  const argv = ["dnsd", listen, ...Object.entries(records).map(([host, address]) => `${host}=${address}`)];
  spawn(world, null, { node: name, program: "dnsd", argv, delay_ns: 0 });
}

function must(made: NetDevice | number): NetDevice {
  assert(typeof made !== "number", "a device could not be made");
  return made;
}
