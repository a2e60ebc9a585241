/** Every line of the drawing, in one SVG below the cards: veth pairs with a name at each end, cables, the host's inner ways. */
import { type KeyboardEvent, memo, useMemo } from "react";
import { type Text, useText } from "../../i18n/text.ts";
import type { DevId, LinkView } from "../../protocol/view.ts";
import { type Point, svgPath } from "../motion/geometry.ts";
import type { Wire } from "../motion/layout-types.ts";
import { worldStore } from "../store/stores.ts";
import { setFocused, useDrawing } from "./drawing.ts";
import { useFar } from "./far/far-store.ts";
import { useMachines } from "./machines/use-machines.ts";
import { linkName, useLink } from "./nodes/use-node.ts";
import { Tubes } from "./tubes.tsx";

export function Wires() {
  const all = useDrawing((s) => s.layout.wires);
  const many = useFar((s) => s.many);
  // Where containers are many a canvas draws their veths.
  const wires = useMemo(() => (many ? all.filter((wire) => wire.kind !== "veth") : all), [all, many]);
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: a title would pop up over every line; each line has its own name
    <svg className="wires">
      <Tubes />
      {wires.map((wire) => wire.b >= 0 && <OuterWire key={wire.id} wire={wire} />)}
      {wires.map((wire) => wire.b < 0 && <InnerWire key={wire.id} wire={wire} />)}
      {/* Over all lines, so that none runs through a name. */}
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in here takes the focus */}
      <g aria-hidden="true">{wires.map((wire) => wire.kind === "veth" && <VethNames key={wire.id} wire={wire} />)}</g>
    </svg>
  );
}

/** Between a bridge or a NIC and its host's stack: no link of its own. */
const InnerWire = memo(function InnerWire({ wire }: { wire: Wire }) {
  return (
    <g>
      <path className={`wire wire-${wire.kind}`} d={svgPath(wire.points)} />
      {wire.kind === "uplink" && <path className="wire-core" d={svgPath(wire.points)} />}
      {wire.kind === "uplink" && <NicPad wire={wire} />}
    </g>
  );
});

/** A host's NIC, on the lower edge of its card and above its cable. */
function NicPad({ wire }: { wire: Wire }) {
  const link = useLink(wire.a);
  const at = wire.points.at(-1)!;
  if (link === undefined) return null;
  const name = linkName(link);
  const width = link.name.length * 6.7 + 20;
  return (
    <g className="nic-pad" data-dev={wire.a} data-down={!link.up || !link.carrier || undefined}>
      <g className="nic-face" style={{ transformOrigin: `${at.x}px ${at.y}px` }}>
        <rect x={at.x - width / 2} y={at.y - 10} width={width} height="20" rx="6" />
        <text x={at.x} y={at.y + 3.8}>
          {link.name}
        </text>
      </g>
      <text className="nic-name" x={at.x - 9} y={at.y + 26}>
        {name}
      </text>
    </g>
  );
}

/** "up", "down" or "no carrier", of the worse of both ends. */
export function wireState(a: LinkView | undefined, b: LinkView | undefined): "up" | "down" | "noCarrier" {
  const ends = [a, b].filter((end) => end !== undefined);
  if (ends.some((end) => !end.up)) return "down";
  return ends.some((end) => !end.carrier) ? "noCarrier" : "up";
}

/** Names of both ends, whose the first one is, and whether it carries. */
export function wireLabel(wire: Wire, t: Text["canvas"]): string {
  const { devices, nodes } = worldStore.getState();
  const end = (dev: DevId) => devices.get(dev)?.link;
  const [a, b] = [end(wire.a), end(wire.b)];
  const states = { up: t.up, down: t.linkDown, noCarrier: t.noCarrier };
  const name = (link: LinkView | undefined) => (link === undefined ? "?" : linkName(link));
  const state = states[wireState(a, b)];
  const owner = nodes[devices.get(wire.a)?.node ?? ""]?.name ?? "?";
  return wire.kind === "veth" ? t.vethLabel(owner, name(a), name(b), state) : t.cableLabel(name(a), name(b), state);
}

const OuterWire = memo(function OuterWire({ wire }: { wire: Wire }) {
  const machines = useMachines();
  const t = useText().canvas;
  const a = useLink(wire.a);
  const b = useLink(wire.b);
  const focused = useDrawing((s) => s.focused?.type === "wire" && s.focused.id === wire.id);
  const d = svgPath(wire.points);
  const carries = wireState(a, b) === "up";
  const open = () => setFocused({ type: "wire", id: wire.id });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    open();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a line in an SVG can't be a <button>
    <g
      className="wire-group"
      data-kind={wire.kind}
      data-state={wireState(a, b)}
      data-selected={focused || undefined}
      data-wire={wire.id}
      role="button"
      tabIndex={0}
      aria-label={wireLabel(wire, t)}
      onClick={open}
      onKeyDown={onKeyDown}
    >
      <path className="wire-hit" d={d} />
      <path className={`wire wire-${wire.kind}`} d={d} pathLength={carries ? 1 : undefined} />
      {(wire.kind === "cable" || machines) && <CableEnds wire={wire} d={d} />}
      {!carries && <Break wire={wire} cut={wireState(a, b) === "down"} />}
    </g>
  );
});

/** What makes a line a cable: its sheath, and a plug at each end. */
function CableEnds({ wire, d }: { wire: Wire; d: string }) {
  const { points } = wire;
  return (
    <>
      <path className="wire-core" d={d} />
      <Plug at={points[0]!} towards={points[1]!} />
      <Plug at={points.at(-1)!} towards={points.at(-2)!} />
    </>
  );
}

function Plug({ at, towards }: { at: Point; towards: Point }) {
  const turn = (Math.atan2(towards.y - at.y, towards.x - at.x) * 180) / Math.PI;
  return (
    <path
      className="wire-plug"
      d="M0 -4.5h8.5v2.5h3v4h-3v2.5h-8.5z"
      transform={`translate(${at.x} ${at.y}) rotate(${turn})`}
    />
  );
}

/** Where a line that doesn't carry is open: crossed where an end is down, else a ring. */
function Break({ wire, cut }: { wire: Wire; cut: boolean }) {
  const from = wire.points.at(-2)!;
  const to = wire.points.at(-1)!;
  const x = (from.x + to.x) / 2;
  const y = (from.y + to.y) / 2;
  return (
    <g className="wire-break">
      <circle cx={x} cy={y} r="9" />
      {cut && <path d={`M${x - 4} ${y - 4}l8 8m0 -8l-8 8`} />}
    </g>
  );
}

const VethNames = memo(function VethNames({ wire }: { wire: Wire }) {
  const t = useText().canvas;
  const a = useLink(wire.a);
  const b = useLink(wire.b);
  const focused = useDrawing((s) => s.focused?.type === "wire" && s.focused.id === wire.id);
  const start = wire.points[0]!;
  const end = wire.points.at(-1)!;
  if (wire.labelRise < 0) return null;
  const raised = wire.labelRise > 0;
  const y = end.y - 11 - wire.labelRise;
  return (
    <g className="wire-names" data-selected={focused || undefined}>
      {a !== undefined && (
        <text className={raised ? "by-lane" : "by-pad"} x={start.x + 9} y={start.y + 25 + wire.labelDrop}>
          <LinkName link={a} />
        </text>
      )}
      {b !== undefined && (
        <text className={raised ? "by-port before" : "by-port"} x={end.x + (raised ? -9 : 9)} y={y}>
          <LinkName link={b} />
        </text>
      )}
      {b !== undefined && b.portNo !== null && (
        <text className={raised ? "wire-port" : "wire-port before"} x={end.x + (raised ? 9 : -9)} y={y}>
          {t.port(b.portNo)}
        </text>
      )}
    </g>
  );
});

/** "4: eth0@if5", of which small drawings leave out the other end. */
function LinkName({ link }: { link: LinkView }) {
  const [own = "", other] = linkName(link).split("@");
  const name = own.indexOf(" ") + 1;
  return (
    <>
      <tspan className="index">{own.slice(0, name)}</tspan>
      {own.slice(name)}
      {other !== undefined && <tspan className="far-off">@{other}</tspan>}
    </>
  );
}

/** Name of the wire's end on the host, for the toolbar. */
export function wireTitle(wire: Wire): string {
  const find = (dev: DevId) => worldStore.getState().devices.get(dev)?.link;
  return (find(wire.b) ?? find(wire.a))?.name ?? "?";
}
