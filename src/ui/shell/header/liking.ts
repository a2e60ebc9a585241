// How somebody likes the page, as entries of a menu: theme and language.
import { type Language, speak, useText } from "../../../i18n/text.ts";
import type { MenuEntry } from "../../controls/menu-button.tsx";
import { setPrefs, THEMES, type Theme, usePrefs } from "../../store/prefs.ts";
import { showTheme } from "../../theme/theme.ts";

export function useThemes(): MenuEntry[] {
  const t = useText();
  const theme = usePrefs((s) => s.theme);
  return THEMES.map((one) => ({
    id: one,
    label: t.shell.themes[one],
    checked: one === theme,
    run: () => chooseTheme(one),
  }));
}

/** Shows a theme now and at later visits, in place of the one that the address asks for. */
export function chooseTheme(theme: Theme): void {
  setPrefs({ theme });
  showTheme(null);
}

export function otherLanguage(language: Language): Language {
  return language === "en" ? "zh" : "en";
}

/** Speaks a language now and at later visits. */
export function speakFromNow(language: Language): void {
  setPrefs({ language });
  void speak(language);
}
