import type { LogEntry } from "../../protocol/messages.ts";

/** What somebody did, in words: the line, the names of the keys, or the host that was added. */
export function typedWords(what: LogEntry["what"]): string {
  if (what.type === "exec") return what.line;
  if (what.type === "interrupt") return "Ctrl-C";
  if (what.type === "add-host") return `+ ${what.host.spec.name}`;
  return what.key === "eof" ? "Ctrl-D" : "Ctrl-P Ctrl-Q";
}
