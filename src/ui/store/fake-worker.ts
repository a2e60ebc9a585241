// For tests: a stand-in for the worker. It knows one scene and one deed (a ping from nginx-1 to nginx-2, whatever is
// typed), and answers with hand-made batches of the right form.
import { TraceKind as K, Nud } from "../../base/trace-kind.ts";
import type { WorkerLike } from "../../client/client.ts";
import type { Predicate, StepStart } from "../../protocol/lesson.ts";
import type { Batch, Envelope, LogEntry, Query, QueryAnswer, Reply, TerminalChunk } from "../../protocol/messages.ts";
import type { FdbView, NodeId, NodeView } from "../../protocol/view.ts";
import { DOCKER0, oneHost, outside } from "../motion/testing.ts";

const HOP_NS = 25_000;
/** Rows of one ping. */
const PING_ROWS = 18;
const MACS = ["02:42:ac:11:00:02", "02:42:ac:11:00:03"] as const;
const IPS = ["172.17.0.2", "172.17.0.3"] as const;
const PORTS = [101, 103, 105] as const;
const ETH0 = [100, 102, 104] as const;

type Row = { t: number; kind: number; dev: number; packet: number; frame: number; a: number; b: number };

interface FakeState {
  rows: Row[];
  frames: Uint8Array[];
  chunks: TerminalChunk[];
  entries: LogEntry[];
  tip: number;
  playhead: number;
  head: number;
  sent: number;
  sentChunks: number;
}

/** Counts its requests in `seen`; dies on the line "crash"; on "later" something happens a second later; "mend" makes pings work. */
export interface FakeWorker extends WorkerLike {
  readonly seen: Envelope["request"][];
}

export function createFakeWorker(): FakeWorker {
  const state: FakeState = {
    rows: [],
    frames: [],
    chunks: [],
    entries: [],
    tip: -1,
    playhead: 0,
    head: 0,
    sent: 0,
    sentChunks: 0,
  };
  const fake: FakeWorker = {
    seen: [],
    onmessage: null,
    onerror: null,
    onmessageerror: null,
    terminate: () => undefined,
    postMessage({ id, request }) {
      fake.seen.push(request);
      if (request.type === "exec" && request.line === "crash") {
        queueMicrotask(() => fake.onerror?.({ message: "crash" } as ErrorEvent));
        return;
      }
      const data = answer(state, id, request);
      queueMicrotask(() => fake.onmessage?.({ data } as MessageEvent));
    },
  };
  return fake;
}

function answer(s: FakeState, id: number, request: Envelope["request"]): Reply {
  switch (request.type) {
    case "load":
      return { id, ok: true, batch: batchOf(s, true) };
    case "restore":
      if (request.saved.playhead_ns < 0) return { id, ok: false, code: "bad-state", detail: "before time" };
      s.entries = [...request.saved.log];
      s.tip = request.saved.tip;
      s.playhead = request.saved.playhead_ns;
      s.head = s.playhead;
      return { id, ok: true, batch: batchOf(s, true) };
    case "exec":
      if (request.node === "nobody") return { id, ok: false, code: "no-such-node", detail: request.node };
      forget(s);
      type(s, request.node, request.line);
      break;
    case "advance":
    case "seek":
      s.playhead = request.to_ns;
      s.head = Math.max(s.head, s.playhead);
      break;
    case "step": {
      const next = s.rows.find((row) => row.t > s.playhead && (request.unit === "event" || row.kind === K.HOP));
      s.playhead = next?.t ?? s.playhead;
      s.head = Math.max(s.head, s.playhead);
      break;
    }
    case "undo": {
      const last = s.entries.find((entry) => entry.id === s.tip);
      s.tip = last?.parent ?? -1;
      s.playhead = last?.at_ns ?? 0;
      forget(s);
      break;
    }
    case "query":
      return { id, ok: true, batch: null, answer: answerTo(s, request.query) };
    default:
      break;
  }
  return { id, ok: true, batch: batchOf(s, false) };
}

function answerTo(s: FakeState, query: Query): QueryAnswer {
  if (query.kind !== "lesson") return { kind: "complete", from: 0, candidates: ["ping", "pidof"] };
  const past = { rows: s.rows.filter((row) => row.t <= s.playhead).length, log: pathTo(s) };
  const now = {
    row: past.rows,
    chunk: s.chunks.filter((one) => one.t_ns <= s.playhead).length,
    applied: past.log.length,
  };
  const since = query.since ?? now;
  return { kind: "lesson", now, holds: query.ask.map((predicate) => holds(past, since, predicate)) };
}

function pathTo(s: FakeState): LogEntry[] {
  const path: LogEntry[] = [];
  for (let at = s.tip; at >= 0; at = s.entries[at]!.parent) path.unshift(s.entries[at]!);
  return path;
}

/** Of what lessons ask: what was typed since the step began, and whether a whole ping was seen. */
function holds(past: { rows: number; log: readonly LogEntry[] }, since: StepStart, predicate: Predicate): boolean {
  switch (predicate.type) {
    case "typed":
      return past.log
        .slice(since.applied)
        .some(({ what }) => what.type === "exec" && what.line.split(" ")[0] === predicate.program);
    case "seen":
      return past.rows >= since.row + PING_ROWS;
    case "ping":
      return past.log.some(({ what }) => what.type === "exec" && what.line === "mend");
    case "not":
      return !holds(past, since, predicate.of);
    default:
      return false;
  }
}

function forget(s: FakeState): void {
  const before = (row: { t?: number; t_ns?: number }) => (row.t ?? row.t_ns ?? 0) < s.playhead;
  s.rows = s.rows.filter(before);
  s.chunks = s.chunks.filter(before);
  s.head = s.playhead;
  s.sent = Math.min(s.sent, s.rows.length);
  s.sentChunks = Math.min(s.sentChunks, s.chunks.length);
}

function type(s: FakeState, node: NodeId, line: string): void {
  const entry: LogEntry = {
    id: s.entries.length,
    parent: s.tip,
    at_ns: s.playhead,
    node,
    what: { type: "exec", line },
  };
  s.entries = [...s.entries, entry];
  s.tip = entry.id;
  s.chunks.push({ t_ns: s.playhead, node, kind: "input", text: line, prompt: `root@${node}:/# ` });
  s.rows.push({ t: s.playhead, kind: K.COMMAND, dev: -1, packet: -1, frame: -1, a: entry.id, b: 0 });
  if (line === "later") s.rows.push({ t: s.playhead + 1e9, kind: K.LINK, dev: 100, packet: -1, frame: -1, a: 1, b: 0 });
  if (!line.startsWith("ping")) return;
  const from = s.playhead + 1000;
  firstPing(s, from);
  const done = from + 5 * HOP_NS;
  s.chunks.push({ t_ns: done, node, kind: "stdout", text: "64 bytes from 172.17.0.3: icmp_seq=1\n", prompt: "" });
}

/** ARP by broadcast, its answer, an echo request and its reply. */
function firstPing(s: FakeState, t: number): void {
  const [ask, reply, request, echo] = [arp(1, 0, 1), arp(2, 1, 0), icmp(8, 0, 1), icmp(0, 1, 0)].map((bytes) => {
    s.frames.push(bytes);
    return s.frames.length - 1;
  }) as [number, number, number, number];
  const row = (at: number, kind: number, dev: number, packet: number, frame: number, a: number, b: number) =>
    s.rows.push({ t: t + at, kind, dev, packet, frame, a, b });
  const target = (172 << 24) | (17 << 16) | 3;
  row(0, K.NEIGH_STATE, ETH0[0], -1, -1, target, Nud.INCOMPLETE);
  row(0, K.NEIGH_QUEUED, ETH0[0], 1, request, target, 1);
  row(0, K.HOP, ETH0[0], 2, ask, PORTS[0], HOP_NS);
  row(HOP_NS, K.FDB_ADD, DOCKER0, 2, ask, PORTS[0], 0);
  row(HOP_NS, K.BRIDGE_FLOOD, DOCKER0, 2, ask, 3, 3);
  row(HOP_NS, K.HOP, PORTS[2], 3, ask, ETH0[2], HOP_NS);
  row(HOP_NS, K.HOP, PORTS[1], 4, ask, ETH0[1], HOP_NS);
  row(HOP_NS, K.BRIDGE_UP, DOCKER0, 5, ask, PORTS[0], 0);
  row(2 * HOP_NS, K.DROP, ETH0[2], 3, ask, 28, 0);
  row(2 * HOP_NS, K.HOP, ETH0[1], 6, reply, PORTS[1], HOP_NS);
  row(3 * HOP_NS, K.FDB_ADD, DOCKER0, 6, reply, PORTS[1], 0);
  row(3 * HOP_NS, K.BRIDGE_FORWARD, DOCKER0, 6, reply, PORTS[0], PORTS[1]);
  row(3 * HOP_NS, K.HOP, PORTS[0], 6, reply, ETH0[0], HOP_NS);
  row(4 * HOP_NS, K.NEIGH_STATE, ETH0[0], 6, reply, target, (Nud.INCOMPLETE << 8) | Nud.REACHABLE);
  row(4 * HOP_NS, K.HOP, ETH0[0], 1, request, PORTS[0], HOP_NS);
  row(5 * HOP_NS, K.HOP, PORTS[1], 1, request, ETH0[1], HOP_NS);
  row(6 * HOP_NS, K.HOP, ETH0[1], 7, echo, PORTS[1], HOP_NS);
}

function arp(op: number, from: 0 | 1, to: 0 | 1): Uint8Array {
  const dst = op === 1 ? "ffffffffffff" : hexOf(MACS[to]);
  const asked = op === 1 ? "000000000000" : hexOf(MACS[to]);
  return bytesOf(
    `${dst}${hexOf(MACS[from])}080600010800060400 0${op}${hexOf(MACS[from])}${ipHex(IPS[from])}${asked}${ipHex(IPS[to])}`,
  );
}

function icmp(kind: number, from: 0 | 1, to: 0 | 1): Uint8Array {
  const ip = `4500001c00004000400100 00${ipHex(IPS[from])}${ipHex(IPS[to])}`;
  return bytesOf(`${hexOf(MACS[to])}${hexOf(MACS[from])}0800${ip}${kind.toString(16).padStart(2, "0")}00000000010001`);
}

const hexOf = (mac: string): string => mac.replaceAll(":", "");
const ipHex = (ip: string): string =>
  ip
    .split(".")
    .map((n) => Number(n).toString(16).padStart(2, "0"))
    .join("");
const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replaceAll(" ", "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

function batchOf(s: FakeState, reset: boolean): Batch {
  if (reset) s.sent = s.sentChunks = 0;
  const upTo = Math.max(s.sent, s.rows.filter((row) => row.t <= s.head).length);
  const rows = s.rows.slice(s.sent, upTo);
  const chunksTo = Math.max(s.sentChunks, s.chunks.filter((chunk) => chunk.t_ns <= s.head).length);
  const numbers = (pick: (row: Row) => number) => Int32Array.from(rows, pick);
  const next = s.rows.find((row) => row.t > s.playhead);
  const offsets = [0];
  for (const frame of s.frames) offsets.push(offsets.at(-1)! + frame.length);
  const batch: Batch = {
    reset,
    playhead_ns: s.playhead,
    head_ns: s.head,
    next_event_ns: next?.t ?? null,
    pending: next !== undefined,
    trace: {
      from: s.sent,
      count: rows.length,
      t_ns: Float64Array.from(rows, (row) => row.t),
      kind: Uint8Array.from(rows, (row) => row.kind),
      dev: numbers((row) => row.dev),
      packet: numbers((row) => row.packet),
      frame: numbers((row) => row.frame),
      a: numbers((row) => row.a),
      b: numbers((row) => row.b),
    },
    frames: { from: 0, offsets: Uint32Array.from(offsets), bytes: Uint8Array.from(s.frames.flatMap((f) => [...f])) },
    terminalFrom: s.sentChunks,
    terminal: s.chunks.slice(s.sentChunks, chunksTo),
    nodes: nodesAt(s),
    bodies: [],
    counters: { dev: new Int32Array(), words: new Float64Array() },
    links: [],
    removed: [],
    rules: null,
    log: { entries: s.entries, tip: s.tip, canUndo: s.tip >= 0, canRedo: false },
  };
  s.sent = upTo;
  s.sentChunks = chunksTo;
  return batch;
}

function nodesAt(s: FakeState): NodeView[] {
  const learned: FdbView[] = [];
  s.rows.forEach((row, i) => {
    if (row.kind !== K.FDB_ADD || row.t > s.playhead) return;
    const mac = MACS[PORTS.indexOf(row.a as 101)] ?? "";
    learned.push({ mac, dev: row.a, isLocal: false, isStatic: false, updated_ns: row.t, row: i });
  });
  const busy = s.rows.some((row) => row.t > s.playhead);
  return [...oneHost(3), ...outside()].map((node) => ({
    ...node,
    busy: busy && node.name === "nginx-1",
    links: node.links.map((link) =>
      link.dev === DOCKER0 ? { ...link, fdb: [...learned, ...(link.fdb ?? [])] } : link,
    ),
  }));
}
