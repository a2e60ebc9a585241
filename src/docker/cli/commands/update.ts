/** docker update: a container's restart policy and limits. */
import { findContainer } from "../../container/container.ts";
import { containerEvent } from "../../events.ts";
import type { Container } from "../../types.ts";
import { type Call, type DockerCommand, die, finishWith, fromDaemon, given, print, textOf } from "../command.ts";
import { flag } from "../flags.ts";
import { parseBytes, parseRestartPolicy } from "./run-config.ts";
import { checkBytes } from "./run-flags.ts";

/** Why a container takes no such limits; null if it does (UpdateContainer of container/container_unix.go). */
function refuse(call: Call, container: Container): string | null {
  const prefix = `Cannot update container ${container.id}: `;
  const memory = parseBytes(textOf(call, "memory")) ?? 0;
  // Without --memory-swap the swap limit stays: twice the memory that was set, or none.
  if (memory > 2 * container.hostConfig.memory) {
    return `${prefix}Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time`;
  }
  return container.hostConfig.autoRemove && given(call, "restart")
    ? `${prefix}Restart policy cannot be updated because AutoRemove is enabled for the container`
    : null;
}

function change(call: Call, { hostConfig }: Container): void {
  const policy = parseRestartPolicy(textOf(call, "restart"));
  if (given(call, "restart") && policy.ok) hostConfig.restartPolicy = policy.value;
  if (given(call, "memory")) hostConfig.memory = parseBytes(textOf(call, "memory")) ?? 0;
  if (given(call, "cpus")) hostConfig.nanoCpus = Math.round(Number(textOf(call, "cpus")) * 1e9);
}

export const UPDATE: DockerCommand = {
  path: "update",
  use: "update [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Update configuration of one or more containers",
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  flags: [
    flag("cpus", "string", "Number of CPUs", { shows: " decimal" }),
    flag("memory|m", "string", "Memory limit", { shows: " bytes", check: checkBytes }),
    flag("restart", "string", "Restart policy to apply when a container exits"),
  ],
  run(call) {
    if (["cpus", "memory", "restart"].every((name) => !given(call, name))) {
      return die(call, "you must provide one or more flags when using this command");
    }
    const policy = parseRestartPolicy(textOf(call, "restart"));
    if (!policy.ok) return die(call, policy.error);
    const { world, engine } = call.daemon;
    for (const name of call.args) {
      const container = findContainer(engine, name);
      const refused = container ? refuse(call, container) : `No such container: ${name}`;
      if (refused !== null || !container) {
        call.state.errors.push(fromDaemon(refused ?? ""));
        continue;
      }
      change(call, container);
      containerEvent(world, engine, container, "update");
      print(call, `${name}\n`);
    }
    finishWith(call, call.state.errors);
  },
};
