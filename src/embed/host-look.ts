// How the page around a figure looks: light or dark, and its language. Followed while there is a figure.

/** What generators of documentation write onto <html> or <body> about the theme. */
const THEME_MARKS = ["data-theme", "data-md-color-scheme", "data-bs-theme", "data-color-mode"] as const;
const DARK = /dark|slate|night|black/i;
const LIGHT = /light|default|day|white/i;

/** A page that has had the class "dark" once says by its absence that it is light. */
let marksDark = false;

/** The theme that the page itself shows. */
export function hostTheme(): "light" | "dark" {
  const { documentElement: html, body } = document;
  for (const element of [html, body]) {
    if (element.classList.contains("dark")) {
      marksDark = true;
      return "dark";
    }
    for (const name of THEME_MARKS) {
      const value = element.getAttribute(name) ?? "";
      if (DARK.test(value)) return "dark";
      if (LIGHT.test(value)) return "light";
    }
  }
  if (marksDark) return "light";
  return (
    groundTheme(body) ?? groundTheme(html) ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")
  );
}

/** By the brightness of what the text stands on; null where nothing is painted. */
function groundTheme(element: Element): "light" | "dark" | null {
  const [red, green, blue, alpha] = (getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
  if (red === undefined || green === undefined || blue === undefined || alpha === 0) return null;
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
}

/** Chinese where the element, or the text around it, is; else English. */
export function hostLanguage(element: Element): "en" | "zh" {
  const lang = element.closest("[lang]")?.getAttribute("lang") ?? navigator.language;
  return /^zh\b/i.test(lang) ? "zh" : "en";
}

/** Calls back whenever the page may look otherwise. Returns how to stop. */
export function watchHost(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const attributeFilter = ["class", "lang", "style", ...THEME_MARKS];
  for (const element of [document.documentElement, document.body]) observer.observe(element, { attributeFilter });
  const night = matchMedia("(prefers-color-scheme: dark)");
  night.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    night.removeEventListener("change", changed);
  };
}
