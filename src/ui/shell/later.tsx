// What the page has beside its first picture: keys, dialogs, files that are dropped. Fetched when the scene stands.
import { type ComponentType, lazy, useEffect, useState } from "react";
import { PageDrop } from "../library/page-drop.tsx";
import { EMBEDDED } from "../store/embedded.ts";
import { listenToKeys } from "./keys.ts";
import { Extra } from "./room.tsx";
import { type UiState, useUi } from "./ui-state.ts";

const ConnectDialog = lazy(async () => ({ default: (await import("../networks/connect-dialog.tsx")).ConnectDialog }));
const LessonsDialog = lazy(async () => ({
  default: (await import("../lessons/menu/lessons-dialog.tsx")).LessonsDialog,
}));
const CompareDialog = lazy(async () => ({ default: (await import("../compare/compare-dialog.tsx")).CompareDialog }));
const ShareDialog = lazy(async () => ({ default: (await import("../share/share-dialog.tsx")).ShareDialog }));
const HelpDialog = lazy(async () => ({ default: (await import("../palette/help-dialog.tsx")).HelpDialog }));
const LibraryDialog = lazy(async () => ({ default: (await import("../library/library-dialog.tsx")).LibraryDialog }));
const Palette = lazy(async () => ({ default: (await import("../palette/palette.tsx")).Palette }));

export function Later() {
  useEffect(listenToKeys, []);
  return (
    <>
      {!EMBEDDED && <PageDrop />}
      <Asked when={(s) => s.help} dialog={HelpDialog} />
      <Asked when={(s) => s.palette} dialog={Palette} />
      <Asked when={(s) => s.library} dialog={LibraryDialog} />
      <Asked when={(s) => s.connect !== null} dialog={ConnectDialog} />
      <Asked when={(s) => s.compare} dialog={CompareDialog} />
      <Asked when={(s) => s.share} dialog={ShareDialog} />
      <Asked when={(s) => s.lessons} dialog={LessonsDialog} />
    </>
  );
}

interface AskedProps {
  readonly when: (s: UiState) => boolean;
  readonly dialog: ComponentType;
}

/** A dialog that is fetched when somebody first asks for it. */
function Asked({ when, dialog: Dialog }: AskedProps) {
  const wanted = useOnce(useUi(when));
  return wanted ? (
    <Extra>
      <Dialog />
    </Extra>
  ) : null;
}

/** True from the first time on that `now` was. */
function useOnce(now: boolean): boolean {
  const [was, setWas] = useState(now);
  if (now && !was) setWas(true);
  return now || was;
}
