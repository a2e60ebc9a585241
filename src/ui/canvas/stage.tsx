/** React Flow, and the only module that knows it: pans, zooms, holds the cards where the layout puts them, drags them. */
import {
  type Node,
  type NodeProps,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStoreApi,
  ViewportPortal,
} from "reactflow";
import "./flow.css";
import { memo, type MouseEvent as ReactMouseEvent, type ReactNode, useEffect, useMemo } from "react";
import { useText } from "../../i18n/text.ts";
import type { DevId, NodeId } from "../../protocol/view.ts";
import type { Point, Rect } from "../motion/geometry.ts";
import type { Layout } from "../motion/layout-types.ts";
import { worldStore } from "../store/stores.ts";
import { drawingStore, setZoom, useDrawing } from "./drawing.ts";
import { type FarState, useFar } from "./far/far-store.ts";
import { BridgeBar } from "./nodes/bridge-bar.tsx";
import { ContainerCard, containerLabel } from "./nodes/container-card.tsx";
import { FdbCard } from "./nodes/fdb-card.tsx";
import { GateCard, gateLabel } from "./nodes/gate-card.tsx";
import { MachineCard, machineLabel } from "./nodes/machine-card.tsx";
import { MAX_ZOOM, MIN_ZOOM, view } from "./view.ts";

type CardData = { readonly node: NodeId; readonly dev: DevId };
type Card = Node<CardData>;

const nodeTypes = {
  machine: memo(({ data }: NodeProps<Card>) => <MachineCard id={data.node} />),
  bridge: memo(({ data }: NodeProps<Card>) => <BridgeBar dev={data.dev} />),
  fdb: memo(({ data }: NodeProps<Card>) => <FdbCard dev={data.dev} />),
  gate: memo(({ data }: NodeProps<Card>) => <GateCard dev={data.dev} />),
  container: memo(({ data }: NodeProps<Card>) => <ContainerCard id={data.node} />),
};

/** More cards than these: React Flow leaves out those that are not in the window. */
const LEAVE_OUT_FROM = 80;

export interface StageProps {
  /** A card was pressed. */
  readonly onPress: (node: NodeId, bridge: DevId | null) => void;
  /** Pressed where no element is, in client coordinates. */
  readonly onGround: (at: Point) => void;
  /** A card is being dragged: its new top left corner, and the pointer in client coordinates. */
  readonly onDrag: (node: NodeId, position: Point, pointer: Point) => void;
  readonly onDrop: (node: NodeId, pointer: Point) => void;
  /** What is drawn in the drawing's own coordinates, below the cards. */
  readonly children: ReactNode;
}

export function Stage(props: StageProps) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow({ onPress, onGround, onDrag, onDrop, children }: StageProps) {
  const t = useText().canvas;
  const layout = useDrawing((s) => s.layout);
  const many = useFar((s) => s.many);
  const near = useFar((s) => s.near);
  const nodes = useMemo(() => cardsOf(layout, t, { many, near }), [layout, t, many, near]);
  const spoken = useMemo(() => {
    const help = t.cardHelp;
    const config = { "node.a11yDescription.default": help, "node.a11yDescription.keyboardDisabled": help };
    return { ...config, "edge.a11yDescription.default": "" };
  }, [t]);
  useView();
  const drag = (event: ReactMouseEvent | TouchEvent | globalThis.MouseEvent, card: Card) =>
    onDrag(card.data.node, card.position, pointerOf(event));
  return (
    <ReactFlow
      nodes={nodes}
      nodeTypes={nodeTypes}
      onNodesChange={ignore}
      onNodeClick={(_, card) => onPress(card.data.node, bridgeOf(card))}
      onPaneClick={(event) => onGround(pointerOf(event))}
      onNodeDrag={drag}
      onNodeDragStop={(event, card) => onDrop(card.data.node, pointerOf(event))}
      onMoveStart={(event) => {
        if (event !== null) drawingStore.setState({ following: false });
      }}
      onViewportChange={({ zoom }) => setZoom(zoom)}
      minZoom={MIN_ZOOM}
      maxZoom={MAX_ZOOM}
      nodeDragThreshold={5}
      nodesConnectable={false}
      elementsSelectable={false}
      nodesFocusable
      disableKeyboardA11y
      onlyRenderVisibleElements={!many && nodes.length > LEAVE_OUT_FROM}
      zoomOnDoubleClick={false}
      deleteKeyCode={null}
      selectionKeyCode={null}
      multiSelectionKeyCode={null}
      aria-label={t.drawing}
      ariaLabelConfig={spoken}
    >
      <ViewportPortal>{children}</ViewportPortal>
    </ReactFlow>
  );
}

function bridgeOf({ data }: Card): DevId | null {
  return data.dev < 0 ? null : data.dev;
}

/** The layout decides where cards stand; React Flow's own changes are not kept. */
function ignore(): void {}

function pointerOf(event: { readonly clientX?: number; readonly clientY?: number } | TouchEvent): Point {
  if ("changedTouches" in event) {
    const touch = event.changedTouches[0];
    return { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 };
  }
  const mouse = event as { clientX?: number; clientY?: number };
  return { x: mouse.clientX ?? 0, y: mouse.clientY ?? 0 };
}

/** Lends the view to whoever is not React. */
function useView(): void {
  const store = useStoreApi();
  const flow = useReactFlow();
  useEffect(() => {
    view.transform = () => store.getState().transform;
    view.moveTo = (x, y, zoom, duration) => void flow.setViewport({ x, y, zoom }, { duration });
    view.zoomBy = (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: 160 });
  }, [store, flow]);
}

/** Cards in the order in which the keyboard visits them: a host, its bridges, its containers, then what is outside. */
function cardsOf(
  layout: Layout,
  t: ReturnType<typeof useText>["canvas"],
  { many, near }: Pick<FarState, "many" | "near">,
): Card[] {
  const { nodes, devices } = worldStore.getState();
  const cards: Card[] = [];
  for (const box of layout.machines.values()) {
    const node = nodes[box.id];
    if (node === undefined) continue;
    const handle = box.stack === null ? undefined : ".host-drag";
    const more = { draggable: true, dragHandle: handle };
    cards.push(card("machine", box.id, -1, box.rect, machineLabel(node, t), more));
    for (const bar of layout.bridges.values()) {
      if (bar.machine !== box.id) continue;
      const name = t.bridgeName(devices.get(bar.dev)?.link.name ?? "");
      cards.push(card("bridge", box.id, bar.dev, bar.rect, name, {}));
      if (bar.fdb !== null) cards.push(card("fdb", box.id, bar.dev, bar.fdb, "", { focusable: false }));
    }
    for (const gate of layout.gates.values()) {
      const link = devices.get(gate.dev)?.link;
      if (gate.machine !== box.id || link === undefined) continue;
      cards.push(card("gate", box.id, gate.dev, gate.rect, gateLabel(link, t), {}));
    }
    for (const inside of layout.containers.values()) {
      const view = nodes[inside.id];
      if (inside.machine !== box.id || view === undefined || (many && !near.has(inside.id))) continue;
      const draggable = inside.stand !== "shared" && inside.stand !== "host";
      cards.push(card("container", inside.id, -1, inside.rect, containerLabel(view, t), { draggable }));
    }
  }
  return cards;
}

const LAYERS: Readonly<Record<string, number>> = { machine: 0, bridge: 2, fdb: 2, gate: 2, container: 3 };

const made = new Map<string, { readonly key: string; readonly card: Card }>();

/** The same object as before for a card that stands where it stood: React Flow then has nothing to do for it. */
function card(type: string, node: NodeId, dev: DevId, rect: Rect, label: string, more: Partial<Card>): Card {
  const id = `${type} ${type === "machine" || type === "container" ? node : dev}`;
  const key = JSON.stringify([rect, label, more]);
  const known = made.get(id);
  if (known?.key === key) return known.card;
  const fresh = newCard(id, type, node, dev, rect, label, more);
  made.set(id, { key, card: fresh });
  return fresh;
}

function newCard(
  id: string,
  type: string,
  node: NodeId,
  dev: DevId,
  rect: Rect,
  label: string,
  more: Partial<Card>,
): Card {
  // Only a host's head catches the pointer: on its ground one pans, as everywhere.
  const ground = more.dragHandle === undefined ? {} : { pointerEvents: "none" as const };
  return {
    id,
    type,
    data: { node, dev },
    position: { x: rect.x, y: rect.y },
    width: rect.width,
    height: rect.height,
    measured: { width: rect.width, height: rect.height },
    style: { width: rect.width, height: rect.height, ...ground },
    zIndex: LAYERS[type] ?? 1,
    draggable: false,
    ariaLabel: label,
    ...more,
  };
}
