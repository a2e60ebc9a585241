// Everything that the palette offers at this moment.
import type { NodeId } from "../../protocol/view.ts";
import type { Entry } from "./entry.ts";
import { moreEntries } from "./more.ts";
import { libraryEntries } from "./sources/library.ts";
import { networkEntries } from "./sources/networks.ts";
import { nodeEntries } from "./sources/nodes.ts";
import { commandEntries, settingEntries, viewEntries } from "./sources/page.ts";
import { actionEntries, sceneEntries } from "./sources/scenes.ts";

/** In the order in which they stand while nothing is typed: what was done lately first. */
export function paletteEntries(selected: NodeId | null, recent: readonly string[]): Entry[] {
  const all = [
    ...actionEntries(),
    ...commandEntries(),
    ...moreEntries(),
    ...nodeEntries(selected),
    ...networkEntries(),
    ...viewEntries(),
    ...libraryEntries(),
    ...sceneEntries(),
    ...settingEntries(),
  ];
  const byId = new Map(all.map((entry) => [entry.id, entry]));
  const late = recent.flatMap((id) => byId.get(id) ?? []);
  return [...late.map((entry) => ({ ...entry, late: true })), ...all.filter((entry) => !late.includes(entry))];
}
