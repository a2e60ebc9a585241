/** Published ports: which host port a container's port gets, and who has it (libnetwork's portmapper and portallocator). */
import { formatIpv4, parseIpv4 } from "../../wire/address.ts";
import { addPortRules, removePortRules } from "../firewall/firewall.ts";
import type { Container, DockerWorld, Endpoint, Engine, Network, PortRequest, PublishedPort } from "../types.ts";
import { startProxy, stopProxy } from "./docker-proxy.ts";

/** Range of ports for those that nobody chose: net.ipv4.ip_local_port_range. */
const FIRST_PORT = 32768;
const LAST_PORT = 60999;

/** Gives the container's `-p` requests host ports on this endpoint. Null on success, else the portmapper's words. */
export function publishPorts(
  world: DockerWorld,
  engine: Engine,
  container: Container,
  network: Network,
  endpoint: Endpoint,
): string | null {
  // Only the endpoint that is the container's gateway gets its ports.
  if (network.internal || Object.values(container.endpoints).some((e) => e.ports.length > 0)) return null;
  for (const request of container.hostConfig.portBindings) {
    const binding = allocate(engine, container, request);
    if (typeof binding === "string") return binding;
    endpoint.ports.push(binding);
    if (endpoint.address === null) continue;
    const proxy = startProxy(world, engine, endpoint.address, binding);
    if (typeof proxy === "string") return proxy;
    const taken = engine.ports.find((p) => p.binding === binding);
    if (taken) taken.proxy = proxy;
    addPortRules(world, engine, network, endpoint.address, binding);
  }
  return null;
}

/** Frees the endpoint's host ports. */
export function unpublishPorts(
  world: DockerWorld,
  engine: Engine,
  container: Container,
  network: Network,
  endpoint: Endpoint,
): void {
  for (const binding of endpoint.ports) {
    if (endpoint.address !== null) removePortRules(world, engine, network, endpoint.address, binding);
  }
  for (const { container: of, proxy } of engine.ports) {
    if (of === container.id && proxy !== null) stopProxy(world, proxy);
  }
  if (endpoint.ports.length > 0) engine.ports = engine.ports.filter((p) => p.container !== container.id);
  endpoint.ports = [];
}

function allocate(engine: Engine, container: Container, request: PortRequest): PublishedPort | string {
  const hostIp = request.hostIp === "" ? "0.0.0.0" : request.hostIp;
  const [from, to] = portRange(request.hostPort);
  for (let hostPort = from; hostPort <= to; hostPort++) {
    if (isTaken(engine, hostIp, hostPort, request.protocol)) continue;
    const binding = { hostIp, hostPort, port: request.port, protocol: request.protocol };
    engine.ports.push({ container: container.id, binding, proxy: null });
    return binding;
  }
  engine.ports = engine.ports.filter((p) => p.container !== container.id);
  return `Bind for ${hostIp}:${from} failed: port is already allocated`;
}

function portRange(text: string): [number, number] {
  if (text === "") return [FIRST_PORT, LAST_PORT];
  const [from, to] = text.split("-").map(Number);
  return [from as number, to ?? (from as number)];
}

function isTaken(engine: Engine, ip: string, port: number, protocol: PublishedPort["protocol"]): boolean {
  return engine.ports.some(
    ({ binding: b }) =>
      b.hostPort === port && b.protocol === protocol && (b.hostIp === ip || isAny(b.hostIp) || isAny(ip)),
  );
}

function isAny(ip: string): boolean {
  const address = parseIpv4(ip);
  return address !== null && formatIpv4(address) === "0.0.0.0";
}
