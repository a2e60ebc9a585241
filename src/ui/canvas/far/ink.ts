import { LARGE } from "../levels.ts";

/** The theme's colours and typefaces for what the canvas draws of the drawing itself. */
export interface Ink {
  readonly ground: string;
  readonly paper: string;
  readonly raised: string;
  readonly sunk: string;
  readonly line: string;
  readonly edge: string;
  /** Of a card that is too small for words. */
  readonly tint: string;
  readonly wire: string;
  readonly quiet: string;
  readonly ink: string;
  readonly soft: string;
  readonly faint: string;
  readonly accent: string;
  readonly accentLine: string;
  readonly accentPaper: string;
  readonly accentInk: string;
  readonly inverse: string;
  readonly onInverse: string;
  readonly focus: string;
  readonly drop: string;
  readonly vxlan: string;
  readonly ui: string;
  readonly mono: string;
  /** How much larger type is than usual: more than 1 while presenting. */
  readonly large: number;
}

/** Reads them from the page's custom properties. */
export function readInk(): Ink {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const mixed = (name: string, percent: number, ground: string) =>
    `color-mix(in srgb, ${value(name)} ${percent}%, ${value(ground)})`;
  return {
    ground: value("ground"),
    paper: value("paper"),
    raised: value("raised"),
    sunk: value("sunk"),
    line: value("line"),
    edge: mixed("wire", 46, "paper"),
    tint: mixed("wire", 20, "paper"),
    wire: value("wire"),
    quiet: mixed("wire", 40, "paper"),
    ink: value("ink"),
    soft: value("soft"),
    faint: value("faint"),
    accent: value("accent"),
    accentLine: value("accent-line"),
    accentPaper: value("accent-paper"),
    accentInk: value("accent-ink"),
    inverse: value("inverse"),
    onInverse: value("on-inverse"),
    focus: value("focus"),
    drop: value("drop"),
    vxlan: value("vxlan"),
    ui: value("font-ui"),
    mono: value("font-mono"),
    large: "large" in document.documentElement.dataset ? LARGE : 1,
  };
}
