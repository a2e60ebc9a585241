/** Starting, ending and restarting the main process of a container (daemon/start.go, kill.go, stop.go, monitor.go). */
import { assert } from "../../base/assert.ts";
import { EISDIR, findProgram, readFile } from "../../shell/files.ts";
import {
  cancelTimer,
  doesCatch,
  freeze,
  isTerminal,
  proc,
  SIGNAL_NUMBER,
  setTimer,
  signalProc,
  spawn,
  thaw,
} from "../../shell/process.ts";
import {
  addStream,
  awaitStream,
  holdStream,
  nullStream,
  peekStream,
  pipeStream,
  releaseStream,
  takeStream,
  writeStream,
} from "../../shell/streams.ts";
import { findUser } from "../../shell/system/users.ts";
import type { NodeRecord, Proc, ProcId, Programs, Signal, StreamId } from "../../shell/types.ts";
import { containerEvent, networkEvent } from "../events.ts";
import { addEndpoint, detach, joinSandbox, sortedEndpoints } from "../network/endpoint.ts";
import { findNetwork, isPredefined, isUserDefined } from "../network/network.ts";
import type { Container, DockerWorld, Endpoint, Engine } from "../types.ts";
import { addAliases, forgetContainer, refuseEndpoint } from "./container.ts";
import { refuseLinks } from "./links.ts";
import { createSandbox, destroySandbox, sharedContainer, writeNetworkFiles } from "./sandbox.ts";
import { moveAway, terminalEnv } from "./terminal.ts";

/** From the end of a main process until those who wait for it hear of it: the shim and the network are cleaned up. */
const TEARDOWN_NS = 50_000_000;
/** From the end of a main process until dockerd hears of it from containerd: what its sockets say last still gets through. */
const NOTICE_NS = 30_000_000;
/** restartmanager: first delay, and how long a container must have run for the delay to start anew. */
const RESTART_DELAY_NS = 100_000_000;
const RESTART_DELAY_MAX_NS = 60_000_000_000;
const RESTART_RESET_NS = 10_000_000_000;

/** What the functions here work on. Made anew for each call. */
export interface Daemon {
  world: DockerWorld;
  programs: Programs;
  engine: Engine;
}

/** Timers of dockerd for each container. */
export const SLOTS = 3;

export function killSlot(container: Container): number {
  return container.serial * SLOTS;
}
export function restartSlot(container: Container): number {
  return container.serial * SLOTS + 1;
}
export function endSlot(container: Container): number {
  return container.serial * SLOTS + 2;
}

function daemonSys(d: Daemon) {
  return { world: d.world, programs: d.programs, proc: proc(d.world, d.engine.daemon) };
}

/** Starts a container. `attached`: the process of the CLI that gets its output. Null on success, else the daemon's words. */
export function startContainer(d: Daemon, container: Container, attached: ProcId | null): string | null {
  if (container.status === "running") return null;
  if (container.status === "paused") return "cannot start a paused container, try unpause instead";
  const refused = prepare(d, container) ?? run(d, container, attached);
  if (refused === null) {
    container.error = "";
    return null;
  }
  container.error = refused;
  container.exitCode = /executable file not found|no such file or directory/.test(refused) ? 127 : 128;
  release(d, container);
  if (container.hostConfig.autoRemove) forgetContainer(d.world, d.engine, container);
  return refused;
}

/** Sandbox and networks. */
function prepare(d: Daemon, container: Container): string | null {
  const { engine, world } = d;
  const { networkMode } = container.hostConfig;
  if (networkMode.startsWith("container:")) {
    const joined = sharedContainer(engine, container);
    if (!joined) return `No such container: ${networkMode.slice("container:".length)}`;
    if (joined.sandbox === null) return `cannot join network of a non running container: ${joined.id}`;
  }
  const refusedEarly = refuseLinks(engine, container) ?? refuseSysctls(container);
  if (refusedEarly !== null) return refusedEarly;
  // The default network first, as the daemon does it.
  const names = Object.keys(container.endpoints).sort((x, y) => Number(y === "bridge") - Number(x === "bridge"));
  // In this order they stand in /etc/hosts, too.
  container.endpoints = Object.fromEntries(names.map((name) => [name, container.endpoints[name] as Endpoint]));
  if (names.length === 0) createSandbox(world, engine, container);
  for (const [i, name] of names.entries()) {
    const refused = checkNetwork(engine, container, name);
    if (refused !== null) return refused;
    if (i === 0) createSandbox(world, engine, container);
    const network = findNetwork(engine, name);
    const failed = network ? addEndpoint(world, engine, container, network) : null;
    if (failed !== null) return failed;
    if (network) networkEvent(world, engine, network, "connect", { container: container.id });
  }
  // The interfaces follow when runc has made the namespace: in the order of the endpoints, not of their making.
  joinSandbox(world, engine, container);
  writeNetworkFiles(world, engine, container);
  return null;
}

/** Directories of /proc/sys/net. */
const SYSCTL_GROUPS = new Set(["bridge", "core", "ipv4", "ipv6", "mptcp", "netfilter", "unix"]);

/** Why runc cannot set a --sysctl; null if it can. */
function refuseSysctls({ hostConfig }: Container): string | null {
  const failed = "failed to create shim task: OCI runtime create failed: runc create failed";
  for (const name of Object.keys(hostConfig.sysctls).filter((n) => n.startsWith("net."))) {
    if (hostConfig.networkMode === "host") {
      return `${failed}: sysctl ${JSON.stringify(name)} not allowed in host network namespace: unknown`;
    }
    if (SYSCTL_GROUPS.has(name.split(".")[1] ?? "")) continue;
    const path = `/proc/sys/${name.replaceAll(".", "/")}`;
    return `${failed}: unable to start container process: error during container init: open ${path}: no such file or directory: unknown`;
  }
  return null;
}

/** Whether the network of an endpoint is there and takes it; an endpoint that named it by its id gets its name. */
function checkNetwork(engine: Engine, container: Container, name: string): string | null {
  const endpoint = container.endpoints[name];
  // Where it has been before it is known by its id (getNetworkID): another one by that name won't do.
  const id = isPredefined(name) ? "" : (endpoint?.network ?? "");
  const network = id === "" ? findNetwork(engine, name) : engine.networks[id];
  if (!network) return `network ${id || name} not found`;
  if (!endpoint) return null;
  if (isUserDefined(network)) addAliases(container, endpoint);
  return refuseEndpoint(network, endpoint);
}

/** The main process. */
function run(d: Daemon, container: Container, attached: ProcId | null): string | null {
  const { world, programs, engine } = d;
  const { config } = container;
  const argv = [...(config.entrypoint ?? []), ...(config.cmd ?? [])];
  const word = argv[0] ?? "";
  const program = findProgram(world, programs, container.node, word);
  const user = findUser(config.user || "root");
  if (typeof user === "string") return user;
  if (program === null) {
    return `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${refuseProgram(world, container, word)}: unknown`;
  }
  const pid = knownPid(engine, container);
  const fds = openStreams(d, container, attached);
  container.main = spawn(world, proc(world, engine.daemon), {
    program,
    argv,
    node: container.node,
    fds,
    env: terminalEnv(world.nodes[container.node] as NodeRecord, container.config.tty),
    newGroup: true,
    ...(pid === null ? {} : { pid }),
    ...user,
    ...(user.uid === 0 ? {} : { caps: [] }),
  });
  container.pid = proc(world, container.main).pid;
  const node = world.nodes[container.node];
  if (node) {
    node.init = container.main;
    node.files["/proc/1/comm"] = `${program.slice(0, 15)}\n`;
    node.files["/proc/1/cmdline"] = argv.map((word) => `${word}\0`).join("");
  }
  const machine = world.machines[engine.machine];
  if (machine) machine.nextPid = Math.max(machine.nextPid, container.pid + 1);
  container.attached = attached;
  container.status = "running";
  container.exitCode = 0;
  container.startedAt_ns = world.now_ns;
  container.finishedAt_ns = container.finishedAt_ns ?? null;
  containerEvent(world, engine, container, "start");
  return null;
}

/** Why runc cannot start a program that isn't one. */
export function refuseProgram(world: DockerWorld, container: Container, word: string): string {
  const reason = !word.includes("/")
    ? "executable file not found in $PATH"
    : isThere(world, container, word)
      ? "permission denied"
      : `stat ${word}: no such file or directory`;
  return `exec: ${JSON.stringify(word)}: ${reason}`;
}

/** Why a process cannot begin in a directory; null if it can. */
export function refuseDirectory(world: DockerWorld, container: Container, path: string): string | null {
  if (path === "" || isThere(world, container, path)) return null;
  return `chdir to cwd (${JSON.stringify(path)}) set in config.json failed: no such file or directory`;
}

function isThere(world: DockerWorld, container: Container, path: string): boolean {
  const node = world.nodes[container.node];
  if (!node) return false;
  const found = readFile(world, { node: node.id, netns: node.netns, cwd: "/" }, path);
  return typeof found === "string" || found === EISDIR;
}

/** The pid that a recording has for it, if no running container has it. */
function knownPid(engine: Engine, container: Container): number | null {
  const pid = engine.identities.containers?.[container.name]?.pid ?? 0;
  return pid > 0 && !Object.values(engine.containers).some((c) => c.pid === pid) ? pid : null;
}

/** Streams for fds 0, 1, 2. With a terminal of the CLI's the process gets that itself; else dockerd collects its output. */
function openStreams(d: Daemon, container: Container, attached: ProcId | null): (StreamId | null)[] {
  const { world } = d;
  const { tty, openStdin } = container.config;
  const cli = attached === null ? null : proc(world, attached);
  const typed = cli !== null && openStdin && (tty || !isTerminal({ world, programs: d.programs, proc: cli }, 0));
  const input = typed ? (cli.fds[0] ?? null) : ownStdin(world, container);
  if (cli && tty) return [input, cli.fds[1] ?? null, cli.fds[1] ?? null];
  const { stdout, stderr } = collect(d, container);
  return [input, stdout, tty ? stdout : stderr];
}

/** Pipes whose text dockerd takes. */
function collect({ world, engine }: Daemon, container: Container): { stdout: StreamId; stderr: StreamId } {
  const stdout = pipeStream(world);
  holdStream(world, stdout, "read");
  const stderr = pipeStream(world);
  holdStream(world, stderr, "read");
  container.collecting = { stdout, stderr };
  for (const stream of [stdout, stderr]) engine.outputs.set(stream, container.id);
  awaitStream(world, stdout, engine.daemon);
  awaitStream(world, stderr, engine.daemon);
  return container.collecting;
}

/** Lets a CLI go from the terminal of a container that runs on. */
export function leaveContainer(d: Daemon, container: Container, cli: Proc): void {
  const input = container.stdin ?? ownStdin(d.world, container);
  const { stdout } = container.collecting ?? collect(d, container);
  moveAway(d.world, cli, container.node, [input, stdout, stdout]);
  container.attached = null;
  container.waiting = container.waiting.filter((w) => w.proc !== cli.id);
}

/** Stdin that nobody types into: it stays open with -i or -t. */
function ownStdin(world: DockerWorld, container: Container): StreamId {
  const { tty, openStdin } = container.config;
  if (!tty && !openStdin) return nullStream(world);
  const stream = tty
    ? addStream(world, {
        kind: "keyboard",
        readers: 0,
        writers: 0,
        sink: `docker:${container.id}`,
        text: "",
        closed: false,
        waiting: [],
      })
    : pipeStream(world);
  holdStream(world, stream, "write");
  container.stdin = stream;
  return stream;
}

/** Moves what the container has written into its log, and to the CLI that is attached. */
export function collectOutput(d: Daemon, container: Container): void {
  const { collecting } = container;
  if (collecting === null) return;
  collectFrom(d, container, 1, collecting.stdout);
  collectFrom(d, container, 2, collecting.stderr);
}

function collectFrom({ world, engine }: Daemon, container: Container, fd: 1 | 2, stream: StreamId): void {
  const { text, eof } = peekStream(world, stream);
  if (text !== "") {
    takeStream(world, stream, text.length);
    container.log.push({ t_ns: world.now_ns, fd, text });
    const cli = container.attached === null ? null : world.procs[container.attached];
    const target = cli?.fds[fd];
    if (cli && target !== null && target !== undefined) writeStream(world, target, text, cli.id);
  }
  if (!eof) awaitStream(world, stream, engine.daemon);
}

/** The main process has ended, and as process 1 has taken all others of the container with it. */
export function mainEnded(d: Daemon, container: Container, status: number): void {
  for (const one of d.world.procs) if (one?.node === container.node) signalProc(d.world, d.programs, one.id, "SIGKILL");
  container.main = null;
  container.exitCode = status;
  setTimer(daemonSys(d), endSlot(container), NOTICE_NS);
}

/** What dockerd does when containerd tells it so. */
export function containerExited(d: Daemon, container: Container): void {
  const { world } = d;
  collectOutput(d, container);
  const ranFor_ns = world.now_ns - (container.startedAt_ns ?? world.now_ns);
  container.finishedAt_ns = world.now_ns;
  containerEvent(world, d.engine, container, "die", { exitCode: String(container.exitCode) });
  release(d, container);
  container.status = "exited";
  if (container.stopping) containerEvent(world, d.engine, container, "stop");
  container.stopping = false;
  if (wantsRestart(container)) scheduleRestart(d, container, ranFor_ns);
  else if (container.hostConfig.autoRemove) {
    forgetContainer(d.world, d.engine, container);
    if (container.attached !== null) d.engine.exits[container.id] = container.exitCode;
  }
  wakeWaiting(d, container);
}

/** Gives everything up that a running container has. */
function release(d: Daemon, container: Container): void {
  const { world, engine } = d;
  container.main = null;
  container.pid = 0;
  if (world.procs[engine.daemon]) cancelTimer(daemonSys(d), killSlot(container));
  if (container.collecting) {
    for (const stream of Object.values(container.collecting)) {
      engine.outputs.delete(stream);
      releaseStream(world, stream, "read");
    }
    container.collecting = null;
  }
  if (container.stdin !== null) releaseStream(world, container.stdin, "write");
  container.stdin = null;
  for (const name of sortedEndpoints(engine, container)) {
    const network = findNetwork(engine, name);
    if (!network) continue;
    detach(world, engine, container, network);
    networkEvent(world, engine, network, "disconnect", { container: container.id });
  }
  if (container.sandbox !== null) destroySandbox(world, d.programs, container);
}

/** Wakes the CLIs that wait for the end, once it is cleaned up. */
function wakeWaiting(d: Daemon, container: Container): void {
  for (const { proc: id, slot } of container.waiting) {
    const waiting = d.world.procs[id];
    if (waiting && waiting.exit === null) {
      setTimer({ world: d.world, programs: d.programs, proc: waiting }, slot, TEARDOWN_NS);
    }
  }
  container.waiting = [];
  container.attached = null;
}

function wantsRestart(container: Container): boolean {
  const { name, maximumRetryCount } = container.hostConfig.restartPolicy;
  if (container.stoppedByHand || name === "no") return false;
  if (name !== "on-failure") return true;
  return container.exitCode !== 0 && (maximumRetryCount === 0 || container.restartCount < maximumRetryCount);
}

function scheduleRestart(d: Daemon, container: Container, ranFor_ns: number): void {
  const anew = container.restartDelay_ns === 0 || ranFor_ns >= RESTART_RESET_NS;
  const next_ns = anew ? RESTART_DELAY_NS : container.restartDelay_ns * 2;
  container.restartDelay_ns = Math.min(next_ns, RESTART_DELAY_MAX_NS);
  container.restartCount++;
  container.status = "restarting";
  setTimer(daemonSys(d), restartSlot(container), container.restartDelay_ns);
}

/** The restart policy's timer has come. */
export function restartByPolicy(d: Daemon, container: Container): void {
  if (container.status !== "restarting") return;
  container.status = "exited";
  startContainer(d, container, null);
}

/** A signal to the main process. As process 1 it only gets those that it has a handler for, and SIGKILL. */
export function signalContainer(d: Daemon, container: Container, signal: Signal): void {
  const main = container.main === null ? null : d.world.procs[container.main];
  if (!main) return;
  containerEvent(d.world, d.engine, container, "kill", { signal: String(SIGNAL_NUMBER[signal]) });
  if (signal === "SIGKILL" || container.hostConfig.init || (main.started && doesCatch(d.programs, main, signal))) {
    signalProc(d.world, d.programs, main.id, signal);
  }
}

/** `docker pause`. Null on success, else the daemon's words. */
export function pauseContainer(d: Daemon, container: Container): string | null {
  if (container.status === "paused") return `Container ${container.id} is already paused`;
  if (container.status !== "running") return `Container ${container.id} is not running`;
  freeze(d.world, container.node);
  container.status = "paused";
  containerEvent(d.world, d.engine, container, "pause");
  return null;
}

/** `docker unpause`. Null on success, else the daemon's words. */
export function unpauseContainer(d: Daemon, container: Container): string | null {
  if (container.status !== "paused") return `Container ${container.id} is not paused`;
  thaw(d.world, container.node);
  container.status = "running";
  containerEvent(d.world, d.engine, container, "unpause");
  return null;
}

/** SIGTERM now and SIGKILL after `timeout_s` (negative: never). A container between two restarts just stays down. */
export function stopContainer(d: Daemon, container: Container, timeout_s: number): void {
  container.stoppedByHand = true;
  if (container.status === "restarting") {
    cancelTimer(daemonSys(d), restartSlot(container));
    container.status = "exited";
    return;
  }
  unpauseContainer(d, container);
  if (container.status !== "running") return;
  container.stopping = true;
  signalContainer(d, container, "SIGTERM");
  if (timeout_s >= 0) setTimer(daemonSys(d), killSlot(container), timeout_s * 1e9);
}

/** Lets `waiting` be woken by its timer `slot` when the container has ended. */
export function awaitExit(container: Container, waiting: ProcId, slot: number): void {
  assert(container.status === "running", `${container.name} has ended`);
  container.waiting.push({ proc: waiting, slot });
}
