import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { copyWorld } from "../../kernel/clone.ts";
import { signalGroup, spawnShell } from "../process.ts";
import { shellPrograms } from "../programs.ts";
import { interrupt, isBusy, openTerminal, promptOf, typeLine } from "../terminal.ts";
import { bareWorld, collect, runEvents, runLine } from "../testing.ts";

const SECOND = 1e9;

describe("a terminal", () => {
  function terminal() {
    const world = bareWorld();
    openTerminal(world, { node: "hostA", sink: "tty" });
    runEvents(world, shellPrograms);
    const type = (line: string | null) => {
      typeLine(world, "tty", line);
      runEvents(world, shellPrograms, SECOND);
      return collect(world, "tty");
    };
    return { world, type };
  }

  test("keeps variables and the directory from line to line, and says so in the prompt", () => {
    const { world, type } = terminal();
    expect(promptOf(world, "tty")).toBe("root@hostA:~# ");
    type("X=5");
    type("cd /etc");
    expect(promptOf(world, "tty")).toBe("root@hostA:/etc# ");
    expect(type("echo $X").stdout).toBe("5\n");
  });

  test("words its refusals without a line number and waits for the rest of a command", () => {
    const { world, type } = terminal();
    expect(type("nosuch").stderr).toBe("bash: nosuch: command not found\n");
    type("for i in 1 2; do");
    expect(promptOf(world, "tty")).toBe("> ");
    type("echo $i");
    expect(type("done").stdout).toBe("1\n2\n");
  });

  test("ends the foreground program, not itself, on Ctrl-C", () => {
    const { world, type } = terminal();
    type("sleep 100");
    expect(isBusy(world, "tty")).toBe(true);
    interrupt(world, shellPrograms, "tty");
    runEvents(world, shellPrograms, SECOND);
    expect(isBusy(world, "tty")).toBe(false);
    expect(type("echo $?").stdout).toBe("^C\n130\n");
  });

  test("ends a loop on Ctrl-C", () => {
    const { world, type } = terminal();
    type("while true; do sleep 10; done");
    interrupt(world, shellPrograms, "tty");
    runEvents(world, shellPrograms, SECOND);
    expect(isBusy(world, "tty")).toBe(false);
    type("while :; do :; done");
    interrupt(world, shellPrograms, "tty");
    runEvents(world, shellPrograms, SECOND);
    expect(isBusy(world, "tty")).toBe(false);
  });

  test("gives a line that is typed while a program reads to that program", () => {
    const { type } = terminal();
    type("cat");
    expect(type("hello").stdout).toBe("hello\n");
    type(null);
    expect(type("echo back").stdout).toBe("hello\nback\n");
  });

  test("runs a shell in the shell until exit", () => {
    const { world, type } = terminal();
    type("A=1");
    type("bash");
    expect(type("echo [$A]").stdout).toBe("[]\n");
    type("exit");
    expect(type("echo [$A]").stdout).toBe("[]\n[1]\n");
    type("exit 3");
    expect(collect(world, "tty").exit).toBe(3);
  });

  test("numbers background jobs and says when they are done", () => {
    const { world, type } = terminal();
    expect(type("sleep 0.1 &").stderr).toMatch(/^\[1\] \d+\n$/);
    runEvents(world, shellPrograms, SECOND);
    expect(type("").stderr).toMatch(/\[1\]\+ {2}Done {20}sleep 0.1\n$/);
  });
});

describe("signals without a terminal", () => {
  test("SIGINT ends bash with its program", () => {
    const world = bareWorld();
    const id = spawnShell(world, { node: "hostA", line: "sleep 100; echo after", sink: "s" });
    runEvents(world, shellPrograms, SECOND);
    signalGroup(world, shellPrograms, id, "SIGINT");
    runEvents(world, shellPrograms, SECOND);
    expect(collect(world, "s")).toEqual({ stdout: "", stderr: "", exit: 130 });
  });

  test("time says how long a pipeline took", () => {
    const { stderr } = runLine(bareWorld(), shellPrograms, "time sleep 1.5 | cat", 5 * SECOND);
    expect(stderr).toMatch(/^\nreal\t0m1\.50\ds\nuser\t/);
  });

  test("tail -f stays and shows what a file grows by", () => {
    const world = bareWorld();
    const id = spawnShell(world, { node: "hostA", line: "echo a > /tmp/f; tail -f /tmp/f", sink: "s" });
    runEvents(world, shellPrograms, 3 * SECOND);
    runLine(world, shellPrograms, "echo b >> /tmp/f", 3 * SECOND);
    expect(collect(world, "s")).toEqual({ stdout: "a\nb\n", stderr: "", exit: null });
    signalGroup(world, shellPrograms, id, "SIGINT");
    expect(collect(world, "s").exit).toBe(130);
  });

  test("a writer without a reader dies of SIGPIPE", () => {
    const ran = runLine(bareWorld(), shellPrograms, "(while :; do echo y; sleep 0.1; done) | head -2", 10 * SECOND);
    expect(ran).toEqual({ stdout: "y\ny\n", stderr: "", exit: 0 });
  });
});

describe("robustness", () => {
  test("an endless loop lets virtual time pass", () => {
    const world = bareWorld();
    spawnShell(world, { node: "hostA", line: "while :; do :; done", sink: "s" });
    runEvents(world, shellPrograms, 0.05 * SECOND);
    expect(world.now_ns).toBeGreaterThan(0.04 * SECOND);
  });

  test("a fork bomb is refused", () => {
    const ran = runLine(bareWorld(), shellPrograms, "f() { f | f; }; f", 0.05 * SECOND);
    expect(ran.stderr).toContain("Resource temporarily unavailable");
  });

  test("recursion and doubling end with a message", () => {
    expect(runLine(bareWorld(), shellPrograms, "f() { f; }; f; echo $?").stdout).toBe("1\n");
    const doubling = "x=aaaaaaaa; while :; do x=$x$x; done";
    expect(runLine(bareWorld(), shellPrograms, doubling).stderr).toContain("cannot allocate memory");
  });

  const words = fc.constantFrom(
    ..."if then else fi for in do done while case esac { } ( ) ; & && || | > < >> 2>&1 $( ` \" ' \\ $ ${x:-y} $((1+ )) \n # * [a ! x=1 echo cat grep sed awk -n s/a/b/ head exit".split(
      " ",
    ),
  );
  const line = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.array(words, { maxLength: 14 }).map((parts) => parts.join(" ")),
    fc.array(words, { maxLength: 14 }).map((parts) => parts.join("")),
  );

  test("no line makes it throw", () => {
    fc.assert(
      fc.property(line, (text) => {
        runLine(bareWorld(), shellPrograms, text, 0.05 * SECOND);
      }),
      { numRuns: 1500 },
    );
  });

  test("a world copied in the middle of a run goes on alike", () => {
    const script =
      "for i in $(seq 1 4); do echo $i | sed s/^/n/ | while read x; do sleep 0.01; echo $x; done; done; echo $?";
    const world = bareWorld();
    spawnShell(world, { node: "hostA", line: script, sink: "s" });
    runEvents(world, shellPrograms, 0.03 * SECOND);
    const copy = copyWorld(world);
    runEvents(world, shellPrograms);
    runEvents(copy, shellPrograms);
    expect(collect(copy, "s")).toEqual(collect(world, "s"));
    expect(collect(world, "s").stdout).toBe("n1\nn2\nn3\nn4\n0\n");
  });
});
