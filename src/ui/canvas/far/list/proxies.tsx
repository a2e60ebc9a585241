/**
 * Containers and veths that a canvas draws, for the keyboard and for screen readers: two lists of which only the line that one
 * stands on and its neighbours are elements, each knowing its place among all. The view follows.
 */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { type Text, useText } from "../../../../i18n/text.ts";
import type { Rect } from "../../../motion/geometry.ts";
import { contains, union } from "../../../motion/geometry.ts";
import type { Layout } from "../../../motion/layout-types.ts";
import { worldStore } from "../../../store/stores.ts";
import { drawingStore, setFocused, useDrawing } from "../../drawing.ts";
import { openMenu } from "../../gestures/toolbar-store.ts";
import { containerLabel } from "../../nodes/container-card.tsx";
import { goTo, inView, view } from "../../view.ts";
import { wireLabel } from "../../wires.tsx";
import { ringStore } from "./ring.ts";
import { after, type Item, spell } from "./roving.ts";

export function Proxies() {
  const t = useText().canvas;
  const layout = useDrawing((s) => s.layout);
  return (
    <>
      <List label={t.farContainers(layout.containers.size)} items={containersOf(layout)} kind="container" />
      <List label={t.farLines} items={vethsOf(layout)} kind="veth" />
    </>
  );
}

const cached = new WeakMap<Layout, { containers: readonly Item[]; veths: readonly Item[] }>();

function itemsOf(layout: Layout) {
  let items = cached.get(layout);
  if (items === undefined) {
    const { nodes } = worldStore.getState();
    const containers = [...layout.containers.values()].map(({ id, rect }) => ({
      id,
      rect,
      name: nodes[id]?.name ?? "",
    }));
    const owner = (dev: number) => nodes[layout.owners.get(dev) ?? ""]?.name ?? "";
    const veths = layout.wires
      .filter((wire) => wire.kind === "veth")
      .map(({ id, points, a }) => ({ id, rect: rectOf(points.slice(-2)), name: owner(a) }));
    items = { containers, veths };
    cached.set(layout, items);
  }
  return items;
}

const containersOf = (layout: Layout) => itemsOf(layout).containers;
const vethsOf = (layout: Layout) => itemsOf(layout).veths;
const rectOf = (points: readonly { x: number; y: number }[]): Rect =>
  union(points.map((p) => ({ ...p, width: 1, height: 1 })));

type Kind = "container" | "veth";

function List({
  label,
  items,
  kind,
}: {
  readonly label: string;
  readonly items: readonly Item[];
  readonly kind: Kind;
}) {
  const t = useText().canvas;
  const [at, setAt] = useState(0);
  const now = Math.min(at, items.length - 1);
  const active = useRef<HTMLDivElement>(null);
  const inside = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the line that one stands on
  useEffect(() => {
    if (inside.current) active.current?.focus({ preventScroll: true });
  }, [now]);
  const shown = items.slice(Math.max(0, now - 1), now + 2);
  const enter = (i: number) => {
    inside.current = true;
    show(items[i]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = after(items, now, event.key) ?? spell(items, now, event.key, event.timeStamp);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    setAt(next);
    show(items[next]);
  };
  const onBlur = () => {
    inside.current = false;
    ringStore.setState({ rect: null });
  };
  return (
    <div className="far-list" role="listbox" aria-label={label} data-own-arrows onKeyDown={onKeyDown} onBlur={onBlur}>
      {shown.map((item) => {
        const i = items.indexOf(item);
        return (
          <div
            key={item.id}
            ref={i === now ? active : undefined}
            role="option"
            aria-selected={i === now}
            aria-posinset={i + 1}
            aria-setsize={items.length}
            tabIndex={i === now ? 0 : -1}
            data-id={kind === "container" ? `container ${item.id}` : undefined}
            data-wire={kind === "veth" ? item.id : undefined}
            onFocus={() => enter(i)}
            onKeyDown={kind === "veth" ? (event) => openWire(event, item.id) : undefined}
          >
            {nameOf(kind, item, t)}
          </div>
        );
      })}
    </div>
  );
}

function nameOf(kind: Kind, { id, name }: Item, t: Text["canvas"]): string {
  if (kind === "container") {
    const node = worldStore.getState().nodes[id];
    return node === undefined ? name : containerLabel(node, t);
  }
  const wire = drawingStore.getState().layout.wires.find((one) => one.id === id);
  return wire === undefined ? name : wireLabel(wire, t);
}

/** What Enter does on a container is the canvas's own affair. */
function openWire(event: KeyboardEvent, id: string): void {
  if (event.key !== "Enter" && event.key !== " ") return;
  event.preventDefault();
  event.stopPropagation();
  setFocused({ type: "wire", id });
  openMenu("actions");
}

/** Rings it, and brings it into the window. */
function show(item: Item | undefined): void {
  if (item === undefined) return;
  ringStore.setState({ rect: item.rect });
  const { x, y, width, height } = item.rect;
  if (!contains(inView(-20), { x: x + width / 2, y: y + height / 2 })) {
    drawingStore.setState({ following: false });
    goTo(item.rect, view.transform()[2]);
  }
}
