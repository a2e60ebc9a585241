/** Sockets of a namespace as ss and netstat list them, with the process that has each. */
import type { Socket } from "../../kernel/types.ts";
import { formatIpv4 } from "../../wire/address.ts";
import { serviceName } from "../names/services.ts";
import type { Proc, Sys } from "../types.ts";

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

/** TCP and UDP sockets of the caller's namespace, oldest first. */
export function listSockets(sys: Sys): ListedSocket[] {
  const { world, proc } = sys;
  const ids = world.netns[proc.netns]?.sockets ?? [];
  return ids.flatMap((id) => {
    const s = world.sockets[id];
    if (!s || (s.type !== "tcp" && s.type !== "tcp6" && s.type !== "udp")) return [];
    // A connection that nobody has accepted yet stands in its listener's queue.
    if (s.tcp && s.tcp.listener !== null && s.tcp.state === "SYN_RECV") return [];
    return [describe(sys, s)];
  });
}

function describe(sys: Sys, s: Socket): ListedSocket {
  const ipv6 = s.type === "tcp6";
  const { tcp } = s;
  const state = tcp ? tcp.state : s.remotePort === 0 ? "CLOSE" : "ESTABLISHED";
  const listening = state === "LISTEN";
  const owner = tcp?.orphan || state === "TIME_WAIT" ? null : (sys.world.procs[s.pid] ?? null);
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
