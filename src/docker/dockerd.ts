/** The daemon's process: parent of all containers' main processes, owner of the Engine's timers. */
import type { Program, Sys } from "../shell/types.ts";
import {
  collectOutput,
  containerExited,
  type Daemon,
  endSlot,
  killSlot,
  mainEnded,
  restartByPolicy,
  SLOTS,
  signalContainer,
} from "./container/lifecycle.ts";
import type { DockerWorld } from "./types.ts";

function daemonOf(sys: Sys): Daemon | null {
  const world = sys.world as DockerWorld;
  const engine = Object.values(world.engines).find((e) => e.daemon === sys.proc.id);
  return engine ? { world, programs: sys.programs, engine } : null;
}

function timerFor(d: Daemon, slot: number): void {
  const container = Object.values(d.engine.containers).find((c) => c.serial === Math.floor(slot / SLOTS));
  if (!container) return;
  if (slot === killSlot(container)) signalContainer(d, container, "SIGKILL");
  else if (slot === endSlot(container)) containerExited(d, container);
  else restartByPolicy(d, container);
}

export const dockerdProgram: Program = {
  path: "/usr/bin/dockerd",
  about: "the Docker daemon",
  start() {},
  wake(sys, why) {
    const d = daemonOf(sys);
    if (d === null) return;
    const { containers } = d.engine;
    if (why.type === "stdin") {
      const container = containers[d.engine.outputs.get(why.stream) ?? ""];
      if (container) collectOutput(d, container);
    }
    if (why.type === "timer") timerFor(d, why.slot);
    if (why.type === "child") {
      const container = Object.values(containers).find((c) => c.main === why.child);
      if (container) mainEnded(d, container, why.exit);
    }
  },
};
