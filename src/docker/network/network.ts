/** Networks of an Engine: the three that are always there, and those that people make. */

import { assert } from "../../base/assert.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { inetAddrAdd } from "../../kernel/fib/devinet.ts";
import { createBridge } from "../../kernel/netdev/bridge/bridge.ts";
import { devOpen, unregisterNetdevice } from "../../kernel/netdev/device.ts";
import { sysctlSet } from "../../kernel/sysctl.ts";
import type { NetnsId } from "../../kernel/types.ts";
import { devByName } from "../../kernel/world.ts";
import { broadcastOf, type Cidr, formatIpv4, type Ipv4, mac, networkOf } from "../../wire/address.ts";
import { networkEvent } from "../events.ts";
import { addNetworkRules, removeNetworkRules } from "../firewall/firewall.ts";
import { linkIdentity, newNetworkId, randomDockerMac, shortId } from "../ids.ts";
import type { Container, DockerWorld, Engine, Network, NetworkDriver, NetworkId } from "../types.ts";
import { contains, electSubnet, subnetTaken } from "./ipam.ts";

const OPTION = "com.docker.network.bridge.";
/** IFNAMSIZ less its zero. */
const MAX_NAME = 15;
const MTU_OPTION = "com.docker.network.driver.mtu";

/** What `docker network create` asks for. */
export interface NetworkRequest {
  name: string;
  driver: string;
  subnet: Cidr | null;
  gateway: Ipv4 | null;
  ipRange: Cidr | null;
  auxAddresses: Record<string, Ipv4>;
  internal: boolean;
  attachable: boolean;
  options: Record<string, string>;
  labels: Record<string, string>;
}

export function isPredefined(name: string): boolean {
  return name === "bridge" || name === "host" || name === "none" || name === "default";
}

/** A network that a person made: it has names for its containers and takes `--ip`. */
export function isUserDefined(network: Network): boolean {
  return !isPredefined(network.name);
}

/** By name, id or the beginning of an id, in this order. */
export function findNetwork(engine: Engine, nameOrId: string): Network | null {
  const all = Object.values(engine.networks);
  const exact = all.find((n) => n.name === nameOrId) ?? all.find((n) => n.id === nameOrId);
  if (exact) return exact;
  const byPrefix = nameOrId === "" ? [] : all.filter((n) => n.id.startsWith(nameOrId));
  return byPrefix.length === 1 ? (byPrefix[0] as Network) : null;
}

/** Containers with a live endpoint in the network, in the order of their creation. */
export function attachedContainers(engine: Engine, network: Network): Container[] {
  return Object.values(engine.containers).filter((c) => {
    const endpoint = c.endpoints[network.name];
    return endpoint !== undefined && endpoint.network === network.id && endpoint.id !== "" && c.sandbox !== null;
  });
}

/** bridge (docker0), host and none. */
export function createDefaultNetworks(world: DockerWorld, engine: Engine): void {
  const { settings } = engine;
  const { bipGiven, mtu, icc, ipMasq, fixedCidr } = settings;
  const elected = bipGiven ? null : electSubnet(world, engine);
  if (elected !== null) {
    // The bridge's own address is the first that is given away.
    settings.bip = { address: firstAddress(elected, fixedCidr ?? elected), prefixLength: elected.prefixLength };
  }
  const { bip } = settings;
  const options = {
    [`${OPTION}default_bridge`]: "true",
    [`${OPTION}enable_icc`]: String(icc),
    [`${OPTION}enable_ip_masquerade`]: String(ipMasq),
    [`${OPTION}host_binding_ipv4`]: settings.hostBinding,
    [`${OPTION}name`]: "docker0",
    [MTU_OPTION]: String(mtu),
  };
  const idOf = (name: string) => newNetworkId(world, engine, name);
  addNetwork(world, idOf("none"), engine, { ...emptyRequest("none"), driver: "null" }, null);
  addNetwork(world, idOf("host"), engine, { ...emptyRequest("host"), driver: "host" }, null);
  const subnet = { address: networkOf(bip.address, bip.prefixLength), prefixLength: bip.prefixLength };
  const bridge = addNetwork(world, idOf("bridge"), engine, { ...emptyRequest("bridge"), options }, subnet);
  bridge.gateway = bip.address;
  bridge.ipRange = fixedCidr;
  bridge.taken = [bip.address];
  bridge.gatewayShown = bipGiven;
  addBridge(world, engine, bridge, "docker0");
}

function emptyRequest(name: string): NetworkRequest {
  return {
    name,
    driver: "bridge",
    subnet: null,
    gateway: null,
    ipRange: null,
    auxAddresses: {},
    internal: false,
    attachable: false,
    options: {},
    labels: {},
  };
}

function addNetwork(
  world: DockerWorld,
  id: NetworkId,
  engine: Engine,
  request: NetworkRequest,
  subnet: Cidr | null,
): Network {
  const network: Network = {
    id,
    name: request.name,
    driver: request.driver as NetworkDriver,
    created_ns: world.now_ns,
    subnet,
    subnetShown: request.subnet ?? subnet,
    subnetGiven: request.subnet !== null,
    ipRange: request.ipRange,
    auxAddresses: request.auxAddresses,
    gateway: null,
    gatewayShown: false,
    taken: [],
    internal: request.internal,
    attachable: request.attachable,
    options: request.options,
    labels: request.labels,
    bridge: null,
  };
  engine.networks[network.id] = network;
  return network;
}

/** The first that may be handed out of a range: all but the subnet's own address. */
function firstAddress(subnet: Cidr, range: Cidr): Ipv4 {
  const first = networkOf(range.address, range.prefixLength);
  return first === networkOf(subnet.address, subnet.prefixLength) ? ((first + 1) as Ipv4) : first;
}

/** `docker network create`. The error is the daemon's. */
export function createNetwork(world: DockerWorld, engine: Engine, request: NetworkRequest): Result<Network, string> {
  const refused = refuse(engine, request);
  if (refused !== null) return err(refused);
  const subnet = request.subnet ?? electSubnet(world, engine);
  if (subnet === null) {
    return err(
      "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
    );
  }
  if (request.gateway === null && subnet.prefixLength > 30) {
    return err("failed to allocate gateway (): No available addresses on this pool");
  }
  const base = networkOf(subnet.address, subnet.prefixLength);
  const gateway = request.gateway ?? firstAddress(subnet, request.ipRange ?? subnet);
  const bridgeName = request.options[`${OPTION}name`] || undefined;
  const rival = Object.values(engine.networks).find((n) => bridgeName !== undefined && n.bridge?.name === bridgeName);
  const wrong = refuseBridge(world, engine, bridgeName);
  if (wrong !== null) return err(wrong);
  const id = newNetworkId(world, engine, request.name);
  if (rival) {
    return err(
      `cannot create network ${id} (${bridgeName}): conflicts with network ${rival.id} (${bridgeName}): networks have same bridge name`,
    );
  }
  const network = addNetwork(world, id, engine, request, { address: base, prefixLength: subnet.prefixLength });
  network.gateway = gateway;
  network.gatewayShown = request.subnet === null || request.gateway !== null;
  network.taken = [gateway, ...Object.values(request.auxAddresses)];
  const failed = addBridge(world, engine, network, bridgeName ?? `br-${shortId(network.id)}`);
  if (failed !== null) {
    // The bridge stays, and its address.
    delete engine.networks[network.id];
    return err(failed);
  }
  networkEvent(world, engine, network, "create");
  return ok(network);
}

function refuse(engine: Engine, request: NetworkRequest): string | null {
  const { name, driver, subnet, gateway, ipRange } = request;
  if (isPredefined(name)) return `operation is not permitted on predefined ${name} network `;
  if (name.trim() === "") return "network name cannot be empty";
  if (Object.values(engine.networks).some((n) => n.name === name)) return `network with name ${name} already exists`;
  if (driver === "host" || driver === "null") return `only one instance of "${driver}" network is allowed`;
  if (driver === "overlay") {
    return 'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
  }
  if (driver !== "bridge") return `plugin "${driver}" not found`;
  const options = refuseOptions(request.options);
  if (options !== null) return options;
  if (subnet === null) return null;
  if (subnetTaken(engine, subnet)) return "Pool overlaps with other one on this address space";
  if (gateway !== null && !contains(subnet, gateway)) {
    return `failed to allocate gateway (${formatIpv4(gateway)}): Requested address is out of range`;
  }
  return ipRange !== null && !contains(subnet, ipRange.address) ? "Invalid Address SubPool" : null;
}

/** Why a device cannot be the network's bridge; null if it can. */
function refuseBridge(world: DockerWorld, engine: Engine, name: string | undefined): string | null {
  if (name === undefined || name === "") return null;
  if (name.length > MAX_NAME) return "failed to check bridge interface existence: numerical result out of range";
  const device = devByName(world, hostNetns(world, engine), name);
  return device && !device.bridge ? `existing interface ${name} is not a bridge` : null;
}

/** Why the bridge driver doesn't take its options (parseNetworkGenericOptions); null if it does. */
function refuseOptions(options: Readonly<Record<string, string>>): string | null {
  for (const [key, value] of Object.entries(options)) {
    const flag = [`${OPTION}enable_icc`, `${OPTION}enable_ip_masquerade`].includes(key);
    if (flag && !/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value)) {
      return `failed to parse ${key} value: ${value} (strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax)`;
    }
    if (key === MTU_OPTION && !/^[-+]?\d+$/.test(value)) {
      return `failed to parse ${key} value: ${value} (strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax)`;
    }
  }
  return null;
}

function hostNetns(world: DockerWorld, engine: Engine): NetnsId {
  const machine = world.machines[engine.machine];
  assert(machine, `no machine ${engine.machine}`);
  return machine.initNetns;
}

/**
 * The network's bridge in the host's namespace, up and with the gateway's address. One made by hand is used as it is. Null, or why its rules
 * can't be.
 */
function addBridge(world: DockerWorld, engine: Engine, network: Network, name: string): string | null {
  const known = linkIdentity(engine, name)?.mac;
  const host = hostNetns(world, engine);
  const existing = devByName(world, host, name);
  const bridge =
    existing ??
    createBridge(world, host, {
      name,
      mac: known === undefined ? randomDockerMac(world) : mac(known),
      txQueueLen: 0,
    });
  assert(typeof bridge !== "number" && network.subnet !== null && network.gateway !== null, `no bridge ${name}`);
  // The hosts of a scene have snooping off on docker0, so that it sends no IGMP (see the recordings' README).
  if (name === "docker0" && bridge.bridge) bridge.bridge.multicastSnooping = false;
  const { prefixLength } = network.subnet;
  inetAddrAdd(world, bridge.id, {
    local: network.gateway,
    prefixLen: prefixLength,
    broadcast: broadcastOf(network.gateway, prefixLength),
  });
  const option = (key: string, fallback: boolean) =>
    /^(1|t|T|TRUE|true|True)$/.test(network.options[key] ?? String(fallback));
  network.bridge = {
    dev: bridge.id,
    name,
    ours: existing === null,
    mtu: Number(network.options[MTU_OPTION] ?? 0) || (isUserDefined(network) ? 1500 : engine.settings.mtu),
    icc: option(`${OPTION}enable_icc`, true),
    masquerade: option(`${OPTION}enable_ip_masquerade`, true),
    hostBinding: network.options[`${OPTION}host_binding_ipv4`] ?? "0.0.0.0",
  };
  if (!engine.settings.userlandProxy) sysctlSet(world, host, `net.ipv4.conf.${name}.route_localnet`, "1");
  const failed = addNetworkRules(world, engine, network);
  if (failed === null) devOpen(world, bridge.id);
  return failed;
}

/** `docker network rm`. Null on success, else the daemon's words. */
export function removeNetwork(world: DockerWorld, engine: Engine, network: Network): string | null {
  if (isPredefined(network.name)) return `${network.name} is a pre-defined network and cannot be removed`;
  if (attachedContainers(engine, network).length > 0) {
    return `error while removing network: network ${network.name} id ${network.id} has active endpoints`;
  }
  removeNetworkRules(world, engine, network);
  const device = !network.bridge?.ours ? null : world.devs[network.bridge.dev];
  if (device) unregisterNetdevice(world, device.id);
  delete engine.networks[network.id];
  networkEvent(world, engine, network, "destroy");
  return null;
}
