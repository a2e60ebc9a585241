// What the list of events is kept to. It outlives the panel, which a small window takes away and brings back.
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { DevId, NodeId } from "../../../protocol/view.ts";
import { addressOfName } from "./known.ts";
import { EVERYTHING, type Reading, readFilter, type Sound, soundPart } from "./reading.ts";

/** A node, or one of its interfaces. */
export interface Place {
  readonly node: NodeId;
  readonly dev: DevId | null;
}

export interface EventFilter {
  readonly text: string;
  /** What the text says. */
  readonly reading: Reading;
  /** What the list goes by: the reading, or as much of a faulty one as makes sense. */
  readonly applied: Sound;
  readonly place: Place | null;
}

export const filterStore = createStore<EventFilter>(() => {
  return { text: "", reading: EVERYTHING, applied: EVERYTHING, place: null };
});

/** Takes what stands in the box. */
export function setFilterText(text: string): void {
  const reading = readFilter(text, addressOfName);
  filterStore.setState({ text, reading, applied: soundPart(text, reading, addressOfName) });
}

/** Keeps the list to a node or an interface; null: to none. */
export function setFilterPlace(place: Place | null): void {
  filterStore.setState({ place });
}

export function useFilter<T>(select: (s: EventFilter) => T): T {
  return useStore(filterStore, select);
}
