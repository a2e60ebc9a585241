// A batch from the worker, written into the stores.
import type { Batch } from "../../protocol/messages.ts";
import type { DevId, NodeView } from "../../protocol/view.ts";
import {
  type Device,
  logStore,
  noTrace,
  selectionStore,
  terminalStore,
  timeStore,
  traceStore,
  worldStore,
} from "./stores.ts";
import { appendFrames, appendTrace, lastArrival, rowsUntil } from "./trace-columns.ts";

/** Everything in the batch becomes what the page shows, and its playhead the page's. */
export function applyBatch(batch: Batch): void {
  applyTrace(batch);
  applyTerminal(batch);
  applyNodes(batch);
  if (batch.log !== null) logStore.setState(batch.log);
  applyTime(batch);
}

function applyTrace(batch: Batch): void {
  const old = traceStore.getState();
  const { columns, frames, epoch } = batch.reset ? noTrace(old.epoch + 1) : old;
  appendTrace(columns, batch.trace);
  appendFrames(frames, batch.frames);
  traceStore.setState({ columns, frames, epoch, rows: columns.count, shown: rowsUntil(columns, batch.playhead_ns) });
  if (batch.reset) selectionStore.setState({ row: null, hovered: null });
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
  if (!batch.reset && batch.nodes.length === 0 && batch.removed.length === 0) return;
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
  const ids = Object.keys(nodes);
  const same = ids.length === old.nodeIds.length && ids.every((id, i) => id === old.nodeIds[i]);
  worldStore.setState({ nodes, nodeIds: same ? old.nodeIds : ids, devices, version: old.version + 1 });
  const { node } = selectionStore.getState();
  if (node !== null && nodes[node] === undefined) selectionStore.setState({ node: null, dev: null });
}

/** Old rows go on naming a device that is gone. */
function forgetDevices(devices: Map<DevId, Device>, node: NodeView | undefined): void {
  for (const link of node?.links ?? []) {
    if (devices.get(link.dev)?.node === node?.id) devices.set(link.dev, { link, node: node!.id, gone: true });
  }
}

function applyTime(batch: Batch): void {
  const { columns } = traceStore.getState();
  const { gaps } = timeStore.getState();
  const keep = batch.reset ? [] : gaps.filter((gap) => gap.to_ns <= batch.head_ns);
  timeStore.setState({
    playhead_ns: batch.playhead_ns,
    head_ns: batch.head_ns,
    next_event_ns: batch.next_event_ns,
    pending: batch.pending,
    lastArrival_ns: lastArrival(columns, batch.playhead_ns),
    gaps: keep.length === gaps.length ? gaps : keep,
  });
}
