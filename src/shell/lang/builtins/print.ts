/** echo and printf. bash(1), SHELL BUILTIN COMMANDS; printf(1). */

import { ANSI } from "../syntax/words.ts";

const ESCAPES: Readonly<Record<string, string>> = { ...ANSI, "\\": "\\" };

/** Text with backslash escapes done; `end`: a \c stood there, nothing follows it. */
export function backslashText(text: string): { text: string; end: boolean } {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c !== "\\" || i + 1 === text.length) {
      out += c;
      continue;
    }
    const code = /^(?:x[0-9a-fA-F]{1,2}|0?[0-7]{1,3})/.exec(text.slice(i + 1, i + 5))?.[0];
    const next = text[++i] as string;
    if (next === "c") return { text: out, end: true };
    if (code) {
      out += String.fromCharCode(
        code[0] === "x" ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8) & 0xff,
      );
      i += code.length - 1;
    } else out += ESCAPES[next] ?? `\\${next}`;
  }
  return { text: out, end: false };
}

/** %q: each special character behind a backslash. */
function quoted(text: string): string {
  if (text === "") return "''";
  if (/[\n\t\r]/.test(text))
    return `$'${text.replace(/['\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}'`;
  return text.replace(/[^\w@%+=:./-]/g, "\\$&");
}

/** What echo prints for its arguments. `escapes`: dash's echo and `echo -e`. */
export function echoText(args: readonly string[], escapes: boolean): string {
  let newline = true;
  let escaped = escapes;
  let at = 0;
  if (escapes) {
    // dash knows -n alone, and only first.
    newline = args[0] !== "-n";
    at = newline ? 0 : 1;
  }
  for (; !escapes && /^-[neE]+$/.test(args[at] ?? ""); at++) {
    for (const c of (args[at] as string).slice(1)) {
      if (c === "n") newline = false;
      else escaped = c === "e";
    }
  }
  const text = args.slice(at).join(" ");
  if (!escaped) return text + (newline ? "\n" : "");
  const done = backslashText(text);
  return done.text + (newline && !done.end ? "\n" : "");
}

/** What printf prints, and which of its arguments it refused. The format is used again until all arguments are used. */
export function printfText(
  format: string,
  args: readonly (string | number)[],
  numberText: (n: number) => string = String,
): { text: string; errors: string[] } {
  const errors: string[] = [];
  let text = "";
  let at = 0;
  for (let round = 0; round === 0 || at < args.length; round++) {
    const before = at;
    const piece =
      /%(%|([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?([a-zA-Z]))|\\(?:x[0-9a-fA-F]{1,2}|[0-7]{1,3}|[\s\S])|[^%\\]+|[\s\S]/g;
    for (const m of format.matchAll(piece)) {
      const [whole, directive, flags = "", width, precision, conversion] = m;
      if (directive === undefined) text += whole.startsWith("\\") ? backslashText(whole).text : whole;
      else if (directive === "%") text += "%";
      else {
        const w = width === "*" ? Number(args[at++] ?? 0) : Number(width ?? 0);
        const p = precision === undefined ? null : precision === "*" ? Number(args[at++] ?? 0) : Number(precision);
        text += convert(
          conversion as string,
          flags,
          Math.min(Math.abs(w) || 0, 100_000),
          p,
          textFor(args[at++], conversion as string, numberText),
          errors,
        );
      }
    }
    if (at === before || text.length > 1e6) break;
  }
  return { text, errors };
}

/** A number is printed whole by the numeric conversions, %c makes a character of it. */
function textFor(
  arg: string | number | undefined,
  conversion: string,
  numberText: (n: number) => string,
): string | undefined {
  if (typeof arg !== "number") return arg;
  if (conversion === "c") return String.fromCharCode(arg);
  return "sbq".includes(conversion) ? numberText(arg) : String(arg);
}

function convert(
  type: string,
  flags: string,
  width: number,
  precision: number | null,
  arg: string | undefined,
  errors: string[],
): string {
  const pad = (s: string) =>
    flags.includes("-") ? s.padEnd(width) : s.padStart(width, flags.includes("0") && !"sc".includes(type) ? "0" : " ");
  const cut = (s: string) => (precision === null ? s : s.slice(0, precision));
  switch (type) {
    case "s":
      return pad(cut(arg ?? ""));
    case "b":
      return pad(cut(backslashText(arg ?? "").text));
    case "c":
      return pad((arg ?? "").slice(0, 1));
    case "q":
      return pad(/^[\w@%+=:,./-]+$/.test(arg ?? "") ? (arg as string) : quoted(arg ?? ""));
    case "d":
    case "i":
    case "u":
      return pad((flags.includes("+") ? "+" : "") + String(Math.trunc(number(arg, errors))));
    case "x":
      return pad(Math.trunc(number(arg, errors)).toString(16));
    case "X":
      return pad(Math.trunc(number(arg, errors)).toString(16).toUpperCase());
    case "o":
      return pad(Math.trunc(number(arg, errors)).toString(8));
    case "f":
      return pad(number(arg, errors).toFixed(Math.min(precision ?? 6, 50)));
    case "e":
      return pad(exponential(number(arg, errors), precision ?? 6));
    case "g":
      return pad(String(number(arg, errors)));
    default:
      errors.push(`\`${type}': invalid format character`);
      return "";
  }
}

/** C's %e: at least two digits of exponent. */
function exponential(n: number, precision: number): string {
  return n.toExponential(Math.min(precision, 50)).replace(/e([-+])(\d)$/, "e$10$2");
}

function number(arg: string | undefined, errors: string[]): number {
  if (arg === undefined || arg === "") return 0;
  if (/^['"]./.test(arg)) return arg.charCodeAt(1);
  const value = Number(arg);
  if (!Number.isNaN(value)) return value;
  errors.push(`${arg}: invalid number`);
  return Number.parseFloat(arg) || 0;
}
