// What outlives the page. Storage throws in some frames and when it is full: then memory has to do, as it does in a figure.
import { EMBEDDED } from "./embedded.ts";

const PREFIX = "docker0-playground/";
const memory = new Map<string, string>();

/** The text kept under this name, or null. */
export function readStored(name: string): string | null {
  if (EMBEDDED) return memory.get(name) ?? null;
  try {
    return localStorage.getItem(PREFIX + name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

/** Keeps the text under this name; null forgets it. False when it will not outlive the page. */
export function writeStored(name: string, text: string | null): boolean {
  if (text === null) memory.delete(name);
  else memory.set(name, text);
  if (EMBEDDED) return false;
  try {
    if (text === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, text);
    return true;
  } catch {
    return false;
  }
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
