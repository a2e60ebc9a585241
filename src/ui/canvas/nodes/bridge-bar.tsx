/** A bridge as a bar with its ports; inside it the line on which frames run from port to port. */
import { memo, Suspense } from "react";
import { useText } from "../../../i18n/text.ts";
import type { DevId } from "../../../protocol/view.ts";
import { type Point, right } from "../../motion/geometry.ts";
import { useWorld, type World, worldStore } from "../../store/stores.ts";
import { useDrawing } from "../drawing.ts";
import { useGesture } from "../gestures/gesture-store.ts";
import { SwitchBox, useMachines } from "../machines/use-machines.ts";
import { Address } from "./address.tsx";
import { useLink } from "./use-node.ts";

export const BridgeBar = memo(function BridgeBar({ dev }: { dev: DevId }) {
  const t = useText().canvas;
  const link = useLink(dev);
  const machines = useMachines();
  const layout = useDrawing((s) => s.layout);
  const target = useGesture((s) => s.over?.type === "bridge" && s.over.dev === dev);
  const bar = layout.bridges.get(dev);
  if (link === undefined || bar === undefined) return null;
  const ports = [...layout.masters].filter(([, master]) => master === dev).map(([port]) => port);
  const xs = ports.map((port) => (layout.pads.get(port)?.x ?? Number.NaN) - bar.rect.x).filter(Number.isFinite);
  const isBelow = (port: DevId) => (layout.pads.get(port)?.y ?? 0) > bar.rect.y + 1;
  const below = new Set(ports.filter(isBelow).map((port) => layout.pads.get(port)!.x - bar.rect.x));
  const drop_x = bar.drop.x - bar.rect.x;
  const bus_y = bar.bus_y - bar.rect.y;
  const ends = [...xs, drop_x];
  const address = link.addresses[0];
  const socketOf = (port: DevId) => {
    const device = worldStore.getState().devices.get(port)?.link;
    const x = (layout.pads.get(port)?.x ?? right(bar.rect)) - bar.rect.x;
    return { x, up: device?.up === true && device.carrier, below: isBelow(port) };
  };
  return (
    <div
      className="bar"
      data-target={target || undefined}
      data-compact={bar.fdb === null || undefined}
      data-down={!link.up || undefined}
    >
      {machines && (
        <Suspense fallback={null}>
          <SwitchBox width={bar.rect.width} height={bar.rect.height} sockets={ports.map(socketOf)} />
        </Suspense>
      )}
      <svg className="bus" width={bar.rect.width} height={bar.rect.height} aria-hidden="true">
        <path d={`M${Math.min(...ends)} ${bus_y}H${Math.max(...ends)}`} />
        <path d={xs.map((x) => `M${x} ${below.has(x) ? bar.rect.height : 0}V${bus_y}`).join("")} />
        {ports.length > MANY_PORTS && <ManyPorts ports={ports} origin={bar.rect} />}
        <path className="bus-own" d={`M${drop_x} ${bus_y}V${bar.rect.height}`} />
      </svg>
      {ports.slice(0, ports.length > MANY_PORTS ? 0 : undefined).map((port) => (
        <Port
          key={port}
          dev={port}
          x={(layout.pads.get(port)?.x ?? right(bar.rect)) - bar.rect.x}
          below={isBelow(port)}
          bridge={link.name}
        />
      ))}
      <span className="bar-own" style={{ left: drop_x }} />
      <div className="bar-text">
        <strong>{link.name}</strong>
        <span>
          {address !== undefined && <Address text={`${address.address}/${address.prefixLen}`} />}
          {bar.fdb !== null && <span className="bar-mac"> · {link.mac}</span>}
        </span>
        {!link.up && <em>{t.linkDown}</em>}
      </div>
    </div>
  );
});

/** More ports than these are two shapes: those that are up and those that are down. */
const MANY_PORTS = 100;

function ManyPorts({ ports, origin }: { readonly ports: readonly DevId[]; readonly origin: Point }) {
  const pads = useDrawing((s) => s.layout.pads);
  const isDown = ({ devices }: World, port: DevId) => {
    const link = devices.get(port)?.link;
    return link === undefined || !link.up || !link.carrier;
  };
  const down = useWorld((s) => ports.filter((port) => isDown(s, port)).join(" "));
  const downs = new Set(down.split(" ").map(Number));
  const shape = (some: readonly DevId[]) =>
    some
      .flatMap((port) => pads.get(port) ?? [])
      .map(({ x, y }) => `M${x - origin.x - 8.5} ${y - origin.y - 4.5}h17v9h-17Z`)
      .join("");
  return (
    <>
      <path className="many-ports" d={shape(ports.filter((port) => !downs.has(port)))} />
      <path className="many-ports" data-down d={shape(ports.filter((port) => downs.has(port)))} />
    </>
  );
}

function Port({ dev, x, below, bridge }: { dev: DevId; x: number; below: boolean; bridge: string }) {
  const t = useText().canvas;
  const link = useLink(dev);
  if (link === undefined) return null;
  const down = !link.up || !link.carrier;
  return (
    <span
      className="port"
      style={{ left: x }}
      data-below={below || undefined}
      data-down={down || undefined}
      data-no={link.portNo ?? undefined}
      data-dev={dev}
      role="img"
      aria-label={t.noStackHere(link.name, bridge)}
    />
  );
}
