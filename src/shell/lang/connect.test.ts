/** bash's /dev/tcp and /dev/udp: connections as descriptors, and how they fail. Words and codes as recorded of bash 5.2. */
import { describe, expect, test } from "vitest";
import { shellPrograms } from "../programs.ts";
import { bridgeWorld, collect, runEvents, runLine, startLine } from "../testing.ts";
import type { ShellWorld } from "../types.ts";

const SECOND = 1e9;

function server(line: string): { made: ShellWorld; sink: string } {
  const made = bridgeWorld();
  const sink = startLine(made, "hostA/c3", line);
  runEvents(made, shellPrograms, SECOND);
  return { made, sink };
}

function run(made: ShellWorld, line: string) {
  return runLine(made, shellPrograms, line, 30 * SECOND, "hostA/c2");
}

const REFUSED = "bash: connect: Connection refused\nbash: line 1: /dev/tcp/172.17.0.3/81: Connection refused\n";

describe("a web server at the other end", () => {
  const { made } = server('httpd 172.17.0.3:80 "hello"');
  test.each([
    ["exec 3<>/dev/tcp/172.17.0.3/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; head -1 <&3", "HTTP/1.1 200 OK\r\n"],
    ["exec 3<>/dev/tcp/172.17.0.3/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; read -u 3 a b c; echo $b", "200\n"],
    ["exec 3<>/dev/tcp/172.17.0.3/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3 | grep -c hello", "1\n"],
    ["{ printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; tail -1 <&3; } 3<>/dev/tcp/172.17.0.3/80", "hello"],
    ["exec 3<>/dev/tcp/172.17.0.3/80; read -t 1 x <&3; echo $?", "142\n"],
    ["(echo > /dev/tcp/172.17.0.3/http) && echo open", "open\n"],
    ["timeout 1 bash -c '</dev/tcp/172.17.0.3/80'; echo $?", "0\n"],
    ["timeout 1 bash -c '</dev/tcp/172.17.9.9/80'; echo $?", "124\n"],
    ["exec 5<>/dev/tcp/172.17.0.3/80; ss -tnp | grep -o 'bash.*fd=5' | sed 's/pid=[0-9]*/pid/'", 'bash",pid,fd=5\n'],
  ])("%s", (line, stdout) => {
    expect(run(made, line)).toEqual({ stdout, stderr: "", exit: 0 });
  });
});

describe("what fails", () => {
  const made = bridgeWorld();
  test.each([
    ["echo > /dev/tcp/172.17.0.3/81", REFUSED, 1],
    ["(echo > /dev/tcp/172.17.0.3/81) 2> /dev/null", "", 1],
    ["echo 2> /dev/null > /dev/tcp/172.17.0.3/81", "", 1],
    ["cat < /dev/tcp/172.17.0.3/81 2> /dev/null", REFUSED, 1],
    [
      ": < /dev/tcp/172.17.0.3/nosuch",
      "bash: line 1: nosuch: Servname not supported for ai_socktype\nbash: line 1: /dev/tcp/172.17.0.3/nosuch: Invalid argument\n",
      1,
    ],
    [
      ": < /dev/tcp//80",
      "bash: line 1: : Name or service not known\nbash: line 1: /dev/tcp//80: Invalid argument\n",
      1,
    ],
    [": > /dev/tcp/172.17.0.3", "bash: line 1: /dev/tcp/172.17.0.3: No such file or directory\n", 1],
    [
      "sh -c 'echo > /dev/tcp/172.17.0.3/81'",
      "sh: 1: cannot create /dev/tcp/172.17.0.3/81: Directory nonexistent\n",
      2,
    ],
    [
      ": < /dev/tcp/172.17.9.9/80",
      "bash: connect: No route to host\nbash: line 1: /dev/tcp/172.17.9.9/80: No route to host\n",
      1,
    ],
    [
      "exec 3<>/dev/udp/172.17.0.3/9; echo a >&3; sleep 0.2; echo b >&3",
      "bash: line 1: echo: write error: Connection refused\n",
      1,
    ],
    ["exec 3<>/dev/udp/172.17.0.3/9; echo a >&3; sleep 0.2; cat <&3", "cat: -: Connection refused\n", 1],
  ])("%s", (line, stderr, exit) => {
    expect(run(made, line)).toEqual({ stdout: "", stderr, exit });
  });
});

test("who connects and waits outlives an error that comes at once, and hears it a second later", () => {
  const made = bridgeWorld();
  expect(run(made, "ping -c 1 -q 172.17.0.3 > /dev/null; iptables -A INPUT -p tcp -j REJECT").exit).toBe(0);
  runLine(made, shellPrograms, "iptables -A INPUT -p tcp -j REJECT", SECOND, "hostA/c3");
  expect(run(made, "timeout 0.5 bash -c ': > /dev/tcp/172.17.0.3/80'; echo $?").stdout).toBe("124\n");
  expect(run(made, "timeout 2 bash -c ': > /dev/tcp/172.17.0.3/80'; echo $?").stdout).toBe("1\n");
  expect(run(made, "timeout 0.5 nc -zv 172.17.0.3 80").stderr).toContain("Connection refused");
});

test("a builtin's lines go one by one, and all arrive", () => {
  const { made, sink } = server("nc -l -p 7000");
  const seen = startLine(
    made,
    "hostA/c3",
    "timeout 3 tcpdump -n -i eth0 'tcp dst port 7000 and tcp[13] & 8 != 0' 2> /dev/null",
  );
  runEvents(made, shellPrograms, SECOND);
  expect(run(made, "printf 'one\\ntwo\\nthree' > /dev/tcp/172.17.0.3/7000").exit).toBe(0);
  expect(collect(made, sink).stdout).toBe("one\ntwo\nthree");
  expect(collect(made, seen).stdout.match(/length (4|5)$/gm)).toEqual(["length 4", "length 4", "length 5"]);
});
