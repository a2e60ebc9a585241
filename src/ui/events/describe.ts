// A row of the trace as a sentence. Pure: the same row, scenery and language give the same words.
import { DropReason, NfVerdict, Nud, TraceKind } from "../../base/trace-kind.ts";
import type { AllText } from "../../i18n/all-text.ts";
import type { MetRule } from "../../protocol/messages.ts";
import { typedWords } from "../terminal/typed.ts";
import { ipOfInt32, macOfColumns } from "./frame-facts.ts";
import { frameWords } from "./frame-words.ts";
import { rewritingOf } from "./nat.ts";
import { devName, factsOf, factsSoon, nodeName, ownerName, placeName, type Scenery } from "./scenery.ts";
import { protocolOf, type Tone, toneOf } from "./tone.ts";
import { decapSentence, encapSentence, isTunnel, tunnelFdbSentence } from "./tunnels.ts";

export interface Described {
  readonly chip: string;
  readonly tone: Tone;
  readonly text: string;
}

/** How far behind a flood its copies' hops are looked for, rows. */
const FLOOD_ROWS = 400;

/** What the row says, in the language of `t`. */
export function describeRow(s: Scenery, row: number, t: AllText): Described {
  return { ...chipOf(s, row, t), text: sentenceOf(s, row, t) };
}

function chipOf(s: Scenery, row: number, t: AllText): { chip: string; tone: Tone } {
  const tone = toneOf(s, row);
  const { chips } = t.events;
  switch (s.columns.kind[row]) {
    case TraceKind.COMMAND:
      return { chip: "$", tone };
    case TraceKind.FDB_ADD:
    case TraceKind.FDB_MOVE:
    case TraceKind.FDB_DELETE:
      return { chip: chips.fdb, tone };
    case TraceKind.ROUTE:
      return { chip: chips.route, tone };
    case TraceKind.NEIGH_STATE:
      return { chip: chips.neigh, tone };
    case TraceKind.LINK:
      return { chip: chips.link, tone };
    case TraceKind.NF_RULE:
      return { chip: chips.rule, tone };
    case TraceKind.CONNTRACK:
      return { chip: chips.conntrack, tone };
    case TraceKind.NAT:
      return { chip: chips.nat, tone };
    case TraceKind.DROP:
      return { chip: tone === "quiet" ? chips.ignored : chips.drop, tone };
    case TraceKind.ENCAP:
    case TraceKind.DECAP:
      return { chip: s.devices.get(s.columns.dev[row]!)?.link.kind === "ipip" ? "IPIP" : "VXLAN", tone };
    default: {
      const protocol = protocolOf(s, row);
      if (protocol === "other" && s.columns.kind[row] === TraceKind.NEIGH_QUEUED) return { chip: chips.waits, tone };
      return { chip: protocol === "other" ? chips.other : protocol.toUpperCase(), tone };
    }
  }
}

function sentenceOf(s: Scenery, row: number, t: AllText): string {
  const { columns } = s;
  const dev = columns.dev[row]!;
  const a = columns.a[row]!;
  const b = columns.b[row]!;
  const e = t.events;
  const what = () => frameWords(factsOf(s, row), t);
  switch (columns.kind[row]) {
    case TraceKind.HOP:
      if (a < 0 && isTunnel(s, dev)) return e.tunnel.into(ownerName(s, dev), devName(s, dev), what());
      return a < 0 ? e.hopNowhere(placeName(s, dev), what()) : e.hop(placeName(s, dev), placeName(s, a), what());
    case TraceKind.BRIDGE_UP:
      return e.up(devName(s, dev), ownerName(s, dev));
    case TraceKind.BRIDGE_XMIT:
      return e.xmit(ownerName(s, dev), devName(s, dev));
    case TraceKind.BRIDGE_FORWARD:
      return e.forward(devName(s, dev), factsOf(s, row)?.ethDst ?? "?", devName(s, a));
    case TraceKind.BRIDGE_FLOOD:
      return floodSentence(s, row, t);
    case TraceKind.FDB_ADD:
    case TraceKind.FDB_MOVE:
    case TraceKind.FDB_DELETE:
      return fdbSentence(s, row, t);
    case TraceKind.NEIGH_STATE:
      return neighSentence(ownerName(s, dev), ipOfInt32(a), (b >>> 8) & 0xff, b & 0xff, t);
    case TraceKind.NEIGH_QUEUED:
      return e.queued(ownerName(s, dev), devName(s, dev), ipOfInt32(a), b);
    case TraceKind.ROUTE:
      return routeSentence(s, row, t);
    case TraceKind.FORWARD:
      return e.forwarded(ownerName(s, dev), devName(s, dev), devName(s, a), b);
    case TraceKind.DELIVER:
      return (a < 0 ? e.deliver : e.deliverSocket)(ownerName(s, dev), what());
    case TraceKind.SEND:
      return sendSentence(s, row, t);
    case TraceKind.DROP:
      if (a === DropReason.NETFILTER_DROP && b >= 0) return e.nfDrop(ownerName(s, dev), ruleWords(s, b, t));
      return e.drop(dropPlace(s, dev, a), a);
    case TraceKind.ENCAP:
      return encapSentence(s, row, t);
    case TraceKind.DECAP:
      return decapSentence(s, row, t);
    case TraceKind.LINK:
      return (a === 1 ? e.linkUp : e.linkDown)(placeName(s, dev));
    case TraceKind.COMMAND:
      return commandSentence(s, a, t);
    case TraceKind.NF_RULE:
      return ruleSentence(s, row, t);
    case TraceKind.CONNTRACK:
      return [e.ctNew, e.ctChanged, e.ctGone][b]?.(ownerName(s, dev), a) ?? e.unknown(ownerName(s, dev));
    case TraceKind.NAT:
      return natSentence(s, row, t);
    default:
      return e.unknown(dev < 0 ? "?" : ownerName(s, dev));
  }
}

function sendSentence(s: Scenery, row: number, t: AllText): string {
  const { dev, a } = s.columns;
  const e = t.events;
  const who = ownerName(s, dev[row]!);
  const words = packetWords(s, row, t);
  const arp = factsSoon(s, row)?.arp;
  if (arp != null) return (arp.op === 2 ? e.makesReply : e.makesRequest)(who, words);
  return (a[row]! < 0 ? e.sendKernel : e.send)(who, words);
}

/** "echo request …", or "an ICMP packet" while there is no frame to read. */
export function packetWords(s: Scenery, row: number, t: AllText): string {
  const facts = factsSoon(s, row);
  if (facts !== null) return frameWords(facts, t);
  const protocol = protocolOf(s, row);
  return protocol === "other" ? t.events.frame : t.events.packetOf(protocol.toUpperCase());
}

/** "rule 2 of FORWARD (filter)" or the chain's policy: `rule` is b of an NF_RULE row. */
function ruleWords(s: Scenery, rule: number, t: AllText): string {
  const { table, chain, number } = s.rules[rule] ?? UNKNOWN_RULE;
  return number === 0 ? t.events.nfPolicy(table, chain) : t.events.nfRule(table, chain, number);
}

const UNKNOWN_RULE: MetRule = { table: "?", chain: "?", number: 0, text: "" };

function ruleSentence(s: Scenery, row: number, t: AllText): string {
  const { columns } = s;
  const verdicts = t.events.nfVerdicts;
  const verdict = (Object.keys(NfVerdict) as (keyof typeof NfVerdict)[]).find(
    (name) => NfVerdict[name] === columns.a[row]! >>> 4,
  );
  const words = verdict === undefined ? verdicts.CONTINUE : verdicts[verdict];
  return words(ownerName(s, columns.dev[row]!), ruleWords(s, columns.b[row]!, t));
}

function natSentence(s: Scenery, row: number, t: AllText): string {
  const e = t.events;
  const { hook, isSource, old, fresh, rule } = rewritingOf(s, row);
  const met = rule < 0 ? undefined : s.rules[s.columns.b[rule]!];
  const by = met === undefined ? e.natKnown : e.natRule(targetOf(met.text), met.number);
  return (isSource ? e.natSource : e.natDestination)(ownerName(s, s.columns.dev[row]!), hook, old, fresh ?? "?", by);
}

/** "MASQUERADE" of "… -j MASQUERADE". */
function targetOf(rule: string): string {
  return /-[jg] (\S+)/.exec(rule)?.[1] ?? "";
}

/** What a bridge or its port decides is its own doing; the rest is that of the host whose it is. */
const BRIDGE_REASONS: ReadonlySet<number> = new Set([
  DropReason.DEV_READY,
  DropReason.BRIDGE_INGRESS_STP_STATE,
  DropReason.BRIDGE_SAME_PORT,
  DropReason.BRIDGE_NO_EGRESS,
]);

function dropPlace(s: Scenery, dev: number, reason: number): string {
  return BRIDGE_REASONS.has(reason) ? placeName(s, dev) : ownerName(s, dev);
}

function commandSentence(s: Scenery, id: number, t: AllText): string {
  const entry = s.entries.find((one) => one.id === id);
  if (entry === undefined) return t.events.commandUnknown;
  const who = nodeName(s, entry.node);
  const typed = typedWords(entry.what);
  return entry.what.type === "exec" ? t.events.command(who, typed) : t.events.keys(who, typed);
}

/** Interfaces that the copies of a flood left by, as far as the trace knows already; "" for the host's own stack. */
export function floodPorts(s: Scenery, row: number): string[] {
  const { columns } = s;
  const first = columns.a[row]!;
  const count = columns.b[row]!;
  const ports: string[] = [];
  const end = Math.min(columns.count, row + FLOOD_ROWS);
  for (let r = row + 1; r < end && columns.t_ns[r] === columns.t_ns[row]; r++) {
    const copy = columns.packet[r]! - first;
    const isOwn = copy >= 0 && copy < count;
    if (columns.kind[r] === TraceKind.HOP && isOwn) ports.push(devName(s, columns.dev[r]!));
    const isUp = columns.kind[r] === TraceKind.BRIDGE_UP && columns.dev[r] === columns.dev[row];
    if (isUp && (isOwn || columns.packet[r] === columns.packet[row])) ports.push("");
  }
  return ports;
}

function floodSentence(s: Scenery, row: number, t: AllText): string {
  if (isTunnel(s, s.columns.dev[row]!)) {
    return t.events.tunnel.flood(devName(s, s.columns.dev[row]!), s.columns.b[row]!);
  }
  const bridge = devName(s, s.columns.dev[row]!);
  const ports = floodPorts(s, row);
  const list =
    ports.length > 0 && ports.length <= 6
      ? ports.map((port) => port || t.events.ownStack).join(t.events.comma)
      : t.events.copies(s.columns.b[row]!);
  const facts = factsOf(s, row);
  if (facts === null || facts.multicast) return t.events.floodAll(bridge, list);
  return t.events.floodUnknown(bridge, facts.ethDst, list);
}

/** The MAC that an FDB row is about. */
export function fdbMac(s: Scenery, row: number): string {
  const { columns } = s;
  if (columns.b[row] !== 0) return macOfColumns(columns.packet[row]!, columns.frame[row]!);
  return factsOf(s, row)?.ethSrc ?? "?";
}

function fdbSentence(s: Scenery, row: number, t: AllText): string {
  if (isTunnel(s, s.columns.dev[row]!)) return tunnelFdbSentence(s, row, t);
  const { columns } = s;
  const bridge = devName(s, columns.dev[row]!);
  const port = devName(s, columns.a[row]!);
  const mac = fdbMac(s, row);
  const byHand = columns.b[row] === 1;
  const isOwn = columns.a[row]! < 0 || columns.a[row] === columns.dev[row];
  if (byHand && isOwn && columns.kind[row] === TraceKind.FDB_ADD) return t.events.fdbOwn(bridge, mac);
  if (columns.kind[row] === TraceKind.FDB_ADD)
    return (byHand ? t.events.fdbAddByHand : t.events.fdbAdd)(bridge, mac, port);
  if (columns.kind[row] === TraceKind.FDB_MOVE) return t.events.fdbMove(bridge, mac, port);
  return (byHand ? t.events.fdbDelete : t.events.fdbAged)(bridge, mac);
}

function neighSentence(who: string, ip: string, from: number, to: number, t: AllText): string {
  const n = t.events.neigh;
  switch (to) {
    case Nud.INCOMPLETE:
      return n.asks(who, ip);
    case Nud.REACHABLE:
      return (from === Nud.INCOMPLETE || from === Nud.NONE ? n.knows : n.confirmed)(who, ip);
    case Nud.STALE:
      return (from === Nud.REACHABLE ? n.stale : n.heard)(who, ip);
    case Nud.DELAY:
      return n.delay(who, ip);
    case Nud.PROBE:
      return n.probe(who, ip);
    case Nud.FAILED:
      return n.failed(who, ip);
    case Nud.PERMANENT:
      return n.permanent(who, ip);
    case Nud.NONE:
      return n.gone(who, ip);
    default:
      return n.other(who, ip, nudName(from), nudName(to));
  }
}

function nudName(state: number): string {
  return Object.entries(Nud).find(([, value]) => value === state)?.[0] ?? String(state);
}

function routeSentence(s: Scenery, row: number, t: AllText): string {
  const dev = s.columns.dev[row]!;
  const nextHop = ipOfInt32(s.columns.a[row]!);
  const dst = factsSoon(s, row)?.ip?.dst ?? null;
  if (dev < 0) return t.events.routeNone(dst ?? nextHop);
  const who = ownerName(s, dev);
  if (s.devices.get(dev)?.link.kind === "loopback") return t.events.routeSelf(who, dst ?? nextHop);
  if (!isByGateway(s, row)) return t.events.routeDirect(who, dst ?? nextHop, devName(s, dev));
  if (dst !== null) return t.events.routeVia(who, dst, nextHop, devName(s, dev));
  if (s.columns.b[row] === 0) return t.events.routeDefault(who, nextHop, devName(s, dev));
  return t.events.routeBy(who, nextHop, devName(s, dev));
}

/** Whether the route that a ROUTE row names leads by a gateway: then the next hop is not the destination. */
export function isByGateway(s: Scenery, row: number): boolean {
  const { columns } = s;
  const nextHop = ipOfInt32(columns.a[row]!);
  const dst = factsSoon(s, row)?.ip?.dst;
  if (dst !== undefined) return dst !== nextHop;
  const device = s.devices.get(columns.dev[row]!);
  const routes = device === undefined ? [] : (s.nodes[device.node]?.routes ?? []);
  return columns.b[row] === 0 || routes.some((route) => route.gateway === nextHop && route.dev === columns.dev[row]);
}
