/** `ss -s`: how many sockets of each kind there are (misc/ss.c: print_summary). */
import type { Sys } from "../types.ts";
import { listSockets } from "./socket-list.ts";

export function summary(sys: Sys): string {
  const all = listSockets(sys.world, sys.proc.netns);
  const tcp = all.filter((s) => s.protocol === "tcp");
  const waiting = tcp.filter((s) => s.state === "TIME_WAIT").length;
  const orphans = tcp.filter((s) => s.socket.tcp?.orphan && s.state !== "TIME_WAIT").length;
  const established = tcp.filter((s) => s.state === "ESTABLISHED" || s.state === "CLOSE_WAIT").length;
  const held = tcp.filter((s) => s.state !== "TIME_WAIT");
  const closed = tcp.length - held.length;
  const raw = (sys.world.netns[sys.proc.netns]?.sockets ?? []).filter(
    (id) => sys.world.sockets[id]?.type === "raw",
  ).length;
  const udp = all.length - tcp.length;
  const row = (name: string, ipv4: number, ipv6: number): string =>
    `${name}\t  ${String(ipv4 + ipv6).padEnd(9)} ${String(ipv4).padEnd(9)} ${String(ipv6).padEnd(9)}\n`;
  const six = held.filter((s) => s.ipv6).length;
  const four = held.length - six;
  return (
    `Total: ${held.length + udp + raw}\n` +
    `TCP:   ${tcp.length} (estab ${established}, closed ${closed}, orphaned ${orphans}, timewait ${waiting})\n\n` +
    "Transport Total     IP        IPv6\n" +
    row("RAW", raw, 0) +
    row("UDP", udp, 0) +
    row("TCP", four, six) +
    row("INET", raw + udp + four, six) +
    `${row("FRAG", 0, 0)}\n`
  );
}
