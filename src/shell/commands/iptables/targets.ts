/** `-j TARGET` and the options of each. */
import type { NatRange, NfTarget, RejectWith } from "../../../kernel/netfilter/types.ts";
import { parseIpv4 } from "../../../wire/address.ts";
import { type Args, number, portRange, value } from "./args.ts";
import { badParameter } from "./fail.ts";

const noRange = (): NatRange => ({
  addresses: null,
  ports: null,
  random: false,
  randomFully: false,
  persistent: false,
});

const MAKERS: Readonly<Record<string, () => NfTarget>> = {
  ACCEPT: () => ({ kind: "ACCEPT" }),
  DROP: () => ({ kind: "DROP" }),
  RETURN: () => ({ kind: "RETURN" }),
  TRACE: () => ({ kind: "TRACE" }),
  NOTRACK: () => ({ kind: "NOTRACK" }),
  REJECT: () => ({ kind: "REJECT", with: "icmp-port-unreachable" }),
  LOG: () => ({ kind: "LOG", level: 4, prefix: "", flags: 0 }),
  MARK: () => ({ kind: "MARK", value: 0, mask: 0xffff_ffff }),
  SNAT: () => ({ kind: "SNAT", range: noRange() }),
  DNAT: () => ({ kind: "DNAT", range: noRange() }),
  MASQUERADE: () => ({ kind: "MASQUERADE", range: noRange() }),
  REDIRECT: () => ({ kind: "REDIRECT", range: noRange() }),
};

const REJECTS: Readonly<Record<string, RejectWith>> = {
  "icmp-net-unreachable": "icmp-net-unreachable",
  "net-unreach": "icmp-net-unreachable",
  "icmp-host-unreachable": "icmp-host-unreachable",
  "host-unreach": "icmp-host-unreachable",
  "icmp-proto-unreachable": "icmp-proto-unreachable",
  "proto-unreach": "icmp-proto-unreachable",
  "icmp-port-unreachable": "icmp-port-unreachable",
  "port-unreach": "icmp-port-unreachable",
  "icmp-net-prohibited": "icmp-net-prohibited",
  "net-prohib": "icmp-net-prohibited",
  "icmp-host-prohibited": "icmp-host-prohibited",
  "host-prohib": "icmp-host-prohibited",
  "icmp-admin-prohibited": "icmp-admin-prohibited",
  "admin-prohib": "icmp-admin-prohibited",
  "tcp-reset": "tcp-reset",
  "tcp-rst": "tcp-reset",
};

const LOG_LEVELS = ["emerg", "alert", "crit", "error", "warning", "notice", "info", "debug"];

/** A target of that name without options, or null when it is none (then it may be a chain). */
export function makeTarget(name: string): NfTarget | null {
  return MAKERS[name]?.() ?? null;
}

/** Reads an option of the target; false when it has no such option. */
export function readTargetOption(args: Args, target: NfTarget, option: string): boolean {
  switch (target.kind) {
    case "REJECT":
      return option === "--reject-with" && readReject(args, target, value(args, option));
    case "LOG":
      return readLog(args, target, option);
    case "MARK":
      return readMark(args, target, option);
    case "SNAT":
    case "DNAT":
    case "MASQUERADE":
    case "REDIRECT":
      return readNat(args, target, option);
    default:
      return false;
  }
}

function readReject(args: Args, target: Extract<NfTarget, { kind: "REJECT" }>, text: string): boolean {
  const found = REJECTS[text];
  if (found === undefined) badParameter(args.sys, `unknown reject type "${text}"`);
  target.with = found;
  return true;
}

function readLog(args: Args, target: Extract<NfTarget, { kind: "LOG" }>, option: string): boolean {
  if (option === "--log-prefix") target.prefix = value(args, option).slice(0, 29);
  else if (option === "--log-level") {
    const text = value(args, option);
    const level = /^[0-7]$/.test(text)
      ? Number(text)
      : LOG_LEVELS.findIndex((name) => name.startsWith(text.toLowerCase()));
    if (level < 0) badParameter(args.sys, `log-level: bad value for option "--log-level", or out of range (0-7)`);
    target.level = level;
  } else return false;
  return true;
}

function readMark(args: Args, target: Extract<NfTarget, { kind: "MARK" }>, option: string): boolean {
  if (option !== "--set-mark" && option !== "--set-xmark") return false;
  const [text = "", mask] = value(args, option).split("/");
  target.value = number(args, text, option.slice(2));
  const bits = mask === undefined ? 0xffff_ffff : number(args, mask, option.slice(2));
  // --set-mark clears the mask's bits and the value's; --set-xmark only the mask's.
  target.mask = (option === "--set-mark" ? bits | target.value : bits) >>> 0;
  return true;
}

const NAT_OPTIONS: Readonly<Record<string, string>> = {
  SNAT: "--to-source",
  DNAT: "--to-destination",
  MASQUERADE: "--to-ports",
  REDIRECT: "--to-ports",
};

function readNat(args: Args, target: Extract<NfTarget, { range: NatRange }>, option: string): boolean {
  const { range } = target;
  if (option === "--random") range.random = true;
  else if (option === "--random-fully") range.randomFully = true;
  else if (option === "--persistent") range.persistent = true;
  else if (option !== NAT_OPTIONS[target.kind]) return false;
  else if (option === "--to-ports") range.ports = portRange(args, value(args, option), "-");
  else readTo(args, range, value(args, option));
  return true;
}

/** ADDRESS[-ADDRESS][:PORT[-PORT]], or only ":PORT". */
function readTo(args: Args, range: NatRange, text: string): void {
  const [hosts = "", ports] = text.split(":");
  if (hosts !== "") {
    const [from = "", to = from] = hosts.split("-");
    const [first, last] = [parseIpv4(from), parseIpv4(to)];
    if (first === null || last === null) badParameter(args.sys, `Bad IP address "${first === null ? from : to}"`);
    range.addresses = { from: first, to: last };
  }
  if (ports !== undefined) range.ports = portRange(args, ports, "-");
}

/** What a target cannot do without. */
export function checkTarget(args: Args, target: NfTarget): void {
  if (
    (target.kind === "SNAT" || target.kind === "DNAT") &&
    target.range.addresses === null &&
    target.range.ports === null
  ) {
    badParameter(args.sys, `${target.kind}: option "${NAT_OPTIONS[target.kind]}" must be specified`);
  }
  if (
    target.kind === "MARK" &&
    target.value === 0 &&
    target.mask === 0xffff_ffff &&
    !args.words.some((w) => w.startsWith("--set-"))
  ) {
    badParameter(args.sys, "MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required");
  }
}
