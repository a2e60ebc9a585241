/** What may stand on a line of `docker`: its commands and their flags, and what their arguments name. */
import type { Grammar, Slot, Words } from "../../shell/grammar.ts";
import { COMMANDS } from "./commands.ts";
import type { FlagSpec } from "./flags.ts";
import { GLOBAL_FLAGS, GROUPS } from "./usage.ts";

/** Arguments by the last word of a command's name; a dash where two groups differ. */
const ARGUMENTS: Readonly<Record<string, Omit<Grammar, "options">>> = {
  attach: { args: ["running"] },
  create: { args: ["image"], command: true },
  exec: { args: ["running"], command: true },
  inspect: { args: ["container"], repeats: true },
  kill: { args: ["running"], repeats: true },
  logs: { args: ["container"] },
  pause: { args: ["running"], repeats: true },
  port: { args: ["container"] },
  pull: { args: ["image"] },
  rename: { args: ["container"] },
  restart: { args: ["container"], repeats: true },
  rm: { args: ["container"], repeats: true },
  run: { args: ["image"], command: true },
  start: { args: ["stopped"], repeats: true },
  stop: { args: ["running"], repeats: true },
  top: { args: ["running"] },
  unpause: { args: ["container"], repeats: true },
  wait: { args: ["container"], repeats: true },
  "image inspect": { args: ["image"], repeats: true },
  "network connect": { args: ["network", "container"] },
  "network create": { args: ["any"] },
  "network disconnect": { args: ["network", "container"] },
  "network inspect": { args: ["network"], repeats: true },
  "network rm": { args: ["network"], repeats: true },
};

/** What the values of flags name, where that is known. */
const VALUES: Readonly<Record<string, Slot>> = {
  network: "network-mode",
  net: "network-mode",
  restart: ["no", "always", "unless-stopped", "on-failure"],
  "cap-add": ["NET_ADMIN", "NET_RAW", "SYS_ADMIN", "NET_BIND_SERVICE", "ALL"],
  "cap-drop": ["NET_ADMIN", "NET_RAW", "SYS_ADMIN", "NET_BIND_SERVICE", "ALL"],
  signal: ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"],
  type: ["container", "image", "network"],
  attach: ["stdin", "stdout", "stderr"],
  entrypoint: "command",
  driver: ["bridge"],
  dns: "address",
};

function flagWords(flags: readonly FlagSpec[]): Words {
  const shown = flags.filter((f) => !f.hidden);
  return Object.fromEntries(
    [...shown, ...flags.filter((f) => f.name === "net")].map((f) => {
      const name = f.short === undefined ? `--${f.name}` : `--${f.name}|-${f.short}`;
      return [name, f.kind === "bool" ? null : (VALUES[f.name] ?? "any")];
    }),
  );
}

/** A command under its place: "network create" below "network". */
function place(tree: Record<string, Grammar>, path: readonly string[], leaf: Grammar): void {
  const [first = "", ...rest] = path;
  if (rest.length === 0) {
    tree[first] = leaf;
    return;
  }
  const branch: Record<string, Grammar> = { ...tree[first]?.sub };
  place(branch, rest, leaf);
  tree[first] = { sub: branch };
}

function build(): Grammar {
  const sub: Record<string, Grammar> = {};
  for (const command of COMMANDS) {
    const last = command.path.split(" ").at(-1) ?? "";
    const takes = ARGUMENTS[command.path] ?? ARGUMENTS[last] ?? {};
    place(sub, command.path.split(" "), { ...takes, options: flagWords(command.flags) });
  }
  sub.help = { args: [[...Object.keys(sub), ...GROUPS.map((g) => g.name)]] };
  return { sub, options: flagWords(GLOBAL_FLAGS) };
}

export const dockerGrammar: Grammar = build();
