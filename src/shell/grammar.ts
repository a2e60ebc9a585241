/**
 * What a command's words may be, as data: Tab completion reads it. The walk from the words before the cursor to what could
 * stand there knows no command; what kinds of words there are at the moment (devices, containers …) is looked up by the caller.
 */

/** What a word names. "any" is free text, "command" the name of a program. */
export type WordKind =
  | "address"
  | "any"
  | "bridge"
  | "chain"
  | "command"
  | "container"
  | "device"
  | "file"
  | "host"
  | "image"
  | "netns"
  | "network"
  | "network-mode"
  | "pid"
  | "port"
  | "running"
  | "setting"
  | "stopped"
  | "target";

/** What may stand in one place: a kind, or one of these words. */
export type Slot = WordKind | readonly string[];

/** Words, and what stands behind each: null for nothing of its own. */
export type Words = Readonly<Record<string, Slot | null>>;

export interface Grammar {
  /** Words that decide what all the rest is. "addr|address" is one word under two names, the first to be proposed first. */
  readonly sub?: Readonly<Record<string, Grammar>>;
  /** The beginning of a word of `sub` or `keys` stands for the first that it begins (iproute2's matches()). */
  readonly abbreviates?: boolean;
  /** Words with a dash. */
  readonly options?: Words;
  /** Words without one that may stand anywhere: "dev", "via". */
  readonly keys?: Words;
  /** Values that bring options of their own: "-m multiport", "-p tcp". */
  readonly opens?: Readonly<Record<string, Words>>;
  /** The other words by their place. */
  readonly args?: readonly Slot[];
  /** The last of `args` may come again and again. */
  readonly repeats?: boolean;
  /** Behind `args` stands a command line. */
  readonly command?: boolean;
}

const KINDS: ReadonlySet<string> = new Set<WordKind>([
  ..."address any bridge chain command container device file host image netns network network-mode pid port".split(" "),
  ..."running setting stopped target".split(" "),
] as WordKind[]);

/** Words from a text: "up dev:device promisc:on|off" is a bare word, one before a device, and one before on or off. */
export function words(text: string): Words {
  const entries = text
    .trim()
    .split(/\s+/)
    .map((item): [string, Slot | null] => {
      const colon = item.indexOf(":", 1);
      if (colon < 0) return [item, null];
      const slot = item.slice(colon + 1);
      return [item.slice(0, colon), KINDS.has(slot) ? (slot as WordKind) : slot.split("|")];
    });
  return Object.fromEntries(entries);
}

/** What could stand at the cursor. */
export interface Expectation {
  /** Words of the grammar. */
  literals: string[];
  kinds: WordKind[];
  /** Where among the words before the cursor another command line begins, or null. */
  nested: number | null;
}

interface Walk {
  grammar: Grammar;
  options: Words;
  /** Words counted by their place. */
  places: number;
  pending: Slot | null;
}

/** @param before words between the command's name and the cursor; `word` what stands at the cursor so far */
export function expected(grammar: Grammar, before: readonly string[], word: string): Expectation {
  const walk: Walk = { grammar, options: grammar.options ?? {}, places: 0, pending: null };
  for (const [i, each] of before.entries()) {
    if (startsCommand(walk, each)) return { literals: [], kinds: [], nested: i };
    step(walk, each);
  }
  if (walk.pending !== null) return fromSlots([walk.pending]);
  if (word.startsWith("-")) return fromSlots([optionNames(walk.options, word)]);
  if (startsCommand(walk, word)) return { literals: [], kinds: [], nested: before.length };
  const { sub = {}, keys = {}, args = [], repeats } = walk.grammar;
  const place = args[walk.places] ?? (repeats ? args.at(-1) : undefined);
  const names = walk.places === 0 ? Object.keys(sub) : [];
  return fromSlots([bestNames([...names, ...Object.keys(keys)], word), ...(place === undefined ? [] : [place])]);
}

/** The slot behind an option whose value is joined to it by "=". */
export function slotOfOption(grammar: Grammar, before: readonly string[], option: string): Slot | null {
  const walk: Walk = { grammar, options: grammar.options ?? {}, places: 0, pending: null };
  for (const each of before) step(walk, each);
  return optionSlot(walk.options, option);
}

function startsCommand({ grammar, places, pending }: Walk, word: string): boolean {
  return pending === null && grammar.command === true && places >= (grammar.args?.length ?? 0) && !word.startsWith("-");
}

function step(walk: Walk, word: string): void {
  const { grammar } = walk;
  const opened = grammar.opens?.[word];
  if (opened) walk.options = { ...walk.options, ...opened };
  if (walk.pending !== null) {
    walk.pending = null;
    return;
  }
  if (word.startsWith("-") && word !== "-") {
    walk.pending = optionSlot(walk.options, word);
    return;
  }
  const sub = walk.places === 0 ? lookUp(grammar.sub, word, grammar.abbreviates) : null;
  if (sub) {
    const inherited = Object.keys(sub.options ?? {}).length > 0 ? sub.options : {};
    Object.assign(walk, { grammar: sub, options: inherited, places: 0 });
    return;
  }
  const key = lookUp(grammar.keys, word, grammar.abbreviates);
  if (key === undefined) walk.places++;
  else walk.pending = key;
}

/** What an option takes; letters behind one dash are options without a value, but for the last. */
function optionSlot(options: Words, word: string): Slot | null {
  const exact = lookUp(options, word);
  return exact === undefined && /^-[^-]./.test(word) ? (lookUp(options, `-${word.at(-1)}`) ?? null) : (exact ?? null);
}

/** undefined: no such word. */
function lookUp<T>(table: Readonly<Record<string, T>> | undefined, word: string, abbreviates = false): T | undefined {
  const names = Object.keys(table ?? {});
  const exact = names.find((name) => name.split("|").includes(word));
  const begun = abbreviates ? names.find((name) => name.split("|").some((n) => n.startsWith(word))) : undefined;
  const found = exact ?? begun;
  return found === undefined ? undefined : table?.[found];
}

function optionNames(options: Words, word: string): readonly string[] {
  return bestNames(Object.keys(options), word);
}

/** Of the names that one word has, the first that what was typed begins. */
function bestNames(names: readonly string[], word: string): readonly string[] {
  return names.flatMap((name) => name.split("|").find((n) => n.startsWith(word)) ?? []);
}

function fromSlots(slots: readonly Slot[]): Expectation {
  const literals: string[] = [];
  const kinds: WordKind[] = [];
  for (const slot of slots) {
    if (typeof slot === "string") kinds.push(slot);
    else literals.push(...slot);
  }
  return { literals, kinds, nested: null };
}
