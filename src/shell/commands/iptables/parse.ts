/** An iptables line as a request: what to do in which table and chain, and with which rule. Grammar: xtables.c, do_parse(). */
import { emptyRule, nfFindChain } from "../../../kernel/netfilter/tables.ts";
import type { AddressSpec, NfMatch, NfRule, NfTable, NfTarget, TableName } from "../../../kernel/netfilter/types.ts";
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { notSimulated, quit } from "../quit.ts";
import { type Args, addressSpecs, interfaceSpec, type Lookup, optional, readArgs, unsigned } from "./args.ts";
import { checkChainName, checkLine, OPERATIONS } from "./check.ts";
import { isForeignMatch, matchNamed, protocolMatch } from "./extensions/matches.ts";
import { checkLoaded, type Loaded, load, readExtensionOption } from "./extensions/options.ts";
import { protocolNumber } from "./extensions/protocol.ts";
import { isForeignTarget, targetNamed } from "./extensions/targets.ts";
import { badArgument, badParameter, legacy, programName, tryHelp, type Voice, versionText } from "./fail.ts";
import { nextItem, wordBehind } from "./line.ts";

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
  /** -L with -Z: counters are zeroed once they are shown. */
  zero: boolean;
  table: TableName;
  chain: string | null;
  /** Of -I, -R, -D, -L, -S and -Z; null when none was given. */
  ruleNo: number | null;
  /** New name of -E, policy of -P. */
  word: string;
  /** One for each pair of the addresses that were given. Their target's chain is found later: `jump`. */
  rules: NfRule[];
  /** The chain of the user's to jump to. */
  jump: string | null;
  numeric: boolean;
  verbose: boolean;
  exact: boolean;
  lineNumbers: boolean;
  /** Letters of the options that stood on the line. */
  options: string;
}

const TABLES = new Set(["filter", "nat", "mangle", "raw", "security"]);

interface Reading {
  args: Args;
  request: Request;
  rule: NfRule;
  matches: Loaded[];
  target: Loaded | null;
  jump: { name: string; goto: boolean } | null;
  /** Texts of -s and -d; they are looked up at the end. */
  source: { text: string; invert: boolean } | null;
  destination: { text: string; invert: boolean } | null;
  /** The match of the protocol has been brought in. */
  protocolUsed: boolean;
  operation: Operation | null;
}

/**
 * Reads a whole line (without the program's name); quits with iptables' words for what it can't mean.
 * @param table that of iptables-restore, on whose lines none may be named; null on a command line
 */
export function parseRequest(
  sys: Sys,
  words: readonly string[],
  lookup: Lookup,
  table: TableName | null = null,
  line: number | null = null,
): Request {
  const args = readArgs(sys, words, line, lookup);
  const r = newReading(args, table ?? "filter");
  const known = (name: string): boolean => findOption(r, name) !== null;
  for (let item = nextItem(args, known); item !== null; item = nextItem(args, known)) {
    if (item.kind === "word") {
      if (item.word !== "!") badArgument(args, item.word);
      if (args.invert) badParameter(args, "multiple consecutive ! not allowed");
      args.invert = true;
      continue;
    }
    if (item.kind === "extension") readExtension(r, item.name, item.text);
    else if (item.letter === "t") r.request.table = tableNamed(r, item.text, table !== null);
    else if (OPERATIONS[item.letter] !== undefined) readCommand(r, item.letter, item.text);
    else readOption(r, item.letter, item.text);
    args.invert = false;
  }
  finish(r);
  return r.request;
}

function newReading(args: Args, table: TableName): Reading {
  const request: Request = {
    operation: "help",
    zero: false,
    table,
    chain: null,
    ruleNo: null,
    word: "",
    rules: [],
    jump: null,
    numeric: false,
    verbose: false,
    exact: false,
    lineNumbers: false,
    options: "",
  };
  return {
    args,
    request,
    rule: emptyRule(),
    matches: [],
    target: null,
    jump: null,
    source: null,
    destination: null,
    protocolUsed: false,
    operation: null,
  };
}

function tableNamed({ args }: Reading, name: string, isRestore: boolean): TableName {
  const { sys } = args;
  if (args.invert) badParameter(args, "unexpected ! flag before --table");
  if (isRestore) badParameter(args, `The -t option cannot be used in ${programName(sys)}.\n`);
  if (!TABLES.has(name)) {
    const why = legacy(sys)
      ? `can't initialize iptables table \`${name}': Table does not exist (do you need to insmod?)`
      : `table '${name}' does not exist`;
    quit(sys, `${versionText(sys)}: ${why}\nPerhaps iptables or your kernel needs to be upgraded.\n`, 3);
  }
  return name as TableName;
}

function ruleNumber(args: Args, text: string): number {
  return unsigned(text, 1, 0x7fff_ffff) ?? badParameter(args, `Invalid rule number \`${text}'`);
}

/** A command with its chain, number or second word. @param text what stands behind the letter */
function readCommand(r: Reading, letter: string, text: string): void {
  const { args, request } = r;
  const [operation, operands] = OPERATIONS[letter] as (typeof OPERATIONS)[string];
  if (letter === "V" || letter === "h") return tellAbout(r, letter);
  addCommand(r, letter, operation);
  if (operands === "chain?") {
    const chain = text !== "" ? text : optional(args);
    request.chain = chain ?? request.chain;
    if ("LSZ".includes(letter)) {
      const number = chain === null ? null : optional(args);
      if (number !== null) request.ruleNo = ruleNumber(args, number);
    }
    return;
  }
  if (letter === "N") checkChainName(args, text);
  request.chain = text;
  if (operands === "number?" || operands === "number") {
    const number = optional(args);
    if (number !== null) request.ruleNo = ruleNumber(args, number);
    else if (operands === "number") badParameter(args, `-${letter} requires a rule number`);
  } else if (operands === "word") {
    const what = letter === "P" ? "a chain and a policy" : "old-chain-name and new-chain-name";
    request.word = optional(args) ?? badParameter(args, `-${letter} requires ${what}`);
  }
}

/** add_command: only -L, -S and -Z go together. */
function addCommand(r: Reading, letter: string, operation: Operation): void {
  const { args } = r;
  if (args.invert) badParameter(args, "unexpected '!' flag");
  const before = r.operation;
  const shows = before === "list" || before === "list-rules";
  if (before === null || (before === "zero" && (letter === "L" || letter === "S"))) {
    r.request.zero = before === "zero";
    r.operation = operation;
  } else if (shows && operation === "zero") r.request.zero = true;
  else {
    const other = Object.keys(OPERATIONS).find((key) => OPERATIONS[key]?.[0] === before);
    badParameter(args, `Cannot use -${letter} with -${other}`);
  }
}

/** -V and -h are carried out where they stand. */
function tellAbout(r: Reading, letter: "V" | "h"): void {
  r.operation = letter === "V" ? "version" : "help";
  r.args.at = r.args.words.length;
  r.args.cluster = "";
}

/** set_option: each letter once. */
function setOption({ args, request }: Reading, letter: string): void {
  if (request.options.includes(letter)) badParameter(args, `multiple -${letter} flags not allowed`);
  if (args.invert && !"sdpiof".includes(letter))
    badParameter(args, `cannot have ! before ${letter === "0" ? "--line-numbers" : `-${letter}`}`);
  request.options += letter;
}

function readOption(r: Reading, letter: string, text: string): void {
  const { args, request, rule } = r;
  const { invert } = args;
  if ("sdpiofjg0nxc".includes(letter)) setOption(r, letter === "g" ? "j" : letter);
  if (letter === "g") request.options += "g";
  switch (letter) {
    case "n":
      request.numeric = true;
      return;
    case "v":
      request.verbose = true;
      if (!request.options.includes("v")) request.options += "v";
      return;
    case "x":
      request.exact = true;
      return;
    case "0":
      request.lineNumbers = true;
      return;
    case "w":
    case "W":
      return wait(args, letter, text);
    case "6":
      return tryHelp(args);
    case "c":
      return counters(args, rule, text);
    case "s":
      r.source = { text, invert };
      return;
    case "d":
      r.destination = { text, invert };
      return;
    case "i":
      rule.inInterface = interfaceSpec(args, text);
      return;
    case "o":
      rule.outInterface = interfaceSpec(args, text);
      return;
    case "f":
      rule.fragment = { invert };
      return;
    case "p": {
      // 1.8.9 reads argv[optind - 1], which is the whole word where the value is joined to its option.
      const number = protocolNumber(args, args.words[args.at - 1] ?? text);
      if (number === 0 && invert) badParameter(args, "rule would never match protocol");
      rule.protocol = number === 0 ? null : { number, invert };
      return;
    }
    case "m":
      return addMatch(r, text);
    case "j":
    case "g":
      return addTarget(r, text, letter === "g");
    default:
      return;
  }
}

function wait(args: Args, letter: string, text: string): void {
  const number = text !== "" ? text : optional(args);
  if (number !== null && !/^\d+(\.\d+)?$/.test(number)) badParameter(args, "wait seconds not numeric");
  if (letter === "W") write(args.sys, 2, "Ignoring deprecated --wait-interval option.\n");
}

function counters(args: Args, rule: NfRule, text: string): void {
  const [packets = "", joined] = text.split(",");
  const bytes = joined ?? optional(args) ?? badParameter(args, "-c requires packet and byte counter");
  if (!/^\d+$/.test(packets)) badParameter(args, "-c packet counter not numeric");
  if (!/^\d+$/.test(bytes)) badParameter(args, "-c byte counter not numeric");
  rule.packets = Number(packets);
  rule.bytes = Number(bytes);
}

function couldNotLoad(voice: Voice, what: "match" | "target", name: string): never {
  return badParameter(voice, `Couldn't load ${what} \`${name}':No such file or directory\n`);
}

function addMatch(r: Reading, name: string): void {
  const { args } = r;
  if (args.invert) badParameter(args, "unexpected ! flag before --match");
  if (isForeignMatch(name)) notSimulated(args.sys, `the match \`${name}' of iptables`);
  r.matches.push(load(matchNamed(name) ?? couldNotLoad(args, "match", name)));
}

function addTarget(r: Reading, name: string, goto: boolean): void {
  const { args } = r;
  r.jump = { name, goto };
  const extension = goto ? null : targetNamed(name);
  if (extension === null && isForeignTarget(name)) notSimulated(args.sys, `the target ${name} of iptables`);
  if (extension !== null) r.target = load(extension);
}

interface Found {
  loaded: Loaded;
  option: Loaded["extension"]["options"][number];
}

/** The option of that name (or, if there is only one, of that beginning) of what is loaded, the newest first. */
function findOption(r: Reading, name: string): Found | null {
  const all = [...(r.target === null ? [] : [r.target]), ...r.matches].reverse();
  for (const exact of [true, false]) {
    for (const loaded of all) {
      const found = loaded.extension.options.filter(
        (o) =>
          o.name === name || o.alias === name || (!exact && (o.name.startsWith(name) || o.alias?.startsWith(name))),
      );
      if (found.length === 1 || (exact && found.length > 0)) return { loaded, option: found[0] as Found["option"] };
    }
    if (name.length < 4) break;
  }
  return null;
}

/** An option of a match or of the target: of one that was named, or of the protocol's own match, which it brings in. */
function readExtension(r: Reading, name: string, joined: string | null): void {
  const { args, rule } = r;
  let found = findOption(r, name);
  if (found === null && rule.protocol !== null && !r.protocolUsed) {
    const own = protocolMatch(rule.protocol.number);
    if (own !== null && !r.matches.some(({ extension }) => extension.name === own.name)) {
      r.protocolUsed = true;
      const loaded = load(own);
      r.matches.push(loaded);
      found = findOption(r, name);
      if (found === null) r.matches.pop();
    }
  }
  if (found === null) return badParameter(args, `unknown option "${name}"`);
  const text = found.option.flag ? "" : (joined ?? wordBehind(args, name));
  readExtensionOption(args, found.loaded, found.option as never, text);
}

function finish(r: Reading): void {
  const { args, request, rule } = r;
  const { protocol } = rule;
  if (r.operation === "version" || r.operation === "help") {
    request.operation = r.operation;
    request.word = [...r.matches, ...(r.target === null ? [] : [r.target])].map((l) => l.extension.name).join(",");
    return;
  }
  for (const loaded of r.matches) checkLoaded(args, loaded, protocol);
  if (r.target !== null) checkLoaded(args, r.target, protocol);
  if (r.operation === null) return badParameter(args, "no command specified");
  if (args.invert) badParameter(args, "nothing appropriate following !");
  request.operation = r.operation;
  const sources = addresses(r, r.source);
  const destinations = addresses(r, r.destination);
  if ((sources.length > 1 && r.source?.invert) || (destinations.length > 1 && r.destination?.invert))
    badParameter(args, "! not allowed with multiple source or destination IP addresses");
  if (r.operation === "replace" && sources.length * destinations.length !== 1)
    badParameter(args, "Replacement rule does not specify a unique address");
  checkLine(args, request, r.target);
  if (!legacy(args.sys)) needProtocols(args, r);
  rule.matches = r.matches.map(({ value }) => value as NfMatch);
  if (r.target !== null) rule.target = r.target.value as NfTarget;
  else if (r.jump !== null) {
    request.jump = r.jump.name;
    rule.target = { kind: "jump", chain: -1, goto: r.jump.goto };
  }
  request.rules = sources.flatMap((source) =>
    destinations.map((destination) => ({
      ...rule,
      source,
      destination,
      matches: rule.matches.map((match) => ({ ...match })),
      target: { ...rule.target },
    })),
  );
}

/** nf_tables' front end asks for the protocols of tcp and udp itself; the kernel does for the old tables. */
function needProtocols(args: Args, { matches, rule }: Reading): void {
  const number = rule.protocol?.number ?? 0;
  for (const { extension } of matches) {
    if (extension.name === "tcp" && number !== IPPROTO_TCP) badParameter(args, "TCP match requires '-p tcp'");
    if (extension.name === "udp" && number !== IPPROTO_UDP) badParameter(args, "UDP match requires '-p udp'");
  }
}

const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;

function addresses({ args }: Reading, given: Reading["source"]): (AddressSpec | null)[] {
  return given === null ? [null] : addressSpecs(args, given.text, given.invert);
}

/** Finds the chain that the rules jump to; quits where there is none. */
export function resolveJump(voice: Voice, request: Request, table: NfTable): void {
  const { jump } = request;
  if (jump === null) return;
  const chain = nfFindChain(table, jump);
  if (chain < 0) {
    const isGoto = request.options.includes("g");
    if (legacy(voice.sys) && isGoto) badParameter(voice, `goto '${jump}' is not a chain`);
    if (legacy(voice.sys)) couldNotLoad(voice, "target", jump);
    // nf_tables' front end looks for it when everything has been read.
    badParameter({ ...voice, line: voice.commit ?? voice.line }, `Chain '${jump}' does not exist`);
  }
  for (const { target } of request.rules) if (target.kind === "jump") target.chain = chain;
}
