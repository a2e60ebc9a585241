/** POSIX regular expressions (regex(7)), basic and extended with GNU's additions, as JavaScript's. */

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\s",
  blank: " \\t",
  xdigit: "0-9A-Fa-f",
  punct: "!-\\/:-@\\[-`{-~",
  cntrl: "\\x00-\\x1f\\x7f",
  print: "\\x20-\\x7e",
  graph: "\\x21-\\x7e",
};

export interface RegExpOptions {
  extended: boolean;
  /** -P: PCRE's own syntax. */
  perl?: boolean;
  ignoreCase?: boolean;
  /** -F: no character is special. */
  fixed?: boolean;
  /** -w, -x */
  whole?: "word" | "line" | null;
  global?: boolean;
}

/** The expression for a pattern, or what glibc's regcomp says of a bad one. */
export function posixRegExp(pattern: string, options: RegExpOptions): RegExp | string {
  let source = options.fixed
    ? escapeAll(pattern)
    : options.perl
      ? perlSource(pattern)
      : translate(pattern, options.extended);
  if (source === null) return "Unmatched [, [^, [:, [., or [=";
  if (options.whole === "word") source = `(?<![A-Za-z0-9_])(?:${source})(?![A-Za-z0-9_])`;
  if (options.whole === "line") source = `^(?:${source})$`;
  try {
    return new RegExp(source, (options.ignoreCase ? "i" : "") + (options.global ? "g" : ""));
  } catch {
    return /\((?![\s\S]*\))/.test(source) ? "Unmatched ( or \\(" : "Invalid preceding regular expression";
  }
}

/**
 * PCRE's syntax is JavaScript's but for a little: `\K` forgets what was matched so far, `\h` is a blank, classes have names.
 * Left out: atomic groups, possessive repetition, recursion, \Q…\E.
 */
function perlSource(pattern: string): string {
  const source = pattern
    .replace(/\[:(\w+):\]/g, (all, name: string) => CLASSES[name] ?? all)
    .replace(/\\([\s\S])/g, (all, c: string) =>
      c === "h" ? "[ \\t]" : c === "A" ? "^" : c === "Z" || c === "z" ? "$" : all,
    )
    .replace(/\//g, "\\/");
  const forget = source.search(/(?<!\\)(?:\\\\)*\\K/);
  if (forget < 0) return source;
  const at = source.indexOf("\\K", forget);
  return `(?<=${source.slice(0, at)})${source.slice(at + 2)}`;
}

function escapeAll(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"))
    .join("|");
}

function translate(pattern: string, extended: boolean): string | null {
  let out = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === "\n") {
      out += "|";
    } else if (c === "\\") {
      out += escaped(pattern[++i] ?? "\\", extended);
    } else if (c === "[") {
      const bracket = translateBracket(pattern, i);
      if (!bracket) return null;
      out += bracket.source;
      i = bracket.end;
    } else if ("+?|(){}".includes(c)) {
      out += special(c, pattern, i, extended);
    } else if (c === "*" && (out === "" || /(^|[^\\])(\(\?:|[(|^])$/.test(out))) {
      out += "\\*";
    } else if (c === "^" && !extended && out !== "" && !/\($|\|$/.test(out)) {
      out += "\\^";
    } else if (c === "$" && !extended && i + 1 < pattern.length && !/^\\[)|]/.test(pattern.slice(i + 1))) {
      out += "\\$";
    } else {
      // A dot is any character; JavaScript's is none that ends a line, of which a line here may hold CR.
      out += c === "/" ? "\\/" : c === "." ? "[^\\n]" : c;
    }
  }
  return out;
}

/** + ? | ( ) { } as they stand: special when extended. */
function special(c: string, pattern: string, at: number, extended: boolean): string {
  if (!extended) return `\\${c}`;
  if (c === "{" && !/^\{\d*,?\d*\}/.test(pattern.slice(at))) return "\\{";
  if (c === "}" && !/\{\d*,?\d*$/.test(pattern.slice(0, at))) return "\\}";
  return c;
}

function escaped(c: string, extended: boolean): string {
  if ("+?|(){}".includes(c)) return extended ? `\\${c}` : c;
  if (c === "<") return "\\b(?=\\w)";
  if (c === ">") return "\\b(?<=\\w)";
  if (c === "`") return "^";
  if (c === "'") return "$";
  if (/[wWsSbB1-9]/.test(c)) return `\\${c}`;
  if (c === "n") return "\\n";
  if (c === "t") return "\\t";
  return /[\\^$.*[\]/-]/.test(c) ? `\\${c}` : c;
}

function translateBracket(pattern: string, start: number): { source: string; end: number } | null {
  let i = start + 1;
  const negate = pattern[i] === "^";
  if (negate) i++;
  let inside = "";
  for (let first = true; first || pattern[i] !== "]"; first = false) {
    const c = pattern[i];
    if (c === undefined) return null;
    const named = /^\[:(\w+):\]/.exec(pattern.slice(i, i + 12));
    if (named) {
      inside += CLASSES[named[1] as string] ?? "";
      i += named[0].length;
    } else {
      const range = c === "-" && !first && pattern[i + 1] !== "]";
      inside += range ? "-" : /[\\\]^[-]/.test(c) ? `\\${c}` : c;
      i++;
    }
  }
  return { source: inside === "" ? "(?!)" : `[${negate ? "^" : ""}${inside}]`, end: i };
}
