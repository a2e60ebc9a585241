import { describe, expect, it } from "vitest";
import type * as published from "../../public/v1/embed.d.mts";
import { NO_PARAMS, parseParams } from "../ui/embed/params.ts";
import { frameAddress, SETTINGS } from "./address.ts";

const SITE = "https://docs.example/docker0/";

describe("the figure's address", () => {
  it("carries the attributes as settings, a bare one as true", () => {
    const attributes = new Map([
      ["scene", "same-host"],
      ["autoplay", ""],
      ["panels", "canvas,timeline"],
      ["state", "2.abc-_"],
      ["class", "wide"],
    ]);
    const url = new URL(frameAddress(SITE, (name) => attributes.get(name) ?? null, { theme: "dark", lang: "zh" }));
    expect(url.origin + url.pathname).toBe(SITE);
    expect(url.hash).toBe("#s=2.abc-_");
    const { params, faults } = parseParams(url.search);
    expect(faults).toEqual([]);
    expect(params).toEqual({
      ...NO_PARAMS,
      embed: true,
      scene: "same-host",
      autoplay: true,
      panels: new Set(["canvas", "timeline"]),
      theme: "dark",
      lang: "zh",
    });
  });

  it("has an attribute for each setting that an author chooses", () => {
    const others = ["embed", "theme", "lang"];
    expect([...SETTINGS, ...others].sort()).toEqual(Object.keys(NO_PARAMS).sort());
  });
});

describe("the scripts", () => {
  it("can be imported where there is no window, and twice", async () => {
    expect("window" in globalThis).toBe(false);
    const first = await import("./module.ts");
    await import("./embed.ts");
    expect(() => first.definePlayground("https://docs.example/")).not.toThrow();
    // The types that are published beside the module are the module's.
    const asPublished: Pick<
      typeof published.Docker0Playground.prototype,
      "play" | "run" | "load" | "seek" | "getState"
    > = new first.Docker0Playground();
    expect(Object.keys(first).sort()).toEqual(["Docker0Playground", "definePlayground"]);
    expect(asPublished).toBeDefined();
  });
});
