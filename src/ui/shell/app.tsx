import { useEffect } from "react";
import { useText } from "../../i18n/text.ts";
import { Header } from "./header.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { listenToKeys } from "./keys.ts";
import { MediumLayout, SmallLayout, WideLayout } from "./layouts.tsx";
import { Notices } from "./notices.tsx";
import { followSelection } from "./ui-state.ts";
import { useViewport } from "./viewport.ts";
import "../theme/theme.css";
import "../theme/controls.css";
import "./shell.css";

/** The whole page. */
export function App() {
  const t = useText();
  const viewport = useViewport();
  useEffect(listenToKeys, []);
  useEffect(followSelection, []);
  return (
    <div className="app" data-viewport={viewport}>
      <a className="skip-link" href="#canvas">
        {t.shell.skip}
      </a>
      <Header viewport={viewport} />
      <main className="app-main">
        {viewport === "wide" && <WideLayout />}
        {viewport === "medium" && <MediumLayout />}
        {viewport === "small" && <SmallLayout />}
      </main>
      <Notices />
      <HelpDialog />
    </div>
  );
}
