// The header's buttons for everything but the scene and its big button: fetched when the scene stands.
import { CircleHelp, Contrast, Search } from "lucide-react";
import { useLanguage, useText } from "../../../i18n/text.ts";
import { MenuButton } from "../../controls/menu-button.tsx";
import { present } from "../keys.ts";
import { uiStore, useUi } from "../ui-state.ts";
import type { Viewport } from "../viewport.ts";
import { otherLanguage, speakFromNow, useThemes } from "./liking.ts";
import { MoreMenu } from "./more-menu.tsx";

export function HeaderTools({ viewport }: { readonly viewport: Viewport }) {
  return (
    <>
      {viewport !== "small" && (
        <>
          <Opens what="lessons" keys="O" />
          {viewport === "wide" && <PresentButton />}
          <Opens what="share" keys="S" />
        </>
      )}
      {viewport === "wide" ? <WideButtons /> : <MoreMenu small={viewport === "small"} />}
    </>
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
