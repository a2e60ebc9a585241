/** What a menu is about: what stands under the pointer, or has the focus. */
import type { DevId, NodeId } from "../../../protocol/view.ts";
import { contains, type Point } from "../../motion/geometry.ts";
import { worldStore } from "../../store/stores.ts";
import { drawingStore } from "../drawing.ts";
import { toDrawing, view } from "../view.ts";
import { wireTitle } from "../wires.tsx";

export type Target =
  | { readonly type: "node"; readonly id: NodeId }
  /** An interface, a port, a tunnel device or a bridge. */
  | { readonly type: "dev"; readonly dev: DevId }
  | { readonly type: "wire"; readonly id: string }
  | { readonly type: "ground"; readonly at: Point };

/** By the element itself; where it has none (the ground of a host, what one canvas draws) by the place. */
export function targetAt(element: Element | null, client: Point): Target {
  const dev = element?.closest("[data-dev]")?.getAttribute("data-dev");
  if (dev != null) return { type: "dev", dev: Number(dev) };
  const wire = element?.closest("[data-wire]")?.getAttribute("data-wire");
  if (wire != null) return { type: "wire", id: wire };
  const [, kind, id] = /^(\w+) (.+)$/.exec(element?.closest("[data-id]")?.getAttribute("data-id") ?? "") ?? [];
  if (id !== undefined && (kind === "container" || kind === "machine")) return { type: "node", id };
  if (id !== undefined) return { type: "dev", dev: Number(id) };
  return view.hit(client) ?? hostAt(client) ?? { type: "ground", at: client };
}

/** The host whose ground or stack lies there. */
function hostAt(client: Point): Target | null {
  const p = toDrawing(client);
  for (const box of drawingStore.getState().layout.machines.values()) {
    if (contains(box.rect, p)) return { type: "node", id: box.id };
  }
  return null;
}

/** Its name; null when it is no longer there. */
export function nameOfTarget(target: Target, ground: string): string | null {
  const { nodes, devices } = worldStore.getState();
  if (target.type === "node") return nodes[target.id]?.name ?? null;
  if (target.type === "dev") return devices.get(target.dev)?.link.name ?? null;
  if (target.type === "ground") return ground;
  const wire = drawingStore.getState().layout.wires.find(({ id }) => id === target.id);
  return wire === undefined ? null : wireTitle(wire);
}

/** The element that has it, to give the focus back to. */
export function elementOf(target: Target): HTMLElement | SVGElement | null {
  const find = (selector: string) => view.element?.querySelector<HTMLElement | SVGElement>(selector) ?? null;
  if (target.type === "ground") return null;
  if (target.type === "wire") return find(`[data-wire="${CSS.escape(target.id)}"]`);
  if (target.type === "dev") return find(`[data-id="bridge ${target.dev}"], [data-id="gate ${target.dev}"]`);
  const id = CSS.escape(target.id);
  return find(`[data-id="container ${id}"], [data-id="machine ${id}"]`);
}
