/** `iptables` 1.8.9, which Debian builds on nf_tables. */
import { EEXIST, ELOOP, EMLINK, ENOENT, ENOTEMPTY } from "../../../kernel/errno.ts";
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
import { newTable, nfFindChain, nfFindTable } from "../../../kernel/netfilter/tables.ts";
import type { NfTable, Policy } from "../../../kernel/netfilter/types.ts";
import { capable, write } from "../../process.ts";
import type { Program, Sys } from "../../types.ts";
import { printNamed, wakeNamed } from "../net-tools/named-rows.ts";
import { quit, runToEnd } from "../quit.ts";
import { badParameter, refused, VERSION } from "./fail.ts";
import { parseRequest, type Request } from "./parse.ts";
import { listChain } from "./print-list.ts";
import { ruleWords } from "./print-rule.ts";

const NO_CHAIN = "No chain/target/match by that name";
const NO_RULE = "Bad rule (does a matching rule exist in that chain?)";
const MAX_CHAIN_NAME = 28;

export const iptables: Program = {
  path: "/usr/sbin/iptables",
  about: "list and change the rules that packets meet",
  start: (sys, argv) =>
    runToEnd(sys, () => {
      const request = parseRequest(sys, argv.slice(1), (name) => tableOf(sys, name));
      return carryOut(sys, request);
    }),
  wake: wakeNamed,
};

/** The table as it is, or as it would be if somebody had asked for it. */
export function tableOf(sys: Sys, name: Request["table"]): NfTable {
  return nfFindTable(sys.world, sys.proc.netns, name) ?? newTable(name);
}

/** Does what a line asks for; the exit status, or null while names are looked up. */
function carryOut(sys: Sys, request: Request): number | null {
  if (request.operation === "version") {
    write(sys, 1, `${VERSION}\n`);
    return 0;
  }
  if (request.operation === "help") {
    write(sys, 1, `${VERSION}\n\nUsage: iptables -[ACD] chain rule-specification [options]\n`);
    return 0;
  }
  if (!capable(sys, "NET_ADMIN")) {
    quit(sys, `${VERSION}: Could not fetch rule set generation id: Permission denied (you must be root)\n`, 4);
  }
  if (request.operation === "list" || request.operation === "list-rules") return show(sys, request);
  const errno = change(sys, request);
  if (errno !== 0) complain(sys, request, errno);
  return 0;
}

function change(sys: Sys, request: Request): number {
  const { world } = sys;
  const { netns } = sys.proc;
  const { table, rule, ruleNo, word } = request;
  const chain = request.chain ?? "";
  switch (request.operation) {
    case "append":
      return nfAppend(world, netns, table, chain, rule);
    case "insert":
      return nfInsert(world, netns, table, chain, ruleNo ?? 1, rule);
    case "replace":
      return nfReplace(world, netns, table, chain, ruleNo ?? 0, rule);
    case "delete":
      if (ruleNo !== null && !request.hasRule) return nfDeleteAt(world, netns, table, chain, ruleNo);
      return nfDelete(world, netns, table, chain, rule);
    case "check":
      return nfCheck(world, netns, table, chain, rule) > 0 ? 0 : ENOENT;
    case "flush":
      return nfFlush(world, netns, table, request.chain);
    case "zero":
      return nfZero(world, netns, table, request.chain, ruleNo ?? undefined);
    case "new-chain":
      if (chain.length > MAX_CHAIN_NAME) badParameter(sys, `chain name \`${chain}' too long (must be under 29 chars)`);
      return nfNewChain(world, netns, table, chain);
    case "delete-chain":
      return request.chain === null ? deleteChains(sys, table) : nfDeleteChain(world, netns, table, chain);
    case "rename-chain":
      return nfRenameChain(world, netns, table, chain, word);
    case "policy":
      if (word !== "ACCEPT" && word !== "DROP") refused(sys, "Bad policy name. Run `dmesg' for more information");
      return nfPolicy(world, netns, table, chain, word as Policy);
    default:
      return 0;
  }
}

/** `-X` alone: every user's chain that nothing jumps to. */
function deleteChains(sys: Sys, table: Request["table"]): number {
  const names = tableOf(sys, table).chains.flatMap((chain) =>
    chain === null || chain.hook !== null ? [] : [chain.name],
  );
  for (const name of names) {
    const errno = nfDeleteChain(sys.world, sys.proc.netns, table, name);
    if (errno !== 0) complain(sys, { operation: "delete-chain", table, chain: name }, errno);
  }
  return 0;
}

/** The words for what the kernel refused. */
function complain(sys: Sys, request: Pick<Request, "operation" | "table" | "chain">, errno: number): never {
  const { operation, chain } = request;
  const known = chain !== null && nfFindChain(tableOf(sys, request.table), chain) >= 0;
  switch (operation) {
    case "check":
    case "delete":
      return refused(
        sys,
        known ? (errno === ENOENT ? NO_RULE : "Index of deletion too big") : operation === "check" ? NO_RULE : NO_CHAIN,
      );
    case "insert":
      return refused(sys, known ? "Index of insertion too big" : NO_CHAIN);
    case "replace":
      return refused(sys, known ? "Index of replacement too big" : NO_CHAIN);
    case "policy":
      return refused(sys, "Bad built-in chain name");
    case "new-chain":
      return refused(sys, "Chain already exists");
    case "rename-chain":
      return refused(sys, errno === EEXIST ? "File exists" : NO_CHAIN);
    case "delete-chain":
      return chainNotDeleted(sys, chain ?? "", errno);
    default:
      return refused(
        sys,
        errno === ELOOP
          ? "Too many levels of symbolic links"
          : known
            ? "Invalid argument. Run `dmesg' for more information"
            : NO_CHAIN,
      );
  }
}

function chainNotDeleted(sys: Sys, chain: string, errno: number): never {
  if (errno === EMLINK || errno === ENOTEMPTY) {
    quit(sys, `${VERSION}:  CHAIN_DEL failed (Device or resource busy): chain ${chain}\n`, 4);
  }
  return refused(sys, NO_CHAIN);
}

function show(sys: Sys, request: Request): number | null {
  const table = tableOf(sys, request.table);
  const chains = listed(table, request.chain);
  if (chains.length === 0) refused(sys, NO_CHAIN);
  if (request.operation === "list") {
    const rows = chains.flatMap((chain, i) => {
      const lines = listChain(table, chain, request, request.ruleNo);
      return i === 0 ? lines : [[""], ...lines];
    });
    printNamed(sys, rows, "", true);
    return null;
  }
  write(sys, 1, ruleLines(table, chains, request));
  return 0;
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
      rules.push(`-A ${chain.name} ${ruleWords(table, rule)}`.trimEnd() + counters(rule.packets, rule.bytes));
    });
  }
  return [...heads, ...rules].map((line) => `${line}\n`).join("");
}
