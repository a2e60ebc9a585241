import { execFileSync, spawnSync } from "node:child_process";
import { expect, test, vi } from "vitest";

vi.mock("../../kernel/world.ts", async () => {
  const { createQueue } = await import("../../sim/queue.ts");
  return { createWorld: () => ({ now_ns: 0, queue: createQueue(), machines: [], netns: [], devs: [], sockets: [] }) };
});
const { shellPrograms } = await import("../programs.ts");
const { bareWorld, runLine } = await import("../testbed.ts");

import { readFileSync } from "node:fs";

test("oracle", () => {
  const lines = readFileSync("/tmp/lines.txt", "utf8")
    .split("\n===\n")
    .filter((l) => l.trim());
  let bad = 0;
  for (const line of lines) {
    const real = spawnSync("bash", ["-c", line], {
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: "/root", LC_ALL: "C" },
      cwd: "/root",
      input: "",
    });
    const world = bareWorld();
    const mine = runLine(world, shellPrograms, line);
    if (real.stdout !== mine.stdout || real.stderr !== mine.stderr || real.status !== mine.exit) {
      bad++;
      console.log(
        "#",
        line,
        "\n real",
        JSON.stringify([real.stdout, real.stderr, real.status]),
        "\n mine",
        JSON.stringify([mine.stdout, mine.stderr, mine.exit]),
      );
    }
  }
  console.log(`${bad} of ${lines.length} differ`);
});
