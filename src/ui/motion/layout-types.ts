/** Where everything is drawn. Boxes are in the canvas's own coordinates. */
import type { DevId, NodeId, NodeKind } from "../../protocol/view.ts";
import type { Point, Rect } from "./geometry.ts";

export interface MachineBox {
  readonly id: NodeId;
  readonly kind: NodeKind;
  readonly rect: Rect;
  /** Where its own stack stands, for a machine that is drawn open; null for a plain card. */
  readonly stack: Rect | null;
  /** What a position set by hand is relative to, for what stands inside. */
  readonly origin: Point;
}

/** How a container stands: plugged into a bridge, by a cable of its own to the host's stack, on the ground without a cable, on its owner's card, in the host's stack. */
export type Stand = "bridge" | "routed" | "ground" | "shared" | "host";

export interface ContainerBox {
  readonly id: NodeId;
  readonly machine: NodeId;
  readonly stand: Stand;
  readonly rect: Rect;
  /** Bridge that it is plugged into; null unless `stand` is "bridge". */
  readonly bridge: DevId | null;
}

export interface BridgeBox {
  readonly dev: DevId;
  readonly machine: NodeId;
  readonly rect: Rect;
  /** Where frames run from port to port. */
  readonly bus_y: number;
  /** Where the bridge's own interface leaves towards the host's stack. */
  readonly drop: Point;
  /** Its table; null for a bridge that nothing is plugged into while others are in use. */
  readonly fdb: Rect | null;
  /** Everything that belongs to the bridge: where a container dropped is plugged in. */
  readonly area: Rect;
}

/** A tunnel device of a host: what goes in is wrapped, what comes out was unwrapped. */
export interface GateBox {
  readonly dev: DevId;
  readonly machine: NodeId;
  readonly kind: "vxlan" | "ipip";
  readonly rect: Rect;
  /** The bridge that it is a port of. */
  readonly master: DevId | null;
}

/** Two tunnel devices of which at least one knows the other's host. */
export interface Tube {
  readonly id: string;
  readonly a: DevId;
  readonly b: DevId;
  /** VXLAN's number; null for IPIP. */
  readonly vni: number | null;
  /** Each knows the other. */
  readonly mutual: boolean;
  readonly points: readonly Point[];
  /** Where its name stands. */
  readonly label: Point;
}

/**
 * "up": a bridge's own interface to its host's stack; "uplink": from the stack to a NIC; "gateIn": from the stack or a bridge
 * to a tunnel device; "gateOut": from there to the NIC or back to the stack. `b` is -1 for those. */
export type WireKind = "veth" | "cable" | "up" | "uplink" | "gateIn" | "gateOut";

export interface Wire {
  readonly id: string;
  readonly kind: WireKind;
  readonly a: DevId;
  readonly b: DevId;
  readonly points: readonly Point[];
  /**
   * How far the label at end b stands above it, so that neighbours' labels don't meet (those that are raised stand left of
   * their line); -1 when there is no room.
   */
  readonly labelRise: number;
  /** How far the label at end a stands below its place, for a card with several interfaces. */
  readonly labelDrop: number;
}

/** Which place a container has at its bridge (or on the ground, key -1). Kept so that nobody moves when another comes or goes. */
export type Slots = ReadonlyMap<NodeId, { readonly bridge: DevId; readonly slot: number }>;

export interface Layout {
  readonly machines: ReadonlyMap<NodeId, MachineBox>;
  readonly containers: ReadonlyMap<NodeId, ContainerBox>;
  readonly bridges: ReadonlyMap<DevId, BridgeBox>;
  readonly gates: ReadonlyMap<DevId, GateBox>;
  readonly tubes: readonly Tube[];
  /** Where a device is drawn. */
  readonly pads: ReadonlyMap<DevId, Point>;
  /** The bridge of each port. */
  readonly masters: ReadonlyMap<DevId, DevId>;
  readonly owners: ReadonlyMap<DevId, NodeId>;
  readonly wires: readonly Wire[];
  /** The wire that hangs on a device. */
  readonly wireOf: ReadonlyMap<DevId, Wire>;
  readonly bounds: Rect;
  readonly slots: Slots;
}

export interface LayoutOptions {
  /** What was drawn before: its slots are kept. */
  readonly previous: Layout | null;
  /** Positions set by hand: a host's origin, another machine's top left corner, a container's relative to its host's origin. */
  readonly placed: Readonly<Record<NodeId, Point>>;
  /** Containers whose tables stay open. */
  readonly open: ReadonlySet<NodeId>;
  /** The window is narrow: fewer cards stand side by side. */
  readonly narrow?: boolean;
  /** The card that is in somebody's hand: its host doesn't grow after it. */
  readonly dragged?: NodeId | null;
}

/** What a host's drawing needs to know beside itself: how many hosts there are. */
export interface HostOptions extends LayoutOptions {
  readonly hosts: number;
}
