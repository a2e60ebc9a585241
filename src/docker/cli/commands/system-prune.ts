/** docker system prune (cli/command/system/prune.go). There are no volumes, dangling images or build caches to remove; images stay. */
import { type Call, type DockerCommand, die, finish, isOn, print } from "../command.ts";
import { flag } from "../flags.ts";
import { confirm, NOTHING_RECLAIMED } from "./confirm.ts";
import { pruneNetworks } from "./network.ts";
import { pruneContainers } from "./remove.ts";

const WARNING = `WARNING! This will remove:
  - all stopped containers
  - all networks not used by at least one container
  - all dangling images
  - all dangling build cache

`;

function prune(call: Call): void {
  pruneContainers(call);
  pruneNetworks(call);
  print(call, NOTHING_RECLAIMED);
  finish(call);
}

export const SYSTEM_PRUNE: DockerCommand = {
  path: "system prune",
  use: "system prune [OPTIONS]",
  short: "Remove unused data",
  args: { min: 0, max: 0 },
  flags: [
    flag("all|a", "bool", "Remove all unused images not just dangling ones"),
    flag("filter", "list", "Provide filter values (e.g. 'label=<key>=<value>')", { shows: " filter" }),
    flag("force|f", "bool", "Do not prompt for confirmation"),
    flag("volumes", "bool", "Prune volumes"),
  ],
  run(call) {
    if (isOn(call, "all")) die(call, "playground: docker system prune -a is not simulated: images stay");
    else confirm(call, WARNING, prune);
  },
  resume(call, why) {
    if (why.type === "signal") die(call, "", 130);
    else confirm(call, WARNING, prune);
  },
};
