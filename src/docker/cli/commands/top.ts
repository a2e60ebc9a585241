/** docker top: the processes of a container, by the host's process ids. */
import { civilTime } from "../../../shell/text/date.ts";
import { unixSeconds } from "../../clock.ts";
import { findContainer } from "../../container/container.ts";
import { argument, type DockerCommand, die, finish, fromDaemon, print } from "../command.ts";
import { alignColumns } from "../table.ts";

const HEADER = "UID\tPID\tPPID\tC\tSTIME\tTTY\tTIME\tCMD";

export const TOP: DockerCommand = {
  path: "top",
  use: "top CONTAINER [ps OPTIONS]",
  short: "Display the running processes of a container",
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  flags: [],
  flagsFirst: true,
  run(call) {
    const { world, engine } = call.daemon;
    const name = argument(call, 0);
    const container = findContainer(engine, name);
    if (!container) return die(call, fromDaemon(`No such container: ${name}`));
    if (container.status !== "running") return die(call, fromDaemon(`Container ${container.id} is not running`));
    const started = civilTime(unixSeconds(world, container.startedAt_ns ?? 0));
    const stime = [started.hour, started.minute].map((n) => String(n).padStart(2, "0")).join(":");
    const lines = [HEADER];
    for (const p of world.procs) {
      if (p?.node !== container.node || p.exit !== null) continue;
      const parent = p.parent === null ? null : world.procs[p.parent];
      const user = p.uid === 0 ? "root" : String(p.uid);
      const tty = container.config.tty ? "pts/0" : "?";
      lines.push([user, p.pid, parent?.pid ?? 1, 0, stime, tty, "00:00:00", p.argv.join(" ")].join("\t"));
    }
    print(call, alignColumns(`${lines.join("\n")}\n`, 20, 3));
    finish(call);
  },
};
