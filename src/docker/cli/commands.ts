/** All commands of the docker CLI, and the way from words to one of them. */
import type { DockerCommand } from "./command.ts";
import { ATTACH } from "./commands/attach.ts";
import { KILL, PAUSE, RENAME, RESTART, START, STOP, UNPAUSE, WAIT } from "./commands/control.ts";
import { EXEC } from "./commands/exec.ts";
import { IMAGES_COMMAND, PULL } from "./commands/images.ts";
import { CONTAINER_INSPECT, IMAGE_INSPECT, INSPECT, NETWORK_INSPECT } from "./commands/inspect.ts";
import { LOGS, PORT } from "./commands/logs.ts";
import {
  NETWORK_CONNECT,
  NETWORK_CREATE,
  NETWORK_DISCONNECT,
  NETWORK_LS,
  NETWORK_PRUNE,
  NETWORK_RM,
} from "./commands/network.ts";
import { PS } from "./commands/ps.ts";
import { CONTAINER_PRUNE, RM } from "./commands/remove.ts";
import { CREATE, RUN } from "./commands/run.ts";
import { INFO, VERSION_COMMAND } from "./commands/system.ts";
import { TOP } from "./commands/top.ts";

/** `docker container stop` is `docker stop` under its longer name. */
function inGroup(group: string, command: DockerCommand): DockerCommand {
  return { ...command, path: `${group} ${command.path}`, use: `${group} ${command.use}` };
}

const OF_CONTAINERS = [
  ATTACH,
  CREATE,
  EXEC,
  KILL,
  LOGS,
  PAUSE,
  PORT,
  RENAME,
  RESTART,
  RM,
  RUN,
  START,
  STOP,
  TOP,
  UNPAUSE,
  WAIT,
];

export const COMMANDS: readonly DockerCommand[] = [
  ...OF_CONTAINERS,
  PS,
  INSPECT,
  IMAGES_COMMAND,
  PULL,
  INFO,
  VERSION_COMMAND,
  ...OF_CONTAINERS.map((c) => inGroup("container", c)),
  { ...PS, path: "container ls", use: "container ls [OPTIONS]", aliases: ["ps", "list"] },
  CONTAINER_INSPECT,
  CONTAINER_PRUNE,
  { ...IMAGES_COMMAND, path: "image ls", use: "image ls [OPTIONS] [REPOSITORY[:TAG]]", aliases: ["list"] },
  inGroup("image", PULL),
  IMAGE_INSPECT,
  NETWORK_CONNECT,
  NETWORK_CREATE,
  NETWORK_DISCONNECT,
  NETWORK_INSPECT,
  NETWORK_LS,
  NETWORK_PRUNE,
  NETWORK_RM,
  inGroup("system", INFO),
];

/** The command that the words begin with, and the words behind it. */
export function findCommand(words: readonly string[]): { command: DockerCommand; rest: string[] } | null {
  for (const command of COMMANDS) {
    const path = command.path.split(" ");
    const last = path.length - 1;
    const names = [path[last], ...(command.aliases ?? [])];
    if (path.slice(0, last).every((word, i) => words[i] === word) && names.includes(words[last])) {
      return { command, rest: words.slice(path.length) };
    }
  }
  return null;
}

/** Commands that Docker has and this world has not. */
const ABSENT = new Set(
  "build builder checkpoint commit config context cp diff events export history import load login logout manifest node plugin push rmi save search secret service stack stats swarm tag trust update volume".split(
    " ",
  ),
);

/** Whether the words name one of Docker's commands that is not here; findCommand has not found them. */
export function isAbsent(words: readonly string[]): boolean {
  const [first = "", second = ""] = words;
  return (
    ABSENT.has(first) || (["container", "image", "system"].includes(first) && (ABSENT.has(second) || second === "df"))
  );
}
