import { Menu } from "@base-ui/react/menu";
import { Check, ChevronDown, CircleHelp, Contrast, RotateCcw } from "lucide-react";
import { speak, useLanguage, useText } from "../../i18n/text.ts";
import { setPrefs, THEMES, type Theme, usePrefs } from "../store/prefs.ts";
import { load } from "../store/session.ts";
import { useScene, useWorld } from "../store/stores.ts";
import { nodeByName, runAction } from "./actions.ts";
import { NowLine } from "./now-line.tsx";
import { uiStore } from "./ui-state.ts";
import type { Viewport } from "./viewport.ts";

/** Name, scene, what happens now, and the big button. */
export function Header({ viewport }: { readonly viewport: Viewport }) {
  const t = useText();
  return (
    <header className="app-header">
      <Logo />
      <h1 className="app-name">{t.shell.product}</h1>
      {viewport !== "small" && <SceneMenu />}
      {viewport === "wide" && <NowLine />}
      <span className="grow" />
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
      <ActionButton />
    </header>
  );
}

function Logo() {
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

/** The title of the scene that is open, in the page's language; opens what can be done with it. */
function SceneMenu() {
  const t = useText();
  const language = useLanguage();
  const scene = useScene();
  if (scene === null) return null;
  return (
    <Menu.Root>
      <Menu.Trigger className="button scene-button">
        {scene.title[language]}
        <ChevronDown size={14} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="start">
          <Menu.Popup className="menu-popup">
            <Menu.Item className="menu-item" onClick={() => void load(scene)}>
              <RotateCcw size={15} aria-hidden />
              {t.shell.startOver}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function ThemeMenu() {
  const t = useText();
  const theme = usePrefs((s) => s.theme);
  return (
    <Menu.Root>
      <Menu.Trigger className="button icon" aria-label={t.shell.theme} title={t.shell.theme}>
        <Contrast size={16} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end">
          <Menu.Popup className="menu-popup narrow">
            <Menu.RadioGroup value={theme} onValueChange={(value: Theme) => setPrefs({ theme: value })}>
              {THEMES.map((one) => (
                <Menu.RadioItem key={one} value={one} className="menu-item" closeOnClick>
                  <span className="menu-check">
                    <Menu.RadioItemIndicator>
                      <Check size={14} aria-hidden />
                    </Menu.RadioItemIndicator>
                  </span>
                  {t.shell.themes[one]}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function LanguageButton() {
  const t = useText();
  const language = useLanguage();
  const other = language === "en" ? "zh" : "en";
  const change = () => {
    setPrefs({ language: other });
    void speak(other);
  };
  return (
    <button
      type="button"
      className="button language-button"
      lang={other === "zh" ? "zh-CN" : "en"}
      aria-label={t.shell.languageLabel}
      onClick={change}
    >
      {t.shell.language}
    </button>
  );
}

/** "Ping nginx-1 → nginx-2 ▾": the first action of the scene, and a menu of the others. */
function ActionButton() {
  const t = useText();
  const language = useLanguage();
  const scene = useScene();
  const main = scene?.actions[0];
  const busy = useWorld((s) => main !== undefined && (nodeByName(s.nodes, main.node)?.busy ?? true));
  if (scene === null || main === undefined) return <span className="button primary placeholder" aria-hidden="true" />;
  return (
    <div className="split-button">
      <button
        type="button"
        className="button primary"
        data-testid="main-action"
        aria-disabled={busy}
        onClick={() => runAction(main)}
      >
        {main.title[language]}
      </button>
      <Menu.Root>
        <Menu.Trigger className="button primary" aria-label={t.shell.more}>
          <ChevronDown size={15} aria-hidden />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={6} align="end">
            <Menu.Popup className="menu-popup">
              <div className="menu-label">{t.shell.actions}</div>
              {scene.actions.map((action) => (
                <Menu.Item key={action.line + action.node} className="menu-item" onClick={() => runAction(action)}>
                  {action.title[language]}
                </Menu.Item>
              ))}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </div>
  );
}
