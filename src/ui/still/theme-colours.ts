// The colours of a theme whichever one the page shows, read from the style sheet itself.

import { LOOK_COLOURS, type Palette } from "../canvas/packets/colours.ts";
import { Look } from "../motion/look.ts";
import themeSheet from "../theme/theme.css?raw";

/** A custom property of the theme, by its name without the dashes. */
export type Colour = (name: string) => string;
export type StillTheme = "light" | "dark";

const BLOCKS: Readonly<Record<StillTheme, readonly string[]>> = {
  light: [":root {"],
  dark: [":root {", ':root[data-theme="dark"] {'],
};

export function themeColours(theme: StillTheme): Colour {
  const values = new Map(BLOCKS[theme].flatMap((head) => propertiesOf(themeSheet, head)));
  return (name) => values.get(name) ?? "#808080";
}

/** Custom properties of the first block that begins with `head`. */
function propertiesOf(sheet: string, head: string): [string, string][] {
  const start = sheet.indexOf(head);
  if (start < 0) return [];
  const block = sheet.slice(start + head.length, sheet.indexOf("}", start));
  return [...block.matchAll(/--([a-z-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!.replace(/\s+/g, " ")]);
}

/** The colours of tokens. */
export function paletteOf(colour: Colour): Palette {
  const looks = Object.values(Look);
  return {
    fill: looks.map((look) => colour(LOOK_COLOURS[look])),
    on: looks.map((look) => colour(`on-${LOOK_COLOURS[look]}`)),
    parcel: colour("vxlan"),
    paper: colour("raised"),
    ink: colour("ink"),
    faint: colour("faint"),
    drop: colour("drop"),
    focus: colour("focus"),
    inverse: colour("inverse"),
    onInverse: colour("on-inverse"),
    fontUi: colour("font-ui"),
    fontMono: colour("font-mono"),
  };
}

/** `share` of colour `a` mixed with the rest of `b`; both as #rrggbb. CSS's color-mix in sRGB. */
export function mix(a: string, share: number, b: string): string {
  const parts = [1, 3, 5].map((at) => {
    const [x, y] = [Number.parseInt(a.slice(at, at + 2), 16), Number.parseInt(b.slice(at, at + 2), 16)];
    return Math.round(x * share + y * (1 - share))
      .toString(16)
      .padStart(2, "0");
  });
  return `#${parts.join("")}`;
}
