/** Where a container's processes run: its network namespace and its node with the files that Docker writes. */
import { assert } from "../../base/assert.ts";
import { devOpen } from "../../kernel/netdev/device.ts";
import { createNetns, destroyNetns } from "../../kernel/netns.ts";
import { sysctlSet } from "../../kernel/sysctl.ts";
import { netns } from "../../kernel/world.ts";
import { signalProc } from "../../shell/process.ts";
import type { Programs } from "../../shell/types.ts";
import { formatIpv4 } from "../../wire/address.ts";
import { macDraws, newSandboxId } from "../ids.ts";
import { EMBEDDED_DNS_TEXT, startEmbeddedDns } from "../names/embedded-dns.ts";
import { isUserDefined } from "../network/network.ts";
import type { Container, DockerWorld, Endpoint, Engine, Sandbox } from "../types.ts";
import { capabilities, capabilityLines } from "./capabilities.ts";
import { linkEnv, linkHosts, tellLinked } from "./links.ts";

const HOSTS =
  "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nff00::0\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";
/** What Docker sets in a namespace of the container's own (daemon/oci_linux.go). */
const SYSCTLS: readonly (readonly [string, string])[] = [
  ["net.ipv4.ip_unprivileged_port_start", "0"],
  ["net.ipv4.ping_group_range", "0 2147483647"],
];

/** The container whose namespace `--net=container:…` names, by the mode's word; null for other modes. */
export function sharedContainer(engine: Engine, container: Container): Container | null {
  const { networkMode } = container.hostConfig;
  return networkMode.startsWith("container:") ? (engine.containers[networkMode.slice(10)] ?? null) : null;
}

/** Makes the container's sandbox and its node. Its networks are attached afterwards. */
export function createSandbox(world: DockerWorld, engine: Engine, container: Container): void {
  const machine = world.machines[engine.machine];
  assert(machine, `no machine ${engine.machine}`);
  const shared = sharedContainer(engine, container);
  const common: Omit<Sandbox, "netns" | "own"> = { id: newSandboxId(world), nextEth: 0, gateway: null };
  if (shared?.sandbox) {
    container.sandbox = { ...common, id: shared.sandbox.id, netns: shared.sandbox.netns, own: false };
  } else if (container.hostConfig.networkMode === "host") {
    container.sandbox = { ...common, netns: machine.initNetns, own: false };
  } else {
    const own = createNetns(world, machine.id, null);
    own.macDraws = macDraws(engine.identities.containers?.[container.name]?.links);
    devOpen(world, own.lo);
    for (const [name, value] of [...SYSCTLS, ...Object.entries(container.hostConfig.sysctls)]) {
      sysctlSet(world, own.id, name, value);
    }
    container.sandbox = { ...common, netns: own.id, own: true };
  }
  container.sandboxId = container.sandbox.id;
  addNode(world, engine, container);
}

function addNode(world: DockerWorld, engine: Engine, container: Container): void {
  const { config, hostConfig, sandbox } = container;
  assert(sandbox, `${container.name} has no sandbox`);
  const env: Record<string, string> = {};
  for (const pair of config.env) {
    const equals = pair.indexOf("=");
    if (equals > 0) env[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  const { capAdd, capDrop, privileged } = hostConfig;
  const status = capabilityLines(capAdd, capDrop, privileged);
  world.nodes[container.node] = {
    id: container.node,
    machine: engine.machine,
    netns: sandbox.netns,
    hostname: hostnameOf(world, engine, container),
    files: { ...container.files, "/proc/1/status": status, "/proc/self/status": status },
    env,
    caps: capabilities(capAdd, capDrop, privileged),
    missing: ["docker", "dockerd", "sudo"],
    cwd: config.workingDir === "" ? "/" : config.workingDir,
  };
  container.files = {};
}

/** Its own name, or that of the host or container whose network it shares. */
export function hostnameOf(world: DockerWorld, engine: Engine, container: Container): string {
  const shared = sharedContainer(engine, container);
  if (shared) return hostnameOf(world, engine, shared);
  return container.config.hostname || (world.nodes[engine.node]?.hostname ?? "");
}

/** Writes /etc/hostname, /etc/hosts and /etc/resolv.conf as they are with the networks that the container is in now. */
export function writeNetworkFiles(world: DockerWorld, engine: Engine, container: Container): void {
  const node = world.nodes[container.node];
  if (!node) return;
  const shared = sharedContainer(engine, container);
  const source = shared ? world.nodes[shared.node] : undefined;
  if (source) {
    for (const path of ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"]) node.files[path] = source.files[path] ?? "";
    return;
  }
  for (const pair of linkEnv(engine, container)) {
    const equals = pair.indexOf("=");
    node.env[pair.slice(0, equals)] ??= pair.slice(equals + 1);
  }
  node.files["/etc/hostname"] = `${node.hostname}\n`;
  node.files["/etc/hosts"] = hostsFile(world, engine, container);
  tellLinked(world, engine, container);
  node.files["/etc/resolv.conf"] = resolvConf(world, engine, container);
}

function hostsFile(world: DockerWorld, engine: Engine, container: Container): string {
  const { hostConfig, config } = container;
  const host = world.nodes[engine.node]?.files["/etc/hosts"];
  let text = hostConfig.networkMode === "host" ? (host ?? HOSTS) : HOSTS;
  for (const entry of hostConfig.extraHosts) {
    const colon = entry.indexOf(":");
    const address = entry.slice(colon + 1);
    const docker0 = formatIpv4(engine.settings.bip.address);
    text += `${address === "host-gateway" ? docker0 : address}\t${entry.slice(0, colon)}\n`;
  }
  text += linkHosts(engine, container);
  for (const endpoint of Object.values(container.endpoints)) {
    if (endpoint.address === null || !endpoint.inHosts) continue;
    text += `${formatIpv4(endpoint.address)}\t${hostNames(config.hostname, config.domainname)}\n`;
  }
  return text;
}

/** The full name and, if it has a domain, the bare one behind it (etchosts.Build). */
function hostNames(hostname: string, domainname: string): string {
  const full = domainname === "" ? hostname : `${hostname}.${domainname}`;
  const dot = full.indexOf(".");
  return dot < 0 ? full : `${full} ${full.slice(0, dot)}`;
}

/** The file's text; in a user-defined network the Engine's own server stands there, and is started. */
function resolvConf(world: DockerWorld, engine: Engine, container: Container): string {
  const { hostConfig } = container;
  const { settings } = engine;
  const ofHost = world.nodes[engine.node]?.files["/etc/resolv.conf"] ?? "";
  if (hostConfig.networkMode === "host" && hostConfig.dns.length === 0) return ofHost;
  const first = (...lists: string[][]) => lists.find((l) => l.length > 0) ?? [];
  const words = (key: string) => {
    const lines = ofHost.split("\n").filter((l) => l.startsWith(`${key} `));
    return lines.flatMap((l) => l.split(/\s+/).slice(1)).filter((w) => w !== "");
  };
  const servers = first(
    hostConfig.dns,
    settings.dns,
    words("nameserver").filter((s) => !s.startsWith("127.")),
  );
  const search = first(hostConfig.dnsSearch, settings.dnsSearch, words("search")).filter((s) => s !== ".");
  const options = first(hostConfig.dnsOptions, settings.dnsOptions, words("options"));
  const embedded = usesEmbeddedDns(engine, container);
  if (embedded) startEmbeddedDns(world, engine, container, servers);
  let text = search.length > 0 ? `search ${search.join(" ")}\n` : "";
  for (const server of embedded ? [EMBEDDED_DNS_TEXT] : first(servers, ["8.8.8.8", "8.8.4.4"])) {
    text += `nameserver ${server}\n`;
  }
  if (embedded && !options.some((o) => o.startsWith("ndots:"))) options.push("ndots:0");
  return options.length > 0 ? `${text}options ${options.join(" ")}\n` : text;
}

/** Whether one of its live endpoints is in a user-defined network. */
export function usesEmbeddedDns(engine: Engine, container: Container): boolean {
  return Object.values(container.endpoints).some((e: Endpoint) => {
    const network = engine.networks[e.network];
    return e.id !== "" && network !== undefined && isUserDefined(network);
  });
}

/** Ends every process of the container, forgets its node and its terminals, and destroys the namespace that nobody uses any more. */
export function destroySandbox(world: DockerWorld, programs: Programs, container: Container): void {
  const { sandbox } = container;
  for (const proc of world.procs) {
    if (proc?.node === container.node) signalProc(world, programs, proc.id, "SIGKILL");
  }
  for (const [sink, terminal] of Object.entries(world.terminals)) {
    if (terminal.node === container.node) delete world.terminals[sink];
  }
  container.files = world.nodes[container.node]?.files ?? container.files;
  delete world.nodes[container.node];
  container.sandbox = null;
  if (!sandbox || isShared(world, sandbox)) return;
  const space = netns(world, sandbox.netns);
  if (world.machines[space.machine]?.initNetns !== space.id) destroyNetns(world, space);
}

/** Another container that runs in this namespace keeps it alive. */
function isShared(world: DockerWorld, sandbox: Sandbox): boolean {
  return Object.values(world.engines).some((engine) =>
    Object.values(engine.containers).some((c) => c.sandbox !== null && c.sandbox.netns === sandbox.netns),
  );
}
