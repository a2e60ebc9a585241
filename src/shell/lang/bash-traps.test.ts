/** Traps, aliases, history, process substitution, arrays and what exit gives: as bash 5.2.15 answers them. */
import { describe, expect, test } from "vitest";
import { signalGroup, spawnShell } from "../process.ts";
import { shellPrograms } from "../programs.ts";
import { interrupt, openTerminal, promptOf, typeLine } from "../terminal.ts";
import { bareWorld, collect, runEvents, runLine } from "../testing.ts";

const SECOND = 1e9;

const LINES: readonly (readonly [string, string, string, number])[] = [
  ["false; exit", "", "", 1],
  ["f() { false; return; }; f; echo $?", "1\n", "", 0],
  ["trap 'echo bye $?' EXIT; (exit 3)", "bye 3\n", "", 3],
  ["trap 'echo bye' EXIT; exit 4", "bye\n", "", 4],
  ["trap 'exit 9' EXIT; exit 4", "", "", 9],
  ["trap 'echo bye' EXIT; (echo in)", "in\nbye\n", "", 0],
  ["set -e; cat /nosuch; echo not", "", "cat: /nosuch: No such file or directory\n", 1],
  [
    "set -e; cat /nosuch || true; if ! cat /nosuch; then echo on; fi 2>/dev/null",
    "on\n",
    "cat: /nosuch: No such file or directory\n",
    0,
  ],
  ["trap 'echo err $?' ERR; false; (exit 5); echo on $?", "err 1\nerr 5\non 5\n", "", 0],
  [
    "trap 'echo a' INT; trap 'echo \"b'\\''s\"' EXIT; trap; trap - EXIT INT; trap",
    "trap -- 'echo \"b'\\''s\"' EXIT\ntrap -- 'echo a' SIGINT\n",
    "",
    0,
  ],
  ["trap foo BAR; echo $?", "1\n", "bash: line 1: trap: BAR: invalid signal specification\n", 0],
  ["trap foo; echo $?", "2\n", "trap: usage: trap [-lp] [[arg] signal_spec ...]\n", 0],
  ["trap 'echo got' TERM; kill $$; echo on", "got\non\n", "", 0],
  ["trap '' TERM; kill $$; echo on", "on\n", "", 0],
  ["cat <(echo a; echo b) <(echo c)", "a\nb\nc\n", "", 0],
  ["while read l; do echo got $l; done < <(echo 1; echo 2)", "got 1\ngot 2\n", "", 0],
  ["echo <(true) <(true)", "/dev/fd/63 /dev/fd/62\n", "", 0],
  [
    'a=(1 2 "3 4"); echo ${a[1]} ${#a[@]} ${!a[@]}; for x in "${a[@]}"; do echo "[$x]"; done',
    "2 3 0 1 2\n[1]\n[2]\n[3 4]\n",
    "",
    0,
  ],
  ['a=(x y z); a[5]=w; echo "${a[*]}" ${!a[@]} ${a[-1]} $a', "x y z w 0 1 2 5 w x\n", "", 0],
  ["a=(b); a+=(c d); unset 'a[1]'; echo ${a[@]} ${!a[@]}; unset a; echo ${#a[@]}", "b d 0 2\n0\n", "", 0],
  [
    "i=1; a=(p q r); echo ${a[i]} ${a[i+1]} ${#a[1]} ${a[9]:-none}; a[1]+=x; echo ${a[@]}",
    "q r 1 none\np qx r\n",
    "",
    0,
  ],
  ['f() { echo $#; }; f "$@"; f "${a[@]}"; f ""', "0\n0\n1\n", "", 0],
  ["a=(1 2); (a[0]=9; echo ${a[@]}); echo ${a[@]}", "9 2\n1 2\n", "", 0],
  ["alias x='echo y'; x", "", "bash: line 1: x: command not found\n", 127],
  ["unalias nosuch", "", "bash: line 1: unalias: nosuch: not found\n", 1],
];

describe("lines as bash answers them", () => {
  test.each(LINES)("%s", (line, stdout, stderr, exit) => {
    expect(runLine(bareWorld(), shellPrograms, line)).toEqual({ stdout, stderr, exit });
  });
});

function terminal() {
  const world = bareWorld();
  openTerminal(world, { node: "hostA", sink: "tty" });
  runEvents(world, shellPrograms);
  let seen = 0;
  /** Types lines; gives what the last one printed. */
  const type = (...lines: (string | null)[]): string => {
    for (const line of lines) {
      seen = world.output.length;
      typeLine(world, "tty", line);
      runEvents(world, shellPrograms, SECOND);
    }
    return world.output
      .slice(seen)
      .map((chunk) => chunk.text)
      .join("");
  };
  const ctrlC = (): string => {
    seen = world.output.length;
    interrupt(world, shellPrograms, "tty");
    runEvents(world, shellPrograms, SECOND);
    return world.output
      .slice(seen)
      .map((chunk) => chunk.text)
      .join("");
  };
  return { world, type, ctrlC };
}

describe("at a prompt", () => {
  test("an alias stands for its words, and not for itself", () => {
    const { type } = terminal();
    type("alias e='echo hi' echo='echo +'");
    expect(type("e there; e")).toBe("+ hi there\n+ hi\n");
    expect(type("alias")).toBe("alias e='echo hi'\nalias echo='echo +'\n");
    expect(type("unalias e; e")).toMatch(/^\+ hi/);
    expect(type("e")).toBe("bash: e: command not found\n");
  });

  test("history, and what ! finds in it", () => {
    const { type } = terminal();
    type("echo one", "echo two three");
    expect(type("history")).toBe("    1  echo one\n    2  echo two three\n    3  history\n");
    expect(type("!1")).toBe("echo one\none\n");
    expect(type("!echo")).toBe("echo one\none\n");
    expect(type("echo again !$")).toBe("echo again one\nagain one\n");
    expect(type("!!")).toBe("echo again one\nagain one\n");
    expect(type("echo '!!' a! \\!x")).toBe("!! a! !x\n");
    expect(type("!nosuch")).toBe("bash: !nosuch: event not found\n");
  });

  test("a backslash at the end of a line waits for the next one", () => {
    const { world, type } = terminal();
    type("echo a \\");
    expect(promptOf(world, "tty")).toBe("> ");
    expect(type("b\\\\")).toBe("a b\\\n");
    expect(type("echo 'x \\'")).toBe("x \\\n");
    expect(type("# a remark \\", "echo on")).toBe("on\n");
  });

  test("a here-document goes on to its end", () => {
    const { world, type } = terminal();
    type("cat <<END", "host $HOSTNAME");
    expect(promptOf(world, "tty")).toBe("> ");
    expect(type("END")).toBe("host hostA\n");
  });

  test("a trap of INT runs instead of what Ctrl-C does", () => {
    const { type, ctrlC } = terminal();
    type("trap 'echo int' INT", "sleep 5");
    // A program in the foreground has a group of its own: the shell doesn't hear of Ctrl-C.
    expect(ctrlC()).toBe("^C\n");
    expect(type("echo on")).toBe("on\n");
    expect(ctrlC()).toBe("^Cint\n");
  });

  test("a shell at a prompt outlives SIGTERM", () => {
    const { type } = terminal();
    expect(type("kill $$", "echo on")).toBe("on\n");
  });

  test("bash says exit when it ends, sh doesn't; both give the last status", () => {
    const { world, type } = terminal();
    type("bash", "false");
    expect(type("exit")).toBe("exit\n");
    expect(type("echo $?", "sh", "false")).toBe("");
    expect(promptOf(world, "tty")).toBe("# ");
    expect(type("exit")).toBe("");
    expect(type("echo $?")).toBe("1\n");
  });
});

describe("signals", () => {
  test("a trap may wait for the command under way and end the shell", () => {
    const world = bareWorld();
    const line = "trap 'echo got; exit 7' INT; while true; do sleep 1; done";
    const id = spawnShell(world, { node: "hostA", line, sink: "s" });
    runEvents(world, shellPrograms, 3.5 * SECOND);
    signalGroup(world, shellPrograms, id, "SIGINT");
    runEvents(world, shellPrograms, SECOND);
    expect(collect(world, "s")).toEqual({ stdout: "got\n", stderr: "", exit: 7 });
  });

  test("the EXIT trap runs when a signal ends the shell", () => {
    const world = bareWorld();
    const id = spawnShell(world, { node: "hostA", line: "trap 'echo bye' EXIT; sleep 100", sink: "s" });
    runEvents(world, shellPrograms, SECOND);
    signalGroup(world, shellPrograms, id, "SIGTERM");
    runEvents(world, shellPrograms, SECOND);
    expect(collect(world, "s")).toEqual({ stdout: "bye\n", stderr: "", exit: 143 });
  });
});

test("an endless loop has little to do in a second", () => {
  const world = bareWorld();
  spawnShell(world, { node: "hostA", line: "while :; do echo; done", sink: "s" });
  runEvents(world, shellPrograms, SECOND);
  const before = world.output.length;
  runEvents(world, shellPrograms, SECOND);
  expect(world.output.length - before).toBeGreaterThan(100);
  expect(world.output.length - before).toBeLessThan(20_000);
});
