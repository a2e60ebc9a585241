/** Functions of Go templates: text/template's own and those that Docker's CLI adds (cli/templates/templates.go). */
import { TemplateError } from "./lexer.ts";
import {
  formatValue,
  type GoValue,
  isList,
  isMap,
  isTrue,
  KeyedMap,
  marshalJson,
  NO_VALUE,
  typeName,
} from "./value.ts";

type GoFunction = (...args: GoValue[]) => GoValue;

function text(value: GoValue | undefined): string {
  if (typeof value === "string") return value;
  throw new TemplateError(`wrong type for value; expected string; got ${typeName(value ?? null)}`);
}

function int(value: GoValue | undefined): number {
  if (typeof value === "number") return value;
  throw new TemplateError(`wrong type for value; expected int; got ${typeName(value ?? null)}`);
}

/** Go counts a string's bytes. */
function utf8Length(s: string): number {
  let bytes = 0;
  for (const c of s) {
    const code = c.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function length(value: GoValue): number {
  if (typeof value === "string") return utf8Length(value);
  if (isList(value)) return value.length;
  if (isMap(value)) return value.size;
  if (value === null) throw new TemplateError("len of nil pointer");
  throw new TemplateError(`len of type ${typeName(value)}`);
}

/** indexArg, which lets the place behind the last one through to reflect. */
function place(at: number, count: number, kind: "slice" | "string"): number {
  if (at < 0 || at > count) throw new TemplateError(`index out of range: ${at}`);
  if (at === count) throw new TemplateError(`reflect: ${kind} index out of range`);
  return at;
}

function index(item: GoValue, ...keys: GoValue[]): GoValue {
  let value = item;
  for (const key of keys) {
    if (isList(value)) {
      value = value[place(int(key), value.length, "slice")] as GoValue;
    } else if (typeof value === "string") {
      value = value.charCodeAt(place(int(key), value.length, "string"));
    } else if (value instanceof KeyedMap) {
      throw new TemplateError("value has type string; should be nat.Port");
    } else if (isMap(value)) {
      value = value.get(text(key)) ?? null;
    } else if (value === null || value === NO_VALUE) {
      throw new TemplateError("index of untyped nil");
    } else if (typeof value === "object") {
      value = (value as Record<string, GoValue>)[text(key)] ?? null;
    } else {
      throw new TemplateError(`can't index item of type ${typeName(value)}`);
    }
  }
  return value;
}

function slice(item: GoValue, from: GoValue = 0, to?: GoValue): GoValue {
  if (typeof item === "string") return item.slice(int(from), to === undefined ? undefined : int(to));
  if (isList(item)) return item.slice(int(from), to === undefined ? undefined : int(to));
  throw new TemplateError(`can't slice item of type ${typeName(item)}`);
}

function equal(x: GoValue, ...others: GoValue[]): boolean {
  if (others.length === 0) throw new TemplateError("missing argument for comparison");
  return others.some((y) => {
    if (x !== null && y !== null && typeof x !== typeof y) {
      throw new TemplateError("incompatible types for comparison");
    }
    return x === y;
  });
}

function less(x: GoValue, y: GoValue): boolean {
  if (typeof x === "number" && typeof y === "number") return x < y;
  if (typeof x === "string" && typeof y === "string") return x < y;
  throw new TemplateError(typeof x === typeof y ? "invalid type for comparison" : "incompatible types for comparison");
}

/** fmt.Sprint: a space between operands when neither is a string. */
function sprint(...args: GoValue[]): string {
  let out = "";
  args.forEach((arg, i) => {
    if (i > 0 && typeof arg !== "string" && typeof args[i - 1] !== "string") out += " ";
    out += formatValue(arg);
  });
  return out;
}

/** fmt.Sprintf as far as %v %s %d %q %x %t %c with flags, width and precision. */
export function sprintf(format: GoValue, ...args: GoValue[]): string {
  let used = 0;
  const out = text(format).replace(
    /%([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === "%") return "%";
      if (used >= args.length) return `%!${verb}(MISSING)`;
      const body = formatVerb(verb, args[used++] as GoValue, precision);
      const pad = Number(width || 0);
      if (flags.includes("-")) return body.padEnd(pad);
      return flags.includes("0") && verb !== "s" ? body.padStart(pad, "0") : body.padStart(pad);
    },
  );
  if (used >= args.length) return out;
  const extra = args.slice(used).map((a) => `${typeName(a)}=${formatValue(a)}`);
  return `${out}%!(EXTRA ${extra.join(", ")})`;
}

function formatVerb(verb: string, value: GoValue, precision: string | undefined): string {
  const wrong = `%!${verb}(${typeName(value)}=${formatValue(value)})`;
  switch (verb) {
    case "v":
      return formatValue(value);
    case "s":
      if (typeof value === "number" || typeof value === "boolean") return wrong;
      return precision === undefined ? formatValue(value) : formatValue(value).slice(0, Number(precision));
    case "d":
      return typeof value === "number" ? String(Math.trunc(value)) : wrong;
    case "f":
      return typeof value === "number" ? value.toFixed(precision === undefined ? 6 : Number(precision)) : wrong;
    case "q":
      return typeof value === "string" ? JSON.stringify(value) : wrong;
    case "t":
      return typeof value === "boolean" ? String(value) : wrong;
    case "x":
      return typeof value === "number" ? value.toString(16) : wrong;
    case "c":
      return typeof value === "number" ? String.fromCodePoint(value) : wrong;
    case "T":
      return typeName(value);
    default:
      return wrong;
  }
}

function escapeHtml(s: string): string {
  const names: Record<string, string> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&#34;", "'": "&#39;" };
  return s.replace(/[<>&"']/g, (c) => names[c] as string);
}

function joined(list: GoValue, separator: GoValue): string {
  if (!isList(list)) throw new TemplateError(`wrong type for value; expected []string; got ${typeName(list)}`);
  return list.map(formatValue).join(text(separator));
}

/** Every word in upper case at its start, as strings.Title. */
function title(s: string): string {
  return s.replace(
    /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

export const FUNCTIONS: Readonly<Record<string, GoFunction>> = {
  // `and` and `or` stop early: the evaluator knows them too.
  and: (...args) => args.find((a) => !isTrue(a)) ?? (args.at(-1) as GoValue),
  or: (...args) => args.find(isTrue) ?? (args.at(-1) as GoValue),
  not: (x) => !isTrue(x as GoValue),
  len: (x) => length(x as GoValue),
  index: (item, ...keys) => index(item as GoValue, ...keys),
  slice: (item, from, to) => slice(item as GoValue, from, to),
  eq: (x, ...others) => equal(x as GoValue, ...others),
  ne: (x, y) => !equal(x as GoValue, y as GoValue),
  lt: (x, y) => less(x as GoValue, y as GoValue),
  le: (x, y) => less(x as GoValue, y as GoValue) || equal(x as GoValue, y as GoValue),
  gt: (x, y) => less(y as GoValue, x as GoValue),
  ge: (x, y) => !less(x as GoValue, y as GoValue),
  print: sprint,
  println: (...args) => `${args.map(formatValue).join(" ")}\n`,
  printf: (format, ...args) => sprintf(format as GoValue, ...args),
  html: (...args) => escapeHtml(sprint(...args)),
  js: (...args) => sprint(...args).replace(/[\\'"<>&=]/g, (c) => `\\${c}`),
  urlquery: (...args) => encodeURIComponent(sprint(...args)).replaceAll("%20", "+"),
  json: (value) => marshalJson(value as GoValue),
  split: (s, separator) => text(s).split(text(separator)),
  join: (list, separator) => joined(list as GoValue, separator as GoValue),
  title: (s) => title(text(s)),
  lower: (s) => text(s).toLowerCase(),
  upper: (s) => text(s).toUpperCase(),
  pad: (s, before, after) => (text(s) === "" ? "" : " ".repeat(int(before)) + text(s) + " ".repeat(int(after))),
  truncate: (s, count) => text(s).slice(0, int(count)),
};

export const FUNCTION_NAMES: ReadonlySet<string> = new Set(Object.keys(FUNCTIONS));

/** How many arguments each takes where Go counts them. */
export const ARITY: Readonly<Record<string, number>> = {
  not: 1,
  len: 1,
  ne: 2,
  lt: 2,
  le: 2,
  gt: 2,
  ge: 2,
  json: 1,
  split: 2,
  join: 2,
  title: 1,
  lower: 1,
  upper: 1,
  pad: 3,
  truncate: 2,
};
