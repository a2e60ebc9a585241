/** Tab completion: what could stand at the cursor, from the grammars of the commands and what the world holds. */
import { dockerGrammar } from "../docker/cli/grammar.ts";
import { findProgram, listDirectory, resolvePath } from "../shell/files.ts";
import { expected, type Grammar, type Slot, slotOfOption } from "../shell/grammar.ts";
import { shellGrammars } from "../shell/grammars.ts";
import { BUILTINS } from "../shell/lang/builtins/builtins.ts";
import { prompting } from "../shell/terminal.ts";
import { programs } from "../worlds/programs.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";
import { type Asked, wordsOfKind } from "./complete-kinds.ts";
import { terminalPlace } from "./terminal.ts";

export interface Completion {
  /** Where in the line the candidates begin. */
  from: number;
  /** All that could stand there, sorted. */
  candidates: string[];
}

/** Completes what is being typed in a node's terminal; nothing while a program runs in it. */
export function complete(world: PlaygroundWorld, nodeId: string, line: string, cursor: number): Completion {
  const before = line.slice(0, cursor);
  const from = before.search(/[^\s;|&(<>]*$/);
  const asked = whoAsks(world, nodeId);
  if (asked === null) return { from, candidates: [] };
  const word = before.slice(from);
  const command = before.slice(0, from).match(/(?:[^;|&(]|&(?=>)|(?<=>)&)*$/)?.[0] ?? "";
  if (/[<>]\s*$/.test(command)) return finish(from, word, paths(asked, word));
  const words = command.split(/\s+/).filter((w) => w !== "" && !/^\d*[<>]/.test(w));
  return ofCommand(asked, words, word, from);
}

/** Where the line will run: in the innermost shell of the terminal, which may stand in a container or a namespace. */
function whoAsks(world: PlaygroundWorld, nodeId: string): Asked | null {
  const place = terminalPlace(world, nodeId);
  if (place === null) return null;
  if (world.terminals[nodeId] === undefined)
    return { world, node: place.node, netns: place.netns, cwd: place.node.cwd, state: null, words: [] };
  const found = prompting(world, nodeId);
  const at = found ? world.nodes[found.shell.node] : undefined;
  if (!found || !at) return null;
  return { world, node: at, netns: found.shell.netns, cwd: found.shell.cwd, state: found.state, words: [] };
}

function finish(from: number, word: string, found: readonly string[]): Completion {
  return { from, candidates: [...new Set(found)].filter((w) => w.startsWith(word)).sort() };
}

/** Words before a command that leave the command where it was. */
const BEFORE_COMMAND = /^([A-Za-z_]\w*=.*|!|time|if|then|else|elif|while|until|do|\{)$/;

function ofCommand(asked: Asked, given: readonly string[], word: string, from: number): Completion {
  const skipped = given.findIndex((w) => !BEFORE_COMMAND.test(w));
  const words = skipped < 0 ? [] : given.slice(skipped);
  const [name, ...rest] = words;
  if (word.startsWith("$"))
    return finish(
      from,
      word,
      [...(asked.state?.vars.keys() ?? [])].map((v) => `$${v}`),
    );
  if (name === undefined) return finish(from, word, word.includes("/") ? paths(asked, word) : commandNames(asked));
  const grammar = grammarOf(asked, name);
  if (grammar === null) return finish(from, word, paths(asked, word));
  const joined = /^(--?[\w-]+)=(.*)$/s.exec(word);
  if (joined) {
    const [, option = "", value = ""] = joined;
    const slot = slotOfOption(grammar, rest, option);
    return finish(from + option.length + 1, value, slot === null ? [] : ofSlot({ ...asked, words }, slot, value));
  }
  const { literals, kinds, nested } = expected(grammar, rest, word);
  if (nested !== null) return ofCommand(asked, rest.slice(nested), word, from);
  const found = kinds.flatMap((kind) => ofSlot({ ...asked, words }, kind, word));
  return finish(from, word, [...literals, ...found]);
}

function grammarOf({ state }: Asked, name: string): Grammar | null {
  const alias = state?.aliases.get(name)?.trim();
  const known = alias !== undefined && /^\S+$/.test(alias) ? alias : name.replace(/^\/(usr\/)?s?bin\//, "");
  if (known === "docker") return dockerGrammar;
  return Object.hasOwn(shellGrammars, known) ? (shellGrammars[known] ?? null) : null;
}

function ofSlot(asked: Asked, slot: Slot, word: string): readonly string[] {
  if (typeof slot !== "string") return slot;
  if (slot === "file") return paths(asked, word);
  if (slot === "command") return commandNames(asked);
  return wordsOfKind(asked, slot);
}

/** Programs that are for people, builtins, and what the shell itself has been given. */
function commandNames({ world, node, state }: Asked): string[] {
  const installed = Object.keys(programs).filter(
    (name) => programs[name]?.about !== undefined && findProgram(world, programs, node.id, name) !== null,
  );
  const own = state === null ? [] : [...state.functions.keys(), ...state.aliases.keys()];
  return [...installed, ...Object.keys(BUILTINS), ...own];
}

/** Files and directories; a directory ends in a slash. */
function paths({ world, node, netns, cwd, state }: Asked, word: string): string[] {
  const directory = word.slice(0, word.lastIndexOf("/") + 1);
  const home = state?.vars.get("HOME")?.value ?? "/root";
  const place = { node: node.id, netns, cwd };
  const at = resolvePath(cwd, directory.replace(/^~(?=\/)/, home));
  const names = listDirectory(world, place, at) ?? [];
  const shown = word.slice(directory.length).startsWith(".") ? names : names.filter((name) => !name.startsWith("."));
  return shown.map((name) => {
    const isDirectory = listDirectory(world, place, `${at === "/" ? "" : at}/${name}`) !== null;
    return `${directory}${name}${isDirectory ? "/" : ""}`;
  });
}
