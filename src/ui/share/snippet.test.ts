import { describe, expect, it } from "vitest";
import { parseParams } from "../embed/params.ts";
import { type Choice, FIRST_CHOICE, type Figure, figureAddress, snippet } from "./snippet.ts";
import { siteAddress } from "./use-moment.ts";

const figure: Figure = {
  site: "https://example.org/play/",
  scene: "same-host",
  lesson: { id: "first-ping", step: 3 },
  state: "2.AbC-_",
  title: 'Ping "one" & <two>',
};
const all: Choice = {
  begin: "scene",
  autoplay: true,
  click: true,
  panels: ["canvas", "tables"],
  lock: ["topology", "terminal"],
  theme: "dark",
  language: "zh",
  speed: 0.5,
  focus: "nginx-1",
  height_px: 600,
  form: "iframe",
};

describe("where the page lies", () => {
  it("is the site's folder or file, whatever the address says besides", () => {
    expect(siteAddress("https://example.org/play/?scene=x#s=2.A")).toBe("https://example.org/play/");
    expect(siteAddress("https://example.org/play/v1/?embed=1")).toBe("https://example.org/play/");
    expect(siteAddress("https://example.org/play/v1/index.html")).toBe("https://example.org/play/");
    expect(siteAddress("file:///home/me/docker0-playground.html?x")).toBe("file:///home/me/docker0-playground.html");
  });
});

describe("a figure for somebody's page", () => {
  it("has an address that the page reads as what was chosen", () => {
    const { params, faults } = parseParams(new URL(figureAddress(all, figure)).search);
    expect(faults).toEqual([]);
    expect(params).toMatchObject({
      embed: true,
      scene: "same-host",
      autoplay: true,
      speed: 0.5,
      theme: "dark",
      lang: "zh",
      load: "click",
      focus: "nginx-1",
      panels: new Set(["canvas", "tables"]),
      lock: new Set(["topology", "terminal"]),
    });
  });

  it("leaves out what is as usual, and takes the state along only when it has to", () => {
    expect(figureAddress({ ...FIRST_CHOICE, begin: "scene" }, figure)).toBe(
      "https://example.org/play/?embed=1&scene=same-host",
    );
    expect(figureAddress(FIRST_CHOICE, figure)).toBe("https://example.org/play/?embed=1&scene=same-host#s=2.AbC-_");
    expect(figureAddress({ ...FIRST_CHOICE, begin: "scene" }, { ...figure, scene: null })).toBe(
      "https://example.org/play/?embed=1#s=2.AbC-_",
    );
  });

  it("begins at a lesson's step", () => {
    const address = figureAddress({ ...FIRST_CHOICE, begin: "lesson" }, figure);
    expect(address).toBe("https://example.org/play/?embed=1&lesson=first-ping&step=3");
    expect(parseParams(new URL(address).search)).toMatchObject({
      params: { lesson: "first-ping", step: 3, scene: null },
      faults: [],
    });
  });

  it("stands in HTML as it should, whatever its title has in it", () => {
    expect(snippet(all, figure)).toBe(
      `<iframe src="https://example.org/play/?embed=1&amp;scene=same-host&amp;panels=canvas,tables&amp;lock=topology,terminal&amp;autoplay=1&amp;speed=0.5&amp;load=click&amp;focus=nginx-1&amp;theme=dark&amp;lang=zh"
  title="Ping &quot;one&quot; &amp; &lt;two>" width="100%" height="600"
  style="border: 0" loading="lazy" allow="clipboard-write; fullscreen"></iframe>`,
    );
    expect(snippet({ ...all, begin: "moment", form: "element" }, figure)).toBe(
      `<script src="https://example.org/play/v1/embed.js" defer></script>
<docker0-playground scene="same-host" panels="canvas,tables" lock="topology,terminal" autoplay speed="0.5" load="click" focus="nginx-1" theme="dark" lang="zh" state="2.AbC-_" height="600"></docker0-playground>`,
    );
  });
});
