import { beforeAll, describe, expect, it } from "vitest";
import { TraceKind } from "../../base/trace-kind.ts";
import { createClient } from "../../client/client.ts";
import { sameHost } from "../../scenes/same-host.ts";
import { dissect } from "../../wire/dissect.ts";
import { createFakeWorker } from "../store/fake-worker.ts";
import { advance, connect, exec, load } from "../store/session.ts";
import { resetStores, traceStore } from "../store/stores.ts";
import { frameBytes } from "../store/trace-columns.ts";
import { journeyOf } from "./journey.ts";
import { lineAt, linesOf } from "./layers-view.tsx";

beforeAll(async () => {
  resetStores();
  connect(createClient(async () => createFakeWorker()));
  await load(sameHost);
  await exec("hostA/nginx-1", "ping");
  await advance(1e6);
});

describe("a packet's journey", () => {
  const journey = (row: number, shown = 99) => journeyOf(traceStore.getState().columns, row, shown);

  it("has the copies of a flood as its children, from whichever of them it is asked for", () => {
    const whole = journey(3)!;
    expect(whole.copies.map((copy) => copy.packet)).toEqual([3, 4, 5]);
    expect(journey(9)).toEqual(whole);
    const ends = whole.copies[0]!.rows.map((row) => traceStore.getState().columns.kind[row]);
    expect(ends).toEqual([TraceKind.HOP, TraceKind.DROP]);
  });

  it("tells nothing that has not happened yet", () => {
    expect(journey(3, 5)!.copies).toEqual([]);
  });

  it("does not exist for a row without a packet", () => {
    expect(journey(0)).toBeNull();
  });
});

describe("layers and bytes", () => {
  it("know each other: a byte's field is the innermost that holds it", () => {
    const { columns, frames } = traceStore.getState();
    const layers = dissect(frameBytes(frames, columns.frame[3]!)!);
    for (const line of layers.flatMap(linesOf)) {
      const found = lineAt(layers, line.field.offset);
      expect(found!.field.length).toBeLessThanOrEqual(line.field.length);
    }
    expect(lineAt(layers, 41)?.field.value).toBe("172.17.0.3");
    expect(lineAt(layers, 9999)).toBeNull();
  });
});
