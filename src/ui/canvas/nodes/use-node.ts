/** What a card subscribes to: its own node and nothing else. */
import { useRef, useSyncExternalStore } from "react";
import type { DevId, LinkView, NodeId, NodeView } from "../../../protocol/view.ts";
import { onFrame } from "../../store/clock.ts";
import { timeStore, traceStore, useSelection, useWorld, type World, worldStore } from "../../store/stores.ts";

/** The node; the same object as before as long as nothing in it changed but what no card shows. */
export function useNode(id: NodeId): NodeView | undefined {
  return useSame((s) => s.nodes[id]);
}

/** The device; the same object as before as long as nothing in it changed but what no card shows. */
export function useLink(dev: DevId): LinkView | undefined {
  return useSame((s) => s.devices.get(dev)?.link);
}

function useSame<T extends object>(select: (s: World) => T | undefined): T | undefined {
  const last = useRef<T | undefined>(undefined);
  return useWorld((s) => {
    const next = select(s);
    const same = next !== undefined && last.current !== undefined && isDrawnAlike(next, last.current);
    if (!same) last.current = next;
    return last.current;
  });
}

const drawn = new WeakMap<object, string>();

/** What no card shows. */
const UNSHOWN: ReadonlySet<string> = new Set(["iptables", "conntrack", "connections", "sockets"]);

/** Whether two views of one thing are drawn alike. A host's thousand devices are compared one by one: most are the same object. */
function isDrawnAlike(a: object, b: object): boolean {
  if (a === b) return true;
  if (!("links" in a && "links" in b)) return drawnOf(a) === drawnOf(b);
  const { links: these, ...one } = a as NodeView;
  const { links: those, ...other } = b as NodeView;
  if (these.length !== those.length || !these.every((link, i) => isDrawnAlike(link, those[i]!))) return false;
  return JSON.stringify(one, shown) === JSON.stringify(other, shown);
}

const shown = (key: string, value: unknown): unknown => (UNSHOWN.has(key) ? undefined : value);

/** All of a view that is drawn, in one string. */
function drawnOf(view: object): string {
  let text = drawn.get(view);
  if (text === undefined) {
    text = JSON.stringify(view, shown);
    drawn.set(view, text);
  }
  return text;
}

export function useIsSelected(id: NodeId): boolean {
  return useSelection((s) => s.node === id);
}

const PERIOD_MS = 250;

/** The playhead, four times a second: for ages, which nobody reads faster. */
export function usePlayhead(): number {
  return useSyncExternalStore(subscribeSlowly, slowPlayhead, slowPlayhead);
}

let slow_ns = 0;
let next_ms = 0;
const slowListeners = new Set<() => void>();
let stop: (() => void) | null = null;

function slowPlayhead(): number {
  return slow_ns;
}

function tellSlowly(playhead_ns: number): void {
  if (playhead_ns === slow_ns) return;
  slow_ns = playhead_ns;
  for (const call of slowListeners) call();
}

function subscribeSlowly(listener: () => void): () => void {
  slowListeners.add(listener);
  // Who comes later brings the others up to date, too: time may have gone back, and stand still from now on.
  tellSlowly(timeStore.getState().playhead_ns);
  stop ??= onFrame((now_ms) => {
    const { playhead_ns } = timeStore.getState();
    if (playhead_ns === slow_ns || (now_ms < next_ms && playhead_ns > slow_ns)) return;
    next_ms = now_ms + PERIOD_MS;
    tellSlowly(playhead_ns);
  });
  return () => {
    slowListeners.delete(listener);
    if (slowListeners.size > 0) return;
    stop?.();
    stop = null;
  };
}

/** Rows younger than this have only just been learned, ns. */
const FRESH_NS = 200_000;

/** Whether a trace row has only just happened, so that what it made lights up. */
export function isFresh(row: number): boolean {
  if (row < 0) return false;
  const { columns } = traceStore.getState();
  const happened_ns = columns.t_ns[row] ?? Number.NEGATIVE_INFINITY;
  const age_ns = timeStore.getState().playhead_ns - happened_ns;
  return row < columns.count && age_ns >= 0 && age_ns < FRESH_NS;
}

/** Name of a device, "?" when nobody has told of it. */
export function nameOf(dev: DevId): string {
  return worldStore.getState().devices.get(dev)?.link.name ?? "?";
}

/** First address of a node's own interfaces with its prefix; "" for none. */
export function addressOf(node: NodeView): string {
  const link = node.links.find((l) => l.kind !== "loopback" && l.kind !== "bridge" && l.addresses.length > 0);
  const first = link?.addresses[0];
  return first === undefined ? "" : `${first.address}/${first.prefixLen}`;
}

/** "4: eth0@if5", as `ip link` names it. */
export function linkName(link: LinkView): string {
  return `${link.ifindex}: ${link.name}${link.peerIfindex === null || link.kind !== "veth" ? "" : `@if${link.peerIfindex}`}`;
}
