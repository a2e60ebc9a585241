/**
 * A bash script that rebuilds what is open on real machines: the scene's set-up, then the lines of the open branch as they were
 * typed, at their moments. One section a machine. What is random on a real machine is looked up there (real-names.ts).
 */

import type { enShare } from "../../../i18n/en/share.ts";
import type { LogEntry, TerminalChunk } from "../../../protocol/messages.ts";
import type { NodeSpec, Scene } from "../../../protocol/scene.ts";
import type { NodeView } from "../../../protocol/view.ts";
import type { Device } from "../../store/stores.ts";
import { type RealNames, realNames } from "./real-names.ts";
import { type Step, stepsOf } from "./steps.ts";

export interface ScriptInput {
  readonly scene: Scene;
  readonly title: string;
  readonly path: readonly LogEntry[];
  readonly chunks: readonly TerminalChunk[];
  readonly end_ns: number;
  readonly nodes: readonly NodeView[];
  readonly devices: readonly Device[];
  readonly words: typeof enShare.script;
}

/** A command of one machine. */
export interface Command {
  readonly machine: string;
  /** In this container; null: on the machine itself. */
  readonly container: string | null;
  /** From the end of the set-up on, ns; null: set-up. */
  readonly at_ns: number | null;
  readonly line: string;
  readonly input: Step["input"];
  readonly until_ns: number | null;
  readonly background: boolean;
}

/** All commands in order. A step in a container whose name nobody knows any more is left out. */
export function commandsOf(input: ScriptInput): readonly Command[] {
  const names = realNames(input);
  const busy = new Set(input.nodes.filter((node) => node.busy).map((node) => node.id));
  const { steps } = stepsOf({ ...input, isBusy: (node) => busy.has(node) });
  const setup = input.scene.setup.map(({ node, line }): Command => {
    const container = isMachine(input.scene, node) ? null : node;
    const machine = container === null ? node : machineOf(input, container);
    return { machine, container, at_ns: null, line, input: [], until_ns: null, background: false };
  });
  return [...setup, ...steps.flatMap((step) => commandOf(step, names))];
}

function commandOf(step: Step, names: RealNames): Command[] {
  const { at_ns, node, until_ns, background } = step;
  const machine = node.split("/")[0]!;
  const container = names.containerName(node);
  const namespace = /\/netns\/(.+)$/.exec(node)?.[1];
  if (node.includes("/") && container === null && namespace === undefined) return [];
  const typed = names.inLine(step.line);
  const line = namespace === undefined ? typed : `ip netns exec ${namespace} bash -c ${quoted(typed)}`;
  const input = step.input.map((one) => ({ ...one, line: names.inLine(one.line) }));
  return [{ machine, container, at_ns, line, input, until_ns, background }];
}

function isMachine(scene: Scene, name: string): boolean {
  return scene.world.nodes.some((node) => node.name === name) || scene.world.switches.some((one) => one.name === name);
}

function machineOf({ nodes, scene }: ScriptInput, container: string): string {
  const found = nodes.find((node) => node.name === container && node.container !== null);
  const run = scene.setup.find(({ line }) => new RegExp(`--name[ =]${container}( |$)`).test(line));
  return found?.machine ?? run?.node ?? scene.dockers[0] ?? "";
}

/** The whole script. */
export function scriptOf(input: ScriptInput): string {
  const commands = commandsOf(input);
  const { hosts } = stepsOf({ ...input, isBusy: () => false });
  const specs = [...input.scene.world.nodes, ...hosts.map((host) => host.spec)];
  const machines = specs.map((spec) => spec.name).filter((name) => commands.some((one) => one.machine === name));
  const parts = machines.length === 0 ? [specs[0]?.name ?? "host"] : machines;
  const all = commands.map((one) => one.line).join("\n");
  return `${[
    head(input, parts, specs),
    HELPERS.filter(({ name }) => name === "inside" || name === "at" || all.includes(`$(${name} `)).map(
      ({ text }) => text,
    ),
    parts.map((machine) => section(machine, commands, input.words, parts.length > 1)),
    cleaning(commands, input.words),
    tail(parts, input.words),
  ]
    .flat()
    .join("\n\n")}\n`;
}

function head(
  { title, scene, end_ns, words }: ScriptInput,
  parts: readonly string[],
  specs: readonly NodeSpec[],
): string {
  const docker = (name: string) => (scene.dockers.includes(name) ? `, dockerd ${scene.dockerd?.[name] ?? ""}` : "");
  const images = imagesOf(scene);
  const lines = [
    words.head(title, (end_ns / 1e9).toFixed(3)),
    words.needs,
    ...(images.length > 0 ? [words.images(images.join(" "))] : []),
    "",
    ...(parts.length === 1 ? ["  bash rebuild.sh"] : parts.map((part) => `  bash rebuild.sh ${part}`)),
    `  bash rebuild.sh clean    # ${words.clean}`,
    "",
    words.machines,
    ...specs.map((spec) => `  ${spec.name}: ${addresses(spec)}${docker(spec.name)}`.trimEnd()),
    ...specs.flatMap((spec) => spec.routes.map((route) => `  ${spec.name}: ip route add ${route}`)),
    ...specs.flatMap((spec) => (spec.iptables ?? []).map((rule) => `  ${spec.name}: iptables ${rule}`)),
  ];
  return `#!/usr/bin/env bash\n${lines.map((line) => `# ${line}`.trimEnd()).join("\n")}\nset -u`;
}

function addresses(spec: NodeSpec): string {
  return spec.interfaces.map(({ name, ipv4 }) => `${name} ${[ipv4].flat().join(" ")}`).join(", ");
}

function imagesOf(scene: Scene): string[] {
  const lines = scene.setup.map(({ line }) => line).join("\n");
  return ["nginx", "busybox", "centos"].filter((image) => new RegExp(`docker run .*\\b${image}\\b`).test(lines));
}

/** What the sections use. */
const HELPERS = [
  {
    name: "at",
    text: `# Waits until so many milliseconds after the set-up.
started=$(date +%s%N)
at() {
  local left=$((started / 1000000 + $1 - $(date +%s%N) / 1000000))
  if [ "$left" -gt 0 ]; then sleep "$((left / 1000)).$(printf %03d $((left % 1000)))"; fi
}`,
  },
  {
    name: "inside",
    text: `# Runs a line in a container, for so many seconds if it says so: with the image's own program, or else with this machine's
# in the container's network.
inside() {
  local name=$1 line=$2 program=\${2%% *} limit=()
  if [ -n "\${3-}" ]; then limit=(timeout -s INT "$3"); fi
  if docker exec "$name" sh -c "command -v $program \${limit[*]:0:1}" >/dev/null 2>&1; then
    docker exec -i "$name" "\${limit[@]}" sh -c "$line"
  else
    nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$name")" -n "\${limit[@]}" sh -c "$line"
  fi
}`,
  },
  {
    name: "veth_of",
    text: `# The host's end of a container's interface.
veth_of() {
  local index
  index=$(nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$1")" -n ip -o link show "$2" | sed 's/.*@if\\([0-9]*\\):.*/\\1/')
  ip -o link | sed -n "s/^$index: \\([^@:]*\\).*/\\1/p"
}
export -f veth_of`,
  },
  {
    name: "bridge_of",
    text: `# The bridge of a Docker network.
bridge_of() { echo "br-$(docker network inspect -f '{{.Id}}' "$1" | cut -c1-12)"; }
export -f bridge_of`,
  },
] as const;

/** A machine's commands as a function. */
function section(
  machine: string,
  commands: readonly Command[],
  words: ScriptInput["words"],
  together: boolean,
): string {
  const own = commands.filter((one) => one.machine === machine);
  const setup = own.filter((one) => one.at_ns === null);
  const acts = own.filter((one) => one.at_ns !== null);
  const lines = [
    ...setup.map(writeCommand),
    ...(together ? [`if [ -t 0 ]; then read -r -p ${quoted(words.together)}; fi`] : []),
    "started=$(date +%s%N)",
    ...acts.flatMap((one, i) => [
      ...(late(one, acts[i - 1]) ? [`at ${Math.round(one.at_ns! / 1e6)}`] : []),
      writeCommand(one),
    ]),
    ...(acts.some((one) => one.background) ? ["wait"] : []),
  ];
  return `${functionOf(machine)}() {\n${lines.map(indented).join("\n")}\n}`;
}

/** A pause that somebody would notice, ns. */
const PAUSE_NS = 50_000_000;

function late(command: Command, before: Command | undefined): boolean {
  return command.at_ns! - (before?.at_ns ?? 0) > PAUSE_NS;
}

/** Names of machines may have what a function's name may not. */
function functionOf(machine: string): string {
  return `on_${machine.replace(/[^A-Za-z0-9]/g, "_")}`;
}

/** Two spaces before a line; what goes on (a quoted text, a heredoc) is left as it is. */
function indented(text: string): string {
  return text === "" ? "" : `  ${text}`;
}

function writeCommand(command: Command): string {
  const { container, line, input, until_ns, at_ns, background } = command;
  const plain = input.length === 0 ? line : withoutTerminal(line);
  const limit_s = until_ns === null ? null : Math.max(1, Math.ceil((until_ns - at_ns!) / 1e9));
  const end = `${input.length === 0 ? "" : " <<'TYPED'"}${background ? " &" : ""}${heredoc(input)}`;
  if (container !== null) return `inside ${container} ${quoted(plain)}${limit_s === null ? "" : ` ${limit_s}`}${end}`;
  if (limit_s !== null) return `timeout -s INT ${limit_s} bash -c ${quoted(plain)}${end}`;
  return `${background && input.length === 0 ? `{ ${plain}; }` : plain}${end}`;
}

/** There is no terminal: "-it" becomes "-i". */
function withoutTerminal(line: string): string {
  return line.replace(/ -(?:it|ti)\b/, " -i").replace(/ -i -t\b| -t -i\b/, " -i");
}

function heredoc(input: Step["input"]): string {
  return input.length === 0 ? "" : `\n${input.map(({ line }) => line).join("\n")}\nTYPED`;
}

/** As one word of bash. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Takes away containers and networks that the script made, by their names. */
function cleaning(commands: readonly Command[], words: ScriptInput["words"]): string {
  const all = commands.map((one) => one.line).join("\n");
  const found = (pattern: RegExp) => [...new Set([...all.matchAll(pattern)].map((match) => match[1]!))].join(" ");
  const containers = found(/\bdocker (?:run|create)\b[^\n;&|]*?--name[ =]([\w.-]+)/g);
  const networks = found(/\bdocker network create\b[^\n;&|]*?\s([\w.-]+)(?=\s*(?:$|[;&|]))/gm);
  const namespaces = found(/\bip netns a(?:dd?)? ([^\s;&|]+)/g);
  const lines = [
    ...(namespaces === "" ? [] : [`for name in ${namespaces}; do ip netns del "$name"; done`]),
    ...(containers === "" ? [] : [`docker rm -f ${containers}`]),
    ...(networks === "" ? [] : [`docker network rm ${networks}`]),
    `echo ${quoted(words.cleaned)}`,
  ];
  const check =
    containers === ""
      ? ":"
      : `for name in ${containers}; do\n    if docker inspect "$name" >/dev/null 2>&1; then echo "$name: "${quoted(words.exists)} >&2; exit 1; fi\n  done`;
  return `check_names() {\n  ${check}\n}\n\nclean() {\n${lines.map(indented).join("\n")}\n}`;
}

function tail(parts: readonly string[], words: ScriptInput["words"]): string {
  const one = parts.length === 1 ? parts[0]! : "";
  const cases = parts.map((part) => `  ${part}) check_names; ${functionOf(part)} ;;`);
  const usage = `  *) echo ${quoted(words.usage(parts.join(" | ")))} >&2; exit 2 ;;`;
  return [
    `if [ "$(id -u)" != 0 ]; then echo ${quoted(words.root)} >&2; exit 1; fi`,
    `case "\${1:-${one}}" in`,
    "  clean) clean ;;",
    ...cases,
    usage,
    "esac",
  ].join("\n");
}
