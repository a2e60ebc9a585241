/** netstat: net-tools 2.10: sockets, -i and -r. Left out: -s, -g, -M, Unix sockets (there are none). */
import { dev, netns } from "../../kernel/world.ts";
import { shortText } from "../commands/net-tools/ifconfig-print.ts";
import { exec, exit, fail, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";
import { type ListedSocket, listSockets, portText } from "./socket-list.ts";

const LONG: Readonly<Record<string, string>> = {
  all: "a",
  listening: "l",
  numeric: "n",
  programs: "p",
  tcp: "t",
  udp: "u",
  route: "r",
  interfaces: "i",
};

function start(sys: Sys, argv: string[]): void {
  let flags = "";
  for (const arg of argv.slice(1)) {
    const letters = arg.startsWith("--") ? (LONG[arg.slice(2)] ?? "?") : arg.replace(/^-/, "");
    for (const letter of letters) {
      if (!"alnptuwrie46cWxNv".includes(letter)) {
        return fail(
          sys,
          `netstat: invalid option -- '${letter}'\nusage: netstat [-vWeenNcCF] [<Af>] -r         netstat {-V|--version|-h|--help}\n`,
          4,
        );
      }
      flags += letter;
    }
  }
  if (flags.includes("r")) return exec(sys.world, sys.proc, "route", ["route", flags.includes("n") ? "-ne" : "-e"]);
  if (flags.includes("i")) return interfaces(sys, flags.includes("a"));
  sockets(sys, flags);
}

function interfaces(sys: Sys, all: boolean): void {
  const { world, proc } = sys;
  const devices = netns(world, proc.netns).devs.map((id) => dev(world, id));
  const shown = devices.filter((d) => all || d.up).sort((a, b) => (a.name < b.name ? -1 : 1));
  const heading = "Iface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n";
  const rows = shown.map((device) => shortText(world, { name: device.name, device, address: null }));
  write(sys, 1, `Kernel Interface table\n${heading}${rows.join("")}`);
  exit(sys, 0);
}

function sockets(sys: Sys, flags: string): void {
  const has = (letter: string) => flags.includes(letter);
  const what = has("a") ? "servers and established" : has("l") ? "only servers" : "w/o servers";
  const programs = has("p") ? " PID/Program name    " : "";
  let text = `Active Internet connections (${what})\n`;
  text += `Proto Recv-Q Send-Q Local Address           Foreign Address         State      ${programs}\n`;
  const one = has("t") !== has("u");
  for (const s of listSockets(sys.world, sys.proc.netns)) {
    if (one && s.protocol !== (has("t") ? "tcp" : "udp")) continue;
    if ((has("4") && s.ipv6) || (has("6") && !s.ipv6)) continue;
    const listens = s.state === "LISTEN" || s.state === "CLOSE";
    if (has("a") || has("l") === listens) text += row(s, has("n"), has("p"));
  }
  if (!has("t") && !has("u")) {
    text += `Active UNIX domain sockets (${what})\nProto RefCnt Flags       Type       State         I-Node   Path\n`;
  }
  write(sys, 1, text);
  exit(sys, 0);
}

function row(s: ListedSocket, numeric: boolean, programs: boolean): string {
  const end = (address: string, port: number) => `${address}:${portText(port, s.protocol, numeric)}`;
  const queues = `${String(s.recvQueue).padStart(6)} ${String(s.state === "LISTEN" ? 0 : s.sendQueue).padStart(6)}`;
  const state = s.protocol === "udp" && s.state === "CLOSE" ? "" : s.state;
  const ends = `${end(s.local, s.localPort).padEnd(23)} ${end(s.remote, s.remotePort).padEnd(23)}`;
  const owner = s.owner ? `${s.owner.pid}/${s.owner.program}` : "-";
  const name = `${s.protocol}${s.ipv6 ? "6" : ""}`.padEnd(4);
  return `${name}  ${queues} ${ends} ${state.padEnd(11)}${programs ? ` ${owner.padEnd(20)}` : ""}\n`;
}

export const netstat: Program = {
  path: "/usr/bin/netstat",
  about: "sockets, interfaces and routes (the older tool)",
  start,
};
