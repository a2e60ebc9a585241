import { describe, expect, it } from "vitest";
import type { SavedState } from "../../protocol/messages.ts";
import { sameHost } from "../../scenes/same-host.ts";
import { fileName, isSceneFile, readSceneFile, writeSceneFile } from "./scene-file.ts";

const saved: SavedState = {
  version: 1,
  scene: sameHost,
  log: [{ id: 0, parent: -1, at_ns: 5, node: "hostA", what: { type: "exec", line: "docker ps" } }],
  tip: 0,
  playhead_ns: 9,
};
const file = { name: "my web", saved, positions: { hostA: { x: 1, y: 2 } } };

describe("a scene's file", () => {
  it("gives back what was written", () => {
    expect(readSceneFile(writeSceneFile(file))).toEqual({ ok: true, file });
  });

  it("may be a bare state, as it is put aside", () => {
    expect(readSceneFile(JSON.stringify(saved))).toEqual({ ok: true, file: { name: null, saved, positions: {} } });
  });

  it.each([
    ["not-json", "{ half a st"],
    ["not-ours", JSON.stringify({ kind: "something else" })],
    ["not-ours", "[1, 2]"],
    ["newer", JSON.stringify({ kind: "docker0-playground", version: 2 })],
    ["damaged", JSON.stringify({ kind: "docker0-playground", version: 1, saved: { version: 1 } })],
    ["damaged", JSON.stringify({ scene: {}, log: [] })],
  ])("is refused as %s", (fault, text) => {
    expect(readSceneFile(text)).toEqual({ ok: false, fault });
  });

  it("leaves out positions that are none", () => {
    const text = writeSceneFile(file).replace('"x": 1', '"x": "left"');
    expect(readSceneFile(text)).toMatchObject({ ok: true, file: { positions: {} } });
  });

  it("is told from a lesson", () => {
    expect(isSceneFile(JSON.parse(writeSceneFile(file)))).toBe(true);
    expect(isSceneFile({ version: 1, id: "x", steps: [] })).toBe(false);
  });

  it("gets a name that every system takes", () => {
    expect(fileName("web: two/hosts?")).toBe("web-two-hosts.docker0.json");
    expect(fileName("同一宿主机，第一次 ping")).toBe("同一宿主机-第一次-ping.docker0.json");
    expect(fileName("///")).toBe("scene.docker0.json");
  });
});
