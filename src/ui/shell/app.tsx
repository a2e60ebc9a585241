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

const HelpDialog = lazy(async () => ({ default: (await import("./help-dialog.tsx")).HelpDialog }));

/** The whole page. */
export function App() {
  const t = useText();
  const viewport = useViewport();
  const panel = useUi((s) => s.panel);
  const helpWanted = useOnce(useUi((s) => s.help));
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
      {helpWanted && (
        <Suspense fallback={null}>
          <HelpDialog />
        </Suspense>
      )}
    </div>
  );
}

/** True from the first time on that `now` was. */
function useOnce(now: boolean): boolean {
  const [was, setWas] = useState(now);
  if (now && !was) setWas(true);
  return now || was;
}
