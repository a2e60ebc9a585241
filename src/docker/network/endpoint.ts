/** A container's attachment to a bridge network: address, veth pair, port, default route (libnetwork's bridge driver). */
import { assert } from "../../base/assert.ts";
import { strerror } from "../../kernel/errno.ts";
import { inetAddrAdd } from "../../kernel/fib/devinet.ts";
import { fibAdd, fibDel } from "../../kernel/fib/fib.ts";
import { setPortFlags } from "../../kernel/netdev/bridge/bridge.ts";
import { bridgeAddIf } from "../../kernel/netdev/bridge/port.ts";
import { devClose, devMoveNetns, devOpen, devSetMac, unregisterNetdevice } from "../../kernel/netdev/device.ts";
import { createVeth } from "../../kernel/netdev/veth.ts";
import { ctForgetAnswers } from "../../kernel/netfilter/conntrack/admin.ts";
import { type NetDevice, type NetnsId, RT_TABLE_MAIN } from "../../kernel/types.ts";
import { devByName, dev as deviceOf, netns } from "../../kernel/world.ts";
import { broadcastOf, type Ipv4 } from "../../wire/address.ts";
import { setLinkRules } from "../firewall/firewall.ts";
import { newEndpointId, randomHex, vethIdentity } from "../ids.ts";
import type { Container, DockerWorld, Endpoint, Engine, Network } from "../types.ts";
import { macOfAddress, releaseAddress, takeAddress } from "./ipam.ts";
import { isUserDefined } from "./network.ts";
import { publishPorts, unpublishPorts } from "./ports.ts";

/** ETH_MIN_MTU and ETH_MAX_MTU. */
const MIN_MTU = 68;
const MAX_MTU = 65535;

export function newEndpoint(network: string): Endpoint {
  return {
    network,
    ipamConfig: null,
    aliases: [],
    driverOpts: false,
    id: "",
    address: null,
    mac: null,
    hostDev: null,
    dev: null,
    ports: [],
    inHosts: true,
    links: [],
    linked: [],
  };
}

/**
 * Connects a running container to a network: its endpoint record is filled in and its interface is there.
 * Null on success; on failure nothing is left behind but used-up ifindexes, and the daemon's words are returned.
 */
export function attach(world: DockerWorld, engine: Engine, container: Container, network: Network): string | null {
  const refused = addEndpoint(world, engine, container, network);
  if (refused === null) joinSandbox(world, engine, container);
  return refused;
}

/** The first half of `attach`: all but the interface, which still stands in the host's namespace. */
export function addEndpoint(world: DockerWorld, engine: Engine, container: Container, network: Network): string | null {
  const { sandbox } = container;
  const endpoint = container.endpoints[network.name];
  assert(sandbox !== null && endpoint !== undefined, `${container.name} cannot join ${network.name}`);
  endpoint.network = network.id;
  endpoint.inHosts = true;
  endpoint.id = newEndpointId(world, engine, container.name, network.name);
  if (network.bridge === null) return null;
  const taken = takeAddress(network, endpoint.ipamConfig?.ipv4 ?? null);
  if (!taken.ok) {
    clearEndpoint(endpoint);
    return taken.error;
  }
  endpoint.address = taken.value;
  endpoint.mac = container.wantedMac ?? macOfAddress(taken.value);
  const unmade = addVeth(world, engine, network, endpoint);
  if (unmade !== null) {
    releaseAddress(network, taken.value);
    clearEndpoint(endpoint);
    return `failed to create endpoint ${container.name} on network ${network.name}: ${unmade}`;
  }
  const refused = movePorts(world, engine, container, false) ?? linkAll(world, engine, container, network, endpoint);
  if (refused !== null) {
    const { id } = endpoint;
    detach(world, engine, container, network);
    return `driver failed programming external connectivity on endpoint ${container.name} (${id}): ${refused}`;
  }
  return null;
}

/**
 * An endpoint is no longer its container's way out (RevokeExternalConnectivity): its ports are free, and the host forgets connections of its
 * address, so that none of them reaches who gets that next.
 */
function revokeWayOut(
  world: DockerWorld,
  engine: Engine,
  container: Container,
  network: Network,
  endpoint: Endpoint,
): void {
  unpublishPorts(world, engine, container, network, endpoint);
  const space = world.machines[engine.machine]?.initNetns;
  if (space !== undefined && endpoint.address !== null) ctForgetAnswers(world, space, endpoint.address);
}

/** Whether the container's default route leads through this endpoint as it stands. */
function isWayOut({ sandbox }: Container, endpoint: Endpoint): boolean {
  return endpoint.dev !== null && sandbox?.gateway?.dev === endpoint.dev;
}

/**
 * Publishes the container's ports on the endpoint that is its way out, and takes them from another that was (sbJoin, sbLeave). In an internal
 * network that is done only if the container `leaves` another one.
 */
function movePorts(world: DockerWorld, engine: Engine, container: Container, leaves: boolean): string | null {
  const out = gatewayEndpoint(engine, container);
  for (const endpoint of Object.values(container.endpoints)) {
    const network = engine.networks[endpoint.network];
    if (endpoint !== out && network && isWayOut(container, endpoint)) {
      revokeWayOut(world, engine, container, network, endpoint);
    }
  }
  const network = out && engine.networks[out.network];
  if (!out || !network || (network.internal && !leaves) || out.ports.length > 0) return null;
  return publishPorts(world, engine, container, network, out);
}

/** Lets the container talk to those that it is linked to in its network, where the network holds containers apart. */
function linkAll(
  world: DockerWorld,
  engine: Engine,
  container: Container,
  network: Network,
  endpoint: Endpoint,
): string | null {
  endpoint.linked = [];
  if (isUserDefined(network)) return null;
  for (const link of container.links) {
    const other = engine.containers[link.container];
    const child = other?.endpoints[network.name]?.address;
    if (!other || endpoint.address === null || child === null || child === undefined) continue;
    const made = { parent: endpoint.address, child, exposed: other.config.exposedPorts };
    setLinkRules(world, engine, network, made, true);
    endpoint.linked.push(made);
  }
  return null;
}

/** A veth pair in the host's namespace, the host's end a port of the bridge and up. */
function addVeth(world: DockerWorld, engine: Engine, network: Network, endpoint: Endpoint): string | null {
  const { bridge } = network;
  const hostNetns = world.machines[engine.machine]?.initNetns;
  assert(bridge !== null && hostNetns !== undefined, `no bridge of ${network.name}`);
  if (bridge.mtu < MIN_MTU || bridge.mtu > MAX_MTU) {
    return `failed to set MTU on host interface ${freeVethName(world, hostNetns)}: invalid argument`;
  }
  // The peer is registered first: the host's end takes the number after it.
  const known = vethIdentity(engine, netns(world, hostNetns).nextIfindex + 1);
  const pair = createVeth(
    world,
    {
      netns: hostNetns,
      name: known && devByName(world, hostNetns, known.name) === null ? known.name : freeVethName(world, hostNetns),
      ...(known ? { mac: known.mac } : {}),
      mtu: bridge.mtu,
      txQueueLen: 0,
    },
    { netns: hostNetns, name: freeVethName(world, hostNetns), mtu: bridge.mtu, txQueueLen: 0 },
  );
  assert(typeof pair !== "number", "the veth pair could not be made");
  const [host, peer] = pair;
  const errno = bridgeAddIf(world, bridge.dev, host.id);
  if (errno !== 0) {
    unregisterNetdevice(world, host.id);
    // Go's words for errors begin small.
    return `adding interface ${host.name} to bridge ${deviceOf(world, bridge.dev).name} failed: ${strerror(errno).toLowerCase()}`;
  }
  devOpen(world, host.id);
  // Without docker-proxy a container reaches its own published port back through its own port of the bridge.
  if (!engine.settings.userlandProxy) setPortFlags(world, host.id, { hairpin: true });
  endpoint.hostDev = host.id;
  endpoint.dev = peer.id;
  return null;
}

function freeVethName(world: DockerWorld, hostNetns: NetnsId): string {
  for (;;) {
    const name = `veth${randomHex(world, 7)}`;
    if (devByName(world, hostNetns, name) === null) return name;
  }
}

/** The second half of `attach`: the interfaces that are not in the container yet, in the order of its endpoints, and its route. */
export function joinSandbox(world: DockerWorld, engine: Engine, container: Container): void {
  for (const name of sortedEndpoints(engine, container)) {
    const endpoint = container.endpoints[name] as Endpoint;
    const network = engine.networks[endpoint.network];
    if (endpoint.dev === null || !network || world.devs[endpoint.dev]?.netns === container.sandbox?.netns) continue;
    addInterface(world, container, network, endpoint);
  }
  updateGateway(world, engine, container);
}

/** Moves the other end into the container's namespace as the next ethN, gives it MAC and address, and takes it up. */
function addInterface(world: DockerWorld, container: Container, network: Network, endpoint: Endpoint): void {
  const { sandbox } = container;
  assert(sandbox && endpoint.dev !== null && endpoint.address !== null && endpoint.mac !== null, "no interface");
  devMoveNetns(world, endpoint.dev, sandbox.netns, `eth${sandbox.nextEth++}`);
  devSetMac(world, endpoint.dev, endpoint.mac);
  const prefixLen = network.subnet?.prefixLength ?? 16;
  inetAddrAdd(world, endpoint.dev, {
    local: endpoint.address,
    prefixLen,
    broadcast: broadcastOf(endpoint.address, prefixLen),
  });
  devOpen(world, endpoint.dev);
}

/** Disconnects a container from a network: the veth pair and the address go. */
export function detach(world: DockerWorld, engine: Engine, container: Container, network: Network): void {
  const endpoint = container.endpoints[network.name];
  if (endpoint === undefined) return;
  if (isWayOut(container, endpoint)) revokeWayOut(world, engine, container, network, endpoint);
  else unpublishPorts(world, engine, container, network, endpoint);
  for (const link of endpoint.linked) setLinkRules(world, engine, network, link, false);
  const device: NetDevice | null | undefined = endpoint.hostDev === null ? null : world.devs[endpoint.hostDev];
  // libnetwork takes the container's end down first, so that the host's end is the first to lose its carrier.
  if (endpoint.dev !== null && world.devs[endpoint.dev]) devClose(world, endpoint.dev);
  if (device) unregisterNetdevice(world, device.id);
  if (endpoint.address !== null) releaseAddress(network, endpoint.address);
  clearEndpoint(endpoint);
  if (container.sandbox === null) return;
  if (container.main !== null) movePorts(world, engine, container, true);
  updateGateway(world, engine, container);
}

function clearEndpoint(endpoint: Endpoint): void {
  Object.assign(endpoint, { id: "", address: null, mac: null, hostDev: null, dev: null, ports: [], linked: [] });
}

/** The gateway that the container's default route goes through: of the network whose name sorts first (epHeap.Less). */
export function gatewayOf(engine: Engine, container: Container): { gateway: Ipv4; dev: number } | null {
  const endpoint = gatewayEndpoint(engine, container);
  const gateway = endpoint && engine.networks[endpoint.network]?.gateway;
  return endpoint?.dev && gateway ? { gateway, dev: endpoint.dev } : null;
}

/** Names of its networks as a sandbox has its endpoints (epHeap.Less): internal networks come last. */
export function sortedEndpoints(engine: Engine, container: Container): string[] {
  const rank = (name: string) => Number(engine.networks[container.endpoints[name]?.network ?? ""]?.internal ?? false);
  return Object.keys(container.endpoints).sort((x, y) => rank(x) - rank(y) || (x < y ? -1 : 1));
}

/** The endpoint that the container's default route leads through. */
export function gatewayEndpoint(engine: Engine, container: Container): Endpoint | null {
  for (const name of sortedEndpoints(engine, container)) {
    const endpoint = container.endpoints[name] as Endpoint;
    if (endpoint.dev !== null && engine.networks[endpoint.network]?.gateway) return endpoint;
  }
  return null;
}

/** Makes the default route of a container's own namespace lead through `gatewayOf`. */
function updateGateway(world: DockerWorld, engine: Engine, container: Container): void {
  const { sandbox } = container;
  if (sandbox === null || !sandbox.own) return;
  const wanted = gatewayOf(engine, container);
  const { gateway } = sandbox;
  const stands = gateway !== null && world.devs[gateway.dev] !== null;
  if (stands && wanted?.gateway === gateway.gateway && wanted.dev === gateway.dev) return;
  const everywhere = { destination: 0 as Ipv4, prefixLen: 0, table: RT_TABLE_MAIN };
  if (stands) fibDel(world, sandbox.netns, { ...everywhere, gateway: gateway.gateway });
  if (wanted !== null) {
    deviceOf(world, wanted.dev);
    fibAdd(world, sandbox.netns, { ...everywhere, gateway: wanted.gateway, dev: wanted.dev, protocol: "boot" }, "add");
  }
  sandbox.gateway = wanted;
}
