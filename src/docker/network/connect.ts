/** Connecting containers to networks and disconnecting them by hand (daemon/container_operations.go). */
import type { Ipv4 } from "../../wire/address.ts";
import { addAliases, refuseEndpoint } from "../container/container.ts";
import { writeNetworkFiles } from "../container/sandbox.ts";
import { networkEvent } from "../events.ts";
import type { Container, DockerWorld, Engine, Network } from "../types.ts";
import { attach, detach, newEndpoint } from "./endpoint.ts";
import { findNetwork, isUserDefined } from "./network.ts";

/** `docker network connect`. Null on success, else the daemon's words. */
export function connect(
  world: DockerWorld,
  engine: Engine,
  container: Container,
  network: Network,
  options: { ip?: Ipv4 | undefined; aliases: readonly string[]; links: readonly string[] },
): string | null {
  const endpoint = newEndpoint("");
  endpoint.ipamConfig = options.ip === undefined ? {} : { ipv4: options.ip };
  endpoint.driverOpts = true;
  endpoint.aliases = [...options.aliases];
  endpoint.links = [...options.links];
  if (isUserDefined(network)) addAliases(container, endpoint);
  const refused = refuseEndpoint(network, endpoint) ?? refuseCompany(engine, container, network);
  if (refused !== null) return refused;
  const running = container.sandbox !== null;
  if (container.endpoints[network.name] !== undefined && running) {
    return `endpoint with name ${container.name} already exists in network ${network.name}`;
  }
  container.endpoints[network.name] = endpoint;
  if (!running) return null;
  const failed = attach(world, engine, container, network);
  if (failed !== null) delete container.endpoints[network.name];
  else {
    writeNetworkFiles(world, engine, container);
    networkEvent(world, engine, network, "connect", { container: container.id });
  }
  return failed;
}

/** Networks that cannot be had together with others (updateNetworkSettings). */
function refuseCompany(engine: Engine, container: Container, network: Network): string | null {
  const mode = container.hostConfig.networkMode;
  if (mode.startsWith("container:") || (mode === "host" && network.driver !== "host")) {
    return "container sharing network namespace with another container or host cannot be connected to any other network";
  }
  if (network.driver === "host" && mode !== "host") {
    return "container cannot be disconnected from host network or connected to host network";
  }
  const others = Object.keys(container.endpoints).filter((name) => name !== network.name);
  const withNone = others.some((name) => findNetwork(engine, name)?.driver === "null");
  return withNone || (network.driver === "null" && others.length > 0)
    ? "container cannot be connected to multiple networks with one of the networks in private (none) mode"
    : null;
}

/** `docker network disconnect` of a network that is gone from a container that doesn't run. Null on success, else the daemon's words. */
export function disconnectGone(container: Container, name: string): string | null {
  if (container.endpoints[name] === undefined) {
    return `container ${container.id} is not connected to the network ${name}`;
  }
  delete container.endpoints[name];
  return null;
}

/** `docker network disconnect`. Null on success, else the daemon's words. */
export function disconnect(world: DockerWorld, engine: Engine, container: Container, network: Network): string | null {
  const connected = container.endpoints[network.name] !== undefined;
  if (container.sandbox === null) {
    if (!connected) return `container ${container.id} is not connected to the network ${network.name}`;
  } else if (container.hostConfig.networkMode === "host" && network.driver === "host") {
    return "container cannot be disconnected from host network or connected to host network";
  } else if (!connected) {
    return `container ${container.id} is not connected to network ${network.name}`;
  }
  detach(world, engine, container, network);
  // libnetwork's leaving and the daemon's disconnecting are told one after the other.
  if (container.sandbox !== null) networkEvent(world, engine, network, "disconnect", { container: container.id });
  networkEvent(world, engine, network, "disconnect", { container: container.id });
  delete container.endpoints[network.name];
  for (const endpoint of Object.values(container.endpoints)) endpoint.inHosts = false;
  writeNetworkFiles(world, engine, container);
  return null;
}
