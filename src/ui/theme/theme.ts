// Puts the chosen theme on <html data-theme>: "light", "dark" or "projector", following the system where nobody chose; and
// large type, for a room that reads from afar, on <html data-large>. The projector's sheet is fetched when it is wanted.
import { prefsStore, type Theme } from "../store/prefs.ts";

const night = matchMedia("(prefers-color-scheme: dark)");
/** Fingers, more contrast, and colours that the system forces have a sheet of their own. */
const NEEDS_AIDS = "(pointer: coarse), (prefers-contrast: more), (forced-colors: active)";
let wish: Theme | null = null;
let presenting = false;

/** Applies the theme now, and whenever the choice or the system's wish changes. */
export function followTheme(): void {
  void apply();
  if (matchMedia(NEEDS_AIDS).matches) void import("./aids.css");
  night.addEventListener("change", () => void apply());
  prefsStore.subscribe(() => void apply());
}

/** Shows a theme for this visit in place of the one that is kept; null ends that. */
export function showTheme(theme: Theme | null): void {
  wish = theme;
  void apply();
}

/** Shows large type (18 px and more) in whichever theme; the projector's theme has it anyway. */
export function setLarge(on: boolean): void {
  presenting = on;
  void apply();
}

/** The last call wins, whatever was being fetched for an earlier one. */
let turn = 0;

async function apply(): Promise<void> {
  const mine = ++turn;
  const chosen = wish ?? prefsStore.getState().theme;
  const theme = chosen === "system" ? (night.matches ? "dark" : "light") : chosen;
  const large = presenting || theme === "projector";
  if (large) await import("./projector.css");
  if (mine !== turn) return;
  const { dataset } = document.documentElement;
  if (large) dataset.large = "";
  else delete dataset.large;
  dataset.theme = theme;
}
