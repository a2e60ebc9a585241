/**
 * What the page knows, in small vanilla zustand stores. React reads them through the `use…` hooks with a selector; what
 * changes every frame (the playhead) is read by `getState()` in the page's one animation frame, not by React state.
 * Only `applyBatch` and the session's actions write the first five.
 */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { LogEntry, MetRule, TerminalChunk } from "../../protocol/messages.ts";
import type { Scene } from "../../protocol/scene.ts";
import type { DevId, LinkView, NodeId, NodeView } from "../../protocol/view.ts";
import { emptyFrames, emptyTrace, type FrameBytes, type TraceColumns } from "./trace-columns.ts";

/** A device and who has it. `gone` when it has been removed, or does not exist yet at the playhead: old rows still name it. */
export interface Device {
  readonly link: LinkView;
  readonly node: NodeId;
  readonly gone: boolean;
}

export interface World {
  readonly nodes: Readonly<Record<NodeId, NodeView>>;
  /** Order of arrival. A new array only when a node came or went. */
  readonly nodeIds: readonly NodeId[];
  /** One map that is changed in place; its values are replaced. Select `s.devices.get(dev)`, or watch `version`. */
  readonly devices: ReadonlyMap<DevId, Device>;
  readonly version: number;
}

/** A stretch of virtual time that was crossed in a blink. */
export interface Gap {
  readonly from_ns: number;
  readonly to_ns: number;
}

/** A step that is being made: to the end of the next hop, or to the next row of the trace. */
export type Step = { readonly kind: "hop" | "event"; readonly stopAt_ns: number };

export interface Time {
  readonly playhead_ns: number;
  readonly head_ns: number;
  readonly next_event_ns: number | null;
  readonly pending: boolean;
  /** When the last frame that has left by the playhead arrives (later than the playhead: in flight) or arrived. */
  readonly lastArrival_ns: number | null;
  readonly playing: boolean;
  /** 0.1 to 10. */
  readonly speed: number;
  /** One virtual second a second, whatever happens. */
  readonly realTime: boolean;
  /** Null unless a step is being made. */
  readonly step: Step | null;
  /** Gaps that this branch has crossed, by time. */
  readonly gaps: readonly Gap[];
  /** The gap that is being crossed right now. */
  readonly gap: Gap | null;
}

export interface Trace {
  /** Changed in place: watch `rows` and `epoch`. */
  readonly columns: TraceColumns;
  readonly frames: FrameBytes;
  /** Rules of netfilter that packets met, by number. */
  readonly rules: readonly MetRule[];
  /** columns.count. */
  readonly rows: number;
  /** Rows that had happened by the playhead. */
  readonly shown: number;
  /** Goes up when rows were forgotten (another scene or another branch): what was made of rows from `kept` on is void. */
  readonly epoch: number;
  /** How many rows outlived the last change of `epoch`. */
  readonly kept: number;
}

export interface Terminals {
  /** All chunks of the branch by number, in order of time; changed in place. */
  readonly chunks: readonly TerminalChunk[];
  readonly count: number;
  /** Goes up when chunks were forgotten. */
  readonly epoch: number;
}

export interface CommandLog {
  readonly entries: readonly LogEntry[];
  readonly tip: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Entries of the open branch, oldest first. */
  readonly path: readonly LogEntry[];
}

export interface Selection {
  readonly node: NodeId | null;
  readonly dev: DevId | null;
  /** Trace row of the packet that is open. */
  readonly row: number | null;
  /** Trace row under the pointer (a token of the canvas, or a line of the list). */
  readonly hovered: number | null;
}

export interface Position {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  /** Where somebody put a node, in the canvas's own coordinates; the others are placed by the layout. */
  readonly positions: Readonly<Record<NodeId, Position>>;
}

const NO_WORLD: World = { nodes: {}, nodeIds: [], devices: new Map(), version: 0 };
const NO_TIME: Time = {
  playhead_ns: 0,
  head_ns: 0,
  next_event_ns: null,
  pending: false,
  lastArrival_ns: null,
  playing: false,
  speed: 1,
  realTime: false,
  step: null,
  gaps: [],
  gap: null,
};
const NO_LOG: CommandLog = { entries: [], tip: -1, canUndo: false, canRedo: false, path: [] };
const NO_SELECTION: Selection = { node: null, dev: null, row: null, hovered: null };

export const worldStore = createStore<World>(() => NO_WORLD);
export const timeStore = createStore<Time>(() => NO_TIME);
export const traceStore = createStore<Trace>(() => noTrace(0));
export const terminalStore = createStore<Terminals>(() => ({ chunks: [], count: 0, epoch: 0 }));
export const logStore = createStore<CommandLog>(() => NO_LOG);
export const selectionStore = createStore<Selection>(() => NO_SELECTION);
/** The scene that is open; null until the first one is. */
export const sceneStore = createStore<{ readonly scene: Scene | null }>(() => ({ scene: null }));
/** Whose terminal is in front, null for the first; and whose stands beside it where there are two. */
export const frontStore = createStore<{ readonly node: NodeId | null; readonly second: NodeId | null }>(() => ({
  node: null,
  second: null,
}));
export const layoutStore = createStore<Layout>(() => ({ positions: {} }));

/** An empty trace of the given epoch. */
export function noTrace(epoch: number): Trace {
  return { columns: emptyTrace(), frames: emptyFrames(), rules: [], rows: 0, shown: 0, epoch, kept: 0 };
}

/** Everything as on an empty page; for tests. */
export function resetStores(): void {
  worldStore.setState({ ...NO_WORLD, devices: new Map() }, true);
  timeStore.setState(NO_TIME, true);
  traceStore.setState(noTrace(0), true);
  terminalStore.setState({ chunks: [], count: 0, epoch: 0 }, true);
  logStore.setState(NO_LOG, true);
  selectionStore.setState(NO_SELECTION, true);
  layoutStore.setState({ positions: {} }, true);
  frontStore.setState({ node: null, second: null }, true);
  sceneStore.setState({ scene: null }, true);
}

export function useWorld<T>(select: (s: World) => T): T {
  return useStore(worldStore, select);
}
export function useTime<T>(select: (s: Time) => T): T {
  return useStore(timeStore, select);
}
export function useTrace<T>(select: (s: Trace) => T): T {
  return useStore(traceStore, select);
}
export function useTerminals<T>(select: (s: Terminals) => T): T {
  return useStore(terminalStore, select);
}
export function useLog<T>(select: (s: CommandLog) => T): T {
  return useStore(logStore, select);
}
export function useSelection<T>(select: (s: Selection) => T): T {
  return useStore(selectionStore, select);
}
export function useLayout<T>(select: (s: Layout) => T): T {
  return useStore(layoutStore, select);
}

export function useScene(): Scene | null {
  return useStore(sceneStore, (s) => s.scene);
}
export function useFront(): NodeId | null {
  return useStore(frontStore, (s) => s.node);
}

/** Whose terminal stands beside the front one; null for none. */
export function useSecond(): NodeId | null {
  return useStore(frontStore, (s) => s.second);
}

/** Brings a node's terminal to the front; one that stands beside it is in view already. */
export function showTerminal(node: NodeId): void {
  if (frontStore.getState().second !== node) frontStore.setState({ node });
}

/** Opens a node in the inspector, or closes it with null. */
export function selectNode(node: NodeId | null, dev: DevId | null = null): void {
  selectionStore.setState({ node, dev, row: null });
}

/** Opens the packet of a trace row, or closes it with null. */
export function selectRow(row: number | null): void {
  selectionStore.setState({ row });
}

/** Names the row under the pointer; null when it has left. */
export function hoverRow(row: number | null): void {
  if (selectionStore.getState().hovered !== row) selectionStore.setState({ hovered: row });
}

/** Puts a node somewhere; null gives it back to the layout. */
export function placeNode(node: NodeId, position: Position | null): void {
  layoutStore.setState((s) => {
    const { [node]: _old, ...others } = s.positions;
    return { positions: position === null ? others : { ...others, [node]: position } };
  });
}

/** Gives every node back to the layout. */
export function tidyLayout(): void {
  layoutStore.setState({ positions: {} });
}
