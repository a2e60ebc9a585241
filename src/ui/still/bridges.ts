// Bridges of a still picture with their ports and tables. They look as in canvas/nodes.
import { SECOND_NS } from "../../base/time.ts";
import type { DevId, FdbView, LinkView } from "../../protocol/view.ts";
import { type Rect, right } from "../motion/geometry.ts";
import type { BridgeBox } from "../motion/layout-types.ts";
import { FDB_ROW, FDB_ROWS } from "../motion/measures.ts";
import { type Brush, box, group, word } from "./brush.ts";
import { lit } from "./parts.ts";
import { cut, element, widthOf } from "./svg.ts";
import { mix } from "./theme-colours.ts";

export function bridge(b: Brush, bar: BridgeBox): string {
  const link = b.link(bar.dev);
  if (link === undefined) return "";
  const { rect } = bar;
  const ports = [...b.layout.masters].filter(([, master]) => master === bar.dev).map(([port]) => port);
  return group([
    box(rect, 11, {
      fill: b.colour(link.up ? "accent-paper" : "sunk"),
      stroke: b.colour("accent-line"),
      "stroke-dasharray": link.up ? undefined : "4 3",
    }),
    bus(b, bar, ports),
    ...ports.map((port) => portMark(b, port, rect)),
    plug(bar.drop.x, rect.y + rect.height, b.colour("paper"), b.colour("accent-line")),
    names(b, link, bar),
    bar.fdb === null ? "" : table(b, link, bar.fdb),
  ]);
}

/** The line inside on which frames run from port to port. */
function bus(b: Brush, { rect, bus_y, drop }: BridgeBox, ports: readonly DevId[]): string {
  const pads = ports.flatMap((port) => b.layout.pads.get(port) ?? []);
  const xs = [...pads.map((pad) => pad.x), drop.x];
  const line = { fill: "none", stroke: b.colour("accent-line") };
  const ways = pads.map((pad) => `M${pad.x} ${pad.y > rect.y + 1 ? rect.y + rect.height : rect.y}V${bus_y}`);
  const d = `M${Math.min(...xs)} ${bus_y}H${Math.max(...xs)}${ways.join("")}`;
  const own = `M${drop.x} ${bus_y}V${rect.y + rect.height}`;
  return (
    element("path", { d, ...line, "stroke-width": 1.5 }) +
    element("path", { d: own, ...line, "stroke-width": 2, "stroke-dasharray": "1.5 4" })
  );
}

function portMark(b: Brush, port: DevId, rect: Rect): string {
  const link = b.link(port);
  const pad = b.layout.pads.get(port);
  if (link === undefined || pad === undefined) return "";
  const y = pad.y > rect.y + 1 ? rect.y + rect.height : rect.y;
  if (link.up && link.carrier) return plug(pad.x, y, b.colour("accent"), undefined);
  return plug(pad.x, y, b.colour("paper"), b.colour("faint"));
}

function plug(x: number, y: number, fill: string, stroke: string | undefined): string {
  const line = stroke === undefined ? {} : { stroke, "stroke-width": 1.5 };
  return box({ x: x - 8.5, y: y - 4.5, width: 17, height: 9 }, 2.5, { fill, ...line });
}

function names(b: Brush, link: LinkView, { rect, fdb }: BridgeBox): string {
  const accent = b.colour("accent-ink");
  const first = link.addresses[0];
  const address = first === undefined ? "" : `${first.address}/${first.prefixLen}`;
  const name = { px: 13.5, bold: true, fill: accent };
  const small = { px: 11.5, mono: true, fill: mix(accent, 0.72, b.colour("paper")) };
  const x = rect.x + 46;
  const down = link.up ? "" : b.t.linkDown;
  if (fdb === null) {
    const below = [address, down].filter((text) => text !== "").join(" · ");
    return (
      word(b, link.name, x, rect.y + 30, { ...name, width: rect.width - 52 }) +
      word(b, below, x, rect.y + 47, { ...small, width: rect.width - 52 })
    );
  }
  const after_x = x + widthOf(link.name, name) + 11;
  const about = [address, link.mac].filter((text) => text !== "").join(" · ");
  const shown = cut(about, small, right(rect) - after_x - 12);
  const down_x = after_x + widthOf(shown, small) + 11;
  return (
    word(b, link.name, x, rect.y + 43, name) +
    word(b, shown, after_x, rect.y + 43, small) +
    word(b, down, down_x, rect.y + 43, { px: 11.5, fill: b.colour("danger") })
  );
}

function table(b: Brush, link: LinkView, rect: Rect): string {
  const rows = [...(link.fdb ?? [])].sort((x, y) => rank(x) - rank(y) || x.row - y.row);
  const faint = { px: 11, mono: true, fill: b.colour("faint") };
  const rows_y = rect.y + 27;
  const more_y = rows_y + Math.min(rows.length, FDB_ROWS) * FDB_ROW + 13;
  const rest = rows.length - FDB_ROWS;
  return group([
    box(rect, 11, { fill: b.colour("raised"), stroke: b.colour("line") }),
    word(b, b.t.fdb, rect.x + 12, rect.y + 21.5, { px: 11.5, bold: true, fill: b.colour("faint") }),
    ...rows.slice(0, FDB_ROWS).map((entry, i) => row(b, entry, rect, rows_y + i * FDB_ROW)),
    rest > 0 ? word(b, b.t.more(rest), rect.x + 12, more_y, faint) : "",
    rows.length === 0 ? word(b, b.t.fdbEmpty, rect.x + 12, more_y, faint) : "",
  ]);
}

function rank(entry: FdbView): number {
  return entry.isLocal ? 2 : entry.isStatic ? 1 : 0;
}

const MAC_WIDTH = 116;

function row(b: Brush, entry: FdbView, rect: Rect, y: number): string {
  const learned = !entry.isLocal && !entry.isStatic;
  const fresh = b.isFresh(entry.row);
  const fill = b.colour(fresh ? "mark-ink" : entry.isLocal ? "faint" : "soft");
  const mono = { px: 11, mono: true, fill };
  const at = { x: rect.x + 12, y, width: rect.width - 24 };
  const port = b.link(entry.dev)?.name ?? "?";
  const what = learned ? age(b, b.playhead_ns - entry.updated_ns) : entry.isLocal ? b.t.permanent : b.t.byHand;
  const room = at.width - MAC_WIDTH - widthOf(what, { px: 11 }) - 10;
  return group([
    fresh ? lit(b, at, y) : "",
    word(b, entry.mac, at.x, y + 13, mono),
    word(b, port, at.x + MAC_WIDTH + 4, y + 13, { ...mono, width: room }),
    word(b, what, at.x + at.width, y + 13, { px: 11, fill, anchor: "end" }),
  ]);
}

function age(b: Brush, age_ns: number): string {
  const age_s = Math.max(0, Math.floor(age_ns / SECOND_NS));
  return age_s < 100 ? b.t.seconds(age_s) : b.t.minutes(Math.floor(age_s / 60));
}
