/**
 * The records of the Docker Engine (20.10): one `Engine` a machine that runs dockerd, with its networks and containers.
 * Plain data, as everything in a world: ids instead of references. Names follow the Engine's own API where it has one.
 */
import type { DevId, MachineId, NetnsId, Pid, SocketId } from "../kernel/types.ts";
import type { Identities } from "../protocol/scene.ts";
import type { NodeId, ProcId, ShellWorld, StreamId } from "../shell/types.ts";
import type { Cidr, Ipv4, Mac } from "../wire/address.ts";

export interface DockerWorld extends ShellWorld {
  /** By the machine's name. */
  engines: Record<string, Engine>;
}

/** 64 hex digits. */
export type ContainerId = string;
export type NetworkId = string;

export interface Engine {
  machine: MachineId;
  /** The machine's own node. */
  node: NodeId;
  /** The process of dockerd, parent of every container's main process. */
  daemon: ProcId;
  started_ns: number;
  settings: DaemonSettings;
  /** In the order of their creation. */
  networks: Record<NetworkId, Network>;
  containers: Record<ContainerId, Container>;
  /** Who has a name, and whose output a stream carries: with a thousand containers nobody looks through all. */
  names: Map<string, ContainerId>;
  /** The last of `containers`; "" when there are none. */
  newest: ContainerId;
  outputs: Map<StreamId, ContainerId>;
  identities: Identities[string];
  nextSerial: number;
  /** Exit statuses of containers with --rm that are gone, until the CLI that ran them has read them. */
  exits: Record<ContainerId, number>;
  /** Published ports that are taken, each with its userland proxy, or with dockerd's own socket without such proxies. */
  ports: { container: ContainerId; binding: PublishedPort; proxy: ProcId | null; listener: SocketId | null }[];
  /** What `docker events` tells: the latest, and how many there were. */
  events: DockerEvent[];
  eventCount: number;
  /** Where among the default pools the search for a subnet goes on. */
  nextPool: number;
  /** The port that was handed out last in each range, by address, protocol and range. */
  lastPorts: Record<string, number>;
}

export interface DockerEvent {
  t_ns: number;
  type: "container" | "network";
  action: string;
  id: string;
  attributes: Record<string, string>;
}

/** What dockerd's flags say. */
export interface DaemonSettings {
  /** Address and prefix length of docker0. */
  bip: Cidr;
  /** Whether --bip was given: then the gateway stands in the network's IPAM. */
  bipGiven: boolean;
  mtu: number;
  icc: boolean;
  ipMasq: boolean;
  iptables: boolean;
  ipForward: boolean;
  userlandProxy: boolean;
  /** --fixed-cidr: where containers of docker0 get their addresses. */
  fixedCidr: Cidr | null;
  /** --ip: the address of published ports of docker0 that name none. */
  hostBinding: string;
  /** --default-address-pool, cut into subnets; null: Docker's own. */
  addressPools: Cidr[] | null;
  dns: string[];
  dnsSearch: string[];
  dnsOptions: string[];
}

export type NetworkDriver = "bridge" | "host" | "null";

export interface Network {
  id: NetworkId;
  name: string;
  driver: NetworkDriver;
  created_ns: number;
  subnet: Cidr | null;
  /** As it was given: it may have bits behind its mask. */
  subnetShown: Cidr | null;
  /** Whether a person chose the subnet: only then `--ip` is allowed. */
  subnetGiven: boolean;
  ipRange: Cidr | null;
  /** --aux-address: addresses that are kept free, by name. */
  auxAddresses: Record<string, Ipv4>;
  gateway: Ipv4 | null;
  /** Whether `docker network inspect` shows the gateway. */
  gatewayShown: boolean;
  /** Addresses that are taken, the gateway's among them. */
  taken: Ipv4[];
  internal: boolean;
  attachable: boolean;
  options: Record<string, string>;
  labels: Record<string, string>;
  /** `ours`: the Engine made the device, so it goes with the network. */
  bridge: {
    dev: DevId;
    name: string;
    ours: boolean;
    mtu: number;
    icc: boolean;
    masquerade: boolean;
    hostBinding: string;
  } | null;
}

export interface PublishedPort {
  hostIp: string;
  hostPort: number;
  port: number;
  protocol: "tcp" | "udp" | "sctp";
}

/** A `-p` as it was asked for; `hostPort` is "" for "any". */
export interface PortRequest {
  hostIp: string;
  hostPort: string;
  port: number;
  protocol: PublishedPort["protocol"];
}

export interface ContainerConfig {
  hostname: string;
  /** Whether --hostname was given. */
  domainname: string;
  user: string;
  attachStdin: boolean;
  attachStdout: boolean;
  attachStderr: boolean;
  exposedPorts: string[];
  tty: boolean;
  openStdin: boolean;
  stdinOnce: boolean;
  env: string[];
  cmd: string[] | null;
  entrypoint: string[] | null;
  image: string;
  workingDir: string;
  labels: Record<string, string>;
}

export interface RestartPolicy {
  name: "no" | "always" | "unless-stopped" | "on-failure";
  maximumRetryCount: number;
}

export interface HostConfig {
  /** "default", "bridge", "host", "none", "container:<id>" or a network's name. */
  networkMode: string;
  portBindings: PortRequest[];
  publishAll: boolean;
  restartPolicy: RestartPolicy;
  autoRemove: boolean;
  capAdd: string[];
  capDrop: string[];
  privileged: boolean;
  dns: string[];
  dnsSearch: string[];
  dnsOptions: string[];
  extraHosts: string[];
  /** --init: a small init is process 1 and hands signals on. */
  init: boolean;
  /** Bytes; 0 without a limit. */
  memory: number;
  /** Billionths of a processor; 0 without a limit. */
  nanoCpus: number;
  sysctls: Record<string, string>;
}

export type ContainerStatus = "created" | "running" | "paused" | "restarting" | "exited";

export interface Container {
  id: ContainerId;
  /** Without the slash that the Engine's API puts before it. */
  name: string;
  node: NodeId;
  /** Counts the Engine's containers: the numbers of its timers are made of it. */
  serial: number;
  created_ns: number;
  /** --link in the default network. */
  links: { container: ContainerId; name: string; alias: string }[];
  /** --mac-address. */
  wantedMac: Mac | null;
  config: ContainerConfig;
  hostConfig: HostConfig;
  status: ContainerStatus;
  pid: Pid;
  exitCode: number;
  error: string;
  startedAt_ns: number | null;
  finishedAt_ns: number | null;
  restartCount: number;
  /** How long the restart policy waited before the last start. */
  restartDelay_ns: number;
  /** Somebody stopped it: no restart policy starts it again. */
  stoppedByHand: boolean;
  /** `docker stop` or `docker restart` waits for its end. */
  stopping: boolean;
  /** Its network namespace while it runs. */
  sandbox: Sandbox | null;
  /** The sandbox that it has or had last, as inspect goes on showing; "" before its first start. */
  sandboxId: string;
  /** By network name, in the order of connecting. */
  endpoints: Record<string, Endpoint>;
  main: ProcId | null;
  stdin: StreamId | null;
  /** The files of its node, while it doesn't run and so has no node. */
  files: Record<string, string>;
  /** What its main processes have written, over all starts. */
  log: LogLine[];
  /** Streams that collect the main process's stdout and stderr while it runs. */
  collecting: { stdout: StreamId; stderr: StreamId } | null;
  /** Process of the docker CLI that `docker run` or `docker start -a` shows the output through. */
  attached: ProcId | null;
  /** Processes of the docker CLI to wake (by a timer of this slot) when it has ended, and when to: it has been removed. */
  waiting: { proc: ProcId; slot: number }[];
}

export interface LogLine {
  t_ns: number;
  fd: 1 | 2;
  text: string;
}

export interface Sandbox {
  id: string;
  netns: NetnsId;
  /** Made for this container; false for --net=host and --net=container. */
  own: boolean;
  /** Number of the next ethN: it only rises while the container runs. */
  nextEth: number;
  /** Where its default route leads. */
  gateway: { gateway: Ipv4; dev: DevId } | null;
}

/** A container's place in a network, as `docker inspect` shows it. Addresses are null while it doesn't run. */
export interface Endpoint {
  network: NetworkId;
  /** What a person asked for (--ip, --alias); null if nothing. */
  ipamConfig: { ipv4?: Ipv4 } | null;
  aliases: string[];
  driverOpts: boolean;
  /** Whether /etc/hosts has a line for it: disconnecting from any network takes all lines of the container's name away. */
  inHosts: boolean;
  /** --link in a user-defined network, as given: "other:alias". Names for the embedded DNS of this container alone. */
  links: string[];
  /** Pairs that its links let talk while it runs. */
  linked: { parent: Ipv4; child: Ipv4; exposed: readonly string[] }[];
  id: string;
  address: Ipv4 | null;
  mac: Mac | null;
  /** The veth pair: host's end and the container's. */
  hostDev: DevId | null;
  dev: DevId | null;
  ports: PublishedPort[];
}
