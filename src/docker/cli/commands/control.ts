/** docker stop, start, restart, kill, wait, rename. */
import type { Signal, Wake } from "../../../shell/types.ts";
import { findContainer, renameContainer } from "../../container/container.ts";
import {
  awaitExit,
  pauseContainer,
  signalContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
} from "../../container/lifecycle.ts";
import { containerEvent } from "../../events.ts";
import type { Container } from "../../types.ts";
import {
  argument,
  type Call,
  type DockerCommand,
  die,
  finish,
  finishWith,
  fromDaemon,
  isOn,
  later,
  print,
  printError,
  Slot,
  textOf,
} from "../command.ts";
import { flag } from "../flags.ts";

/** From the request to start a container until it runs. */
export const START_NS = 200_000_000;
const MANY = { min: 1, max: Number.POSITIVE_INFINITY } as const;

const TIME_FLAG = flag("time|t", "int", "Seconds to wait for stop before killing it", { default: "10" });

/** A container by name, or null and the daemon's complaint among the call's errors. */
function lookUp(call: Call, name: string, complaint = `No such container: ${name}`): Container | null {
  const container = findContainer(call.daemon.engine, name);
  if (!container) call.state.errors.push(fromDaemon(complaint));
  return container;
}

/** Waits for the end of the first of `todo` that still runs; true when none does. */
function allEnded(call: Call): boolean {
  for (const name of call.state.todo) {
    const container = findContainer(call.daemon.engine, name);
    if (container?.status !== "running") continue;
    awaitExit(container, call.sys.proc.id, Slot.EXITED);
    return false;
  }
  return true;
}

/** Prints the names of `todo` and ends, once all of them have ended. */
function finishStopped(call: Call): void {
  if (!allEnded(call)) return;
  for (const name of call.state.todo) print(call, `${name}\n`);
  finishWith(call, call.state.errors);
}

function interrupted(call: Call, why: Wake): boolean {
  if (why.type === "signal") finish(call, 130);
  return why.type === "signal";
}

export const STOP: DockerCommand = {
  path: "stop",
  use: "stop [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Stop one or more running containers",
  args: MANY,
  flags: [TIME_FLAG],
  run(call) {
    for (const name of call.args) {
      const container = lookUp(call, name);
      if (!container) continue;
      stopContainer(call.daemon, container, Number(textOf(call, "time")));
      call.state.todo.push(name);
    }
    finishStopped(call);
  },
  resume(call, why) {
    if (!interrupted(call, why)) finishStopped(call);
  },
};

const SIGNALS: Readonly<Record<string, Signal | null>> = {
  HUP: "SIGHUP",
  INT: "SIGINT",
  QUIT: "SIGQUIT",
  KILL: "SIGKILL",
  PIPE: "SIGPIPE",
  TERM: "SIGTERM",
  // Signals that no program here has a handler for: the main process ignores them.
  ABRT: null,
  ALRM: null,
  CHLD: null,
  CONT: null,
  USR1: null,
  USR2: null,
  WINCH: null,
};
const NUMBERS: Readonly<Record<string, string>> = {
  "1": "HUP",
  "2": "INT",
  "3": "QUIT",
  "6": "ABRT",
  "9": "KILL",
  "10": "USR1",
  "12": "USR2",
  "13": "PIPE",
  "14": "ALRM",
  "15": "TERM",
};

export const KILL: DockerCommand = {
  path: "kill",
  use: "kill [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Kill one or more running containers",
  args: MANY,
  flags: [flag("signal|s", "string", "Signal to send to the container", { default: "KILL" })],
  run(call) {
    const asked = textOf(call, "signal");
    const word = NUMBERS[asked] ?? asked.toUpperCase().replace(/^SIG/, "");
    const signal = SIGNALS[word];
    const done: string[] = [];
    for (const name of call.args) {
      const container = lookUp(call, name, `Cannot kill container: ${name}: No such container: ${name}`);
      if (!container) continue;
      if (signal === undefined) call.state.errors.push(fromDaemon(`Invalid signal: ${asked}`));
      else if (container.status !== "running" && container.status !== "paused") {
        call.state.errors.push(fromDaemon(`Cannot kill container: ${name}: Container ${container.id} is not running`));
      } else {
        // The signal reaches what is frozen once it goes on.
        unpauseContainer(call.daemon, container);
        if (signal !== null) signalContainer(call.daemon, container, signal);
        container.stoppedByHand ||= signal === "SIGKILL";
        done.push(name);
      }
    }
    call.state.todo = done;
    if (signal === "SIGKILL") return finishStopped(call);
    for (const name of done) print(call, `${name}\n`);
    finishWith(call, call.state.errors);
  },
  resume(call, why) {
    if (!interrupted(call, why)) finishStopped(call);
  },
};

/** Starts a container for `docker start` and `docker restart`; false when that failed and was noted. */
function startOne(call: Call, container: Container, attached: boolean, complaint = ""): boolean {
  container.stoppedByHand = false;
  if (attached) containerEvent(call.daemon.world, call.daemon.engine, container, "attach");
  const refused = startContainer(call.daemon, container, attached ? call.sys.proc.id : null);
  if (refused === null) return true;
  call.state.errors.push(fromDaemon(`${complaint}${refused}`));
  return false;
}

function startAll(call: Call): void {
  const attached = isOn(call, "attach") || isOn(call, "interactive");
  const failed: string[] = [];
  for (const name of call.args) {
    const container = findContainer(call.daemon.engine, name);
    if (!container) call.state.errors.push(fromDaemon(`No such container: ${name}`));
    if (!container || !startOne(call, container, attached)) {
      printError(call, `${call.state.errors.at(-1)}\n`);
      failed.push(name);
    } else if (attached) {
      call.state.container = container.id;
      return awaitExit(container, call.sys.proc.id, Slot.EXITED);
    } else {
      print(call, `${name}\n`);
    }
  }
  if (failed.length > 0) die(call, `Error: failed to start containers: ${failed.join(", ")}`);
  else finish(call);
}

export const START: DockerCommand = {
  path: "start",
  use: "start [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Start one or more stopped containers",
  args: MANY,
  flags: [
    flag("attach|a", "bool", "Attach STDOUT/STDERR and forward signals"),
    flag("detach-keys", "string", "Override the key sequence for detaching a container"),
    flag("interactive|i", "bool", "Attach container's STDIN"),
  ],
  run(call) {
    const { engine } = call.daemon;
    if (isOn(call, "attach") || isOn(call, "interactive")) {
      if (call.args.length > 1) return die(call, "you cannot start and attach multiple containers at once");
      const name = argument(call, 0);
      if (!findContainer(engine, name)) return die(call, `Error: No such container: ${name}`);
    }
    const starts = call.args.some((name) => findContainer(engine, name)?.status !== "running");
    const known = call.args.some((name) => findContainer(engine, name));
    later(call, "start", starts && known ? START_NS : 0);
  },
  resume(call, why) {
    const { engine } = call.daemon;
    const container = engine.containers[call.state.container];
    if (why.type === "signal" && container) return signalContainer(call.daemon, container, why.signal);
    if (interrupted(call, why)) return;
    if (why.type === "timer" && why.slot === Slot.EXITED) return finish(call, container?.exitCode ?? 0);
    startAll(call);
  },
};

/** The containers one after the other: each is stopped, waited for, and started. */
function restartNext(call: Call): void {
  const { state } = call;
  for (;;) {
    const name = state.todo[0];
    if (name === undefined) return finishWith(call, state.errors);
    const container = lookUp(call, name);
    if (!container) {
      state.todo.shift();
      continue;
    }
    stopContainer(call.daemon, container, Number(textOf(call, "time")));
    if (container.status !== "running") return later(call, "start", START_NS);
    return awaitExit(container, call.sys.proc.id, Slot.EXITED);
  }
}

export const RESTART: DockerCommand = {
  path: "restart",
  use: "restart [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Restart one or more containers",
  args: MANY,
  flags: [{ ...TIME_FLAG, usage: "Seconds to wait for stop before killing the container" }],
  run(call) {
    call.state.todo = [...call.args];
    restartNext(call);
  },
  resume(call, why) {
    if (interrupted(call, why)) return;
    if (why.type === "timer" && why.slot === Slot.EXITED) return later(call, "start", START_NS);
    const name = call.state.todo.shift() as string;
    const container = findContainer(call.daemon.engine, name);
    if (container && startOne(call, container, false, `Cannot restart container ${name}: `)) {
      containerEvent(call.daemon.world, call.daemon.engine, container, "restart");
      print(call, `${name}\n`);
    }
    restartNext(call);
  },
};

export const WAIT: DockerCommand = {
  path: "wait",
  use: "wait CONTAINER [CONTAINER...]",
  short: "Block until one or more containers stop, then print their exit codes",
  args: MANY,
  flags: [],
  run(call) {
    for (const name of call.args) if (lookUp(call, name)) call.state.todo.push(name);
    waited(call);
  },
  resume(call, why) {
    if (!interrupted(call, why)) waited(call);
  },
};

function waited(call: Call): void {
  if (!allEnded(call)) return;
  for (const name of call.state.todo) print(call, `${findContainer(call.daemon.engine, name)?.exitCode ?? 0}\n`);
  finishWith(call, call.state.errors);
}

/** docker pause and docker unpause: the freezer of the container's control group. */
function freezer(
  use: "pause" | "unpause",
  short: string,
  change: (call: Call, c: Container) => string | null,
): DockerCommand {
  return {
    path: use,
    use: `${use} CONTAINER [CONTAINER...]`,
    short,
    args: MANY,
    flags: [],
    run(call) {
      for (const name of call.args) {
        const container = lookUp(call, name);
        const refused = container ? change(call, container) : null;
        if (refused !== null) call.state.errors.push(fromDaemon(refused));
        else if (container) print(call, `${name}\n`);
      }
      finishWith(call, call.state.errors);
    },
  };
}

export const PAUSE = freezer("pause", "Pause all processes within one or more containers", (call, container) =>
  pauseContainer(call.daemon, container),
);

export const UNPAUSE = freezer("unpause", "Unpause all processes within one or more containers", (call, container) =>
  unpauseContainer(call.daemon, container),
);

export const RENAME: DockerCommand = {
  path: "rename",
  use: "rename CONTAINER NEW_NAME",
  short: "Rename a container",
  args: { min: 2, max: 2 },
  flags: [],
  run(call) {
    const { engine } = call.daemon;
    const old = argument(call, 0).trim();
    const name = argument(call, 1).trim();
    if (old === "" || name === "") return die(call, "Error: Neither old nor new names may be empty");
    const container = findContainer(engine, old);
    const refused = container
      ? renameContainer(call.daemon.world, engine, container, name)
      : `No such container: ${old}`;
    if (refused === null) return finish(call);
    printError(call, `${fromDaemon(refused)}\n`);
    die(call, `Error: failed to rename container named ${old}`);
  },
};
