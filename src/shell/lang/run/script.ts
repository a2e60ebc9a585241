/** Text that becomes commands: parsed and put on the stack, or refused. */
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import type { SyntaxFault } from "../syntax/ast.ts";
import { parseScript } from "../syntax/parser.ts";
import { isDash } from "./messages.ts";
import type { ShellState } from "./state.ts";

/** The last line ends in a backslash, and is no remark: the next one belongs to it. */
const CONTINUED = /(?:^|\n)(?!\s*#)(?:.*[^\\\n])?(?:\\\\)*\\\n$/;

/** Parses a text and puts it on the stack. `more`: an unfinished command waits for further lines. */
export function startScript(sys: Sys, state: ShellState, text: string, more: boolean): void {
  if (more && CONTINUED.test(text)) {
    state.pending = text;
    state.continued = true;
    return;
  }
  const dash = isDash(state);
  const { command, fault, open } = parseScript(text, state.interactive || dash ? state.aliases : undefined, dash);
  if ((fault?.incomplete || open) && more) {
    state.pending = text;
    state.continued = true;
    return;
  }
  if (command) state.stack.push({ f: "run", command, last: !state.readsInput });
  else refuse(sys, state, fault);
  if (state.readsInput) state.linesBefore += command && state.pending === "" ? 1 : 0;
  state.pending = "";
  state.continued = false;
}

function refuse(sys: Sys, state: ShellState, fault: SyntaxFault): void {
  const name = state.params[0] ?? "bash";
  state.status = 2;
  if (isDash(state)) {
    write(sys, 2, `${name}: 1: Syntax error: ${dashWords(fault.messages[0] as string)}\n`);
    return;
  }
  const messages = state.interactive
    ? fault.messages.slice(0, 1).map((m) => m.replace(/^line \d+: /, ""))
    : fault.messages;
  for (const message of messages) write(sys, 2, `${name}: ${state.source}${message}\n`);
}

function dashWords(message: string): string {
  if (message.includes("unexpected end of file")) return "end of file unexpected";
  const token = /near unexpected token `(.*)'$/.exec(message)?.[1];
  if (token !== undefined) return token === "newline" ? "newline unexpected" : `"${token}" unexpected`;
  const quote = /matching `(.)'$/.exec(message)?.[1];
  return quote === "`"
    ? "EOF in backquote substitution"
    : quote === ")" || quote === "}"
      ? "Missing '}'"
      : "Unterminated quoted string";
}
