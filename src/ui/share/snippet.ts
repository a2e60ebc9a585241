// The text that puts a figure into somebody's page, and the address of the figure. Pure.
import { EMBED_PANELS, type EmbedPanel, type EmbedTheme } from "../embed/params.ts";
import type { Lock } from "../store/locks.ts";

export interface Choice {
  readonly begin: "moment" | "scene" | "lesson";
  readonly autoplay: boolean;
  readonly click: boolean;
  readonly panels: readonly EmbedPanel[];
  readonly lock: readonly Lock[];
  readonly theme: EmbedTheme;
  readonly language: "auto" | "en" | "zh";
  readonly speed: number;
  /** A node that is opened, by its name; null for none. */
  readonly focus: string | null;
  readonly height_px: number;
  readonly form: "iframe" | "element";
}

export const FIRST_CHOICE: Choice = {
  begin: "moment",
  autoplay: false,
  click: false,
  panels: EMBED_PANELS,
  lock: [],
  theme: "auto",
  language: "auto",
  speed: 1,
  focus: null,
  height_px: 420,
  form: "iframe",
};

export interface Figure {
  /** Where the playground lies: an address that ends in "/" or in a file's name. */
  readonly site: string;
  /** The scene's name; null for one that the page has not of its own. */
  readonly scene: string | null;
  /** The lesson of the page's own that is open, and its step from 1; null for none. */
  readonly lesson: { readonly id: string; readonly step: number } | null;
  /** The state of this moment (links/codec.ts). */
  readonly state: string;
  readonly title: string;
}

/** Settings in the order of the documentation; what is as usual is left out. */
function settings(choice: Choice, { scene, lesson: open }: Figure): [string, string][] {
  const lesson = choice.begin === "lesson" ? open : null;
  const panels = choice.panels.join(",");
  const all: [string, string | null][] = [
    ["scene", lesson === null ? scene : null],
    ["lesson", lesson?.id ?? null],
    ["step", lesson === null || lesson.step === 1 ? null : String(lesson.step)],
    ["panels", panels === EMBED_PANELS.join(",") || panels === "" ? null : panels],
    ["lock", choice.lock.length === 0 ? null : choice.lock.join(",")],
    ["autoplay", choice.autoplay ? "1" : null],
    ["speed", choice.speed === 1 ? null : String(choice.speed)],
    ["load", choice.click ? "click" : null],
    ["focus", choice.focus],
    ["theme", choice.theme === "auto" ? null : choice.theme],
    ["lang", choice.language === "auto" ? null : choice.language],
  ];
  return all.filter((one): one is [string, string] => one[1] !== null);
}

/** Whether the state has to go along: the page doesn't know the scene, or the figure begins at this moment. */
function hasState(choice: Choice, figure: Figure): boolean {
  if (choice.begin === "lesson" && figure.lesson !== null) return false;
  return choice.begin === "moment" || figure.scene === null;
}

/** The figure's address. */
export function figureAddress(choice: Choice, figure: Figure): string {
  const url = new URL(figure.site);
  url.search = "?embed=1";
  for (const [name, value] of settings(choice, figure)) url.searchParams.set(name, value);
  url.hash = hasState(choice, figure) ? `s=${figure.state}` : "";
  // Commas may stand in an address, and are easier to read there.
  return url.href.replaceAll("%2C", ",");
}

/** The text for somebody's page. */
export function snippet(choice: Choice, figure: Figure): string {
  return choice.form === "iframe" ? frame(choice, figure) : customElement(choice, figure);
}

function frame(choice: Choice, figure: Figure): string {
  return `<iframe src="${escaped(figureAddress(choice, figure))}"
  title="${escaped(figure.title)}" width="100%" height="${choice.height_px}"
  style="border: 0" loading="lazy" allow="clipboard-write; fullscreen"></iframe>`;
}

function customElement(choice: Choice, figure: Figure): string {
  const script = new URL("v1/embed.js", figure.site).href;
  const attributes = settings(choice, figure).map(([name, value]) =>
    value === "1" ? name : `${name}="${escaped(value)}"`,
  );
  if (hasState(choice, figure)) attributes.push(`state="${figure.state}"`);
  if (choice.height_px !== FIRST_CHOICE.height_px) attributes.push(`height="${choice.height_px}"`);
  return `<script src="${escaped(script)}" defer></script>
<docker0-playground ${attributes.join(" ")}></docker0-playground>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
