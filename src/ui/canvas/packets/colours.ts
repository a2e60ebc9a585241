/** The theme's colours for a canvas, which knows no custom properties. Read again when the theme changes. */
import { Look } from "../../motion/look.ts";
import { LARGE } from "../levels.ts";

export interface Palette {
  readonly fill: readonly string[];
  readonly on: readonly string[];
  /** Around what is in a tunnel. */
  readonly parcel: string;
  readonly paper: string;
  readonly ink: string;
  readonly faint: string;
  readonly drop: string;
  readonly focus: string;
  readonly inverse: string;
  readonly onInverse: string;
  /** How much larger words are than usual, where a whole class reads them; 1 when left out. */
  readonly large?: number;
  readonly fontUi: string;
  readonly fontMono: string;
}

/** Names of the looks' colours in the theme. */
export const LOOK_COLOURS: Readonly<Record<Look, string>> = {
  [Look.OTHER]: "other",
  [Look.ARP_REQUEST]: "arp",
  [Look.ARP_REPLY]: "arp",
  [Look.ICMP_REQUEST]: "icmp",
  [Look.ICMP_REPLY]: "icmp",
  [Look.ICMP_ERROR]: "drop",
  [Look.TCP]: "tcp",
  [Look.UDP]: "udp",
  [Look.DNS]: "udp",
};

let palette: Palette | null = null;

export function colours(): Palette {
  palette ??= readPalette();
  return palette;
}

/** Forgets the colours whenever the page changes its theme. Returns how to stop. */
export function watchTheme(changed: () => void): () => void {
  const forget = () => {
    palette = null;
    changed();
  };
  const observer = new MutationObserver(forget);
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-theme", "data-large", "class", "style"],
  });
  return () => observer.disconnect();
}

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const looks = Object.values(Look);
  return {
    fill: looks.map((look) => value(LOOK_COLOURS[look])),
    on: looks.map((look) => value(`on-${LOOK_COLOURS[look]}`)),
    parcel: value("vxlan"),
    paper: value("raised"),
    ink: value("ink"),
    faint: value("faint"),
    drop: value("drop"),
    focus: value("focus"),
    inverse: value("inverse"),
    onInverse: value("on-inverse"),
    large: "large" in document.documentElement.dataset ? LARGE : 1,
    fontUi: value("font-ui"),
    fontMono: value("font-mono"),
  };
}
