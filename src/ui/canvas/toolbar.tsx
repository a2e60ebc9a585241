/** What can be done with the card or line that is open: a bar that floats over it, in screen size, led by the keyboard too. */
import {
  ArrowLeft,
  Ellipsis,
  Link2,
  Network,
  Play,
  Plug,
  Plus,
  Radio,
  Scissors,
  Shuffle,
  Square,
  SquareTerminal,
  Table2,
  Trash2,
  Unplug,
} from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { useText } from "../../i18n/text.ts";
import type { DevId, NodeId, NodeView } from "../../protocol/view.ts";
import type { Rect } from "../motion/geometry.ts";
import type { Wire } from "../motion/layout-types.ts";
import { focusPanel, hasPanel, uiStore } from "../shell/ui-state.ts";
import { onFrame } from "../store/clock.ts";
import { useLocked } from "../store/locks.ts";
import { isInside, lifeOf } from "../store/node-kinds.ts";
import { showTerminal, useWorld, worldStore } from "../store/stores.ts";
import { drawingStore, type Focused, setFocused, toggleTables, useDrawing } from "./drawing.ts";
import {
  moveContainer,
  pingNode,
  removeNetwork,
  removeNode,
  runOnBridge,
  setLink,
  setWire,
  startContainer,
  stopContainer,
} from "./gestures/act.ts";
import { addressFor, hostEnd } from "./gestures/commands.ts";
import { dockerNetwork } from "./gestures/docker-network.ts";
import { openMenu, showActions, takeWish, useToolbar } from "./gestures/toolbar-store.ts";
import { openContextMenu } from "./menu/menu-store.ts";
import { useMenuText } from "./menu/text.ts";
import { useLink, useNode } from "./nodes/use-node.ts";
import { view } from "./view.ts";
import { wireState, wireTitle } from "./wires.tsx";
import "./toolbar.css";

export function Toolbar() {
  const focused = useDrawing((s) => s.focused);
  const key = focused === null ? "" : `${focused.type} ${focused.id}`;
  return focused === null ? null : <Bar key={key} focused={focused} />;
}

function Bar({ focused }: { focused: Focused }) {
  const t = useMenuText();
  const bar = useRef<HTMLDivElement>(null);
  const grab = useToolbar((s) => s.grab);
  const menu = useToolbar((s) => s.menu);
  useLayoutEffect(() => (bar.current === null ? undefined : keepAbove(bar.current, focused)), [focused]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a wish for the focus comes with a change of the list
  useEffect(() => {
    if (takeWish()) bar.current?.querySelector<HTMLElement>(".toolbar-item, .toolbar-action")?.focus();
  }, [grab, menu]);
  return (
    <div
      ref={bar}
      className="toolbar"
      role="toolbar"
      aria-label={t.toolbar(titleOf(focused))}
      data-own-arrows
      onKeyDown={(event) => lead(event, focused)}
    >
      {focused.type === "node" && <NodeActions id={focused.id} />}
      {focused.type === "bridge" && <BridgeActions dev={focused.id} />}
      {focused.type === "wire" && <WireActions id={focused.id} />}
      {menu === "actions" && (
        <button
          type="button"
          className="toolbar-action"
          aria-label={t.moreActions}
          title={t.moreActions}
          aria-haspopup="menu"
          onClick={(event) => openAll(focused, event.currentTarget)}
        >
          <Ellipsis size={15} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

/** All that can be done, as by the right button. */
function openAll(focused: Focused, button: Element): void {
  const { left, bottom } = button.getBoundingClientRect();
  const target = focused.type === "bridge" ? ({ type: "dev", dev: focused.id } as const) : focused;
  openContextMenu(target, { x: left, y: bottom + 4 });
}

function titleOf(focused: Focused): string {
  const { nodes, devices } = worldStore.getState();
  if (focused.type === "node") return nodes[focused.id]?.name ?? "?";
  if (focused.type === "bridge") return devices.get(focused.id)?.link.name ?? "?";
  const wire = drawingStore.getState().layout.wires.find((w) => w.id === focused.id);
  return wire === undefined ? "?" : wireTitle(wire);
}

/** Arrows go from button to button; Escape closes and gives the focus back. */
function lead(event: KeyboardEvent<HTMLDivElement>, focused: Focused): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("button:not(:disabled)")];
  const now = buttons.indexOf(document.activeElement as HTMLElement);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step !== undefined) buttons[(now + step + buttons.length) % buttons.length]?.focus();
  else if (event.key === "Home") buttons[0]?.focus();
  else if (event.key === "End") buttons.at(-1)?.focus();
  else if (event.key === "Escape") {
    setFocused(null);
    focusOn(focused);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Puts the keyboard back onto what the toolbar was for. */
function focusOn(focused: Focused): void {
  const id = CSS.escape(String(focused.id));
  const selector = {
    wire: `[data-wire="${id}"]`,
    bridge: `[data-id="bridge ${id}"]`,
    node: `[data-id="container ${id}"], [data-id="machine ${id}"]`,
  }[focused.type];
  view.element?.querySelector<HTMLElement | SVGElement>(selector)?.focus();
}

/** Keeps the bar over its card while the view moves. Returns how to stop. */
function keepAbove(element: HTMLElement, focused: Focused): () => void {
  let last = "";
  const place = () => {
    const rect = rectOf(focused);
    if (rect === null) return;
    const [x, y, zoom] = view.transform();
    const width = element.offsetWidth;
    const most = (view.element?.clientWidth ?? 0) - width - 6;
    const left = Math.round(Math.max(6, Math.min(most, (rect.x + rect.width / 2) * zoom + x - width / 2)));
    const above = rect.y * zoom + y - element.offsetHeight - 8;
    // Below it would lie over what flies, and under a host's head over its cards: above it may cover the edge, and that head.
    const least = isHost(focused) ? -60 : -10;
    const top = Math.round(above < least ? Math.max(6, (rect.y + rect.height) * zoom + y + 14) : Math.max(4, above));
    const transform = `translate(${left}px, ${top}px)`;
    if (transform === last) return;
    last = transform;
    element.style.transform = transform;
  };
  place();
  return onFrame(place);
}

function isHost({ type, id }: Focused): boolean {
  return type === "node" && drawingStore.getState().layout.machines.get(id)?.stack != null;
}

function rectOf(focused: Focused): Rect | null {
  const { layout } = drawingStore.getState();
  if (focused.type === "wire") {
    const wire = layout.wires.find((w) => w.id === focused.id);
    const a = wire?.points.at(-2);
    const b = wire?.points.at(-1);
    return a && b ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, width: 0, height: 0 } : null;
  }
  if (focused.type === "bridge") return layout.bridges.get(focused.id)?.rect ?? null;
  const machine = layout.machines.get(focused.id);
  if (machine?.stack) return { ...machine.rect, height: 30 };
  return (machine ?? layout.containers.get(focused.id))?.rect ?? null;
}

function NodeActions({ id }: { id: NodeId }) {
  const node = useNode(id);
  const menu = useToolbar((s) => s.menu);
  if (node === undefined) return null;
  if (menu === "ping") return <PingList node={node} />;
  if (menu === "move") return <MoveList node={node} />;
  return isInside(node) ? <ContainerActions node={node} /> : <MachineActions node={node} />;
}

function MachineActions({ node }: { node: NodeView }) {
  const t = useMenuText();
  const { networks } = useText();
  const locked = useLocked("topology");
  if (node.kind === "switch") return <span className="toolbar-title">{node.name}</span>;
  return (
    <>
      <Action icon={<Radio size={15} />} label={t.ping} run={() => openMenu("ping")} />
      {hasPanel("terminal") && (
        <Action icon={<SquareTerminal size={15} />} label={t.terminalOf} run={() => openTerminal(node.id)} />
      )}
      {node.kind === "docker-host" && !locked && (
        <Action
          icon={<Network size={15} />}
          label={networks.connect}
          run={() => uiStore.setState({ connect: [node.id] })}
        />
      )}
    </>
  );
}

/** A container, or a namespace made by hand, which runs as long as it is there. */
function ContainerActions({ node }: { node: NodeView }) {
  const t = useMenuText();
  const running = lifeOf(node) === "running";
  const targets = useMoveTargets(node);
  const locked = useLocked("topology");
  return (
    <>
      {running && <Action icon={<Radio size={15} />} label={t.ping} run={() => openMenu("ping")} />}
      {running && hasPanel("terminal") && (
        <Action icon={<SquareTerminal size={15} />} label={t.terminalOf} run={() => openTerminal(node.id)} />
      )}
      {node.links.length > 0 && <TablesAction node={node} />}
      {!locked && targets.length > 0 && (
        <Action icon={<Shuffle size={15} />} label={t.moveTo} run={() => openMenu("move")} />
      )}
      {!locked && <LifeActions node={node} running={running} />}
    </>
  );
}

function TablesAction({ node }: { node: NodeView }) {
  const t = useMenuText();
  const open = useDrawing((s) => s.open.has(node.id));
  return (
    <Action icon={<Table2 size={15} />} label={open ? t.tablesClose : t.tables} run={() => toggleTables(node.id)} />
  );
}

function LifeActions({ node, running }: { node: NodeView; running: boolean }) {
  const t = useMenuText();
  return (
    <>
      {node.container !== null &&
        (running ? (
          <Action icon={<Square size={14} />} label={t.stop} run={() => stopContainer(node.id)} />
        ) : (
          <Action icon={<Play size={15} />} label={t.start} run={() => startContainer(node.id)} />
        ))}
      <Action icon={<Trash2 size={15} />} label={t.remove} danger run={() => removeNode(node.id)} />
    </>
  );
}

function openTerminal(id: NodeId): void {
  showTerminal(id);
  setFocused(null);
  focusPanel("terminal");
}

/** Something was chosen: the bar closes, and the card has the focus again. */
function finish(id: NodeId): void {
  showActions();
  setFocused(null);
  focusOn({ type: "node", id });
}

/** Everybody who has an address to answer from. */
function PingList({ node }: { node: NodeView }) {
  const t = useMenuText();
  const ids = useWorld((s) => s.nodeIds);
  const { nodes } = worldStore.getState();
  const others = ids.filter((id) => id !== node.id && nodes[id]?.netnsOwner !== node.netnsOwner);
  const found = others.map((id) => ({ id, address: addressFor(nodes, node.id, id) })).filter((o) => o.address !== null);
  const done = (to: NodeId) => {
    pingNode(node.id, to);
    finish(node.id);
  };
  return (
    <div className="toolbar-list">
      <ListHead title={t.pingFrom(node.name)} />
      {found.map(({ id, address }) => (
        <button key={id} type="button" className="toolbar-item" onClick={() => done(id)}>
          {nodes[id]?.name} <span>{address}</span>
        </button>
      ))}
    </div>
  );
}

function ListHead({ title }: { title: string }) {
  const t = useMenuText();
  return (
    <div className="toolbar-head">
      <span>{title}</span>
      <button type="button" className="toolbar-back" aria-label={t.back} onClick={() => openMenu("actions")}>
        <ArrowLeft size={14} aria-hidden="true" />
      </button>
    </div>
  );
}

/** Bridges of the same host that Docker knows and that the container is not on. */
function useMoveTargets(node: NodeView): readonly DevId[] {
  const machine = useNode(node.machine);
  const bridge = useDrawing((s) => s.layout.containers.get(node.id)?.bridge ?? null);
  const bridges = machine?.links.filter((link) => link.kind === "bridge" && link.dev !== bridge) ?? [];
  return bridge === null || node.container === null
    ? []
    : bridges.filter((link) => dockerNetwork(node.machine, link) !== null).map((link) => link.dev);
}

function MoveList({ node }: { node: NodeView }) {
  const t = useMenuText();
  const targets = useMoveTargets(node);
  const from = useDrawing((s) => s.layout.containers.get(node.id)?.bridge ?? null);
  const { devices } = worldStore.getState();
  const done = (to: DevId) => {
    moveContainer(node.id, from, to);
    finish(node.id);
  };
  return (
    <div className="toolbar-list">
      <ListHead title={t.moveTo} />
      {targets.map((dev) => (
        <button key={dev} type="button" className="toolbar-item" onClick={() => done(dev)}>
          {devices.get(dev)?.link.name}
        </button>
      ))}
    </div>
  );
}

/** Images that a press puts onto a bridge. */
const QUICK_IMAGES = ["nginx", "busybox"] as const;

function BridgeActions({ dev }: { dev: DevId }) {
  const t = useMenuText();
  const link = useLink(dev);
  const bar = useDrawing((s) => s.layout.bridges.get(dev));
  const locked = useLocked("topology");
  if (link === undefined || bar === undefined) return null;
  if (locked) return <span className="toolbar-title">{link.name}</span>;
  const network = dockerNetwork(bar.machine, link);
  return (
    <>
      <span className="toolbar-title">{link.name}</span>
      {network !== null &&
        QUICK_IMAGES.map((image) => (
          <Action
            key={image}
            icon={<Plus size={15} />}
            label={image}
            run={() => runOnBridge(bar.machine, image, dev)}
          />
        ))}
      <Action
        icon={link.up ? <Unplug size={15} /> : <Plug size={15} />}
        label={link.up ? t.takeDown : t.bringUp}
        run={() => setLink(bar.machine, link.name, !link.up)}
      />
      {network !== null && network !== "bridge" && (
        <Action icon={<Trash2 size={15} />} label={t.remove} danger run={() => removeNetwork(bar.machine, dev)} />
      )}
    </>
  );
}

function WireActions({ id }: { id: string }) {
  const wire = useDrawing((s) => s.layout.wires.find((w) => w.id === id));
  return wire === undefined ? null : <OneWire wire={wire} />;
}

function OneWire({ wire }: { wire: Wire }) {
  const t = useMenuText();
  const a = useLink(wire.a);
  const b = useLink(wire.b);
  const { devices } = worldStore.getState();
  const end = hostEnd((dev) => devices.get(dev), wire.a, wire.b);
  const up = wireState(a, b) === "up";
  const master = b?.master == null ? undefined : devices.get(b.master)?.link.name;
  const locked = useLocked("topology");
  return (
    <>
      <span className="toolbar-title">{wireTitle(wire)}</span>
      {master !== undefined && <span className="toolbar-note">{t.noStack(master)}</span>}
      {end !== null && wire.kind === "veth" && !locked && (
        <Action
          icon={up ? <Scissors size={15} /> : <Link2 size={15} />}
          label={up ? t.cut : t.mend}
          run={() => setWire(wire.a, wire.b, !up)}
        />
      )}
    </>
  );
}

interface ActionProps {
  readonly icon: ReactNode;
  readonly label: string;
  readonly run: () => void;
  readonly danger?: boolean;
}

function Action({ icon, label, run, danger = false }: ActionProps) {
  return (
    <button type="button" className="toolbar-action" data-danger={danger || undefined} onClick={run}>
      {icon}
      {label}
    </button>
  );
}
