// What the other rooms of the page offer by the palette alone, without a key. A room adds its line here, and fetches itself when it is chosen.
import type { Entry } from "./entry.ts";

export function moreEntries(): Entry[] {
  return [];
}
