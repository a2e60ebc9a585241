import { describe, expect, test } from "vitest";
import type { Scenario, Step, StepTiming } from "./recording.ts";
import { type CommandState, NS_PER_S, type ReplayHost, replay } from "./replay.ts";

interface FakeCommand extends CommandState {
  node: string;
  cmd: string;
  at_ns: number;
  ends_ns: number;
  signals: string[];
}

/** A host on which `sleep N` takes N seconds, `serve` runs until SIGINT, `hang` until SIGKILL, the rest no time. */
function fakeHost() {
  let now_ns = 0;
  let captures = 0;
  const commands: FakeCommand[] = [];
  const settle = () => {
    for (const command of commands) {
      if (command.end_ns !== undefined || command.ends_ns > now_ns) continue;
      Object.assign(command, { end_ns: command.ends_ns, exit: command.exit ?? 0, stdout: `${command.cmd} done\n` });
    }
  };
  const get = (id: number) => commands[id] as FakeCommand;
  const runUntil = (to_ns: number) => {
    now_ns = Math.max(now_ns, to_ns);
    settle();
  };
  const durationOf = (cmd: string) => {
    const [word, argument] = cmd.split(" ");
    if (word === "serve" || word === "hang") return Number.POSITIVE_INFINITY;
    return word === "sleep" ? Number(argument) * NS_PER_S : 0;
  };
  const host: ReplayHost = {
    now_ns: () => now_ns,
    runUntil,
    start(node, cmd, at_ns) {
      expect(at_ns).toBeGreaterThanOrEqual(now_ns);
      runUntil(at_ns);
      const state = { stdout: "", stderr: "", exit: undefined, end_ns: undefined };
      commands.push({ node, cmd, at_ns, ends_ns: at_ns + durationOf(cmd), signals: [], ...state });
      return commands.length - 1;
    },
    runToEnd(id, limit_ns) {
      runUntil(Math.max(now_ns, Math.min(limit_ns, get(id).ends_ns)));
    },
    signal(id, signal) {
      const command = get(id);
      command.signals.push(signal);
      if (command.cmd === "hang" && signal === "SIGINT") return;
      command.ends_ns = now_ns;
      command.exit = signal === "SIGINT" ? 130 : 137;
      settle();
    },
    state: get,
    attachCaptures: () => {
      captures += 1;
    },
    frames: () => [],
  };
  return { host, commands, captures: () => captures };
}

function command(cmd: string, background?: string): Step {
  return { kind: "command", node: "hostA", cmd, background };
}

function scenario(...steps: Step[]): Scenario {
  const options = { dockers: undefined, dockerd: {}, iptables_legacy: false, ipv6: false };
  return { name: "fake", about: "", options, steps, world: { switches: [], nodes: [], links: [] } };
}

function clock(...rows: [step: number, start: number, end: number][]): Map<number, StepTiming> {
  return new Map(rows.map(([step, start, end]) => [step, { step, start, end }]));
}

const sleepStep = (seconds: number): Step => ({ kind: "sleep", seconds });
const stopStep = (tag: string): Step => ({ kind: "stop", tag });

describe("with a clock", () => {
  test("a command starts at its recorded start", () => {
    const { host } = fakeHost();
    const { transcript } = replay(scenario(command("a"), command("b")), clock([0, 0.5, 0.6], [1, 2, 2.1]), host);
    expect(transcript).toEqual([
      { step: 0, node: "hostA", cmd: "a", start: 0.5, stdout: "a done\n", stderr: "", exit: 0, end: 0.5 },
      { step: 1, node: "hostA", cmd: "b", start: 2, stdout: "b done\n", stderr: "", exit: 0, end: 2 },
    ]);
  });

  test("it waits for one that ends later than recorded", () => {
    const { host } = fakeHost();
    const { transcript } = replay(scenario(command("sleep 3"), command("b")), clock([0, 0, 1], [1, 1, 1]), host);
    expect(transcript.map(({ start, end }) => [start, end])).toEqual([
      [0, 3],
      [3, 3],
    ]);
  });

  test("a pause before a timed command is in its start already", () => {
    const { host } = fakeHost();
    const steps = scenario(command("a"), sleepStep(10), command("b"));
    const { transcript } = replay(steps, clock([0, 0, 0], [2, 9.5, 9.6]), host);
    expect(transcript.map(({ step, start }) => [step, start])).toEqual([
      [0, 0],
      [2, 9.5],
    ]);
  });

  test("a pause at the end passes", () => {
    const { host } = fakeHost();
    replay(scenario(command("a"), sleepStep(10)), clock([0, 1, 1]), host);
    expect(host.now_ns()).toBe(16 * NS_PER_S);
  });

  test("a background command is stopped at its recorded end and has no exit status", () => {
    const { host, commands } = fakeHost();
    const steps = scenario(command("serve", "srv"), command("b"), stopStep("srv"), command("c"));
    const { transcript } = replay(steps, clock([0, 0, 4], [1, 0.5, 0.6], [3, 4.1, 4.2]), host);
    expect(commands[0]?.signals).toEqual(["SIGINT"]);
    expect(transcript[0]).toEqual({
      step: 0,
      node: "hostA",
      cmd: "serve",
      start: 0,
      background: "srv",
      stdout: "serve done\n",
      stderr: "",
      end: 4,
    });
    expect(transcript.map(({ start }) => start)).toEqual([0, 1, 4.1]);
  });

  test("a background command that ended by itself gets no signal", () => {
    const { host, commands } = fakeHost();
    const { transcript } = replay(scenario(command("sleep 2", "x"), stopStep("x")), clock([0, 0, 5]), host);
    expect(commands[0]?.signals).toEqual([]);
    expect(transcript[0]?.end).toBe(5);
  });

  test("a command that never ends is interrupted, killed, and noted", () => {
    const { host, commands } = fakeHost();
    const { transcript, notes } = replay(scenario(command("hang"), command("b")), clock([0, 0, 1], [1, 2, 2]), host);
    expect(commands[0]?.signals).toEqual(["SIGINT", "SIGKILL"]);
    expect(transcript.map(({ exit }) => exit)).toEqual([137, 0]);
    expect(notes).toEqual(["hostA$ hang: still running at 61 s, so it was interrupted"]);
  });
});

describe("without a clock", () => {
  test("commands follow each other and pauses pass", () => {
    const { host } = fakeHost();
    const steps = scenario(command("sleep 2"), sleepStep(3), command("b"), command("serve", "s"), command("c"));
    const { transcript } = replay(steps, new Map(), host);
    expect(transcript.map(({ start }) => start)).toEqual([0, 5, 5, 6]);
  });

  test("stop comes at once", () => {
    const { host } = fakeHost();
    const { transcript } = replay(scenario(command("serve", "s"), stopStep("s")), new Map(), host);
    expect(transcript[0]?.end).toBe(1);
  });

  test("what nobody stopped is stopped at the end; an unknown tag is noted", () => {
    const { host, commands } = fakeHost();
    const { notes } = replay(scenario(command("serve", "s"), stopStep("other")), new Map(), host);
    expect(commands[0]?.signals).toEqual(["SIGINT"]);
    expect(notes).toEqual(["stop other: no background command has that tag"]);
  });
});

test("captures are attached after each command", () => {
  const { host, captures } = fakeHost();
  replay(scenario(command("a"), sleepStep(1), command("b", "x")), new Map(), host);
  expect(captures()).toBe(2);
});
