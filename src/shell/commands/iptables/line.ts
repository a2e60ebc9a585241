/** The options of iptables itself: getopt_long's reading of a line, with clusters (-nvL), "--name=value" and beginnings of names. */
import type { Args } from "./args.ts";
import { badParameter } from "./fail.ts";

/** Letters that take a word; "?" where it may be left out (then only one that is joined to the letter counts). */
const SHORT: Readonly<Record<string, "word" | "joined" | "none">> = {
  ...letters("ACDRIMNEPopsdjimcgt", "word"),
  ...letters("LSFZXhwW", "joined"),
  ...letters("Vfvnx46", "none"),
};

function letters(all: string, kind: "word" | "joined" | "none"): Record<string, typeof kind> {
  return Object.fromEntries(all.split("").map((letter) => [letter, kind]));
}

const LONG: readonly (readonly [string, string])[] = [
  ["append", "A"],
  ["delete", "D"],
  ["check", "C"],
  ["insert", "I"],
  ["replace", "R"],
  ["list", "L"],
  ["list-rules", "S"],
  ["flush", "F"],
  ["zero", "Z"],
  ["new-chain", "N"],
  ["delete-chain", "X"],
  ["rename-chain", "E"],
  ["policy", "P"],
  ["source", "s"],
  ["destination", "d"],
  ["src", "s"],
  ["dst", "d"],
  ["protocol", "p"],
  ["in-interface", "i"],
  ["jump", "j"],
  ["table", "t"],
  ["match", "m"],
  ["numeric", "n"],
  ["out-interface", "o"],
  ["verbose", "v"],
  ["wait", "w"],
  ["wait-interval", "W"],
  ["exact", "x"],
  ["fragments", "f"],
  ["version", "V"],
  ["help", "h"],
  ["line-numbers", "0"],
  ["modprobe", "M"],
  ["set-counters", "c"],
  ["goto", "g"],
  ["ipv4", "4"],
  ["ipv6", "6"],
];

/** One option of a line, or a word that is none. */
export type Item =
  | { kind: "letter"; letter: string; as: string; text: string }
  /** Of a match or target: `find` got its name. `text` is what is joined to it by "=", else null. */
  | { kind: "extension"; name: string; text: string | null }
  | { kind: "word"; word: string };

/**
 * Reads on to the next option. @param known full names (with dashes) of options that loaded extensions have
 * @returns null at the end of the line
 */
export function nextItem(args: Args, known: (name: string) => boolean): Item | null {
  if (args.cluster !== "") return nextLetter(args);
  const word = args.words[args.at++];
  if (word === undefined) return null;
  if (word.startsWith("--") && word.length > 2) return longOption(args, word, known);
  if (word.startsWith("-") && word.length > 1 && word !== "--") {
    args.cluster = word.slice(1);
    return nextLetter(args);
  }
  return { kind: "word", word };
}

function nextLetter(args: Args): Item {
  const letter = args.cluster[0] as string;
  const rest = args.cluster.slice(1);
  const kind = SHORT[letter];
  if (kind === undefined) badParameter(args, `unknown option "-${letter}"`);
  args.cluster = kind === "none" ? rest : "";
  if (kind === "none") return { kind: "letter", letter, as: `-${letter}`, text: "" };
  const text = kind === "word" && rest === "" ? wordBehind(args, `-${letter}`) : rest;
  return { kind: "letter", letter, as: `-${letter}`, text };
}

/** The word behind an option that needs one. */
export function wordBehind(args: Args, option: string): string {
  const word = args.words[args.at];
  if (word === undefined) badParameter(args, `option "${option}" requires an argument`);
  args.at++;
  return word;
}

function longOption(args: Args, word: string, known: (name: string) => boolean): Item {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  const joined = equals < 0 ? null : word.slice(equals + 1);
  if (known(name)) return { kind: "extension", name, text: joined };
  const letter = longLetter(name.slice(2));
  if (letter === null) return { kind: "extension", name, text: joined };
  const takes = SHORT[letter] ?? "none";
  const text = joined ?? (takes === "word" ? wordBehind(args, word) : "");
  return { kind: "letter", letter, as: word, text };
}

/** The letter of a long option; the beginning of its name will do where there is no other. */
function longLetter(name: string): string | null {
  const whole = LONG.find(([full]) => full === name);
  if (whole !== undefined) return whole[1];
  const begun = new Set(LONG.filter(([full]) => full.startsWith(name)).map(([, letter]) => letter));
  return begun.size === 1 ? ([...begun][0] as string) : null;
}
