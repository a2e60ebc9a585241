// What outlives the page. Storage throws in some frames and when it is full: then memory has to do.

const PREFIX = "docker0-playground/";
const memory = new Map<string, string>();

/** The text kept under this name, or null. */
export function readStored(name: string): string | null {
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
  try {
    if (text === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, text);
    return true;
  } catch {
    return false;
  }
}
