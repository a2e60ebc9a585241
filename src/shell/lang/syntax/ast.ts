/** The shell language as data: what the parser makes and the interpreter walks. Plain records, kept in a process's locals. */

/** A piece of a word. `quoted`: its result is neither split into fields nor taken as a pattern. */
export type Part =
  | { t: "text"; text: string; quoted: boolean }
  /** $name, ${name}, ${#name}, ${name<op>arg}. */
  | {
      t: "var";
      name: string;
      /** Between brackets: the element of an array, or @ and * for all. */
      index?: Word;
      /** ${!name[@]}: the indices. */
      indices?: boolean;
      /** ${!name}: the variable that the value names. */
      indirect?: boolean;
      quoted: boolean;
      length: boolean;
      op: string | null;
      arg: Word;
      arg2: Word | null;
    }
  | { t: "command"; body: Command; quoted: boolean }
  | { t: "arith"; expr: Word; quoted: boolean }
  /** <( ): the commands run to their end first, and a file holds what they printed. */
  | { t: "process"; body: Command }
  /** ~ at the start of a word. */
  | { t: "tilde" };

/** `start` and `end` are offsets into the source. */
export interface Word {
  parts: Part[];
  start: number;
  end: number;
}

export interface Assign {
  name: string;
  append: boolean;
  value: Word;
  /** name[index]=value */
  index?: Word;
  /** name=(elements), some of them [index]=value. */
  elements?: { index: Word | null; value: Word }[];
}

export type RedirectOp = "<" | ">" | ">>" | ">|" | "<>" | "<&" | ">&" | "&>" | "&>>" | "<<<" | "<<";

export interface Redirect {
  op: RedirectOp;
  fd: number;
  /** For "<<" the text of the here-document. */
  target: Word;
}

interface Redirected {
  redirects: Redirect[];
}

export type Command =
  | ({ t: "simple"; assigns: Assign[]; words: Word[]; line: number } & Redirected)
  | { t: "pipeline"; negate: boolean; timed: boolean; posix: boolean; commands: Command[] }
  | { t: "and-or"; first: Command; rest: { op: "&&" | "||"; command: Command }[] }
  | { t: "list"; items: { command: Command; background: boolean; text: string }[] }
  | ({ t: "group"; body: Command } & Redirected)
  | ({ t: "subshell"; body: Command } & Redirected)
  | ({ t: "if"; clauses: { test: Command; body: Command }[]; otherwise: Command | null } & Redirected)
  | ({ t: "while"; until: boolean; test: Command; body: Command } & Redirected)
  /** words null: "$@". */
  | ({ t: "for"; name: string; words: Word[] | null; body: Command } & Redirected)
  | ({ t: "c-for"; init: Word; test: Word; step: Word; body: Command } & Redirected)
  | ({
      t: "case";
      word: Word;
      clauses: { patterns: Word[]; body: Command; ending: ";;" | ";&" | ";;&" }[];
    } & Redirected)
  | { t: "function"; name: string; body: Command }
  /** [[ … ]]: the words between. */
  | ({ t: "test"; words: Word[] } & Redirected)
  /** (( … )). */
  | ({ t: "arith"; expr: Word } & Redirected);

/** A refused line. `incomplete`: more lines could mend it. */
export interface SyntaxFault {
  /** Lines to print after "bash: -c: ", each with its own prefix "line N: ". */
  messages: string[];
  incomplete: boolean;
}
