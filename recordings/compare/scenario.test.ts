import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RECORDINGS_DIR } from "../paths.ts";
import { listRecordings } from "../recording.ts";
import { agrees, compareRuns, explain, type Recording, readRecording, summary } from "./scenario.ts";

const recording = readRecording(join(RECORDINGS_DIR, "same-host-first-ping"));

/** The verdict on a copy of the recording after `damage`. */
function judgeDamaged(damage: (copy: Recording) => void) {
  const copy = structuredClone(recording);
  damage(copy);
  return compareRuns(recording, copy);
}

describe("a recording held against itself", () => {
  test.each(listRecordings(RECORDINGS_DIR))("%s", (name) => {
    const read = readRecording(join(RECORDINGS_DIR, name));
    const verdict = compareRuns(read, read);
    expect(agrees(verdict), explain(verdict)).toBe(true);
    expect(verdict.commands).toBe(read.transcript.length);
  });
});

describe("a damaged copy", () => {
  const total = compareRuns(recording, recording).frames;
  const counted = recording.frames.findIndex((frame) => frame.hex.slice(24, 28) === "0800");

  test("a frame less, and one too many", () => {
    const missing = judgeDamaged((copy) => copy.frames.splice(counted, 1));
    expect([missing.framesMatched, missing.frames]).toEqual([total - 1, total]);
    const doubled = judgeDamaged((copy) => copy.frames.splice(counted, 0, structuredClone(copy.frames[counted]!)));
    expect([doubled.framesMatched, doubled.frames]).toEqual([total, total + 1]);
    const { node, if: dev, dir } = recording.frames[counted]!;
    expect(explain(missing)).toMatch(new RegExp(`^frames ${node}.${dev}.${dir}:\n    @@.*@@\n    -.*icmp`));
  });

  test("a wrong checksum is a fault though the text is the same", () => {
    const verdict = judgeDamaged((copy) => {
      const frame = copy.frames[counted]!;
      frame.hex = `${frame.hex.slice(0, -2)}${frame.hex.endsWith("00") ? "01" : "00"}`;
    });
    expect(verdict.framesMatched).toBe(total);
    expect(verdict.faults).toEqual([expect.stringMatching(/^icmp checksum: /)]);
    expect(agrees(verdict)).toBe(false);
  });

  test("a frame that comes late", () => {
    const lastArp = recording.frames.findLastIndex((frame) => frame.hex.startsWith("ffffffffffff"));
    const late = judgeDamaged((copy) => {
      const { node, if: dev, dir, t } = copy.frames[lastArp]!;
      const listed = (f: (typeof copy.frames)[number]) => f.node === node && f.if === dev && f.dir === dir && f.t > t;
      copy.frames.filter(listed)[0]!.t += 0.31;
    });
    expect(late.faults).toEqual(["1 frames over 0.3 s off their time"]);
    expect(summary(late)).toContain("bad: 1 frames");
  });

  test("another text, another exit status, a command that is not there", () => {
    const wrong = judgeDamaged((copy) => {
      copy.transcript[1]!.exit = 7;
      copy.transcript.at(-2)!.stdout += "and more\n";
      copy.transcript.pop();
    });
    expect(wrong.commandsMatched).toBe(wrong.commands - 3);
    expect(explain(wrong)).toContain("exit 0 recorded, 7 simulated");
    expect(explain(wrong)).toContain("+and more");
    expect(explain(wrong)).toContain("exit 0 recorded, none simulated");
  });

  test("long differences are cut", () => {
    const empty = judgeDamaged((copy) => copy.frames.splice(0));
    expect(explain(empty, 2)).toMatch(/… \d+ more lines/);
  });
});
