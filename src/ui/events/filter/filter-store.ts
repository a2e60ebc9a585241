// What the list of events is kept to. It outlives the panel, which a small window takes away and brings back.
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { DevId, NodeId } from "../../../protocol/view.ts";
import { addressOfName } from "./known.ts";
import { EVERYTHING, type Reading, readFilter } from "./reading.ts";

/** A node, or one of its interfaces. */
export interface Place {
  readonly node: NodeId;
  readonly dev: DevId | null;
}

export interface EventFilter {
  readonly text: string;
  /** What the text says. */
  readonly reading: Reading;
  /** The last reading that was without a fault: what the list goes by. */
  readonly applied: Exclude<Reading, { kind: "fault" }>;
  readonly place: Place | null;
}

const ALL = EVERYTHING as EventFilter["applied"];
export const filterStore = createStore<EventFilter>(() => ({ text: "", reading: ALL, applied: ALL, place: null }));

/** Takes what stands in the box; while that is at fault the list stays as it was. */
export function setFilterText(text: string): void {
  const reading = readFilter(text, addressOfName);
  const { applied } = filterStore.getState();
  filterStore.setState({ text, reading, applied: reading.kind === "fault" ? applied : reading });
}

/** Keeps the list to a node or an interface; null: to none. */
export function setFilterPlace(place: Place | null): void {
  filterStore.setState({ place });
}

export function useFilter<T>(select: (s: EventFilter) => T): T {
  return useStore(filterStore, select);
}
