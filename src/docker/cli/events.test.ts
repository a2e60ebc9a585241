/** docker events, and the moments that its --since and --until take. */
import { describe, expect, test } from "vitest";
import { bed, begin, finish, interrupt, pass, run } from "../testbed.ts";
import { parseMoment } from "./moment.ts";

const SHORT = "--format '{{.Type}} {{.Action}} {{.Actor.Attributes.name}}'";

describe("docker events", () => {
  test("tells what happened, and why a container ended", () => {
    const b = bed();
    run(b, "docker run -d --name web nginx");
    run(b, "docker network create lab");
    run(b, "docker network connect lab web");
    run(b, "docker stop web");
    run(b, "docker rm web");
    expect(run(b, `docker events --since 1m --until 0s ${SHORT}`).out.split("\n")).toEqual([
      "container create web",
      "network connect bridge",
      "container start web",
      "network create lab",
      "network connect lab",
      "container kill web",
      "container die web",
      "network disconnect bridge",
      "network disconnect lab",
      "container stop web",
      "container destroy web",
      "",
    ]);
    const die = run(b, "docker events --since 1m --until 0s --filter event=die").out;
    expect(die).toMatch(
      /^2026-11-21T08:00:\d\d\.\d{9}Z container die [0-9a-f]{64} \(exitCode=0, image=nginx, name=web\)\n$/,
    );
    const connect = run(b, "docker events --since 1m --until 0s --filter network=lab --filter event=connect").out;
    expect(connect).toMatch(/Z network connect [0-9a-f]{64} \(container=[0-9a-f]{64}, name=lab, type=bridge\)\n$/);
    const json = run(b, "docker events --since 1m --until 0s --filter event=kill --format '{{json .}}'").out;
    expect(json).toMatch(
      /^{"status":"kill","id":"\w{64}","from":"nginx","Type":"container","Action":"kill","Actor":{"ID":/,
    );
  });

  test("without --since it tells what comes, until it is interrupted", () => {
    const b = bed();
    run(b, "docker network create before");
    const events = begin(b, `docker events --filter type=network ${SHORT}`);
    pass(b, 1);
    run(b, "docker network create lab");
    pass(b, 1);
    run(b, "docker network rm lab");
    pass(b, 1);
    interrupt(b, events);
    const { out, exit } = finish(b);
    expect(out).toMatch(/^(network create lab\n)?network destroy lab\n$/);
    expect(exit).toBe(130);
  });

  test("refuses what is no moment and no template", () => {
    const b = bed();
    expect(run(b, "docker events --since x")).toEqual({
      out: "",
      err: 'failed to parse value as time or duration: "x"\n',
      exit: 1,
    });
    expect(run(b, "docker events --format {{.Nope}}")).toEqual({
      out: "",
      err: 'Error parsing format: template: :1:2: executing "" at <.Nope>: can\'t evaluate field Nope in type *events.Message\n',
      exit: 64,
    });
  });
});

test.each([
  ["10s", 90e9],
  ["1m30s", 10e9],
  ["1.5s", 98.5e9],
  ["1795248060", 60e9],
  ["2026-11-21T08:01:00Z", 60e9],
  ["2026-11-21T08:00:00.25Z", 0.25e9],
])("%s is a moment", (text, t_ns) => {
  expect(parseMoment(bed().world, text, 100e9)).toBe(t_ns);
});
