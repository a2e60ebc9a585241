/** Sockets of a namespace as ss and netstat list them, with the process that has each. */
import type { NetnsId, Socket } from "../../kernel/types.ts";
import { formatIpv4 } from "../../wire/address.ts";
import { serviceName } from "../names/services.ts";
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
  owner: Proc | null;
  /** Descriptor number in that process. */
  fd: number;
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

/** TCP and UDP sockets of a namespace, oldest first. */
export function listSockets(world: ShellWorld, netns: NetnsId): ListedSocket[] {
  const ids = world.netns[netns]?.sockets ?? [];
  return ids.flatMap((id) => {
    const s = world.sockets[id];
    if (!s || (s.type !== "tcp" && s.type !== "tcp6" && s.type !== "udp")) return [];
    // A connection that nobody has accepted yet stands in its listener's queue.
    if (s.tcp && s.tcp.listener !== null && s.tcp.state === "SYN_RECV") return [];
    return [describe(world, s)];
  });
}

function describe(world: ShellWorld, s: Socket): ListedSocket {
  const ipv6 = s.type === "tcp6";
  const { tcp } = s;
  const state = tcp ? tcp.state : s.remotePort === 0 ? "CLOSE" : "ESTABLISHED";
  const listening = state === "LISTEN";
  const owner = tcp?.orphan || state === "TIME_WAIT" ? null : (world.procs[s.pid] ?? null);
  const any = ipv6 ? "::" : "0.0.0.0";
  return {
    socket: s,
    protocol: tcp ? "tcp" : "udp",
    ipv6,
    state,
    recvQueue: tcp ? (listening ? tcp.accept.length : tcp.recvBytes) : s.queuedBytes,
    sendQueue: tcp ? (listening ? tcp.backlog : tcp.sendBytes) : 0,
    local: s.local === 0 ? any : formatIpv4(s.local),
    localPort: s.localPort,
    remote: s.remotePort === 0 ? any : formatIpv4(s.remote),
    remotePort: s.remotePort,
    owner,
    fd: owner ? 3 + Math.max(0, owner.sockets.indexOf(s.id)) : 0,
  };
}

/** A port as a number, or by its name. */
export function portText(port: number, protocol: "tcp" | "udp", numeric: boolean): string {
  if (port === 0) return "*";
  return (numeric ? null : serviceName(port, protocol)) ?? String(port);
}
