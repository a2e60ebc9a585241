/** Terminals in terminals: docker exec, docker run, ip netns exec, nsenter, until exit, Ctrl-D or Ctrl-P Ctrl-Q. */
import "../worlds/whole.ts";
import { describe, expect, test } from "vitest";
import { TraceKind } from "../base/trace-kind.ts";
import type { TerminalKey } from "../protocol/messages.ts";
import { rowsOf } from "../sim/rows.ts";
import { act, createSession, isPending, runTo, type Session, undo } from "./session.ts";
import { isTerminalAway, isTerminalBusy, terminalPrompt } from "./terminal.ts";
import { oneHost } from "./testing.ts";

interface Tty {
  session: Session;
  /** Types lines; gives what the last one printed within two seconds. */
  type(...lines: string[]): string;
  press(key: TerminalKey | "interrupt"): string;
  prompt(): string;
}

function terminal(node = "hostA"): Tty {
  const session = createSession(oneHost());
  const carryOut = (what: Parameters<typeof act>[2]): string => {
    const from = session.chunks;
    act(session, node, what);
    runTo(session, session.world.now_ns + 2e9);
    const said = session.terminal.slice(from, session.chunks).filter((chunk) => chunk.kind !== "input");
    return said.map((chunk) => chunk.text).join("");
  };
  return {
    session,
    type: (...lines) => lines.map((line) => carryOut({ type: "exec", line })).at(-1) ?? "",
    press: (key) => carryOut(key === "interrupt" ? { type: "interrupt" } : { type: "key", key }),
    prompt: () => terminalPrompt(session.world, node),
  };
}

const busy = (t: Tty) => isTerminalBusy(t.session.world, "hostA");

describe("a wait", () => {
  const waits = (line: string) => {
    const t = terminal();
    t.type(line);
    return [busy(t), isPending(t.session)];
  };

  test("that may last for ever is none that time hurries through", () => {
    expect(waits("tcpdump -ni docker0")).toEqual([true, false]);
    expect(waits("nc -l -p 9000")).toEqual([true, false]);
    expect(waits("docker exec box-1 tcpdump -ni eth0")[0]).toBe(true);
    expect(waits("ping 172.17.0.2")).toEqual([true, true]);
    expect(waits("tcpdump -ni docker0 & ping 172.17.0.2")).toEqual([true, true]);
    expect(waits("sleep 100")).toEqual([true, true]);
    expect(waits("curl -s http://172.17.0.77/")[0]).toBe(true);
    expect(waits("curl -s http://172.17.0.77/")).toEqual([true, true]);
    expect(waits("true")).toEqual([false, false]);
  });
});

describe("what a program prints because of a packet", () => {
  const causes = (t: Tty) => {
    const { trace } = t.session.world;
    return t.session.terminal.flatMap(({ text, cause }) => {
      if (cause === undefined) return [];
      const rows = [...rowsOf(trace)].filter((row) => row.packet === cause.packet && row.t_ns <= cause.t_ns);
      return [{ text, kind: rows.at(-1)?.kind, t_ns: rows.at(-1)?.t_ns === cause.t_ns }];
    });
  };

  test("ping's lines name the reply that was delivered, and nothing else that ping prints does", () => {
    const t = terminal();
    t.type("ping -c 2 172.17.0.2");
    expect(causes(t).map(({ text }) => text.slice(0, 40))).toEqual([
      expect.stringContaining("64 bytes from 172.17.0.2: icmp_seq=1"),
      expect.stringContaining("64 bytes from 172.17.0.2: icmp_seq=2"),
    ]);
    expect(causes(t)).toEqual(Array(2).fill(expect.objectContaining({ kind: TraceKind.DELIVER, t_ns: true })));
  });

  test("tcpdump's lines name the packet that came by, at the moment when it did", () => {
    const t = terminal();
    t.type("tcpdump -lni docker0 -c 2 icmp & sleep 0.1; ping -c 1 172.17.0.2");
    const lines = causes(t).filter(({ text }) => /ICMP echo/.test(text));
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line.t_ns)).toBe(true);
  });
});

describe("docker exec", () => {
  test("-it changes the prompt until exit, whose status comes back", () => {
    const t = terminal();
    const inside = t.type("docker ps -q --no-trunc -f name=box-1").trim().slice(0, 12);
    t.type("docker exec -it box-1 /bin/bash");
    expect(t.prompt()).toBe(`root@${inside}:/# `);
    expect(t.type("hostname")).toBe(`${inside}\n`);
    t.type("cd /etc", "bash");
    expect(t.prompt()).toBe(`root@${inside}:/etc# `);
    expect(t.type("exit")).toBe("exit\n");
    expect(t.type("exit 3")).toBe("exit\n");
    expect(t.prompt()).toBe("root@hostA:~# ");
    expect(t.type("echo $?")).toBe("3\n");
  });

  test("Ctrl-C ends the program inside, not the shell around it", () => {
    const t = terminal();
    t.type("docker exec -it box-1 bash", "ping 172.17.0.3");
    expect(busy(t)).toBe(true);
    expect(t.press("interrupt")).toMatch(/^\^C\n--- 172.17.0.3 ping statistics ---\n/);
    expect(t.prompt()).toMatch(/^root@[0-9a-f]{12}:\/# $/);
    expect(t.press("eof")).toBe("exit\n");
    expect(t.type("echo $?")).toBe("0\n");
  });

  test("-i alone carries what is typed to a shell that sees no terminal", () => {
    const t = terminal();
    t.type("docker exec -i box-1 bash");
    expect(busy(t)).toBe(true);
    expect(t.type("ls / | wc -l; ls / | head -2")).toMatch(/^\d+\nbin\nboot\n$/);
    expect(t.type("tty -s; [ -t 0 ] || echo none")).toBe("none\n");
    expect(t.type("exit 4")).toBe("");
    expect(t.type("echo $?")).toBe("4\n");
    expect(t.type("docker exec box-1 ls / | head -1; docker exec box-1 ls /")).toMatch(/^bin\nbin\nboot\n/);
  });

  test("-it with something else on stdin is refused", () => {
    const t = terminal();
    expect(t.type("echo hi | docker exec -it box-1 cat; echo $?")).toBe("the input device is not a TTY\n1\n");
    expect(t.type("echo hi | docker exec -i box-1 cat")).toBe("hi\n");
  });

  test("Ctrl-P Ctrl-Q leaves it", () => {
    const t = terminal();
    t.type("docker exec -it box-1 bash", "sleep 1000");
    expect(t.press("detach")).toBe("read escape sequence\n");
    expect(t.type("echo $?")).toBe("1\n");
    expect(t.type("docker top box-1")).toContain("sleep 1000");
  });
});

describe("docker run and attach", () => {
  test("a container stops when its shell exits; --rm takes it away", () => {
    const t = terminal();
    t.type("docker run -it --rm --name once centos bash");
    expect(t.prompt()).toMatch(/^root@[0-9a-f]{12}:\/# $/);
    t.type("false", "exit");
    expect(t.type("echo $?; docker ps -aqf name=once | wc -l")).toBe("1\n0\n");
    t.type("docker run -it --name kept busybox");
    expect(t.prompt()).toBe("# ");
    t.press("eof");
    expect(t.type("docker ps -a --filter name=kept --format '{{.Status}}'")).toMatch(/^Exited \(0\)/);
  });

  test("Ctrl-P Ctrl-Q lets it run on, and attach comes back to it", () => {
    const t = terminal();
    t.type("docker run -it --name far centos bash", "X=kept", "cd /tmp");
    expect(t.press("detach")).toBe("");
    expect(t.type("echo $?; docker ps -f name=far --format '{{.Status}}'")).toMatch(/^0\nUp /);
    t.type("docker attach far");
    expect(t.prompt()).toMatch(/^root@[0-9a-f]{12}:\/tmp# $/);
    expect(t.type("echo $X")).toBe("kept\n");
    t.type("exit 5");
    expect(t.type("echo $?")).toBe("5\n");
  });

  test("attach without a terminal signals the main process", () => {
    const t = terminal();
    t.type("docker run -d --name web nginx", "docker attach web");
    expect(busy(t)).toBe(true);
    t.press("interrupt");
    expect(t.type("docker ps -aq -f name=web -f status=exited | wc -l")).toBe("1\n");
  });

  test("-i alone", () => {
    const t = terminal();
    t.type("docker run -i --rm centos bash");
    expect(t.type("echo $0; read x", "word", "echo got $x")).toBe("got word\n");
    t.press("eof");
    expect(busy(t)).toBe(false);
  });
});

describe("other shells in a shell", () => {
  test("ip netns exec, nsenter, sh and Ctrl-D, one in the other", () => {
    const t = terminal();
    const pid = t.type("ip netns add red", "docker inspect -f '{{.State.Pid}}' box-1").trim();
    t.type("ip netns exec red bash");
    expect(t.type("ip -br link")).toMatch(/^lo +DOWN +\S+ <LOOPBACK> \n$/);
    t.type("sh");
    expect(t.prompt()).toBe("# ");
    t.press("eof");
    t.press("eof");
    t.type(`nsenter -t ${pid} -n bash`);
    expect(t.prompt()).toBe("root@hostA:~# ");
    expect(t.type("ip -br -4 addr show eth0")).toContain("172.17.0.2/16");
    t.type("exit");
    expect(t.type("ip -br -4 addr show docker0")).toContain("172.17.0.1/16");
  });

  test("su, and su - as a login shell", () => {
    const t = terminal();
    t.type("cd /etc", "su");
    expect(t.prompt()).toBe("root@hostA:/etc# ");
    expect(t.type("exit 2")).toBe("exit\n");
    t.type("su -");
    expect(t.prompt()).toBe("root@hostA:~# ");
    expect(t.press("eof")).toBe("logout\n");
    expect(t.type("su -c 'echo $0; exit 3'; echo $?; su nobody")).toBe(
      "bash\n3\nsu: user nobody does not exist or the user entry does not contain all the required fields\n",
    );
  });

  test("a terminal whose prompt stands elsewhere, or in the middle of a command, says so", () => {
    const t = terminal();
    const away = () => isTerminalAway(t.session.world, "hostA");
    expect(away()).toBe(false);
    t.type("bash");
    expect(away()).toBe(false);
    t.type("docker exec -it box-1 bash");
    expect(away()).toBe(true);
    t.type("exit", "ip netns add red", "ip netns exec red bash");
    expect(away()).toBe(true);
    t.type("exit", "for i in 1 2; do");
    expect(away()).toBe(true);
    t.press("interrupt");
    expect(away()).toBe(false);
    expect(t.type("echo on")).toBe("on\n");
  });

  test("Ctrl-D is the end of what a program reads", () => {
    const t = terminal();
    t.type("wc -l", "one", "two");
    expect(t.press("eof")).toBe("2\n");
    expect(t.press("eof")).toBe("exit\n");
    expect(t.type("echo on")).toBe("on\n");
  });
});

describe("the terminal of a namespace made by hand", () => {
  const RED = "hostA/netns/red";
  const inRed = (session: Session, line: string): string => {
    const from = session.chunks;
    act(session, RED, { type: "exec", line });
    runTo(session, session.world.now_ns + 2e9);
    const said = session.terminal
      .slice(from, session.chunks)
      .filter(({ node, kind }) => node === RED && kind !== "input");
    return said.map(({ text }) => text).join("");
  };

  test("is a shell of its machine's in that namespace", () => {
    const t = terminal();
    const { session } = t;
    t.type("ip netns add red");
    expect(terminalPrompt(session.world, RED)).toBe("root@hostA:~# ");
    expect(inRed(session, "ip netns identify; ip -br link; hostname")).toBe(
      "red\nlo               DOWN           00:00:00:00:00:00 <LOOPBACK> \nhostA\n",
    );
    expect(isTerminalAway(session.world, RED)).toBe(false);
    expect(inRed(session, "ping -c 1 127.0.0.1")).toContain("Network is unreachable");
    expect(inRed(session, "exit")).toBe("exit\n");
    expect(inRed(session, "ip netns identify")).toBe("red\n");
  });

  test("is closed with what runs in it when the namespace is deleted, so that nothing keeps that alive", () => {
    const t = terminal();
    const { session } = t;
    t.type("ip netns add red; ip link add v0 type veth peer name eth0 netns red");
    act(session, RED, { type: "exec", line: "sleep 100" });
    runTo(session, session.world.now_ns + 1e8);
    expect(isTerminalBusy(session.world, RED)).toBe(true);
    t.type("ip netns del red");
    expect(t.type("ip -br link show v0; pgrep sleep")).toBe('Device "v0" does not exist.\n');
    expect(terminalPrompt(session.world, RED)).toBe("");
    expect(inRed(session, "ls")).toBe("hostA/netns/red: no such terminal\n");
    t.type("ip netns add red");
    expect(inRed(session, "ip netns identify; ip netns del red")).toBe("red\n");
    expect(t.type("ip netns; ip netns add red")).toBe("");
    expect(inRed(session, "ip netns identify")).toBe("red\n");
  });

  test("comes back with undo", () => {
    const t = terminal();
    const { session } = t;
    t.type("ip netns add red");
    inRed(session, "cd /etc");
    t.type("ip netns del red");
    undo(session);
    expect(terminalPrompt(session.world, RED)).toBe("root@hostA:/etc# ");
  });
});
