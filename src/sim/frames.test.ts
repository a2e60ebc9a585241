import fc from "fast-check";
import { expect, test } from "vitest";
import {
  allocFrame,
  copyPool,
  createPool,
  type FramePool,
  frameLength,
  framePacket,
  frameRefs,
  frameStart,
  frameTraced,
  holdFrame,
  pullFrame,
  pushFrame,
  releaseFrame,
  setFrameTraced,
  unshareFrame,
} from "./frames.ts";

const bytesOf = (pool: FramePool, f: number) => {
  const start = frameStart(pool, f);
  return [...pool.bytes.subarray(start, start + frameLength(pool, f))];
};

const fill = (pool: FramePool, f: number, value: number) => {
  const start = frameStart(pool, f);
  pool.bytes.fill(value, start, start + frameLength(pool, f));
};

const operation = fc.record({
  op: fc.constantFrom("alloc", "hold", "release", "unshare", "push", "pull", "copy"),
  pick: fc.nat(),
  length: fc.oneof(fc.integer({ min: 14, max: 400 }), fc.integer({ min: 1000, max: 3000 }), fc.constant(65_000)),
});

test("frames keep their own bytes and counts through any order of use", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
      let pool = createPool(2, 512);
      const held: { f: number; bytes: number[] }[] = [];
      let serial = 1;
      for (const { op, pick, length } of operations) {
        const one = held[pick % Math.max(1, held.length)];
        if (op === "alloc") {
          const f = allocFrame(pool, length, serial);
          fill(pool, f, serial++ & 0xff);
          held.push({ f, bytes: bytesOf(pool, f) });
        } else if (op === "copy") pool = copyPool(pool);
        else if (one === undefined) continue;
        else if (op === "hold") {
          holdFrame(pool, one.f);
          held.push({ f: one.f, bytes: one.bytes });
        } else if (op === "release") {
          releaseFrame(pool, one.f);
          held.splice(held.indexOf(one), 1);
        } else {
          one.f = unshareFrame(pool, one.f, serial);
          if (op === "push") pushFrame(pool, one.f, 20);
          else if (op === "pull") pullFrame(pool, one.f, 10);
          fill(pool, one.f, serial++ & 0xff);
          one.bytes = bytesOf(pool, one.f);
          if (op === "push") pullFrame(pool, one.f, 20);
          if (op === "push") one.bytes = bytesOf(pool, one.f);
          if (op === "pull") {
            pushFrame(pool, one.f, 10);
            one.bytes = bytesOf(pool, one.f);
          }
        }
        for (const { f, bytes } of held) expect(bytesOf(pool, f)).toEqual(bytes);
      }
      expect(pool.live).toBe(new Set(held.map(({ f }) => f)).size);
      for (const { f } of held) releaseFrame(pool, f);
      expect(pool.live).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test("the IP header behind an Ethernet header stands on a word boundary", () => {
  const pool = createPool();
  for (const length of [60, 300, 3000, 60]) expect((frameStart(pool, allocFrame(pool, length, 0)) + 14) % 4).toBe(0);
});

test("a slot is used again, and forgets what it was traced as", () => {
  const pool = createPool();
  const f = allocFrame(pool, 60, 1);
  setFrameTraced(pool, f, 7);
  releaseFrame(pool, f);
  expect(allocFrame(pool, 100, 2)).toBe(f);
  expect([frameTraced(pool, f), framePacket(pool, f), frameRefs(pool, f)]).toEqual([-1, 2, 1]);
});

test("a count too many is a bug, and so is writing past the headroom", () => {
  const pool = createPool();
  const f = allocFrame(pool, 60, 1);
  expect(() => pushFrame(pool, f, 70)).toThrow(/headroom/);
  expect(() => pullFrame(pool, f, 61)).toThrow(/past the end/);
  releaseFrame(pool, f);
  expect(() => releaseFrame(pool, f)).toThrow(/twice/);
});
