/**
 * Tunnel devices of a host, as gates: what the stack routes into one stands between the stack and the NIC; one that is a port
 * of a bridge hangs under the bar, and its wrapped frames go through the stack. Local coordinates of the host.
 */
import type { DevId, LinkView, NodeView } from "../../protocol/view.ts";
import { bottom, centre, type Point, type Rect, right } from "./geometry.ts";
import type { BridgeBox, GateBox, Wire } from "./layout-types.ts";
import * as M from "./measures.ts";

/** Gates that hang under bars, and how much room they take there. */
export interface Gates {
  readonly boxes: readonly GateBox[];
  readonly depthOf: ReadonlyMap<DevId, number>;
}

/** All gates of a host; their wires as soon as its card is known. */
export interface HostGates {
  readonly boxes: readonly GateBox[];
  readonly pads: readonly (readonly [DevId, Point])[];
  readonly wires: (host: Rect) => Wire[];
}

/** The tunnel devices that are in use: a fallback device such as tunl0 is there, down, as soon as its module is. */
export function tunnelsOf(machine: NodeView): LinkView[] {
  return machine.links.filter((link) => {
    if (link.kind !== "vxlan" && link.kind !== "ipip") return false;
    return link.kind === "vxlan" || link.up || link.addresses.length > 0;
  });
}

/** Where the first NIC stands below the stack; `past`: where the first gate does. */
export function nicX(machine: NodeView, past: boolean, stack: Rect = { x: 0, y: 0, width: 0, height: 0 }): number {
  const tunnels = tunnelsOf(machine).length;
  const x = tunnels > 0 ? stack.x + M.NIC_ASIDE : stack.x + stack.width * 0.3;
  const nics = machine.links.filter((link) => link.kind === "nic").length;
  return past ? x + Math.max(0, nics - 1) * M.NIC_STEP + M.GATE_ASIDE : x;
}

/** Gates that are ports: under their bars, from left to right. */
export function portGates(machine: NodeView, groups: readonly { bridge: LinkView | null; bar: Rect }[]): Gates {
  const boxes: GateBox[] = [];
  const depthOf = new Map<DevId, number>();
  for (const { bridge, bar } of groups) {
    const ports = tunnelsOf(machine).filter((link) => link.master !== null && link.master === bridge?.dev);
    ports.forEach((link, i) => {
      const x = bar.x + M.DROP_OFFSET + M.DROP_LANE + i * (M.GATE_WIDTH + M.GATE_GAP);
      boxes.push(gate(machine, link, x, bottom(bar) + M.PORT_GATE_DROP));
    });
    if (ports.length > 0) depthOf.set(bridge!.dev, M.PORT_GATE_DROP + M.GATE_HEIGHT);
  }
  return { boxes, depthOf };
}

function gate(machine: NodeView, link: LinkView, x: number, y: number): GateBox {
  const rect = { x, y, width: M.GATE_WIDTH, height: M.GATE_HEIGHT };
  return {
    dev: link.dev,
    machine: machine.id,
    kind: link.kind === "vxlan" ? "vxlan" : "ipip",
    rect,
    master: link.master,
  };
}

/** Those that hang, and the others in a row under the stack, right of the NICs. */
export function stackGates(machine: NodeView, stack: Rect, hanging: Gates, bars: readonly BridgeBox[]): HostGates {
  const hung = new Set(hanging.boxes.map((box) => box.dev));
  const free = tunnelsOf(machine).filter((link) => !hung.has(link.dev));
  const from = nicX(machine, true, stack);
  const below = free.map((link, i) =>
    gate(machine, link, from + i * (M.GATE_WIDTH + M.GATE_GAP), bottom(stack) + M.GATE_DROP),
  );
  const pads = [
    ...below.map((box): [DevId, Point] => [box.dev, centre(box.rect)]),
    ...hanging.boxes.map((box): [DevId, Point] => [
      box.dev,
      { x: centre(box.rect).x, y: box.rect.y - M.PORT_GATE_DROP },
    ]),
  ];
  const wires = (host: Rect) => [
    ...below.flatMap((box, i) => wiresBelow(machine, box, i, stack, host)),
    ...hanging.boxes.flatMap((box) => wiresUnder(box, bars, stack)),
  ];
  return { boxes: [...below, ...hanging.boxes], pads, wires };
}

/** Down from the stack into the gate, and out of it to the way of the NIC that its packets leave by. */
function wiresBelow(machine: NodeView, box: GateBox, nth: number, stack: Rect, host: Rect): Wire[] {
  const mid = centre(box.rect);
  const x = Math.min(mid.x, right(stack) - 12);
  const into = wire("gateIn", box.dev, [
    { x, y: bottom(stack) },
    { x: mid.x, y: box.rect.y },
  ]);
  const nics = machine.links.filter((link) => link.kind === "nic");
  if (nics.length === 0) return [into];
  const link = machine.links.find((one) => one.dev === box.dev)?.tunnel?.link ?? null;
  const nic = Math.max(
    0,
    nics.findIndex((one) => one.dev === link),
  );
  const nic_x = nicX(machine, false, stack) + nic * M.NIC_STEP;
  const level_y = bottom(box.rect) + 9 + 4 * nth;
  const out = [
    { x: mid.x, y: bottom(box.rect) },
    { x: mid.x, y: level_y },
    { x: nic_x, y: level_y },
    { x: nic_x, y: bottom(host) },
  ];
  return [into, wire("gateOut", box.dev, out)];
}

/** From the bar into the gate, and out of its left side down to the stack, past the bridge's table. */
function wiresUnder(box: GateBox, bars: readonly BridgeBox[], stack: Rect): Wire[] {
  const mid = centre(box.rect);
  const bar = bars.find((one) => one.dev === box.master);
  const lane_x = (bar?.drop.x ?? box.rect.x) + 10;
  const into = [
    { x: mid.x, y: box.rect.y - M.PORT_GATE_DROP },
    { x: mid.x, y: box.rect.y },
  ];
  const out = [
    { x: box.rect.x, y: mid.y },
    { x: lane_x, y: mid.y },
    { x: lane_x, y: stack.y },
  ];
  return [wire("gateIn", box.dev, into), wire("gateOut", box.dev, out)];
}

function wire(kind: "gateIn" | "gateOut", dev: DevId, points: readonly Point[]): Wire {
  return { id: `${kind}-${dev}`, kind, a: dev, b: -1, points, labelRise: 0, labelDrop: 0 };
}
