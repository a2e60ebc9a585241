// What outlives the page. Storage throws in some frames and when it is full: then memory has to do, as it does in a figure.
import { EMBEDDED } from "./embedded.ts";

const PREFIX = "docker0-playground/";
/** Names of what both the page and its recovery look at: the open session, and one that could not be opened. */
export const STATE = "state";
export const ASIDE = "state-set-aside";

/** What the storage would not take. */
const memory = new Map<string, string>();
let full = false;

/** The text kept under this name, or null. */
export function readStored(name: string): string | null {
  const held = memory.get(name);
  if (held !== undefined || EMBEDDED) return held ?? null;
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Keeps the text under this name; null forgets it. False when it will not outlive the page. */
export function writeStored(name: string, text: string | null): boolean {
  memory.delete(name);
  try {
    if (EMBEDDED) throw new Error("a figure keeps nothing");
    if (text === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, text);
    full = false;
    return true;
  } catch (error) {
    if (text !== null) memory.set(name, text);
    full = error instanceof DOMException && error.name === "QuotaExceededError";
    return false;
  }
}

/** Whether the last text was not kept for want of room, and not because the browser keeps nothing here. */
export function isStorageFull(): boolean {
  return full;
}

/** What is kept under this name as JSON; undefined when there is nothing, or nothing that can be read. */
export function readJson(name: string): unknown {
  try {
    return JSON.parse(readStored(name) ?? "");
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
