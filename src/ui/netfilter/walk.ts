// A packet's way through the hooks of each host that it passed, told by the trace alone. Pure.
import { DropReason, NfVerdict, TraceKind } from "../../base/trace-kind.ts";
import type { DevId, NodeId } from "../../protocol/view.ts";
import { rewritingOf } from "../events/nat.ts";
import { devName, type Scenery } from "../events/scenery.ts";

/** By enum nf_inet_hooks: each hook's name and the tables that can be asked there, in order. */
export const HOOKS = [
  { name: "PREROUTING", tables: ["raw", "mangle", "nat"] },
  { name: "INPUT", tables: ["mangle", "filter", "nat"] },
  { name: "FORWARD", tables: ["mangle", "filter"] },
  { name: "OUTPUT", tables: ["raw", "mangle", "nat", "filter"] },
  { name: "POSTROUTING", tables: ["mangle", "nat"] },
] as const;

const PREROUTING = 0;
const INPUT = 1;
const FORWARD = 2;
const OUTPUT = 3;
const POSTROUTING = 4;
const HOOK_NUMBERS = { PREROUTING, INPUT, OUTPUT, POSTROUTING };

/** In the order in which one host can see a packet: what it sends to itself comes back by PREROUTING. */
const ORDER = [OUTPUT, FORWARD, POSTROUTING, PREROUTING, INPUT];
const ORDER_OF_OTHERS = [PREROUTING, INPUT, FORWARD, POSTROUTING];

export type Verdict = keyof typeof NfVerdict;

/** A rule (from 1) or a policy (0) that the packet met. */
export interface Step {
  readonly row: number;
  readonly table: string;
  readonly chain: string;
  readonly rule: number;
  /** The rule's words at that moment; "" for a policy. */
  readonly text: string;
  readonly verdict: Verdict;
  /** Jumps that led to the chain. */
  readonly depth: number;
}

export interface HookWalk {
  readonly hook: number;
  readonly steps: readonly Step[];
  /** Rows that tell of an address rewritten here. */
  readonly rewritten: readonly number[];
}

export interface Walk {
  readonly node: NodeId;
  readonly hooks: readonly HookWalk[];
  /** Names as TRACE has them; "" for none. The last two only for what came or goes by a bridge's port. */
  readonly in: string;
  readonly out: string;
  readonly physIn: string;
  readonly physOut: string;
  /** Passed on by the bridge, not by routing. */
  readonly bridged: boolean;
  /** Row that tells of its end here, by a rule or for another reason; -1 when it went on. */
  readonly drop: number;
  /** A rule ended it: nothing further was asked. */
  readonly refused: boolean;
}

interface Draft {
  node: NodeId;
  steps: Map<number, Step[]>;
  rewritten: Map<number, number[]>;
  /** Hook that it is at; -1 before the first. */
  at: number;
  /** It went from one interface to another. */
  forwarded: boolean;
  own: boolean;
  bridged: boolean;
  inDev: DevId;
  outDev: DevId;
  physIn: DevId;
  physOut: DevId;
  stack: string[];
  drop: number;
  /** A rule ended it: it got no further among the hooks. */
  refused: boolean;
}

/** How far around a row the packet's other rows are looked for. */
const REACH_ROWS = 4000;

/** The last row before `shown` that tells of a rule; -1 for none near. */
export function lastRuleRow({ columns }: Scenery, shown: number): number {
  for (let row = shown - 1; row >= 0 && row >= shown - REACH_ROWS; row--) {
    if (columns.kind[row] === TraceKind.NF_RULE) return row;
  }
  return -1;
}

/** Every host where rules were asked about the row's packet or its address was rewritten, in order of time. */
export function walksOf(s: Scenery, row: number, shown: number): Walk[] {
  const { columns } = s;
  const drafts = new Map<NodeId, Draft>();
  let arrival = -1;
  for (const r of packetRows(s, row, shown)) {
    if (columns.kind[r] === TraceKind.HOP) {
      const from = s.devices.get(columns.dev[r]!)?.node;
      const draft = from === undefined ? undefined : drafts.get(from);
      if (draft?.bridged) draft.physOut = columns.dev[r]!;
      arrival = columns.a[r]!;
      continue;
    }
    const node = s.devices.get(columns.dev[r]!)?.node;
    if (node === undefined) continue;
    let draft = drafts.get(node);
    if (draft === undefined) {
      draft = newDraft(node, s.devices.get(arrival)?.node === node ? arrival : -1);
      drafts.set(node, draft);
    }
    note(s, draft, r);
  }
  return [...drafts.values()].filter((d) => d.steps.size + d.rewritten.size > 0).map((d) => finish(s, d));
}

const TOLD: ReadonlySet<number> = new Set([
  TraceKind.HOP,
  TraceKind.BRIDGE_FORWARD,
  TraceKind.BRIDGE_FLOOD,
  TraceKind.FORWARD,
  TraceKind.DELIVER,
  TraceKind.SEND,
  TraceKind.DROP,
  TraceKind.NF_RULE,
  TraceKind.NAT,
]);

/** Rows of the packet, and of what it is a copy of up to the copying. */
function packetRows({ columns }: Scenery, row: number, shown: number): number[] {
  const rows: number[] = [];
  let packet = columns.packet[row]!;
  if (packet < 0 || !TOLD.has(columns.kind[row]!)) return [];
  for (let r = Math.min(shown, row + REACH_ROWS) - 1; r >= 0 && r >= row - REACH_ROWS; r--) {
    const copy = packet - columns.a[r]!;
    if (columns.kind[r] === TraceKind.BRIDGE_FLOOD && copy >= 0 && copy < columns.b[r]!) packet = columns.packet[r]!;
    if (columns.packet[r] === packet && TOLD.has(columns.kind[r]!)) rows.push(r);
  }
  return rows.reverse();
}

function newDraft(node: NodeId, physIn: DevId): Draft {
  return {
    node,
    steps: new Map(),
    rewritten: new Map(),
    at: -1,
    forwarded: false,
    own: false,
    bridged: false,
    inDev: -1,
    outDev: -1,
    physIn,
    physOut: -1,
    stack: [],
    drop: -1,
    refused: false,
  };
}

function note(s: Scenery, d: Draft, row: number): void {
  const { columns } = s;
  const dev = columns.dev[row]!;
  const a = columns.a[row]!;
  switch (columns.kind[row]) {
    case TraceKind.SEND:
      if (d.at >= 0) break;
      d.own = true;
      d.at = OUTPUT;
      d.outDev = dev;
      break;
    case TraceKind.FORWARD:
      d.at = FORWARD;
      d.forwarded = true;
      d.inDev = dev;
      d.outDev = a;
      break;
    case TraceKind.BRIDGE_FORWARD:
    case TraceKind.BRIDGE_FLOOD:
      if (d.at > PREROUTING) break;
      d.at = FORWARD;
      d.forwarded = true;
      d.bridged = true;
      d.inDev = dev;
      d.outDev = dev;
      // A flood's ports are known when the copies leave.
      if (columns.kind[row] === TraceKind.BRIDGE_FORWARD) d.physOut = a;
      break;
    case TraceKind.DELIVER:
      d.at = INPUT;
      break;
    case TraceKind.DROP:
      d.drop = row;
      d.refused = a === DropReason.NETFILTER_DROP;
      break;
    case TraceKind.NAT:
      pushTo(d.rewritten, HOOK_NUMBERS[rewritingOf(s, row).hook], row);
      if (d.at < 0) d.inDev = dev;
      break;
    case TraceKind.NF_RULE:
      noteRule(s, d, row);
  }
}

function noteRule(s: Scenery, d: Draft, row: number): void {
  const { columns } = s;
  const met = s.rules[columns.b[row]!];
  if (met === undefined) return;
  const { table, chain, number: rule, text } = met;
  const number = columns.a[row]! >>> 4;
  const verdict = (Object.keys(NfVerdict) as Verdict[]).find((name) => NfVerdict[name] === number) ?? "CONTINUE";
  const hook = columns.a[row]! & 0x0f;
  const before = d.steps.get(hook)?.at(-1);
  if (before === undefined || before.table !== table) d.stack = [];
  // A chain that came to its end has left no row: whoever speaks next is on the stack, or was jumped to.
  const known = d.stack.indexOf(chain);
  d.stack = known >= 0 ? d.stack.slice(0, known + 1) : [...d.stack, chain];
  pushTo(d.steps, hook, { row, table, chain, rule, text, verdict, depth: d.stack.length - 1 });
  d.at = hook;
  if (hook === PREROUTING || hook === INPUT || hook === FORWARD) d.inDev = columns.dev[row]!;
}

function pushTo<T>(lists: Map<number, T[]>, key: number, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function finish(s: Scenery, d: Draft): Walk {
  const met = new Set([...d.steps.keys(), ...d.rewritten.keys()]);
  if (d.at >= 0) met.add(d.at);
  if (d.forwarded) met.add(FORWARD);
  const isThrough = !d.refused;
  // Who is further on has been through what comes before, even where no rule was asked.
  if (met.has(INPUT) || met.has(FORWARD)) met.add(PREROUTING);
  if (isThrough && (met.has(OUTPUT) || met.has(FORWARD))) met.add(POSTROUTING);
  const hooks = (d.own ? ORDER : ORDER_OF_OTHERS).filter((hook) => met.has(hook));
  const name = (dev: DevId) => (dev < 0 ? "" : devName(s, dev));
  const isPort = (dev: DevId) => (s.devices.get(dev)?.link.master ?? null) !== null;
  return {
    node: d.node,
    hooks: hooks.map((hook) => ({
      hook,
      steps: d.steps.get(hook) ?? [],
      rewritten: d.rewritten.get(hook) ?? [],
    })),
    in: name(d.inDev),
    out: name(d.outDev),
    physIn: isPort(d.physIn) ? name(d.physIn) : "",
    physOut: isPort(d.physOut) ? name(d.physOut) : "",
    bridged: d.bridged,
    drop: d.drop,
    refused: d.refused,
  };
}
