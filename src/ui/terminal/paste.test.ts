import { describe, expect, it } from "vitest";
import { pastedLines, stripPrompt } from "./paste.ts";

describe("a line with a prompt", () => {
  it.each([
    ["$ docker ps", "docker ps"],
    ["root@hostA:~# ip a", "ip a"],
    ["root@2b3c181aecf1:/# ifconfig", "ifconfig"],
    ["[root@localhost ~]# ip a", "ip a"],
    ["[root@296ea2530c48 /]# cat /sys/class/net/eth0/iflink", "cat /sys/class/net/eth0/iflink"],
    ["root@build-2.example.com ~# route", "route"],
    ["pi@raspberrypi:~ $ brctl show", "brctl show"],
    ["user@host:~/work$ ip link", "ip link"],
    ["/ # ip link show", "ip link show"],
    ["/ # ", ""],
    ["/etc # ls", "ls"],
    ["bash-5.1# ping 172.17.0.3", "ping 172.17.0.3"],
    ["# docker ps -a", "docker ps -a"],
    ["# brctl", "brctl"],
    ["`$ iptables -t raw -A OUTPUT -p icmp -j TRACE`", "iptables -t raw -A OUTPUT -p icmp -j TRACE"],
    ["  - `$ docker run -d nginx`", "docker run -d nginx"],
  ])("%j", (line, bare) => {
    expect(stripPrompt(line)).toBe(bare);
  });

  it.each([
    "# a remark",
    "# 在宿主机上",
    "# ping the other container",
    "# route 表",
    "echo $ HOME",
    "echo a # ip link",
    "PS1='$ '",
    "/bin/ls",
    "- a line of a list",
  ])("%j is as it is", (line) => {
    expect(stripPrompt(line)).toBe(line);
  });
});

describe("a paste", () => {
  it("without prompts is all commands", () => {
    expect(pastedLines("ip link\rbrctl show\r")).toEqual({ lines: ["ip link", "brctl show", ""], output: 0 });
  });

  it("with prompts leaves out what was printed, and keeps remarks", () => {
    const text = [
      "# on the host",
      "$ docker exec -it nginx-1 /bin/bash",
      "# in the container",
      "root@2b3c181aecf1:/# ifconfig",
      "eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500",
      "        inet 172.17.0.2  netmask 255.255.0.0  broadcast 0.0.0.0",
      "",
      "$ route",
      "Kernel IP routing table",
    ];
    const lines = ["# on the host", "docker exec -it nginx-1 /bin/bash", "# in the container", "ifconfig", "route"];
    expect(pastedLines(text.join("\n"))).toEqual({ lines, output: 3 });
  });

  it("takes a command without a prompt among those that have one", () => {
    const text = "docker run -d --name nginx-2 nginx\n$ brctl show\nbridge name bridge id\ndocker0 8000.0\ndocker ps\n";
    expect(pastedLines(text)).toEqual({
      lines: ["docker run -d --name nginx-2 nginx", "brctl show", "docker ps", ""],
      output: 2,
    });
  });

  it("keeps a command together that goes on over several lines", () => {
    const text =
      "$ docker run -d \\\n>   --name web \\\n    nginx\n0123456789ab\n$ for i in 1 2; do\n> echo $i\n> done\n1\n";
    expect(pastedLines(text).lines).toEqual([
      "docker run -d \\",
      "  --name web \\",
      "    nginx",
      "for i in 1 2; do",
      "echo $i",
      "done",
      "",
    ]);
  });
});
