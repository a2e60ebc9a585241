/** Files of /proc/sys and /sys/class/net that take only some values, written to by a shell and by programs. */
import { expect, test } from "vitest";
import { shellPrograms } from "../programs.ts";
import { bridgeWorld, runLine } from "../testing.ts";

const FORWARD = "/proc/sys/net/ipv4/ip_forward";

test.each([
  ["[ -L /sys/class/net/lo ] && [ ! -L /sys/class/net/nosuch ] && echo link", "link\n", ""],
  [`echo abc > ${FORWARD}; echo $?`, "1\n", "bash: line 1: echo: write error: Invalid argument\n"],
  [`printf x > ${FORWARD} || echo no`, "no\n", "bash: line 1: printf: write error: Invalid argument\n"],
  [`sh -c 'echo abc > ${FORWARD}'; echo $?`, "1\n", "sh: 1: echo: echo: I/O error\n"],
  [`/bin/echo abc > ${FORWARD}; echo $?`, "1\n", "/bin/echo: write error: Invalid argument\n"],
  [`echo x | cat > ${FORWARD}; echo $?`, "1\n", "cat: write error: Invalid argument\n"],
  [`echo 1 | tee ${FORWARD}; cat ${FORWARD}`, "1\n1\n", ""],
  [`echo x | tee ${FORWARD}; echo $?`, "x\n1\n", `tee: ${FORWARD}: Invalid argument\n`],
  ["echo 5 > /proc/sys/net/nosuch; echo $?", "1\n", "bash: line 1: /proc/sys/net/nosuch: No such file or directory\n"],
  [
    "echo x > /sys/class/net/docker0/bridge/stp_state; echo $?",
    "1\n",
    "bash: line 1: echo: write error: Invalid argument\n",
  ],
  // Times are whole jiffies of 4 ms.
  ["cd /sys/class/net/docker0/bridge; echo 5 > ageing_time; cat ageing_time", "4\n", ""],
  [
    "ip link set docker0 type bridge forward_delay 333; ip -d link show docker0 | grep -o 'forward_delay [0-9]*'",
    "forward_delay 332\n",
    "",
  ],
])("%s", (line, stdout, stderr) => {
  expect(runLine(bridgeWorld(), shellPrograms, line, 1e9)).toMatchObject({ stdout, stderr, exit: 0 });
});
