import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { speak } from "../../src/i18n/text.ts";
import { sameHost } from "../../src/scenes/same-host.ts";
import { SCENES } from "../../src/scenes/scenes.ts";
import { stillNow } from "../../src/ui/still/still.ts";
import { worldStore } from "../../src/ui/store/stores.ts";
import { FLOOD_NS, PING, playScene } from "./play.ts";

/** What is wrong with an SVG as XML, as far as tags, quotes and ampersands go; null for nothing. */
function xmlFault(svg: string): string | null {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?: [a-zA-Z-]+="[^"<>]*")*)(\/?)>/g,
    (tag, closes, name, _attributes, empty) => {
      if (closes !== "" && open.pop() !== name) open.push(`${tag} closes nothing`);
      if (closes === "" && empty === "") open.push(name);
      return "";
    },
  );
  if (open.length > 0) return `open: ${open.join(" ")}`;
  return /[<>"]|&(?!(?:amp|lt|gt|quot);)/.exec(rest)?.[0] ?? null;
}

describe("a still picture", () => {
  it("shows who is there, what flies, what waits and what was learned", async () => {
    await playScene(sameHost, [PING], 20_000_000, FLOOD_NS);
    const { svg, width, height } = stillNow("light");
    for (const name of ["nginx-1", "nginx-2", "box-3", "docker0", "eth0", "port 2", "INCOMPLETE", "02:42:ac:11:00:02"])
      expect(svg).toContain(`>${name}<`);
    expect(svg.match(/>\?<\/text>/g)).toHaveLength(3);
    expect(svg).toContain(">waits for a MAC<");
    expect(svg).toContain(">Who has 172.17.0.3?<");
    expect(svg).toContain(`viewBox="0 0 ${width} ${height}"`);
  });

  it("is dark, and Chinese, without the page being so", async () => {
    await playScene(sameHost, [PING], 20_000_000, FLOOD_NS);
    expect(stillNow("light").svg).toContain('fill="#fffefb"');
    await speak("zh");
    const { svg } = stillNow("dark");
    expect(svg).toContain('fill="#171b20"');
    expect(svg).not.toContain('fill="#fffefb"');
    expect(svg).toContain("同一宿主机，第一次 ping");
    await speak("en");
  });

  it.each(SCENES.filter(({ id }) => id !== "docker0-full").map((scene) => [scene.id, scene] as const))(
    "%s: sound XML with every node in it",
    async (_, scene) => {
      await playScene(scene, scene.actions.slice(0, 1), 30_000_000, 1_300_000);
      const { svg } = stillNow("light");
      expect(xmlFault(svg)).toBeNull();
      expect(svg).not.toMatch(/NaN|undefined|Infinity|#808080/);
      const shown = svg.replaceAll("&amp;", "&");
      for (const { name } of Object.values(worldStore.getState().nodes)) expect(shown).toContain(`>${name}<`);
    },
  );

  it("stands in public/ for readers without JavaScript, as npm run still made it", () => {
    const svg = readFileSync(new URL("../../public/first-scene.svg", import.meta.url), "utf8");
    expect(xmlFault(svg.trim())).toBeNull();
    for (const name of ["nginx-1", "nginx-2", "box-3", "docker0", "Who has 172.17.0.3?"])
      expect(svg).toContain(`>${name}<`);
  });

  it("stands in public/stills/ for figures that wait to be started, in both languages", () => {
    const kept = (name: string) => readFileSync(new URL(`../../public/stills/${name}.svg`, import.meta.url), "utf8");
    for (const { id } of SCENES.filter((scene) => scene.id !== "docker0-full")) {
      expect(kept(id)).toContain("LAN switch");
      expect(kept(`${id}.zh`)).toContain("局域网交换机");
      expect(kept(`${id}.zh`)).not.toMatch(/switch|gateway|stack|listens|port \d/);
    }
  });

  it("brings no markup of a name into the picture", async () => {
    const title = { en: '<script>alert("1")</script>&', zh: "" };
    await playScene({ ...sameHost, id: "own", title }, [], 1000, 0);
    const { svg } = stillNow("light");
    expect(xmlFault(svg)).toBeNull();
    expect(svg).not.toContain("<script>");
  });
});
