import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signalGroup } from "../process.ts";
import { shellPrograms } from "../programs.ts";
import { bridgeWorld, collect, runEvents, runLine, startLine } from "../testing.ts";
import type { ShellWorld } from "../types.ts";
import { fromUtf8, toUtf8 } from "./utf8.ts";

const SECOND = 1e9;

function run(world: ShellWorld, line: string) {
  return runLine(world, shellPrograms, line, 60 * SECOND, "hostA/c2");
}

describe("nc over UDP", () => {
  test("carries a line to a listener; -w ends the sender", () => {
    const world = bridgeWorld();
    const listener = startLine(world, "hostA/c3", "nc -u -l -p 5000");
    runEvents(world, shellPrograms, SECOND);
    const started = world.now_ns;
    const sink = startLine(world, "hostA/c2", "echo hello | nc -u -w 1 172.17.0.3 5000");
    runEvents(world, shellPrograms, 5 * SECOND);
    expect(collect(world, listener).stdout).toBe("hello\n");
    const end = world.output.find((c) => c.sink === sink && c.kind === "exit");
    expect(end?.text).toBe("0");
    expect(((end?.t_ns ?? 0) - started) / SECOND).toBeCloseTo(1, 1);
    signalGroup(world, shellPrograms, 0, "SIGINT");
    expect(collect(world, listener).exit).toBe(130);
  });

  test("ends at once when the port is closed", () => {
    const world = bridgeWorld();
    const started = world.now_ns;
    const sink = startLine(world, "hostA/c2", "echo hello | nc -u -w 1 172.17.0.3 5001");
    runEvents(world, shellPrograms, 5 * SECOND);
    const end = world.output.find((c) => c.sink === sink && c.kind === "exit");
    expect(((end?.t_ns ?? 0) - started) / SECOND).toBeLessThan(0.1);
  });

  test("answers go back", () => {
    const world = bridgeWorld();
    startLine(world, "hostA/c3", "echo pong | nc -u -l 5000");
    runEvents(world, shellPrograms, SECOND);
    expect(run(world, "echo ping | nc -u -w 1 172.17.0.3 5000").stdout).toBe("pong\n");
  });

  test.each([
    ["nc -u 172.17.0.3", 1],
    ["nc -u 172.17.0.3 99999", 1],
    ["nc -u -l -p 5000 -w x", 1],
    ["nc -u nosuch 5000", 1],
  ])("%s is refused", (line, exit) => {
    const ran = run(bridgeWorld(), line);
    expect(ran.exit).toBe(exit);
    expect(ran.stderr).not.toBe("");
  });
});

describe("dig, nslookup and host", () => {
  function world() {
    const w = bridgeWorld();
    startLine(w, "hostA", "dnsd 172.17.0.1:53 www.example.com=203.0.113.80");
    const node = w.nodes["hostA/c2"];
    if (node) node.files["/etc/resolv.conf"] = "nameserver 172.17.0.1\n";
    runEvents(w, shellPrograms, SECOND);
    return w;
  }

  test("answers, short and in columns", () => {
    expect(run(world(), "dig +short www.example.com").stdout).toBe("203.0.113.80\n");
    expect(run(world(), "dig +noall +answer www.example.com").stdout).toBe(
      "www.example.com.\t60\tIN\tA\t203.0.113.80\n",
    );
    expect(run(world(), "dig +short nosuch.example.com")).toEqual({ stdout: "", stderr: "", exit: 0 });
    const long = run(world(), "dig nosuch.example.com").stdout;
    expect(long).toContain("status: REFUSED");
    expect(long).toContain(";nosuch.example.com.\t\tIN\tA\n");
  });

  test("nslookup asks for A, then AAAA", () => {
    expect(run(world(), "nslookup www.example.com")).toEqual({
      stdout:
        "Server:\t\t172.17.0.1\nAddress:\t172.17.0.1#53\n\n" +
        "Name:\twww.example.com\nAddress: 203.0.113.80\n** server can't find www.example.com: REFUSED\n\n",
      stderr: "",
      exit: 1,
    });
  });

  test("a server that isn't there", () => {
    expect(run(world(), "dig @172.17.0.3 www.example.com").stdout).toContain(
      "communications error to 172.17.0.3#53: connection refused\n",
    );
    const { stdout, exit } = run(world(), "dig @172.17.0.9 +time=1 +tries=1 www.example.com");
    expect(stdout).toContain("172.17.0.9#53: timed out\n");
    expect(exit).toBe(9);
  });
});

test("UTF-8 goes there and back", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => fromUtf8(toUtf8(text)) === text));
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      fromUtf8(bytes);
    }),
  );
});
