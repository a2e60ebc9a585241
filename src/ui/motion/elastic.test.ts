import { describe, expect, test } from "vitest";
import { MS_NS, SECOND_NS, US_NS } from "../../base/time.ts";
import { type ElasticInput, HOP_MS, HOP_NS, nextPlayhead } from "./elastic.ts";

const IDLE: ElasticInput = {
  playhead_ns: 0,
  head_ns: 0,
  inFlightUntil_ns: 0,
  next_event_ns: null,
  pending: false,
  speed: 1,
  realTime: false,
};

/** Runs frames of 16 ms until the playhead stands at `to_ns`. Returns the real time that it took, ms. */
function realTimeTo(to_ns: number, input: ElasticInput): number {
  let playhead_ns = input.playhead_ns;
  for (let frames = 0; frames < 10_000; frames++) {
    if (playhead_ns >= to_ns) return frames * 16;
    playhead_ns = nextPlayhead({ ...input, playhead_ns }, 16).playhead_ns;
  }
  return Number.POSITIVE_INFINITY;
}

describe("while frames are in flight", () => {
  const flying = { ...IDLE, inFlightUntil_ns: HOP_NS, next_event_ns: HOP_NS };

  test("a veth hop takes about HOP_MS", () => {
    expect(realTimeTo(HOP_NS, flying)).toBeCloseTo(HOP_MS, -2);
  });

  test("a hop over a longer cable takes as long", () => {
    const cable = { ...IDLE, inFlightUntil_ns: 50 * US_NS, next_event_ns: 50 * US_NS, hop_ns: 50 * US_NS };
    expect(realTimeTo(50 * US_NS, cable)).toBeCloseTo(HOP_MS, -2);
  });

  test("speed scales it", () => {
    expect(realTimeTo(HOP_NS, { ...flying, speed: 2 })).toBeCloseTo(HOP_MS / 2, -2);
  });

  test("the playhead passes what happens on the way at the pace that it has", () => {
    const alone = nextPlayhead({ ...flying, next_event_ns: null }, 16);
    expect(nextPlayhead({ ...flying, next_event_ns: 10 }, 16)).toEqual(alone);
  });

  test("a hop that ends in the middle of a frame goes on into the next one", () => {
    const playhead_ns = HOP_NS - 100;
    const step_ns = (16 * HOP_NS) / HOP_MS;
    expect(nextPlayhead({ ...flying, playhead_ns }, 16).playhead_ns).toBeCloseTo(playhead_ns + step_ns, 5);
  });

  test("the pace changes gently when a shorter hop sets out, and comes to be its own", () => {
    let pace: number | null = (4 * HOP_NS) / HOP_MS;
    const input = { ...IDLE, inFlightUntil_ns: 100 * HOP_NS, next_event_ns: null, hop_ns: HOP_NS };
    const paces: number[] = [pace];
    for (let frame = 0; frame < 60; frame++) {
      pace = nextPlayhead({ ...input, pace }, 16).pace ?? null;
      paces.push(pace!);
    }
    paces.slice(1).forEach((now, i) => {
      expect(now).toBeLessThan(paces[i]!);
      expect(now / paces[i]!).toBeGreaterThan(0.85);
    });
    expect(pace).toBeCloseTo(HOP_NS / HOP_MS, 1);
  });

  test("after the last flight the rest of the frame runs at the wall clock's pace", () => {
    const almost = { ...IDLE, playhead_ns: 0, inFlightUntil_ns: 1, next_event_ns: SECOND_NS };
    const { playhead_ns } = nextPlayhead(almost, 16);
    expect(playhead_ns).toBeGreaterThan(15 * MS_NS);
    expect(playhead_ns).toBeLessThanOrEqual(16 * MS_NS + 1);
  });
});

describe("when nothing is in flight", () => {
  test("an idle page runs at the wall clock's pace", () => {
    expect(nextPlayhead({ ...IDLE, next_event_ns: SECOND_NS }, 16)).toEqual({ playhead_ns: 16 * MS_NS });
    expect(nextPlayhead(IDLE, 16)).toEqual({ playhead_ns: 16 * MS_NS });
  });

  test.each([
    [SECOND_NS, 200, 450],
    [5 * SECOND_NS, 300, 600],
  ])("a gap of %d ns is crossed in a blink while something is pending", (gap_ns, least_ms, most_ms) => {
    const took_ms = realTimeTo(gap_ns, { ...IDLE, pending: true, next_event_ns: gap_ns });
    expect(took_ms).toBeGreaterThan(least_ms);
    expect(took_ms).toBeLessThan(most_ms);
  });

  test("the gap is marked from where the last flight ended", () => {
    const input = { ...IDLE, playhead_ns: 5 * MS_NS, inFlightUntil_ns: MS_NS, next_event_ns: SECOND_NS, pending: true };
    expect(nextPlayhead(input, 16).gap).toEqual({ from_ns: MS_NS, to_ns: SECOND_NS });
  });

  test("a wait of a few milliseconds is no gap", () => {
    const input = { ...IDLE, next_event_ns: 5 * MS_NS, pending: true };
    expect(nextPlayhead(input, 1).gap).toBeUndefined();
  });
});

test("an event that is due holds the playhead", () => {
  expect(nextPlayhead({ ...IDLE, playhead_ns: 7, next_event_ns: 7 }, 16).playhead_ns).toBe(7);
});

test("real time neither stretches nor skips nor stops", () => {
  const input = { ...IDLE, realTime: true, pending: true, inFlightUntil_ns: HOP_NS, next_event_ns: HOP_NS };
  expect(nextPlayhead(input, 16).playhead_ns).toBe(16 * MS_NS);
});

test("never runs back, whatever the pace", () => {
  for (const pending of [true, false]) {
    for (const inFlightUntil_ns of [0, 40, 10 ** 6]) {
      for (const next_event_ns of [null, 41, 10 ** 9]) {
        const input = { ...IDLE, playhead_ns: 40, pending, inFlightUntil_ns, next_event_ns };
        const { playhead_ns } = nextPlayhead(input, 16);
        expect(playhead_ns).toBeGreaterThan(40);
        // While frames fly it may pass an event by a frame's worth of flight, no more.
        const beyond_ns = inFlightUntil_ns > 40 ? (16 * HOP_NS) / HOP_MS : 0;
        expect(playhead_ns).toBeLessThanOrEqual((next_event_ns ?? Number.POSITIVE_INFINITY) + beyond_ns);
      }
    }
  }
});
