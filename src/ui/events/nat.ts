// What a row about NAT says: at which hook which address became which, and whether a rule or the connection asked for it. Pure.
import { NfVerdict, TraceKind } from "../../base/trace-kind.ts";
import { frameBytes } from "../store/trace-columns.ts";
import { frameFacts, ipOfInt32 } from "./frame-facts.ts";
import { factsOf, nextFrameOf, type Scenery } from "./scenery.ts";

export interface Rewriting {
  readonly hook: "PREROUTING" | "INPUT" | "OUTPUT" | "POSTROUTING";
  readonly isSource: boolean;
  /** "172.17.0.2:40000", without the port where there is none. */
  readonly old: string;
  /** null while no frame shows it. */
  readonly fresh: string | null;
  /** Row about the rule that asked for it; -1 where the connection had been set up by an earlier packet. */
  readonly rule: number;
}

/** How far back the packet's other rows at the same host are looked for. */
const LOOK_BACK_ROWS = 64;

/** Rows after which a packet is past PREROUTING. */
const PASSED: ReadonlySet<number> = new Set([
  TraceKind.SEND,
  TraceKind.FORWARD,
  TraceKind.BRIDGE_FORWARD,
  TraceKind.BRIDGE_FLOOD,
]);

/** @param row of the kind NAT. It has the old address; the new one stands in the frame that the packet leaves in. */
export function rewritingOf(s: Scenery, row: number): Rewriting {
  const { columns } = s;
  const old = ipOfInt32(columns.a[row]!);
  const ports = columns.b[row]!;
  const port = (n: number) => (ports === 0 ? "" : `:${n}`);
  const before = factsOf(s, row);
  const after = frameFacts(frameBytes(s.frames, nextFrameOf(s, row)))?.ip ?? null;
  // A packet to oneself has one address twice: then what changed tells.
  const isSource = before?.ip?.src === old && (before.ip.dst !== old || before.ip.src !== after?.src);
  const fresh = after === null ? null : isSource ? after.src : after.dst;
  const { passed, sent, rule } = soFar(s, row);
  return {
    hook: isSource ? (passed ? "POSTROUTING" : "INPUT") : sent ? "OUTPUT" : "PREROUTING",
    isSource,
    old: `${old}${port(ports >>> 16)}`,
    fresh: fresh === null ? null : `${fresh}${port(ports & 0xffff)}`,
    rule,
  };
}

/** What has happened to the packet at this host so far. */
function soFar({ columns, devices }: Scenery, row: number): { passed: boolean; sent: boolean; rule: number } {
  const node = devices.get(columns.dev[row]!)?.node;
  const found = { passed: false, sent: false, rule: -1 };
  for (let r = row - 1; r >= 0 && r >= row - LOOK_BACK_ROWS; r--) {
    if (columns.packet[r] !== columns.packet[row]) continue;
    const kind = columns.kind[r]!;
    // What came over a wire was somewhere else before.
    if (kind === TraceKind.HOP || devices.get(columns.dev[r]!)?.node !== node) break;
    if (kind === TraceKind.NAT) break;
    if (PASSED.has(kind)) found.passed = true;
    if (kind === TraceKind.SEND) found.sent = true;
    const verdict = columns.a[r]! >>> 4;
    const isNat = kind === TraceKind.NF_RULE && (verdict === NfVerdict.SNAT || verdict === NfVerdict.DNAT);
    if (isNat && found.rule < 0) found.rule = r;
  }
  return found;
}

/** How far back the first packet of a connection is looked for, rows. */
const REACH_ROWS = 200_000;

/**
 * The row about the rule that the connection of a NAT row was set up by: that of its first packet, which was rewritten the same
 * way, or the other way round; -1 when the trace does not have it.
 */
export function ruleOfConnection(s: Scenery, row: number): number {
  const { columns, devices } = s;
  const own = rewritingOf(s, row);
  if (own.rule >= 0) return own.rule;
  const node = devices.get(columns.dev[row]!)?.node;
  for (let r = row - 1; r >= 0 && r >= row - REACH_ROWS; r--) {
    if (columns.kind[r] !== TraceKind.NAT || devices.get(columns.dev[r]!)?.node !== node) continue;
    const { old, fresh, rule } = rewritingOf(s, r);
    const isSame = (old === own.old && fresh === own.fresh) || (old === own.fresh && fresh === own.old);
    if (rule >= 0 && isSame) return rule;
  }
  return -1;
}
