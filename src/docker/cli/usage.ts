/** Help and complaints about arguments, in the words of Docker's cobra templates (cli/cobra.go, cli/required.go). */
import type { DockerCommand } from "./command.ts";
import { type FlagSpec, flag, flagUsages } from "./flags.ts";

/** Groups of commands: docker network … */
export const GROUPS: readonly { name: string; short: string }[] = [
  { name: "container", short: "Manage containers" },
  { name: "image", short: "Manage images" },
  { name: "network", short: "Manage networks" },
  { name: "system", short: "Manage Docker" },
  { name: "volume", short: "Manage volumes" },
];

export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  flag("config", "string", "Location of client config files", { default: "/root/.docker" }),
  flag("context|c", "string", "Name of the context to use to connect to the daemon"),
  flag("debug|D", "bool", "Enable debug mode"),
  flag("host|H", "list", "Daemon socket(s) to connect to"),
  flag("log-level|l", "string", "Set the logging level", { default: "info" }),
  flag("tls", "bool", "Use TLS; implied by --tlsverify"),
  flag("version|v", "bool", "Print version information and quit"),
  flag("help|h", "bool", "Print usage", { hidden: true }),
];

const HELP_FLAG: FlagSpec = flag("help", "bool", "Print usage", { hidden: true });

/** The flags of a command, and --help: as -h, too, where that is nothing else. */
export function withHelp(flags: readonly FlagSpec[]): readonly FlagSpec[] {
  return [...flags, flags.some((f) => f.short === "h") ? HELP_FLAG : { ...HELP_FLAG, short: "h" }];
}

/** What pflag says of -h, before the help. */
export function deprecation(words: readonly string[]): string {
  return words.some((w) => /^-[a-zA-Z]*h/.test(w)) ? "Flag shorthand -h has been deprecated, please use --help\n" : "";
}

/** Complaint about the number of arguments; null if it is right. */
export function refuseArguments(command: DockerCommand, args: readonly string[]): string | null {
  const { min, max } = command.args;
  const count = args.length;
  if (count >= min && count <= max) return null;
  const plural = (n: number) => (n === 1 ? "argument" : "arguments");
  let wanted: string;
  if (max === 0) wanted = "accepts no arguments";
  else if (min === max) wanted = `requires exactly ${min} ${plural(min)}`;
  else if (max === Number.POSITIVE_INFINITY) wanted = `requires at least ${min} ${plural(min)}`;
  else if (min === 0) wanted = `requires at most ${max} ${plural(max)}`;
  else wanted = `requires at least ${min} and at most ${max} ${plural(max)}`;
  const path = `docker ${command.path}`;
  return `"${path}" ${wanted}.\nSee '${path} --help'.\n\nUsage:  docker ${command.use}\n\n${command.short}`;
}

/** The text of `docker COMMAND --help`. */
export function commandHelp(command: DockerCommand): string {
  let text = `\nUsage:  docker ${command.use}\n\n${command.short}\n`;
  if (command.aliases && command.aliases.length > 0) {
    const name = command.path.split(" ").at(-1);
    text += `\nAliases:\n  ${[name, ...command.aliases].join(", ")}\n`;
  }
  const usages = flagUsages(command.flags);
  return usages === "" ? text : `${text}\nOptions:\n${usages}\n`;
}

/** The text of `docker network --help`. */
export function groupHelp(group: { name: string; short: string }, commands: readonly DockerCommand[]): string {
  const mine = commands.filter((c) => c.path.startsWith(`${group.name} `));
  const lines = mine.map((c) => `  ${c.path.slice(group.name.length + 1).padEnd(11)} ${c.short}`).sort();
  return `\nUsage:  docker ${group.name} COMMAND\n\n${group.short}\n\nCommands:\n${lines.join("\n")}\n\nRun 'docker ${group.name} COMMAND --help' for more information on a command.\n`;
}

/** The text of `docker --help`. */
export function rootHelp(commands: readonly DockerCommand[]): string {
  const management = GROUPS.map((g) => `  ${g.name.padEnd(11)} ${g.short}`);
  const plain = commands.filter((c) => !c.path.includes(" ")).map((c) => `  ${c.path.padEnd(11)} ${c.short}`);
  return `\nUsage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\nOptions:\n${flagUsages(GLOBAL_FLAGS)}\n\nManagement Commands:\n${management.join("\n")}\n\nCommands:\n${plain.sort().join("\n")}\n\nRun 'docker COMMAND --help' for more information on a command.\n\nTo get more help with docker, check out our guides at https://docs.docker.com/go/guides/\n`;
}
