/** Machines: a host as a card with its own stack inside, and what stands outside of it. */
import { lazy, memo, Suspense } from "react";
import { useText } from "../../../i18n/text.ts";
import type { NodeId, NodeView } from "../../../protocol/view.ts";
import type { MachineBox } from "../../motion/layout-types.ts";
import { NEIGHBOURS_SHOWN, shownNeighbours } from "../../motion/measures.ts";
import { useWorld } from "../../store/stores.ts";
import { useDrawing } from "../drawing.ts";
import { useGesture } from "../gestures/gesture-store.ts";
import { useIsPicked } from "../group/group-store.ts";
import { Chassis, Device, useMachines } from "../machines/use-machines.ts";
import { Address } from "./address.tsx";
import { Disclosure } from "./container-card.tsx";
import { Neighbours } from "./tables.tsx";
import { addressOf, useIsSelected, useNode } from "./use-node.ts";

const Parts = lazy(async () => ({ default: (await import("./parts.tsx")).Parts }));

export const MachineCard = memo(function MachineCard({ id }: { id: NodeId }) {
  const node = useNode(id);
  const box = useDrawing((s) => s.layout.machines.get(id));
  const selected = useIsSelected(id);
  const over = useGesture((s) => targetPart(s.over, id));
  const picked = useIsPicked(id);
  if (node === undefined || box === undefined) return null;
  const marks = {
    "data-selected": selected || undefined,
    "data-picked": picked || undefined,
    "data-target": over ?? undefined,
  };
  return box.stack === null ? <Outside node={node} box={box} {...marks} /> : <Host node={node} box={box} {...marks} />;
});

function targetPart(over: { type: string; id?: NodeId; machine?: NodeId | null } | null, id: NodeId): string | null {
  if (over === null) return null;
  if (over.type === "node") return over.id === id ? "node" : null;
  return over.machine === id && over.type !== "bridge" ? over.type : null;
}

function Host({ node, box, ...marks }: { node: NodeView; box: MachineBox }) {
  const t = useText().canvas;
  const open = useDrawing((s) => s.open.has(node.id));
  const machines = useMachines();
  const stack = box.stack!;
  const style = { left: stack.x - box.rect.x, top: stack.y - box.rect.y, width: stack.width, height: stack.height };
  return (
    <div className="host" {...marks}>
      {machines && (
        <Suspense fallback={null}>
          <Chassis width={box.rect.width} height={box.rect.height} />
        </Suspense>
      )}
      <div className="host-head host-drag">
        <strong>{node.name}</strong>
        <span>
          <span className="far-off">{t.machineKind[node.kind]} · </span>
          <Address text={addressOf(node)} />
        </span>
      </div>
      <div className="stack" style={style}>
        <span className="box-name" aria-hidden="true">
          {t.stackShort}
        </span>
        <p className="title">
          {t.ownStack(node.name)} <span>{t.stackParts}</span>
        </p>
        <p className="stack-way">{t.stackWay}</p>
        <Listeners id={node.id} />
        <Neighbours entries={shownNeighbours(node)} most={NEIGHBOURS_SHOWN} />
        {open && (
          <Suspense fallback={null}>
            <Parts node={node} />
          </Suspense>
        )}
        <Disclosure node={node} open={open} />
      </div>
    </div>
  );
}

/** What processes of the host's namespace take connections: ":80 nginx-1 (nginx)", in one line. */
function Listeners({ id }: { id: NodeId }) {
  const t = useText().canvas;
  const text = useWorld((s) => listenersText(s.nodes[id], s.nodes));
  if (text === "") return null;
  return (
    <p className="stack-listens" title={text}>
      <span>{t.listening}</span> {text}
    </p>
  );
}

export function listenersText(host: NodeView | undefined, nodes: Readonly<Record<NodeId, NodeView>>): string {
  const listening = (host?.sockets ?? []).filter(({ state }) => state === "LISTEN");
  const lines = listening.map(({ local, owner }) => {
    const at = owner === null || owner.node === host?.id ? "" : ` (${nodes[owner.node]?.name ?? "?"})`;
    return `${local.slice(local.lastIndexOf(":"))} ${owner?.program ?? "?"}${at}`;
  });
  return [...new Set(lines)].join(" · ");
}

function Outside({ node, box, ...marks }: { node: NodeView; box: MachineBox }) {
  const machines = useMachines();
  const t = useText().canvas;
  const kind = t.machineKind[node.kind];
  const addresses = node.links.flatMap((link) => link.addresses.map((a) => a.address)).filter((a) => a !== "127.0.0.1");
  return (
    <div className="machine" data-kind={node.kind} {...marks}>
      {machines && (
        <Suspense fallback={null}>
          <Device width={box.rect.width} height={box.rect.height} kind={node.kind} />
        </Suspense>
      )}
      {node.kind === "switch" && <SwitchGlyph />}
      <p>
        <strong>{node.name}</strong> {node.kind === "router" && <span>{kind}</span>}
      </p>
      {node.kind === "switch" ? <span>{kind}</span> : <span className="machine-address">{addresses[0]}</span>}
    </div>
  );
}

function SwitchGlyph() {
  return (
    <svg className="switch-glyph" viewBox="0 0 34 20" aria-hidden="true">
      <rect x="1" y="3" width="32" height="14" rx="3" />
      {[5, 11, 17, 23].map((x) => (
        <rect key={x} className="switch-port" x={x} y="9" width="4" height="4" rx="1" />
      ))}
      <circle cx="29" cy="11" r="1.3" />
    </svg>
  );
}

/** What a screen reader calls a machine. */
export function machineLabel(node: NodeView, t: ReturnType<typeof useText>["canvas"]): string {
  return t.machineLabel(node.name, t.machineKind[node.kind], addressOf(node));
}
