/** What goes with what on a line of iptables: commands, options, chains. xshared.c's tables and the end of do_parse(). */

import type { Loaded } from "./extensions/options.ts";
import { isForeignTarget, targetNamed } from "./extensions/targets.ts";
import { badOption, badParameter, type Voice } from "./fail.ts";
import type { Operation, Request } from "./parse.ts";

export const OPERATIONS: Readonly<
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

const OF_A_RULE = "sdpjiocf";

/** Options that a command can't have, in the order in which they are looked at. */
const ILLEGAL: Readonly<Record<Operation, string>> = {
  append: "nx0",
  insert: "nx0",
  replace: "nx0",
  delete: "nx0c",
  check: "nx0c",
  list: OF_A_RULE,
  "list-rules": `n${OF_A_RULE}x0`,
  flush: `n${OF_A_RULE}x0`,
  zero: `n${OF_A_RULE}x0`,
  "new-chain": `n${OF_A_RULE}x0`,
  "delete-chain": `n${OF_A_RULE}x0`,
  policy: "nsdpjiofx0",
  "rename-chain": `n${OF_A_RULE}x0`,
  version: "",
  help: "",
};

const MAX_CHAIN_NAME = 28;

/** parse_chain, of a chain that is to be made. */
export function checkChainName(voice: Voice, name: string): void {
  const first = name[0] ?? "";
  if (first === "-" || first === "!") badParameter(voice, `chain name not allowed to start with \`${first}'`);
  if (targetNamed(name) !== null || isForeignTarget(name))
    badParameter(voice, "chain name may not clash with target name");
  if (/\s/.test(name)) badParameter(voice, `Invalid chain name \`${name}'`);
}

const WITHOUT_OUT = ["PREROUTING", "INPUT"];
const WITHOUT_IN = ["POSTROUTING", "OUTPUT"];
const MAKES_RULES: readonly Operation[] = ["append", "delete", "insert", "replace"];

/** What only the whole line shows. */
export function checkLine(voice: Voice, request: Request, target: Loaded | null): void {
  const { operation, chain, options } = request;
  const byNumber = operation === "delete" && request.ruleNo !== null;
  for (const letter of byNumber ? `n${OF_A_RULE}x0` : ILLEGAL[operation]) {
    if (options.includes(letter)) badParameter(voice, `Illegal option \`-${letter}' with this command`);
  }
  if (chain !== null && chain.length > MAX_CHAIN_NAME)
    badParameter(voice, `chain name \`${chain}' too long (must be under ${MAX_CHAIN_NAME + 1} chars)`);
  if (chain !== null && MAKES_RULES.includes(operation)) {
    if (options.includes("o") && WITHOUT_OUT.includes(chain)) badOption(voice, `Can't use -o with ${chain}`);
    if (options.includes("i") && WITHOUT_IN.includes(chain)) badOption(voice, `Can't use -i with ${chain}`);
  }
  const drops = target?.extension.name === "DROP" || (operation === "policy" && request.word === "DROP");
  if (request.table === "nat" && drops) {
    const why = 'The "nat" table is not intended for filtering, the use of DROP is therefore inhibited.';
    badParameter(voice, `\n${why}\n\n`);
  }
}
