import type { LogEntry } from "../../protocol/messages.ts";

/** What somebody typed, in words: the line, or the names of the keys. */
export function typedWords(what: LogEntry["what"]): string {
  if (what.type === "exec") return what.line;
  if (what.type === "interrupt") return "Ctrl-C";
  return what.key === "eof" ? "Ctrl-D" : "Ctrl-P Ctrl-Q";
}
