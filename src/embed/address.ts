// A figure's address from the element's attributes. Pure.

/** Attributes that are settings of the same name in the figure's address: docs/embedding.md. */
export const SETTINGS = [
  "scene",
  "lesson",
  "autoplay",
  "speed",
  "step",
  "at",
  "focus",
  "seed",
  "panels",
  "lock",
  "load",
  "assess",
] as const;

export interface Look {
  readonly theme: string;
  readonly lang: string;
}

/** `site` is where the playground lies, ending in "/"; `attribute` gives null for one that is not there. */
export function frameAddress(site: string, attribute: (name: string) => string | null, look: Look): string {
  const url = new URL(site);
  url.search = "";
  url.hash = "";
  url.searchParams.set("embed", "1");
  for (const name of SETTINGS) {
    const value = attribute(name);
    if (value !== null) url.searchParams.set(name, value === "" ? "1" : value);
  }
  url.searchParams.set("theme", look.theme);
  url.searchParams.set("lang", look.lang);
  const state = attribute("state");
  if (state) url.hash = `s=${state}`;
  return url.href;
}
