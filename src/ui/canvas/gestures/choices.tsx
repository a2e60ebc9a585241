/** A short list when a gesture could mean more than one thing, or when the keyboard chooses instead of dragging. */
import { useEffect, useRef } from "react";
import { type Text, useText } from "../../../i18n/text.ts";
import type { AddedHost } from "../../../protocol/scene.ts";
import type { NodeId } from "../../../protocol/view.ts";
import type { Point } from "../../motion/geometry.ts";
import { membersOf } from "../../networks/members.ts";
import { joinCalico } from "../../networks/pods.ts";
import { isLocked } from "../../store/locks.ts";
import { notify } from "../../store/notices.ts";
import { addHost } from "../../store/session.ts";
import { useWorld, type World, worldStore } from "../../store/stores.ts";
import { type Drawing, useDrawing } from "../drawing.ts";
import { menuText } from "../menu/text.ts";
import { listeningPorts } from "../menu/traffic.ts";
import { view } from "../view.ts";
import { createNetwork, httpNode, pingNode, runImage, runOnBridge, traceNode } from "./act.ts";
import { dockerNetwork } from "./docker-network.ts";
import { type Choice, setChoice, useGesture } from "./gesture-store.ts";
import { bip, freeSubnet, type Lan, lansOf, nextHost } from "./hosts.ts";
import "../toolbar.css";

export function Choices() {
  const choice = useGesture((s) => s.choice);
  return choice === null ? null : <Places choice={choice} />;
}

interface Item {
  readonly key: string;
  readonly label: string;
  readonly run: () => void;
}

function Places({ choice }: { choice: Choice }) {
  const t = useText();
  const dialog = useRef<HTMLDivElement>(null);
  const layout = useDrawing((s) => s.layout);
  useWorld((s) => s.version);
  const items = itemsFor(choice, layout, worldStore.getState(), t);
  const title = titleFor(choice, t);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.querySelector("button")?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div
      ref={dialog}
      className="choice"
      role="dialog"
      aria-label={title}
      style={positionOf(choice)}
      onKeyDown={(event) => {
        if (event.key === "Escape") setChoice(null);
        const buttons = [...(dialog.current?.querySelectorAll("button") ?? [])];
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step !== undefined) {
          const now = buttons.indexOf(document.activeElement as HTMLButtonElement);
          buttons[(now + step + buttons.length) % buttons.length]?.focus();
          event.preventDefault();
        }
        event.stopPropagation();
      }}
    >
      <p>{title}</p>
      {items.map(({ key, label, run }) => (
        <button
          key={key}
          type="button"
          className="toolbar-item"
          onClick={() => {
            setChoice(null);
            run();
          }}
        >
          {label}
        </button>
      ))}
      <button type="button" className="toolbar-item quiet" onClick={() => setChoice(null)}>
        {menuText().cancel}
      </button>
    </div>
  );
}

function titleFor(choice: Choice, t: Text): string {
  if (choice.type === "host") return menuText().whereNetwork;
  if (choice.type === "ask") {
    const { nodes } = worldStore.getState();
    return menuText().askOf(nodes[choice.from]?.name ?? "?", nodes[choice.to]?.name ?? "?");
  }
  if (choice.type !== "add-host") return menuText().whereTo(choice.image);
  const lans = lansFor(choice.lan);
  if (lans.length === 0) return t.networks.noSwitch;
  const host = nextHost(worldStore.getState().nodes, lans[0]!, "");
  return host === null ? t.networks.noRoom : t.networks.whichSubnet(host.spec.name);
}

function itemsFor(choice: Choice, layout: Drawing["layout"], world: World, t: Text): Item[] {
  if (choice.type === "add-host") return hostItems(choice.lan, t);
  if (choice.type === "ask") return askItems(choice.from, choice.to, world);
  const only = choice.type === "network" ? choice.machine : null;
  const hosts = [...layout.machines.values()].filter((box) => box.stack !== null && (only === null || box.id === only));
  const nameOf = (id: NodeId) => world.nodes[id]?.name ?? "?";
  if (choice.type === "host") {
    return hosts.map(({ id }) => ({ key: id, label: nameOf(id), run: () => createNetwork(id) }));
  }
  const { image } = choice;
  return hosts.flatMap(({ id }): Item[] => [
    ...bridgeItems(id, image, layout, world),
    ...calicoItems(id, image, t),
    { key: `${id} host`, label: menuText().onHost(nameOf(id)), run: () => runImage(id, image, { type: "host" }) },
    { key: `${id} none`, label: menuText().onNothing(nameOf(id)), run: () => runImage(id, image, { type: "none" }) },
  ]);
}

/** An echo, the page of each port that listens, the way. */
function askItems(from: NodeId, to: NodeId, { nodes }: World): Item[] {
  const target = nodes[nodes[to]?.netnsOwner ?? to];
  const ports = target === undefined ? [] : listeningPorts(target);
  return [
    { key: "ping", label: "ping", run: () => pingNode(from, to) },
    ...ports.map((port) => ({ key: `http ${port}`, label: `HTTP :${port}`, run: () => httpNode(from, to, port) })),
    { key: "traceroute", label: "traceroute", run: () => traceNode(from, to) },
  ];
}

/** Each bridge of Docker's on a host. */
function bridgeItems(machine: NodeId, image: string, layout: Drawing["layout"], world: World): Item[] {
  const host = world.nodes[machine]?.name ?? "?";
  return [...layout.bridges.values()].flatMap((bar) => {
    const link = world.devices.get(bar.dev)?.link;
    if (bar.machine !== machine || link === undefined || dockerNetwork(machine, link) === null) return [];
    const label = menuText().onBridge(link.name, host);
    return [{ key: `bridge ${bar.dev}`, label, run: () => runOnBridge(machine, image, bar.dev) }];
  });
}

/** On a host that is in a Calico network. */
function calicoItems(machine: NodeId, image: string, t: Text): Item[] {
  const { nodes } = worldStore.getState();
  const host = nodes[machine];
  if (host === undefined || !membersOf(nodes).some((m) => m.node === machine && m.kind.startsWith("calico"))) return [];
  const label = t.networks.calicoPod(host.name);
  return [{ key: `${machine} calico`, label, run: () => void joinCalico(machine, image) }];
}

/** LANs that a new host can come to: the one it was put on, or all. */
function lansFor(lan: NodeId | null): Lan[] {
  return lansOf(worldStore.getState().nodes).filter(({ machine }) => lan === null || machine === lan);
}

/** The same subnet for a new host's containers as the others have, or one of their own; on each LAN that there is. */
function hostItems(on: NodeId | null, t: Text): Item[] {
  const { nodes } = worldStore.getState();
  const lans = lansFor(on);
  const n = freeSubnet(nodes);
  const subnets = [
    { dockerd: "", label: t.networks.sameSubnet },
    { dockerd: bip(n), label: t.networks.ownSubnet(`172.17.${n}.0/24`) },
  ];
  return lans.flatMap((lan) =>
    subnets.flatMap(({ dockerd, label }) => {
      const host = nextHost(nodes, lan, dockerd);
      if (host === null) return [];
      const where = nodes[lan.machine]?.name ?? lan.machine;
      return [
        {
          key: `${lan.machine} ${dockerd}`,
          label: lans.length === 1 ? label : t.networks.onLan(label, where),
          run: () => void plugIn(host),
        },
      ];
    }),
  );
}

async function plugIn(host: AddedHost): Promise<void> {
  if (isLocked("topology")) return notify("note", (t) => t.canvas.locked);
  if (!(await addHost(host))) return;
  const { name, interfaces } = host.spec;
  notify("note", (t) => t.networks.hostAdded(name, String(interfaces[0]?.ipv4)));
}

/** Where it was let go of; in the middle for the keyboard. */
function positionOf(choice: Choice): { left: number | string; top: number | string; transform?: string } {
  const box = view.element?.getBoundingClientRect();
  const at: Point | null = choice.type === "target" || choice.type === "host" ? null : choice.at;
  if (at === null || box === undefined) return { left: "50%", top: "40%", transform: "translate(-50%, -50%)" };
  const left = Math.min(at.x - box.left, box.width - 310);
  return { left: Math.max(8, left), top: Math.max(8, Math.min(at.y - box.top, box.height - 220)) };
}
