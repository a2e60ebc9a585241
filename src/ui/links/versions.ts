/**
 * The forms that a link's state has had. Each version keeps its reader for ever, and each reader gives today's state; a new
 * form gets the next number. `links.test.ts` opens links made in every one of them.
 *
 * 1: the saved state as it is, with `positions` beside it.
 * 2: the same in few characters: the scene by its name when it is one of the page's own, log entries as short arrays.
 */
import type { LogEntry, SavedState } from "../../protocol/messages.ts";
import type { Scene } from "../../protocol/scene.ts";
import { isSaved, positionsOf } from "../store/saved.ts";
import { isNumber, isRecord } from "../store/storage.ts";
import { LINK_TABS, type LinkFault, type LinkLook, type LinkState, NO_LOOK } from "./link-state.ts";

export const VERSION = 2;

export type Read = { readonly state: LinkState; readonly sceneChanged: boolean } | LinkFault;

/** What reads each version's JSON. `scenes` are the page's own. */
export const READERS: Readonly<Record<number, (json: unknown, scenes: readonly Scene[]) => Read>> = {
  1: readPlain,
  2: readCompact,
};

function readPlain(json: unknown): Read {
  if (!isSaved(json)) return "damaged";
  const { version, scene, log, tip, playhead_ns } = json;
  const { positions } = json as SavedState & { readonly positions?: unknown };
  const saved = { version, scene, log, tip, playhead_ns };
  return { state: { saved, positions: positionsOf(positions), look: NO_LOOK }, sceneChanged: false };
}

/** An entry of version 2: how far back its parent stands, how long after it (ns), whose terminal, what. */
type Entry = readonly [number, number, number, string | 0 | Exclude<LogEntry["what"], { type: "exec" | "interrupt" }>];

interface Compact {
  /** The scene's name and its fingerprint, or the whole scene. */
  readonly s: readonly [string, string] | Scene;
  /** Nodes that entries speak of by number. */
  readonly n: readonly string[];
  readonly l: readonly Entry[];
  readonly t: number;
  readonly p: number;
  readonly x?: Readonly<Record<string, readonly [number, number]>>;
  readonly k?: Partial<LinkLook>;
}

/** Today's form of a state, as JSON. */
export function writeCompact(state: LinkState, scenes: readonly Scene[]): string {
  const { scene, log, tip, playhead_ns } = state.saved;
  const nodes = [...new Set(log.map((entry) => entry.node))];
  const own = scenes.some((one) => one.id === scene.id && fingerprint(one) === fingerprint(scene));
  const look = Object.fromEntries(Object.entries(state.look).filter(([, value]) => value !== null));
  const positions = Object.entries(state.positions).map(
    ([node, at]) => [node, [Math.round(at.x), Math.round(at.y)]] as const,
  );
  const compact: Compact = {
    s: own ? [scene.id, fingerprint(scene)] : scene,
    n: nodes,
    l: log.map((entry) => writeEntry(entry, log, nodes)),
    t: tip,
    p: playhead_ns,
    ...(positions.length > 0 ? { x: Object.fromEntries(positions) } : {}),
    ...(Object.keys(look).length > 0 ? { k: look } : {}),
  };
  return JSON.stringify(compact);
}

function writeEntry(entry: LogEntry, log: readonly LogEntry[], nodes: readonly string[]): Entry {
  const { what } = entry;
  const word = what.type === "exec" ? what.line : what.type === "interrupt" ? 0 : what;
  const after_ns = entry.at_ns - (log[entry.parent]?.at_ns ?? 0);
  return [entry.id - entry.parent, after_ns, nodes.indexOf(entry.node), word];
}

function readCompact(json: unknown, scenes: readonly Scene[]): Read {
  if (!isRecord(json) || !Array.isArray(json.n) || !Array.isArray(json.l)) return "damaged";
  const found = readScene(json.s, scenes);
  if (typeof found === "string") return found;
  const log = readLog(json.l, json.n);
  const saved = { version: 1, scene: found.scene, log, tip: json.t, playhead_ns: json.p };
  if (!isSaved(saved)) return "damaged";
  const places = Object.entries(isRecord(json.x) ? json.x : {});
  const positions = Object.fromEntries(places.map(([id, at]) => [id, Array.isArray(at) ? { x: at[0], y: at[1] } : at]));
  const state = { saved, positions: positionsOf(positions), look: readLook(json.k) };
  return { state, sceneChanged: found.changed };
}

function readScene(value: unknown, scenes: readonly Scene[]): { scene: unknown; changed: boolean } | LinkFault {
  if (!Array.isArray(value)) return { scene: value, changed: false };
  const [id, print] = value;
  if (typeof id !== "string") return "damaged";
  const scene = scenes.find((one) => one.id === id);
  return scene === undefined ? "no-such-scene" : { scene, changed: fingerprint(scene) !== print };
}

/** Entries as `isSaved` and then the worker judge them; what is no entry at all stays one that they refuse. */
function readLog(entries: readonly unknown[], nodes: readonly unknown[]): unknown[] {
  const times_ns: number[] = [];
  return entries.map((entry, id) => {
    if (!Array.isArray(entry)) return null;
    const [back, after_ns, node, word] = entry;
    const parent = id - back;
    const at_ns = (times_ns[parent] ?? 0) + after_ns;
    times_ns[id] = at_ns;
    const what = typeof word === "string" ? { type: "exec", line: word } : word === 0 ? { type: "interrupt" } : word;
    return { id, parent, at_ns, node: nodes[node], what };
  });
}

function readLook(value: unknown): LinkLook {
  if (!isRecord(value)) return NO_LOOK;
  return {
    node: text(value.node),
    dev: isNumber(value.dev) ? value.dev : null,
    row: isNumber(value.row) && Number.isInteger(value.row) && value.row >= 0 ? value.row : null,
    front: text(value.front),
    tab: LINK_TABS.find((tab) => tab === value.tab) ?? null,
  };
}

const text = (value: unknown) => (typeof value === "string" ? value : null);

/** A scene in a few characters (FNV-1a, 32 bits): enough to see that it has been changed. */
export function fingerprint(scene: Scene): string {
  let hash = 0x811c9dc5;
  for (const char of JSON.stringify(scene)) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(36);
}
