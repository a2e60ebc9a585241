/** The tables of `iptables -L`. */
import { chainRefs } from "../../../../kernel/netfilter/tables.ts";
import type {
  AddressSpec,
  InterfaceSpec,
  NfChain,
  NfMatch,
  NfRule,
  NfTable,
  NfTarget,
  PortRange,
  PortSpec,
} from "../../../../kernel/netfilter/types.ts";
import { formatIpv4, formatMac, type Ipv4, prefixLengthOf } from "../../../../wire/address.ts";
import { serviceName } from "../../../../wire/filter/services.ts";
import type { Row } from "../../net-tools/named-rows.ts";
import type { Request } from "../parse.ts";
import { ADDR_TYPES, bitNames, CT_STATES, icmpTypeName, protocolName, TCP_FLAGS, userName } from "../words.ts";
import { moreMatchText, moreTargetText } from "./more.ts";
import {
  addressText,
  conntrackParts,
  hex,
  hostText,
  logFlagNames,
  MASK_32,
  physdevWords,
  portText,
  probabilityText,
  rangeFlagNames,
  rangeText,
  spanText,
} from "./rule.ts";

type Style = Pick<Request, "numeric" | "verbose" | "exact" | "lineNumbers">;

/** Lines of a chain with its heading and its rules; only rule `ruleNo` where that is given. */
export function listChain(table: NfTable, chainNo: number, style: Style, ruleNo: number | null): Row[] {
  const chain = table.chains[chainNo] as NfChain;
  const rows = chain.rules.flatMap((rule, i) =>
    ruleNo === null || ruleNo === i + 1 ? [ruleRow(table, rule, i + 1, style)] : [],
  );
  if (ruleNo !== null) return rows;
  return [[`Chain ${chain.name} (${about(table, chain, chainNo, style)})`], [heading(style)], ...rows];
}

function about(table: NfTable, chain: NfChain, chainNo: number, style: Style): string {
  if (chain.hook === null) return `${chainRefs(table, chainNo)} references`;
  const counters = style.verbose ? ` ${count(chain.packets, style)} packets, ${count(chain.bytes, style)} bytes` : "";
  return `policy ${chain.policy}${counters}`;
}

function heading(style: Style): string {
  const numbers = style.lineNumbers ? "num  " : "";
  const counters = !style.verbose ? "" : style.exact ? "    pkts      bytes " : " pkts bytes ";
  const interfaces = style.verbose ? " in     out    " : "";
  return `${numbers}${counters}target     prot opt${interfaces} source               destination         `;
}

/** A counter; beyond 99999 with a suffix, unless all digits are asked for. */
function count(value: number, style: Pick<Style, "exact">): string {
  if (style.exact || value <= 99_999) return String(value);
  let number = Math.floor((value + 500) / 1000);
  for (const suffix of ["K", "M", "G"]) {
    if (number <= 9999) return `${number}${suffix}`;
    number = Math.floor((number + 500) / 1000);
  }
  return `${number}T`;
}

function ruleRow(table: NfTable, rule: NfRule, number: number, style: Style): Row {
  const width = style.exact ? 8 : 5;
  const before = [
    style.lineNumbers ? `${String(number).padEnd(4)} ` : "",
    style.verbose ? `${count(rule.packets, style).padStart(width)} ${count(rule.bytes, style).padStart(width)} ` : "",
    `${targetName(table, rule.target).padEnd(9)} `,
    `${rule.protocol?.invert ? "!" : " "}${protocol(rule, style).padEnd(4)}`,
    ` ${rule.fragment === null ? "--" : rule.fragment.invert ? "!f" : "-f"} `,
    style.verbose ? ` ${interfaceCell(rule.inInterface, style)} ${interfaceCell(rule.outInterface, style)} ` : "",
  ];
  const isGoto = rule.target.kind === "jump" && rule.target.goto;
  const after = details(rule, style);
  return [
    before.join(""),
    ...addressCells(rule.source, style),
    " ",
    ...addressCells(rule.destination, style),
    `${isGoto ? " [goto] " : " "}${after}`,
  ];
}

/** What matches and target say of themselves. */
function details(rule: NfRule, style: Style): string {
  const texts = [...rule.matches.map((match) => matchText(match, style)), targetText(rule.target, style)];
  return texts
    .filter((text) => text !== "")
    .map((text) => ` ${text}`)
    .join("");
}

/** A rule as -v tells of it while it is put in place or taken away. */
export function ruleLine(table: NfTable, rule: NfRule): string {
  const style: Style = { numeric: true, verbose: true, exact: false, lineNumbers: false };
  const flag = (invert: boolean | undefined) => (invert ? "!" : " ");
  const cell = (spec: InterfaceSpec | null) => interfaceCell(spec, style).trimEnd();
  const host = (spec: AddressSpec | null) => (spec === null ? "0.0.0.0/0" : hostText(spec));
  const fragment = rule.fragment === null ? "--" : rule.fragment.invert ? "!f" : "-f";
  const protocolText = `${flag(rule.protocol?.invert)}${protocolName(rule.protocol?.number ?? 0)}`;
  const devices = `in ${cell(rule.inInterface)} out ${cell(rule.outInterface)}`;
  const hosts = `${flag(rule.source?.invert)}${host(rule.source)} ${flag(rule.destination?.invert)}-> ${host(rule.destination)}`;
  return `${targetName(table, rule.target)} ${protocolText} opt ${fragment} ${devices} ${hosts}  ${details(rule, style)}`;
}

function targetName(table: NfTable, target: NfTarget): string {
  if (target.kind === "NONE") return "";
  if (target.kind === "NOTRACK") return "CT";
  return target.kind === "jump" ? (table.chains[target.chain]?.name ?? "") : target.kind;
}

function protocol(rule: NfRule, { numeric }: Style): string {
  const number = rule.protocol?.number ?? 0;
  return numeric ? String(number) : protocolName(number);
}

function interfaceCell(spec: InterfaceSpec | null, { numeric }: Style): string {
  return `${spec?.invert ? "!" : ""}${spec?.name ?? (numeric ? "*" : "any")}`.padEnd(6);
}

/** Without -n an address is looked up, the prefix of a network as if it were a host; its name is asked for anew each time. */
function addressCells(spec: AddressSpec | null, { numeric }: Style): Row {
  const mark = spec?.invert ? "!" : " ";
  if (spec === null) return [mark, (numeric ? "0.0.0.0/0" : "anywhere").padEnd(19)];
  const length = prefixLengthOf(spec.mask as Ipv4);
  const prefix = length === 32 ? "" : `/${length ?? formatIpv4(spec.mask as Ipv4)}`;
  if (numeric) return [mark, `${formatIpv4(spec.address)}${prefix}`.padEnd(19)];
  // /etc/networks names one network.
  const otherwise = spec.address === LOOPBACK_NET ? "loopback" : formatIpv4(spec.address);
  return [mark, { address: spec.address, otherwise, width: 19, suffix: prefix }];
}

const LOOPBACK_NET = 0x7f00_0000;

const not = (invert: boolean): string => (invert ? "!" : "");

/** A port or a range of them; by name unless -n says otherwise. */
function portName({ from, to }: PortRange, protocolWord: "tcp" | "udp", { numeric }: Style): string {
  const one = (number: number) => (numeric ? null : serviceName(number, protocolWord)) ?? String(number);
  return from === to ? one(from) : `${one(from)}:${one(to)}`;
}

function portsText(word: string, spec: PortSpec | null, protocolWord: "tcp" | "udp", style: Style): string {
  if (spec === null) return "";
  const range = spec.from !== spec.to;
  return ` ${word}${range ? "s" : ""}:${not(spec.invert)}${portName(spec, protocolWord, style)}`;
}

function matchText(match: NfMatch, style: Style): string {
  switch (match.kind) {
    case "tcp":
    case "udp": {
      const ports =
        portsText("spt", match.sports, match.kind, style) + portsText("dpt", match.dports, match.kind, style);
      return `${match.kind}${ports}${match.kind === "tcp" ? tcpRest(match, style) : ""}`;
    }
    case "icmp":
      return icmpText(match, style);
    case "multiport": {
      const word = { source: "sports", destination: "dports", either: "ports" }[match.which];
      const ports = match.ports.map((range) => portName(range, "tcp", style)).join(",");
      return `multiport ${word} ${match.invert ? " !" : ""}${ports}`;
    }
    case "state":
      return `${match.invert ? "! " : ""}state ${bitNames(CT_STATES, match.states)}`;
    case "conntrack":
      return conntrackParts(match)
        .map(([invert, name, text]) => `${invert ? "! " : ""}${name} ${text}`)
        .join(" ");
    case "comment":
      return `/* ${match.text} */`;
    case "addrtype":
      return addrtypeText(match);
    case "limit":
      return `limit: avg ${match.count}/${{ second: "sec", minute: "min", hour: "hour", day: "day" }[match.unit]} burst ${match.burst}`;
    case "mark":
      return `mark match${match.invert ? " !" : ""} ${markText(match)}`;
    case "connmark":
      return `connmark match ${not(match.invert)} ${markText(match)}`;
    case "mac":
      return `MAC${match.invert ? " ! " : " "}${formatMac(match.source)}`;
    default:
      return rareText(match, style);
  }
}

function markText({ value, mask }: { value: number; mask: number }): string {
  return mask === MASK_32 ? hex(value) : `${hex(value)}/${hex(mask)}`;
}

const TTL_SIGNS = { eq: "==", ne: "!=", lt: "<", gt: ">" } as const;

function rareText(match: NfMatch, style: Style): string {
  switch (match.kind) {
    case "physdev":
      return ["PHYSDEV match", ...physdevWords(match)].join(" ");
    case "pkttype":
      return `PKTTYPE ${match.invert ? "!=" : "="} ${match.type}`;
    case "length":
      return `length ${not(match.invert)}${portText(match)}`;
    case "ttl":
      return `TTL match TTL ${TTL_SIGNS[match.compare]} ${match.value}`;
    case "iprange": {
      const span = (word: string, range: typeof match.source) =>
        range === null ? [] : [`${word} IP range ${range.invert ? "! " : ""}${spanText(range)}`];
      return [...span("source", match.source), ...span("destination", match.destination)].join(" ");
    }
    case "statistic": {
      const sign = match.invert ? " !" : "";
      if (match.mode === "random")
        return `statistic mode random${sign} probability ${probabilityText(match.probability)}`;
      return `statistic mode nth${sign} every ${match.every}${match.packet === 0 ? "" : ` packet ${match.packet}`}`;
    }
    case "owner":
      return ownerText(match, style);
    default:
      return moreMatchText(match, style.numeric);
  }
}

function ownerText({ uid, gid, socket }: Extract<NfMatch, { kind: "owner" }>, { numeric }: Style): string {
  const sign = (invert: boolean) => (invert ? "! " : "");
  const id = (word: string, spec: typeof uid) => {
    if (spec === null) return [];
    const text = numeric || spec.from !== spec.to ? portText(spec, "-") : userName(spec.from);
    return [`${sign(spec.invert)}owner ${word} match ${text}`];
  };
  const exists = socket === null ? [] : [`${sign(socket.invert)}owner socket exists`];
  return [...exists, ...id("UID", uid), ...id("GID", gid)].join(" ");
}

function tcpRest({ flags, option }: Extract<NfMatch, { kind: "tcp" }>, { numeric }: Style): string {
  const asked = option === null ? "" : ` option=${not(option.invert)}${option.number}`;
  if (flags === null) return asked;
  const text = (bits: number) =>
    numeric ? `0x${bits.toString(16).toUpperCase().padStart(2, "0")}` : bitNames(TCP_FLAGS, bits) || "NONE";
  return `${asked} flags:${not(flags.invert)}${text(flags.mask)}/${text(flags.comp)}`;
}

function icmpText({ type, codes, invert }: Extract<NfMatch, { kind: "icmp" }>, { numeric }: Style): string {
  const code = codes.from === codes.to ? codes.from : null;
  const name = numeric ? null : icmpTypeName(type, code);
  if (name !== null) return `icmp ${not(invert)}${name}`;
  return `icmp${invert ? " !" : ""}type ${type}${code === null ? "" : ` code ${code}`}`;
}

function addrtypeText(match: Extract<NfMatch, { kind: "addrtype" }>): string {
  const type = (word: string, spec: typeof match.source) =>
    spec === null ? "" : ` ${word}-type ${not(spec.invert)}${bitNames(ADDR_TYPES, spec.bits)}`;
  const limit = match.limitIface === null ? "" : ` limit-${match.limitIface}`;
  return `ADDRTYPE match${type("src", match.source)}${type("dst", match.destination)}${limit}`;
}

/** How mark = (mark & ~mask) ^ value is told. */
function markChange(value: number, mask: number): string {
  if (value === 0) return `and ${hex(~mask)}`;
  if (value === mask) return `or ${hex(value)}`;
  if (mask === 0) return `xor ${hex(value)}`;
  return mask === MASK_32 ? `set ${hex(value)}` : `xset ${hex(value)}/${hex(mask)}`;
}

function connmarkText({ mode, value, ctMask, nfMask }: Extract<NfTarget, { kind: "CONNMARK" }>): string {
  if (mode === "set") return markChange(value, ctMask);
  if (ctMask === MASK_32 && nfMask === MASK_32) return mode;
  if (ctMask === nfMask) return `${mode} mask ${hex(nfMask)}`;
  return mode === "save"
    ? `save nfmask ${hex(nfMask)} ctmask ~${hex(ctMask)}`
    : `restore ctmask ${hex(ctMask)} nfmask ~${hex(nfMask)}`;
}

/** LOG's levels as lists name them. */
const LEVELS = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"];

function logText({ level, prefix, flags }: Extract<NfTarget, { kind: "LOG" }>, { numeric }: Style): string {
  const about = numeric ? ` flags ${flags} level ${level}` : ` level ${LEVELS[level]}`;
  const names = numeric ? [] : logFlagNames(flags).map((name) => ` ${name}`);
  return `LOG${about}${prefix === "" ? "" : ` prefix "${prefix}"`}${names.join("")}`;
}

function targetText(target: NfTarget, style: Style): string {
  switch (target.kind) {
    case "REJECT":
      return `reject-with ${target.with}`;
    case "LOG":
      return logText(target, style);
    case "MARK":
      return `MARK ${markChange(target.value, target.mask)}`;
    case "CONNMARK":
      return `CONNMARK ${connmarkText(target)}`;
    case "TTL":
      return `TTL ${{ set: "set to", dec: "decrement by", inc: "increment by" }[target.mode]} ${target.value}`;
    case "TCPMSS":
      return `TCPMSS ${target.mss === null ? "clamp to PMTU" : `set ${target.mss}`}`;
    case "NOTRACK":
      return "NOTRACK";
    case "CT":
      return target.notrack ? "CT notrack" : "CT";
    case "NETMAP":
      return `to:${addressText(target)}`;
    case "SNAT":
    case "DNAT":
    case "MASQUERADE":
    case "REDIRECT":
      return natText(target);
    default:
      return moreTargetText(target, style.numeric);
  }
}

function natText({ kind, range }: Extract<NfTarget, { range: unknown }>): string {
  const ports = range.ports === null ? [] : [portText(range.ports, "-")];
  const to = {
    SNAT: () => [`to:${rangeText(range)}`],
    DNAT: () => [`to:${rangeText(range)}`],
    MASQUERADE: () => ports.map((text) => `masq ports: ${text}`),
    REDIRECT: () => ports.map((text) => `redir ports ${text}`),
  }[kind]();
  return [...to, ...rangeFlagNames(range)].join(" ");
}
