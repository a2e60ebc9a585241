/** Published ports: which host port a container's port gets, and who has it (libnetwork's portmapper and portallocator). */
import { formatIpv4, parseIpv4 } from "../../wire/address.ts";
import { addPortRules, removePortRules } from "../firewall/firewall.ts";
import type { Container, DockerWorld, Endpoint, Engine, Network, PortRequest, PublishedPort } from "../types.ts";
import { closeListener, openListener, startProxy, stopProxy } from "./docker-proxy.ts";

/** Range of ports for those that nobody chose: net.ipv4.ip_local_port_range. */
const FIRST_PORT = 32768;
const LAST_PORT = 60999;
/** How often the bridge driver looks for another port when one cannot be bound (maxAllocatePortAttempts). */
const ATTEMPTS = 10;

/** Gives the container's `-p` requests host ports on this endpoint. Null on success, else the portmapper's words. */
export function publishPorts(
  world: DockerWorld,
  engine: Engine,
  container: Container,
  network: Network,
  endpoint: Endpoint,
): string | null {
  for (const request of sortRequests(container.hostConfig.portBindings)) {
    const hostIp = request.hostIp === "" ? (network.bridge?.hostBinding ?? "0.0.0.0") : request.hostIp;
    const refused = mapPort(world, engine, container, network, endpoint, { ...request, hostIp });
    if (refused !== null) return refused;
  }
  return null;
}

/**
 * The order in which ports are mapped (nat.SortPortMap): larger host ports first, then larger ports, then TCP. Its `less` is
 * no order in the strict sense, so it is sorted as Go sorts so few, by insertion.
 */
function sortRequests(requests: readonly PortRequest[]): PortRequest[] {
  const number = (r: PortRequest) => Number(/^\d+$/.test(r.hostPort) ? r.hostPort : 0);
  const less = (x: PortRequest, y: PortRequest) =>
    number(x) > number(y) || x.port > y.port || (x.port === y.port && x.protocol === "tcp");
  const sorted = [...requests];
  for (let i = 1; i < sorted.length; i++) {
    for (let j = i; j > 0 && less(sorted[j] as PortRequest, sorted[j - 1] as PortRequest); j--) {
      [sorted[j - 1], sorted[j]] = [sorted[j] as PortRequest, sorted[j - 1] as PortRequest];
    }
  }
  // The ports stand in the order of their first binding, each with its bindings.
  const key = (r: PortRequest) => `${r.port}/${r.protocol}`;
  return [...new Set(sorted.map(key))].flatMap((k) => sorted.filter((r) => key(r) === k));
}

/** One port: allocated, listened to, and with its rules. A port that nobody chose is tried with the next ones, too. */
function mapPort(
  world: DockerWorld,
  engine: Engine,
  container: Container,
  network: Network,
  endpoint: Endpoint,
  request: PortRequest,
): string | null {
  const { address } = endpoint;
  if (address === null) return null;
  let refused: string | null = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const binding = allocate(engine, request);
    if (typeof binding === "string") return binding;
    const listening = listen(world, engine, address, binding);
    if (typeof listening !== "string") {
      engine.ports.push({ container: container.id, binding, ...listening });
      const failed = addPortRules(world, engine, network, address, binding);
      if (failed === null) endpoint.ports.push(binding);
      return failed;
    }
    refused = listening;
    if (/^[1-9]\d*$/.test(request.hostPort)) break;
  }
  return refused;
}

/** docker-proxy, or without it a socket that only keeps the port taken (the portmapper's dummyProxy). */
function listen(world: DockerWorld, engine: Engine, address: NonNullable<Endpoint["address"]>, binding: PublishedPort) {
  if (!engine.settings.userlandProxy) {
    const listener = openListener(world, engine, binding);
    return typeof listener === "string" ? listener : { proxy: null, listener };
  }
  const proxy = startProxy(world, engine, address, binding);
  return typeof proxy === "string" ? proxy : { proxy, listener: null };
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
  for (const { container: of, proxy, listener } of engine.ports) {
    if (of !== container.id) continue;
    if (proxy !== null) stopProxy(world, proxy);
    if (listener !== null) closeListener(world, listener);
  }
  engine.ports = engine.ports.filter((p) => p.container !== container.id);
  endpoint.ports = [];
}

/** portallocator.RequestPortInRange: each address and protocol counts for itself; a range goes on behind its last port. */
function allocate(engine: Engine, request: PortRequest): PublishedPort | string {
  const { hostIp, protocol, port } = request;
  const any = request.hostPort === "" || Number(request.hostPort) === 0;
  const [from, to] = any ? [FIRST_PORT, LAST_PORT] : portRange(request.hostPort);
  if (from === to) {
    if (!isTaken(engine, hostIp, from, protocol)) return { hostIp, hostPort: from, port, protocol };
    return `Bind for ${hostIp}:${from} failed: port is already allocated`;
  }
  const key = `${hostIp} ${protocol} ${from}-${to}`;
  let hostPort = engine.lastPorts[key] ?? to;
  for (let i = from; i <= to; i++) {
    hostPort = hostPort >= to ? from : hostPort + 1;
    if (isTaken(engine, hostIp, hostPort, protocol)) continue;
    engine.lastPorts[key] = hostPort;
    return { hostIp, hostPort, port, protocol };
  }
  return "all ports are allocated";
}

function portRange(text: string): [number, number] {
  const [from, to] = text.split("-").map(Number);
  return [from as number, to ?? (from as number)];
}

function isTaken(engine: Engine, ip: string, port: number, protocol: PublishedPort["protocol"]): boolean {
  return engine.ports.some(
    ({ binding: b }) => b.hostPort === port && b.protocol === protocol && sameAddress(b.hostIp, ip),
  );
}

function sameAddress(x: string, y: string): boolean {
  const [a, b] = [parseIpv4(x), parseIpv4(y)];
  return x === y || (a !== null && b !== null && formatIpv4(a) === formatIpv4(b));
}
