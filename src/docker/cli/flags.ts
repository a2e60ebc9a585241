/** Command-line flags as spf13/pflag parses them, with its error messages. */

export interface FlagSpec {
  name: string;
  short?: string;
  /** "list" may be given again and again, "slice" takes commas too. */
  kind: "bool" | "string" | "int" | "list" | "slice";
  usage: string;
  /** Shown default, and the value when the flag is not given. */
  default?: string;
  /** Type that the usage shows for values. */
  shows?: string;
  hidden?: boolean;
  /** The flag that this is another name of. */
  alias?: string;
  /** What is wrong with a value, or null. */
  check?: (value: string) => string | null;
}

export interface ParsedFlags {
  /** Values by flag name, in the order given. */
  values: Record<string, string[]>;
  args: string[];
}

const BOOLS: Readonly<Record<string, string>> = {
  "1": "true",
  t: "true",
  T: "true",
  TRUE: "true",
  true: "true",
  True: "true",
  "0": "false",
  f: "false",
  F: "false",
  FALSE: "false",
  false: "false",
  False: "false",
};

/** A flag of a command: "name", or "name|n" with its one-letter form. */
export function flag(
  names: string,
  kind: FlagSpec["kind"],
  usage: string,
  more: Partial<Omit<FlagSpec, "name" | "kind" | "usage">> = {},
): FlagSpec {
  const [name, short] = names.split("|") as [string, string | undefined];
  return { name, kind, usage, ...(short === undefined ? {} : { short }), ...more };
}

/** @param interspersed whether flags may follow arguments. A string answers what is wrong. */
export function parseFlags(
  specs: readonly FlagSpec[],
  words: readonly string[],
  interspersed: boolean,
): ParsedFlags | string {
  const parsed: ParsedFlags = { values: {}, args: [] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === "--") {
      parsed.args.push(...words.slice(i + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      if (!interspersed) {
        parsed.args.push(...words.slice(i));
        break;
      }
      parsed.args.push(word);
      continue;
    }
    const used = word.startsWith("--") ? parseLong(specs, words, i, parsed) : parseShorts(specs, words, i, parsed);
    if (typeof used === "string") return used;
    i += used;
  }
  return parsed;
}

/** How many words more than its own the flag took, or what is wrong. */
function parseLong(
  specs: readonly FlagSpec[],
  words: readonly string[],
  at: number,
  out: ParsedFlags,
): number | string {
  const word = words[at] as string;
  const equals = word.indexOf("=");
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  if (name === "" || name.startsWith("-")) return `bad flag syntax: ${word}`;
  const spec = specs.find((s) => s.name === name);
  if (!spec) return `unknown flag: --${name}`;
  if (equals >= 0) return setFlag(spec, word.slice(equals + 1), out) ?? 0;
  if (spec.kind === "bool") return setFlag(spec, "true", out) ?? 0;
  const value = words[at + 1];
  if (value === undefined) return `flag needs an argument: --${name}`;
  return setFlag(spec, value, out) ?? 1;
}

/** Letters after one dash: flags without values, the last may have one. */
function parseShorts(
  specs: readonly FlagSpec[],
  words: readonly string[],
  at: number,
  out: ParsedFlags,
): number | string {
  const letters = (words[at] as string).slice(1);
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i] as string;
    const rest = letters.slice(i);
    const spec = specs.find((s) => s.short === letter);
    if (!spec) return `unknown shorthand flag: '${letter}' in -${rest}`;
    const behind = letters.slice(i + 1);
    if (behind.startsWith("=")) return setFlag(spec, behind.slice(1), out) ?? 0;
    if (spec.kind === "bool") {
      const wrong = setFlag(spec, "true", out);
      if (wrong !== null) return wrong;
      continue;
    }
    if (behind !== "") return setFlag(spec, behind, out) ?? 0;
    const value = words[at + 1];
    if (value === undefined) return `flag needs an argument: '${letter}' in -${rest}`;
    return setFlag(spec, value, out) ?? 1;
  }
  return 0;
}

function setFlag(spec: FlagSpec, value: string, out: ParsedFlags): string | null {
  const wrong = checkValue(spec, value);
  if (wrong !== null) {
    const shown = spec.short === undefined ? `--${spec.name}` : `-${spec.short}, --${spec.name}`;
    return `invalid argument ${JSON.stringify(value)} for ${JSON.stringify(shown)} flag: ${wrong}`;
  }
  const name = spec.alias ?? spec.name;
  const values = spec.kind === "slice" ? value.split(",") : [spec.kind === "bool" ? (BOOLS[value] as string) : value];
  out.values[name] = [...(out.values[name] ?? []), ...values];
  return null;
}

function checkValue(spec: FlagSpec, value: string): string | null {
  if (spec.kind === "bool" && BOOLS[value] === undefined) {
    return `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
  }
  if (spec.kind === "int" && !/^[+-]?\d+$/.test(value)) {
    return `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`;
  }
  return spec.check?.(value) ?? null;
}

/** Columns that help texts fill: FlagUsagesWrapped leaves one of 80 free. */
const HELP_COLUMNS = 79;
/** How far a line may go over, so that no short word stands alone in the last one. */
const SLOP = 5;

/** The lines of a usage text that list flags, as pflag lays them out (FlagUsagesWrapped). */
export function flagUsages(specs: readonly FlagSpec[]): string {
  const shown = specs.filter((s) => !s.hidden).sort((x, y) => (x.name < y.name ? -1 : 1));
  const lines = shown.map((s) => {
    const kind = s.shows ?? { bool: "", string: " string", int: " int", list: " list", slice: " strings" }[s.kind];
    const start = s.short === undefined ? `      --${s.name}` : `  -${s.short}, --${s.name}`;
    const value = kind === "" || kind.startsWith(" ") ? kind : ` ${kind}`;
    const fallback =
      s.default === undefined ? "" : ` (default ${s.kind === "string" ? JSON.stringify(s.default) : s.default})`;
    return { left: start + value, right: s.usage + fallback };
  });
  const width = Math.max(0, ...lines.map((l) => l.left.length));
  return lines.map((l) => `${l.left.padEnd(width)}   ${wrap(l.right, width + 3)}`).join("\n");
}

/** pflag's wrap: lines behind the first are indented; where there is little room the text begins on a line of its own. */
function wrap(text: string, column: number): string {
  const isNarrow = HELP_COLUMNS - column < 24;
  const indent = isNarrow ? 16 : column;
  const room = HELP_COLUMNS - indent - SLOP;
  const lines: string[] = isNarrow ? [""] : [];
  for (let rest = text; rest !== ""; ) {
    const space = rest.length < room + SLOP ? -1 : rest.lastIndexOf(" ", room - 1);
    lines.push(space <= 0 ? rest : rest.slice(0, space));
    rest = space <= 0 ? "" : rest.slice(space + 1);
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}
