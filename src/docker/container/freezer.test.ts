import { expect, test } from "vitest";
import { kill, procOfPid, seenPid } from "../../shell/process.ts";
import { bed, run } from "../testbed.ts";

test("a container's first process is number 1 there, and deaf to signals from inside that it has no handler for", () => {
  const b = bed();
  run(b, "docker run -d --name box busybox sleep 100");
  const main = b.world.procs[Object.values(b.engine.containers)[0]?.main ?? -1];
  if (!main) throw new Error("no process");
  expect(seenPid(b.world, main)).toBe(1);
  expect(procOfPid(b.world, main, 1)).toBe(main);
  kill(b.world, {}, main, main, "SIGKILL");
  expect(main.exit).toBe(null);
  run(b, "docker kill box");
  expect(main.exit).toBe(137);
});

test("a paused container refuses what needs its processes, and is stopped and killed all the same", () => {
  const b = bed();
  run(b, "docker run -d --name one busybox sleep 100");
  run(b, "docker run -d --name two busybox sleep 100");
  run(b, "docker pause one two");
  expect(run(b, "docker exec one sleep 1").err).toContain("Container one is paused, unpause the container before exec");
  expect(run(b, "docker attach one").err).toBe("You cannot attach to a paused container, unpause it first\n");
  expect(run(b, "docker rm one").err).toContain("You cannot remove a paused container");
  expect(run(b, "docker stop -t 0 one").out).toBe("one\n");
  expect(run(b, "docker rm -f two").out).toBe("two\n");
});
