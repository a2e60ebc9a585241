/** docker version and docker info. */

import { sysctlGet } from "../../../kernel/sysctl.ts";
import { IMAGES } from "../../container/images.ts";
import { forwards } from "../../engine.ts";
import { compileTemplate, executeTemplate } from "../../template/execute.ts";
import { formatValue, type GoStruct, NIL_SLICE } from "../../template/value.ts";
import { type Call, type DockerCommand, die, finish, print, printError, textOf } from "../command.ts";
import { flag } from "../flags.ts";
import { alignColumns } from "../table.ts";
import { API_VERSION, BUILT, GIT_COMMIT, GO_VERSION, KERNEL, SERVER_COMMIT, VERSION } from "../version.ts";

const FORMAT = flag("format|f", "string", "Format the output using the given Go template");

const VERSIONS: GoStruct = {
  Client: {
    Platform: { Name: "" },
    Version: VERSION,
    ApiVersion: API_VERSION,
    DefaultAPIVersion: API_VERSION,
    APIVersion: API_VERSION,
    GitCommit: GIT_COMMIT,
    GoVersion: GO_VERSION,
    Os: "linux",
    Arch: "amd64",
    BuildTime: BUILT,
    Context: "default",
    Experimental: true,
  },
  Server: {
    Platform: { Name: "" },
    Version: VERSION,
    ApiVersion: API_VERSION,
    APIVersion: API_VERSION,
    MinAPIVersion: "1.12",
    GitCommit: SERVER_COMMIT,
    GoVersion: GO_VERSION,
    Os: "linux",
    Arch: "amd64",
    KernelVersion: KERNEL,
    BuildTime: BUILT,
  },
};

/** Prints `value` by the template of --format; false when there is none. */
function byTemplate(call: Call, value: GoStruct): boolean {
  const source = textOf(call, "format");
  if (source === "") return false;
  const compiled = compileTemplate(source);
  const result = compiled.ok ? executeTemplate(compiled.template, value, { typeName: null }) : compiled;
  if (result.ok) {
    print(call, `${(result as { text: string }).text}\n`);
    finish(call);
  } else {
    die(call, `template parsing error: ${result.error}`, 64);
  }
  return true;
}

const VERSION_TEXT = `Client:
 Version:\t${VERSION}
 API version:\t${API_VERSION}
 Go version:\t${GO_VERSION}
 Git commit:\t${GIT_COMMIT}
 Built:\t${BUILT}
 OS/Arch:\tlinux/amd64
 Context:\tdefault
 Experimental:\ttrue

Server:
 Engine:
  Version:\t${VERSION}
  API version:\t${API_VERSION} (minimum version 1.12)
  Go version:\t${GO_VERSION}
  Git commit:\t${SERVER_COMMIT}
  Built:\t${BUILT}
  OS/Arch:\tlinux/amd64
  Experimental:\tfalse
 containerd:
  Version:\t1.6.20~ds1
  GitCommit:\t1.6.20~ds1-1+deb12u3
 runc:
  Version:\t1.1.5+ds1
  GitCommit:\t1.1.5+ds1-1+deb12u1
 docker-init:
  Version:\t0.19.0
  GitCommit:\t
`;

export const VERSION_COMMAND: DockerCommand = {
  path: "version",
  use: "version [OPTIONS]",
  short: "Show the Docker version information",
  args: { min: 0, max: 0 },
  flags: [FORMAT],
  run(call) {
    if (byTemplate(call, VERSIONS)) return;
    print(call, alignColumns(VERSION_TEXT, 20, 1));
    finish(call);
  },
};

const NETWORK_DRIVERS = "bridge host ipvlan macvlan null overlay".split(" ");
const LOG_DRIVERS = "awslogs fluentd gcplogs gelf journald json-file local logentries splunk syslog".split(" ");

function information(call: Call): GoStruct {
  const { world, engine } = call.daemon;
  const containers = Object.values(engine.containers);
  const running = containers.filter((c) => c.status === "running").length;
  const paused = containers.filter((c) => c.status === "paused").length;
  return {
    Containers: containers.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: containers.length - running - paused,
    Images: IMAGES.length,
    Driver: "overlay2",
    Plugins: { Volume: ["local"], Network: NETWORK_DRIVERS, Authorization: NIL_SLICE, Log: LOG_DRIVERS },
    LoggingDriver: "json-file",
    CgroupDriver: "cgroupfs",
    CgroupVersion: "1",
    BridgeNfIptables: (world.machines[engine.machine]?.sysctl["net.bridge.bridge-nf-call-iptables"] ?? 1) === 1,
    KernelVersion: KERNEL,
    OperatingSystem: "Debian GNU/Linux 12 (bookworm)",
    OSType: "linux",
    Architecture: "x86_64",
    Name: world.nodes[engine.node]?.hostname ?? engine.node,
    DockerRootDir: "/var/lib/docker",
    ServerVersion: VERSION,
    DefaultRuntime: "runc",
  };
}

/** What the daemon finds switched off (daemon/info.go). */
function serverWarnings(call: Call): string[] {
  const { world, engine } = call.daemon;
  const space = world.machines[engine.machine]?.initNetns;
  const isOff = (name: string) => space !== undefined && sysctlGet(world, space, name) === "0";
  const calls = ["bridge-nf-call-iptables", "bridge-nf-call-ip6tables"].filter((name) => isOff(`net.bridge.${name}`));
  return [...(forwards(call.daemon) ? [] : ["IPv4 forwarding"]), ...calls];
}

export const INFO: DockerCommand = {
  path: "info",
  use: "info [OPTIONS]",
  short: "Display system-wide information",
  args: { min: 0, max: 0 },
  flags: [FORMAT],
  run(call) {
    const info = information(call);
    if (byTemplate(call, info)) return;
    const i = (key: string) => formatValue(info[key] ?? null);
    print(
      call,
      `Client:
 Context:    default
 Debug Mode: false

Server:
 Containers: ${i("Containers")}
  Running: ${i("ContainersRunning")}
  Paused: ${i("ContainersPaused")}
  Stopped: ${i("ContainersStopped")}
 Images: ${i("Images")}
 Server Version: ${VERSION}
 Storage Driver: overlay2
  Backing Filesystem: extfs
  Supports d_type: true
  Native Overlay Diff: true
  userxattr: false
 Logging Driver: json-file
 Cgroup Driver: cgroupfs
 Cgroup Version: 1
 Plugins:
  Volume: local
  Network: ${NETWORK_DRIVERS.join(" ")}
  Log: ${LOG_DRIVERS.join(" ")}
 Swarm: inactive
 Runtimes: io.containerd.runc.v2 io.containerd.runtime.v1.linux runc
 Default Runtime: runc
 Init Binary: docker-init
 containerd version: 1.6.20~ds1-1+deb12u3
 runc version: 1.1.5+ds1-1+deb12u1
 init version: 
 Security Options:
  seccomp
   Profile: default
 Kernel Version: ${KERNEL}
 Operating System: ${i("OperatingSystem")}
 OSType: linux
 Architecture: x86_64
 CPUs: 4
 Total Memory: 23.54GiB
 Name: ${i("Name")}
 Docker Root Dir: /var/lib/docker
 Debug Mode: false
 Registry: https://index.docker.io/v1/
 Labels:
 Experimental: false
 Insecure Registries:
  127.0.0.0/8
 Live Restore Enabled: false

`,
    );
    for (const warning of serverWarnings(call)) printError(call, `WARNING: ${warning} is disabled\n`);
    finish(call);
  },
};
