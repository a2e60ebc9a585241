/** The script language of sed, as a list of commands; a string is what sed says of a bad script. */

export interface SedAddress {
  line?: number;
  step?: number;
  last?: boolean;
  pattern?: string;
  ignoreCase?: boolean;
}

export interface SedCommand {
  name: string;
  /** Position behind it, for messages. */
  at: number;
  from?: SedAddress;
  to?: SedAddress;
  negate: boolean;
  pattern?: string;
  replacement?: string;
  flags?: string;
  text?: string;
  status?: number;
  /** Index of the command to go on behind: of `{` when it isn't taken, of a label for `b` and `t`. */
  jump?: number;
}

interface Reader {
  text: string;
  at: number;
}

class Refusal extends Error {}

export function parseSed(script: string): SedCommand[] | string {
  const r: Reader = { text: script, at: 0 };
  const commands: SedCommand[] = [];
  const blocks: number[] = [];
  const labels = new Map<string, number>();
  try {
    for (;;) {
      while (/[\s;]/.test(r.text[r.at] ?? "x")) r.at++;
      if (r.text[r.at] === "#") while (r.at < r.text.length && r.text[r.at] !== "\n") r.at++;
      else if (r.at >= r.text.length) break;
      else parseCommand(r, commands, blocks, labels);
    }
    if (blocks.length > 0) return "char 0: unmatched `{'";
    for (const c of commands) {
      if ((c.name !== "b" && c.name !== "t") || !c.text) continue;
      const target = labels.get(c.text);
      if (target === undefined) return `can't find label for jump to \`${c.text}'`;
      c.jump = target;
    }
    return commands;
  } catch (fault) {
    if (fault instanceof Refusal) return fault.message;
    throw fault;
  }
}

function refuse(r: Reader, text: string): never {
  throw new Refusal(`char ${Math.min(r.at, r.text.length)}: ${text}`);
}

function parseCommand(r: Reader, commands: SedCommand[], blocks: number[], labels: Map<string, number>): void {
  const from = parseAddress(r);
  let to: SedAddress | undefined;
  if (from && r.text[r.at] === ",") {
    r.at++;
    to = parseAddress(r);
    if (!to) refuse(r, "unexpected `,'");
  }
  while (r.text[r.at] === " ") r.at++;
  const negate = r.text[r.at] === "!";
  while (/[! ]/.test(r.text[r.at] ?? "x")) r.at++;
  const name = r.text[r.at++];
  if (name === undefined) refuse(r, "missing command");
  const command: SedCommand = { name, at: r.at, negate, ...(from && { from }), ...(to && { to }) };
  if (name === "}") {
    const start = blocks.pop();
    if (start === undefined) refuse(r, "unexpected `}'");
    (commands[start] as SedCommand).jump = commands.length - 1;
    return;
  }
  if (name === ":") {
    labels.set(restOfCommand(r), commands.length - 1);
    return;
  }
  parseArguments(r, command);
  if (name === "{") blocks.push(commands.length);
  commands.push(command);
}

function parseArguments(r: Reader, c: SedCommand): void {
  if (c.name === "s" || c.name === "y") {
    const mark = r.text[r.at++] ?? "";
    c.pattern = delimited(r, mark, c.name);
    c.replacement = delimited(r, mark, c.name);
    const flags = /^[gpiIm0-9]*/.exec(r.text.slice(r.at))?.[0] ?? "";
    c.flags = flags;
    r.at += flags.length;
    c.at = r.at;
    if (c.name === "s" && /[^\s;}#]/.test(r.text[r.at] ?? ";")) {
      r.at++;
      refuse(r, "unknown option to `s'");
    }
  } else if ("aic".includes(c.name)) {
    const end = r.text.indexOf("\n", r.at);
    c.text = r.text.slice(r.at, end < 0 ? r.text.length : end).replace(/^\s*\\?\n?/, "");
    if (c.text === "") refuse(r, "expected \\ after `a', `c' or `i'");
    r.at = end < 0 ? r.text.length : end;
  } else if (c.name === "b" || c.name === "t") {
    c.text = restOfCommand(r);
  } else if (c.name === "q" || c.name === "Q") {
    c.status = Number(restOfCommand(r) || 0);
  } else if (!"pPdD=gGhHxnN{".includes(c.name)) {
    refuse(r, `unknown command: \`${c.name}'`);
  } else if (c.name !== "{" && /[^\s;}]/.test(r.text[r.at] ?? ";")) {
    r.at++;
    refuse(r, "extra characters after command");
  }
}

function restOfCommand(r: Reader): string {
  const rest = /^[^;\n}]*/.exec(r.text.slice(r.at))?.[0] ?? "";
  r.at += rest.length;
  return rest.trim();
}

function delimited(r: Reader, mark: string, name: string): string {
  let text = "";
  for (;;) {
    const c = r.text[r.at++];
    if (c === undefined) refuse(r, `unterminated \`${name}' command`);
    if (c === mark) return text;
    if (c === "\\" && r.text[r.at] === mark) text += r.text[r.at++];
    else if (c === "\\") text += c + (r.text[r.at++] ?? "");
    else text += c;
  }
}

function parseAddress(r: Reader): SedAddress | undefined {
  while (r.text[r.at] === " ") r.at++;
  const number = /^(\d+)(?:~(\d+))?/.exec(r.text.slice(r.at));
  if (number) {
    r.at += number[0].length;
    return { line: Number(number[1]), ...(number[2] !== undefined && { step: Number(number[2]) }) };
  }
  const c = r.text[r.at];
  if (c === "$") {
    r.at++;
    return { last: true };
  }
  if (c !== "/" && c !== "\\") return undefined;
  const mark = c === "\\" ? (r.text[++r.at] ?? "/") : "/";
  r.at++;
  const pattern = addressPattern(r, mark);
  const ignoreCase = r.text[r.at] === "I";
  if (ignoreCase) r.at++;
  return { pattern, ignoreCase };
}

function addressPattern(r: Reader, mark: string): string {
  const start = r.at;
  try {
    return delimited(r, mark, "s");
  } catch {
    r.at = Math.max(start, r.text.length);
    return refuse(r, "unterminated address regex");
  }
}
