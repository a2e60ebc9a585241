/**
 * A lesson or a puzzle as plain data: what docs/lessons.md describes and `parseLesson` checks. A lesson walks through steps; a puzzle is a
 * network that is out of order until `solved` holds. What counts is always what the network does, so that every way that leads there is right.
 */
import type { Scene, Words } from "./scene.ts";

/** A line for a terminal, the node by its name. */
export interface LessonLine {
  readonly node: string;
  readonly line: string;
}

interface LessonBase {
  readonly version: 1;
  readonly id: string;
  readonly title: Words;
  /** Id of a built-in scene, or a scene of the lesson's own. */
  readonly scene: string | Scene;
  /** Typed before time 0, after the scene's own setup: what a puzzle has broken, or what a lesson needs besides. */
  readonly setup?: readonly LessonLine[];
}

export interface StepLesson extends LessonBase {
  readonly kind: "lesson";
  readonly steps: readonly LessonStep[];
}

export interface Puzzle extends LessonBase {
  readonly kind: "puzzle";
  /** What somebody complains about. */
  readonly story: Words;
  readonly solved: Predicate;
  /** From a nudge to nearly the answer; shown one at a time. */
  readonly hints: readonly Words[];
  /** Shown once it is solved. */
  readonly why: Words;
  readonly highlight?: Highlight;
  readonly camera?: Camera;
}

export type Lesson = StepLesson | Puzzle;

export interface LessonStep {
  readonly do: Words;
  /** What "do it for me" types, one after the other; each when the one before has ended. */
  readonly lines?: readonly LessonLine[];
  readonly predict?: Prediction;
  readonly watch: Words;
  readonly why: Words;
  readonly done: Predicate;
  readonly highlight?: Highlight;
  readonly camera?: Camera;
}

/** A question before anything is shown. The right option is the one whose `when` holds once the step is done. */
export interface Prediction {
  readonly question: Words;
  readonly options: readonly { readonly text: Words; readonly when: Predicate }[];
}

/** What to mark: nodes ("nginx-1"), devices ("hostA:docker0"), packets by their protocol. */
export interface Highlight {
  readonly nodes?: readonly string[];
  readonly devices?: readonly string[];
  readonly packets?: readonly FrameProtocol[];
}

/** What the canvas is to show: these nodes as large as they fit, or everything. */
export type Camera = "all" | { readonly nodes: readonly string[] };

export const FRAME_PROTOCOLS = ["eth", "arp", "ip", "icmp", "udp", "tcp", "dns", "vxlan", "ipip"] as const;
export type FrameProtocol = (typeof FRAME_PROTOCOLS)[number];

/** Columns of each table that `entry` looks into. All are text; devices are names, and what isn't there is "". */
export const ENTRY_COLUMNS = {
  fdb: ["bridge", "mac", "dev", "dst", "local", "static"],
  neighbour: ["address", "dev", "mac", "state"],
  route: ["destination", "gateway", "dev", "source", "protocol", "type"],
  conntrack: ["protocol", "state", "source", "destination", "replySource", "replyDestination", "snat", "dnat"],
  iptables: ["table", "chain", "rule", "met"],
  link: ["name", "kind", "mac", "mtu", "up", "master", "ifindex", "peerIfindex", "address"],
  socket: ["protocol", "state", "local", "peer", "program"],
  container: ["name", "image", "state", "network"],
} as const;
export type EntryTable = keyof typeof ENTRY_COLUMNS;

/** Text in which `*` stands for any text. */
export type Pattern = string;

/**
 * What can be asked of the world at the playhead and of what has happened since the step began. Nodes go by name. Times of waiting are
 * virtual: a probe runs in a copy of the world and leaves no trace.
 */
export type Predicate =
  | { readonly type: "all" | "any"; readonly of: readonly Predicate[] }
  | { readonly type: "not"; readonly of: Predicate }
  /** A ping, typed at a node now, is answered. `size`: bytes of payload, in packets that may not be cut. */
  | { readonly type: "ping"; readonly from: string; readonly to: string; readonly size?: number }
  /** A request, typed at a node now, gets a page. `send`: bytes that go with it. */
  | { readonly type: "curl"; readonly from: string; readonly to: string; readonly send?: number }
  /** A table of a node has an entry whose columns look so. */
  | {
      readonly type: "entry";
      readonly node: string;
      readonly table: EntryTable;
      readonly where: Readonly<Record<string, Pattern>>;
    }
  /** A frame with this header left or reached the device (any of the node's, when no device is named); fields by their Wireshark names. */
  | {
      readonly type: "seen";
      readonly node: string;
      readonly dev?: string;
      readonly way?: "in" | "out";
      readonly protocol: FrameProtocol;
      readonly where?: Readonly<Record<string, Pattern>>;
    }
  /** A bridge flooded such a frame, sent it on to one port (`port`), or took it up to its own host. */
  | {
      readonly type: "bridge";
      readonly node: string;
      readonly bridge: string;
      readonly did: "flood" | "forward" | "up";
      readonly port?: Pattern;
      readonly protocol: FrameProtocol;
      readonly where?: Readonly<Record<string, Pattern>>;
    }
  /** A packet ended at a device of the node for this reason, by its name in the kernel. */
  | { readonly type: "dropped"; readonly node?: string; readonly reason: string }
  /** A node's terminal was given a command: a program, and words that are all among its arguments. */
  | { readonly type: "typed"; readonly node: string; readonly program: Pattern; readonly words?: readonly Pattern[] }
  /** A node's terminal printed such a line. */
  | { readonly type: "printed"; readonly node: string; readonly line: Pattern };

/** Where a step began on the open branch: rows of the trace, chunks of terminal text and entries of the log before it don't count for it. */
export interface StepStart {
  readonly row: number;
  readonly chunk: number;
  readonly applied: number;
}

/** Why a lesson can't be opened. `step` counts from 1; `path` is the field, "predict.options.0.text.zh". */
export interface LessonFault {
  readonly code: LessonFaultCode;
  readonly step: number | null;
  readonly path: string;
  /** What the sentence about it needs: what was expected, what was found. */
  readonly params: { readonly expected: string; readonly found: string };
}

export const LESSON_FAULTS = [
  "not-json",
  "too-large",
  "too-deep",
  "version",
  "missing",
  "unknown",
  "type",
  "choice",
  "form",
  "scene",
  "column",
] as const;
export type LessonFaultCode = (typeof LESSON_FAULTS)[number];

/** The scene that a lesson plays in, its own setup included; null when there is no such scene. */
export function sceneOfLesson(lesson: Lesson, scenes: readonly Scene[]): Scene | null {
  const { scene: named, setup = [] } = lesson;
  const scene = typeof named === "string" ? scenes.find(({ id }) => id === named) : named;
  return scene === undefined ? null : { ...scene, setup: [...scene.setup, ...setup] };
}
