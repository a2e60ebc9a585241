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
} from "../../../../kernel/netfilter/types.ts";
import { formatIpv4, formatMac, type Ipv4, prefixLengthOf } from "../../../../wire/address.ts";
import { ADDR_TYPES, bitNames, CT_STATES, CT_STATUSES, protocolName, TCP_FLAGS } from "../words.ts";
import { quoted } from "./quoted.ts";

const not = (invert: boolean): string => (invert ? "! " : "");

/** Words of matches and targets that are met rarely (more.ts): they come with the programs that make such rules. */
interface MoreWords {
  match: (match: NfMatch) => string[];
  target: (target: NfTarget) => string[];
}

const more: MoreWords = { match: () => [], target: () => [] };

export function installMoreWords(words: Readonly<MoreWords>): void {
  Object.assign(more, words);
}

/** What follows "-A CHAIN", without a leading blank. */
export function ruleWords(table: NfTable, rule: NfRule, counters = ""): string {
  const to = rule.target.kind === "jump" ? (table.chains[rule.target.chain]?.name ?? "") : "";
  return wordsOfRule(rule, to, counters);
}

/** The same. @param to name of the chain that it jumps to; "" for others @param counters " -c 0 0", which stands before the target */
export function wordsOfRule(rule: NfRule, to: string, counters = ""): string {
  const words: string[] = [];
  if (rule.source !== null) words.push(`${not(rule.source.invert)}-s ${addressText(rule.source)}`);
  if (rule.destination !== null) words.push(`${not(rule.destination.invert)}-d ${addressText(rule.destination)}`);
  if (rule.inInterface !== null) words.push(`${not(rule.inInterface.invert)}-i ${rule.inInterface.name}`);
  if (rule.outInterface !== null) words.push(`${not(rule.outInterface.invert)}-o ${rule.outInterface.name}`);
  if (rule.protocol !== null) words.push(`${not(rule.protocol.invert)}-p ${protocolName(rule.protocol.number)}`);
  if (rule.fragment !== null) words.push(`${not(rule.fragment.invert)}-f`);
  for (const match of rule.matches) words.push([`-m ${match.kind}`, ...matchWords(match)].join(" "));
  if (counters !== "") words.push(counters.trim());
  words.push(...targetWords(rule.target, to));
  return words.join(" ");
}

/** With its prefix length, or its mask where that is none. */
export function addressText({ address, mask }: Pick<AddressSpec, "address" | "mask">): string {
  const length = prefixLengthOf(mask as Ipv4);
  return `${formatIpv4(address)}/${length ?? formatIpv4(mask as Ipv4)}`;
}

export function portText({ from, to }: PortRange, separator = ":"): string {
  return from === to ? String(from) : `${from}${separator}${to}`;
}

function portWords(option: string, spec: PortSpec | null): string[] {
  return spec === null ? [] : [`${not(spec.invert)}--${option} ${portText(spec)}`];
}

export const MASK_32 = 0xffff_ffff;

export const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

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
      return conntrackParts(match).map(([invert, name, text]) => `${not(invert)}--${name} ${text}`);
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
      return [`${not(match.invert)}--mark ${hex(match.value)}${match.mask === MASK_32 ? "" : `/${hex(match.mask)}`}`];
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

/** An address as some matches print it: a host without its length. */
export function hostText(spec: AddressSpec): string {
  return addressText(spec).replace(/\/32$/, "");
}

/** What `-m conntrack` asks for, one after the other: whether not, name of the option without dashes, value. */
export function conntrackParts(match: Extract<NfMatch, { kind: "conntrack" }>): [boolean, string, string][] {
  const parts: [boolean, string, string][] = [];
  const put = <T extends { invert: boolean }>(name: string, spec: T | null, text: (spec: T) => string) => {
    if (spec !== null) parts.push([spec.invert, name, text(spec)]);
  };
  put("ctstate", match.states, ({ bits }) => bitNames(CT_STATES, bits));
  put("ctproto", match.protocol, ({ number }) => String(number));
  put("ctorigsrc", match.origSource, hostText);
  put("ctorigdst", match.origDestination, hostText);
  put("ctreplsrc", match.replSource, hostText);
  put("ctrepldst", match.replDestination, hostText);
  put("ctorigsrcport", match.origSourcePort, portText);
  put("ctorigdstport", match.origDestinationPort, portText);
  put("ctreplsrcport", match.replSourcePort, portText);
  put("ctrepldstport", match.replDestinationPort, portText);
  put("ctstatus", match.status, ({ bits }) => bitNames(CT_STATUSES, bits) || "NONE");
  put("ctexpire", match.expire, portText);
  if (match.direction !== null) parts.push([false, "ctdir", match.direction]);
  return parts;
}

function addrtypeWords(match: Extract<NfMatch, { kind: "addrtype" }>): string[] {
  const words: string[] = [];
  const { source, destination, limitIface } = match;
  if (source !== null) words.push(`${not(source.invert)}--src-type ${bitNames(ADDR_TYPES, source.bits)}`);
  if (destination !== null)
    words.push(`${not(destination.invert)}--dst-type ${bitNames(ADDR_TYPES, destination.bits)}`);
  if (limitIface !== null) words.push(`--limit-iface-${limitIface}`);
  return words;
}

/** In the order in which lists have them, too. */
export function physdevWords(match: Extract<NfMatch, { kind: "physdev" }>): string[] {
  const words: string[] = [];
  if (match.isIn !== null) words.push(`${not(match.isIn.invert)}--physdev-is-in`);
  if (match.in !== null) words.push(`${not(match.in.invert)}--physdev-in ${match.in.name}`);
  if (match.isOut !== null) words.push(`${not(match.isOut.invert)}--physdev-is-out`);
  if (match.out !== null) words.push(`${not(match.out.invert)}--physdev-out ${match.out.name}`);
  if (match.isBridged !== null) words.push(`${not(match.isBridged.invert)}--physdev-is-bridged`);
  return words;
}

/** "0.50000000000", as the kernel keeps it: in parts of 2^31. */
export function probabilityText(probability: number): string {
  return (probability / 0x8000_0000).toFixed(11);
}

function otherWords(match: NfMatch): string[] {
  switch (match.kind) {
    case "pkttype":
      return [`${not(match.invert)}--pkt-type ${match.type}`];
    case "length":
      return [`${not(match.invert)}--length ${portText(match)}`];
    case "ttl":
      return [match.compare === "ne" ? `! --ttl-eq ${match.value}` : `--ttl-${match.compare} ${match.value}`];
    case "iprange":
      return [
        ...(match.source === null ? [] : [`${not(match.source.invert)}--src-range ${spanText(match.source)}`]),
        ...(match.destination === null
          ? []
          : [`${not(match.destination.invert)}--dst-range ${spanText(match.destination)}`]),
      ];
    case "statistic":
      return match.mode === "random"
        ? [`--mode random ${not(match.invert)}--probability ${probabilityText(match.probability)}`]
        : [`--mode nth ${not(match.invert)}--every ${match.every} --packet ${match.packet}`];
    case "owner":
      return [
        ...(match.socket === null ? [] : [`${not(match.socket.invert)}--socket-exists`]),
        ...(match.uid === null ? [] : [`${not(match.uid.invert)}--uid-owner ${portText(match.uid, "-")}`]),
        ...(match.gid === null ? [] : [`${not(match.gid.invert)}--gid-owner ${portText(match.gid, "-")}`]),
      ];
    default:
      return more.match(match);
  }
}

/** "10.0.0.1-10.0.0.9" */
export function spanText({ from, to }: { from: Ipv4; to: Ipv4 }): string {
  return `${formatIpv4(from)}-${formatIpv4(to)}`;
}

const LOG_WORDS: readonly (readonly [number, string])[] = [
  [LogFlag.TCP_SEQUENCE, "tcp-sequence"],
  [LogFlag.TCP_OPTIONS, "tcp-options"],
  [LogFlag.IP_OPTIONS, "ip-options"],
  [LogFlag.UID, "uid"],
  [LogFlag.MACDECODE, "macdecode"],
];

/** Names of LOG's flags, which the options have behind "--log-". */
export function logFlagNames(flags: number): string[] {
  return LOG_WORDS.flatMap(([bit, name]) => ((flags & bit) === 0 ? [] : [name]));
}

const DEFAULT_LEVEL = 4;

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
        "-j LOG",
        ...(target.prefix === "" ? [] : [`--log-prefix ${quoted(target.prefix)}`]),
        ...(target.level === DEFAULT_LEVEL ? [] : [`--log-level ${target.level}`]),
        ...logFlagNames(target.flags).map((name) => `--log-${name}`),
      ];
    case "MARK":
      return [`-j MARK --set-xmark ${hex(target.value)}/${hex(target.mask)}`];
    case "CONNMARK":
      return target.mode === "set"
        ? [`-j CONNMARK --set-xmark ${hex(target.value)}/${hex(target.ctMask)}`]
        : [`-j CONNMARK --${target.mode}-mark --nfmask ${hex(target.nfMask)} --ctmask ${hex(target.ctMask)}`];
    case "TTL":
      return [`-j TTL --ttl-${target.mode} ${target.value}`];
    case "TCPMSS":
      return [`-j TCPMSS ${target.mss === null ? "--clamp-mss-to-pmtu" : `--set-mss ${target.mss}`}`];
    case "CT":
      return [`-j CT${target.notrack ? " --notrack" : ""}`];
    default:
      return natWords(target);
  }
}

function natWords(target: NfTarget): string[] {
  switch (target.kind) {
    case "SNAT":
      return [`-j SNAT --to-source ${rangeText(target.range)}${rangeFlags(target.range)}`];
    case "DNAT":
      return [`-j DNAT --to-destination ${rangeText(target.range)}${rangeFlags(target.range)}`];
    case "MASQUERADE":
    case "REDIRECT": {
      const ports = target.range.ports === null ? "" : ` --to-ports ${portText(target.range.ports, "-")}`;
      return [`-j ${target.kind}${ports}${rangeFlags(target.range)}`];
    }
    case "NETMAP":
      return [`-j NETMAP --to ${addressText(target)}`];
    default:
      return more.target(target);
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
  return rangeFlagNames(range)
    .map((name) => ` --${name}`)
    .join("");
}

/** Names of what is set, without dashes. */
export function rangeFlagNames({ random, randomFully, persistent }: NatRange): string[] {
  return [
    ...(random ? ["random"] : []),
    ...(randomFully ? ["random-fully"] : []),
    ...(persistent ? ["persistent"] : []),
  ];
}
