/** An iptables line as a request: what to do in which table and chain, and with which rule. Grammar: xtables.c, do_parse(). */

import { emptyRule, nfFindChain } from "../../../kernel/netfilter/tables.ts";
import type { NfRule, NfTable, TableName } from "../../../kernel/netfilter/types.ts";
import type { Sys } from "../../types.ts";
import { quit } from "../quit.ts";
import { type Args, addressSpec, interfaceSpec, number, optional, readArgs, value } from "./args.ts";
import { badParameter, VERSION } from "./fail.ts";
import { makeMatch, protocolMatch, readMatchOption } from "./matches.ts";
import { checkTarget, makeTarget, readTargetOption } from "./targets.ts";
import { PROTOCOLS } from "./words.ts";

export type Operation =
  | "append"
  | "check"
  | "delete"
  | "insert"
  | "replace"
  | "list"
  | "list-rules"
  | "flush"
  | "zero"
  | "new-chain"
  | "delete-chain"
  | "policy"
  | "rename-chain"
  | "version"
  | "help";

export interface Request {
  operation: Operation;
  table: TableName;
  chain: string | null;
  /** Of -I, -R, -D, -L, -S and -Z; null when none was given. */
  ruleNo: number | null;
  /** New name of -E, policy of -P. */
  word: string;
  rule: NfRule;
  /** Whether anything of a rule was said. */
  hasRule: boolean;
  numeric: boolean;
  verbose: boolean;
  exact: boolean;
  lineNumbers: boolean;
}

const OPERATIONS: Readonly<
  Record<string, readonly [Operation, "chain" | "chain?" | "number" | "number?" | "word" | ""]>
> = {
  A: ["append", "chain"],
  C: ["check", "chain"],
  D: ["delete", "number?"],
  I: ["insert", "number?"],
  R: ["replace", "number"],
  L: ["list", "chain?"],
  S: ["list-rules", "chain?"],
  F: ["flush", "chain?"],
  Z: ["zero", "chain?"],
  N: ["new-chain", "chain"],
  X: ["delete-chain", "chain?"],
  P: ["policy", "word"],
  E: ["rename-chain", "word"],
  V: ["version", ""],
  h: ["help", ""],
};

const LONG: Readonly<Record<string, string>> = {
  append: "A",
  check: "C",
  delete: "D",
  insert: "I",
  replace: "R",
  list: "L",
  "list-rules": "S",
  flush: "F",
  zero: "Z",
  "new-chain": "N",
  new: "N",
  "delete-chain": "X",
  policy: "P",
  "rename-chain": "E",
  version: "V",
  help: "h",
  table: "t",
  source: "s",
  src: "s",
  destination: "d",
  dst: "d",
  protocol: "p",
  proto: "p",
  "in-interface": "i",
  "out-interface": "o",
  match: "m",
  jump: "j",
  goto: "g",
  fragment: "f",
  numeric: "n",
  verbose: "v",
  exact: "x",
  "line-numbers": "0",
  wait: "w",
  "set-counters": "c",
};

const TABLES = new Set(["filter", "nat", "mangle", "raw", "security"]);

/** Chains by name of the table that a line turns out to be about. */
export type TableOf = (name: TableName) => NfTable;

/** Reads a whole line (without the program's name); quits with iptables' words for what it can't mean. */
export function parseRequest(
  sys: Sys,
  words: readonly string[],
  tableOf: TableOf,
  table: TableName = "filter",
): Request {
  const args = readArgs(sys, spreadShort(words));
  const request: Request = {
    operation: "help",
    table: tableNamed(args, table),
    chain: null,
    ruleNo: null,
    word: "",
    rule: emptyRule(),
    hasRule: false,
    numeric: false,
    verbose: false,
    exact: false,
    lineNumbers: false,
  };
  let operation: Operation | null = null;
  let jump: { name: string; goto: boolean } | null = null;
  while (args.at < args.words.length) {
    const word = args.words[args.at++] as string;
    if (word === "!") {
      args.invert = true;
      continue;
    }
    const key = optionKey(word);
    const known = key === null ? undefined : OPERATIONS[key];
    if (known !== undefined) {
      if (operation !== null) badParameter(sys, `Cannot use -${key as string} with another command`);
      operation = known[0];
      readOperands(args, request, known[1], word);
    } else if (key === "j" || key === "g") {
      jump = { name: value(args, word), goto: key === "g" };
      request.hasRule = true;
      request.rule.target = makeTarget(jump.name) ?? { kind: "jump", chain: -1, goto: jump.goto };
    } else readOption(args, request, key, word);
    args.invert = false;
  }
  if (operation === null) badParameter(sys, "no command specified");
  request.operation = operation;
  if (jump !== null) resolveJump(args, request, jump.name, tableOf);
  return request;
}

/** The table of `-t`, wherever it stands on the line: jumps are looked up in it. */
function tableNamed(args: Args, otherwise: TableName): TableName {
  let name: string = otherwise;
  args.words.forEach((word, i) => {
    if (word === "-t" || word === "--table") name = args.words[i + 1] ?? "";
  });
  if (!TABLES.has(name)) {
    quit(
      args.sys,
      `${VERSION}: table '${name}' does not exist\nPerhaps iptables or your kernel needs to be upgraded.\n`,
      3,
    );
  }
  return name as TableName;
}

/** `-nvL` is `-n -v -L`; a cluster may end in an option with a word of its own. */
function spreadShort(words: readonly string[]): string[] {
  return words.flatMap((word) => {
    if (!/^-[A-Za-z]{2,}$/.test(word)) return [word];
    return word
      .slice(1)
      .split("")
      .map((letter) => `-${letter}`);
  });
}

/** The letter of an option of iptables itself; null for one of a match or a target. */
function optionKey(word: string): string | null {
  if (/^-[A-Za-z]$/.test(word)) return word.slice(1);
  return word.startsWith("--") ? (LONG[word.slice(2)] ?? null) : null;
}

function readOperands(args: Args, request: Request, kind: string, word: string): void {
  if (kind === "") return;
  request.chain = kind === "chain?" ? optional(args) : value(args, word);
  if (kind === "word") request.word = value(args, word);
  const next = args.words[args.at];
  const numbered = kind.startsWith("number") || (kind === "chain?" && request.chain !== null);
  if (numbered && next !== undefined && /^\d+$/.test(next)) {
    request.ruleNo = Number(next);
    args.at++;
  } else if (kind === "number") badParameter(args.sys, "-R requires a rule number");
}

function readOption(args: Args, request: Request, key: string | null, word: string): void {
  const { rule } = request;
  if (key !== null && "sdpiomf".includes(key)) request.hasRule = true;
  switch (key) {
    case "t":
      value(args, word);
      return;
    case "n":
      request.numeric = true;
      return;
    case "v":
      request.verbose = true;
      return;
    case "x":
      request.exact = true;
      return;
    case "0":
      request.lineNumbers = true;
      return;
    case "w":
      optional(args);
      return;
    case "c":
      rule.packets = number(args, value(args, word), "set-counters");
      rule.bytes = number(args, value(args, word), "set-counters");
      return;
    case "s":
      rule.source = addressSpec(args, value(args, word));
      return;
    case "d":
      rule.destination = addressSpec(args, value(args, word));
      return;
    case "i":
      rule.inInterface = interfaceSpec(args, value(args, word));
      return;
    case "o":
      rule.outInterface = interfaceSpec(args, value(args, word));
      return;
    case "f":
      rule.fragment = { invert: args.invert };
      return;
    case "p":
      rule.protocol = protocol(args, value(args, word));
      return;
    case "m":
      addMatch(args, request, value(args, word));
      return;
    default:
      readExtension(args, request, word);
  }
}

function protocol(args: Args, text: string): NfRule["protocol"] {
  const known = PROTOCOLS[text.toLowerCase()] ?? (/^\d+$/.test(text) ? Number(text) : -1);
  if (known < 0 || known > 255) badParameter(args.sys, `unknown protocol "${text}" specified`);
  return known === 0 ? null : { number: known, invert: args.invert };
}

function addMatch(args: Args, request: Request, name: string): void {
  const made = makeMatch(name);
  if (made === null) {
    quit(
      args.sys,
      `${VERSION}: Couldn't load match \`${name}':No such file or directory\n\nTry \`iptables -h' or 'iptables --help' for more information.\n`,
      2,
    );
  }
  request.rule.matches.push(made);
}

/** An option of a match or of the target: of one that was named, or of the protocol's own match, which it brings in. */
function readExtension(args: Args, request: Request, word: string): void {
  const { rule } = request;
  if (!word.startsWith("-")) badParameter(args.sys, `Bad argument \`${word}'`);
  request.hasRule = true;
  if (readMatchOption(args, rule.matches, word) || readTargetOption(args, rule.target, word)) return;
  const implied = rule.protocol === null || rule.protocol.invert ? null : protocolMatch(rule.protocol.number, word);
  if (implied === null) badParameter(args.sys, `unknown option "${word}"`);
  rule.matches.push(implied);
  readMatchOption(args, rule.matches, word);
}

function resolveJump(args: Args, request: Request, name: string, tableOf: TableOf): void {
  const { target } = request.rule;
  if (target.kind !== "jump") {
    checkTarget(args, target);
    return;
  }
  target.chain = nfFindChain(tableOf(request.table), name);
  if (target.chain < 0) badParameter(args.sys, `Chain '${name}' does not exist`);
}
