/** All that can be done with what stands on the canvas. Each line that changes the network ends in a shell line (gestures/act.ts). */

import type { CanvasMenuText } from "../../../i18n/en/canvas-menu.ts";
import type { DevId, LinkView, NodeId, NodeView } from "../../../protocol/view.ts";
import { focusPanel, hasPanel, uiStore } from "../../shell/ui-state.ts";
import { isLocked } from "../../store/locks.ts";
import { selectNode, showTerminal, worldStore } from "../../store/stores.ts";
import { drawingStore, setFocused, toggleTables } from "../drawing.ts";
import * as act from "../gestures/act.ts";
import { hostEnd } from "../gestures/commands.ts";
import { dockerNetwork } from "../gestures/docker-network.ts";
import { setChoice } from "../gestures/gesture-store.ts";
import { groupStore, pickAll, toggle } from "../group/group-store.ts";
import { wireState } from "../wires.tsx";
import { type Action, offered, type Section } from "./action.ts";
import { copyText } from "./copy.ts";
import { drawAs, fitDrawing, tidyDrawing } from "./drawing-actions.ts";
import type { Target } from "./target.ts";
import { trafficActions } from "./traffic.ts";

/** Images that a menu offers. */
const IMAGES = ["nginx", "busybox", "centos"] as const;

/** What can be done with a target now, in sections. */
export function actionsFor(target: Target, t: CanvasMenuText): Section[] {
  return offered(sectionsFor(target, t), isLocked, hasPanel);
}

function sectionsFor(target: Target, t: CanvasMenuText): Section[] {
  const { nodes, devices } = worldStore.getState();
  if (target.type === "ground") return groundSections(t);
  if (target.type === "wire") return wireSections(target.id, t);
  if (target.type === "dev") {
    const device = devices.get(target.dev);
    if (device === undefined) return [];
    return device.link.kind === "bridge" && nodes[device.node]?.kind !== "switch"
      ? bridgeSections(device.link, device.node, t)
      : deviceSections(device.link, device.node, t);
  }
  const node = nodes[target.id];
  if (node === undefined) return [];
  if (node.container !== null) return containerSections(node, t);
  if (node.kind === "netns") return namespaceSections(node, t);
  if (node.kind === "switch") return switchSections(node, t);
  return machineSections(node, t);
}

function containerSections(node: NodeView, t: CanvasMenuText): Section[] {
  const running = node.container?.state === "running";
  const nics = node.links.filter((link) => link.kind === "veth" && link.peer !== null);
  const hasCard = node.links.length > 0;
  return [
    running ? trafficActions(node, t) : [],
    [
      ...(running ? [terminal(node.id, t)] : []),
      details(node.id, null, t),
      ...(hasCard ? [partsOf(node.id, t)] : []),
      ...nics.map((link) => capture(link, t)),
      pick(node.id, t),
    ],
    [...moves(node, t), ...nics.map((link) => cutOrMend(link.dev, link.peer!, t))],
    [
      running
        ? change("stop", t.stop, () => act.stopContainer(node.id))
        : change("start", t.start, () => act.startContainer(node.id)),
      removal(node.id, t),
    ],
    [copies(node.links, [node.name, node.container?.id ?? ""], t)],
  ];
}

function namespaceSections(node: NodeView, t: CanvasMenuText): Section[] {
  const nics = node.links.filter((link) => link.kind === "veth" && link.peer !== null);
  return [
    trafficActions(node, t),
    [
      terminal(node.id, t),
      details(node.id, null, t),
      partsOf(node.id, t),
      ...nics.map((link) => capture(link, t)),
      pick(node.id, t),
    ],
    [...plugs(node, t), ...nics.map((link) => cutOrMend(link.dev, link.peer!, t))],
    [removal(node.id, t)],
    [copies(node.links, [node.name], t)],
  ];
}

function removal(id: NodeId, t: CanvasMenuText): Action {
  return { ...change("remove", t.remove, () => act.removeNode(id)), danger: true };
}

function machineSections(node: NodeView, t: CanvasMenuText): Section[] {
  const isHost = node.kind === "docker-host";
  const nics = node.links.filter((link) => link.kind === "nic");
  const building: Action[] = [
    { id: "run", label: t.run, lock: "topology", items: IMAGES.map((image) => runOn(node.id, image)) },
    change("network", t.newNetwork, () => act.createNetwork(node.id)),
    change("connect", t.connect, () => uiStore.setState({ connect: [node.id] })),
  ];
  return [
    trafficActions(node, t),
    [
      terminal(node.id, t),
      details(node.id, null, t),
      ...(isHost ? [partsOf(node.id, t)] : []),
      ...nics.map((link) => capture(link, t)),
      pick(node.id, t),
    ],
    isHost ? building : [],
    [copies(node.links, [node.name], t)],
  ];
}

function partsOf(id: NodeId, t: CanvasMenuText): Action {
  const open = drawingStore.getState().open.has(id);
  return { id: "parts", label: open ? t.partsClose : t.parts, run: () => toggleTables(id) };
}

function switchSections(node: NodeView, t: CanvasMenuText): Section[] {
  return [
    [
      details(node.id, null, t),
      change("add-host", t.addHost, () => setChoice({ type: "add-host", lan: node.id, at: null })),
    ],
  ];
}

function bridgeSections(link: LinkView, machine: NodeId, t: CanvasMenuText): Section[] {
  const network = dockerNetwork(machine, link);
  const images = IMAGES.map((image) => ({
    id: image,
    label: image,
    run: () => act.runOnBridge(machine, image, link.dev),
  }));
  return [
    [{ id: "run", label: t.run, lock: "topology", items: network === null ? [] : images }],
    [details(machine, link.dev, t), capture(link, t)],
    [
      upOrDown(link, machine, t),
      ...(network !== null && network !== "bridge"
        ? [{ ...change("remove", t.removeNetwork, () => act.removeNetwork(machine, link.dev)), danger: true }]
        : []),
    ],
    [copies([link], [link.name], t)],
  ];
}

/** An interface, a port or a tunnel device. */
function deviceSections(link: LinkView, node: NodeId, t: CanvasMenuText): Section[] {
  const { nodes, devices } = worldStore.getState();
  const owner = nodes[node];
  const peer = link.peer === null ? undefined : devices.get(link.peer);
  const other = peer === undefined || peer.gone ? undefined : peer;
  const name = (to: typeof other) => `${nodes[to!.node]?.name ?? ""} ${to!.link.name}`;
  return [
    [
      details(node, link.dev, t),
      ...(owner?.kind === "switch" ? [] : [capture(link, t)]),
      ...(other === undefined
        ? []
        : [{ id: "other-end", label: t.otherEnd(name(other)), run: () => selectNode(other.node, other.link.dev) }]),
    ],
    [
      // A container may not set its own devices: it lacks NET_ADMIN.
      ...(owner?.kind === "switch" || owner?.kind === "container" ? [] : [upOrDown(link, node, t)]),
      ...(link.kind === "veth" && other !== undefined ? [cutOrMend(link.dev, link.peer!, t)] : []),
    ],
    [copies([link], [link.name], t)],
  ];
}

function wireSections(id: string, t: CanvasMenuText): Section[] {
  const { devices } = worldStore.getState();
  const wire = drawingStore.getState().layout.wires.find((one) => one.id === id);
  if (wire === undefined) return [];
  const ends = [wire.a, wire.b].flatMap((dev) => devices.get(dev) ?? []);
  const isCut = wire.kind === "veth" && ends.length === 2;
  const machines = worldStore.getState().nodes;
  return [
    ends.map(({ node, link }) => ({
      ...details(node, link.dev, t),
      id: `details ${link.dev}`,
      label: link.name,
      hint: machines[node]?.name ?? "",
    })),
    ends.filter(({ node }) => machines[node]?.kind !== "switch").map(({ link }) => capture(link, t)),
    isCut ? [cutOrMend(wire.a, wire.b, t)] : [],
  ];
}

function groundSections(t: CanvasMenuText): Section[] {
  return [
    [
      change("add-host", t.addHost, () => setChoice({ type: "add-host", lan: null, at: null })),
      change("connect", t.connect, () => uiStore.setState({ connect: [] })),
    ],
    [
      { id: "select-all", label: t.selectAll, run: pickAll },
      { id: "fit", label: t.fit, run: fitDrawing },
      { id: "tidy", label: t.tidy, run: tidyDrawing },
      drawAs(t),
    ],
  ];
}

/** What a lock of the topology forbids. */
function change(id: string, label: string, run: () => void): Action {
  return { id, label, run, lock: "topology" };
}

function terminal(id: NodeId, t: CanvasMenuText): Action {
  const run = () => {
    showTerminal(id);
    setFocused(null);
    focusPanel("terminal");
  };
  return { id: "terminal", label: t.terminal, run, panel: "terminal" };
}

function details(node: NodeId, dev: DevId | null, t: CanvasMenuText): Action {
  const run = () => {
    selectNode(node, dev);
    focusPanel("details");
  };
  return { id: "details", label: t.details, run, panel: "details" };
}

function pick(id: NodeId, t: CanvasMenuText): Action {
  const isIn = groupStore.getState().picked.has(id);
  return { id: "select", label: isIn ? t.unselect : t.select, run: () => toggle(id) };
}

function runOn(machine: NodeId, image: string): Action {
  return { id: image, label: image, run: () => setChoice({ type: "network", image, machine, at: null }) };
}

/** On the host's end of a container's pair, where the tools are the host's own; else where the device is. */
function capture(link: LinkView, t: CanvasMenuText): Action {
  const { devices } = worldStore.getState();
  const own = devices.get(link.dev);
  const inside = own?.node.includes("/") && link.peer !== null;
  const at = (inside ? hostEnd((dev) => devices.get(dev), link.dev, link.peer) : null) ?? own;
  return {
    id: `capture ${link.dev}`,
    label: at === undefined ? t.capture : t.captureOn(at.link.name),
    run: () => at !== undefined && act.captureOn(at.node, at.link.name),
  };
}

function upOrDown(link: LinkView, node: NodeId, t: CanvasMenuText): Action {
  return change("up-down", link.up ? t.takeDown : t.bringUp, () => act.setLink(node, link.name, !link.up));
}

function cutOrMend(a: DevId, b: DevId, t: CanvasMenuText): Action {
  const { devices } = worldStore.getState();
  const up = wireState(devices.get(a)?.link, devices.get(b)?.link) === "up";
  return change(`cut ${a}`, up ? t.cut : t.mend, () => act.setWire(a, b, !up));
}

/** The other networks of Docker's on the same host: to go there, or to be on both. */
function moves(node: NodeView, t: CanvasMenuText): Action[] {
  const { nodes } = worldStore.getState();
  const from = drawingStore.getState().layout.containers.get(node.id)?.bridge ?? null;
  if (from === null) return [];
  const bridges = nodes[node.machine]?.links.filter((link) => link.kind === "bridge" && link.dev !== from) ?? [];
  const known = bridges.filter((link) => dockerNetwork(node.machine, link) !== null);
  const items = (run: (dev: DevId) => void) =>
    known.map(({ dev, name }) => ({ id: name, label: name, run: () => run(dev) }));
  return [
    { id: "move", label: t.moveTo, lock: "topology", items: items((dev) => act.moveContainer(node.id, from, dev)) },
    { id: "plug", label: t.plugIn, lock: "topology", items: items((dev) => act.moveContainer(node.id, null, dev)) },
  ];
}

/** The other bridges of its host that a namespace made by hand can be plugged into, by the cables that it has. */
function plugs(node: NodeView, t: CanvasMenuText): Action[] {
  const from = drawingStore.getState().layout.containers.get(node.id)?.bridge ?? null;
  const bridges = worldStore.getState().nodes[node.machine]?.links.filter(({ kind }) => kind === "bridge") ?? [];
  const others = act.cablesOf(node.id).length === 0 ? [] : bridges.filter(({ dev }) => dev !== from);
  const items = others.map(({ dev, name }) => ({
    id: name,
    label: name,
    run: () => act.moveContainer(node.id, from, dev),
  }));
  return [{ id: "move", label: t.moveTo, lock: "topology", items }];
}

/** Addresses, MACs and names, each to be put on the clipboard. */
function copies(links: readonly LinkView[], names: readonly string[], t: CanvasMenuText): Action {
  const addresses = links
    .filter((link) => link.kind !== "loopback")
    .flatMap((link) => link.addresses.map((a) => a.address));
  const macs = links
    .filter((link) => link.kind !== "loopback")
    .slice(0, 3)
    .map((link) => link.mac);
  const texts = [...new Set([...addresses, ...macs, ...names])].filter((text) => text !== "");
  return {
    id: "copy",
    label: t.copy,
    items: texts.map((text) => ({ id: text, label: text, run: () => copyText(text) })),
  };
}
