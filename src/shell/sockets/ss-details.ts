/** What ss says about one socket when asked: -o, -e, -m, -i (misc/ss.c: timer, sock_details_print, tcp_stats_print). */
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { currentMss } from "../../kernel/tcp/output.ts";
import { backedOff } from "../../kernel/tcp/state.ts";
import type { Tcp } from "../../kernel/tcp/types.ts";
import type { Socket, World } from "../../kernel/types.ts";

export interface TimerText {
  name: "off" | "on" | "timewait" | "persist";
  left_ns: number;
  tries: number;
}

/** The timer that runs for a connection (inet_sk_diag_fill). */
export function timerOf(world: World, tcp: Tcp): TimerText {
  if (tcp.state === "TIME_WAIT" || (tcp.endAt_ns > 0 && tcp.orphan)) {
    return { name: "timewait", left_ns: tcp.endAt_ns - world.now_ns, tries: 0 };
  }
  if (tcp.retransmitAt_ns === 0 || tcp.state === "LISTEN") return { name: "off", left_ns: 0, tries: 0 };
  const left_ns = tcp.retransmitAt_ns - world.now_ns;
  if (tcp.pending === "persist") return { name: "persist", left_ns, tries: tcp.probes };
  return { name: "on", left_ns, tries: tcp.retransmits };
}

/** print_ms_timer: "492ms", "3.120ms", "58sec", "1min3sec". */
function spanText(span_ns: number): string {
  const span_ms = Math.max(0, Math.floor(span_ns / MS_NS));
  const minutes = Math.floor(span_ms / 60_000);
  const seconds = minutes > 9 ? 0 : Math.floor(span_ms / 1000) % 60;
  const ms = minutes > 0 || seconds > 9 ? 0 : span_ms % 1000;
  const head = minutes > 0 ? `${minutes}min` : "";
  const middle = seconds > 0 ? `${seconds}${ms > 0 ? "." : "sec"}` : "";
  return head + middle + (ms > 0 ? `${String(ms).padStart(3, "0")}ms` : "");
}

export function timerText(world: World, tcp: Tcp): string {
  const { name, left_ns, tries } = timerOf(world, tcp);
  return name === "off" ? "" : ` timer:(${name},${spanText(left_ns)},${tries})`;
}

/** Number that the kernel's file system for sockets would give it. */
export function inodeOf(socket: Socket): number {
  return socket.tcp?.orphan ? 0 : 20_000 + socket.id;
}

/** skmem: what is queued, and the limits of a default host. */
export function memoryText(socket: Socket): string {
  const { tcp } = socket;
  const received = tcp ? tcp.recvBytes : socket.queuedBytes;
  const send = tcp ? (tcp.state === "LISTEN" ? 16_384 : 87_040) : 212_992;
  const receive = tcp ? 131_072 : socket.rcvbuf;
  return ` skmem:(r${received},rb${receive},t0,tb${send},f0,w${tcp?.sendBytes ?? 0},o0,bl0,d${socket.drops})`;
}

/** C's %g of a number of milliseconds: six digits at most. */
function ms(span_ns: number): string {
  return String(Number((Math.round(span_ns / 1000) / 1000).toPrecision(6)));
}

/** struct tcp_info as -i prints it. @param options whether -o was given, too: then what both ends agreed on is said */
export function infoText(world: World, socket: Socket, options: boolean): string {
  const { tcp } = socket;
  if (!tcp) return "";
  if (tcp.state === "LISTEN" || tcp.state === "TIME_WAIT" || tcp.state === "CLOSE") return " cubic cwnd:10";
  const { stats } = tcp;
  const parts: string[] = [];
  const add = (name: string, value: number | string, when = true): void => {
    if (when) parts.push(`${name}:${value}`);
  };
  if (options && tcp.timestamps) parts.push("ts");
  if (options && tcp.sackOk) parts.push("sack");
  parts.push("cubic");
  const mss = currentMss(world, socket);
  add("wscale", `${tcp.sndWscale},${tcp.rcvWscale}`, tcp.state !== "SYN_SENT");
  add("rto", Math.floor(backedOff(tcp) / MS_NS));
  add("backoff", tcp.backoff, tcp.backoff > 0);
  add("rtt", `${ms(tcp.srtt_ns)}/${ms(tcp.rttvar_ns)}`, tcp.srtt_ns > 0);
  add("ato", 40, tcp.lastReceived_ns > 0);
  add("mss", mss);
  add("pmtu", mss + 40 + (tcp.timestamps ? 12 : 0));
  add("rcvmss", stats.bytesReceived > 0 ? Math.min(stats.bytesReceived, mss) : 536);
  add("advmss", tcp.timestamps ? tcp.advmss - 12 : tcp.advmss);
  add("cwnd", Math.floor(tcp.cwnd));
  add("ssthresh", tcp.ssthresh, tcp.ssthresh < 0x7fff_ffff);
  add("bytes_sent", stats.bytesSent, stats.bytesSent > 0);
  add("bytes_retrans", stats.bytesRetrans, stats.bytesRetrans > 0);
  add("bytes_acked", stats.bytesAcked, stats.bytesAcked > 0);
  add("bytes_received", stats.bytesReceived, stats.bytesReceived > 0);
  add("segs_out", stats.segsOut);
  add("segs_in", stats.segsIn, stats.segsIn > 0);
  add("data_segs_out", stats.dataSegsOut, stats.dataSegsOut > 0);
  add("data_segs_in", stats.dataSegsIn, stats.dataSegsIn > 0);
  const rate = tcp.srtt_ns === 0 ? 0 : Math.floor((tcp.cwnd * mss * 8 * SECOND_NS) / tcp.srtt_ns);
  if (rate > 0) parts.push(`send ${rate}bps`);
  const since = (at_ns: number): number => Math.floor((world.now_ns - (at_ns || tcp.synSent_ns)) / MS_NS);
  add("lastsnd", since(stats.lastSent_ns));
  add("lastrcv", since(tcp.lastReceived_ns));
  add("lastack", since(stats.lastAck_ns));
  add("unacked", tcp.sent.length, tcp.sent.length > 0);
  add("retrans", `${tcp.sent.filter((s) => s.retrans).length}/${stats.totalRetrans}`, stats.totalRetrans > 0);
  const lost = tcp.sent.filter((s) => s.lost).length;
  add("lost", lost, lost > 0);
  const sacked = tcp.sent.filter((s) => s.sacked).length;
  add("sacked", sacked, sacked > 0);
  add("rcv_space", 14_480);
  add("rcv_ssthresh", tcp.rcvSpace);
  add("minrtt", ms(tcp.minRtt_ns), tcp.minRtt_ns > 0);
  add("snd_wnd", tcp.sndWnd, tcp.sndWnd > 0);
  return ` ${parts.join(" ")}`;
}
