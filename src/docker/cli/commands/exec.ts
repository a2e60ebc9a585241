/** docker exec. */
import { findProgram } from "../../../shell/files.ts";
import { ALL_CAPS, isTerminal, setFd, signalProc, spawn } from "../../../shell/process.ts";
import { addStream, nullStream, pipedStream, pipeStream } from "../../../shell/streams.ts";
import { findUser } from "../../../shell/system/users.ts";
import type { ProcId, StreamId, Wake } from "../../../shell/types.ts";
import { findContainer } from "../../container/container.ts";
import { refuseDirectory, refuseProgram } from "../../container/lifecycle.ts";
import { refuseLinks } from "../../container/links.ts";
import { moveAway, terminalEnv } from "../../container/terminal.ts";
import { containerEvent } from "../../events.ts";
import { randomHex } from "../../ids.ts";
import type { Container, DockerWorld } from "../../types.ts";
import {
  argument,
  type Call,
  type DockerCommand,
  die,
  finish,
  fromDaemon,
  given,
  isOn,
  listOf,
  print,
  textOf,
} from "../command.ts";
import { flag } from "../flags.ts";
import { endRelay, startRelay } from "../relay.ts";
import { pairs } from "./run-config.ts";

/** From the request until the process's first instruction: containerd and runc enter the namespaces. */
const EXEC_NS = 50_000_000;

function run(call: Call): void {
  const { engine, world } = call.daemon;
  const name = argument(call, 0);
  const container = findContainer(engine, name);
  if (!container) return die(call, `Error: No such container: ${name}`);
  if (!isOn(call, "detach") && isOn(call, "tty") && isOn(call, "interactive") && !isTerminal(call.sys, 0)) {
    return die(call, "the input device is not a TTY");
  }
  if (container.status === "restarting") {
    return die(call, fromDaemon(`Container ${container.id} is restarting, wait until the container is running`));
  }
  if (container.status === "paused") {
    return die(call, fromDaemon(`Container ${name} is paused, unpause the container before exec`));
  }
  if (container.status !== "running") return die(call, fromDaemon(`Container ${container.id} is not running`));
  const unlinked = refuseLinks(engine, container);
  if (unlinked !== null) return die(call, fromDaemon(unlinked));
  const word = argument(call, 1);
  const program = findProgram(world, call.daemon.programs, container.node, word);
  const user = findUser(textOf(call, "user") || container.config.user || "root");
  if (typeof user === "string") return refuse(call, user);
  const cwd = textOf(call, "workdir");
  const wrong =
    refuseDirectory(world, container, cwd) ?? (program === null ? refuseProgram(world, container, word) : null);
  if (wrong !== null || program === null) {
    return refuse(call, `OCI runtime exec failed: exec failed: unable to start container process: ${wrong}: unknown`);
  }
  start(call, container, program, user);
}

/** What runc says comes as the process's output would. */
function refuse(call: Call, text: string): void {
  print(call, `${text}\r\n`);
  finish(call, 126);
}

function start(call: Call, container: Container, program: string, user: { uid: number; gid: number }): void {
  const { sys } = call;
  const { world } = call.daemon;
  const node = world.nodes[container.node];
  if (!node) return die(call, fromDaemon(`Container ${container.id} is not running`));
  const tty = isOn(call, "tty");
  const detached = isOn(call, "detach");
  const own = sys.proc.fds;
  const output = (fd: 1 | 2) => {
    const mine = own[tty ? 1 : fd] ?? null;
    if (detached || mine === null) return detached ? nullStream(world) : null;
    return tty ? mine : pipedStream(world, mine);
  };
  const child = spawn(world, detached ? null : sys.proc, {
    program,
    argv: call.args.slice(1),
    node: container.node,
    netns: node.netns,
    fds: [inputFor(call), output(1), output(2)],
    env: { ...terminalEnv(node, tty), ...pairs(listOf(call, "env")) },
    cwd: given(call, "workdir") ? textOf(call, "workdir") : node.cwd,
    caps: isOn(call, "privileged") ? ALL_CAPS : user.uid === 0 ? node.caps : [],
    ...user,
    newGroup: true,
    delay_ns: EXEC_NS,
  });
  call.state.number = child;
  call.state.container = container.id;
  const execID = randomHex(world, 64);
  call.state.todo = [execID];
  for (const step of ["exec_create", "exec_start"]) {
    const [word, ...more] = call.args.slice(1);
    containerEvent(world, call.daemon.engine, container, `${step}: ${word} ${more.join(" ")}`, { execID });
  }
  if (detached) finish(call);
}

function inputFor(call: Call): StreamId | null {
  const { world } = call.daemon;
  if (!isOn(call, "interactive") || isOn(call, "detach")) return nullStream(world);
  if (isOn(call, "tty") || !isTerminal(call.sys, 0)) return call.sys.proc.fds[0] ?? null;
  const pipe = pipeStream(world);
  startRelay(call, pipe);
  return pipe;
}

/** The process runs on, with nobody at its terminal. */
function leave(call: Call): void {
  const { world } = call.daemon;
  const node = world.procs[call.state.number]?.node;
  if (!isOn(call, "tty") || !isOn(call, "interactive") || node === undefined) return;
  const keyboard = addStream(world, {
    kind: "keyboard",
    readers: 0,
    writers: 1,
    sink: "",
    text: "",
    closed: false,
    waiting: [],
  });
  moveAway(world, call.sys.proc, node, [keyboard, nullStream(world), nullStream(world)]);
  die(call, "read escape sequence");
}

/** Without a terminal Ctrl-C ends the CLI only; with one it is typed into the container's terminal. */
function resume(call: Call, why: Wake): void {
  if (why.type === "child") {
    const { world, engine } = call.daemon;
    const container = engine.containers[call.state.container];
    const execID = call.state.todo[0] ?? "";
    if (container) containerEvent(world, engine, container, "exec_die", { execID, exitCode: String(why.exit) });
    endRelay(call);
    return finish(call, why.exit);
  }
  if (why.type === "detach") return leave(call);
  if (why.type !== "signal") return;
  const { world, programs } = call.daemon;
  if (isOn(call, "tty")) return signalProc(world, programs, call.state.number, why.signal);
  endRelay(call);
  letGo(world, call.state.number);
  finish(call, 130);
}

/** Nobody reads the process's output any more, though it runs on. */
function letGo(world: DockerWorld, id: ProcId): void {
  const child = world.procs[id];
  if (child?.exit !== null) return;
  for (const fd of [0, 1, 2]) setFd(world, child, fd, nullStream(world));
}

export const EXEC: DockerCommand = {
  path: "exec",
  use: "exec [OPTIONS] CONTAINER COMMAND [ARG...]",
  short: "Run a command in a running container",
  args: { min: 2, max: Number.POSITIVE_INFINITY },
  flagsFirst: true,
  flags: [
    flag("detach|d", "bool", "Detached mode: run command in the background"),
    flag("detach-keys", "string", "Override the key sequence for detaching a container"),
    flag("env|e", "list", "Set environment variables"),
    flag("env-file", "list", "Read in a file of environment variables"),
    flag("interactive|i", "bool", "Keep STDIN open even if not attached"),
    flag("privileged", "bool", "Give extended privileges to the command"),
    flag("tty|t", "bool", "Allocate a pseudo-TTY"),
    flag("user|u", "string", "Username or UID (format: <name|uid>[:<group|gid>])"),
    flag("workdir|w", "string", "Working directory inside the container"),
  ],
  detaches: true,
  run,
  resume,
};
