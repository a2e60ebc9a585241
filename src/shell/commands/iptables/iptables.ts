/** `iptables` 1.8.9 with either of its backends: nf_tables, which Debian chooses, or the kernel's old tables. */
import { E2BIG, EBUSY, EEXIST, EMLINK, ENOENT, ENOTEMPTY } from "../../../kernel/errno.ts";
import {
  nfAppend,
  nfCheck,
  nfDelete,
  nfDeleteAt,
  nfDeleteChain,
  nfFlush,
  nfInsert,
  nfNewChain,
  nfPolicy,
  nfRenameChain,
  nfReplace,
  nfZero,
} from "../../../kernel/netfilter/admin.ts";
import { newTable, nfFindChain, nfFindTable, nfTable } from "../../../kernel/netfilter/tables.ts";
import type { NfChain, NfRule, NfTable, Policy } from "../../../kernel/netfilter/types.ts";
import type { Ipv4 } from "../../../wire/address.ts";
import { DNS_TYPE_A } from "../../../wire/dns.ts";
import { createResolver, lookUpAddress, type Resolver, resolverWake } from "../../names/resolver.ts";
import { capable, write } from "../../process.ts";
import type { Program, Sys } from "../../types.ts";
import { printNamed, wakeNamed } from "../net-tools/named-rows.ts";
import { notSimulated, quit, runToEnd } from "../quit.ts";
import { kernelRefused, legacy, refused, type Voice, versionText } from "./fail.ts";
import { helpText } from "./help.ts";
import { parseRequest, type Request, resolveJump } from "./parse.ts";
import { listChain, ruleLine } from "./print/list.ts";
import { ruleWords } from "./print/rule.ts";

const NO_CHAIN = "No chain/target/match by that name";
const NO_RULE = "Bad rule (does a matching rule exist in that chain?)";

/** Thrown where a name's addresses have to be asked for first: the line is read again once they are there. */
class Unresolved extends Error {}

interface Pending {
  kind: "names";
  resolver: Resolver;
}

export const iptables: Program = {
  path: "/usr/sbin/iptables",
  about: "list and change the rules that packets meet",
  start: (sys) => attempt(sys, createResolver()),
  wake(sys, why) {
    const pending = sys.proc.locals as Partial<Pending> | undefined;
    if (pending?.kind !== "names") return wakeNamed(sys, why);
    const { resolver } = pending as Pending;
    if (resolverWake(sys, resolver, why)) attempt(sys, resolver);
  },
};

/** Reads and does the line, or waits for the addresses of a name that stands in it. */
function attempt(sys: Sys, resolver: Resolver): void {
  const lookup = (name: string): readonly Ipv4[] => {
    const answer = lookUpAddress(sys, resolver, name, [DNS_TYPE_A]);
    if (answer === null) throw new Unresolved();
    return answer.addresses;
  };
  runToEnd(sys, () => {
    try {
      return carryOut(sys, parseRequest(sys, sys.proc.argv.slice(1), lookup));
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      sys.proc.locals = { kind: "names", resolver } satisfies Pending;
      return null;
    }
  });
}

/** The table as it is, or as it would be if somebody had asked for it. */
export function tableOf(sys: Sys, name: Request["table"]): NfTable {
  return nfFindTable(sys.world, sys.proc.netns, name) ?? newTable(name, legacy(sys));
}

/** Does what a line asks for; the exit status, or null while names are looked up. */
function carryOut(sys: Sys, request: Request): number | null {
  if (request.operation === "version") {
    write(sys, 1, `${versionText(sys)}\n`);
    return 0;
  }
  if (request.operation === "help") {
    write(sys, 1, helpText(sys));
    if (request.word !== "") notSimulated(sys, `the help of ${request.word}`);
    return 0;
  }
  if (!capable(sys, "NET_ADMIN")) {
    const who = versionText(sys);
    const why = legacy(sys)
      ? `can't initialize iptables table \`${request.table}': Permission denied (you must be root)\nPerhaps iptables or your kernel needs to be upgraded.\n`
      : "Could not fetch rule set generation id: Permission denied (you must be root)\n";
    quit(sys, `${who}: ${why}`, legacy(sys) ? 3 : 4);
  }
  // Asking for one of the old tables loads it.
  if (legacy(sys)) nfTable(sys.world, sys.proc.netns, request.table);
  const voice = { sys, line: null };
  if (request.operation === "list" || request.operation === "list-rules") return show(voice, request);
  perform(voice, request);
  return 0;
}

/** Changes the tables as the line asks; quits with the words for what is refused. */
export function perform(voice: Voice, request: Request): void {
  const { sys } = voice;
  const table = tableOf(sys, request.table);
  resolveJump(voice, request, table);
  if (request.verbose) tell(sys, request, table);
  for (const rule of request.rules) {
    const errno = change(voice, request, rule);
    if (errno !== 0) complain(voice, request, errno);
    if (!isAboutRules(request)) return;
  }
}

function isAboutRules({ operation, ruleNo }: Request): boolean {
  return (
    operation === "append" ||
    operation === "insert" ||
    operation === "check" ||
    (operation === "delete" && ruleNo === null)
  );
}

/** What -v says of each operation. */
function tell(sys: Sys, request: Request, table: NfTable): void {
  const { operation } = request;
  const named = (word: string) => {
    const chains = listed(table, request.chain).map((i) => (table.chains[i] as NfChain).name);
    write(sys, 1, chains.map((name) => `${word} chain \`${name}'\n`).join(""));
  };
  if (isAboutRules(request) || operation === "replace")
    write(sys, 1, request.rules.map((rule) => `${ruleLine(table, rule)}\n`).join(""));
  else if (operation === "flush") named("Flushing");
  else if (operation === "zero") named("Zeroing");
  else if (operation === "delete-chain" && request.chain !== null) named("Deleting");
}

function change(voice: Voice, request: Request, rule: NfRule): number {
  const { world, proc } = voice.sys;
  const { netns } = proc;
  const { table, ruleNo, word } = request;
  const chain = request.chain ?? "";
  switch (request.operation) {
    case "append":
      return nfAppend(world, netns, table, chain, rule);
    case "insert":
      return nfInsert(world, netns, table, chain, ruleNo ?? 1, rule);
    case "replace":
      return nfReplace(world, netns, table, chain, ruleNo ?? 0, rule);
    case "delete":
      return ruleNo !== null
        ? nfDeleteAt(world, netns, table, chain, ruleNo)
        : nfDelete(world, netns, table, chain, rule);
    case "check":
      return nfCheck(world, netns, table, chain, rule) > 0 ? 0 : ENOENT;
    case "flush":
      return nfFlush(world, netns, table, request.chain);
    case "zero":
      return nfZero(world, netns, table, request.chain, ruleNo ?? undefined);
    case "new-chain":
      return nfNewChain(world, netns, table, chain);
    case "delete-chain":
      return request.chain === null ? deleteChains(voice, request) : nfDeleteChain(world, netns, table, chain);
    case "rename-chain":
      return nfRenameChain(world, netns, table, chain, word);
    case "policy":
      if (isBuiltIn(tableOf(voice.sys, table), chain) && word !== "ACCEPT" && word !== "DROP") return EBUSY;
      return nfPolicy(world, netns, table, chain, word as Policy);
    default:
      return 0;
  }
}

function isBuiltIn(table: NfTable, name: string): boolean {
  return table.chains.some((chain) => chain !== null && chain.hook !== null && chain.name === name);
}

/** `-X` alone: every user's chain. */
function deleteChains(voice: Voice, request: Request): number {
  const { world, proc } = voice.sys;
  const { table } = request;
  const names = tableOf(voice.sys, table).chains.flatMap((chain) =>
    chain === null || chain.hook !== null ? [] : [chain.name],
  );
  // All or none: what fails is never committed.
  const before = [...tableOf(voice.sys, table).chains];
  for (const chain of names.sort()) {
    const errno = nfDeleteChain(world, proc.netns, table, chain);
    if (errno !== 0) {
      nfTable(world, proc.netns, table).chains = before;
      complain(voice, { ...request, chain }, errno);
    }
    if (request.verbose) write(voice.sys, 1, `Deleting chain \`${chain}'\n`);
  }
  return 0;
}

/** The words for what was refused. */
function complain(voice: Voice, request: Request, errno: number): never {
  const { operation, chain } = request;
  const known = chain !== null && nfFindChain(tableOf(voice.sys, request.table), chain) >= 0;
  const index = (what: string) => refused(voice, errno === E2BIG ? `Index of ${what} too big` : NO_CHAIN);
  const where = `rule in chain ${chain}`;
  switch (operation) {
    case "check":
      return refused(voice, NO_RULE);
    case "delete":
      return request.ruleNo !== null ? index("deletion") : refused(voice, NO_RULE);
    case "insert":
    case "replace":
    case "append":
      if (!known || errno === E2BIG || (operation === "replace" && errno === ENOENT))
        return index(operation === "insert" ? "insertion" : "replacement");
      return kernelRefused(voice, errno, `RULE_${operation.toUpperCase()}`, where);
    case "policy":
      return refused(voice, errno === EBUSY ? BAD_POLICY : "Bad built-in chain name");
    case "new-chain":
      return refused(voice, "Chain already exists");
    case "rename-chain":
      return refused(voice, errno === EEXIST ? "File exists" : NO_CHAIN);
    case "delete-chain":
      return chainNotDeleted(voice, chain ?? "", errno);
    case "zero":
      return index("counter");
    default:
      return refused(voice, NO_CHAIN);
  }
}

const BAD_POLICY = "Bad policy name. Run `dmesg' for more information";

function chainNotDeleted(voice: Voice, chain: string, errno: number): never {
  const { sys, line } = voice;
  if (errno === ENOENT) return refused(voice, NO_CHAIN);
  if (!legacy(sys)) {
    const place = line === null ? " " : `\nline ${line}: `;
    quit(sys, `${versionText(sys)}: ${place}CHAIN_DEL failed (Device or resource busy): chain ${chain}\n`, 4);
  }
  if (errno === EMLINK) refused(voice, "Too many links");
  return refused(
    voice,
    errno === ENOTEMPTY ? "Directory not empty" : "Invalid argument. Run `dmesg' for more information",
  );
}

function show(voice: Voice, request: Request): number | null {
  const { sys } = voice;
  const table = tableOf(sys, request.table);
  const chains = listed(table, request.chain);
  if (chains.length === 0) noSuchChain(voice, request);
  if (request.operation === "list") {
    const rows = chains.flatMap((chain, i) => {
      const lines = listChain(table, chain, request, request.ruleNo);
      return i === 0 || request.ruleNo !== null ? lines : [[""], ...lines];
    });
    const zeroed = request.zero && request.verbose ? chains.map((i) => (table.chains[i] as NfChain).name) : [];
    if (request.zero) zero(sys, request);
    printNamed(sys, rows, zeroed.map((name) => `Zeroing chain \`${name}'\n`).join(""), true);
    return null;
  }
  write(sys, 1, ruleLines(table, chains, request));
  if (request.zero) zero(sys, request);
  return 0;
}

function zero({ world, proc }: Sys, { table, chain }: Request): void {
  nfZero(world, proc.netns, table, chain);
}

function noSuchChain(voice: Voice, { chain, table }: Request): never {
  if (legacy(voice.sys)) return refused(voice, NO_CHAIN);
  const why = `chain \`${chain}' in table \`${table}' is incompatible, use 'nft' tool.\n`;
  return quit(voice.sys, `${versionText(voice.sys)}: ${why}`, 1);
}

/** Numbers of the chains to show: built-in ones as they are, then users' by name. */
function listed(table: NfTable, only: string | null): number[] {
  const numbers = table.chains.flatMap((chain, i) =>
    chain === null || (only !== null && chain.name !== only) ? [] : [i],
  );
  const name = (i: number) => table.chains[i]?.name ?? "";
  const isBuiltIn = (i: number) => table.chains[i]?.hook !== null;
  return [
    ...numbers.filter(isBuiltIn),
    ...numbers.filter((i) => !isBuiltIn(i)).sort((x, y) => (name(x) < name(y) ? -1 : 1)),
  ];
}

function ruleLines(table: NfTable, chains: readonly number[], request: Request): string {
  const counters = (packets: number, bytes: number) => (request.verbose ? ` -c ${packets} ${bytes}` : "");
  const heads: string[] = [];
  const rules: string[] = [];
  for (const number of chains) {
    const chain = table.chains[number];
    if (!chain) continue;
    if (request.ruleNo === null) {
      heads.push(
        chain.hook === null
          ? `-N ${chain.name}`
          : `-P ${chain.name} ${chain.policy}${counters(chain.packets, chain.bytes)}`,
      );
    }
    chain.rules.forEach((rule, i) => {
      if (request.ruleNo !== null && request.ruleNo !== i + 1) return;
      rules.push(`-A ${chain.name} ${ruleWords(table, rule, counters(rule.packets, rule.bytes))}`.trimEnd());
    });
  }
  return [...heads, ...rules].map((line) => `${line}\n`).join("");
}
