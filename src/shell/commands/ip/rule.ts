/** `ip rule`: which table a packet's way is looked up in. ip/iprule.c. */
import { fibRuleAdd, fibRuleDel, fibRules, plainRule } from "../../../kernel/fib/rules.ts";
import { rtnlRule } from "../../../kernel/rtnl/notify.ts";
import { type FibRule, type Netns, RT_TABLE_MAIN } from "../../../kernel/types.ts";
import { formatIpv4 } from "../../../wire/address.ts";
import { notSimulated, quit } from "../quit.ts";
import {
  answer,
  invarg,
  type Line,
  matches,
  needAdmin,
  netnsOfLine,
  numberValue,
  prefixOf,
  print,
  take,
  value,
} from "./args.ts";
import { type Json, printJson } from "./json.ts";
import { unsigned } from "./number.ts";
import { tableName, tableOf } from "./route/route-names.ts";
import { usage } from "./usage.ts";

export function ipRule(line: Line): number {
  const verb = take(line);
  if (verb === undefined || matches(verb, "list", "lst", "show")) return listRules(line);
  if (matches(verb, "add")) return changeRule(line, "add");
  if (matches(verb, "delete")) return changeRule(line, "del");
  if (matches(verb, "flush")) return flushRules(line);
  if (matches(verb, "save", "restore")) return notSimulated(line.sys, `ip rule ${verb}`);
  if (matches(verb, "help")) usage(line, "rule");
  return quit(line.sys, `Command "${verb}" is unknown, try "ip rule help".\n`, 255);
}

/** The rules that IPv6 begins with; others are not here. */
function listIpv6(line: Line): number {
  print(line, "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n");
  return 0;
}

function here(line: Line): Netns {
  return line.sys.world.netns[netnsOfLine(line)] as Netns;
}

type Said = Partial<FibRule>;

/** One word of a selector or an action, with its value. */
function readWord(line: Line, said: Said, text: string): void {
  if (text === "not") said.not = true;
  else if (text === "from" || text === "to") said[text] = readPrefix(line);
  else if (matches(text, "preference", "order", "priority"))
    said.pref = numberValue(line, "preference value is invalid\n");
  else if (text === "tos" || matches(text, "dsfield")) said.tos = readTos(line);
  else if (text === "fwmark") Object.assign(said, readMark(line));
  else if (text === "iif" || text === "dev") said.iif = value(line);
  else if (text === "oif") said.oif = value(line);
  else if (matches(text, "lookup") || matches(text, "table")) readTable(line, said);
  else if (text === "suppress_prefixlength" || text === "sup_pl") {
    said.suppressPrefixLength = numberValue(line, "suppress_prefixlength value is invalid\n");
  } else if (text === "goto") {
    said.action = "goto";
    said.target = numberValue(line, "invalid target\n");
  } else if (text === "nop" || text === "unreachable" || text === "prohibit" || text === "blackhole")
    said.action = text;
  else if (matches(text, "help")) usage(line, "rule");
  else if (
    /^(tun_id|uidrange|l3mdev|protocol|ipproto|sport|dport|realms|nat|map-to|suppress_ifgroup|sup_group)$/.test(text)
  ) {
    notSimulated(line.sys, `ip rule ${text}`);
  } else if (text !== "type") invarg(line, "Failed to parse rule type", text);
}

function readPrefix(line: Line): FibRule["from"] {
  const { address, length } = prefixOf(line, value(line));
  return { address, length };
}

function readTos(line: Line): number {
  const text = value(line);
  return unsigned(text, 255) ?? invarg(line, "TOS value is invalid\n", text);
}

function readMark(line: Line): Pick<FibRule, "mark" | "markMask"> {
  const text = value(line);
  const [head = "", tail] = text.split("/");
  const mark = unsigned(head) ?? invarg(line, "fwmark value is invalid\n", text);
  const mask = tail === undefined ? 0xffff_ffff : (unsigned(tail) ?? invarg(line, "fwmask value is invalid\n", text));
  return { mark, markMask: mask };
}

function readTable(line: Line, said: Said): void {
  const text = value(line);
  said.target = tableOf(text) ?? invarg(line, "invalid table ID\n", text);
  said.action = "table";
}

function changeRule(line: Line, verb: "add" | "del"): number {
  if (line.at >= line.words.length) quit(line.sys, `"ip rule ${verb}" requires arguments.\n`, 1);
  const said: Said = {};
  for (let text = take(line); text !== undefined; text = take(line)) readWord(line, said, text);
  needAdmin(line);
  const netns = here(line);
  const before = fibRules(netns);
  const errno =
    verb === "del"
      ? fibRuleDel(netns, (rule) => hasAll(rule, said))
      : fibRuleAdd(netns, { ...plainRule(0, RT_TABLE_MAIN), ...said }, said.pref ?? null);
  tellOfChange(line, before, fibRules(netns));
  return answer(line, errno);
}

/** notify_rule_change: those that came, and those that went. */
function tellOfChange(line: Line, before: readonly FibRule[], after: readonly FibRule[]): void {
  const { world } = line.sys;
  const isIn = (rules: readonly FibRule[], rule: FibRule) =>
    rules.some((other) => JSON.stringify(other) === JSON.stringify(rule));
  for (const rule of after) if (!isIn(before, rule)) rtnlRule(world, netnsOfLine(line), rule, false);
  for (const rule of before) if (!isIn(after, rule)) rtnlRule(world, netnsOfLine(line), rule, true);
}

/** Whether a rule has everything that was said. */
function hasAll(rule: FibRule, said: Said): boolean {
  return Object.entries(said).every(([key, wanted]) => {
    const has = rule[key as keyof FibRule];
    return JSON.stringify(has) === JSON.stringify(wanted);
  });
}

/** All go but those of pref 0. */
function flushRules(line: Line): number {
  needAdmin(line);
  const netns = here(line);
  for (const _ of fibRules(netns)) {
    const errno = fibRuleDel(netns, (rule) => rule.pref !== 0);
    if (errno !== 0) break;
  }
  return 0;
}

function listRules(line: Line): number {
  const said: Said = {};
  for (let text = take(line); text !== undefined; text = take(line)) readWord(line, said, text);
  if (line.options.family === "inet6") return listIpv6(line);
  const rules = fibRules(here(line)).filter((rule) => hasAll(rule, said));
  if (line.options.json) printJson(line, rules.map(ruleJson));
  else for (const rule of rules) print(line, `${rule.pref}:\t${ruleText(line, rule)}\n`);
  return 0;
}

function prefixText({ address, length }: FibRule["from"]): string {
  return `${formatIpv4(address)}${length === 32 ? "" : `/${length}`}`;
}

function markText({ mark, markMask }: FibRule): string {
  const mask = markMask === 0xffff_ffff ? "" : `/0x${markMask.toString(16)}`;
  return `0x${mark.toString(16)}${mask}`;
}

export function ruleText(line: Line, rule: FibRule): string {
  const words = [
    rule.not ? "not " : "",
    `from ${rule.from.length === 0 ? "all" : prefixText(rule.from)}`,
    rule.to.length === 0 ? "" : ` to ${prefixText(rule.to)}`,
    rule.tos === 0 ? "" : ` tos 0x${rule.tos.toString(16).padStart(2, "0")}`,
    rule.mark === 0 && rule.markMask === 0 ? "" : ` fwmark ${markText(rule)}`,
    rule.iif === null ? "" : ` iif ${rule.iif}`,
    rule.oif === null ? "" : ` oif ${rule.oif}`,
    ` ${actionText(rule)}`,
    rule.suppressPrefixLength < 0 ? "" : ` suppress_prefixlength ${rule.suppressPrefixLength}`,
    line.options.details > 0 ? ` proto ${rule.byKernel ? "kernel" : "unspec"}` : "",
  ];
  return words.join("");
}

function actionText(rule: FibRule): string {
  if (rule.action === "table") return `lookup ${tableName(rule.target)}`;
  return rule.action === "goto" ? `goto ${rule.target}` : rule.action;
}

function ruleJson(rule: FibRule): Json {
  const { from, to, mark, markMask, iif, oif, action } = rule;
  const prefix = (name: string, { address, length }: FibRule["from"]) => ({
    [name]: formatIpv4(address),
    ...(length === 32 ? {} : { [`${name}len`]: length }),
  });
  return {
    priority: rule.pref,
    ...(rule.not ? { not: null } : {}),
    ...(from.length === 0 ? { src: "all" } : prefix("src", from)),
    ...(to.length === 0 ? {} : prefix("dst", to)),
    ...(markMask === 0 ? {} : { fwmark: `0x${mark.toString(16)}` }),
    ...(markMask === 0 || markMask === 0xffff_ffff ? {} : { fwmask: `0x${markMask.toString(16)}` }),
    ...(iif === null ? {} : { iif }),
    ...(oif === null ? {} : { oif }),
    ...(action === "table" ? { table: tableName(rule.target) } : { action }),
  };
}
