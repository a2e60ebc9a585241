/**
 * What crosses the worker boundary. Requests go in, each with an id; each is answered by exactly one Reply with that id.
 * Whatever changed in the world by then comes as one Batch inside the reply. Times are virtual ns; the worker owns no clock.
 */
import type { CompareLane, CompareRun } from "./compare.ts";
import type { Predicate, StepStart } from "./lesson.ts";
import type { AddedHost, Scene } from "./scene.ts";
import type { FrameBatch, TraceBatch } from "./trace.ts";
import type { DevId, LinkView, NodeId, NodeView } from "./view.ts";

/** One thing a person did. The log is a tree: `parent` is the entry before it, -1 for the first. */
export interface LogEntry {
  readonly id: number;
  readonly parent: number;
  readonly at_ns: number;
  readonly node: NodeId;
  readonly what:
    | { readonly type: "exec"; readonly line: string }
    | { readonly type: "interrupt" }
    | { readonly type: "key"; readonly key: TerminalKey }
    | { readonly type: "add-host"; readonly host: AddedHost };
}

/** Keys that are no text: Ctrl-D, and Ctrl-P Ctrl-Q, with which one leaves a container's terminal. */
export type TerminalKey = "eof" | "detach";

/** All that must be kept to come back to this very moment. */
export interface SavedState {
  readonly version: 1;
  readonly scene: Scene;
  readonly log: readonly LogEntry[];
  /** Last entry of the branch that was open; -1 for the bare scene. */
  readonly tip: number;
  readonly playhead_ns: number;
}

export type Request =
  /** Opens a scene, or returns to a saved state. Answers with a batch that starts everything anew. */
  | { readonly type: "load"; readonly scene: Scene }
  | { readonly type: "restore"; readonly saved: SavedState }
  /** Types a line into a node's terminal at the playhead. In the past this forks: what came after becomes a branch. */
  | { readonly type: "exec"; readonly node: NodeId; readonly line: string }
  /** Ctrl-C in a node's terminal. */
  | { readonly type: "interrupt"; readonly node: NodeId }
  | { readonly type: "key"; readonly node: NodeId; readonly key: TerminalKey }
  /** Puts one more Docker host on a LAN at the playhead. Refused with "bad-host" when it doesn't fit. */
  | { readonly type: "addHost"; readonly host: AddedHost }
  /** Runs to `to_ns`, which must not lie before the playhead. */
  | { readonly type: "advance"; readonly to_ns: number }
  /** Runs until the next row is in the trace: any row, or one where a frame sets off along a wire, or does so towards a port of a bridge. */
  | { readonly type: "step"; readonly unit: "event" | "hop" }
  | { readonly type: "step"; readonly unit: "port"; readonly bridge: DevId }
  /** Goes to any time of this branch up to its head, forwards or back. */
  | { readonly type: "seek"; readonly to_ns: number }
  /** To the instant before the last command of this branch; the branch is kept. */
  | { readonly type: "undo" }
  | { readonly type: "redo" }
  /** Opens the branch that ends in this log entry. */
  | { readonly type: "branch"; readonly tip: number }
  | { readonly type: "save" }
  | { readonly type: "query"; readonly query: Query };

export type Query =
  /** Tab completion: what could stand at `cursor`. */
  | { readonly kind: "complete"; readonly node: NodeId; readonly line: string; readonly cursor: number }
  /** A capture of a device (or of all with null) from the start to the playhead, as pcapng. */
  | { readonly kind: "pcapng"; readonly dev: number | null }
  /** One line in several scenes of their own, side by side. What is open isn't touched. */
  | { readonly kind: "compare"; readonly runs: readonly CompareRun[] }
  /** What `docker inspect` prints about a container. */
  | { readonly kind: "inspect"; readonly node: NodeId }
  /** Whether predicates of a lesson hold at the playhead for a step that began at `since`; null: that begins now. */
  | { readonly kind: "lesson"; readonly since: StepStart | null; readonly ask: readonly Predicate[] };

export type QueryAnswer =
  | { readonly kind: "complete"; readonly from: number; readonly candidates: readonly string[] }
  | { readonly kind: "pcapng"; readonly bytes: Uint8Array }
  /** In the order of the runs; null for a scene that is not sound. */
  | { readonly kind: "compare"; readonly lanes: readonly (CompareLane | null)[] }
  /** null: no such container. */
  | { readonly kind: "inspect"; readonly json: string | null }
  /** `now`: the beginning of a step that begins at the playhead. `holds` is in the order of what was asked. */
  | { readonly kind: "lesson"; readonly now: StepStart; readonly holds: readonly boolean[] };

/** A rule of netfilter, or a chain's policy, as it stood when a packet met it. */
export interface MetRule {
  readonly table: string;
  readonly chain: string;
  /** From 1; 0 is the policy. */
  readonly number: number;
  /** As `iptables -S` prints it, without "-A CHAIN"; "" for a policy. */
  readonly text: string;
}

/** Text in a terminal. `input` is a line that was typed, shown after the node's prompt at that moment. */
export interface TerminalChunk {
  readonly t_ns: number;
  readonly node: NodeId;
  readonly kind: "input" | "stdout" | "stderr";
  readonly text: string;
  /** Prompt before an `input`; else "". */
  readonly prompt: string;
  /** The packet that made a program print this (a line of ping or tcpdump), and when the program's socket got it. */
  readonly cause?: { readonly packet: number; readonly t_ns: number };
}

/** Devices whose counters are other than the page has them. */
export interface CounterBatch {
  readonly dev: Int32Array;
  /** For each of them the numbers of LinkStats, in the order of COUNTERS. */
  readonly words: Float64Array;
}

/**
 * What changed. Trace, frames and terminal text are those of the branch up to `head_ns`; where a batch starts at a number
 * that the page already has (`trace.from`, `frames.from`, `terminalFrom`), what the page has from there on is forgotten.
 */
export interface Batch {
  /** True: another scene. Forget everything. */
  readonly reset: boolean;
  /** State and view are those of this moment. */
  readonly playhead_ns: number;
  /** Furthest moment that this branch has seen; trace and terminal text reach up to it. */
  readonly head_ns: number;
  /** When something will next happen after the playhead, or null. */
  readonly next_event_ns: number | null;
  /** A program runs in some terminal's foreground, so that a wait is worth crossing in a blink. */
  readonly pending: boolean;
  readonly trace: TraceBatch;
  readonly frames: FrameBatch;
  /** Number of the first chunk, then the chunks. */
  readonly terminalFrom: number;
  readonly terminal: readonly TerminalChunk[];
  /** Nodes that are new or have other devices than before. */
  readonly nodes: readonly NodeView[];
  /** What changed of the others, apart from their devices. */
  readonly bodies: readonly Omit<NodeView, "links">[];
  /** Devices of the others that changed. */
  readonly links: readonly { readonly node: NodeId; readonly link: LinkView }[];
  readonly removed: readonly NodeId[];
  readonly counters: CounterBatch;
  /** Rules that packets met, by the numbers that NF_RULE has; sent when they changed. */
  readonly rules: readonly MetRule[] | null;
  /** Sent when the log changed. */
  readonly log: {
    readonly entries: readonly LogEntry[];
    readonly tip: number;
    readonly canUndo: boolean;
    readonly canRedo: boolean;
  } | null;
}

export type Reply =
  | {
      readonly id: number;
      readonly ok: true;
      readonly batch: Batch | null;
      readonly saved?: SavedState;
      readonly answer?: QueryAnswer;
    }
  /** `code` names a sentence in the page's language; `detail` is for the console. What was open stays open. */
  | {
      readonly id: number;
      readonly ok: false;
      readonly code: "bad-message" | "bad-state" | "bad-scene" | "bad-host" | "no-such-node" | "crash";
      readonly detail: string;
    };

export interface Envelope {
  readonly id: number;
  readonly request: Request;
}
