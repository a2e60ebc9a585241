// Why a row of the trace happened: a paragraph for the packet panel and for the list, or nothing where there is nothing to add.
import { DropReason, Nud, TraceKind } from "../../base/trace-kind.ts";
import type { AllText } from "../../i18n/all-text.ts";
import { fdbMac, isByGateway } from "./describe.ts";
import { ipOfInt32 } from "./frame-facts.ts";
import { devName, factsOf, ownerName, placeName, type Scenery } from "./scenery.ts";
import { explainDecap, explainEncap, isTunnel } from "./tunnels.ts";

/** ICMP echo request; destination unreachable, and its code for the host. */
const ECHO = 8;
const UNREACHABLE = 3;
const HOST = 1;

/** The reason behind the row, in the language of `t`; null when the sentence says it all. */
export function explainRow(s: Scenery, row: number, t: AllText): string | null {
  const { columns } = s;
  const dev = columns.dev[row]!;
  const a = columns.a[row]!;
  const w = t.events.why;
  switch (columns.kind[row]) {
    case TraceKind.ENCAP:
      return explainEncap(s, row, t);
    case TraceKind.DECAP:
      return explainDecap(s, row, t);
    case TraceKind.BRIDGE_FLOOD: {
      if (isTunnel(s, dev)) return t.events.tunnel.whyFlood(devName(s, dev));
      const facts = factsOf(s, row);
      if (facts === null || facts.broadcast) return w.floodBroadcast(devName(s, dev));
      return (facts.multicast ? w.floodGroup : w.floodUnknown)(devName(s, dev), facts.ethDst);
    }
    case TraceKind.BRIDGE_FORWARD:
      return w.forward(devName(s, dev), factsOf(s, row)?.ethDst ?? "?", devName(s, a));
    case TraceKind.BRIDGE_UP:
      return w.up(devName(s, dev));
    case TraceKind.FDB_ADD:
    case TraceKind.FDB_MOVE:
      if (isTunnel(s, dev))
        return columns.b[row] === 0 ? t.events.tunnel.whyLearn(devName(s, dev), ipOfInt32(a)) : null;
      return columns.b[row] === 0 ? w.learn(devName(s, dev), fdbMac(s, row), devName(s, a)) : null;
    case TraceKind.NEIGH_STATE:
      return explainNeigh(ownerName(s, dev), ipOfInt32(a), columns.b[row]!, t);
    case TraceKind.NEIGH_QUEUED:
      return w.queued(ipOfInt32(a));
    case TraceKind.ROUTE:
      return explainRoute(s, row, t);
    case TraceKind.FORWARD:
      return w.forwarded();
    case TraceKind.HOP:
      return a < 0 ? null : w.hop(placeName(s, dev), placeName(s, a));
    case TraceKind.DELIVER:
      return explainDelivery(s, row, t);
    case TraceKind.DROP:
      if (t.events.tunnel.whyDrop[a] !== undefined) return t.events.tunnel.whyDrop[a](ownerName(s, dev));
      if (a === DropReason.OTHERHOST) return w.otherhost(ownerName(s, dev));
      if (a === DropReason.DEV_READY) return w.down();
      if (a === DropReason.NETFILTER_DROP) return explainVerdict(s, row, t);
      if (a === DropReason.NEIGH_FAILED) return w.unanswered(ownerName(s, dev));
      return a === DropReason.ARP_NOT_FOR_US ? w.notForUs(ownerName(s, dev)) : null;
    default:
      return null;
  }
}

/** The rule that a row is about, as a line of `iptables -S` at that moment; null for other rows, and for policies. */
export function ruleLine(s: Scenery, row: number): string | null {
  const { kind, a, b } = s.columns;
  const isDrop = kind[row] === TraceKind.DROP && a[row] === DropReason.NETFILTER_DROP;
  const met = isDrop || kind[row] === TraceKind.NF_RULE ? s.rules[b[row]!] : undefined;
  return met === undefined || met.number === 0 ? null : `-A ${met.chain} ${met.text}`;
}

function explainVerdict(s: Scenery, row: number, t: AllText): string {
  const { columns, rules } = s;
  const w = t.events.why;
  const who = ownerName(s, columns.dev[row]!);
  const met = rules[columns.b[row]!];
  if (met === undefined) return w.notByRule(who);
  if (met.number === 0) return w.policyDrops(who, met.chain);
  return (met.text.includes("-j REJECT") ? w.rejected : w.dropped)(who);
}

function explainDelivery(s: Scenery, row: number, t: AllText): string | null {
  const { columns } = s;
  const facts = factsOf(s, row);
  if (facts?.icmp == null) return null;
  const who = ownerName(s, columns.dev[row]!);
  if (facts.icmp.type === ECHO) return columns.a[row]! < 0 ? t.events.why.echo(who) : null;
  const isOwn = facts.ip !== null && facts.ip.src === facts.ip.dst;
  return isOwn && facts.icmp.type === UNREACHABLE && facts.icmp.code === HOST ? t.events.why.ownError(who) : null;
}

function explainNeigh(who: string, ip: string, states: number, t: AllText): string | null {
  const w = t.events.why;
  const from = (states >>> 8) & 0xff;
  switch (states & 0xff) {
    case Nud.INCOMPLETE:
      return w.asks(who, ip);
    case Nud.STALE:
      return from === Nud.REACHABLE ? w.stale() : w.heard(who, ip);
    case Nud.DELAY:
      return w.delay();
    case Nud.PROBE:
      return w.probe(who, ip);
    case Nud.FAILED:
      return w.failed(who, ip);
    default:
      return null;
  }
}

function explainRoute(s: Scenery, row: number, t: AllText): string | null {
  if (s.columns.dev[row]! < 0) return null;
  const nextHop = ipOfInt32(s.columns.a[row]!);
  if (s.devices.get(s.columns.dev[row]!)?.link.kind === "loopback") return null;
  return isByGateway(s, row) ? t.events.why.via(nextHop) : t.events.why.direct(nextHop);
}
