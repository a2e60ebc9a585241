/**
 * /dev/tcp/HOST/PORT and /dev/udp/HOST/PORT as targets of redirections: bash's lib/sh/netopen.c. The shell waits for the
 * name and for the connection before it opens the redirections in order. Of IPv6 addresses only those of /etc/hosts are met.
 */
import { EADDRNOTAVAIL, ECONNREFUSED, EINPROGRESS, EINVAL, strerror } from "../../../kernel/errno.ts";
import { socketConnect } from "../../../kernel/socket/inet.ts";
import { socketCreate, socketError } from "../../../kernel/socket/socket.ts";
import { tcpConnect, tcpState } from "../../../kernel/tcp/api.ts";
import type { SocketId } from "../../../kernel/types.ts";
import { servicePort } from "../../../wire/filter/services.ts";
import { hostsEntries } from "../../names/hosts.ts";
import { createResolver, failureText, lookUpAddress, type Resolver } from "../../names/resolver.ts";
import { closeSocket, ownSocket } from "../../process.ts";
import { addStream, holdStream, releaseStream } from "../../streams.ts";
import type { StreamId, Sys } from "../../types.ts";
import { prefixed } from "./messages.ts";
import type { ShellState } from "./state.ts";

/** Where a redirection leads into the net, and how that went: a stream, or the line to be said and why. */
export interface NetTarget {
  protocol: "tcp" | "udp";
  host: string;
  service: string;
  outcome: { stream: StreamId } | { line: string; errno: number } | null;
}

/** What waits for a connection. `tried`: addresses of the host that were not it. */
export interface Connecting {
  net: NetTarget;
  resolver: Resolver;
  tried: number;
  socket: SocketId | null;
}

/** The net in the name of a file, or undefined. */
export function netTarget(path: string): NetTarget | undefined {
  const [, protocol, host, service] = /^\/dev\/(tcp|udp)\/([^/]*)\/(.*)$/.exec(path) ?? [];
  if (protocol === undefined) return undefined;
  return { protocol: protocol as "tcp" | "udp", host: host as string, service: service as string, outcome: null };
}

export function createConnecting(net: NetTarget): Connecting {
  return { net, resolver: createResolver(), tried: 0, socket: null };
}

/** Goes on with it; false: the shell waits for an answer. */
export function connectOn(sys: Sys, state: ShellState, c: Connecting): boolean {
  if (c.socket === null) return begin(sys, state, c);
  if (c.net.protocol === "udp") return connected(sys, c);
  const errno = socketError(sys.world, c.socket);
  if (errno < 0) return failed(sys, state, c, errno);
  return tcpState(sys.world, c.socket) === "SYN_SENT" ? false : connected(sys, c);
}

/** Gives up: Ctrl-C. */
export function connectEnd(sys: Sys, c: Connecting): void {
  for (const id of [c.socket, c.resolver.query?.socket ?? null]) if (id !== null) closeSocket(sys, id);
}

function refused(c: Connecting, line: string, errno: number): true {
  c.net.outcome = { line, errno };
  return true;
}

function begin(sys: Sys, state: ShellState, c: Connecting): boolean {
  const { protocol, host, service } = c.net;
  const { world, proc } = sys;
  const port = /^\d*$/.test(service) ? Number(service) & 0xffff : servicePort(service);
  const say = (what: string, why: string) => refused(c, prefixed(state, `${what}: ${why}`), EINVAL);
  if (port === null) return say(service, "Servname not supported for ai_socktype");
  const answer = lookUpAddress(sys, c.resolver, host);
  if (answer === null) return false;
  const address = answer.addresses[c.tried];
  if (address === undefined) return say(host, failureText(answer.failed ?? "noname"));
  const isTcp = protocol === "tcp";
  c.socket = ownSocket(sys, socketCreate(world, proc.netns, proc.id, protocol, isTcp ? 6 : 17));
  const errno = isTcp
    ? tcpConnect(world, c.socket, address, port, true)
    : socketConnect(world, c.socket, address, port);
  return errno < 0 && errno !== EINPROGRESS ? failed(sys, state, c, errno) : connectOn(sys, state, c);
}

/** This address was not it: the next, or the last one's failure is the whole's. */
function failed(sys: Sys, state: ShellState, c: Connecting, errno: number): boolean {
  closeSocket(sys, c.socket as SocketId);
  c.socket = null;
  c.tried++;
  const addresses = lookUpAddress(sys, c.resolver, c.net.host)?.addresses ?? [];
  if (c.tried < addresses.length) return begin(sys, state, c);
  const why = errno === ECONNREFUSED && hasIpv6(sys, c.net.host) ? EADDRNOTAVAIL : errno;
  return refused(c, `${state.params[0] ?? "bash"}: connect: ${strerror(why)}\n`, why);
}

/** The address of IPv6 that /etc/hosts has for localhost comes last; with IPv6 off it is nobody's. */
function hasIpv6(sys: Sys, host: string): boolean {
  return hostsEntries(sys).some(({ address, names }) => address.includes(":") && names.includes(host));
}

function connected(sys: Sys, c: Connecting): true {
  const socket = c.socket as SocketId;
  sys.proc.sockets = sys.proc.sockets.filter((id) => id !== socket);
  const empty = { unsent: [], byLine: false, sent_ns: -1, waiting: [], readers: 0, writers: 0 };
  const stream = addStream(sys.world, { kind: "socket", socket, ...empty });
  holdStream(sys.world, stream, "write");
  c.net.outcome = { stream };
  return true;
}

/** The redirections are open: their descriptors hold the connections now. */
export function releaseConnected(sys: Sys, nets: readonly (NetTarget | undefined)[]): void {
  for (const net of nets)
    if (net?.outcome && "stream" in net.outcome) releaseStream(sys.world, net.outcome.stream, "write");
}
