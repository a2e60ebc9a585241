import { beforeEach, describe, expect, it, vi } from "vitest";
import type { SavedState } from "../../protocol/messages.ts";
import { sameHost } from "../../scenes/same-host.ts";
import { type Before, openKeptStore } from "../store/saved.ts";
import { keepLeft, keepScene, keptStore, putBack, readScene, removeScene, renameScene } from "./kept-scenes.ts";

const what = (line: string): Before => {
  const log: SavedState["log"] = [{ id: 0, parent: -1, at_ns: 1, node: "hostA", what: { type: "exec", line } }];
  return { saved: { version: 1, scene: sameHost, log, tip: 0, playhead_ns: 1 }, positions: {} };
};
const bare: Before = { saved: { ...what("x").saved, log: [], tip: -1 }, positions: {} };
const keep = (name: string | null, line: string) => keepScene({ id: null, name, what: what(line), facts: null })!;
const names = () => keptStore.getState().scenes.map((one) => one.name);

/** A browser's storage with room for so many characters. */
function storage(room: number): Storage {
  const texts = new Map<string, string>();
  const size = () => [...texts].reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  return {
    getItem: (key: string) => texts.get(key) ?? null,
    removeItem: (key: string) => void texts.delete(key),
    setItem: (key: string, text: string) => {
      const old = texts.get(key);
      texts.set(key, text);
      if (size() <= room) return;
      if (old === undefined) texts.delete(key);
      else texts.set(key, old);
      throw new DOMException("full", "QuotaExceededError");
    },
  } as unknown as Storage;
}

beforeEach(() => {
  vi.stubGlobal("localStorage", storage(1e6));
  vi.spyOn(Date, "now").mockImplementation(() => now++);
  keptStore.setState({ scenes: [] });
  openKeptStore.setState({ id: null });
});
let now = 1_700_000_000_000;

describe("kept scenes", () => {
  it("are listed, the last one first, each with its state", () => {
    const a = keep("a", "docker ps");
    const b = keep("b", "docker images");
    expect(names()).toEqual(["b", "a"]);
    expect(readScene(a)).toMatchObject(what("docker ps"));
    renameScene(b, "c");
    expect(names()).toEqual(["c", "a"]);
  });

  it("come back when a deletion is undone", () => {
    const a = keep("a", "docker ps");
    openKeptStore.setState({ id: a });
    const removed = removeScene(a)!;
    expect([names(), readScene(a), openKeptStore.getState().id]).toEqual([[], null, null]);
    expect(putBack(removed)).toBe(true);
    expect(readScene(a)).toMatchObject(what("docker ps"));
    expect(openKeptStore.getState().id).toBe(a);
  });

  it("are brought up to date when they are left; what has no name is added where something was done in it", () => {
    const a = keep("a", "docker ps");
    expect(keepLeft(what("docker stop web"), null, a)).toBe(a);
    expect(readScene(a)).toMatchObject(what("docker stop web"));
    expect(keepLeft(bare, null, null)).toBeNull();
    const left = keepLeft(what("ls"), null, null)!;
    expect(names()).toEqual([null, "a"]);
    expect(readScene(left)).toMatchObject(what("ls"));
  });

  it("without a name are a dozen, and never at the price of one with a name", () => {
    keep("mine", "docker ps");
    for (let n = 0; n < 20; n++) keep(null, `echo ${n}`);
    expect(names().filter((name) => name === null).length).toBeLessThanOrEqual(13);
    expect(names()).toContain("mine");
  });

  it("make room for others when they have no name; with names they stay, and the new one is refused", () => {
    vi.stubGlobal("localStorage", storage(3 * JSON.stringify(what("x")).length + 2500));
    keep(null, "x");
    keep("a", "x");
    keep("b", "x");
    expect(keep("c", "x")).not.toBeNull();
    expect(names()).toEqual(["c", "b", "a"]);
    expect(keepScene({ id: null, name: "d", what: what("x"), facts: null })).toBeNull();
    expect(names()).toEqual(["c", "b", "a"]);
  });
});
