// The open session, kept from one visit to the next.
import { array, literal, looseObject, number, object, parse, record, string, union, unknown } from "valibot";
import type { SavedState } from "../../protocol/messages.ts";
import { readStored, writeStored } from "./storage.ts";
import { layoutStore } from "./stores.ts";

const STATE = "state";
const ASIDE = "state-set-aside";
const LAYOUT = "layout";

/** As much of the form as the page itself relies on; the worker judges the rest. */
const savedShape = looseObject({
  version: literal(1),
  scene: looseObject({ version: literal(1), id: string(), actions: array(unknown()), setup: array(unknown()) }),
  log: array(
    looseObject({
      id: number(),
      parent: number(),
      at_ns: number(),
      node: string(),
      what: union([object({ type: literal("exec"), line: string() }), object({ type: literal("interrupt") })]),
    }),
  ),
  tip: number(),
  playhead_ns: number(),
});
const layoutShape = record(string(), object({ x: number(), y: number() }));

export type Kept =
  | { readonly kind: "none" }
  | { readonly kind: "damaged"; readonly text: string }
  | { readonly kind: "saved"; readonly saved: SavedState; readonly text: string };

/** What the last visit left. */
export function readKept(): Kept {
  const text = readStored(STATE);
  if (text === null) return { kind: "none" };
  try {
    return { kind: "saved", saved: parse(savedShape, JSON.parse(text)) as unknown as SavedState, text };
  } catch {
    return { kind: "damaged", text };
  }
}

/** Keeps the session for the next visit. */
export function keepSaved(saved: SavedState | null): void {
  if (saved !== null) writeStored(STATE, JSON.stringify(saved));
}

/** Puts a state that could not be opened where it does no harm, and is not lost. */
export function keepAside(text: string): void {
  writeStored(ASIDE, text);
}

/** The state that was put aside last, or null. */
export function readAside(): string | null {
  return readStored(ASIDE);
}

/** Puts the nodes where they stood at the last visit, and keeps them from now on. */
export function keepLayout(): void {
  try {
    layoutStore.setState({ positions: parse(layoutShape, JSON.parse(readStored(LAYOUT) ?? "{}")) });
  } catch {
    writeStored(LAYOUT, null);
  }
  layoutStore.subscribe((s) => writeStored(LAYOUT, JSON.stringify(s.positions)));
}
