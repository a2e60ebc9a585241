/** docker run and docker create. */
import { isTerminal } from "../../../shell/process.ts";
import { releaseStream } from "../../../shell/streams.ts";
import type { Wake } from "../../../shell/types.ts";
import { rfc3339 } from "../../clock.ts";
import { createContainer, findContainer } from "../../container/container.ts";
import { findImage, parseReference } from "../../container/images.ts";
import { awaitExit, leaveContainer, signalContainer, startContainer } from "../../container/lifecycle.ts";
import { forwards } from "../../engine.ts";
import { containerEvent } from "../../events.ts";
import { askRegistry, registryWake } from "../../registry.ts";
import type { Container } from "../../types.ts";
import {
  CALL_NS,
  type Call,
  type DockerCommand,
  die,
  finish,
  fromDaemon,
  isOn,
  later,
  print,
  printError,
  Slot,
  textOf,
} from "../command.ts";
import { endRelay, startRelay } from "../relay.ts";
import { applyImage, parseRequest } from "./run-config.ts";
import { CREATE_FLAGS, RUN_FLAGS } from "./run-flags.ts";

/** From the container's record to its start: the layers are mounted, containerd and runc are called. */
const START_NS = 180_000_000;

/** What the CLI adds to an error of `docker run`. */
function report(call: Call, name: string, message: string, withHelp: boolean): void {
  const help = withHelp ? `\nSee 'docker ${name} --help'.` : "";
  printError(call, `docker: ${message.replace(/\.$/, "")}.${help}\n`);
}

/** Exit status for a container that could not be started. */
function startStatus(message: string): number {
  if (/executable file not found|no such file or directory/.test(message)) return 127;
  return /permission denied/.test(message) ? 126 : 125;
}

/** Makes the container that the flags describe; null when that failed and was reported. */
function make(call: Call, name: "run" | "create", detached: boolean): Container | null {
  const fail = (message: string, status: number, withHelp = true) => {
    if (name === "run") report(call, name, message, withHelp);
    else printError(call, `${message}\n`);
    finish(call, status);
    return null;
  };
  const request = parseRequest(call, detached);
  if (!request.ok) {
    report(call, name, request.error, true);
    finish(call, 125);
    return null;
  }
  const { config } = request.value;
  if (name === "run" && !detached && config.tty && config.attachStdin && !isTerminal(call.sys, 0)) {
    die(call, "the input device is not a TTY");
    return null;
  }
  const reference = parseReference(config.image);
  const image = findImage(config.image);
  const status = name === "run" ? 125 : 1;
  if (!reference) {
    const lower = parseReference(config.image.toLowerCase()) === null ? "" : ": repository name must be lowercase";
    return fail(`invalid reference format${lower}`, status);
  }
  const pull = textOf(call, "pull") || "missing";
  if (!/^(missing|always|never)$/.test(pull))
    return fail(`invalid pull option: '${pull}': must be one of "always", "missing" or "never"`, status);
  if (!image && pull === "never") {
    return fail(fromDaemon(`No such image: ${reference.familiar}:${reference.tag}`), status);
  }
  if (pull === "always") {
    askRegistry(call);
    return null;
  }
  if (!image) {
    printError(call, `Unable to find image '${reference.familiar}:${reference.tag}' locally\n`);
    askRegistry(call);
    return null;
  }
  const networks = call.flags.values.network ?? [];
  if (networks.length > 1) {
    return fail(fromDaemon(`Container cannot be connected to network endpoints: ${networks.join(", ")}`), status);
  }
  applyImage(request.value, image);
  const made = createContainer(call.daemon.world, call.daemon.engine, request.value);
  if (!made.ok) return fail(fromDaemon(made.error), status);
  for (const warning of warnings(call, made.value)) printError(call, `WARNING: ${warning}\n`);
  return made.value;
}

/** What the daemon has to say about a container that it has made (verifyPlatformContainerSettings). */
function warnings(call: Call, { hostConfig }: Container): string[] {
  const { networkMode, portBindings } = hostConfig;
  const out: string[] = [];
  if (networkMode !== "host" && networkMode !== "none" && !forwards(call.daemon)) {
    out.push("IPv4 forwarding is disabled. Networking will not work.");
  }
  if (networkMode === "host" && portBindings.length > 0) {
    out.push("Published ports are discarded when using host network mode");
  }
  return out;
}

/** What became of looking for an image that isn't here; true while that is what the call waits for. */
function isPulling(call: Call, name: "run" | "create", why: Wake): boolean {
  if (call.state.registry === null || why.type === "signal") return false;
  const said = registryWake(call, why);
  if (said === null) return true;
  if (name === "run") report(call, name, fromDaemon(said), true);
  else printError(call, `${fromDaemon(said)}\n`);
  finish(call, name === "run" ? 125 : 1);
  return true;
}

function runRun(call: Call): void {
  const detached = isOn(call, "detach");
  if (detached && call.flags.values.attach) return die(call, "Conflicting options: -a and -d");
  const container = make(call, "run", detached);
  if (!container) return;
  call.state.container = container.id;
  const { attachStdout, attachStderr } = container.config;
  if (!attachStdout && !attachStderr) print(call, `${container.id}\n`);
  later(call, "start", START_NS);
}

function start(call: Call): void {
  const { daemon, sys } = call;
  const container = findContainer(daemon.engine, call.state.container);
  if (!container) return die(call, fromDaemon(`No such container: ${call.state.container}`));
  const { attachStdin, attachStdout, attachStderr } = container.config;
  const attached = attachStdin || attachStdout || attachStderr;
  if (attached) containerEvent(daemon.world, daemon.engine, container, "attach");
  const refused = startContainer(daemon, container, attached ? sys.proc.id : null);
  if (refused !== null) {
    report(call, "run", fromDaemon(refused), false);
    // Who waits for a container's next exit hears that nothing comes.
    if (attached && !container.hostConfig.autoRemove) {
      const time = rfc3339(daemon.world, daemon.world.now_ns).replace(/\.\d+Z$/, "Z");
      printError(call, `time="${time}" level=error msg="error waiting for container: context canceled"\n`);
    }
    return finish(call, startStatus(refused));
  }
  if (!attached) return later(call, "done", CALL_NS * 2);
  if (container.stdin !== null && attachStdin) {
    startRelay(call, container.stdin);
    // StdinOnce: the end of what is typed here is the end of the container's stdin.
    releaseStream(daemon.world, container.stdin, "write");
    container.stdin = null;
  }
  call.state.step = "attached";
  awaitExit(container, sys.proc.id, Slot.EXITED);
}

/** The foreground container has ended: its status is ours. */
function ended(call: Call): void {
  const { engine } = call.daemon;
  const { container } = call.state;
  endRelay(call);
  const status = engine.exits[container] ?? engine.containers[container]?.exitCode ?? 0;
  delete engine.exits[container];
  finish(call, status);
}

function resumeRun(call: Call, why: Wake): void {
  if (isPulling(call, "run", why)) return;
  const container = call.daemon.engine.containers[call.state.container];
  if (why.type === "detach") {
    const { tty = false, attachStdin = false } = container?.config ?? {};
    if (call.state.step !== "attached" || !container || !tty || !attachStdin) return;
    leaveContainer(call.daemon, container, call.sys.proc);
    finish(call);
  } else if (why.type === "signal") {
    if (call.state.step === "attached" && container) signalContainer(call.daemon, container, why.signal);
    else finish(call, 130);
  } else if (why.type === "timer" && why.slot === Slot.EXITED) {
    ended(call);
  } else if (call.state.step === "start") {
    start(call);
  } else {
    finish(call);
  }
}

const SHAPE = { args: { min: 1, max: Number.POSITIVE_INFINITY }, flagsFirst: true } as const;

export const RUN: DockerCommand = {
  path: "run",
  use: "run [OPTIONS] IMAGE [COMMAND] [ARG...]",
  short: "Run a command in a new container",
  ...SHAPE,
  flags: RUN_FLAGS,
  detaches: true,
  run: runRun,
  resume: resumeRun,
};

export const CREATE: DockerCommand = {
  path: "create",
  use: "create [OPTIONS] IMAGE [COMMAND] [ARG...]",
  short: "Create a new container",
  ...SHAPE,
  flags: CREATE_FLAGS,
  run(call) {
    const container = make(call, "create", false);
    if (!container) return;
    print(call, `${container.id}\n`);
    finish(call);
  },
  resume(call, why) {
    if (!isPulling(call, "create", why)) finish(call, 130);
  },
};
