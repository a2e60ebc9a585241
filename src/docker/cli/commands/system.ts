/** docker version and docker info. */

import { IMAGES } from "../../container/images.ts";
import { compileTemplate, executeTemplate } from "../../template/execute.ts";
import type { GoStruct } from "../../template/value.ts";
import { formatValue } from "../../template/value.ts";
import { type Call, type DockerCommand, die, finish, print, textOf } from "../command.ts";
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

function information(call: Call): GoStruct {
  const { world, engine } = call.daemon;
  const containers = Object.values(engine.containers);
  const running = containers.filter((c) => c.status === "running").length;
  return {
    Containers: containers.length,
    ContainersRunning: running,
    ContainersPaused: 0,
    ContainersStopped: containers.length - running,
    Images: IMAGES.length,
    Driver: "overlay2",
    LoggingDriver: "json-file",
    CgroupDriver: "systemd",
    CgroupVersion: "2",
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
      `Client:\n Context:    default\n Debug Mode: false\n\nServer:\n Containers: ${i("Containers")}\n  Running: ${i("ContainersRunning")}\n  Paused: 0\n  Stopped: ${i("ContainersStopped")}\n Images: ${i("Images")}\n Server Version: ${VERSION}\n Storage Driver: overlay2\n Logging Driver: json-file\n Cgroup Driver: systemd\n Cgroup Version: 2\n Plugins:\n  Network: bridge host null\n  Log: json-file\n Swarm: inactive\n Default Runtime: runc\n Kernel Version: ${KERNEL}\n Operating System: ${i("OperatingSystem")}\n OSType: linux\n Architecture: x86_64\n Name: ${i("Name")}\n Docker Root Dir: /var/lib/docker\n Debug Mode: false\n Live Restore Enabled: false\n\n`,
    );
    finish(call);
  },
};
