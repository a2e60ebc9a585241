/** Sockets of a namespace as ss and netstat list them, with the process that has each. */
import { newSocket } from "../../kernel/socket/socket.ts";
import type { Tcp } from "../../kernel/tcp/types.ts";
import type { NetnsId, Socket } from "../../kernel/types.ts";
import { formatIpv4 } from "../../wire/address.ts";
import { serviceName } from "../../wire/filter/services.ts";
import type { Proc, ShellWorld } from "../types.ts";

export interface ListedSocket {
  socket: Socket;
  protocol: "tcp" | "udp";
  ipv6: boolean;
  /** TCP's state by netstat's name; UDP's is CLOSE, connected ESTABLISHED. */
  state: string;
  recvQueue: number;
  sendQueue: number;
  local: string;
  localPort: number;
  remote: string;
  remotePort: number;
  /** The device that it is bound to. */
  device: string | null;
  /** The process that works with it, the oldest of several. */
  owner: Proc | null;
  /** Who can be seen to have a descriptor of it, and which, by pid. */
  holders: { proc: Proc; fd: number }[];
}

/** States by ss's names. */
export const SS_STATES: Readonly<Record<string, string>> = {
  ESTABLISHED: "ESTAB",
  SYN_SENT: "SYN-SENT",
  SYN_RECV: "SYN-RECV",
  FIN_WAIT1: "FIN-WAIT-1",
  FIN_WAIT2: "FIN-WAIT-2",
  TIME_WAIT: "TIME-WAIT",
  CLOSE: "UNCONN",
  CLOSE_WAIT: "CLOSE-WAIT",
  LAST_ACK: "LAST-ACK",
  LISTEN: "LISTEN",
  CLOSING: "CLOSING",
};

/**
 * TCP and UDP sockets of a namespace: listeners (the newest first), then the others, oldest first, then those of IPv6; last
 * those that the kernel itself listens on for VXLAN.
 */
export function listSockets(world: ShellWorld, netns: NetnsId): ListedSocket[] {
  const ids = world.netns[netns]?.sockets ?? [];
  const rank = (id: number): number => {
    const s = world.sockets[id];
    return (s?.type === "tcp6" ? 2 : 0) + (s?.tcp?.state === "LISTEN" ? 0 : 1);
  };
  const ordered = [...ids].sort((a, b) => rank(a) - rank(b) || (rank(a) % 2 === 1 ? a - b : b - a));
  const listed = ordered.flatMap((id) => {
    const s = world.sockets[id];
    if (!s || (s.type !== "tcp" && s.type !== "tcp6" && s.type !== "udp")) return [];
    return [describe(world, s)];
  });
  return [...listed, ...vxlanSockets(world, netns)];
}

/** One for each port that VXLAN devices which are up listen on: vxlan_sock_add. Their datagrams never come to a queue. */
function vxlanSockets(world: ShellWorld, netnsId: NetnsId): ListedSocket[] {
  const netns = world.netns[netnsId];
  if (!netns) return [];
  const ports = new Set(netns.tunnels.flatMap((id) => world.devs[id]?.vxlan?.port ?? []));
  return [...ports].map((localPort) => describe(world, { ...newSocket(netns, -1, -1, "udp", 0), localPort }));
}

/** write_seq less snd_una: SYN and FIN count. */
function unacknowledged(tcp: Tcp): number {
  if (tcp.state === "SYN_RECV" || tcp.state === "TIME_WAIT") return 0;
  return tcp.sendBytes + (tcp.state === "SYN_SENT" ? 1 : 0) + (tcp.finQueued && !tcp.finAcked ? 1 : 0);
}

function describe(world: ShellWorld, s: Socket): ListedSocket {
  const ipv6 = s.type === "tcp6";
  const { tcp } = s;
  const state = tcp ? tcp.state : s.remotePort === 0 ? "CLOSE" : "ESTABLISHED";
  const listening = state === "LISTEN";
  // Nobody has a connection in hand that was not accepted yet.
  const isNobodys = tcp !== null && (tcp.orphan || tcp.listener !== null || state === "TIME_WAIT");
  const owner = isNobodys ? null : (world.procs[s.pid] ?? null);
  const holders = isNobodys ? [] : holdersOf(world, s);
  const any = ipv6 ? "::" : "0.0.0.0";
  return {
    socket: s,
    protocol: tcp ? "tcp" : "udp",
    ipv6,
    state,
    recvQueue: tcp ? (listening ? tcp.accept.length : tcp.recvBytes) : s.queuedBytes,
    sendQueue: tcp ? (listening ? tcp.backlog : unacknowledged(tcp)) : 0,
    local: s.local === 0 ? any : formatIpv4(s.local),
    localPort: s.localPort,
    remote: s.remotePort === 0 ? any : formatIpv4(s.remote),
    remotePort: s.remotePort,
    device: s.dev === null ? null : (world.devs[s.dev]?.name ?? null),
    owner: holders[0]?.proc ?? owner,
    holders,
  };
}

/** Its own process, or all that have the stream that it is. */
function holdersOf(world: ShellWorld, s: Socket): { proc: Proc; fd: number }[] {
  const own = world.procs[s.pid];
  const at = own?.sockets.indexOf(s.id) ?? -1;
  // nginx serves by a worker of another user, into which nobody may look without CAP_SYS_PTRACE.
  if (own?.program === "nginx" && s.tcp?.state !== "LISTEN") return [];
  if (own && at >= 0) return [{ proc: own, fd: own.fds.length + at }];
  const id = world.streams.findIndex((one) => one?.kind === "socket" && one.socket === s.id);
  if (id < 0) return own ? [{ proc: own, fd: 3 }] : [];
  const all = world.procs.flatMap((proc) => (proc ? [{ proc, fd: proc.fds.lastIndexOf(id) }] : []));
  return all.filter(({ fd }) => fd >= 0).sort((a, b) => a.proc.pid - b.proc.pid);
}

/** A port as a number, or by its name. */
export function portText(port: number, protocol: "tcp" | "udp", numeric: boolean): string {
  if (port === 0) return "*";
  return (numeric ? null : serviceName(port, protocol)) ?? String(port);
}
