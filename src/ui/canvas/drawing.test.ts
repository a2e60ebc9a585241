import { beforeEach, expect, test } from "vitest";
import type { Batch } from "../../protocol/messages.ts";
import type { NodeView } from "../../protocol/view.ts";
import { oneHost, outside } from "../motion/testing.ts";
import { applyBatch } from "../store/apply-batch.ts";
import { placeNode, resetStores, tidyLayout } from "../store/stores.ts";
import { drawingStore, setFocused, startDrawing, toggleTables } from "./drawing.ts";

function batch(nodes: readonly NodeView[], removed: readonly string[] = [], reset = false): Batch {
  const none = new Int32Array();
  return {
    reset,
    playhead_ns: 0,
    head_ns: 0,
    next_event_ns: null,
    pending: false,
    trace: {
      from: 0,
      count: 0,
      t_ns: new Float64Array(),
      kind: new Uint8Array(),
      dev: none,
      packet: none,
      frame: none,
      a: none,
      b: none,
    },
    frames: { from: 0, offsets: new Uint32Array(1), bytes: new Uint8Array() },
    terminalFrom: 0,
    terminal: [],
    nodes,
    bodies: [],
    counters: { dev: new Int32Array(), words: new Float64Array() },
    links: [],
    removed,
    rules: null,
    log: null,
  };
}

const layoutNow = () => drawingStore.getState().layout;

beforeEach(() => {
  resetStores();
  startDrawing();
});

test("follows the world: cards come and go, and only what is structural draws anew", () => {
  const views = [...oneHost(2), ...outside()];
  applyBatch(batch(views, [], true));
  const first = layoutNow();
  expect(first.containers.size).toBe(2);
  applyBatch(batch(views.map((view) => ({ ...view, busy: true }))));
  expect(layoutNow()).toBe(first);
  applyBatch(batch([], ["hostA/nginx-2"]));
  expect([...layoutNow().containers.keys()]).toEqual(["hostA/nginx-1"]);
});

test("puts a card where somebody put it, until it is tidied up", () => {
  applyBatch(batch(oneHost(1), [], true));
  const before = layoutNow().containers.get("hostA/nginx-1")!.rect;
  const { origin } = layoutNow().machines.get("hostA")!;
  placeNode("hostA/nginx-1", { x: before.x - origin.x + 50, y: before.y - origin.y });
  expect(layoutNow().containers.get("hostA/nginx-1")!.rect.x).toBe(before.x + 50);
  tidyLayout();
  expect(layoutNow().containers.get("hostA/nginx-1")!.rect).toEqual(before);
});

test("a card with open tables is taller, and its interface stays where it was", () => {
  applyBatch(batch(oneHost(1), [], true));
  const before = layoutNow().containers.get("hostA/nginx-1")!.rect;
  toggleTables("hostA/nginx-1");
  const after = layoutNow().containers.get("hostA/nginx-1")!.rect;
  expect(after.height).toBeGreaterThan(before.height);
  expect(after.y + after.height).toBe(before.y + before.height);
  toggleTables("hostA/nginx-1");
});

test("the toolbar closes when what it stood over is gone", () => {
  applyBatch(batch(oneHost(2), [], true));
  setFocused({ type: "node", id: "hostA/nginx-2" });
  applyBatch(batch([], ["hostA/nginx-2"]));
  expect(drawingStore.getState().focused).toBeNull();
});
