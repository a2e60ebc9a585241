import { lazy, Suspense, useEffect, useState } from "react";
import { useText } from "../../i18n/text.ts";
import { Header } from "./header.tsx";
import { listenToKeys } from "./keys.ts";
import { MediumLayout, SmallLayout, WideLayout } from "./layouts.tsx";
import { Notices } from "./notices.tsx";
import { followSelection, useUi } from "./ui-state.ts";
import { useViewport } from "./viewport.ts";
import "../theme/theme.css";
import "../theme/controls.css";
import "./shell.css";

const ConnectDialog = lazy(async () => ({ default: (await import("../networks/connect-dialog.tsx")).ConnectDialog }));
const CompareDialog = lazy(async () => ({ default: (await import("../compare/compare-dialog.tsx")).CompareDialog }));
const HelpDialog = lazy(async () => ({ default: (await import("./help-dialog.tsx")).HelpDialog }));

/** The whole page. */
export function App() {
  const t = useText();
  const viewport = useViewport();
  const panel = useUi((s) => s.panel);
  const helpWanted = useOnce(useUi((s) => s.help));
  const connectWanted = useOnce(useUi((s) => s.connect !== null));
  const compareWanted = useOnce(useUi((s) => s.compare));
  useEffect(listenToKeys, []);
  useEffect(followSelection, []);
  return (
    <div className="app" data-viewport={viewport}>
      <a className="skip-link" href={`#${viewport === "small" ? panel : "canvas"}`}>
        {t.shell.skip}
      </a>
      <Header viewport={viewport} />
      <main className="app-main">
        {viewport === "wide" && <WideLayout />}
        {viewport === "medium" && <MediumLayout />}
        {viewport === "small" && <SmallLayout />}
      </main>
      <Notices />
      <Suspense fallback={null}>
        {helpWanted && <HelpDialog />}
        {connectWanted && <ConnectDialog />}
        {compareWanted && <CompareDialog />}
      </Suspense>
    </div>
  );
}

/** True from the first time on that `now` was. */
function useOnce(now: boolean): boolean {
  const [was, setWas] = useState(now);
  if (now && !was) setWas(true);
  return now || was;
}
