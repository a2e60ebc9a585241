/** All commands of the docker CLI. */
import type { DockerCommand } from "./command.ts";
import { ATTACH } from "./commands/attach.ts";
import { KILL, PAUSE, RENAME, RESTART, START, STOP, UNPAUSE, WAIT } from "./commands/control.ts";
import { CP } from "./commands/cp.ts";
import { EVENTS } from "./commands/events.ts";
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
import { SYSTEM_PRUNE } from "./commands/system-prune.ts";
import { TOP } from "./commands/top.ts";
import { UPDATE } from "./commands/update.ts";
import { VOLUME_COMMANDS } from "./commands/volume.ts";

/** `docker container stop` is `docker stop` under its longer name. */
function inGroup(group: string, command: DockerCommand): DockerCommand {
  return { ...command, path: `${group} ${command.path}`, use: `${group} ${command.use}` };
}

const OF_CONTAINERS = [
  ATTACH,
  CP,
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
  UPDATE,
  WAIT,
];

export const COMMANDS: readonly DockerCommand[] = [
  ...OF_CONTAINERS,
  PS,
  EVENTS,
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
  inGroup("system", EVENTS),
  SYSTEM_PRUNE,
  ...VOLUME_COMMANDS,
];
