import { lazy, Suspense, useEffect, useState } from "react";
import { useText } from "../../i18n/text.ts";
import { lazyAfterOpen } from "../controls/after-open.ts";
import { EMBEDDED } from "../store/embedded.ts";
import { readStored } from "../store/storage.ts";
import { Header } from "./header.tsx";
import { listenToKeys } from "./keys.ts";
import { MediumLayout, SmallLayout, WideLayout } from "./layouts.tsx";
import { Notices } from "./notices.tsx";
import { followSelection, useUi } from "./ui-state.ts";
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
  const helpWanted = useOnce(useUi((s) => s.help));
  const libraryWanted = useOnce(useUi((s) => s.library));
  const paletteWanted = useOnce(useUi((s) => s.palette));
  const connectWanted = useOnce(useUi((s) => s.connect !== null));
  const compareWanted = useOnce(useUi((s) => s.compare));
  const shareWanted = useOnce(useUi((s) => s.share));
  const lessonsWanted = useOnce(useUi((s) => s.lessons));
  useEffect(listenToKeys, []);
  useEffect(followSelection, []);
  useEffect(resumeLesson, []);
  return (
    <div className="app" data-viewport={viewport} data-bare={bare || undefined} data-embedded={EMBEDDED || undefined}>
      <a className="skip-link" href={`#${viewport === "small" ? panel : "canvas"}`}>
        {t.shell.skip}
      </a>
      {EMBEDDED ? <Figure /> : <WholePage viewport={viewport} />}
      <Notices />
      <Suspense fallback={null}>
        {helpWanted && <HelpDialog />}
        {libraryWanted && <LibraryDialog />}
        {!EMBEDDED && <PageDrop />}
        {paletteWanted && <Palette />}
        {connectWanted && <ConnectDialog />}
        {compareWanted && <CompareDialog />}
        {shareWanted && <ShareDialog />}
        {lessonsWanted && <LessonsDialog />}
      </Suspense>
    </div>
  );
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
