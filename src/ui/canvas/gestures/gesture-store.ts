/** What is being dragged right now, and what a choice is being made about. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { NodeId } from "../../../protocol/view.ts";
import type { Point } from "../../motion/geometry.ts";
import type { DropTarget } from "./drop-target.ts";
import type { Guide } from "./guides.ts";

/** `at` is where the pointer is, in client coordinates. */
export type Gesture =
  | { readonly type: "image"; readonly image: string; readonly at: Point }
  | { readonly type: "network"; readonly at: Point }
  | { readonly type: "host"; readonly at: Point }
  | { readonly type: "ping"; readonly from: NodeId; readonly at: Point }
  | { readonly type: "card"; readonly node: NodeId; readonly at: Point; readonly guides: readonly Guide[] };

/** Something was put where more than one thing can be meant, or by keyboard: what for? */
export type Choice =
  | { readonly type: "network"; readonly image: string; readonly machine: NodeId; readonly at: Point | null }
  | { readonly type: "target"; readonly image: string }
  /** What somebody is to be asked: an echo, a web page, the way. */
  | { readonly type: "ask"; readonly from: NodeId; readonly to: NodeId; readonly at: Point }
  /** On which host a new network is to be made. */
  | { readonly type: "host" }
  /** Which subnet a new host's containers get, and on which LAN it is (null: whichever). */
  | { readonly type: "add-host"; readonly lan: NodeId | null; readonly at: Point | null };

export interface Gestures {
  readonly gesture: Gesture | null;
  readonly over: DropTarget | null;
  readonly choice: Choice | null;
}

export const gestureStore = createStore<Gestures>(() => ({ gesture: null, over: null, choice: null }));

export function useGesture<T>(select: (s: Gestures) => T): T {
  return useStore(gestureStore, select);
}

export function setGesture(gesture: Gesture | null, over: DropTarget | null): void {
  const old = gestureStore.getState().over;
  gestureStore.setState({ gesture, over: sameTarget(old, over) ? old : over });
}

export function setChoice(choice: Choice | null): void {
  gestureStore.setState({ choice });
}

function sameTarget(a: DropTarget | null, b: DropTarget | null): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
