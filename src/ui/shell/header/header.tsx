import { ChevronDown } from "lucide-react";
import { useLanguage, useText } from "../../../i18n/text.ts";
import { lazyAfterOpen } from "../../controls/after-open.ts";
import { MenuButton } from "../../controls/menu-button.tsx";
import { useScene, useWorld } from "../../store/stores.ts";
import { nodeByName, runAction } from "../actions.ts";
import { Extra } from "../room.tsx";
import type { Viewport } from "../viewport.ts";

const SceneMenu = lazyAfterOpen(async () => (await import("./scene-menu.tsx")).SceneMenu);
const HeaderTools = lazyAfterOpen(async () => (await import("./header-tools.tsx")).HeaderTools);
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
      <Extra>
        <HeaderTools viewport={viewport} />
      </Extra>
      <ActionButton />
    </header>
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
