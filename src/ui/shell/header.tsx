import { ChevronDown, CircleHelp, Contrast, Search } from "lucide-react";
import { useLanguage, useText } from "../../i18n/text.ts";
import { lazyAfterOpen } from "../controls/after-open.ts";
import { MenuButton } from "../controls/menu-button.tsx";
import { useScene, useWorld } from "../store/stores.ts";
import { nodeByName, runAction } from "./actions.ts";
import { present } from "./keys.ts";
import { otherLanguage, speakFromNow, useThemes } from "./liking.ts";
import { Extra } from "./room.tsx";
import { uiStore, useUi } from "./ui-state.ts";
import type { Viewport } from "./viewport.ts";

const SceneMenu = lazyAfterOpen(async () => (await import("./scene-menu.tsx")).SceneMenu);
const MoreMenu = lazyAfterOpen(async () => (await import("./more-menu.tsx")).MoreMenu);
const NowLine = lazyAfterOpen(async () => (await import("./now-line.tsx")).NowLine);

/** Name, scene, what happens now, and the big button. */
export function Header({ viewport }: { readonly viewport: Viewport }) {
  const t = useText();
  return (
    <header className="app-header">
      <Logo />
      <h1 className="app-name">{t.shell.product}</h1>
      <Extra fallback={<SceneTitle small={viewport === "small"} />}>
        <SceneMenu small={viewport === "small"} />
      </Extra>
      {viewport === "wide" && (
        <Extra>
          <NowLine />
        </Extra>
      )}
      <span className="grow" />
      {viewport !== "small" && (
        <>
          <Opens what="lessons" keys="O" />
          {viewport === "wide" && <PresentButton />}
          <Opens what="share" keys="S" />
        </>
      )}
      {viewport === "wide" ? (
        <WideButtons />
      ) : (
        <Extra fallback={<span className="button icon" />}>
          <MoreMenu small={viewport === "small"} />
        </Extra>
      )}
      <ActionButton />
    </header>
  );
}

/** A button that opens a dialog of this name. */
function Opens({ what, keys }: { readonly what: "lessons" | "share"; readonly keys: string }) {
  const t = useText();
  return (
    <button
      type="button"
      className="button"
      title={`${t.shell[what]} (${keys})`}
      onClick={() => uiStore.setState({ [what]: true })}
    >
      {t.shell[what]}
    </button>
  );
}

/** What a narrower window has in a menu. */
function WideButtons() {
  const t = useText();
  return (
    <>
      <button
        type="button"
        className="button icon"
        aria-label={t.shell.commands}
        title={`${t.shell.commands} (Ctrl K)`}
        onClick={() => uiStore.setState({ palette: true })}
      >
        <Search size={16} aria-hidden />
      </button>
      <ThemeMenu />
      <LanguageButton />
      <button
        type="button"
        className="button icon"
        aria-label={t.shell.help}
        title={`${t.shell.help} (?)`}
        onClick={() => uiStore.setState({ help: true })}
      >
        <CircleHelp size={16} aria-hidden />
      </button>
    </>
  );
}

function PresentButton() {
  const t = useText();
  const on = useUi((s) => s.present);
  return (
    <button type="button" className="button" aria-pressed={on} title={`${t.shell.present} (⇧P)`} onClick={present}>
      {t.shell.present}
    </button>
  );
}

export function Logo() {
  return (
    <svg className="app-logo" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
      <path
        d="M3 14h16M6 14V7M11 14V4M16 14V7"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        fill="none"
      />
      <circle cx="11" cy="18" r="2" fill="var(--arp)" />
    </svg>
  );
}

/** The title of the scene that is open, in the page's language, until its menu is there. */
function SceneTitle({ small }: { readonly small: boolean }) {
  const language = useLanguage();
  const scene = useScene();
  if (scene === null || small) return null;
  return <span className="button scene-button">{scene.title[language]}</span>;
}

function ThemeMenu() {
  const t = useText();
  const entries = useThemes();
  return (
    <MenuButton className="button icon" label={t.shell.theme} entries={entries}>
      <Contrast size={16} aria-hidden />
    </MenuButton>
  );
}

function LanguageButton() {
  const t = useText();
  const other = otherLanguage(useLanguage());
  return (
    <button
      type="button"
      className="button language-button"
      lang={other === "zh" ? "zh-CN" : "en"}
      aria-label={t.shell.languageLabel}
      onClick={() => speakFromNow(other)}
    >
      {t.shell.language}
    </button>
  );
}

/** "Ping nginx-1 → nginx-2 ▾": the first action of the scene, and a menu of the others. */
export function ActionButton() {
  const t = useText();
  const language = useLanguage();
  const scene = useScene();
  const main = scene?.actions[0];
  const busy = useWorld((s) => main !== undefined && (nodeByName(s.nodes, main.node)?.busy ?? true));
  if (scene === null || main === undefined) return <span className="button primary placeholder" aria-hidden="true" />;
  const entries = scene.actions.map((action) => ({
    id: `${action.node} ${action.line}`,
    label: action.title[language],
    run: () => runAction(action),
  }));
  return (
    <div className="split-button">
      <button
        type="button"
        className="button primary"
        data-testid="main-action"
        aria-disabled={busy}
        title={`${action(main)} (P)`}
        onClick={() => runAction(main)}
      >
        {main.title[language]}
      </button>
      <MenuButton className="button primary" label={t.shell.more} heading={t.shell.actions} entries={entries}>
        <ChevronDown size={15} aria-hidden />
      </MenuButton>
    </div>
  );
}

/** The action as somebody would type it. */
function action({ node, line }: { readonly node: string; readonly line: string }): string {
  return `${node}: ${line}`;
}
