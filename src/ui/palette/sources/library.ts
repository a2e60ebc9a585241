// Kept scenes, and files of them.
import { enLibrary } from "../../../i18n/en/library.ts";
import { zhLibrary } from "../../../i18n/zh/library.ts";
import { exportOpen, openKept } from "../../library/acts.ts";
import { keptStore, openKeptScene } from "../../library/kept-scenes.ts";
import { uiStore } from "../../shell/ui-state.ts";
import type { Entry } from "../entry.ts";

export function libraryEntries(): Entry[] {
  const open = openKeptScene();
  const scenes = keptStore.getState().scenes.filter((one) => one.name !== null);
  return [
    ...scenes.map(
      (one): Entry => ({
        id: `kept ${one.id}`,
        group: "scene",
        title: { en: enLibrary.openOf(one.name ?? ""), zh: zhLibrary.openOf(one.name ?? "") },
        hint: one.title.en,
        chosen: one.id === open?.id,
        does: () => void openKept(one),
      }),
    ),
    { id: "export", group: "file", title: { en: enLibrary.export, zh: zhLibrary.export }, does: exportOpen },
    {
      id: "import",
      group: "file",
      title: { en: enLibrary.import, zh: zhLibrary.import },
      does: () => uiStore.setState({ library: true }),
    },
  ];
}
