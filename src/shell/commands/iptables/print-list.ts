/** The tables of `iptables -L`. */
import { chainRefs } from "../../../kernel/netfilter/tables.ts";
import type {
  AddressSpec,
  InterfaceSpec,
  NfChain,
  NfMatch,
  NfRule,
  NfTable,
  NfTarget,
  PortSpec,
} from "../../../kernel/netfilter/types.ts";
import { formatIpv4, formatMac, type Ipv4, prefixLengthOf } from "../../../wire/address.ts";
import { serviceName } from "../../names/services.ts";
import type { Row } from "../net-tools/named-rows.ts";
import type { Request } from "./parse.ts";
import { portText, rangeText } from "./print-rule.ts";
import { ADDR_TYPES, bitNames, CT_STATES, CT_STATUSES, protocolName, TCP_FLAGS } from "./words.ts";

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
  const counters = style.verbose ? " pkts bytes " : "";
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
  const before = [
    style.lineNumbers ? `${String(number).padEnd(4)} ` : "",
    style.verbose ? `${count(rule.packets, style).padStart(5)} ${count(rule.bytes, style).padStart(5)} ` : "",
    `${targetName(table, rule.target).padEnd(9)}  `,
    `${rule.protocol?.invert ? "!" : ""}${protocol(rule, style)}`.padEnd(4),
    ` ${rule.fragment === null ? "--" : rule.fragment.invert ? "!f" : "-f"} `,
    style.verbose ? ` ${interfaceCell(rule.inInterface)} ${interfaceCell(rule.outInterface)} ` : "",
  ];
  const details = [...rule.matches.map((match) => matchText(match, style)), targetText(rule.target)];
  const after = details.filter((text) => text !== "").map((text) => ` ${text}`);
  return [
    before.join(""),
    ...addressCells(rule.source, style),
    " ",
    ...addressCells(rule.destination, style),
    ` ${after.join("")}`,
  ];
}

function targetName(table: NfTable, target: NfTarget): string {
  if (target.kind === "NONE") return "";
  return target.kind === "jump" ? (table.chains[target.chain]?.name ?? "") : target.kind;
}

function protocol(rule: NfRule, { numeric }: Style): string {
  const number = rule.protocol?.number ?? 0;
  return numeric ? String(number) : protocolName(number);
}

function interfaceCell(spec: InterfaceSpec | null): string {
  return `${spec?.invert ? "!" : ""}${spec?.name ?? "*"}`.padEnd(6);
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

function portsText(
  words: readonly [string, string],
  spec: PortSpec | null,
  protocolWord: "tcp" | "udp",
  { numeric }: Style,
): string {
  if (spec === null) return "";
  const range = spec.from !== spec.to;
  const name = numeric || range ? null : serviceName(spec.from, protocolWord);
  return ` ${range ? words[1] : words[0]}:${not(spec.invert)}${name ?? portText(spec)}`;
}

function matchText(match: NfMatch, style: Style): string {
  switch (match.kind) {
    case "tcp":
    case "udp": {
      const ports =
        portsText(["spt", "spts"], match.sports, match.kind, style) +
        portsText(["dpt", "dpts"], match.dports, match.kind, style);
      return `${match.kind}${ports}${match.kind === "tcp" ? tcpFlagText(match) : ""}`;
    }
    case "icmp":
      return `${not(match.invert)}${icmpText(match)}`;
    case "multiport": {
      const word = { source: "sports", destination: "dports", either: "ports" }[match.which];
      return `multiport ${word} ${not(match.invert)}${match.invert ? " " : ""}${match.ports.map((range) => portText(range)).join(",")}`;
    }
    case "state":
      return `${match.invert ? "! " : ""}state ${bitNames(CT_STATES, match.states)}`;
    case "conntrack":
      return conntrackText(match);
    case "comment":
      return `/* ${match.text} */`;
    case "addrtype":
      return addrtypeText(match);
    case "limit":
      return `limit: avg ${match.count}/${{ second: "sec", minute: "min", hour: "hour", day: "day" }[match.unit]} burst ${match.burst}`;
    case "mark":
    case "connmark":
      return `${match.kind === "mark" ? "mark" : "connmark"} match ${not(match.invert)}0x${match.value.toString(16)}`;
    case "mac":
      return `MAC${match.invert ? " !" : " "}${formatMac(match.source)}`;
    case "physdev":
      return physdevText(match);
    default:
      return "";
  }
}

function tcpFlagText(match: Extract<NfMatch, { kind: "tcp" }>): string {
  if (match.flags === null) return "";
  const { mask, comp, invert } = match.flags;
  return ` flags:${not(invert)}${bitNames(TCP_FLAGS, mask) || "NONE"}/${bitNames(TCP_FLAGS, comp) || "NONE"}`;
}

function icmpText(match: Extract<NfMatch, { kind: "icmp" }>): string {
  if (match.type === 255) return "icmp any";
  const { from, to } = match.codes;
  return `icmptype ${match.type}${from === to ? ` code ${from}` : ""}`;
}

function conntrackText(match: Extract<NfMatch, { kind: "conntrack" }>): string {
  const texts: string[] = [];
  if (match.states !== null)
    texts.push(`${match.states.invert ? "! " : ""}ctstate ${bitNames(CT_STATES, match.states.bits)}`);
  if (match.status !== null)
    texts.push(`${match.status.invert ? "! " : ""}ctstatus ${bitNames(CT_STATUSES, match.status.bits)}`);
  if (match.direction !== null) texts.push(`ctdir ${match.direction}`);
  return texts.join(" ");
}

function addrtypeText(match: Extract<NfMatch, { kind: "addrtype" }>): string {
  const source =
    match.source === null ? "" : ` src-type ${not(match.source.invert)}${bitNames(ADDR_TYPES, match.source.bits)}`;
  const destination =
    match.destination === null
      ? ""
      : ` dst-type ${not(match.destination.invert)}${bitNames(ADDR_TYPES, match.destination.bits)}`;
  return `ADDRTYPE match${source}${destination}${match.limitIface === null ? "" : ` limit-${match.limitIface}`}`;
}

function physdevText(match: Extract<NfMatch, { kind: "physdev" }>): string {
  const texts = ["PHYSDEV match"];
  if (match.in !== null) texts.push(`${match.in.invert ? "! " : ""}--physdev-in ${match.in.name}`);
  if (match.out !== null) texts.push(`${match.out.invert ? "! " : ""}--physdev-out ${match.out.name}`);
  if (match.isBridged !== null) texts.push(`${match.isBridged.invert ? "! " : ""}--physdev-is-bridged`);
  return texts.join(" ");
}

function targetText(target: NfTarget): string {
  switch (target.kind) {
    case "jump":
      return target.goto ? "[goto]" : "";
    case "REJECT":
      return `reject-with ${target.with}`;
    case "LOG":
      return `LOG flags ${target.flags} level ${target.level}${target.prefix === "" ? "" : ` prefix "${target.prefix}"`}`;
    case "MARK":
      return `MARK ${target.mask === 0xffff_ffff ? "set" : "xset"} 0x${target.value.toString(16)}${target.mask === 0xffff_ffff ? "" : `/0x${target.mask.toString(16)}`}`;
    case "SNAT":
    case "DNAT":
      return `to:${rangeText(target.range)}`;
    case "MASQUERADE":
      return target.range.ports === null ? "" : `masq ports: ${portText(target.range.ports, "-")}`;
    case "REDIRECT":
      return target.range.ports === null ? "" : `redir ports ${portText(target.range.ports, "-")}`;
    default:
      return "";
  }
}
