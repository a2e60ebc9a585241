import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RECORDINGS_DIR } from "./paths.ts";
import {
  listRecordings,
  readFrames,
  readIdentities,
  readScenario,
  readTimings,
  readTranscript,
  writeReplay,
} from "./recording.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "recording-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const write = (name: string, value: unknown) =>
  writeFileSync(join(dir, name), typeof value === "string" ? value : JSON.stringify(value));
const world = { switches: [], nodes: [], links: [] };

describe("the recordings", () => {
  test.each(listRecordings(RECORDINGS_DIR))("%s can be read", (name) => {
    const from = join(RECORDINGS_DIR, name);
    const { steps, options } = readScenario(from);
    const transcript = readTranscript(from);
    const typed = steps.flatMap((step, index) => (step.kind === "command" ? [[index, step.node, step.cmd]] : []));
    expect(transcript.map(({ step, node, cmd }) => [step, node, cmd])).toEqual(typed);
    expect(readTimings(from).size).toBe(transcript.length);
    expect(Object.keys(readIdentities(from))).toEqual(options.dockers);
  });

  test("what is written reads as it was", () => {
    const from = join(RECORDINGS_DIR, "warm-ping");
    const [frames, transcript, identities] = [readFrames(from), readTranscript(from), readIdentities(from)];
    writeReplay(join(dir, "new/warm-ping"), { frames, transcript, identities });
    const to = join(dir, "new/warm-ping");
    expect(readFrames(to)).toEqual(frames);
    expect(readTranscript(to)).toEqual(transcript);
    expect(readIdentities(to)).toEqual(identities);
  });
});

describe("steps and options", () => {
  test("commands, pauses and stops", () => {
    const steps = [
      { node: "a", cmd: "b", background: null },
      { node: "a", cmd: "c", background: "t" },
      { stop: "t" },
      { sleep: 2 },
    ];
    write("scenario.json", { name: "x", steps, world });
    expect(readScenario(dir)).toEqual({
      name: "x",
      about: "",
      options: { dockers: undefined, dockerd: {}, iptables_legacy: false, ipv6: false },
      steps: [
        { kind: "command", node: "a", cmd: "b", background: undefined },
        { kind: "command", node: "a", cmd: "c", background: "t" },
        { kind: "stop", tag: "t" },
        { kind: "sleep", seconds: 2 },
      ],
      world,
    });
  });

  test("the clock comes from timing.json rather than from the transcript, or is not there", () => {
    expect(readTimings(dir).size).toBe(0);
    write("transcript.json", [{ step: 0, start: 5, end: 6, stdout: "unread" }]);
    expect(readTimings(dir).get(0)).toEqual({ step: 0, start: 5, end: 6 });
    write("timing.json", [{ step: 0, start: 1, end: 2 }]);
    expect(readTimings(dir).get(0)).toEqual({ step: 0, start: 1, end: 2 });
  });
});

describe("what cannot be read is said in a sentence that names the file", () => {
  test.each([
    [undefined, "scenario.json: no such file"],
    ["{", "scenario.json: not JSON"],
    [[], "scenario.json: not an object"],
    [{ world }, 'scenario.json: no list of "steps"'],
    [{ steps: [] }, 'scenario.json: "world": '],
    [{ steps: [{ node: "a" }], world }, 'scenario.json: step 0 has no "node" and "cmd"'],
    [{ steps: [{ sleep: "long" }], world }, 'scenario.json: step 0: "sleep" is not a number of seconds'],
  ])("%j", (content, message) => {
    if (content !== undefined) write("scenario.json", content);
    expect(() => readScenario(dir)).toThrow(message);
  });

  test("a folder where a file should be", () => {
    mkdirSync(join(dir, "identities.json"));
    expect(() => readIdentities(dir)).toThrow("identities.json: cannot be read (EISDIR)");
  });

  test("identities that are missing leave all to the seed", () => {
    expect(readIdentities(dir)).toEqual({});
  });

  test("identities that are no object, times that run backwards", () => {
    write("identities.json", { hostA: 3 });
    expect(() => readIdentities(dir)).toThrow("identities.json: not an object of objects");
    write("timing.json", [{ step: 0, start: 2, end: 1 }]);
    expect(() => readTimings(dir)).toThrow('timing.json: an entry lacks "step", "start" and a later "end"');
  });
});
