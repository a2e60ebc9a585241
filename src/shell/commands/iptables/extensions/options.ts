/**
 * Options of matches and targets, read by a table of what each may do: libxtables/xtoptions.c. An extension's own check comes before
 * the table's (which are missing, which exclude each other), as there.
 */
import type { LimitUnit, NfMatch, NfTarget } from "../../../../kernel/netfilter/types.ts";
import { type Args, unsigned } from "../args.ts";
import { badOption, badParameter, type Voice } from "../fail.ts";

/** What a rule says of its protocol, for extensions that need one. */
export interface RuleProtocol {
  number: number;
  invert: boolean;
}

export interface OptionSpec<M> {
  /** With its dashes, as complaints name it. */
  readonly name: string;
  readonly alias?: string;
  /** No word of its own stands behind it. */
  readonly flag?: true;
  readonly invert?: true;
  readonly mandatory?: true;
  /** Names without dashes. */
  readonly excludes?: readonly string[];
  readonly needs?: readonly string[];
  /** What is said when it comes twice, where that isn't the usual. */
  readonly twice?: string;
  read(args: Args, m: M, text: string): void;
}

export interface Extension<M> {
  /** As complaints name it. */
  readonly name: string;
  make(): M;
  readonly options: readonly OptionSpec<M>[];
  /** @param seen options that stood on the line, with their dashes */
  check?(voice: Voice, m: M, seen: readonly string[], protocol: RuleProtocol | null): void;
}

/** An extension that a line has named, with what its options made of it. */
export interface Loaded {
  readonly extension: Extension<NfMatch | NfTarget>;
  readonly value: NfMatch | NfTarget;
  readonly seen: string[];
}

export function load<M extends NfMatch | NfTarget>(extension: Extension<M>): Loaded {
  return { extension: extension as unknown as Loaded["extension"], value: extension.make(), seen: [] };
}

/** Reads an option of a loaded extension. @param text the word behind it; "" for a flag */
export function readExtensionOption(args: Args, loaded: Loaded, option: OptionSpec<never>, text: string): void {
  const { extension, seen, value } = loaded;
  const { name } = option;
  if (seen.includes(name)) {
    if (option.twice !== undefined) badParameter(args, option.twice);
    badOption(args, `${extension.name}: option "${name}" can only be used once.`);
  }
  if (args.invert && option.invert !== true) badOption(args, `${extension.name}: option "${name}" cannot be inverted.`);
  option.read(args, value as never, text);
  seen.push(name);
}

/** What only the whole line shows: the extension's own check, then the table's. */
export function checkLoaded(voice: Voice, loaded: Loaded, protocol: RuleProtocol | null): void {
  const { extension, value, seen } = loaded;
  extension.check?.(voice, value, seen, protocol);
  for (const { name, mandatory, excludes, needs } of extension.options) {
    const where = `${extension.name}: option "${name}"`;
    if (!seen.includes(name)) {
      if (mandatory) badOption(voice, `${where} must be specified`);
      continue;
    }
    for (const other of excludes ?? [])
      if (seen.includes(`--${other}`)) badOption(voice, `${where} cannot be used together with "--${other}".`);
    for (const other of needs ?? [])
      if (!seen.includes(`--${other}`)) badOption(voice, `${where} also requires "--${other}".`);
  }
}

const UINT32 = 0xffff_ffff;

const LIMIT_UNITS: readonly LimitUnit[] = ["second", "minute", "hour", "day"];

/** "5/min", "3": a number for each unit of time, of which the beginning of its name will do; null where it is none. */
export function limitRate(text: string): { count: number; unit: LimitUnit } | null {
  const [first = "", word = "second"] = text.split("/");
  const unit = word === "" ? undefined : LIMIT_UNITS.find((name) => name.startsWith(word.toLowerCase()));
  const count = /^\d+/.test(first) ? Number.parseInt(first, 10) : 0;
  return count === 0 || unit === undefined ? null : { count, unit };
}

/** XTTYPE_UINT*: a number within bounds. */
export function uint(args: Args, who: string, option: string, text: string, min = 0, max = UINT32): number {
  const bounds = `${min}-${max}`;
  const found = unsigned(text, min, max);
  return found ?? badOption(args, `${who}: bad value for option "${option}", or out of range (${bounds}).`);
}

/** XTTYPE_MARKMASK32: "value" or "value/mask". */
export function markMask(args: Args, who: string, option: string, text: string): { value: number; mask: number } {
  const [first = "", second] = text.split("/");
  const value = unsigned(first, 0, UINT32);
  const mask = second === undefined ? UINT32 : unsigned(second, 0, UINT32);
  if (value === null || mask === null)
    return badOption(args, `${who}: bad integer value for option "${option}", or out of range.`);
  return { value, mask };
}

/** XTTYPE_UINT*RC: "5", "5:", ":9" or "5:9". */
export function uintRange(
  args: Args,
  who: string,
  option: string,
  text: string,
  max: number,
): { from: number; to: number } {
  const [first = "", second] = text.split(":");
  const part = (word: string, otherwise: number) =>
    word === "" && second !== undefined ? otherwise : unsigned(word, 0, max);
  const from = part(first, 0);
  const to = second === undefined ? from : part(second, max);
  const bounds = `0-${max}`;
  if (from === null || to === null) {
    return badOption(
      args,
      `${who}: bad value for option "${option}" near "${from === null ? text : second}", or out of range (${bounds}).`,
    );
  }
  return { from, to };
}
