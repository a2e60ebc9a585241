// Small tables on cards of a still picture: neighbours, and a namespace opened to its parts. They look as in canvas/nodes.
import type { LinkView, NeighView, NodeView } from "../../protocol/view.ts";
import { menuText } from "../canvas/menu/text.ts";
import { countRules } from "../canvas/nodes/parts.tsx";
import { OPEN_ROWS_SHOWN, shownLinks, TABLE_ROW } from "../motion/measures.ts";
import { type Brush, box, group, word } from "./brush.ts";
import { element } from "./svg.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const ROW = { px: 11, mono: true } as const;
const HEAD = 18;

/** The ground of a row that has only just changed. */
export function lit(b: Brush, at: Place, y: number): string {
  return box({ x: at.x - 6, y, width: at.width + 12, height: TABLE_ROW }, 4, { fill: b.colour("mark") });
}

const STATE_COLOURS: Readonly<Record<string, string>> = {
  REACHABLE: "tcp",
  PERMANENT: "tcp",
  INCOMPLETE: "arp",
  PROBE: "arp",
  DELAY: "arp",
  FAILED: "drop",
};

function dot(b: Brush, x: number, y: number, state: string): string {
  const colour = STATE_COLOURS[state];
  const circle = { cx: x + 3, cy: y + 9, r: colour === undefined ? 2.25 : 3 };
  const hollow = { fill: "none", stroke: b.colour("faint"), "stroke-width": 1.5 };
  return element("circle", colour === undefined ? { ...circle, ...hollow } : { ...circle, fill: b.colour(colour) });
}

/** Height that `neighbours` takes. */
export function neighboursHeight(count: number, most: number): number {
  return Math.min(count, most + 1) * TABLE_ROW;
}

export function neighbours(b: Brush, entries: readonly NeighView[], most: number, at: Place): string {
  const rows = entries.slice(0, most).map((entry, i) => {
    const y = at.y + i * TABLE_ROW;
    const fresh = b.isFresh(entry.row);
    const fill = b.colour(fresh ? "mark-ink" : "soft");
    const value = { ...ROW, fill: fresh ? fill : b.colour("faint"), anchor: "end" as const };
    return group([
      fresh ? lit(b, at, y) : "",
      dot(b, at.x, y, entry.state),
      word(b, entry.address, at.x + 12, y + 13, { ...ROW, fill }),
      word(b, entry.state, at.x + at.width, y + 13, value),
    ]);
  });
  return group([...rows, more(b, entries.length - most, at, at.y + most * TABLE_ROW)]);
}

/** "+3 more", at the height of a row; nothing for nothing. */
function more(b: Brush, rest: number, at: Place, y: number): string {
  return rest > 0 ? word(b, b.t.more(rest), at.x, y + 13, { ...ROW, fill: b.colour("faint") }) : "";
}

/** Interfaces, lo, routes and the number of rules, one below the other. */
export function parts(b: Brush, node: NodeView, at: Place): string {
  const written: string[] = [];
  let y = at.y;
  const head = (text: string) => {
    written.push(word(b, text, at.x, y + 14, { px: 11, bold: true, fill: b.colour("faint") }));
    y += HEAD;
  };
  const row = (key: string, value: string, state: string | null) => {
    const indent = state === null ? 0 : 12;
    if (state !== null) written.push(dot(b, at.x, y, state));
    written.push(word(b, key, at.x + indent, y + 13, { ...ROW, fill: b.colour("soft") }));
    written.push(word(b, value, at.x + at.width, y + 13, { ...ROW, fill: b.colour("faint"), anchor: "end" }));
    y += TABLE_ROW;
  };
  const list = <T>(all: readonly T[], one: (item: T) => void) => {
    all.slice(0, OPEN_ROWS_SHOWN).forEach(one);
    if (all.length <= OPEN_ROWS_SHOWN) return;
    written.push(more(b, all.length - OPEN_ROWS_SHOWN, at, y));
    y += TABLE_ROW;
  };
  const face = (link: LinkView) => row(link.name, faceText(link), link.up && link.carrier ? "REACHABLE" : "FAILED");
  head(menuText().interfaces);
  list(shownLinks(node), face);
  node.links.filter((link) => link.kind === "loopback").forEach(face);
  head(b.t.routes);
  list(node.routes, (route) => row(route.destination, route.gateway ?? route.scope, route.linkdown ? "FAILED" : null));
  row("iptables", countRules(node.iptables) || menuText().noRules, null);
  return group(written);
}

function faceText({ addresses, mac }: LinkView): string {
  const first = addresses[0];
  return first === undefined ? mac : `${first.address}/${first.prefixLen}`;
}
