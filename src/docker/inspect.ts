/** `docker inspect` of containers: the Engine API's JSON, in its order of keys (api/types of Engine 20.10). */
import { formatIpv4, formatMac, type Ipv4 } from "../wire/address.ts";
import { rfc3339 } from "./clock.ts";
import { endpointCidr } from "./container/container.ts";
import { findImage } from "./container/images.ts";
import { hostnameOf } from "./container/sandbox.ts";
import { gatewayEndpoint } from "./network/endpoint.ts";
import { attachedContainers, findNetwork } from "./network/network.ts";
import { type GoStruct, type GoValue, hiding, KeyedMap, NIL_MAP, NIL_SLICE, withEmpty } from "./template/value.ts";
import type { Container, DockerWorld, Endpoint, Engine, Network, PublishedPort } from "./types.ts";

const NEVER = "0001-01-01T00:00:00Z";
const MASKED_PATHS =
  "/proc/asound /proc/acpi /proc/kcore /proc/keys /proc/latency_stats /proc/timer_list /proc/timer_stats /proc/sched_debug /proc/scsi /sys/firmware".split(
    " ",
  );
const READONLY_PATHS = "/proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger".split(" ");

function goMap(record: Readonly<Record<string, GoValue>>): ReadonlyMap<string, GoValue> {
  return new Map(Object.entries(record));
}

/** null for an empty list, as Go marshals a nil slice. */
function orNull(list: readonly string[]): GoValue {
  return list.length === 0 ? NIL_SLICE : list;
}

function pathOf(container: Container): string[] {
  return [...(container.config.entrypoint ?? []), ...(container.config.cmd ?? [])];
}

export function inspectContainer(world: DockerWorld, engine: Engine, container: Container): GoStruct {
  const [path, ...args] = pathOf(container);
  const root = `/var/lib/docker/containers/${container.id}`;
  return {
    Id: container.id,
    Created: rfc3339(world, container.created_ns),
    Path: path ?? "",
    Args: args,
    State: inspectState(world, container),
    Image: `sha256:${findImage(container.config.image)?.id ?? ""}`,
    ResolvConfPath: `${root}/resolv.conf`,
    HostnamePath: `${root}/hostname`,
    HostsPath: `${root}/hosts`,
    LogPath: `${root}/${container.id}-json.log`,
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: "overlay2",
    Platform: "linux",
    MountLabel: "",
    ProcessLabel: "",
    AppArmorProfile: "",
    ExecIDs: NIL_SLICE,
    HostConfig: inspectHostConfig(container),
    GraphDriver: {
      Data: goMap({
        LowerDir: `/var/lib/docker/overlay2/${container.id}-init/diff`,
        MergedDir: `/var/lib/docker/overlay2/${container.id}/merged`,
        UpperDir: `/var/lib/docker/overlay2/${container.id}/diff`,
        WorkDir: `/var/lib/docker/overlay2/${container.id}/work`,
      }),
      Name: "overlay2",
    },
    Mounts: [],
    Config: inspectConfig(world, engine, container),
    NetworkSettings: inspectNetworkSettings(engine, container),
  };
}

function inspectState(world: DockerWorld, container: Container): GoStruct {
  const time = (t_ns: number | null) => (t_ns === null ? NEVER : rfc3339(world, t_ns));
  return {
    Status: container.status,
    Running: ["running", "paused", "restarting"].includes(container.status),
    Paused: container.status === "paused",
    Restarting: container.status === "restarting",
    OOMKilled: false,
    Dead: false,
    Pid: container.pid,
    ExitCode: container.exitCode,
    Error: container.error,
    StartedAt: time(container.startedAt_ns),
    FinishedAt: time(container.finishedAt_ns),
  };
}

function inspectHostConfig(container: Container): GoStruct {
  const { hostConfig: h } = container;
  const bindings = new KeyedMap();
  for (const r of h.portBindings) {
    const key = `${r.port}/${r.protocol}`;
    const before = (bindings.get(key) ?? []) as GoValue[];
    bindings.set(key, [...before, { HostIp: r.hostIp, HostPort: r.hostPort }]);
  }
  const { name, maximumRetryCount } = h.restartPolicy;
  const shown: GoStruct = {
    Binds: NIL_SLICE,
    ContainerIDFile: "",
    LogConfig: { Type: "json-file", Config: goMap({}) },
    NetworkMode: h.networkMode,
    PortBindings: bindings,
    RestartPolicy: { Name: name, MaximumRetryCount: maximumRetryCount },
    AutoRemove: h.autoRemove,
    VolumeDriver: "",
    VolumesFrom: NIL_SLICE,
    CapAdd: orNull(h.capAdd),
    CapDrop: orNull(h.capDrop),
    CgroupnsMode: "host",
    Dns: h.dns,
    DnsOptions: h.dnsOptions,
    DnsSearch: h.dnsSearch,
    ExtraHosts: orNull(h.extraHosts),
    GroupAdd: NIL_SLICE,
    IpcMode: "private",
    Cgroup: "",
    Links: orNull(container.links.map((l) => `/${l.name}:/${container.name}/${l.alias}`)),
    OomScoreAdj: 0,
    PidMode: "",
    Privileged: h.privileged,
    PublishAllPorts: h.publishAll,
    ReadonlyRootfs: false,
    SecurityOpt: h.privileged ? ["label=disable"] : NIL_SLICE,
    ...(Object.keys(h.sysctls).length > 0 ? { Sysctls: goMap(h.sysctls) } : {}),
    UTSMode: "",
    UsernsMode: "",
    ShmSize: 67_108_864,
    Runtime: "runc",
    ConsoleSize: [0, 0],
    Isolation: "",
    ...RESOURCES,
    Memory: h.memory,
    NanoCpus: h.nanoCpus,
    MemorySwap: h.memory > 0 ? 2 * h.memory : 0,
    MaskedPaths: h.privileged ? NIL_SLICE : MASKED_PATHS,
    ReadonlyPaths: h.privileged ? NIL_SLICE : READONLY_PATHS,
    ...(h.init ? { Init: true } : {}),
  };
  return Object.keys(h.sysctls).length > 0 ? shown : hiding(shown, "Sysctls", NIL_MAP);
}

/** container.Resources of a container that nobody limited. */
const RESOURCES: GoStruct = {
  CpuShares: 0,
  Memory: 0,
  NanoCpus: 0,
  CgroupParent: "",
  BlkioWeight: 0,
  BlkioWeightDevice: [],
  BlkioDeviceReadBps: NIL_SLICE,
  BlkioDeviceWriteBps: NIL_SLICE,
  BlkioDeviceReadIOps: NIL_SLICE,
  BlkioDeviceWriteIOps: NIL_SLICE,
  CpuPeriod: 0,
  CpuQuota: 0,
  CpuRealtimePeriod: 0,
  CpuRealtimeRuntime: 0,
  CpusetCpus: "",
  CpusetMems: "",
  Devices: [],
  DeviceCgroupRules: NIL_SLICE,
  DeviceRequests: NIL_SLICE,
  KernelMemory: 0,
  KernelMemoryTCP: 0,
  MemoryReservation: 0,
  MemorySwap: 0,
  MemorySwappiness: null,
  OomKillDisable: false,
  PidsLimit: null,
  Ulimits: NIL_SLICE,
  CpuCount: 0,
  CpuPercent: 0,
  IOMaximumIOps: 0,
  IOMaximumBandwidth: 0,
};

function inspectConfig(world: DockerWorld, engine: Engine, container: Container): GoStruct {
  const { config: c } = container;
  const exposed = new KeyedMap(c.exposedPorts.map((p) => [p, {}]));
  const shown: GoStruct = {
    Hostname: hostnameOf(world, engine, container),
    Domainname: c.domainname,
    User: c.user,
    AttachStdin: c.attachStdin,
    AttachStdout: c.attachStdout,
    AttachStderr: c.attachStderr,
    ...(c.exposedPorts.length > 0 ? { ExposedPorts: exposed } : {}),
    Tty: c.tty,
    OpenStdin: c.openStdin,
    StdinOnce: c.stdinOnce,
    Env: c.env,
    Cmd: c.cmd ?? NIL_SLICE,
    Image: c.image,
    Volumes: NIL_MAP,
    WorkingDir: c.workingDir,
    Entrypoint: c.entrypoint ?? NIL_SLICE,
    ...(container.wantedMac === null ? {} : { MacAddress: formatMac(container.wantedMac) }),
    OnBuild: NIL_SLICE,
    Labels: goMap(c.labels),
  };
  return c.exposedPorts.length > 0 ? shown : hiding(shown, "ExposedPorts", NIL_MAP);
}

function inspectNetworkSettings(engine: Engine, container: Container): GoStruct {
  const { sandboxId } = container;
  const networks = new Map<string, GoValue>();
  for (const [name, endpoint] of Object.entries(container.endpoints)) {
    networks.set(name, inspectEndpoint(engine, name, endpoint));
  }
  const first = networks.get("bridge") as GoStruct | undefined;
  const own = (field: string, fallback: GoValue = "") => first?.[field] ?? fallback;
  const key = container.hostConfig.networkMode === "host" ? "default" : sandboxId.slice(0, 12);
  return {
    Bridge: "",
    SandboxID: sandboxId,
    HairpinMode: false,
    LinkLocalIPv6Address: "",
    LinkLocalIPv6PrefixLen: 0,
    Ports: inspectPorts(engine, container),
    SandboxKey: sandboxId === "" ? "" : `/var/run/docker/netns/${key}`,
    SecondaryIPAddresses: NIL_SLICE,
    SecondaryIPv6Addresses: NIL_SLICE,
    EndpointID: own("EndpointID"),
    Gateway: own("Gateway"),
    GlobalIPv6Address: "",
    GlobalIPv6PrefixLen: 0,
    IPAddress: own("IPAddress"),
    IPPrefixLen: own("IPPrefixLen", 0),
    IPv6Gateway: "",
    MacAddress: own("MacAddress"),
    Networks: networks,
  };
}

/** Published ports of a running container, and exposed ones that are not published. */
export function inspectPorts(engine: Engine, container: Container): ReadonlyMap<string, GoValue> {
  const ports = new KeyedMap();
  if (container.sandbox === null || !container.sandbox.own) return ports;
  for (const port of exposedPorts(engine, container)) ports.set(port, null);
  for (const p of publishedPorts(container)) {
    const key = `${p.port}/${p.protocol}`;
    const before = (ports.get(key) ?? []) as GoValue[];
    ports.set(key, [...before, { HostIp: p.hostIp, HostPort: String(p.hostPort) }]);
  }
  return ports;
}

/** Ports that the bridge driver was told of when it gave the container its way out: none in an internal network. */
export function exposedPorts(engine: Engine, container: Container): readonly string[] {
  const out = gatewayEndpoint(engine, container);
  return out && !engine.networks[out.network]?.internal ? container.config.exposedPorts : [];
}

export function publishedPorts(container: Container): PublishedPort[] {
  return Object.values(container.endpoints).flatMap((e) => e.ports);
}

function inspectEndpoint(engine: Engine, name: string, endpoint: Endpoint): GoStruct {
  const network = findNetwork(engine, name);
  const live = endpoint.address !== null;
  return {
    IPAMConfig: endpoint.ipamConfig === null ? null : inspectIpamConfig(endpoint.ipamConfig.ipv4),
    Links: orNull(endpoint.links),
    // `docker network connect` sends an empty list.
    Aliases: endpoint.driverOpts ? endpoint.aliases : orNull(endpoint.aliases),
    NetworkID: endpoint.network,
    EndpointID: endpoint.id,
    Gateway: live && network?.gateway ? formatIpv4(network.gateway) : "",
    IPAddress: endpoint.address === null ? "" : formatIpv4(endpoint.address),
    IPPrefixLen: live ? (network?.subnet?.prefixLength ?? 0) : 0,
    IPv6Gateway: "",
    GlobalIPv6Address: "",
    GlobalIPv6PrefixLen: 0,
    MacAddress: endpoint.mac === null ? "" : formatMac(endpoint.mac),
    DriverOpts: endpoint.driverOpts ? goMap({}) : NIL_MAP,
  };
}

/** EndpointIPAMConfig: what is empty stands in its Go text only. */
function inspectIpamConfig(ip: Ipv4 | undefined): GoStruct {
  const shown: GoStruct = ip === undefined ? {} : { IPv4Address: formatIpv4(ip) };
  return withEmpty(shown, { IPv4Address: "", IPv6Address: "", LinkLocalIPs: NIL_SLICE });
}

export function inspectNetwork(world: DockerWorld, engine: Engine, network: Network): GoStruct {
  const containers = new Map<string, GoValue>();
  for (const c of attachedContainers(engine, network)) {
    const endpoint = c.endpoints[network.name] as Endpoint;
    containers.set(c.id, {
      Name: c.name,
      EndpointID: endpoint.id,
      MacAddress: endpoint.mac === null ? "" : formatMac(endpoint.mac),
      IPv4Address: endpointCidr(network, endpoint),
      IPv6Address: "",
    });
  }
  return {
    Name: network.name,
    Id: network.id,
    Created: rfc3339(world, network.created_ns),
    Scope: "local",
    Driver: network.driver,
    EnableIPv6: false,
    IPAM: inspectIpam(network),
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: "" },
    ConfigOnly: false,
    Containers: containers,
    Options: goMap(network.options),
    Labels: goMap(network.labels),
  };
}

function inspectIpam(network: Network): GoStruct {
  const { subnetShown: subnet, ipRange, auxAddresses, gateway, gatewayShown, name } = network;
  const aux = Object.entries(auxAddresses).map(([key, address]): [string, GoValue] => [key, formatIpv4(address)]);
  const config: GoStruct[] = [];
  if (subnet !== null) {
    const shown = {
      Subnet: `${formatIpv4(subnet.address)}/${subnet.prefixLength}`,
      ...(ipRange === null ? {} : { IPRange: `${formatIpv4(ipRange.address)}/${ipRange.prefixLength}` }),
      ...(gatewayShown && gateway !== null ? { Gateway: formatIpv4(gateway) } : {}),
      ...(aux.length > 0 ? { AuxiliaryAddresses: new Map(aux) } : {}),
    };
    config.push(withEmpty(shown, { Subnet: "", IPRange: "", Gateway: "", AuxiliaryAddresses: NIL_MAP }));
  }
  const predefined = name === "bridge" || name === "host" || name === "none";
  return { Driver: "default", Options: predefined ? NIL_MAP : goMap({}), Config: config };
}
