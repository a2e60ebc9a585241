/** A short list when a gesture could mean more than one thing, or when the keyboard chooses instead of dragging. */
import { useEffect, useRef } from "react";
import { useText } from "../../../i18n/text.ts";
import type { DevId, NodeId } from "../../../protocol/view.ts";
import { useWorld, worldStore } from "../../store/stores.ts";
import { useDrawing } from "../drawing.ts";
import { view } from "../view.ts";
import { createNetwork, runImage, runOnBridge } from "./act.ts";
import { networkOf } from "./commands.ts";
import { type Choice, setChoice, useGesture } from "./gesture-store.ts";

export function Choices() {
  const choice = useGesture((s) => s.choice);
  return choice === null ? null : <Places choice={choice} />;
}

type Place =
  | { readonly type: "create"; readonly machine: NodeId }
  | { readonly type: "bridge"; readonly machine: NodeId; readonly dev: DevId }
  | { readonly type: "host" | "none"; readonly machine: NodeId };

function Places({ choice }: { choice: Choice }) {
  const t = useText().canvas;
  const dialog = useRef<HTMLDivElement>(null);
  const places = usePlaces(choice);
  const title = choice.type === "host" ? t.whereNetwork : t.whereTo(choice.image);
  const { nodes, devices } = worldStore.getState();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.querySelector("button")?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const nameOf = (place: Place) => {
    const host = nodes[place.machine]?.name ?? "?";
    if (place.type === "create") return host;
    if (place.type === "bridge") return t.onBridge(devices.get(place.dev)?.link.name ?? "?", host);
    return place.type === "host" ? t.onHost(host) : t.onNothing(host);
  };
  const choose = (place: Place) => {
    setChoice(null);
    if (choice.type === "host" || place.type === "create") createNetwork(place.machine);
    else if (place.type === "bridge") runOnBridge(place.machine, choice.image, place.dev);
    else runImage(place.machine, choice.image, { type: place.type });
  };
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
      {places.map((place) => (
        <button key={JSON.stringify(place)} type="button" className="toolbar-item" onClick={() => choose(place)}>
          {nameOf(place)}
        </button>
      ))}
      <button type="button" className="toolbar-item quiet" onClick={() => setChoice(null)}>
        {t.cancel}
      </button>
    </div>
  );
}

/** Where a container can stand: each bridge of Docker's, the host's own stack, nothing. */
function usePlaces(choice: Choice): Place[] {
  const only = choice.type === "network" ? choice.machine : null;
  const layout = useDrawing((s) => s.layout);
  const devices = useWorld((s) => s.devices);
  const hosts = [...layout.machines.values()].filter((box) => box.stack !== null && (only === null || box.id === only));
  if (choice.type === "host") return hosts.map((box) => ({ type: "create", machine: box.id }));
  return hosts.flatMap(({ id: machine }): Place[] => {
    const bars = [...layout.bridges.values()].filter((bar) => bar.machine === machine);
    const docker = bars.filter((bar) => {
      const link = devices.get(bar.dev)?.link;
      return link !== undefined && networkOf(link) !== null;
    });
    return [
      ...docker.map((bar): Place => ({ type: "bridge", machine, dev: bar.dev })),
      { type: "host", machine },
      { type: "none", machine },
    ];
  });
}

/** Where it was let go of; in the middle for the keyboard. */
function positionOf(choice: Choice): { left: number | string; top: number | string; transform?: string } {
  const box = view.element?.getBoundingClientRect();
  if (choice.type !== "network" || choice.at === null || box === undefined) {
    return { left: "50%", top: "40%", transform: "translate(-50%, -50%)" };
  }
  const left = Math.min(choice.at.x - box.left, box.width - 310);
  return { left: Math.max(8, left), top: Math.max(8, Math.min(choice.at.y - box.top, box.height - 220)) };
}
