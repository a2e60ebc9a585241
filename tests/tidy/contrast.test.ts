import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (name: string) => readFileSync(new URL(`../../src/ui/theme/${name}`, import.meta.url), "utf8");
const sheet = read("theme.css");
const projectorSheet = read("projector.css");

type Colours = Readonly<Record<string, string>>;

/** The custom properties with a plain colour that a sheet sets under one selector. */
function coloursOf(css: string, selector: string): Colours {
  const start = css.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`no ${selector} in the sheet`);
  const block = css.slice(start, css.indexOf("}", start));
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

/** WCAG 2.2's relative luminance. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

/** What is written on what. */
const PAIRS: readonly (readonly [text: string, grounds: readonly string[]])[] = [
  ["ink", ["ground", "paper", "raised", "sunk", "accent-paper"]],
  ["soft", ["ground", "paper", "raised", "sunk"]],
  ["faint", ["ground", "paper", "raised", "sunk"]],
  ["accent-ink", ["paper", "raised", "accent-paper"]],
  ["on-accent", ["accent"]],
  ["on-inverse", ["inverse"]],
  ["mark-ink", ["mark"]],
  ["danger", ["paper", "raised"]],
  ["terminal-ink", ["terminal", "terminal-bar"]],
  ["terminal-faint", ["terminal", "terminal-bar"]],
  ["terminal-prompt", ["terminal", "terminal-bar"]],
  ["terminal-error", ["terminal"]],
  ...["arp", "icmp", "tcp", "udp", "vxlan", "drop", "other"].map((tone) => [`on-${tone}`, [tone]] as const),
];

const light = coloursOf(sheet, ":root");
const THEMES: Readonly<Record<string, { readonly colours: Colours; readonly least: number }>> = {
  light: { colours: light, least: 4.5 },
  dark: { colours: { ...light, ...coloursOf(sheet, ':root[data-theme="dark"]') }, least: 4.5 },
  projector: { colours: { ...light, ...coloursOf(projectorSheet, ':root[data-theme="projector"]') }, least: 7 },
};

describe.each(Object.entries(THEMES))("the %s theme", (_name, { colours, least }) => {
  it.each(PAIRS)(`writes %s at ${least}:1 or more`, (text, grounds) => {
    for (const ground of grounds) {
      expect(contrast(colours[text]!, colours[ground]!), `${text} on ${ground}`).toBeGreaterThanOrEqual(least);
    }
  });

  it("keeps lines, frames and focus at 3:1 or more from the ground", () => {
    for (const name of ["wire", "icmp", "drop", "focus", "accent"]) {
      expect(contrast(colours[name]!, colours.paper!), name).toBeGreaterThanOrEqual(3);
    }
  });
});
