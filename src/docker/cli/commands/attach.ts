/** docker attach: a running container's output here, and what is typed here to its main process. */
import { isTerminal, proc } from "../../../shell/process.ts";
import { findContainer } from "../../container/container.ts";
import { awaitExit, leaveContainer, signalContainer } from "../../container/lifecycle.ts";
import { moveInput } from "../../container/terminal.ts";
import { containerEvent } from "../../events.ts";
import type { Container } from "../../types.ts";
import { argument, type Call, type DockerCommand, die, finish, isOn, Slot } from "../command.ts";
import { flag } from "../flags.ts";
import { endRelay, startRelay } from "../relay.ts";

/** Gives the main process our stdin; if it was waiting for its own, it waits for ours. */
function giveStdin(call: Call, container: Container): void {
  const { world } = call.daemon;
  const input = call.sys.proc.fds[0];
  if (container.main === null || container.stdin === null || input === null || input === undefined) return;
  if (!container.config.tty && isTerminal(call.sys, 0)) return startRelay(call, container.stdin);
  moveInput(world, proc(world, container.main), container.stdin, input);
}

export const ATTACH: DockerCommand = {
  path: "attach",
  use: "attach [OPTIONS] CONTAINER",
  short: "Attach local standard input, output, and error streams to a running container",
  args: { min: 1, max: 1 },
  flags: [
    flag("detach-keys", "string", "Override the key sequence for detaching a container"),
    flag("no-stdin", "bool", "Do not attach STDIN"),
    flag("sig-proxy", "bool", "Proxy all received signals to the process", { default: "true" }),
  ],
  detaches: true,
  run(call) {
    const name = argument(call, 0);
    const container = findContainer(call.daemon.engine, name);
    if (!container) return die(call, `Error: No such container: ${name}`);
    if (container.status === "restarting")
      return die(call, "You cannot attach to a restarting container, wait until it is running");
    if (container.status === "paused") return die(call, "You cannot attach to a paused container, unpause it first");
    if (container.status !== "running") return die(call, "You cannot attach to a stopped container, start it first");
    call.state.container = container.id;
    if (container.config.openStdin && !isOn(call, "no-stdin")) giveStdin(call, container);
    container.attached = call.sys.proc.id;
    containerEvent(call.daemon.world, call.daemon.engine, container, "attach");
    awaitExit(container, call.sys.proc.id, Slot.EXITED);
  },
  resume(call, why) {
    const { engine } = call.daemon;
    const container = engine.containers[call.state.container];
    if (why.type === "signal") {
      if (container) signalContainer(call.daemon, container, why.signal);
      else finish(call, 130);
    } else if (why.type === "detach") {
      if (!container?.config.tty || !container.config.openStdin) return;
      leaveContainer(call.daemon, container, call.sys.proc);
      die(call, "read escape sequence");
    } else {
      endRelay(call);
      const status = container?.exitCode ?? engine.exits[call.state.container] ?? 0;
      delete engine.exits[call.state.container];
      finish(call, status);
    }
  },
};
