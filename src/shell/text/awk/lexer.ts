/** The words of an awk program. */

export type Token =
  | { k: "number"; value: number; line: number }
  | { k: "string"; text: string; line: number }
  | { k: "regex"; text: string; line: number }
  /** `call`: a parenthesis follows at once. */
  | { k: "name"; text: string; call: boolean; line: number }
  | { k: "op"; text: string; line: number };

export class AwkFault extends Error {}

const OPS = "&& || == != <= >= += -= *= /= %= ^= ++ -- !~ >> { } ( ) [ ] ; , + - * / % ^ ! > < | ? : ~ $ =".split(" ");
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  '"': '"',
  "/": "/",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

/** All tokens; newlines are operators "\n". @throws AwkFault */
export function lexAwk(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  while (at < source.length) {
    const c = source[at] as string;
    const rest = source.slice(at);
    if (c === "\n") {
      tokens.push({ k: "op", text: "\n", line: line++ });
      at++;
    } else if (/\s/.test(c)) at++;
    else if (c === "\\" && source[at + 1] === "\n") {
      at += 2;
      line++;
    } else if (c === "#") while (at < source.length && source[at] !== "\n") at++;
    else if (c === '"') at = lexString(source, at, line, tokens);
    else if (c === "/" && regexMayStand(tokens)) at = lexRegex(source, at, line, tokens);
    else {
      const number = /^(0[xX][0-9a-fA-F]+|(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)/.exec(rest)?.[0];
      const name = /^[A-Za-z_]\w*/.exec(rest)?.[0];
      const op = OPS.find((o) => rest.startsWith(o));
      if (number) tokens.push({ k: "number", value: Number(number), line });
      else if (name) tokens.push({ k: "name", text: name, call: rest[name.length] === "(", line });
      else if (op) tokens.push({ k: "op", text: op, line });
      else throw new AwkFault(`line ${line}: unexpected character '${c}'`);
      at += (number ?? name ?? op ?? "").length;
    }
  }
  return tokens;
}

/** Behind a value a slash divides. */
function regexMayStand(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  if (!last) return true;
  if (last.k === "op") return ![")", "]", "$", "++", "--"].includes(last.text);
  return last.k === "name" && /^(print|printf|return|in)$/.test(last.text);
}

function lexString(source: string, start: number, line: number, tokens: Token[]): number {
  let text = "";
  let at = start + 1;
  for (;;) {
    const c = source[at];
    if (c === undefined || c === "\n")
      throw new AwkFault(`line ${line}: runaway string constant "${text.slice(0, 10)} ...`);
    if (c === '"') break;
    if (c === "\\") {
      const next = source[at + 1] ?? "";
      const octal = /^[0-7]{1,3}/.exec(source.slice(at + 1, at + 4))?.[0];
      text += octal ? String.fromCharCode(Number.parseInt(octal, 8) & 0xff) : (ESCAPES[next] ?? `\\${next}`);
      at += 1 + (octal?.length ?? 1);
    } else {
      text += c;
      at++;
    }
  }
  tokens.push({ k: "string", text, line });
  return at + 1;
}

function lexRegex(source: string, start: number, line: number, tokens: Token[]): number {
  let text = "";
  let at = start + 1;
  let bracket = false;
  for (;;) {
    const c = source[at];
    if (c === undefined || c === "\n")
      throw new AwkFault(`line ${line}: runaway regular expression /${text.slice(0, 10)} ...`);
    if (c === "/" && !bracket) break;
    if (c === "[") bracket = true;
    if (c === "]" && !source.slice(0, at).endsWith("[") && !source.slice(0, at).endsWith("[^")) bracket = false;
    if (c === "\\" && source[at + 1] === "/") {
      text += "/";
      at += 2;
    } else if (c === "\\") {
      text += c + (source[at + 1] ?? "");
      at += 2;
    } else {
      text += c;
      at++;
    }
  }
  tokens.push({ k: "regex", text, line });
  return at + 1;
}
