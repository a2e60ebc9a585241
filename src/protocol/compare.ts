/** One ping through several networks, side by side: what is asked of the worker, and what it tells. */
import type { Scene } from "./scene.ts";

/** A scene, and the line that is typed in it at a node (by name). */
export interface CompareRun {
  readonly scene: Scene;
  readonly node: string;
  readonly line: string;
}

/** The way of the first packet that the line sent, and of the answer to it. */
export interface CompareLane {
  /** The scene's id. */
  readonly id: string;
  readonly steps: readonly CompareStep[];
  /** From the sending of the packet to the arrival of the answer; null when none came. */
  readonly rtt_ns: number | null;
  /** The longest IP packet that the way there takes whole: the smallest MTU on it, less what tunnels put in front. */
  readonly mtu: number;
  /** Most bytes of headers that a tunnel put in front on the way. */
  readonly addedBytes: number;
  /** What the line printed. */
  readonly output: string;
}

export interface CompareStep {
  /** Since the packet was sent. */
  readonly t_ns: number;
  readonly way: "there" | "back";
  readonly what: "hop" | "forward" | "wrap" | "unwrap" | "deliver" | "drop";
  /** Where: the device ("hostA:flannel.1"), and for a hop the one at the other end. */
  readonly at: string;
  readonly to: string | null;
  /** The whole frame, headers of tunnels included; empty where no frame was looked at. */
  readonly frame: Uint8Array;
  /** Bytes that tunnels have put in front of it so far. */
  readonly addedBytes: number;
}
