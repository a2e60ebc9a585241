/** The command line of curl 7.88. */
import { readFile } from "../../files.ts";
import { fail, write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { urlsOf } from "./globs.ts";

export interface CurlOptions {
  silent: boolean;
  showError: boolean;
  verbose: boolean;
  /** -I: HEAD. */
  head: boolean;
  /** -i: the answer's head goes out too. */
  include: boolean;
  /** -f: a status of 400 or more is an error. */
  failOnStatus: boolean;
  follow: boolean;
  output: string | null;
  remoteName: boolean;
  writeOut: string;
  /** -m and --connect-timeout, ms; null: none. */
  maxTime_ms: number | null;
  connectTimeout_ms: number | null;
  method: string | null;
  data: string | null;
  headers: string[];
  userAgent: string;
  urls: string[];
  /** --fail-with-body: as -f, but the page is shown. */
  failWithBody: boolean;
  /** -o of each URL in turn, null: stdout. */
  outputs: string[];
  http10: boolean;
  compressed: boolean;
  referer: string | null;
  /** NAME=VALUE; null for none. */
  cookie: string | null;
  /** -u user:password. */
  user: string | null;
  range: string | null;
  /** -D: where the answer's head goes, too. */
  dumpHeader: string | null;
  /** --resolve HOST:PORT:ADDRESS. */
  resolve: string[];
  /** --interface, and --local-port: the first, and how many behind it may be tried. */
  device: string | null;
  localPort: number;
  morePorts: number;
  proxy: string | null;
  /** -#: a bar instead of the meter. */
  bar: boolean;
  /** --no-progress-meter. */
  noMeter: boolean;
  maxRedirects: number;
  ipv4Only: boolean;
  ipv6Only: boolean;
  /** -k: certificates are not looked at. */
  insecure: boolean;
  /** --retry, --retry-delay, --retry-max-time (0: none), --retry-connrefused, --retry-all-errors. */
  retries: number;
  retryDelay_s: number;
  retryMax_s: number;
  retryRefused: boolean;
  retryAll: boolean;
}

/** Options without a value, by letter and name. */
const FLAGS: Readonly<Record<string, string>> = {
  s: "silent",
  S: "show-error",
  v: "verbose",
  I: "head",
  i: "include",
  f: "fail",
  L: "location",
  O: "remote-name",
  k: "insecure",
  N: "no-buffer",
  4: "ipv4",
  6: "ipv6",
  0: "http1.0",
  g: "globoff",
  G: "get",
  q: "disable",
  "#": "progress-bar",
};
const LONG_FLAGS = [
  ...Object.values(FLAGS),
  "http1.1",
  "no-keepalive",
  "compressed",
  "no-progress-meter",
  "tcp-nodelay",
  "fail-with-body",
  "path-as-is",
  "no-buffer",
  "location-trusted",
  "no-sessionid",
  "retry-connrefused",
  "retry-all-errors",
];
/** Options with a value. */
const VALUED: Readonly<Record<string, string>> = {
  o: "output",
  w: "write-out",
  m: "max-time",
  X: "request",
  d: "data",
  H: "header",
  A: "user-agent",
  D: "dump-header",
  b: "cookie",
  e: "referer",
  r: "range",
  u: "user",
  x: "proxy",
  c: "cookie-jar",
};
const LONG_VALUED = [
  ...Object.values(VALUED),
  "connect-timeout",
  "url",
  "noproxy",
  "data-raw",
  "data-ascii",
  "data-binary",
  "data-urlencode",
  "resolve",
  "interface",
  "local-port",
  "max-redirs",
  "keepalive-time",
  "retry",
  "retry-delay",
  "retry-max-time",
  "cookie-jar",
];
/** What curl has and this one lacks: said so, rather than unknown. */
const LACKING =
  /^(-[TFEKYyzQPtUC]|--(upload-file|form|cert|config|continue-at|proxy-.*|socks.*|unix-socket|parallel|limit-rate|trace.*|http2|http3|cacert|digest|ntlm|json|next|create-dirs|connect-to|dns-.*|doh-url|tlsv.*|remote-.*|output-dir|rate|oauth2.*|aws.*|negotiate))$/;

const TRY = "curl: try 'curl --help' or 'curl --manual' for more information\n";

const HELP = `Usage: curl [options...] <url>
 -d, --data <data>          HTTP POST data
 -f, --fail                 Fail fast with no output on HTTP errors
 -h, --help <category>      Get help for commands
 -i, --include              Include protocol response headers in the output
 -o, --output <file>        Write to file instead of stdout
 -O, --remote-name          Write output to a file named as the remote file
 -s, --silent               Silent mode
 -T, --upload-file <file>   Transfer local FILE to destination
 -u, --user <user:password> Server user and password
 -A, --user-agent <name>    Send User-Agent <name> to server
 -v, --verbose              Make the operation more talkative
 -V, --version              Show version number and quit

This is not the full help, this menu is stripped into categories.
Use "--help category" to get an overview of all categories.
For all options use the manual or "--help all".
`;

interface Given {
  flags: Set<string>;
  values: Record<string, string>;
  headers: string[];
  data: string[];
  outputs: string[];
  resolve: string[];
  urls: string[];
}

const VERSION = `curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.20 zlib/1.2.13 brotli/1.0.9 zstd/1.5.4 libidn2/2.3.3 libpsl/0.21.2 (+libidn2/2.3.3) libssh2/1.10.0 nghttp2/1.52.0 librtmp/2.3 OpenLDAP/2.5.13
Release-Date: 2023-02-20, security patched: 7.88.1-10+deb12u15
Protocols: dict file ftp ftps gopher gophers http https imap imaps ldap ldaps mqtt pop3 pop3s rtmp rtsp scp sftp smb smbs smtp smtps telnet tftp
Features: alt-svc AsynchDNS brotli GSS-API HSTS HTTP2 HTTPS-proxy IDN IPv6 Kerberos Largefile libz NTLM NTLM_WB PSL SPNEGO SSL threadsafe TLS-SRP UnixSockets zstd
`;

/** Reads the command line; null: refused or answered, and the process has ended. */
export function parseCurl(sys: Sys, args: readonly string[]): CurlOptions | null {
  const given: Given = { flags: new Set(), values: {}, headers: [], data: [], outputs: [], resolve: [], urls: [] };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    const next = () => args[++at];
    if (arg === "-h" || arg === "--help") {
      write(sys, 1, HELP);
      fail(sys, "", 0);
      return null;
    }
    if (arg === "-V" || arg === "--version") {
      write(sys, 1, VERSION);
      fail(sys, "", 0);
      return null;
    }
    if (LACKING.test(arg)) {
      fail(sys, `playground: curl ${arg} is not simulated\n`, 2);
      return null;
    }
    const error = !/^-./.test(arg)
      ? void given.urls.push(arg)
      : arg.startsWith("--")
        ? long(given, arg.slice(2), next)
        : short(given, arg.slice(1), next);
    if (error === undefined) continue;
    fail(sys, `curl: ${error.replace("%s", arg)}\n${TRY}`, 2);
    return null;
  }
  const complaint = dataFromFiles(sys, given);
  if (complaint !== null) {
    fail(sys, complaint, 26);
    return null;
  }
  const broken = given.flags.has("globoff") ? undefined : given.urls.find((url) => urlsOf(url) === null);
  if (broken !== undefined) {
    const at = Math.max(broken.search(/[[{]/), 0);
    fail(sys, `curl: (3) bad range or unmatched brace in URL position ${at + 1}:\n${broken}\n${" ".repeat(at)}^\n`, 3);
    return null;
  }
  return build(sys, given.flags.has("globoff") ? given : spread(given));
}

/** -d @FILE: what stands in the file, without its line ends unless it is --data-binary. A complaint, or null. */
function dataFromFiles(sys: Sys, given: Given): string | null {
  for (const [at, text] of given.data.entries()) {
    const name = text.slice(1);
    if (!text.startsWith("@") || given.flags.has("data-raw")) continue;
    if (name === "-") return "playground: curl -d @- is not simulated\n";
    const found = readFile(sys.world, sys.proc, name);
    if (typeof found === "number") {
      return `curl: Failed to open ${name}\n${TRY}curl: (26) Failed to open/read local data from file/application\n`;
    }
    given.data[at] = given.flags.has("data-binary") ? found : found.replace(/[\r\n]/g, "");
  }
  return null;
}

/** Each set of URLs as the URLs that are in it. */
function spread(given: Given): Given {
  const sets = given.urls.map((url) => urlsOf(url) ?? [url]);
  const outputs = sets.flatMap((set, i) => set.map(() => given.outputs[i] ?? "-"));
  return { ...given, urls: sets.flat(), outputs: given.outputs.length === 0 ? [] : outputs };
}

/** "--name value"; a complaint, or undefined. */
function long(given: Given, name: string, next: () => string | undefined): string | undefined {
  if (LONG_FLAGS.includes(name)) given.flags.add(name);
  else if (LONG_VALUED.includes(name)) return take(given, name, next());
  else return "option %s: is unknown";
}

/** "-sSo file" and "-ofile". */
function short(given: Given, letters: string, next: () => string | undefined): string | undefined {
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i] as string;
    const name = FLAGS[letter];
    const valued = VALUED[letter];
    if (name !== undefined) given.flags.add(name);
    else if (valued !== undefined) return take(given, valued, letters.slice(i + 1) || next());
    else return "option %s: is unknown";
  }
}

function take(given: Given, name: string, value: string | undefined): string | undefined {
  if (value === undefined) return "option %s: requires parameter";
  if (name === "header") given.headers.push(value);
  else if (name.startsWith("data")) {
    if (name === "data-raw" || name === "data-binary") given.flags.add(name);
    given.data.push(value);
  } else if (name === "output") given.outputs.push(value);
  else if (name === "resolve") given.resolve.push(value);
  else if (name === "url") given.urls.push(value);
  else if (/^(max-time|connect-timeout|retry(-.*)?)$/.test(name) && !/^\d*\.?\d+$/.test(value)) {
    return "option %s: expected a proper numerical parameter";
  } else given.values[name] = value;
}

function build(sys: Sys, { flags, values, headers, data, outputs, resolve, urls }: Given): CurlOptions | null {
  if (urls.length === 0) {
    fail(sys, TRY, 2);
    return null;
  }
  const ms = (name: string) => (values[name] === undefined ? null : Math.round(Number(values[name]) * 1000) || null);
  const [localPort = 0, lastPort = 0] = (values["local-port"] ?? "").split("-").map((part) => Number(part) || 0);
  return {
    silent: flags.has("silent"),
    showError: flags.has("show-error"),
    verbose: flags.has("verbose"),
    head: flags.has("head"),
    include: flags.has("include"),
    failOnStatus: flags.has("fail"),
    follow: flags.has("location"),
    output: outputs[0] ?? null,
    outputs,
    remoteName: flags.has("remote-name"),
    writeOut: values["write-out"] ?? "",
    maxTime_ms: ms("max-time"),
    connectTimeout_ms: ms("connect-timeout"),
    method: values.request ?? null,
    data: data.length === 0 || flags.has("get") ? null : data.join("&"),
    headers,
    userAgent: values["user-agent"] ?? "curl/7.88.1",
    urls: flags.has("get") && data.length > 0 ? urls.map((url) => withQuery(url, data.join("&"))) : urls,
    failWithBody: flags.has("fail-with-body"),
    http10: flags.has("http1.0"),
    compressed: flags.has("compressed"),
    referer: values.referer ?? null,
    // Without "=" it names a file, which is empty here.
    cookie: values.cookie?.includes("=") ? values.cookie : null,
    user: values.user ?? null,
    range: values.range ?? null,
    dumpHeader: values["dump-header"] ?? null,
    resolve,
    device: values.interface ?? null,
    localPort,
    morePorts: Math.max(lastPort - localPort, 0),
    proxy: values.proxy === undefined || values.proxy === "" || values.noproxy === "*" ? null : values.proxy,
    bar: flags.has("progress-bar"),
    noMeter: flags.has("no-progress-meter"),
    maxRedirects: Number(values["max-redirs"] ?? 50),
    ipv4Only: flags.has("ipv4"),
    ipv6Only: flags.has("ipv6"),
    insecure: flags.has("insecure"),
    retries: Number(values.retry ?? 0),
    retryDelay_s: Number(values["retry-delay"] ?? 0),
    retryMax_s: Number(values["retry-max-time"] ?? 0),
    retryRefused: flags.has("retry-connrefused"),
    retryAll: flags.has("retry-all-errors"),
  };
}

/** -G: what -d gave goes into the query. */
function withQuery(url: string, query: string): string {
  const [head = "", fragment] = url.split("#");
  const path = /^(?:[a-z]+:\/\/)?[^/]*$/i.test(head) ? `${head}/` : head;
  return `${path}${path.includes("?") ? "&" : "?"}${query}${fragment === undefined ? "" : `#${fragment}`}`;
}
