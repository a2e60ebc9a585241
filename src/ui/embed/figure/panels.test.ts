import { describe, expect, it } from "vitest";
import { arrange, frontOf, panelsOf, standsAside, wantedHeight } from "./panels.ts";

const DRAWING = { width: 560, height: 450 };

describe("a figure's panels", () => {
  it("are all of them where nobody says which", () => {
    expect(panelsOf(null)).toEqual({ shown: ["canvas", "events", "terminal", "details"], timeline: true });
  });

  it("are those that were asked for; what a packet or a table opens comes along", () => {
    expect(panelsOf(new Set(["canvas"]))).toEqual({ shown: ["canvas"], timeline: false });
    expect(panelsOf(new Set(["canvas", "tables", "timeline"]))).toEqual({
      shown: ["canvas", "details"],
      timeline: true,
    });
    expect(panelsOf(new Set(["packets"])).shown).toEqual(["events", "details"]);
  });

  it("lie beside, below or behind each other by the room there is", () => {
    const { shown } = panelsOf(null);
    expect(arrange(shown, 1024, 600)).toBe("beside");
    expect(arrange(shown, 720, 760)).toBe("below");
    expect(arrange(shown, 688, 420)).toBe("tabs");
    expect(arrange(shown, 390, 420)).toBe("tabs");
    expect(arrange(["canvas"], 1600, 900)).toBe("tabs");
    expect(arrange(["events", "details"], 1600, 900)).toBe("tabs");
  });

  it("have the wanted one in front, or the first", () => {
    expect(frontOf(["canvas", "events"], "events")).toBe("events");
    expect(frontOf(["canvas", "events"], "terminal")).toBe("canvas");
    expect(frontOf([], "canvas")).toBeNull();
  });
});

describe("words and controls", () => {
  it("stand aside where that makes the drawing larger", () => {
    expect(standsAside(688, 334, DRAWING)).toBe(true);
    expect(standsAside(390, 334, DRAWING)).toBe(false);
    expect(standsAside(688, 334, { width: 1200, height: 450 })).toBe(false);
    expect(standsAside(688, 334, { width: 0, height: 0 })).toBe(false);
  });
});

describe("the height that a figure wants", () => {
  it("grows with the width, within bounds, and doesn't hang on the height it has", () => {
    const heights = [200, 390, 688, 1024, 4000].map((width) => wantedHeight(width, DRAWING, true));
    expect(heights).toEqual(heights.toSorted((a, b) => a - b));
    expect(heights[0]).toBeGreaterThanOrEqual(300);
    expect(heights.at(-1)).toBeLessThanOrEqual(760);
  });
});
