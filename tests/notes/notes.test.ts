/**
 * What people paste from notes about Docker's network, prompts, slips and all: each works, or answers with the real error
 * and a hint that says what was meant.
 */
import "../../src/worlds/whole.ts";
import { describe, expect, test } from "vitest";
import { act, createSession, runTo, type Session } from "../../src/engine/session.ts";
import { isTerminalBusy } from "../../src/engine/terminal.ts";
import { sameHost } from "../../src/scenes/same-host.ts";
import { HINTS, type HintId, hintFor, lastSpoken } from "../../src/ui/terminal/hints.ts";
import { pastedLines } from "../../src/ui/terminal/paste.ts";

interface Pasted {
  readonly paste: string;
  /** What the last command prints. */
  readonly prints?: RegExp;
  readonly hint?: HintId;
  /** The line that the hint proposes. */
  readonly instead?: string;
  /** Ctrl-C after so many seconds. */
  readonly stop_s?: number;
}

const OLD_FORMAT = {
  prints: /^eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST> {2}mtu 1500\n/,
  hint: "ifconfigFormat",
} as const;

/** One reading of the notes after the other, each in a scene of its own in which nothing has been done. */
const NOTES: Readonly<Record<string, readonly Pasted[]>> = {
  "containers of one host": [
    { paste: "docker rm -f nginx-1 nginx-2 box-3", prints: /^nginx-1\nnginx-2\nbox-3\n$/ },
    { paste: "docker run -d --name nginx-1 nginx", prints: /^[0-9a-f]{64}\n$/ },
    {
      paste: "# 在宿主机上\n$ docker exec -it nginx-1 /bin/bash\n# 在容器里\nroot@0123456789ab:/# ifconfig",
      ...OLD_FORMAT,
    },
    {
      paste: "$ route",
      prints: /^default {9}172\.17\.0\.1 {6}0\.0\.0\.0 {9}UG {4}0 {6}0 {8}0 eth0$/m,
      hint: "routeNames",
    },
    { paste: "exit", prints: /^exit\n$/ },
    {
      paste: "# 在宿主机上\n$ ifconfig",
      prints: /^docker0: flags=4163<.*>[\s\S]*\nveth[0-9a-f]{7}: flags=/,
      hint: "ifconfigFormat",
    },
    {
      paste: "$ brctl show",
      prints: /^bridge name\tbridge id\t\tSTP enabled\tinterfaces\ndocker0\t\t8000\./,
      hint: "brctlColumns",
    },
    {
      paste:
        "docker run -d --name nginx-2 nginx\n$ brctl show\nbridge name bridge id  STP enabled interfaces\ndocker0  8000.0 no  veth1",
      prints: /\tveth[0-9a-f]{7}\n\t+veth[0-9a-f]{7}\n$/,
      hint: "brctlColumns",
    },
    { paste: "root@build-2.example.com ~# route", prints: /^172\.17\.0\.0 .* docker0$/m, hint: "routeNames" },
    { paste: "$ docker exec -it nginx-1 ping -c 1 172.17.0.3", prints: /1 received, 0% packet loss/ },
  ],
  "two machines' worth of centos": [
    {
      paste: "$ ip addr show",
      prints: /^3: docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default/m,
    },
    { paste: "$ docker run -d -ti --rm --name centos-a centos\n$ docker exec -ti centos-a /bin/bash" },
    { paste: "[root@296ea2530c48 /]# ifconfig", ...OLD_FORMAT },
    { paste: "[root@296ea2530c48 /]# cat /sys/class/net/eth0/iflink\n1198", prints: /^\d+\n$/ },
    { paste: "[root@296ea2530c48 /]# route", prints: /^Kernel IP routing table\n/, hint: "routeNames" },
    {
      paste: "[root@296ea2530c48 /]# ping -c 1 www.baidu.com",
      prints: /^ping: www\.baidu\.com: /,
      hint: "nameUnknown",
    },
    { paste: "[root@296ea2530c48 /]# exit", prints: /^exit\n$/ },
    {
      paste: "$ tcpdump -i docker0\ntcpdump: verbose output suppressed, use -v or -vv for full protocol decode",
      prints: /listening on docker0, link-type EN10MB \(Ethernet\), snapshot length 262144 bytes/,
      hint: "tcpdumpWords",
      stop_s: 2,
    },
  ],
  "the host's network, and long dashes": [
    {
      paste: "$ docker run –d –net=host --name nginx-host nginx",
      prints: /^docker: invalid reference format\.\nSee 'docker run --help'\.\n$/,
      hint: "longDash",
      instead: "docker run -d --net=host --name nginx-host nginx",
    },
    {
      paste: "  - `$ docker run –d –net=host --name nginx-host nginx`",
      prints: /invalid reference format/,
      hint: "longDash",
      instead: "docker run -d --net=host --name nginx-host nginx",
    },
    {
      paste: "docker run -d -net=host --name nginx-host nginx",
      prints: /^unknown shorthand flag: 'n' in -net=host\nSee 'docker run --help'\.\n$/,
      hint: "shortNet",
      instead: "docker run -d --net=host --name nginx-host nginx",
    },
    { paste: "docker run -d --net=host --name nginx-host nginx", prints: /^[0-9a-f]{64}\n$/ },
    { paste: "curl -s localhost | head -1", prints: /^<!DOCTYPE html>\n|^hello/ },
    {
      paste: "$ docker run –d --name nginx-1 nginx",
      prints: /invalid reference format/,
      hint: "longDash",
      instead: "docker run -d --name nginx-1 nginx",
    },
    {
      paste: "$ docker run -d --name nginx-1 nginx",
      prints: /Conflict\. The container name "\/nginx-1"/,
      hint: "nameTaken",
    },
  ],
  "the veth's other end": [
    { paste: "pi@raspberrypi:~ $ docker ps", prints: /^CONTAINER ID {3}IMAGE {5}COMMAND/ },
    { paste: "pi@raspberrypi:~ $ brctl show", prints: /docker0\t\t8000\./, hint: "brctlColumns" },
    {
      paste: "pi@raspberrypi:~ $ ip link show $(ls /sys/class/net | grep veth | head -1)",
      prints: /^\d+: veth\S+@if\d+: <.*> mtu 1500 .* master docker0 state UP/,
    },
    {
      paste: "pi@raspberrypi:~ $ ethtool -i $(ls /sys/class/net | grep veth | head -1)",
      prints: /^driver: veth\nversion: /,
      hint: "ethtoolVeth",
    },
    {
      paste: "pi@raspberrypi:~ $ ethtool -S $(ls /sys/class/net | grep veth | head -1)",
      prints: /^NIC statistics:\n {5}peer_ifindex: \d+\n/,
      hint: "ethtoolVeth",
    },
    {
      paste: "pi@raspberrypi:~ $ docker run -it 647197174783 /bin/sh\n/ # \n/ # ip link show",
      prints: /^\d+: eth0@if\d+: <BROADCAST,MULTICAST,UP,LOWER_UP>/m,
      hint: "busyboxLink",
    },
    { paste: "/ # ifconfig eth0", ...OLD_FORMAT },
    {
      paste: "/ # ping 172.17.0.3\nPING 172.17.0.3 (172.17.0.3): 56 data bytes",
      prints: /64 bytes from 172\.17\.0\.3: icmp_seq=1 ttl=64/,
      hint: "busyboxPing",
      stop_s: 2,
    },
    { paste: "/ # exit" },
    {
      paste: "pi@raspberrypi:~ $ docker network inspect bridge \n[\n    {\n",
      prints: /"Name": "nginx-1"[\s\S]*"com\.docker\.network\.bridge\.name": "docker0"/,
      hint: "networkInspect",
    },
  ],
  TRACE: [
    {
      paste: "`$ iptables -t raw -A OUTPUT -p icmp -j TRACE`\n`$ iptables -t raw -A PREROUTING -p icmp -j TRACE`",
      prints: /^$/,
      hint: "traceWhere",
    },
    { paste: "ping -c 1 172.17.0.2", prints: /1 received/ },
    {
      paste: "cat /var/logs/message",
      prints: /^cat: \/var\/logs\/message: No such file or directory\n$/,
      hint: "logPath",
      instead: "cat /var/log/messages",
    },
    {
      paste: "cat /var/log/messages",
      prints: /kernel: \[ +\d+\.\d{6}\] TRACE: raw:OUTPUT:policy:2 IN= OUT=docker0 SRC=172\.17\.0\.1 DST=172\.17\.0\.2/,
    },
    { paste: "dmesg | grep -c 'TRACE: raw:PREROUTING'", prints: /^[1-9]\d*\n$/ },
    { paste: "ip link", prints: /^1: lo: / },
    { paste: "yum install -y net-tools", prints: /command not found/, hint: "installed" },
    { paste: "vim /etc/hosts", prints: /^bash: vim: command not found\n$/, hint: "notHere" },
    { paste: "docker run -d \\\n  --name web \\\n  nginx", prints: /^[0-9a-f]{64}\n$/ },
  ],
};

/** Types a paste line by line, as the page does, and lets two seconds pass after each. */
function type(session: Session, { paste, stop_s }: Pasted) {
  for (const line of pastedLines(paste).lines.filter((one) => one !== "")) {
    act(session, "hostA", { type: "exec", line });
    runTo(session, session.world.now_ns + 2e9);
    for (let i = 0; i < 20 && stop_s === undefined && isTerminalBusy(session.world, "hostA"); i++) {
      runTo(session, session.world.now_ns + 1e9);
    }
  }
  if (stop_s !== undefined) {
    runTo(session, session.world.now_ns + stop_s * 1e9);
    act(session, "hostA", { type: "interrupt" });
    runTo(session, session.world.now_ns + 1e9);
  }
  const spoken = lastSpoken(session.terminal, "hostA", session.chunks);
  if (spoken === null) throw new Error(`nothing came of ${paste}`);
  return { spoken, hint: hintFor(spoken, new Set()) };
}

describe.each(Object.keys(NOTES))("%s", (name) => {
  const session = createSession(sameHost);
  // The notes are from the days of iptables-legacy, whose TRACE goes to the kernel's log.
  test.each(NOTES[name] ?? [])("$paste", (pasted) => {
    const { spoken, hint } = type(session, pasted);
    expect(isTerminalBusy(session.world, "hostA")).toBe(false);
    expect(spoken.output).toMatch(pasted.prints ?? /^$/);
    expect(hint?.id).toBe(pasted.hint);
    expect(hint?.instead ?? undefined).toBe(pasted.instead);
  });
});

test("a hint that was put away stays away, and no hint speaks of a command that needs none", () => {
  const spoken = { prompt: "root@hostA:~# ", line: "brctl show", output: "bridge name\tbridge id\n" };
  expect(hintFor(spoken, new Set())?.id).toBe("brctlColumns");
  expect(hintFor(spoken, new Set(["brctlColumns"]))).toBeNull();
  for (const line of [
    "docker ps -a",
    "ip addr",
    "docker run -d --net=host --name a nginx",
    "echo –d",
    "tail -1 /var/log/messages",
  ]) {
    expect(hintFor({ prompt: "root@hostA:~# ", line, output: "" }, new Set())).toBeNull();
  }
  expect(Object.keys(HINTS).length).toBeGreaterThan(15);
});
