/** What is seen of a gesture: the thing that is dragged, the line of a ping, the bin, and what letting go would do. */
import { Trash2 } from "lucide-react";
import type { CanvasMenuText } from "../../../i18n/en/canvas-menu.ts";
import { useText } from "../../../i18n/text.ts";
import { centre, type Point } from "../../motion/geometry.ts";
import { worldStore } from "../../store/stores.ts";
import { useDrawing } from "../drawing.ts";
import { menuText, useMenuText } from "../menu/text.ts";
import { view } from "../view.ts";
import type { DropTarget } from "./drop-target.ts";
import { type Gesture, useGesture } from "./gesture-store.ts";
import "./gestures.css";
import type { Guide } from "./guides.ts";

export function DragLayer() {
  const gesture = useGesture((s) => s.gesture);
  const over = useGesture((s) => s.over);
  if (gesture === null) return null;
  return (
    <>
      {gesture.type === "card" && <Bin hot={over?.type === "bin"} />}
      {gesture.type === "card" && <Guides guides={gesture.guides} />}
      {gesture.type === "ping" && <PingLine gesture={gesture} over={over} />}
      {gesture.type === "image" && <Ghost name={gesture.image} at={gesture.at} />}
      {gesture.type === "network" && <Ghost name="bridge" at={gesture.at} />}
      {gesture.type === "host" && <HostGhost at={gesture.at} />}
      {over !== null && over.type !== "bin" && <Hint at={gesture.at} over={over} gesture={gesture} />}
    </>
  );
}

function Bin({ hot }: { hot: boolean }) {
  const t = useMenuText();
  return (
    <div className="bin" data-hot={hot || undefined}>
      <Trash2 size={16} aria-hidden="true" />
      {t.bin}
    </div>
  );
}

/** Helper lines, in screen size. */
function Guides({ guides }: { guides: readonly Guide[] }) {
  const [x, y, zoom] = view.transform();
  const place = (p: Point) => `${p.x * zoom + x} ${p.y * zoom + y}`;
  return (
    <svg className="guides" aria-hidden="true">
      {guides.map(({ from, to }) => (
        <path key={`${from.x} ${from.y} ${to.x}`} d={`M${place(from)}L${place(to)}`} />
      ))}
    </svg>
  );
}

function Ghost({ name, at }: { name: string; at: Point }) {
  return (
    <div className="ghost" style={{ transform: `translate(${at.x}px, ${at.y}px)` }}>
      <strong>{name}</strong>
    </div>
  );
}

function HostGhost({ at }: { at: Point }) {
  return <Ghost name={useText().networks.dockerHost} at={at} />;
}

/** A dashed line from the card to the pointer, or to the middle of whom it would ping. */
function PingLine({ gesture, over }: { gesture: Gesture & { type: "ping" }; over: DropTarget | null }) {
  const layout = useDrawing((s) => s.layout);
  const box = view.element?.getBoundingClientRect();
  const [x, y, zoom] = view.transform();
  const place = (p: Point) => ({ x: p.x * zoom + x, y: p.y * zoom + y });
  const rect = (id: string) => (layout.containers.get(id) ?? layout.machines.get(id))?.rect;
  const from = rect(gesture.from);
  const to = over?.type === "node" ? rect(over.id) : undefined;
  if (from === undefined || box === undefined) return null;
  const a = place({ x: from.x + from.width - 18, y: from.y + 18 });
  const pointer = { x: gesture.at.x - box.left, y: gesture.at.y - box.top };
  const isHost = over?.type === "node" && layout.machines.get(over.id)?.stack;
  const b = to === undefined || isHost ? pointer : place(centre(to));
  return (
    <svg className="ping-line" aria-hidden="true">
      <path d={`M${a.x} ${a.y}L${b.x} ${b.y}`} data-hot={to !== undefined || undefined} />
      <circle cx={b.x} cy={b.y} r="5" data-hot={to !== undefined || undefined} />
    </svg>
  );
}

function Hint({ at, over, gesture }: { at: Point; over: DropTarget; gesture: Gesture }) {
  const t = useText();
  return (
    <div className="drop-hint" style={{ transform: `translate(${at.x + 14}px, ${at.y + 18}px)` }}>
      {over.type === "lan" ? t.networks.dropHost : hintText(over, gesture, menuText())}
    </div>
  );
}

function hintText(over: DropTarget, gesture: Gesture, t: CanvasMenuText): string {
  const { nodes, devices } = worldStore.getState();
  if (over.type === "bridge") return t.dropBridge(devices.get(over.dev)?.link.name ?? "?");
  if (over.type === "stack") return t.dropHost;
  if (over.type === "ground") return gesture.type === "network" ? t.dropNetwork : t.dropGround;
  return over.type === "node" && gesture.type === "ping"
    ? `${t.dropPing(nodes[over.id]?.name ?? "?")} · ${t.shiftAsks}`
    : "";
}
