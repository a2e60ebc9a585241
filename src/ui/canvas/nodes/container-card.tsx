/** A container: its network namespace as a card, with its interfaces on the lower edge. */

import { ChevronDown, Radio } from "lucide-react";
import { lazy, memo, Suspense } from "react";
import { type Text, useText } from "../../../i18n/text.ts";
import type { NodeId, NodeView } from "../../../protocol/view.ts";
import type { ContainerBox } from "../../motion/layout-types.ts";
import { NEIGHBOURS_SHOWN, OPEN_ROWS_SHOWN, shownNeighbours } from "../../motion/measures.ts";
import { imageOf, lifeOf } from "../../store/node-kinds.ts";
import { toggleTables, useDrawing } from "../drawing.ts";
import { useGesture } from "../gestures/gesture-store.ts";
import { useIsPicked } from "../group/group-store.ts";
import { Computer, useMachines } from "../machines/use-machines.ts";
import { Address } from "./address.tsx";
import { Neighbours } from "./tables.tsx";
import { addressOf, useIsSelected, useLink, useNode } from "./use-node.ts";

const Parts = lazy(async () => ({ default: (await import("./parts.tsx")).Parts }));

export const ContainerCard = memo(function ContainerCard({ id }: { id: NodeId }) {
  const node = useNode(id);
  const box = useDrawing((s) => s.layout.containers.get(id));
  if (node === undefined || box === undefined) return null;
  return box.stand === "host" || box.stand === "shared" ? (
    <Docked node={node} box={box} />
  ) : (
    <Card node={node} box={box} />
  );
});

/** What a screen reader calls the card. */
export function containerLabel(node: NodeView, t: Text["canvas"]): string {
  const address = addressOf(node) || t.noNetwork;
  if (node.container === null) return t.machineLabel(node.name, t.machineKind[node.kind], address);
  return t.containerLabel(node.name, node.container.image, address, stateOf(node, t));
}

function stateOf(node: NodeView, t: Text["canvas"]): string {
  const state = lifeOf(node);
  return state === "running" ? t.up : state === "exited" ? t.stopped : t.created;
}

function useMarks(id: NodeId) {
  const selected = useIsSelected(id);
  const target = useGesture((s) => s.over?.type === "node" && s.over.id === id);
  const picked = useIsPicked(id);
  return {
    "data-selected": selected || undefined,
    "data-picked": picked || undefined,
    "data-target": target || undefined,
  };
}

function Card({ node, box }: { node: NodeView; box: ContainerBox }) {
  const machines = useMachines();
  const t = useText().canvas;
  const open = useDrawing((s) => s.open.has(node.id));
  const marks = useMarks(node.id);
  const running = lifeOf(node) === "running";
  const ends = node.links.filter((link) => link.kind === "veth");
  return (
    <div className="card" data-state={lifeOf(node)} data-busy={node.busy || undefined} {...marks}>
      {machines && (
        <Suspense fallback={null}>
          <Computer width={box.rect.width} height={box.rect.height} on={running} />
        </Suspense>
      )}
      <div className="card-head">
        <strong>{node.name}</strong>
        <span className="card-image">{imageOf(node)}</span>
      </div>
      <div className="card-address">
        <Address text={addressOf(node) || (running ? t.onlyLoopback : stateOf(node, t))} />
      </div>
      <Neighbours entries={shownNeighbours(node)} most={open ? OPEN_ROWS_SHOWN : NEIGHBOURS_SHOWN} />
      {open && (
        <Suspense fallback={null}>
          <Parts node={node} />
        </Suspense>
      )}
      {node.links.length > 0 && <Disclosure node={node} open={open} />}
      {running && <PingHandle node={node} />}
      {ends.map((link, i) => (
        <Pad key={link.dev} dev={link.dev} offset={(i - (ends.length - 1) / 2) * 64} crowded={ends.length > 1} />
      ))}
    </div>
  );
}

/** Opens a namespace to its parts. The keyboard has it in the card's menu and toolbar. */
export function Disclosure({ node, open }: { node: NodeView; open: boolean }) {
  const t = useText().canvas;
  const label = open ? t.closeCard(node.name) : t.openCard(node.name);
  return (
    <button
      type="button"
      className="disclosure nodrag nopan"
      tabIndex={-1}
      aria-expanded={open}
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.stopPropagation();
        toggleTables(node.id);
      }}
    >
      <ChevronDown size={14} aria-hidden="true" />
    </button>
  );
}

/** What a drag or a press of it does is fetched with the canvas's other hands (gestures/ping-drag.ts). */
function PingHandle({ node }: { node: NodeView }) {
  const t = useText().canvas;
  return (
    <button
      type="button"
      className="ping-handle nodrag nopan"
      tabIndex={-1}
      aria-label={t.pingHandle(node.name)}
      title={t.pingHandle(node.name)}
      data-ping={node.id}
    >
      <Radio size={13} strokeWidth={2.2} aria-hidden="true" />
    </button>
  );
}

/** An interface on the card's edge. */
function Pad({ dev, offset, crowded }: { dev: number; offset: number; crowded: boolean }) {
  const link = useLink(dev);
  if (link === undefined) return null;
  return (
    <span
      className="pad"
      data-dev={dev}
      data-crowded={crowded || undefined}
      data-down={!link.up || !link.carrier || undefined}
      style={{ left: `calc(50% + ${offset}px)` }}
    >
      {link.name}
    </span>
  );
}

/** A container without a namespace of its own: on its owner's card, or in the host's stack. */
function Docked({ node, box }: { node: NodeView; box: ContainerBox }) {
  const t = useText().canvas;
  const marks = useMarks(node.id);
  const owner = useNode(node.netnsOwner);
  const note = box.stand === "host" ? t.onHostNetwork : t.sharesWith(owner?.name ?? "?");
  return (
    <div className="docked" data-stand={box.stand} data-state={node.container?.state} {...marks}>
      <strong>{node.name}</strong>
      <span>{note}</span>
    </div>
  );
}
