/**
 * What nginx 1.22 says over a connection: static pages of /var/www/html, or one fixed text. A program keeps a `WebServer` in
 * its locals and hands it its wakes. Left out: several ranges at once, conditions, compression, chunked request bodies, TLS.
 */
import { SECOND_NS } from "../../base/time.ts";
import { EAGAIN } from "../../kernel/errno.ts";
import { tcpAccept, tcpCork, tcpRecv, tcpSend } from "../../kernel/tcp/api.ts";
import type { Socket, SocketId } from "../../kernel/types.ts";
import { formatIpv4, IPV4_ANY } from "../../wire/address.ts";
import { appendFile, listDirectory, readFile } from "../files.ts";
import { cancelTimer, closeSocket, ownSocket, setTimer } from "../process.ts";
import { formatDate } from "../text/date.ts";
import type { Sys, Wake } from "../types.ts";
import { encoded, field, type Head, latin1, parseHead, toBytes } from "./message.ts";
import { errorPage, INDEX_MODIFIED_S, INDEX_PAGE } from "./pages.ts";

const SERVER = "nginx/1.22.1";
/** Where Debian's nginx looks for pages. */
const ROOT = "/var/www/html";
/** client_header_timeout: for the first request. */
const HEADER_NS = 60 * SECOND_NS;
/** keepalive_timeout */
const KEEPALIVE_NS = 75 * SECOND_NS;
/** What nginx takes to make an answer. */
const THINK_NS = 300_000;
/** From the last bytes to the end of the connection, which the other end has acknowledged by then: nginx writes its log first. */
const CLOSE_NS = 60_000;
/** Where nginx notes who asked for what; for an answer that is one fixed text it has none. */
export const ACCESS_LOG = "/var/log/nginx/access.log";
/** Timer slots: answers under way and idle connections, by the socket's number. */
const THINK = 10_000;
const IDLE = 10_000_000;

interface Connection {
  socket: SocketId;
  /** What came and was not answered, one character a byte. */
  input: string;
  /** What is still to be handed to the socket. */
  output: string;
  closing: boolean;
  /** The answer ends with bytes of a file. */
  file: boolean;
  /** The other end sends no more. */
  ended: boolean;
  /** First line of what came last, as far as it may be no request. */
  refused: string;
}

export interface WebServer {
  listeners: SocketId[];
  /** What every request is answered with; null: pages. */
  text: string | null;
  connections: Connection[];
}

export function createWebServer(listeners: SocketId[], text: string | null): WebServer {
  return { listeners: [...listeners], text, connections: [] };
}

/** Takes a wake: new connections, requests, ends. */
export function webServerWake(sys: Sys, server: WebServer, why: Wake): void {
  if (why.type === "socket" && server.listeners.includes(why.socket)) acceptAll(sys, server, why.socket);
  else if (why.type === "socket") {
    const c = server.connections.find((one) => one.socket === why.socket);
    if (c) receive(sys, server, c);
  } else if (why.type === "timer" && why.slot >= IDLE) {
    const c = server.connections.find((one) => one.socket === why.slot - IDLE);
    if (c) drop(sys, server, c);
  } else if (why.type === "timer") {
    const c = server.connections.find((one) => one.socket === why.slot - THINK);
    if (c) answer(sys, server, c);
  }
}

function acceptAll(sys: Sys, server: WebServer, listener: SocketId): void {
  for (
    let id = tcpAccept(sys.world, listener, sys.proc.id);
    id >= 0;
    id = tcpAccept(sys.world, listener, sys.proc.id)
  ) {
    ownSocket(sys, id);
    const { tcp } = sys.world.sockets[id] as Socket;
    if (tcp) tcp.nodelay = true;
    server.connections.push({
      socket: id,
      input: "",
      output: "",
      closing: false,
      file: false,
      ended: false,
      refused: "",
    });
    setTimer(sys, IDLE + id, HEADER_NS);
  }
}

function drop(sys: Sys, server: WebServer, c: Connection): void {
  server.connections = server.connections.filter((one) => one !== c);
  cancelTimer(sys, IDLE + c.socket);
  cancelTimer(sys, THINK + c.socket);
  closeSocket(sys, c.socket);
}

function receive(sys: Sys, server: WebServer, c: Connection): void {
  if (c.output !== "") return send(sys, server, c);
  const got = tcpRecv(sys.world, c.socket);
  if (got === EAGAIN) return;
  if (got === null && wholeRequest(c) !== null) {
    // Who asks and says no more still waits for the answer.
    c.ended = true;
    return;
  }
  if (got === null || typeof got === "number") return drop(sys, server, c);
  c.input += latin1(got);
  if (wholeRequest(c) !== null) setTimer(sys, THINK + c.socket, THINK_NS);
}

/** A method, a target, and from HTTP/1.0 on the version. */
const REQUEST_LINE = /^[A-Z_-]+ +\S+(?<version> +HTTP\/\d+\.\d+)? *$/;

/** The head of the oldest request and how long it is with its body; null until all of it is there. */
function wholeRequest(c: Connection): { head: Head; length: number } | null {
  c.input = c.input.replace(/^[\r\n]+/, "");
  const first = /^([^\r\n]*)\r?\n/.exec(c.input);
  const line = first === null ? null : REQUEST_LINE.exec(first[1] as string);
  // What cannot become a request is refused at once; one without a version (HTTP/0.9) has one line.
  const isBad = first === null ? !/^(?:[A-Z_-]+(?: |$)|$)/.test(c.input) : line === null;
  if (isBad) return { head: { first: "", fields: [], length: c.input.length }, length: c.input.length };
  if (first && line?.groups?.version === undefined) {
    return { head: { first: first[1] as string, fields: [], length: first[0].length }, length: first[0].length };
  }
  const head = parseHead(c.input);
  if (head === null) return null;
  const length = head.length + (Number(field(head, "content-length") ?? 0) || 0);
  return c.input.length < length ? null : { head, length };
}

/** Answers the oldest request. */
function answer(sys: Sys, server: WebServer, c: Connection): void {
  const request = wholeRequest(c);
  if (request === null) return;
  const { head, length } = request;
  c.refused = /^[^\r\n]*/.exec(c.input)?.[0] ?? "";
  c.input = c.input.slice(length);
  const said = respond(sys, server, c, head);
  c.output += said;
  if (server.text === null) note(sys, c, head, said);
  // sendfile and tcp_nopush: the end of a file waits for what nginx does next, which is a FIN where it closes.
  if (c.file) tcpCork(sys.world, c.socket, true);
  setTimer(sys, IDLE + c.socket, KEEPALIVE_NS);
  send(sys, server, c);
}

/** ngx_http_log_escape */
function quoted(text: string): string {
  const hex = (char: string) => `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  return `"${text.replace(/[^ !#-[\]-~]/g, hex)}"`;
}

/** A line of log_format combined. */
function note(sys: Sys, c: Connection, head: Head, said: string): void {
  const { world, proc } = sys;
  const peer = world.sockets[c.socket];
  const status = /^HTTP\/1\.1 (\d+)/.exec(said)?.[1] ?? "200";
  const bytes = said.length - (status === "200" && !said.startsWith("HTTP/") ? 0 : said.indexOf("\r\n\r\n") + 4);
  const when = formatDate("%d/%b/%Y:%H:%M:%S +0000", world.bootTime_s + Math.floor(world.now_ns / SECOND_NS));
  const line = head.first === "" ? c.refused : head.first;
  const words = [line, field(head, "referer") ?? "-", field(head, "user-agent") ?? "-"].map(quoted);
  const text = `${formatIpv4(peer?.remote ?? IPV4_ANY)} - - [${when}] ${words[0]} ${status} ${bytes} ${words[1]} ${words[2]}\n`;
  appendFile(world, proc.node, ACCESS_LOG, text, proc.netns);
}

function send(sys: Sys, server: WebServer, c: Connection): void {
  const taken = tcpSend(sys.world, c.socket, toBytes(c.output));
  if (taken < 0 && taken !== EAGAIN) return drop(sys, server, c);
  if (taken > 0) c.output = c.output.slice(taken);
  if (c.output !== "") return;
  // That the other end has ended is read anew, as the next request would be; a reset may come before.
  if (c.closing && c.file) return drop(sys, server, c);
  if (c.closing) return setTimer(sys, IDLE + c.socket, CLOSE_NS);
  if (c.file) tcpCork(sys.world, c.socket, false);
  if (c.ended && wholeRequest(c) === null) setTimer(sys, IDLE + c.socket, THINK_NS);
  else if (wholeRequest(c) !== null) setTimer(sys, THINK + c.socket, THINK_NS);
}

interface Page {
  status: string;
  type: string;
  /** Bytes, one character each. */
  body: string;
  modified_s: number | null;
  /** Where else it is (Location), and which part of it this is (Content-Range). */
  location?: string;
  range?: string;
}

function respond(sys: Sys, server: WebServer, c: Connection, head: Head): string {
  const match = /^([A-Z]+) +(\S+)(?: +HTTP\/(1)\.([01]) *)?$/.exec(head.first);
  const connection = field(head, "connection")?.toLowerCase();
  c.closing = match?.[4] === "1" ? connection === "close" : connection !== "keep-alive";
  const found = match ? find(sys, server, match[1] as string, match[2] as string, head) : failure("400 Bad Request");
  const page = partOf(found, field(head, "range"));
  if (!match || (match[4] === "1" && field(head, "host") === null)) {
    c.closing = true;
    c.file = false;
    return render(sys, failure("400 Bad Request"), true, false);
  }
  if (match[3] === undefined) {
    c.file = false;
    return page.body;
  }
  c.file = page.modified_s !== null && match[1] !== "HEAD";
  return render(sys, page, c.closing, match[1] === "HEAD");
}

/** Range: bytes=FROM-TO, FROM-, -LAST (RFC 9110, section 14). */
function partOf(page: Page, range: string | null): Page {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? "");
  const size = page.body.length;
  if (!match || page.modified_s === null || (match[1] === "" && match[2] === "")) return page;
  const from = match[1] === "" ? Math.max(size - Number(match[2]), 0) : Number(match[1]);
  const to = match[1] === "" || match[2] === "" ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (from > to) return { ...failure("416 Requested Range Not Satisfiable"), range: `bytes */${size}` };
  const body = page.body.slice(from, to + 1);
  return { ...page, status: "206 Partial Content", body, range: `bytes ${from}-${to}/${size}` };
}

function find(sys: Sys, server: WebServer, method: string, target: string, head: Head): Page {
  if (server.text !== null) {
    return { status: "200 OK", type: "text/plain", body: encoded(server.text), modified_s: null };
  }
  // try_files looks first whether there is such a file, then the method is looked at.
  const notAllowed = method !== "GET" && method !== "HEAD" ? failure("405 Not Allowed") : null;
  const path = target.replace(/[?#].*$/, "").replace(/\/{2,}/g, "/");
  const names = path.endsWith("/") ? ["index.html", "index.htm", "index.nginx-debian.html"] : [""];
  for (const name of names) {
    const text = readFile(sys.world, sys.proc, `${ROOT}${path}${name}`);
    if (typeof text === "string" && notAllowed) return notAllowed;
    if (typeof text === "string") {
      const modified_s = text === INDEX_PAGE ? INDEX_MODIFIED_S : sys.world.bootTime_s;
      return { status: "200 OK", type: typeOf(path + name), body: encoded(text), modified_s };
    }
  }
  const isFolder = listDirectory(sys.world, sys.proc, `${ROOT}${path}`) !== null;
  if (isFolder && !path.endsWith("/")) {
    const location = `http://${field(head, "host") ?? "localhost"}${path}/`;
    return { ...failure("301 Moved Permanently"), location };
  }
  if (path !== "/" || isFolder) return failure(isFolder ? "403 Forbidden" : "404 Not Found");
  return notAllowed ?? { status: "200 OK", type: "text/html", body: INDEX_PAGE, modified_s: INDEX_MODIFIED_S };
}

function typeOf(path: string): string {
  if (/\.html?$/.test(path)) return "text/html";
  return path.endsWith(".txt") ? "text/plain" : "application/octet-stream";
}

function failure(status: string): Page {
  return { status, type: "text/html", body: errorPage(status, SERVER), modified_s: null };
}

function httpDate(unix_s: number): string {
  return formatDate("%a, %d %b %Y %H:%M:%S GMT", unix_s);
}

/** Bytes of the whole page that this may be a part of. */
function sizeOf(page: Page): number {
  return page.range === undefined ? page.body.length : Number(page.range.split("/")[1]);
}

function render(sys: Sys, page: Page, closing: boolean, headOnly: boolean): string {
  const now_s = sys.world.bootTime_s + Math.floor(sys.world.now_ns / SECOND_NS);
  const { modified_s } = page;
  const lines = [
    `HTTP/1.1 ${page.status}`,
    `Server: ${SERVER}`,
    `Date: ${httpDate(now_s)}`,
    `Content-Type: ${page.type}`,
    `Content-Length: ${page.body.length}`,
    ...(page.location === undefined ? [] : [`Location: ${page.location}`]),
    ...(modified_s === null ? [] : [`Last-Modified: ${httpDate(modified_s)}`]),
    `Connection: ${closing ? "close" : "keep-alive"}`,
    ...(modified_s === null ? [] : [`ETag: "${modified_s.toString(16)}-${sizeOf(page).toString(16)}"`]),
    ...(page.range === undefined
      ? modified_s === null
        ? []
        : ["Accept-Ranges: bytes"]
      : [`Content-Range: ${page.range}`]),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${headOnly ? "" : page.body}`;
}
