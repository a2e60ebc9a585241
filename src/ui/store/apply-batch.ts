// A batch from the worker, written into the stores.
import type { Batch, LogEntry } from "../../protocol/messages.ts";
import type { DevId, LinkView, NodeId, NodeView } from "../../protocol/view.ts";
import { applyCounters } from "./counters.ts";
import {
  type Device,
  type Gap,
  logStore,
  noTrace,
  selectionStore,
  terminalStore,
  timeStore,
  traceStore,
  worldStore,
} from "./stores.ts";
import { appendFrames, appendTrace, lastArrival, rowsUntil } from "./trace-columns.ts";

/** What batches have cost the main thread so far, with all that hears of them at once: for the benchmark. */
export const batchCost = { busy_ms: 0, rows: 0 };

/** Everything in the batch becomes what the page shows, and its playhead the page's. */
export function applyBatch(batch: Batch): void {
  const from_ms = performance.now();
  apply(batch);
  batchCost.busy_ms += performance.now() - from_ms;
  batchCost.rows += batch.trace.count;
}

function apply(batch: Batch): void {
  applyTrace(batch);
  applyTerminal(batch);
  applyNodes(batch);
  applyCounters(batch.counters, batch.reset);
  if (batch.log !== null) logStore.setState({ ...batch.log, path: pathTo(batch.log.entries, batch.log.tip) });
  applyTime(batch);
}

function applyTrace(batch: Batch): void {
  const old = traceStore.getState();
  const { columns, frames } = batch.reset ? noTrace(0) : old;
  const kept = batch.reset ? 0 : Math.min(old.rows, batch.trace.from);
  const cut = batch.reset || kept < old.rows;
  const rules = batch.rules ?? (batch.reset ? [] : old.rules);
  appendTrace(columns, batch.trace);
  appendFrames(frames, batch.frames);
  traceStore.setState({
    columns,
    frames,
    rules,
    epoch: cut ? old.epoch + 1 : old.epoch,
    kept: cut ? kept : old.kept,
    rows: columns.count,
    shown: rowsUntil(columns, batch.playhead_ns),
  });
  if (cut) selectionStore.setState((s) => ({ row: survives(s.row, kept), hovered: survives(s.hovered, kept) }));
}

function survives(row: number | null, kept: number): number | null {
  return row !== null && row < kept ? row : null;
}

function applyTerminal(batch: Batch): void {
  const old = terminalStore.getState();
  if (!batch.reset && batch.terminal.length === 0 && batch.terminalFrom >= old.count) return;
  const chunks = batch.reset ? [] : (old.chunks as Batch["terminal"][number][]);
  chunks.length = Math.min(chunks.length, batch.terminalFrom);
  const cutBack = !batch.reset && batch.terminalFrom < old.count;
  for (const chunk of batch.terminal) chunks.push(chunk);
  terminalStore.setState({ chunks, count: chunks.length, epoch: old.epoch + (batch.reset || cutBack ? 1 : 0) });
}

function applyNodes(batch: Batch): void {
  if (!batch.reset && isNothing(batch)) return;
  const old = worldStore.getState();
  const devices = batch.reset ? new Map<DevId, Device>() : (old.devices as Map<DevId, Device>);
  const nodes = batch.reset ? {} : { ...old.nodes };
  for (const id of batch.removed) {
    forgetDevices(devices, nodes[id]);
    delete nodes[id];
  }
  for (const node of batch.nodes) forgetDevices(devices, nodes[node.id]);
  for (const node of batch.nodes) {
    for (const link of node.links) devices.set(link.dev, { link, node: node.id, gone: false });
    nodes[node.id] = node;
  }
  for (const body of batch.bodies) {
    const node = nodes[body.id];
    if (node !== undefined) nodes[body.id] = { ...node, ...body };
  }
  applyLinks(batch.links, nodes, devices);
  const ids = Object.keys(nodes);
  const same = ids.length === old.nodeIds.length && ids.every((id, i) => id === old.nodeIds[i]);
  worldStore.setState({ nodes, nodeIds: same ? old.nodeIds : ids, devices, version: old.version + 1 });
  const { node } = selectionStore.getState();
  if (node !== null && nodes[node] === undefined) selectionStore.setState({ node: null, dev: null });
}

function isNothing({ nodes, bodies, links, removed }: Batch): boolean {
  return nodes.length + bodies.length + links.length + removed.length === 0;
}

/** Puts changed devices into the nodes that they belong to, each node once. */
function applyLinks(links: Batch["links"], nodes: Record<NodeId, NodeView>, devices: Map<DevId, Device>): void {
  const changed = new Map<NodeId, Map<DevId, LinkView>>();
  for (const { node, link } of links) {
    devices.set(link.dev, { link, node, gone: false });
    const own = changed.get(node);
    if (own === undefined) changed.set(node, new Map([[link.dev, link]]));
    else own.set(link.dev, link);
  }
  for (const [id, own] of changed) {
    const node = nodes[id];
    if (node !== undefined) nodes[id] = { ...node, links: node.links.map((link) => own.get(link.dev) ?? link) };
  }
}

/** Old rows go on naming a device that is gone. */
function forgetDevices(devices: Map<DevId, Device>, node: NodeView | undefined): void {
  for (const link of node?.links ?? []) {
    if (devices.get(link.dev)?.node === node?.id) devices.set(link.dev, { link, node: node!.id, gone: true });
  }
}

/** Entries from the first to `tip`, oldest first. */
function pathTo(entries: readonly LogEntry[], tip: number): LogEntry[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const path: LogEntry[] = [];
  for (let entry = byId.get(tip); entry !== undefined; entry = byId.get(entry.parent)) path.push(entry);
  return path.reverse();
}

/** The next thing to happen, a command that the log has in store included. */
function nextEvent(batch: Batch): number | null {
  const command = logStore.getState().path.find((entry) => entry.at_ns > batch.playhead_ns);
  if (command === undefined) return batch.next_event_ns;
  return Math.min(command.at_ns, batch.next_event_ns ?? Infinity);
}

function applyTime(batch: Batch): void {
  const { columns } = traceStore.getState();
  const { gaps, gap: crossing } = timeStore.getState();
  // The gap that is being crossed ends beyond the head until it has been.
  const stays = (gap: Gap) => gap.to_ns <= batch.head_ns || gap.from_ns === crossing?.from_ns;
  const keep = batch.reset ? [] : gaps.filter(stays);
  timeStore.setState({
    playhead_ns: batch.playhead_ns,
    head_ns: batch.head_ns,
    next_event_ns: nextEvent(batch),
    pending: batch.pending,
    lastArrival_ns: lastArrival(columns, batch.playhead_ns),
    gaps: keep.length === gaps.length ? gaps : keep,
  });
}
