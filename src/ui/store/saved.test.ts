import { afterEach, describe, expect, it, vi } from "vitest";
import { sameHost } from "../../scenes/same-host.ts";
import { keepAside, keepSaved, readAside, readKept } from "./saved.ts";
import { readStored, writeStored } from "./storage.ts";

const saved = { version: 1, scene: sameHost, log: [], tip: -1, playhead_ns: 5 } as const;

afterEach(() => {
  writeStored("state", null);
  vi.unstubAllGlobals();
});

describe("what outlives the page", () => {
  it("comes back as it was", () => {
    keepSaved(saved);
    expect(readKept()).toMatchObject({ kind: "saved", saved });
  });

  it.each(["", "{", "null", '{"version":2}', '{"version":1,"scene":{},"log":[],"tip":-1,"playhead_ns":0}'])(
    "knows that %j is damaged, and keeps it aside",
    (text) => {
      writeStored("state", text);
      const kept = readKept();
      expect(kept).toEqual({ kind: "damaged", text });
      keepAside(text);
      expect(readAside()).toBe(text);
    },
  );

  it("is memory where the browser forbids storage", () => {
    vi.stubGlobal("localStorage", {
      getItem: () => {
        throw new Error("SecurityError");
      },
      setItem: () => {
        throw new Error("SecurityError");
      },
    });
    expect(writeStored("state", "x")).toBe(false);
    expect(readStored("state")).toBe("x");
  });
});
