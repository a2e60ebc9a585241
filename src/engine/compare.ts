/** Runs a line in a scene of its own, and tells the way of its first packet and of the answer: a lane of the comparison. */
import { TraceKind } from "../base/trace-kind.ts";
import type { CompareLane, CompareRun, CompareStep } from "../protocol/compare.ts";
import { rowsOf, type TraceRow } from "../sim/rows.ts";
import { frameBytes } from "../sim/trace.ts";
import { findNode, runCommand } from "../worlds/exec.ts";
import { openScene } from "../worlds/scene.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";

/** The line runs twice: the first time the hosts still have to ask for MACs, and only the second is looked at. */
export function compareLane({ scene, node, line }: CompareRun): CompareLane {
  const world = openScene(scene);
  const id = findNode(world, node)?.id ?? node;
  world.trace.on = false;
  runCommand(world, id, line);
  world.trace.on = true;
  const { text } = runCommand(world, id, line);
  const rows = [...rowsOf(world.trace)];
  const sent = rows.findIndex(({ kind, a, b }) => kind === TraceKind.SEND && a >= 0 && b >= 0);
  const empty = { id: scene.id, steps: [], rtt_ns: null, mtu: 0, addedBytes: 0, output: text };
  if (sent < 0) return empty;
  const start = rows[sent] as TraceRow;
  const there = steps(world, rows, start.packet, start.t_ns, "there");
  const reply = answerTo(rows, sent);
  const back = reply === null ? [] : steps(world, rows, reply.packet, start.t_ns, "back");
  const home = back.find(({ what }) => what === "deliver");
  return {
    ...empty,
    steps: [...there, ...back],
    rtt_ns: home?.t_ns ?? null,
    mtu: pathMtu(world, rows, start.packet),
    addedBytes: Math.max(0, ...there.map(({ addedBytes }) => addedBytes)),
  };
}

/** What the receiver sent once it had the packet, or null. */
function answerTo(rows: readonly TraceRow[], sent: number): TraceRow | null {
  const { packet, b } = rows[sent] as TraceRow;
  const arrived = rows.findIndex((row, i) => i > sent && row.kind === TraceKind.DELIVER && row.packet === packet);
  if (arrived < 0) return null;
  return (
    rows.find((row, i) => i > arrived && row.kind === TraceKind.SEND && row.packet !== packet && row.b === b) ?? null
  );
}

const KINDS: Readonly<Record<number, CompareStep["what"]>> = {
  [TraceKind.HOP]: "hop",
  [TraceKind.FORWARD]: "forward",
  [TraceKind.ENCAP]: "wrap",
  [TraceKind.DECAP]: "unwrap",
  [TraceKind.DELIVER]: "deliver",
  [TraceKind.DROP]: "drop",
};

/** A packet keeps its identity through NAT and tunnels, so all of its rows are its way. */
function steps(
  world: PlaygroundWorld,
  rows: readonly TraceRow[],
  packet: number,
  start_ns: number,
  way: CompareStep["way"],
): CompareStep[] {
  const found: CompareStep[] = [];
  let addedBytes = 0;
  for (const { t_ns, kind, dev, frame, a, b, packet: of } of rows) {
    const what = KINDS[kind];
    // A tunnel's own device is no wire: what goes into it comes out as the wrap that follows.
    if (of !== packet || what === undefined || (kind === TraceKind.HOP && a < 0)) continue;
    if (kind === TraceKind.ENCAP) addedBytes += b;
    if (kind === TraceKind.DECAP) addedBytes -= b;
    const bytes = frame < 0 ? null : frameBytes(world.trace, frame);
    const to = kind === TraceKind.HOP || kind === TraceKind.FORWARD ? a : -1;
    const step = { t_ns: t_ns - start_ns, way, what, addedBytes, frame: bytes?.slice() ?? new Uint8Array() };
    found.push({ ...step, at: placeName(world, dev), to: to < 0 ? null : placeName(world, to) });
    if (what === "deliver" || what === "drop") break;
  }
  return found;
}

/** "hostA:flannel.1", or with the container's name "pod-a:eth0". */
function placeName(world: PlaygroundWorld, dev: number): string {
  const device = world.devs[dev];
  if (!device) return "";
  for (const engine of Object.values(world.engines)) {
    const owner = Object.values(engine.containers).find(
      (c) => c.sandbox?.own === true && c.sandbox.netns === device.netns,
    );
    if (owner !== undefined) return `${owner.name}:${device.name}`;
  }
  return `${world.machines[world.netns[device.netns]?.machine ?? -1]?.name}:${device.name}`;
}

function pathMtu(world: PlaygroundWorld, rows: readonly TraceRow[], packet: number): number {
  let added = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const { kind, dev, a, b, packet: of } of rows) {
    if (of !== packet) continue;
    if (kind === TraceKind.ENCAP) added += b;
    else if (kind === TraceKind.DECAP) added -= b;
    else if (kind === TraceKind.HOP) {
      for (const id of [dev, a]) least = Math.min(least, (world.devs[id]?.mtu ?? Number.POSITIVE_INFINITY) - added);
    }
  }
  return Number.isFinite(least) ? least : 0;
}
