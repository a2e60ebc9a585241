// Puts the chosen theme on <html data-theme>: "light" or "dark", following the system where nobody chose.
import { prefsStore } from "../store/prefs.ts";

/** Applies the theme now, and whenever the choice or the system's wish changes. */
export function followTheme(): void {
  const night = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const { theme } = prefsStore.getState();
    document.documentElement.dataset.theme = theme === "system" ? (night.matches ? "dark" : "light") : theme;
  };
  apply();
  night.addEventListener("change", apply);
  prefsStore.subscribe(apply);
}
