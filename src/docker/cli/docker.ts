/** The program `docker`: finds the command, parses its flags, runs it against the Engine of its machine. */
import { onItsWay } from "../../shell/later.ts";
import { exit, fail, setTimer, write } from "../../shell/process.ts";
import type { Program, Sys, Wake } from "../../shell/types.ts";
import type { DockerWorld } from "../types.ts";
import { CALL_NS, type Call, type CallState, type DockerCommand, Slot } from "./command.ts";
import { findCommand, isAbsent } from "./find-command.ts";
import { parseFlags } from "./flags.ts";
import { relayInput } from "./relay.ts";
import {
  commandHelp,
  deprecation,
  GLOBAL_FLAGS,
  GROUPS,
  groupHelp,
  refuseArguments,
  rootHelp,
  withHelp,
} from "./usage.ts";
import { CLIENT_VERSION } from "./version.ts";

/** Where an error or a help text ends the program before the daemon is asked. */
type Outcome = { call: Call } | { text: string; fd: 1 | 2; status: number };

function resolve(commands: readonly DockerCommand[], sys: Sys, argv: readonly string[]): Outcome {
  const global = parseFlags(GLOBAL_FLAGS, argv.slice(1), false);
  if (typeof global === "string") return complaint(`${global}\nSee 'docker --help'.\n${rootHelp(commands)}`, 125);
  if (global.values.version) return { text: `Docker version ${CLIENT_VERSION}\n`, fd: 1, status: 0 };
  const words = global.args;
  if (global.values.help || words.length === 0)
    return { text: rootHelp(commands), fd: words.length === 0 ? 2 : 1, status: 0 };
  if (words[0] === "help") return help(commands, words.slice(1));
  const found = findCommand(commands, words);
  if (found) return parseCommand(sys, found.command, found.rest);
  if (isAbsent(words)) return complaint(`docker ${words[0]}: docker0 Playground does not have this command\n`, 1);
  const group = GROUPS.find((g) => g.name === words[0]);
  if (!group) return complaint(`docker: '${words[0]}' is not a docker command.\nSee 'docker --help'\n`, 1);
  const text = groupHelp(group, commands);
  if (words[1] === undefined) return { text, fd: 2, status: 0 };
  if (words[1] === "--help" || words[1] === "-h") return { text: deprecation(words) + text, fd: 1, status: 0 };
  if (words[1].startsWith("-")) {
    return complaint(`unknown flag: ${words[1]}\nSee 'docker ${group.name} --help'.\n${text}`, 125);
  }
  return complaint(text, 1);
}

function complaint(text: string, status: number): Outcome {
  return { text, fd: 2, status };
}

function help(commands: readonly DockerCommand[], words: readonly string[]): Outcome {
  if (words.length === 0) return { text: rootHelp(commands), fd: 1, status: 0 };
  const found = findCommand(commands, words);
  if (found && found.rest.length === 0) return { text: commandHelp(found.command), fd: 1, status: 0 };
  const group = GROUPS.find((g) => g.name === words[0] && words.length === 1);
  if (group) return { text: groupHelp(group, commands), fd: 1, status: 0 };
  return complaint(`unknown help topic: ${words.join(" ")}\n`, 1);
}

function parseCommand(sys: Sys, command: DockerCommand, rest: readonly string[]): Outcome {
  const flags = parseFlags(withHelp(command.flags), rest, !command.flagsFirst);
  if (typeof flags === "string") return complaint(`${flags}\nSee 'docker ${command.path} --help'.\n`, 125);
  if (flags.values.help) return { text: deprecation(rest) + commandHelp(command), fd: 1, status: 0 };
  const refused = refuseArguments(command, flags.args);
  if (refused !== null) return complaint(`${refused}\n`, 1);
  const world = sys.world as DockerWorld;
  const engine = world.engines[sys.proc.node];
  if (!engine || !world.procs[engine.daemon]) {
    return complaint(
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n",
      1,
    );
  }
  const state = sys.proc.locals as CallState;
  return { call: { sys, daemon: { world, programs: sys.programs, engine }, command, flags, args: flags.args, state } };
}

function begin(sys: Sys, outcome: Outcome): void {
  if ("call" in outcome) {
    outcome.call.command.run(outcome.call);
    return;
  }
  write(sys, outcome.fd, outcome.text);
  exit(sys, outcome.status);
}

function resume(sys: Sys, outcome: Outcome, why: Wake): void {
  if (!("call" in outcome)) return fail(sys, "error during connect: the docker daemon has gone\n", 1);
  const { call } = outcome;
  if (why.type === "detach" && !call.command.detaches) return;
  if (why.type === "signal" && !call.command.resume) exit(sys, 130);
  else if (why.type === "stdin") relayInput(call);
  else call.command.resume?.(call, why);
}

/** The program with these of its commands. */
export function dockerProgram(commands: readonly DockerCommand[]): Program {
  return {
    path: "/usr/bin/docker",
    about: "run and look at containers and networks",
    catches: ["SIGINT", "SIGTERM", "SIGQUIT"],
    lends: true,
    start(sys) {
      const state: CallState = {
        step: "",
        todo: [],
        errors: [],
        container: "",
        number: 0,
        moments: [null, null],
        registry: null,
        relay: null,
      };
      sys.proc.locals = state;
      setTimer(sys, Slot.BEGIN, CALL_NS);
    },
    wake(sys, why) {
      const outcome = resolve(commands, sys, sys.proc.argv);
      if (why.type === "timer" && why.slot === Slot.BEGIN) begin(sys, outcome);
      else resume(sys, outcome, why);
    },
  };
}

/** The program while the rest of its commands is on its way. */
export function firstDockerProgram(commands: readonly DockerCommand[]): Program {
  const some = dockerProgram(commands);
  return {
    ...some,
    start(sys, argv) {
      if (findCommand(commands, argv.slice(1)) === null) onItsWay("docker");
      some.start(sys, argv);
    },
  };
}
