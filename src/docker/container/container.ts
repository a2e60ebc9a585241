/** Containers as records: finding, making, renaming and removing them. What runs in them is in lifecycle.ts. */

import { err, ok, type Result } from "../../base/result.ts";
import { ACCESS_LOG } from "../../shell/http/server.ts";
import { BASE_FILES } from "../../shell/system/base-files.ts";
import { formatIpv4, type Ipv4, type Mac } from "../../wire/address.ts";
import { containerEvent } from "../events.ts";
import { newContainerId, newContainerName, shortId } from "../ids.ts";
import { newEndpoint } from "../network/endpoint.ts";
import { findNetwork, isPredefined, isUserDefined } from "../network/network.ts";
import type { Container, ContainerConfig, DockerWorld, Endpoint, Engine, HostConfig, Network } from "../types.ts";
import { refuseCapability } from "./capabilities.ts";

/** What the images have besides: how nginx is started, and where it writes. */
const IMAGE_FILES: Readonly<Record<string, string>> = {
  "/start.sh": '#!/bin/sh\nexec nginx -g "daemon off;"\n',
  [ACCESS_LOG]: "",
  "/var/log/nginx/error.log": "",
};

/** What `docker create` and `docker run` ask for. */
export interface ContainerRequest {
  name: string;
  config: ContainerConfig;
  hostConfig: HostConfig;
  mac: Mac | null;
  /** Settings of the first network, where one was named. */
  ip: Ipv4 | null;
  aliases: string[];
  /** --link: "other" or "other:alias". */
  links: string[];
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** By full id, name, or the beginning of an id, in this order (daemon.GetContainer). */
export function findContainer(engine: Engine, nameOrId: string): Container | null {
  const byId = Object.hasOwn(engine.containers, nameOrId) ? engine.containers[nameOrId] : undefined;
  if (byId) return byId;
  const name = nameOrId.replace(/^\//, "");
  const all = Object.values(engine.containers);
  const byName = all.find((c) => c.name === name);
  if (byName) return byName;
  const byPrefix = nameOrId === "" ? [] : all.filter((c) => c.id.startsWith(nameOrId));
  return byPrefix.length === 1 ? (byPrefix[0] as Container) : null;
}

/** The container of that name on any machine. */
export function containerNamed(world: DockerWorld, name: string): { engine: Engine; container: Container } | null {
  for (const engine of Object.values(world.engines)) {
    const container = Object.values(engine.containers).find((c) => c.name === name);
    if (container) return { engine, container };
  }
  return null;
}

/** Makes a container that doesn't run yet. The error is the daemon's. */
export function createContainer(
  world: DockerWorld,
  engine: Engine,
  request: ContainerRequest,
): Result<Container, string> {
  const { hostConfig, config } = request;
  const refused = refuseName(engine, request.name) ?? refuseOptions(request);
  if (refused !== null) return err(refused);
  if (hostConfig.networkMode.startsWith("container:")) {
    const joined = findContainer(engine, hostConfig.networkMode.slice("container:".length));
    // One that isn't there is found missing at the start.
    if (joined) hostConfig.networkMode = `container:${joined.id}`;
  }
  const links = findLinks(engine, request);
  if (typeof links === "string") return err(links);
  const name = request.name || newContainerName(world, engine, !hostConfig.autoRemove);
  const id = newContainerId(world, engine, name);
  if (config.hostname === "" && hostConfig.networkMode !== "host") config.hostname = shortId(id);
  const container: Container = {
    id,
    name,
    node: `${engine.node}/${shortId(id)}`,
    serial: engine.nextSerial++,
    created_ns: world.now_ns,
    links,
    wantedMac: request.mac,
    config,
    hostConfig,
    status: "created",
    pid: 0,
    exitCode: 0,
    error: "",
    startedAt_ns: null,
    finishedAt_ns: null,
    restartCount: 0,
    restartDelay_ns: 0,
    stoppedByHand: false,
    stopping: false,
    sandbox: null,
    sandboxId: "",
    endpoints: {},
    main: null,
    stdin: null,
    files: { ...BASE_FILES, ...IMAGE_FILES },
    log: [],
    collecting: null,
    attached: null,
    waiting: [],
  };
  addFirstEndpoint(engine, container, request);
  engine.containers[id] = container;
  engine.names.set(name, id);
  engine.newest = id;
  containerEvent(world, engine, container, "create");
  return ok(container);
}

/** The containers of --link in the default network, or the daemon's words for the first that isn't there. */
function findLinks(engine: Engine, { hostConfig, links }: ContainerRequest): Container["links"] | string {
  if (hostConfig.networkMode !== "default") return [];
  const found: Container["links"] = [];
  for (const text of links) {
    const { name, alias } = parseLink(text);
    const container = findContainer(engine, name);
    if (!container) return `could not get container for ${name}: No such container: ${name}`;
    found.push({ container: container.id, name: container.name, alias });
  }
  return found;
}

/** "other:alias"; without an alias the name is one. */
export function parseLink(text: string): { name: string; alias: string } {
  const [name = "", alias = name] = text.split(":");
  return { name, alias };
}

/** Why a name cannot be given; null if it can. @param shown how the complaint writes it */
export function refuseName(engine: Engine, name: string, shown = name): string | null {
  if (name === "") return null;
  const bare = name.replace(/^\//, "");
  if (!NAME.test(bare)) {
    return `Invalid container name (${shown}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`;
  }
  const holder = engine.names.get(bare);
  if (holder === undefined) return null;
  return `Conflict. The container name "/${bare}" is already in use by container "${holder}". You have to remove (or rename) that container to be able to reuse that name.`;
}

/** linuxMinMemory */
const MIN_MEMORY = 6 * 1024 * 1024;

/** Options that don't go together (runconfig's validateNetMode). */
function refuseOptions(request: ContainerRequest): string | null {
  const { config, hostConfig } = request;
  const mode = hostConfig.networkMode;
  if (config.cmd === null && config.entrypoint === null) return "No command specified";
  if (config.workingDir !== "" && !config.workingDir.startsWith("/")) {
    return `the working directory '${config.workingDir}' is invalid, it needs to be an absolute path`;
  }
  const capability = refuseCapability("CapAdd", hostConfig.capAdd) ?? refuseCapability("CapDrop", hostConfig.capDrop);
  if (capability !== null) return capability;
  if (hostConfig.memory > 0 && hostConfig.memory < MIN_MEMORY) return "Minimum memory limit allowed is 6MB.";
  if (hostConfig.autoRemove && hostConfig.restartPolicy.name !== "no") {
    return "can't create 'AutoRemove' container with restart policy";
  }
  if (mode === "host" && request.mac !== null) return "conflicting options: mac-address and the network mode";
  if (!mode.startsWith("container:")) return null;
  if (mode === "container:") return "Invalid network mode: invalid container format container:<name|id>";
  if (config.hostname !== "") return "conflicting options: hostname and the network mode";
  if (hostConfig.dns.length > 0) return "conflicting options: dns and the network mode";
  if (hostConfig.extraHosts.length > 0) return "conflicting options: custom host-to-IP mapping and the network mode";
  if (request.mac !== null) return "conflicting options: mac-address and the network mode";
  if (hostConfig.portBindings.length > 0 || hostConfig.publishAll) {
    return "conflicting options: port publishing and the container type network mode";
  }
  return config.exposedPorts.length > 0
    ? "conflicting options: port exposing and the container type network mode"
    : null;
}

/** The network that the mode names, though it need not exist before the start. */
function addFirstEndpoint(engine: Engine, container: Container, request: ContainerRequest): void {
  const { networkMode } = container.hostConfig;
  if (networkMode.startsWith("container:")) return;
  const asked = networkMode === "default" ? "bridge" : networkMode;
  const network = findNetwork(engine, asked);
  const name = network?.name ?? asked;
  const endpoint = newEndpoint("");
  if (request.ip !== null) endpoint.ipamConfig = { ipv4: request.ip };
  endpoint.aliases = [...request.aliases];
  if (networkMode !== "default") endpoint.links = [...request.links];
  if (!isPredefined(name)) addAliases(container, endpoint);
  container.endpoints[name] = endpoint;
}

/** In a user-defined network a container is known by its short id too, and by a hostname of its own. */
export function addAliases(container: Container, endpoint: Endpoint): void {
  for (const alias of [shortId(container.id), container.config.hostname]) {
    if (alias !== "" && !endpoint.aliases.includes(alias)) endpoint.aliases.push(alias);
  }
}

/** Why an endpoint's settings don't suit a network (validateNetworkingConfig); null if they do. */
export function refuseEndpoint(network: Network, endpoint: Endpoint): string | null {
  const ip = endpoint.ipamConfig?.ipv4;
  if (!isUserDefined(network)) {
    if (ip !== undefined) return "user specified IP address is supported on user defined networks only";
    if (endpoint.aliases.length > 0) {
      return "network-scoped alias is supported only for containers in user defined networks";
    }
  }
  return ip !== undefined && !network.subnetGiven
    ? "user specified IP address is supported only when connecting to networks with user configured subnets"
    : null;
}

/** `docker rename`. Null on success. */
export function renameContainer(world: DockerWorld, engine: Engine, container: Container, name: string): string | null {
  const bare = name.replace(/^\//, "");
  if (bare === "") return "Neither old nor new names may be empty";
  if (bare === container.name) return "Renaming a container with the same name as its current name";
  const refused = refuseName(engine, bare, `/${bare}`);
  if (refused !== null) return `Error when allocating new name: ${refused}`;
  engine.names.delete(container.name);
  engine.names.set(bare, container.id);
  const oldName = `/${container.name}`;
  container.name = bare;
  containerEvent(world, engine, container, "rename", { oldName });
  return null;
}

/** Forgets a container that doesn't run. */
export function forgetContainer(world: DockerWorld, engine: Engine, container: Container): void {
  containerEvent(world, engine, container, "destroy");
  delete engine.containers[container.id];
  engine.names.delete(container.name);
  if (engine.newest === container.id) engine.newest = Object.keys(engine.containers).at(-1) ?? "";
}

/** "172.17.0.2/16" of an endpoint, "" while it has no address. */
export function endpointCidr(network: Network, endpoint: Endpoint): string {
  return endpoint.address === null ? "" : `${formatIpv4(endpoint.address)}/${network.subnet?.prefixLength ?? 0}`;
}
