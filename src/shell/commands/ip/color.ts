/** The colours of -c: lib/color.c of iproute2, the palette for light backgrounds, which is used where COLORFGBG tells nothing. */

const COLORS = { ifname: 36, mac: 33, inet: 35, inet6: 34, up: 32, down: 31 } as const;

/** The text in its colour if -c was given, with the reset behind it. */
export function paint(options: { color: boolean }, what: keyof typeof COLORS, text: string): string {
  return options.color ? `\x1b[${COLORS[what]}m${text}\x1b[0m` : text;
}
