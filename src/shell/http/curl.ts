/** curl 7.88, HTTP over TCP. Left out: TLS, other protocols, cookies, proxies, uploads, HTTP/2, keeping connections for a second URL. */
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { EAGAIN, EINPROGRESS, strerror } from "../../kernel/errno.ts";
import { socketCreate, socketError } from "../../kernel/socket/socket.ts";
import { tcpConnect, tcpRecv, tcpSend, tcpState } from "../../kernel/tcp/api.ts";
import type { SocketId } from "../../kernel/types.ts";
import { formatIpv4, type Ipv4 } from "../../wire/address.ts";
import { IPPROTO_TCP } from "../../wire/ipv4.ts";
import { appendFile, openForWrite, resolvePath } from "../files.ts";
import { createResolver, lookUpAddress, type Resolver, resolverWake } from "../names/resolver.ts";
import { closeSocket, exit, ownSocket, setTimer, write } from "../process.ts";
import type { Program, Sys, Wake } from "../types.ts";
import { type CurlOptions, parseCurl } from "./curl-options.ts";
import { beginMeter, endMeter, writeOut } from "./curl-print.ts";
import { decoded, field, type Head, latin1, parseHead, toBytes } from "./message.ts";
import { parseUrl, type Url } from "./url.ts";

/** Timer slots: -m, --connect-timeout, and the pauses in which curl works. */
const MAX_TIME = 0;
const CONNECT_TIME = 1;
const WORK = 2;
/** From the connection to the request, and from the answer to the end. */
const SEND_NS = 300_000;
const END_NS = 200_000;
const MAX_REDIRECTS = 50;

export interface Curl {
  o: CurlOptions;
  /** Which URL of the command line it is at, and which one a redirect led to. */
  at: number;
  url: Url;
  redirects: number;
  resolver: Resolver;
  addresses: Ipv4[];
  socket: SocketId | null;
  started_ns: number;
  urlStarted_ns: number;
  phase: "resolve" | "connect" | "pause" | "receive" | "end";
  input: string;
  head: Head | null;
  status: number;
  bodyBytes: number;
  /** Status of the last URL that failed. */
  failed: number;
}

function start(sys: Sys, argv: string[]): void {
  const o = parseCurl(sys, argv.slice(1));
  if (!o) return;
  const now = sys.world.now_ns;
  const s: Curl = {
    o,
    at: 0,
    url: { host: "", port: 0, path: "", hostHeader: "", text: "" },
    redirects: 0,
    resolver: createResolver(),
    addresses: [],
    socket: null,
    started_ns: now,
    urlStarted_ns: now,
    phase: "resolve",
    input: "",
    head: null,
    status: 0,
    bodyBytes: 0,
    failed: 0,
  };
  sys.proc.locals = s;
  begin(sys, s, o.urls[0] as string);
}

/** Starts with a URL of the command line. */
function begin(sys: Sys, s: Curl, text: string): void {
  s.urlStarted_ns = sys.world.now_ns;
  s.status = 0;
  s.bodyBytes = 0;
  s.redirects = 0;
  const url = parseUrl(text);
  if (typeof url === "string") return give(sys, s, text === "" || url.startsWith("URL") ? 3 : 1, url);
  if (s.o.maxTime_ms !== null) setTimer(sys, MAX_TIME, s.o.maxTime_ms * MS_NS);
  s.url = url;
  beginMeter(sys, s.o);
  resolve(sys, s);
}

function resolve(sys: Sys, s: Curl): void {
  s.phase = "resolve";
  s.input = "";
  s.head = null;
  const answer = lookUpAddress(sys, s.resolver, s.url.host);
  if (!answer) return;
  if (answer.addresses.length === 0) return give(sys, s, 6, `Could not resolve host: ${s.url.host}`);
  s.addresses = [...answer.addresses];
  if (s.o.connectTimeout_ms !== null) setTimer(sys, CONNECT_TIME, s.o.connectTimeout_ms * MS_NS);
  connect(sys, s);
}

/** Tries the next address. */
function connect(sys: Sys, s: Curl): void {
  const { world, proc } = sys;
  const address = s.addresses.shift();
  s.phase = "connect";
  if (address === undefined) return connectFailed(sys, s);
  note(sys, s, `  Trying ${formatIpv4(address)}:${s.url.port}...`);
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "tcp", IPPROTO_TCP));
  s.socket = id;
  const errno = tcpConnect(world, id, address, s.url.port);
  if (errno === EINPROGRESS) return;
  note(sys, s, `Immediate connect fail for ${formatIpv4(address)}: ${strerror(errno)}`);
  hangUp(sys, s);
  connect(sys, s);
}

function connectFailed(sys: Sys, s: Curl): void {
  const { host, port } = s.url;
  const why = `Failed to connect to ${host} port ${port} after ${elapsed_ms(sys, s)} ms: Couldn't connect to server`;
  give(sys, s, 7, why, true);
}

function elapsed_ms(sys: Sys, s: Curl): number {
  return Math.round((sys.world.now_ns - s.urlStarted_ns) / MS_NS);
}

function hangUp(sys: Sys, s: Curl): void {
  if (s.socket !== null) closeSocket(sys, s.socket);
  s.socket = null;
}

/** What -v adds to stderr. */
function note(sys: Sys, s: Curl, text: string): void {
  if (s.o.verbose) write(sys, 2, `* ${text}\n`);
}

/** The URL failed: says why unless silent, and goes on with the next. */
function give(sys: Sys, s: Curl, status: number, why: string, hadConnection = false): void {
  endMeter(sys, s.o, hadConnection);
  if (!s.o.silent || s.o.showError) write(sys, 2, `curl: (${status}) ${why}\n`);
  s.failed = status;
  next(sys, s);
}

function next(sys: Sys, s: Curl): void {
  writeOut(sys, s, s.failed);
  hangUp(sys, s);
  const url = s.o.urls[++s.at];
  if (url === undefined) return exit(sys, s.failed);
  begin(sys, s, url);
}

function request(sys: Sys, s: Curl): void {
  const { o, url } = s;
  const method = o.method ?? (o.head ? "HEAD" : o.data === null ? "GET" : "POST");
  const custom = o.headers.map((line) => line.replace(/^([^:;]+);$/, "$1:"));
  const names = custom.map((line) => line.slice(0, line.indexOf(":")).toLowerCase());
  const lines = [`Host: ${url.hostHeader}`, `User-Agent: ${o.userAgent}`, "Accept: */*"];
  if (o.data !== null)
    lines.push(`Content-Length: ${o.data.length}`, "Content-Type: application/x-www-form-urlencoded");
  const own = lines.filter((line) => !names.includes(line.slice(0, line.indexOf(":")).toLowerCase()));
  const all = [`${method} ${url.path} HTTP/1.1`, ...own, ...custom.filter((line) => !/:\s*$/.test(line))];
  if (o.verbose) write(sys, 2, [...all, ""].map((line) => `> ${line}\n`).join(""));
  tcpSend(sys.world, s.socket as SocketId, toBytes(`${all.join("\r\n")}\r\n\r\n${o.data ?? ""}`));
  s.phase = "receive";
}

function connected(sys: Sys, s: Curl): void {
  const id = s.socket as SocketId;
  const errno = socketError(sys.world, id);
  if (errno < 0) {
    const peer = sys.world.sockets[id];
    if (peer) note(sys, s, `connect to ${formatIpv4(peer.remote)} port ${s.url.port} failed: ${strerror(errno)}`);
    hangUp(sys, s);
    return connect(sys, s);
  }
  if (tcpState(sys.world, id) === "SYN_SENT") return;
  const peer = sys.world.sockets[id];
  if (peer) note(sys, s, `Connected to ${s.url.host} (${formatIpv4(peer.remote)}) port ${s.url.port} (#0)`);
  s.phase = "pause";
  setTimer(sys, WORK, SEND_NS);
}

function receive(sys: Sys, s: Curl): void {
  const got = tcpRecv(sys.world, s.socket as SocketId);
  if (got === EAGAIN) return;
  if (typeof got === "number") return give(sys, s, 56, `Recv failure: ${strerror(got)}`, true);
  if (got !== null) s.input += latin1(got);
  if (s.head === null && !takeHead(sys, s)) {
    if (got === null) give(sys, s, 52, "Empty reply from server", true);
    return;
  }
  const head = s.head as unknown as Head;
  const length = bodyLength(s, head);
  if (length !== null && s.input.length >= length) finish(sys, s, s.input.slice(0, length));
  else if (got === null && length === null) finish(sys, s, s.input);
  else if (got === null) {
    const left = (length as number) - s.input.length;
    output(sys, s, s.input);
    give(sys, s, 18, `transfer closed with ${left} bytes remaining to read`, true);
  }
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
  s.status = Number(/^HTTP\/\S+ (\d+)/.exec(head.first)?.[1] ?? 0);
  const text = s.input.slice(0, head.length);
  s.input = s.input.slice(head.length);
  if (s.o.verbose)
    write(sys, 2, [head.first, ...head.fields.map(([k, v]) => `${k}: ${v}`), ""].map((l) => `< ${l}\r\n`).join(""));
  if (s.o.head || s.o.include) put(sys, s, text);
  return true;
}

/** How long the body will be; null: until the connection ends. */
function bodyLength(s: Curl, head: Head): number | null {
  if (s.o.head || s.status === 204 || s.status === 304) return 0;
  const length = field(head, "content-length");
  return length === null ? null : Number(length);
}

function finish(sys: Sys, s: Curl, body: string): void {
  const location = s.head === null ? null : field(s.head, "location");
  if (s.o.follow && location !== null && s.status >= 300 && s.status < 400) return redirect(sys, s, location);
  if (s.o.failOnStatus && s.status >= 400) {
    return give(sys, s, 22, `The requested URL returned error: ${s.status}`, true);
  }
  output(sys, s, body);
  note(sys, s, `Connection #0 to host ${s.url.host} left intact`);
  s.phase = "end";
  setTimer(sys, WORK, END_NS);
}

function redirect(sys: Sys, s: Curl, location: string): void {
  if (s.redirects++ >= MAX_REDIRECTS) return give(sys, s, 47, `Maximum (${MAX_REDIRECTS}) redirects followed`, true);
  const port = s.url.port === 80 ? "" : `:${s.url.port}`;
  const url = parseUrl(location.startsWith("/") ? `http://${s.url.host}${port}${location}` : location);
  if (typeof url === "string") return give(sys, s, 1, url, true);
  hangUp(sys, s);
  s.url = url;
  resolve(sys, s);
}

function output(sys: Sys, s: Curl, body: string): void {
  s.bodyBytes += body.length;
  if (body !== "") put(sys, s, body);
}

/** To -o's file, or to stdout. */
function put(sys: Sys, s: Curl, bytes: string): void {
  const { world, proc } = sys;
  const name = s.o.remoteName ? (s.url.path.split("/").at(-1) ?? "") : s.o.output;
  if (name === null || name === "-") return write(sys, 1, decoded(bytes));
  const isFirst = s.bodyBytes === bytes.length || !s.o.include;
  const errno = openForWrite(world, proc, name, !isFirst);
  if (errno < 0) {
    write(sys, 2, `Warning: Failed to open the file ${name}: ${strerror(errno)}\n`);
    return give(sys, s, 23, "Failure writing output to destination", true);
  }
  appendFile(world, proc.node, resolvePath(proc.cwd, name), decoded(bytes), proc.netns);
}

function timedOut(sys: Sys, s: Curl, slot: number): void {
  const ms = elapsed_ms(sys, s);
  if (s.phase === "resolve") return give(sys, s, 28, `Resolving timed out after ${ms} milliseconds`);
  if (s.phase === "connect" && slot === CONNECT_TIME) {
    const { host, port } = s.url;
    return give(sys, s, 28, `Failed to connect to ${host} port ${port} after ${ms} ms: Timeout was reached`, true);
  }
  if (s.phase === "connect") return give(sys, s, 28, `Connection timed out after ${ms} milliseconds`, true);
  const got =
    s.head === null ? `${s.input.length}` : `${s.input.length} out of ${field(s.head, "content-length") ?? "-1"}`;
  give(sys, s, 28, `Operation timed out after ${ms} milliseconds with ${got} bytes received`, true);
}

function wake(sys: Sys, why: Wake): void {
  const s = sys.proc.locals as Curl;
  if (why.type === "timer" && why.slot === MAX_TIME) return timedOut(sys, s, MAX_TIME);
  if (why.type === "timer" && why.slot === CONNECT_TIME) {
    if (s.phase === "resolve" || s.phase === "connect") timedOut(sys, s, CONNECT_TIME);
  } else if (why.type === "timer" && why.slot === WORK) {
    if (s.phase === "pause") request(sys, s);
    else if (s.phase === "end") {
      endMeter(sys, s.o, true, s.bodyBytes, (sys.world.now_ns - s.urlStarted_ns) / SECOND_NS);
      next(sys, s);
    }
  } else if (s.phase === "resolve") {
    if (resolverWake(sys, s.resolver, why)) resolve(sys, s);
  } else if (why.type === "socket" && why.socket === s.socket) {
    if (s.phase === "connect") connected(sys, s);
    else if (s.phase === "receive") receive(sys, s);
  }
}

export const curl: Program = { path: "/usr/bin/curl", about: "fetch a URL", start, wake };
