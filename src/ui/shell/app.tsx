import { type ComponentType, lazy, Suspense, useEffect, useState } from "react";
import { useText } from "../../i18n/text.ts";
import { lazyAfterOpen } from "../controls/after-open.ts";
import { EMBEDDED } from "../store/embedded.ts";
import { readStored } from "../store/storage.ts";
import { Header } from "./header.tsx";
import { listenToKeys } from "./keys.ts";
import { MediumLayout, SmallLayout, WideLayout } from "./layouts.tsx";
import { Notices } from "./notices.tsx";
import { Extra } from "./room.tsx";
import { followSelection, type UiState, useUi } from "./ui-state.ts";
import { useViewport, type Viewport } from "./viewport.ts";
import "../theme/theme.css";
import "../theme/controls.css";
import "./shell.css";

const ConnectDialog = lazy(async () => ({ default: (await import("../networks/connect-dialog.tsx")).ConnectDialog }));
const LessonsDialog = lazy(async () => ({
  default: (await import("../lessons/menu/lessons-dialog.tsx")).LessonsDialog,
}));
const CompareDialog = lazy(async () => ({ default: (await import("../compare/compare-dialog.tsx")).CompareDialog }));
const ShareDialog = lazy(async () => ({ default: (await import("../share/share-dialog.tsx")).ShareDialog }));
const HelpDialog = lazy(async () => ({ default: (await import("../palette/help-dialog.tsx")).HelpDialog }));
const LibraryDialog = lazy(async () => ({ default: (await import("../library/library-dialog.tsx")).LibraryDialog }));
const PageDrop = lazyAfterOpen(async () => (await import("../library/page-drop.tsx")).PageDrop);
const Palette = lazy(async () => ({ default: (await import("../palette/palette.tsx")).Palette }));

const Embedded = lazy(async () => ({ default: (await import("../embed/figure/embedded.tsx")).Embedded }));

/** The whole page; in a figure, the dialogs and notices are the same. */
export function App() {
  const t = useText();
  const viewport = useViewport();
  const panel = useUi((s) => s.panel);
  const bare = useUi((s) => s.bare);
  useEffect(listenToKeys, []);
  useEffect(followSelection, []);
  useEffect(resumeLesson, []);
  return (
    <div className="app" data-viewport={viewport} data-bare={bare || undefined} data-embedded={EMBEDDED || undefined}>
      {!EMBEDDED && (
        <a className="skip-link" href={`#${viewport === "small" ? panel : "canvas"}`}>
          {t.shell.skip}
        </a>
      )}
      {EMBEDDED ? <Figure /> : <WholePage viewport={viewport} />}
      <Notices />
      {!EMBEDDED && (
        <Extra>
          <PageDrop />
        </Extra>
      )}
      <Asked when={(s) => s.help} dialog={HelpDialog} />
      <Asked when={(s) => s.palette} dialog={Palette} />
      <Asked when={(s) => s.library} dialog={LibraryDialog} />
      <Asked when={(s) => s.connect !== null} dialog={ConnectDialog} />
      <Asked when={(s) => s.compare} dialog={CompareDialog} />
      <Asked when={(s) => s.share} dialog={ShareDialog} />
      <Asked when={(s) => s.lessons} dialog={LessonsDialog} />
    </div>
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

function WholePage({ viewport }: { readonly viewport: Viewport }) {
  return (
    <>
      <Header viewport={viewport} />
      <main className="app-main">
        {viewport === "wide" && <WideLayout />}
        {viewport === "medium" && <MediumLayout />}
        {viewport === "small" && <SmallLayout />}
      </main>
    </>
  );
}

function Figure() {
  return (
    <Suspense fallback={null}>
      <Embedded />
    </Suspense>
  );
}

/** A lesson that was open at the last visit is fetched and taken up. */
function resumeLesson(): void {
  if (readStored("lesson") !== null) void import("../lessons/keep.ts").then((keep) => keep.resumeWhenOpen());
}

/** True from the first time on that `now` was. */
function useOnce(now: boolean): boolean {
  const [was, setWas] = useState(now);
  if (now && !was) setWas(true);
  return now || was;
}
