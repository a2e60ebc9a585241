/**
 * curl 7.88, HTTP over TCP. Left out: TLS behind its first step, the other protocols (beyond the connection), cookies, proxies, uploads, HTTP/2. A connection is kept for the next URL or the redirect that leads to the same server.
 */
import { MS_NS, SECOND_NS } from "../../../base/time.ts";
import { EAGAIN, EINPROGRESS, ETIMEDOUT, strerror } from "../../../kernel/errno.ts";
import { isIpv6Disabled } from "../../../kernel/netdev/addrconf.ts";
import { socketCreate, socketError } from "../../../kernel/socket/socket.ts";
import { tcpConnect, tcpRecv, tcpSend, tcpState } from "../../../kernel/tcp/api.ts";
import type { SocketId } from "../../../kernel/types.ts";
import { dev, netns } from "../../../kernel/world.ts";
import { formatIpv4, type Ipv4, parseIpv4 } from "../../../wire/address.ts";
import { DNS_TYPE_A } from "../../../wire/dns.ts";
import { IPPROTO_TCP } from "../../../wire/ipv4.ts";
import { knownAddress } from "../../names/hosts.ts";
import { createResolver, lookUpAddress, type Resolver, resolverWake } from "../../names/resolver.ts";
import { cancelTimer, closeSocket, exit, ownSocket, setTimer, write } from "../../process.ts";
import { toUtf8 } from "../../text/utf8.ts";
import type { Program, Sys, Wake } from "../../types.ts";
import { encoded, field, type Head, latin1, parseHead, toBytes } from "../message.ts";
import { parseUrl, type Url } from "../url.ts";
import { bindNearEnd, isNearEndKnown } from "./bind.ts";
import { type CurlOptions, parseCurl } from "./options.ts";
import { outputName, put, putHead } from "./output.ts";
import { absolute, beginMeter, FULL_BAR, meterLine, type Outcome, showsMeter, writeOut } from "./print.ts";
import { requestLines } from "./request.ts";
import { type Attempts, newAttempts, retryPause } from "./retry.ts";
import { clientHello, helloTrace, NOT_TLS, speaksPlain } from "./tls.ts";

/** Timer slots: -m, --connect-timeout, the pauses in which curl works, and the meter's next second. */
const MAX_TIME = 0;
const CONNECT_TIME = 1;
const WORK = 2;
const METER = 3;
/** From the connection to the request, and from the answer to the end. */
const SEND_NS = 300_000;
const END_NS = 200_000;
/** What OpenSSL takes to find words for an error. */
const TLS_NS = 45_000_000;
/** curl notices late that time is up (by a millisecond, but where it waits for the resolver), and later that a second has passed for the meter. */
const LATE_NS = 1_200_000;
const METER_NS = 100_000_000;

export interface Curl extends Outcome {
  o: CurlOptions;
  resolver: Resolver;
  addresses: Ipv4[];
  socket: SocketId | null;
  /** Which connection it is, and to what: kept while the next URL may use it. */
  connection: number;
  connectedTo: string;
  phase: "resolve" | "connect" | "pause" | "tls" | "refuse" | "receive" | "end" | "wait";
  input: string;
  meter: boolean;
  /** "{ [n bytes data]" was said about this answer. */
  tracedData: boolean;
  attempts: Attempts;
  /** Status of the last URL that failed. */
  failed: number;
}

const NO_URL: Url = { scheme: "http", host: "", port: 0, path: "", hostHeader: "", text: "" };

function start(sys: Sys, argv: string[]): void {
  const o = parseCurl(sys, argv.slice(1));
  if (!o) return;
  const s: Curl = {
    o,
    url: NO_URL,
    resolver: createResolver(),
    addresses: [],
    socket: null,
    connection: -1,
    connectedTo: "",
    phase: "resolve",
    input: "",
    meter: false,
    tracedData: false,
    attempts: newAttempts(sys, o),
    failed: 0,
    ...freshOutcome(0),
  };
  sys.proc.locals = s;
  begin(sys, s);
}

function freshOutcome(at: number): Omit<Outcome, "o" | "url"> {
  return {
    at,
    head: null,
    status: 0,
    bodyBytes: 0,
    redirects: 0,
    connects: 0,
    ends: null,
    requestBytes: 0,
    sentBytes: 0,
    headBytes: 0,
    message: "",
    output: null,
    began_ns: 0,
    resolved_ns: 0,
    connected_ns: 0,
    sent_ns: 0,
    first_ns: 0,
    redirected_ns: 0,
  };
}

/** Starts with the URL of the command line whose turn it is. */
function begin(sys: Sys, s: Curl): void {
  const text = s.o.urls[s.at] as string;
  s.began_ns = sys.world.now_ns;
  const url = parseUrl(text);
  if (typeof url === "string") return give(sys, s, text === "" || url.startsWith("URL") ? 3 : 1, url);
  s.url = url;
  s.output = outputName(s.o, s.at, url);
  if (s.output === "" && s.o.remoteName) {
    if (!s.o.silent || s.o.showError) write(sys, 2, "curl: Remote file name has no length!\n");
    return give(sys, s, 23, "Failed writing received data to disk/application");
  }
  if (s.o.maxTime_ms !== null) setTimer(sys, MAX_TIME, s.o.maxTime_ms * MS_NS + LATE_NS);
  s.meter = showsMeter(sys, s.o, s.output);
  if (s.meter) {
    beginMeter(sys, s.attempts.retries > 0);
    setTimer(sys, METER, SECOND_NS + METER_NS);
  }
  if (s.at === 0) preset(sys, s);
  resolve(sys, s);
}

/** --resolve: addresses that need not be asked for. */
function preset(sys: Sys, s: Curl): void {
  for (const entry of s.o.resolve) {
    const [host = "", port = "", address = ""] = entry.split(":");
    const found = parseIpv4(address);
    if (found === null) continue;
    note(sys, s, `Added ${host}:${port}:${address} to DNS cache`);
  }
}

function presetFor(s: Curl): Ipv4 | null {
  const found = s.o.resolve.find((entry) => entry.startsWith(`${s.url.host}:${s.url.port}:`));
  return found === undefined ? null : parseIpv4(found.split(":")[2] ?? "");
}

function resolve(sys: Sys, s: Curl): void {
  s.phase = "resolve";
  s.input = "";
  s.head = null;
  s.tracedData = false;
  if (s.socket !== null && s.connectedTo === `${s.url.host}:${s.url.port}`) return reuse(sys, s);
  if (s.socket !== null) hangUp(sys, s);
  const known = presetFor(s);
  const name = s.o.proxy === null ? s.url.host : s.o.proxy.replace(/^[a-z0-9]+:\/\//i, "").replace(/:\d+$/, "");
  if (name.includes(":") || (s.o.ipv6Only && knownAddress(sys, name) !== null)) return noIpv6(sys, s, name);
  const types = s.o.ipv4Only ? [DNS_TYPE_A] : undefined;
  const answer = known === null ? lookUpAddress(sys, s.resolver, name, types) : { addresses: [known] };
  if (!answer) return;
  s.connection++;
  if (s.o.proxy !== null) {
    if (answer.addresses.length === 0) return give(sys, s, 5, `Could not resolve proxy: ${name}`);
    write(sys, 2, "playground: proxies are not simulated\n");
    return exit(sys, 5);
  }
  if (known !== null) note(sys, s, `Hostname ${s.url.host} was found in DNS cache`);
  if (answer.addresses.length === 0) return give(sys, s, 6, `Could not resolve host: ${s.url.host}`);
  if (s.o.ipv6Only) return noIpv6(sys, s, name);
  if (!isNearEndKnown(sys, s.o, s.resolver)) return;
  s.addresses = [...answer.addresses];
  s.resolved_ns = sys.world.now_ns;
  if (s.o.connectTimeout_ms !== null) setTimer(sys, CONNECT_TIME, s.o.connectTimeout_ms * MS_NS + LATE_NS);
  connect(sys, s);
}

/** To an IPv6 address there is no way where IPv6 is off. */
function noIpv6(sys: Sys, s: Curl, name: string): void {
  const { world, proc } = sys;
  if (netns(world, proc.netns).devs.some((one) => !isIpv6Disabled(world, dev(world, one)))) {
    write(sys, 2, "playground: curl over IPv6 is not simulated\n");
    return exit(sys, 7);
  }
  s.connection++;
  const why = "Couldn't connect to server";
  // localhost has an address of either family; of others only those of the other family were found, and none was tried.
  if (name.includes(":") || name === "localhost") connectFailed(sys, s, 7, why);
  else give(sys, s, 7, why, true);
}

/** The connection that the URL before has left. */
function reuse(sys: Sys, s: Curl): void {
  note(sys, s, "Found bundle for host: 0x560000000c80 [serially]");
  note(sys, s, "Can not multiplex, even if we wanted to");
  note(sys, s, `Re-using existing connection #${s.connection} with host ${s.url.host}`);
  const now = sys.world.now_ns;
  s.resolved_ns ||= now;
  s.connected_ns ||= now;
  s.phase = "pause";
  setTimer(sys, WORK, END_NS);
}

/** Tries the next address. */
function connect(sys: Sys, s: Curl): void {
  const { world, proc } = sys;
  const address = s.addresses.shift();
  s.phase = "connect";
  if (address === undefined) return connectFailed(sys, s, 7, "Couldn't connect to server");
  note(sys, s, `  Trying ${formatIpv4(address)}:${s.url.port}...`);
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "tcp", IPPROTO_TCP));
  const { tcp } = world.sockets[id] as { tcp: { nodelay: boolean } | null };
  if (tcp) tcp.nodelay = true;
  s.socket = id;
  const unbound = bindNearEnd(sys, s.o, s.resolver, id, (text) => note(sys, s, text));
  if (unbound !== null) return give(sys, s, 45, unbound, true);
  const errno = tcpConnect(world, id, address, s.url.port);
  if (errno === EINPROGRESS) return;
  note(sys, s, `Immediate connect fail for ${formatIpv4(address)}: ${strerror(errno)}`);
  hangUp(sys, s, false);
  connect(sys, s);
}

function connectFailed(sys: Sys, s: Curl, status: number, why: string): void {
  const { host, port } = s.url;
  give(sys, s, status, `Failed to connect to ${host} port ${port} after ${elapsed_ms(sys, s)} ms: ${why}`, true);
}

function elapsed_ms(sys: Sys, s: Curl): number {
  return Math.round((sys.world.now_ns - s.began_ns) / MS_NS);
}

function hangUp(sys: Sys, s: Curl, tells = true): void {
  if (s.socket !== null) closeSocket(sys, s.socket);
  s.socket = null;
  s.connectedTo = "";
  if (tells) note(sys, s, `Closing connection ${Math.max(s.connection, 0)}`);
}

/** What -v adds to stderr. */
function note(sys: Sys, s: Curl, text: string): void {
  if (s.o.verbose) write(sys, 2, `* ${text}\n`);
}

/** The meter's last line. */
function endMeter(sys: Sys, s: Curl): void {
  cancelTimer(sys, METER);
  if (s.meter) write(sys, 2, `${meterLine(progress(sys, s))}\n`);
  s.meter = false;
}

function progress(sys: Sys, s: Curl): { total: number; received: number; sent: number; took_ns: number } {
  const length = s.head === null ? null : field(s.head, "content-length");
  const total = Math.max(length === null ? 0 : Number(length) || 0, s.bodyBytes);
  return { total, received: s.bodyBytes, sent: s.sentBytes, took_ns: sys.world.now_ns - s.began_ns };
}

/** The URL failed: says why unless silent, and goes on with the next. */
function give(sys: Sys, s: Curl, status: number, why: string, hadConnection = false): void {
  if (s.url.text !== "" || hadConnection) note(sys, s, why);
  if (hadConnection) endMeter(sys, s);
  cancelTimer(sys, METER);
  s.meter = false;
  s.message = why;
  if (s.connection >= 0) hangUp(sys, s);
  if (!s.o.silent || s.o.showError) write(sys, 2, `curl: (${status}) ${why}\n`);
  s.failed = status;
  next(sys, s, status);
}

function next(sys: Sys, s: Curl, status: number): void {
  for (const slot of [MAX_TIME, CONNECT_TIME, METER]) cancelTimer(sys, slot);
  const pause_ns = retryPause(sys, s.o, s.attempts, status, s.status);
  if (pause_ns !== null) {
    s.phase = "wait";
    return setTimer(sys, WORK, pause_ns);
  }
  writeOut(sys, s, status);
  if (sys.proc.exit !== null) return;
  if (s.at + 1 >= s.o.urls.length) return exit(sys, s.failed);
  Object.assign(s, freshOutcome(s.at + 1), { url: NO_URL, attempts: newAttempts(sys, s.o) });
  begin(sys, s);
}

function again(sys: Sys, s: Curl): void {
  Object.assign(s, freshOutcome(s.at), { url: NO_URL, resolver: createResolver(), failed: 0 });
  begin(sys, s);
}

function request(sys: Sys, s: Curl): void {
  const { o, url } = s;
  if (url.scheme === "https") {
    if (o.verbose) write(sys, 2, helloTrace(!o.insecure));
    tcpSend(sys.world, s.socket as SocketId, clientHello(sys, parseIpv4(url.host) === null ? url.host : null));
    s.phase = "tls";
    return;
  }
  if (url.scheme !== "http") {
    write(sys, 2, `playground: curl connects, but what ${url.scheme} says behind that is not simulated\n`);
    return exit(sys, 8);
  }
  const lines = requestLines(o, url);
  const body = o.data === null ? "" : encoded(o.data);
  const head = `${lines.join("\r\n")}\r\n\r\n`;
  if (o.user !== null) note(sys, s, `Server auth using Basic with user '${o.user.split(":")[0]}'`);
  if (o.verbose) write(sys, 2, [...lines, ""].map((line) => `> ${line}\r\n`).join(""));
  if (o.verbose && body !== "") write(sys, 2, `} [${body.length} bytes data]\n`);
  const bytes = toBytes(encoded(head) + body);
  tcpSend(sys.world, s.socket as SocketId, bytes);
  s.requestBytes += toUtf8(head).length;
  s.sentBytes += body.length;
  s.sent_ns = sys.world.now_ns;
  s.phase = "receive";
}

function connected(sys: Sys, s: Curl): void {
  const id = s.socket as SocketId;
  const errno = socketError(sys.world, id);
  const peer = sys.world.sockets[id];
  s.attempts.errno = errno;
  if (errno < 0) {
    if (peer) note(sys, s, `connect to ${formatIpv4(peer.remote)} port ${s.url.port} failed: ${strerror(errno)}`);
    const isLast = s.addresses.length === 0;
    hangUp(sys, s, false);
    return isLast && errno === ETIMEDOUT ? connectFailed(sys, s, 28, "Couldn't connect to server") : connect(sys, s);
  }
  if (tcpState(sys.world, id) === "SYN_SENT") return;
  cancelTimer(sys, CONNECT_TIME);
  if (peer) {
    const { local, localPort, remote, remotePort } = peer;
    s.ends = { local, localPort, remote, remotePort };
    note(sys, s, `Connected to ${s.url.host} (${formatIpv4(remote)}) port ${s.url.port} (#${s.connection})`);
  }
  s.connects++;
  s.connected_ns = sys.world.now_ns;
  s.connectedTo = `${s.url.host}:${s.url.port}`;
  s.phase = "pause";
  setTimer(sys, WORK, SEND_NS);
}

/** An answer to the hello. */
function greeted(sys: Sys, s: Curl): void {
  const id = s.socket as SocketId;
  if (speaksPlain(sys, id)) {
    if (s.o.verbose) write(sys, 2, "{ [5 bytes data]\n");
    s.phase = "refuse";
    return setTimer(sys, WORK, TLS_NS);
  }
  const got = tcpRecv(sys.world, id);
  if (got === EAGAIN) return;
  const { host, port } = s.url;
  const why = typeof got === "number" ? `${strerror(got)} in connection to` : "SSL_ERROR_SYSCALL in connection to";
  if (got === null || typeof got === "number")
    return give(sys, s, 35, `OpenSSL SSL_connect: ${why} ${host}:${port} `, true);
  write(sys, 2, "playground: what an https server says is not simulated\n");
  exit(sys, 35);
}

function receive(sys: Sys, s: Curl): void {
  const got = tcpRecv(sys.world, s.socket as SocketId);
  if (got === EAGAIN) return;
  if (typeof got === "number") return give(sys, s, 56, `Recv failure: ${strerror(got)}`, true);
  if (got !== null) s.input += latin1(got);
  s.first_ns ||= sys.world.now_ns;
  if (s.head === null && !takeHead(sys, s)) {
    if (got === null && sys.proc.exit === null && s.phase === "receive") {
      give(sys, s, 52, "Empty reply from server", true);
    }
    return;
  }
  const head = s.head as unknown as Head;
  if (s.o.failOnStatus && s.status >= 400) {
    return give(sys, s, 22, `The requested URL returned error: ${s.status}`, true);
  }
  traceData(sys, s);
  const length = bodyLength(s, head);
  if (length !== null && s.input.length >= length) finish(sys, s, s.input.slice(0, length), false);
  else if (got === null && length === null) finish(sys, s, s.input, true);
  else if (got === null) {
    const left = (length as number) - s.input.length;
    output(sys, s, s.input);
    give(sys, s, 18, `transfer closed with ${left} bytes remaining to read`, true);
  }
}

/** What -v says of a body that is not to be seen on the same terminal. */
function traceData(sys: Sys, s: Curl): void {
  if (!s.o.verbose || s.tracedData || s.input === "" || s.o.head) return;
  if (isFollowed(s)) note(sys, s, "Ignoring the response-body");
  s.tracedData = true;
  write(sys, 2, `{ [${s.input.length} bytes data]\n`);
}

function isFollowed(s: Curl): boolean {
  return s.o.follow && s.status >= 300 && s.status < 400 && s.head !== null && field(s.head, "location") !== null;
}

/** Reads the answer's head once it is whole. */
function takeHead(sys: Sys, s: Curl): boolean {
  if (s.input !== "" && !"HTTP/".startsWith(s.input.slice(0, 5))) {
    give(sys, s, 1, "Received HTTP/0.9 when not allowed", true);
    return false;
  }
  const head = parseHead(s.input);
  if (head === null) return false;
  s.head = head;
  s.headBytes += head.length;
  s.status = Number(/^HTTP\/\S+ (\d+)/.exec(head.first)?.[1] ?? 0);
  const text = s.input.slice(0, head.length);
  s.input = s.input.slice(head.length);
  if (s.o.verbose)
    write(sys, 2, [head.first, ...head.fields.map(([k, v]) => `${k}: ${v}`), ""].map((l) => `< ${l}\r\n`).join(""));
  putHead(sys, s, text);
  return sys.proc.exit === null;
}

/** How long the body will be; null: until the connection ends. */
function bodyLength(s: Curl, head: Head): number | null {
  if (s.o.head || s.status === 204 || s.status === 304) return 0;
  const length = field(head, "content-length");
  return length === null ? null : Number(length);
}

function finish(sys: Sys, s: Curl, body: string, closed: boolean): void {
  const location = s.head === null ? null : field(s.head, "location");
  const keeps = !closed && s.head !== null && field(s.head, "connection")?.toLowerCase() !== "close" && !s.o.http10;
  const follows = isFollowed(s) && location !== null;
  if (!follows) output(sys, s, body);
  if (s.phase !== "receive") return;
  s.phase = "end";
  if (follows) return redirect(sys, s, location, keeps);
  endMeter(sys, s);
  if (s.o.bar && !s.o.silent) write(sys, 2, FULL_BAR);
  leave(sys, s, keeps);
  setTimer(sys, WORK, END_NS);
}

/** The connection stays for the next request, if the server keeps it, too. */
function leave(sys: Sys, s: Curl, keeps: boolean): void {
  if (keeps) note(sys, s, `Connection #${s.connection} to host ${s.url.host} left intact`);
  else hangUp(sys, s);
}

function redirect(sys: Sys, s: Curl, location: string, keeps: boolean): void {
  const { maxRedirects } = s.o;
  if (s.redirects++ >= maxRedirects) return give(sys, s, 47, `Maximum (${maxRedirects}) redirects followed`, true);
  const text = absolute(s.url, location);
  leave(sys, s, keeps);
  note(sys, s, `Issue another request to this URL: '${text}'`);
  const url = parseUrl(text);
  if (typeof url === "string") return give(sys, s, 1, url, true);
  s.url = url;
  s.redirected_ns = sys.world.now_ns - s.began_ns;
  resolve(sys, s);
}

function output(sys: Sys, s: Curl, body: string): void {
  s.bodyBytes += body.length;
  const why = body === "" ? null : put(sys, s, body);
  if (why !== null) give(sys, s, 23, why, true);
}

function timedOut(sys: Sys, s: Curl, slot: number): void {
  const ms = elapsed_ms(sys, s);
  if (s.phase === "resolve") return give(sys, s, 28, `Resolving timed out after ${ms - 1} milliseconds`);
  if (s.phase === "connect" && slot === CONNECT_TIME) {
    note(sys, s, `ipv4 connect timeout after ${s.o.connectTimeout_ms}ms, move on!`);
    hangUp(sys, s, false);
    return connectFailed(sys, s, 28, "Timeout was reached");
  }
  if (s.phase === "connect") return give(sys, s, 28, `Connection timed out after ${ms} milliseconds`, true);
  const got =
    s.head === null ? `${s.input.length}` : `${s.input.length} out of ${field(s.head, "content-length") ?? "-1"}`;
  give(sys, s, 28, `Operation timed out after ${ms} milliseconds with ${got} bytes received`, true);
}

function wake(sys: Sys, why: Wake): void {
  const s = sys.proc.locals as Curl;
  if (why.type === "timer" && why.slot === METER) {
    if (s.meter) write(sys, 2, meterLine({ ...progress(sys, s), received: s.bodyBytes || s.input.length }));
    setTimer(sys, METER, SECOND_NS);
  } else if (why.type === "timer" && why.slot === MAX_TIME) timedOut(sys, s, MAX_TIME);
  else if (why.type === "timer" && why.slot === CONNECT_TIME) {
    if (s.phase === "resolve" || s.phase === "connect") timedOut(sys, s, CONNECT_TIME);
  } else if (why.type === "timer" && why.slot === WORK) {
    if (s.phase === "pause") request(sys, s);
    else if (s.phase === "wait") again(sys, s);
    else if (s.phase === "refuse") give(sys, s, 35, NOT_TLS, true);
    else if (s.phase === "end") {
      const isError = s.o.failWithBody && s.status >= 400;
      if (isError) give(sys, s, 22, `The requested URL returned error: ${s.status}`, true);
      else next(sys, s, 0);
    }
  } else if (s.phase === "resolve") {
    if (resolverWake(sys, s.resolver, why)) resolve(sys, s);
  } else if (why.type === "socket" && why.socket === s.socket) {
    if (s.phase === "connect") connected(sys, s);
    else if (s.phase === "tls") greeted(sys, s);
    else if (s.phase === "receive") receive(sys, s);
  }
}

export const curl: Program = { path: "/usr/bin/curl", about: "fetch a URL", start, wake };
