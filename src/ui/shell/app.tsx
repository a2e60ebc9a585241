import { lazy, Suspense, useEffect } from "react";
import { useText } from "../../i18n/text.ts";
import { lazyAfterOpen } from "../controls/after-open.ts";
import { EMBEDDED } from "../store/embedded.ts";
import { readStored } from "../store/storage.ts";
import { Header } from "./header/header.tsx";
import { MediumLayout, SmallLayout, WideLayout } from "./layouts.tsx";
import { Notices } from "./notices.tsx";
import { Extra } from "./room.tsx";
import { followSelection, useUi } from "./ui-state.ts";
import { useViewport, type Viewport } from "./viewport.ts";
import "../theme/theme.css";
import "../theme/controls.css";
import "./shell.css";

const Later = lazyAfterOpen(async () => (await import("./later.tsx")).Later);
const Embedded = lazy(async () => ({ default: (await import("../embed/figure/embedded.tsx")).Embedded }));

/** The whole page; in a figure, the dialogs and notices are the same. */
export function App() {
  const t = useText();
  const viewport = useViewport();
  const panel = useUi((s) => s.panel);
  const bare = useUi((s) => s.bare);
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
      <Extra>
        <Later />
      </Extra>
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
