/** docker rm and docker container prune. */
import { findContainer, forgetContainer } from "../../container/container.ts";
import { awaitExit, signalContainer, stopContainer, unpauseContainer } from "../../container/lifecycle.ts";
import { pruneEvent } from "../../events.ts";
import type { Container } from "../../types.ts";
import {
  type Call,
  type DockerCommand,
  die,
  finish,
  finishWith,
  fromDaemon,
  isOn,
  print,
  printError,
  Slot,
} from "../command.ts";
import { flag } from "../flags.ts";
import { confirm, NOTHING_RECLAIMED } from "./confirm.ts";

/** Why a container cannot be removed; null if it can. */
function refuse(container: Container, force: boolean): string | null {
  if (force) return null;
  const { id, status } = container;
  if (status === "running") {
    return `You cannot remove a running container ${id}. Stop the container before attempting removal or force remove`;
  }
  if (status === "paused") {
    return `You cannot remove a paused container ${id}. Unpause and then stop the container before attempting removal or force remove`;
  }
  if (status === "restarting") {
    return `You cannot remove a restarting container ${id}. Stop the container before attempting removal or force remove`;
  }
  return null;
}

/** Removes those of `todo` that have ended; waits for the rest. */
function removeEnded(call: Call): void {
  const { engine } = call.daemon;
  for (const name of call.state.todo) {
    const container = findContainer(engine, name);
    if (container?.status === "running") return awaitExit(container, call.sys.proc.id, Slot.EXITED);
  }
  for (const name of call.state.todo) {
    const container = findContainer(engine, name);
    if (container) forgetContainer(call.daemon.world, engine, container);
    print(call, `${name}\n`);
  }
  finishWith(call, call.state.errors);
}

export const RM: DockerCommand = {
  path: "rm",
  use: "rm [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Remove one or more containers",
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  flags: [
    flag("force|f", "bool", "Force the removal of a running container (uses SIGKILL)"),
    flag("link|l", "bool", "Remove the specified link"),
    flag("volumes|v", "bool", "Remove anonymous volumes associated with the container"),
  ],
  run(call) {
    const { daemon, state } = call;
    for (const name of call.args) {
      const container = findContainer(daemon.engine, name);
      const refused = container ? refuse(container, isOn(call, "force")) : null;
      if (!container) {
        const complaint = `Error: No such container: ${name}`;
        if (isOn(call, "force")) printError(call, `${complaint}\n`);
        else state.errors.push(complaint);
      } else if (refused !== null) {
        state.errors.push(fromDaemon(refused));
      } else {
        if (container.status === "restarting") stopContainer(daemon, container, 0);
        unpauseContainer(daemon, container);
        container.stoppedByHand = true;
        signalContainer(daemon, container, "SIGKILL");
        state.todo.push(name);
      }
    }
    removeEnded(call);
  },
  resume(call, why) {
    if (why.type === "signal") finish(call, 130);
    else removeEnded(call);
  },
};

const WARNING = "WARNING! This will remove all stopped containers.\n";

/** Removes all that have stopped, and says which. */
export function pruneContainers(call: Call): void {
  const { world, engine } = call.daemon;
  const stopped = Object.values(engine.containers).filter((c) => c.status === "created" || c.status === "exited");
  for (const container of stopped) forgetContainer(world, engine, container);
  pruneEvent(world, engine, "container");
  if (stopped.length > 0) print(call, `Deleted Containers:\n${stopped.map((c) => `${c.id}\n`).join("")}\n`);
}

function prune(call: Call): void {
  pruneContainers(call);
  print(call, NOTHING_RECLAIMED);
  finish(call);
}

export const CONTAINER_PRUNE: DockerCommand = {
  path: "container prune",
  use: "container prune [OPTIONS]",
  short: "Remove all stopped containers",
  args: { min: 0, max: 0 },
  flags: [
    flag("filter", "list", "Provide filter values (e.g. 'until=<timestamp>')", { shows: " filter" }),
    flag("force|f", "bool", "Do not prompt for confirmation"),
  ],
  run(call) {
    confirm(call, WARNING, prune, NOTHING_RECLAIMED);
  },
  resume(call, why) {
    if (why.type === "signal") die(call, "", 130);
    else confirm(call, WARNING, prune, NOTHING_RECLAIMED);
  },
};
