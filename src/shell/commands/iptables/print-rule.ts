/** A rule as `iptables -S` and iptables-save print it: the words that make it again. */
import {
  type AddressSpec,
  LogFlag,
  type NatRange,
  type NfMatch,
  type NfRule,
  type NfTable,
  type NfTarget,
  type PortRange,
  type PortSpec,
} from "../../../kernel/netfilter/types.ts";
import { formatIpv4, formatMac, type Ipv4, prefixLengthOf } from "../../../wire/address.ts";
import { ADDR_TYPES, bitNames, CT_STATES, CT_STATUSES, protocolName, TCP_FLAGS } from "./words.ts";

const not = (invert: boolean): string => (invert ? "! " : "");

/** What follows "-A CHAIN", without a leading blank. */
export function ruleWords(table: NfTable, rule: NfRule): string {
  const to = rule.target.kind === "jump" ? (table.chains[rule.target.chain]?.name ?? "") : "";
  return wordsOfRule(rule, to);
}

/** The same. @param to name of the chain that it jumps to; "" for others */
export function wordsOfRule(rule: NfRule, to: string): string {
  const words: string[] = [];
  if (rule.source !== null) words.push(`${not(rule.source.invert)}-s ${addressText(rule.source)}`);
  if (rule.destination !== null) words.push(`${not(rule.destination.invert)}-d ${addressText(rule.destination)}`);
  if (rule.inInterface !== null) words.push(`${not(rule.inInterface.invert)}-i ${rule.inInterface.name}`);
  if (rule.outInterface !== null) words.push(`${not(rule.outInterface.invert)}-o ${rule.outInterface.name}`);
  if (rule.protocol !== null) words.push(`${not(rule.protocol.invert)}-p ${protocolName(rule.protocol.number)}`);
  if (rule.fragment !== null) words.push(`${not(rule.fragment.invert)}-f`);
  for (const match of rule.matches) words.push([`-m ${match.kind}`, ...matchWords(match)].join(" "));
  words.push(...targetWords(rule.target, to));
  return words.join(" ");
}

/** With its prefix length, or its mask where that is none. */
export function addressText({ address, mask }: AddressSpec): string {
  const length = prefixLengthOf(mask as Ipv4);
  return `${formatIpv4(address)}/${length ?? formatIpv4(mask as Ipv4)}`;
}

export function portText({ from, to }: PortRange, separator = ":"): string {
  return from === to ? String(from) : `${from}${separator}${to}`;
}

function portWords(option: string, spec: PortSpec | null): string[] {
  return spec === null ? [] : [`${not(spec.invert)}--${option} ${portText(spec)}`];
}

/** A text in double quotes where the shell would need them. */
function quoted(text: string): string {
  return /^[A-Za-z0-9_.:,@%+=/-]+$/.test(text) ? text : `"${text.replace(/(["\\])/g, "\\$1")}"`;
}

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

function matchWords(match: NfMatch): string[] {
  switch (match.kind) {
    case "tcp":
      return tcpWords(match);
    case "udp":
      return [...portWords("sport", match.sports), ...portWords("dport", match.dports)];
    case "icmp": {
      const code = match.codes.from === match.codes.to ? `/${match.codes.from}` : "";
      return [`${not(match.invert)}--icmp-type ${match.type === 255 ? "any" : `${match.type}${code}`}`];
    }
    case "multiport": {
      const option = { source: "sports", destination: "dports", either: "ports" }[match.which];
      return [`${not(match.invert)}--${option} ${match.ports.map((range) => portText(range)).join(",")}`];
    }
    case "state":
      return [`${not(match.invert)}--state ${bitNames(CT_STATES, match.states)}`];
    case "conntrack":
      return conntrackWords(match);
    case "comment":
      return [`--comment ${quoted(match.text)}`];
    case "addrtype":
      return addrtypeWords(match);
    case "limit": {
      const unit = { second: "sec", minute: "min", hour: "hour", day: "day" }[match.unit];
      return [`--limit ${match.count}/${unit}`, ...(match.burst === 5 ? [] : [`--limit-burst ${match.burst}`])];
    }
    case "mark":
    case "connmark":
      return [
        `${not(match.invert)}--mark ${hex(match.value)}${match.mask === 0xffff_ffff ? "" : `/${hex(match.mask)}`}`,
      ];
    case "mac":
      return [`${not(match.invert)}--mac-source ${formatMac(match.source)}`];
    case "physdev":
      return physdevWords(match);
    default:
      return otherWords(match);
  }
}

function tcpWords(match: Extract<NfMatch, { kind: "tcp" }>): string[] {
  const words = [...portWords("sport", match.sports), ...portWords("dport", match.dports)];
  if (match.option !== null) words.push(`${not(match.option.invert)}--tcp-option ${match.option.number}`);
  if (match.flags !== null) {
    const { mask, comp, invert } = match.flags;
    words.push(
      `${not(invert)}--tcp-flags ${bitNames(TCP_FLAGS, mask) || "NONE"} ${bitNames(TCP_FLAGS, comp) || "NONE"}`,
    );
  }
  return words;
}

function conntrackWords(match: Extract<NfMatch, { kind: "conntrack" }>): string[] {
  const words: string[] = [];
  const address = (option: string, spec: AddressSpec | null) => {
    if (spec !== null) words.push(`${not(spec.invert)}--${option} ${addressText(spec)}`);
  };
  if (match.states !== null)
    words.push(`${not(match.states.invert)}--ctstate ${bitNames(CT_STATES, match.states.bits)}`);
  if (match.protocol !== null) words.push(`${not(match.protocol.invert)}--ctproto ${match.protocol.number}`);
  address("ctorigsrc", match.origSource);
  address("ctorigdst", match.origDestination);
  address("ctreplsrc", match.replSource);
  address("ctrepldst", match.replDestination);
  words.push(...portWords("ctorigdstport", match.origDestinationPort));
  if (match.status !== null)
    words.push(`${not(match.status.invert)}--ctstatus ${bitNames(CT_STATUSES, match.status.bits)}`);
  if (match.direction !== null) words.push(`--ctdir ${match.direction}`);
  return words;
}

function addrtypeWords(match: Extract<NfMatch, { kind: "addrtype" }>): string[] {
  const words: string[] = [];
  if (match.source !== null)
    words.push(`${not(match.source.invert)}--src-type ${bitNames(ADDR_TYPES, match.source.bits)}`);
  if (match.destination !== null) {
    words.push(`${not(match.destination.invert)}--dst-type ${bitNames(ADDR_TYPES, match.destination.bits)}`);
  }
  if (match.limitIface !== null) words.push(`--limit-iface-${match.limitIface}`);
  return words;
}

function physdevWords(match: Extract<NfMatch, { kind: "physdev" }>): string[] {
  const words: string[] = [];
  if (match.isIn !== null) words.push(`${not(match.isIn.invert)}--physdev-is-in`);
  if (match.in !== null) words.push(`${not(match.in.invert)}--physdev-in ${match.in.name}`);
  if (match.isOut !== null) words.push(`${not(match.isOut.invert)}--physdev-is-out`);
  if (match.out !== null) words.push(`${not(match.out.invert)}--physdev-out ${match.out.name}`);
  if (match.isBridged !== null) words.push(`${not(match.isBridged.invert)}--physdev-is-bridged`);
  return words;
}

/** Matches that lines here cannot name yet, but that a rule may hold. */
function otherWords(match: NfMatch): string[] {
  switch (match.kind) {
    case "pkttype":
      return [`${not(match.invert)}--pkt-type ${match.type}`];
    case "length":
      return [`${not(match.invert)}--length ${portText(match)}`];
    case "ttl":
      return [`--ttl-${match.compare} ${match.value}`];
    default:
      return [];
  }
}

function targetWords(target: NfTarget, to: string): string[] {
  switch (target.kind) {
    case "NONE":
      return [];
    case "jump":
      return [`-${target.goto ? "g" : "j"} ${to}`];
    case "REJECT":
      return [`-j REJECT --reject-with ${target.with}`];
    case "LOG":
      return [
        `-j LOG${target.prefix === "" ? "" : ` --log-prefix ${quoted(target.prefix)}`}${target.level === 4 ? "" : ` --log-level ${target.level}`}${(target.flags & LogFlag.UID) === 0 ? "" : " --log-uid"}`,
      ];
    case "MARK":
      return [`-j MARK --set-xmark ${hex(target.value)}/${hex(target.mask)}`];
    case "SNAT":
      return [`-j SNAT --to-source ${rangeText(target.range)}${rangeFlags(target.range)}`];
    case "DNAT":
      return [`-j DNAT --to-destination ${rangeText(target.range)}${rangeFlags(target.range)}`];
    case "MASQUERADE":
    case "REDIRECT": {
      const ports = target.range.ports === null ? "" : ` --to-ports ${portText(target.range.ports, "-")}`;
      return [`-j ${target.kind}${ports}${rangeFlags(target.range)}`];
    }
    default:
      return [`-j ${target.kind}`];
  }
}

/** ADDRESS[-ADDRESS][:PORT[-PORT]] */
export function rangeText({ addresses, ports }: NatRange): string {
  const hosts =
    addresses === null
      ? ""
      : addresses.from === addresses.to
        ? formatIpv4(addresses.from)
        : `${formatIpv4(addresses.from)}-${formatIpv4(addresses.to)}`;
  return `${hosts}${ports === null ? "" : `:${portText(ports, "-")}`}`;
}

function rangeFlags(range: NatRange): string {
  return `${range.random ? " --random" : ""}${range.randomFully ? " --random-fully" : ""}${range.persistent ? " --persistent" : ""}`;
}
