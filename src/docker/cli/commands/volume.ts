/** docker volume and docker image prune, as far as there is something to say where there are no volumes and no dangling images. */
import { type Call, type DockerCommand, die, finish, isOn, print } from "../command.ts";
import { type FlagSpec, flag } from "../flags.ts";
import { confirm, NOTHING_RECLAIMED } from "./confirm.ts";

const FILTER = flag("filter", "list", "Provide filter values (e.g. 'label=<label>')", { shows: " filter" });
const FORCE = flag("force|f", "bool", "Do not prompt for confirmation");
const ANY = Number.POSITIVE_INFINITY;

function nothingToPrune(call: Call): void {
  print(call, NOTHING_RECLAIMED);
  finish(call);
}

function pruneCommand(path: string, short: string, warning: string, flags: readonly FlagSpec[]): DockerCommand {
  return {
    path,
    use: `${path} [OPTIONS]`,
    short,
    args: { min: 0, max: 0 },
    flags,
    run: (call) => confirm(call, warning, nothingToPrune, NOTHING_RECLAIMED),
    resume(call, why) {
      if (why.type === "signal") die(call, "", 130);
      else confirm(call, warning, nothingToPrune, NOTHING_RECLAIMED);
    },
  };
}

function noSuch(call: Call): string {
  return call.args.map((name) => `Error: No such volume: ${name}`).join("\n");
}

export const VOLUME_COMMANDS: readonly DockerCommand[] = [
  {
    path: "volume create",
    use: "volume create [OPTIONS] [VOLUME]",
    short: "Create a volume",
    args: { min: 0, max: 1 },
    flags: [
      flag("driver|d", "string", "Specify volume driver name", { default: "local" }),
      flag("label", "list", "Set metadata for a volume"),
    ],
    run: (call) => die(call, "playground: volumes are not simulated"),
  },
  {
    path: "volume inspect",
    use: "volume inspect [OPTIONS] VOLUME [VOLUME...]",
    short: "Display detailed information on one or more volumes",
    args: { min: 1, max: ANY },
    flags: [flag("format|f", "string", "Format the output using the given Go template")],
    run(call) {
      print(call, call.flags.values.format === undefined ? "[]\n" : "\n");
      die(call, noSuch(call));
    },
  },
  {
    path: "volume ls",
    use: "volume ls [OPTIONS]",
    short: "List volumes",
    aliases: ["list"],
    args: { min: 0, max: 0 },
    flags: [
      flag("filter|f", "list", "Provide filter values (e.g. 'dangling=true')", { shows: " filter" }),
      flag("format", "string", "Pretty-print volumes using a Go template"),
      flag("quiet|q", "bool", "Only display volume names"),
    ],
    run(call) {
      if (!isOn(call, "quiet") && call.flags.values.format === undefined) print(call, "DRIVER    VOLUME NAME\n");
      finish(call);
    },
  },
  pruneCommand(
    "volume prune",
    "Remove all unused local volumes",
    "WARNING! This will remove all local volumes not used by at least one container.\n",
    [FILTER, FORCE],
  ),
  {
    path: "volume rm",
    use: "volume rm [OPTIONS] VOLUME [VOLUME...]",
    short: "Remove one or more volumes",
    aliases: ["remove"],
    args: { min: 1, max: ANY },
    flags: [flag("force|f", "bool", "Force the removal of one or more volumes")],
    run(call) {
      if (isOn(call, "force")) {
        print(call, call.args.map((name) => `${name}\n`).join(""));
        finish(call);
      } else die(call, noSuch(call));
    },
  },
  pruneCommand("image prune", "Remove unused images", "WARNING! This will remove all dangling images.\n", [
    flag("filter", "list", "Provide filter values (e.g. 'until=<timestamp>')", { shows: " filter" }),
    FORCE,
  ]),
];
