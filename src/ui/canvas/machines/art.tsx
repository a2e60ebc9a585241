/** The same scene as machines: what stands behind a card's words. Sizes are the card's own, px at zoom 1. */
import type { ReactNode } from "react";
import type { NodeKind } from "../../../protocol/view.ts";
import "./art.css";

interface Size {
  readonly width: number;
  readonly height: number;
}

function Art({ width, height, className, children }: Size & { className: string; children: ReactNode }) {
  return (
    <svg
      className={`art ${className}`}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

/** A screen on its foot; `on`: the lamp at its edge is lit. */
export function Computer({ width, height, on }: Size & { on: boolean }) {
  const screen = height - 24;
  const mid = width / 2;
  return (
    <Art width={width} height={height} className="art-computer">
      <path className="art-shade" d={`M${mid - 17} ${screen}h34l5 16h-44z`} />
      <rect className="art-body" x={mid - 56} y={height - 9} width="112" height="8.5" rx="4" />
      <rect className="art-body" x="0.75" y="0.75" width={width - 1.5} height={screen - 0.75} rx="11" />
      <rect className="art-screen" x="6" y="6" width={width - 12} height={screen - 16} rx="6" />
      <circle className="art-lamp" data-on={on || undefined} cx={width - 13} cy={screen - 5.5} r="2.2" />
      <path className="art-line" d={`M${mid - 9} ${screen - 5.5}h18`} />
    </Art>
  );
}

/** A host's case: rails with screws at both sides, air slots above. */
export function Chassis({ width, height }: Size) {
  const slots = Array.from({ length: 9 }, (_, i) => width - 34 - i * 9);
  const screws = [26, height - 26].flatMap((y) => [
    { x: 8, y },
    { x: width - 8, y },
  ]);
  return (
    <Art width={width} height={height} className="art-chassis">
      <rect className="art-body" x="1" y="1" width={width - 2} height={height - 2} rx="14" />
      <path className="art-line" d={`M16 1v${height - 2}M${width - 16} 1v${height - 2}`} />
      {slots.map((x) => (
        <path key={x} className="art-slot" d={`M${x} 14v16`} />
      ))}
      {screws.map(({ x, y }) => (
        <g key={`${x} ${y}`}>
          <circle className="art-screw" cx={x} cy={y} r="3.6" />
          <path className="art-line" d={`M${x - 2} ${y}h4`} />
        </g>
      ))}
    </Art>
  );
}

/** Where a plug goes in, and whether the lamp beside it is lit. */
export interface Socket {
  readonly x: number;
  readonly up: boolean;
  readonly below: boolean;
}

const SOCKET = { width: 22, height: 13 };

/** A switch: a row of sockets, those in use where their cables come in. */
export function SwitchBox({ width, height, sockets }: Size & { sockets: readonly Socket[] }) {
  const step = 34;
  const spare = Array.from({ length: Math.max(0, Math.floor((width - 40) / step)) }, (_, i) => 30 + i * step);
  const free = spare.filter((x) => sockets.every((socket) => socket.below || Math.abs(socket.x - x) > step - 4));
  return (
    <Art width={width} height={height} className="art-switch">
      <path className="art-foot" d={`M22 ${height}v4h22v-4zM${width - 44} ${height}v4h22v-4z`} />
      <rect className="art-box" x="0.75" y="0.75" width={width - 1.5} height={height - 1.5} rx="7" />
      {free.map((x) => (
        <Hole key={x} x={x} y={3} lamp={null} />
      ))}
      {sockets.map(({ x, up, below }) => (
        <Hole key={x} x={x} y={below ? height - 3 - SOCKET.height : 3} lamp={up} />
      ))}
    </Art>
  );
}

function Hole({ x, y, lamp }: { x: number; y: number; lamp: boolean | null }) {
  const { width, height } = SOCKET;
  return (
    <g>
      <path
        className="art-hole"
        d={`M${x - width / 2} ${y}h${width}v${height}h-${width / 2 - 4}v3h-8v-3h-${width / 2 - 4}z`}
      />
      {lamp !== null && (
        <circle className="art-lamp" data-on={lamp || undefined} cx={x + width / 2 + 4.5} cy={y + 3} r="2.2" />
      )}
    </g>
  );
}

/** Outside: a switch, a router with its aerials, a server, each behind its name. */
export function Device({ width, height, kind }: Size & { kind: NodeKind }) {
  if (kind === "switch") {
    const holes = [width - 92, width - 64, width - 36];
    return (
      <Art width={width} height={height} className="art-switch">
        <path className="art-foot" d={`M18 ${height}v4h18v-4zM${width - 36} ${height}v4h18v-4z`} />
        <rect className="art-box" x="0.75" y="0.75" width={width - 1.5} height={height - 1.5} rx="6" />
        {holes.map((x) => (
          <Hole key={x} x={x} y={3} lamp={true} />
        ))}
      </Art>
    );
  }
  if (kind === "router") {
    return (
      <Art width={width} height={height} className="art-router">
        <path className="art-aerial" d={`M${width - 26} 2l9 -22M${width - 50} 2l-9 -22`} />
        <rect className="art-body" x="0.75" y="0.75" width={width - 1.5} height={height - 1.5} rx="9" />
        <path className="art-line" d={`M14 ${height - 8}h${width - 52}`} />
        <circle className="art-lamp" data-on cx={width - 26} cy={height - 8} r="2.2" />
        <circle className="art-lamp" data-on cx={width - 16} cy={height - 8} r="2.2" />
      </Art>
    );
  }
  return (
    <Art width={width} height={height} className="art-server">
      <rect className="art-body" x="0.75" y="0.75" width={width - 1.5} height={height - 1.5} rx="7" />
      <path className="art-line" d={`M${width - 24} 8v${height - 16}M${width - 16} 8v${height - 16}`} />
      <circle className="art-lamp" data-on cx="11" cy={height - 10} r="2.2" />
    </Art>
  );
}
