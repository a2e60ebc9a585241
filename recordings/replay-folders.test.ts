import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readFrames, readIdentities, readTranscript } from "./recording.ts";
import type { ReplayHost } from "./replay.ts";
import { type CreateHost, parseArguments, replayFolders } from "./replay-folders.ts";

const FRAME = { t: 0.5, node: "hostA", if: "eth0", dir: "out" as const, pkttype: 4, hex: "00" };

/** Every command prints its own text at once; a scenario called "broken" cannot be built. */
const createHost: CreateHost = (scenario) => {
  if (scenario.name === "broken") throw new Error("no such mechanism");
  let now_ns = 0;
  const typed: string[] = [];
  const host: ReplayHost = {
    now_ns: () => now_ns,
    runUntil: (to_ns) => {
      now_ns = Math.max(now_ns, to_ns);
    },
    start: (_, cmd) => typed.push(cmd) - 1,
    runToEnd: () => {},
    signal: () => {},
    state: (id) => ({ stdout: `${typed[id]}\n`, stderr: "", exit: 0, end_ns: now_ns }),
    attachCaptures: () => {},
    frames: () => [FRAME],
  };
  return host;
};

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "replay-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function folder(name: string): string {
  const dir = join(root, name);
  mkdirSync(dir, { recursive: true });
  const world = { switches: [], nodes: [], links: [] };
  const scenario = { name, steps: [{ node: "hostA", cmd: "true", background: null }], world };
  writeFileSync(join(dir, "scenario.json"), JSON.stringify(scenario));
  writeFileSync(join(dir, "identities.json"), "{}");
  return dir;
}

function run(dirs: string[]) {
  const said: string[] = [];
  const out = join(root, "out");
  const failed = replayFolders({ dirs, out }, createHost, {
    done: (text) => said.push(`done ${text}`),
    warn: (text) => said.push(`warn ${text.replaceAll(root, "")}`),
  });
  return { failed, said, out };
}

test("each folder is written in the recorded form under its name", () => {
  const { failed, said, out } = run([`${folder("one")}/`, folder("two")]);
  expect(failed).toBe(0);
  expect(said).toEqual(["done one: 1 frames, 1 commands", "done two: 1 frames, 1 commands"]);
  expect(readdirSync(join(out, "one")).sort()).toEqual(["frames.jsonl", "identities.json", "transcript.json"]);
  expect(readFrames(join(out, "two"))).toEqual([FRAME]);
  expect(readTranscript(join(out, "two"))[0]?.stdout).toBe("true\n");
  expect(readIdentities(join(out, "two"))).toEqual({});
});

test("a folder that cannot be read and one that the simulator fails on do not stop the others", () => {
  const { failed, said, out } = run([join(root, "nowhere"), folder("broken"), folder("good")]);
  expect(failed).toBe(2);
  expect(said[0]).toBe("warn /nowhere/scenario.json: no such file");
  expect(said[1]).toMatch(/^warn \/broken: the simulator failed: Error: no such mechanism \(at .*\)$/);
  expect(said.slice(2)).toEqual(["done good: 1 frames, 1 commands", "warn 2 of 3 folders could not be replayed"]);
  expect(readdirSync(out)).toEqual(["good"]);
});

test("two folders of one name would overwrite each other", () => {
  const { failed, said } = run([folder("a/same"), folder("b/same")]);
  expect(failed).toBe(1);
  expect(said[1]).toBe("warn /b/same: another folder is called same too");
});

test("arguments", () => {
  expect(parseArguments(["a", "--out", "o", "b"])).toEqual({ dirs: ["a", "b"], out: "o" });
  expect(parseArguments(["--out=o", "a"])).toEqual({ dirs: ["a"], out: "o" });
  for (const wrong of [[], ["a"], ["--out", "o"], ["a", "--out"], ["a", "--out", "o", "--fast"]]) {
    expect(parseArguments(wrong)).toBeUndefined();
  }
});
