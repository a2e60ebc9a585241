/** What a step points at: rings around nodes and devices of the drawing, and the camera. */
import type { Camera, FrameProtocol, Highlight } from "../../protocol/lesson.ts";
import type { DevId, NodeId } from "../../protocol/view.ts";
import { drawingStore, followSubject } from "../canvas/drawing.ts";
import { marked, PARCELS } from "../canvas/packets/marked.ts";
import type { Rect } from "../motion/geometry.ts";
import { Look } from "../motion/look.ts";
import { nodeByName } from "../shell/actions.ts";
import { worldStore } from "../store/stores.ts";
import { lessonStore, type OpenLesson, stepOf } from "./lesson-store.ts";

/** Points at what the open step names, from now on. Returns how to stop. */
export function followSpotlight(): () => void {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  let shown = "";
  let seen = "";
  const follow = () => {
    const { open } = lessonStore.getState();
    const rules = rulesFor(highlightOf(open));
    if (rules !== shown) sheet.replaceSync(rules);
    shown = rules;
    marked.looks = looksOf(highlightOf(open).packets ?? []);
    const key = open === null ? "" : `${open.lesson.id} ${open.opened_ms} ${open.at}`;
    if (key !== seen && open !== null && drawingStore.getState().layout.machines.size > 0) {
      seen = key;
      lookAt(cameraOf(open));
    }
  };
  const stops = [lessonStore.subscribe(follow), drawingStore.subscribe(follow)];
  follow();
  return () => {
    for (const stop of stops) stop();
    followSubject(null);
    marked.looks = 0;
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  };
}

function highlightOf(open: OpenLesson | null): Highlight {
  if (open === null) return {};
  return (open.lesson.kind === "puzzle" ? open.lesson.highlight : stepOf(open)?.highlight) ?? {};
}

function cameraOf(open: OpenLesson): Camera | undefined {
  return open.lesson.kind === "puzzle" ? open.lesson.camera : stepOf(open)?.camera;
}

/** The device that a lesson calls "hostA:docker0", or undefined. */
function deviceByName(place: string): { readonly dev: DevId; readonly node: NodeId } | undefined {
  const { nodes } = worldStore.getState();
  const [name = "", device = ""] = place.split(":");
  const named = nodeByName(nodes, name);
  const owner = named === undefined ? undefined : (nodes[named.netnsOwner] ?? named);
  const link = owner?.links.find((one) => one.name === device);
  return link === undefined || owner === undefined ? undefined : { dev: link.dev, node: owner.id };
}

/** A style sheet: the drawing itself stays as it is. Marks nothing where there is no such thing. */
function rulesFor({ nodes = [], devices = [] }: Highlight): string {
  const world = worldStore.getState().nodes;
  const { layout } = drawingStore.getState();
  const cards = nodes.flatMap((name) => {
    const id = nodeByName(world, name)?.id;
    if (id === undefined) return [];
    return [`[data-id=${JSON.stringify(`${layout.containers.has(id) ? "container" : "machine"} ${id}`)}]`];
  });
  const found = devices.flatMap((place) => deviceByName(place) ?? []);
  const bars = found.filter(({ dev }) => layout.bridges.has(dev) || layout.gates.has(dev));
  const wires = found.flatMap(({ dev }) => layout.wires.filter(({ a, b }) => a === dev || b === dev));
  const boxes = [
    ...cards,
    ...bars.map(({ dev }) => `[data-id="${layout.bridges.has(dev) ? "bridge" : "gate"} ${dev}"]`),
  ];
  const lines = wires.map(({ id }) => `[data-wire=${JSON.stringify(id)}] .wire`);
  const box = boxes.map((one) => `.react-flow__node${one}`).join(",");
  const ring = "outline:3px solid var(--spot);outline-offset:4px;border-radius:12px;";
  return [
    box === "" ? "" : `${box}{${ring}}`,
    lines.length === 0 ? "" : `${lines.join(",")}{stroke:var(--spot);stroke-width:4px;}`,
  ].join("\n");
}

const bit = (...looks: readonly number[]): number => looks.reduce((sum, look) => sum | (1 << look), 0);
const DATAGRAMS = bit(Look.UDP, Look.DNS);
const ICMP = bit(Look.ICMP_REQUEST, Look.ICMP_REPLY, Look.ICMP_ERROR);
const ARP = bit(Look.ARP_REQUEST, Look.ARP_REPLY);
const IP = ICMP | DATAGRAMS | bit(Look.TCP);

/** What tokens of a protocol look like. */
const LOOKS: Readonly<Record<FrameProtocol, number>> = {
  eth: ARP | IP | bit(Look.OTHER),
  arp: ARP,
  ip: IP,
  icmp: ICMP,
  udp: DATAGRAMS,
  tcp: bit(Look.TCP),
  dns: bit(Look.DNS),
  vxlan: PARCELS,
  ipip: PARCELS,
};

function looksOf(protocols: readonly FrameProtocol[]): number {
  return protocols.reduce((looks, protocol) => looks | LOOKS[protocol], 0);
}

/** Nodes as large as they fit, with a little room around them; where a step says nothing, what is shown stays. */
function lookAt(camera: Camera | undefined): void {
  if (camera === undefined) return;
  followSubject(camera === "all" ? null : () => boundsOf(camera.nodes));
}

function boundsOf(names: readonly string[]): Rect | null {
  const rects = names.flatMap(rectOf);
  return rects.length === 0 ? null : withRoom(rects.reduce(around));
}

/** A container with the bridge that it hangs on; a machine whole. */
function rectOf(name: string): Rect[] {
  const { layout } = drawingStore.getState();
  const id = nodeByName(worldStore.getState().nodes, name)?.id ?? "";
  const box = layout.containers.get(id);
  if (box === undefined) {
    const machine = layout.machines.get(id);
    return machine === undefined ? [] : [machine.rect];
  }
  const bar = box.bridge === null ? undefined : layout.bridges.get(box.bridge);
  return bar === undefined ? [box.rect] : [around(box.rect, bar.fdb === null ? bar.rect : around(bar.rect, bar.fdb))];
}

function around(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

const ROOM = 28;

function withRoom({ x, y, width, height }: Rect): Rect {
  return { x: x - ROOM, y: y - ROOM, width: width + 2 * ROOM, height: height + 2 * ROOM };
}
