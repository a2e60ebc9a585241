import { readFileSync, writeFileSync } from "node:fs";
import { test } from "vitest";
import { bed, pass, run } from "./testbed.ts";

test("dump", () => {
  const all: Record<string, unknown> = {};
  for (const name of (
    process.env.NAMES ?? "docker-inspect cli-docker user-defined-networks link-down publish-port"
  ).split(" ")) {
    const d = `/work/shared/recordings/${name}`;
    const rec = JSON.parse(readFileSync(`${d}/transcript.json`, "utf8"));
    const ids = JSON.parse(readFileSync(`${d}/identities.json`, "utf8"));
    const b = bed("--dns 203.0.113.53", ids.hostA);
    const out: unknown[] = [];
    for (const r of rec) {
      if (r.node !== "hostA" || !r.cmd.startsWith("docker ") || r.cmd.includes("|")) {
        out.push(null);
        continue;
      }
      const wait = r.start - b.world.now_ns / 1e9;
      if (wait > 0) pass(b, wait);
      out.push(run(b, r.cmd));
    }
    all[name] = out;
  }
  writeFileSync("/tmp/dk.json", JSON.stringify(all));
});
