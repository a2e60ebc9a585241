/** What curl prints besides the page: the progress meter (lib/progress.c) and -w (src/tool_writeout.c). */
import { SECOND_NS } from "../../../base/time.ts";
import { formatIpv4 } from "../../../wire/address.ts";
import { isTerminal, write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { field, type Head } from "../message.ts";
import type { Url } from "../url.ts";
import type { CurlOptions } from "./options.ts";
import { methodOf } from "./request.ts";

const METER_HEAD = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
`;

/** What the meter shows: bytes expected and there, bytes sent, and how long it has taken. */
export interface Progress {
  total: number;
  received: number;
  sent: number;
  took_ns: number;
}

/** A person who sees the page go by sees no meter. */
export function showsMeter(sys: Sys, o: CurlOptions, output: string | null): boolean {
  return !o.silent && !o.bar && !o.noMeter && !(output === null && !o.remoteName && isTerminal(sys, 1));
}

/** @param again a transfer is tried once more, under the head that is there */
export function beginMeter(sys: Sys, again: boolean): void {
  write(sys, 2, (again ? "" : METER_HEAD) + meterLine({ total: 0, received: 0, sent: 0, took_ns: 0 }));
}

/** max5data: five characters. */
function five(bytes: number): string {
  if (bytes < 100_000) return String(bytes).padStart(5);
  if (bytes < 10_000 * 1024) return `${Math.floor(bytes / 1024)}k`.padStart(5);
  if (bytes < 100 * 1024 * 1024) return `${(Math.floor((bytes * 10) / (1024 * 1024)) / 10).toFixed(1)}M`.padStart(5);
  return `${Math.floor(bytes / (1024 * 1024))}M`.padStart(5);
}

function clock(span_ns: number): string {
  const seconds = Math.floor(span_ns / SECOND_NS);
  if (seconds <= 0) return "--:--:--";
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${String(Math.floor(seconds / 3600)).padStart(2)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** One state of the meter, which overwrites the one before. */
export function meterLine(p: Progress): string {
  const took_s = Math.max(p.took_ns / SECOND_NS, 1e-6);
  const percent = (have: number, of: number): string =>
    String(of === 0 ? 0 : Math.floor((have * 100) / of)).padStart(3);
  const [down, up] = [Math.round(p.received / took_s), Math.round(p.sent / took_s)];
  const whole = p.total + p.sent;
  const spent = clock(p.took_ns);
  const isKnown = p.total > 0 && p.received > 0 && spent !== "--:--:--";
  const estimate = isKnown ? clock((p.took_ns * p.total) / p.received) : "--:--:--";
  const left = isKnown && p.received < p.total ? clock((p.took_ns * (p.total - p.received)) / p.received) : "--:--:--";
  return (
    `\r${percent(p.received + p.sent, whole)} ${five(whole)}  ${percent(p.received, p.total)} ${five(p.received)}  ` +
    `${percent(p.sent, p.sent)} ${five(p.sent)}  ${five(down)}  ${five(up)} ${estimate} ${spent} ${left} ${five(down)}`
  );
}

/** -#: the bar of a transfer that is through. */
export const FULL_BAR = `\r${"#".repeat(72)} 100.0%\n`;

export interface Outcome {
  o: CurlOptions;
  url: Url;
  head: Head | null;
  status: number;
  bodyBytes: number;
  redirects: number;
  at: number;
  /** Whether this URL needed a new connection, and the ends of the one that it used. */
  connects: number;
  ends: { local: number; localPort: number; remote: number; remotePort: number } | null;
  requestBytes: number;
  sentBytes: number;
  headBytes: number;
  message: string;
  output: string | null;
  /** When the URL was begun, and what came when; 0: it has not. */
  began_ns: number;
  resolved_ns: number;
  connected_ns: number;
  sent_ns: number;
  first_ns: number;
  redirected_ns: number;
}

/** -w: what stands in it as %{name}. */
export function writeOut(sys: Sys, s: Outcome, exitCode: number): void {
  if (s.o.writeOut === "") return;
  const values = variables(sys, s, exitCode);
  const text = s.o.writeOut.replace(/%\{([^}]*)\}|%%|\\([nrt])/g, (whole, name: string | undefined, letter: string) => {
    if (whole === "%%") return "%";
    if (name === undefined) return { n: "\n", r: "\r", t: "\t" }[letter] ?? whole;
    if (Object.hasOwn(values, name)) return values[name] as string;
    write(sys, 2, `curl: unknown --write-out variable: '${name}'\n`);
    return "";
  });
  write(sys, 1, text);
}

function variables(sys: Sys, s: Outcome, exitCode: number): Record<string, string> {
  const { ends } = s;
  const status = String(s.status).padStart(3, "0");
  const took_s = (sys.world.now_ns - s.began_ns) / SECOND_NS;
  const since = (at_ns: number): string => (at_ns === 0 ? 0 : (at_ns - s.began_ns) / SECOND_NS).toFixed(6);
  const location = s.head === null ? null : field(s.head, "location");
  return {
    http_code: status,
    response_code: status,
    http_connect: "000",
    size_download: String(s.bodyBytes),
    size_upload: String(s.sentBytes),
    size_header: String(s.headBytes),
    size_request: String(s.requestBytes),
    speed_download: String(Math.round(s.bodyBytes / Math.max(took_s, 1e-6))),
    speed_upload: String(Math.round(s.sentBytes / Math.max(took_s, 1e-6))),
    time_namelookup: since(s.resolved_ns),
    time_connect: since(s.connected_ns),
    time_appconnect: "0.000000",
    time_pretransfer: since(s.sent_ns),
    time_starttransfer: since(s.first_ns),
    time_redirect: (s.redirected_ns / SECOND_NS).toFixed(6),
    time_total: took_s.toFixed(6),
    content_type: (s.head && field(s.head, "content-type")) ?? "",
    url: s.o.urls[s.at] ?? "",
    url_effective: s.url.text,
    urlnum: String(s.at),
    redirect_url: location === null ? "" : absolute(s.url, location),
    scheme: "HTTP",
    http_version: s.head ? (/^HTTP\/(\S+)/.exec(s.head.first)?.[1] ?? "1.1") : "0",
    method: methodOf(s.o),
    num_connects: String(s.connects),
    num_headers: String(s.head?.fields.length ?? 0),
    num_redirects: String(s.redirects),
    remote_ip: ends ? formatIpv4(ends.remote as never) : "",
    remote_port: String(ends?.remotePort ?? 0),
    local_ip: ends ? formatIpv4(ends.local as never) : "",
    local_port: String(ends?.localPort ?? 0),
    exitcode: String(exitCode),
    errormsg: s.message,
    filename_effective: s.output ?? "",
    ssl_verify_result: "0",
    proxy_ssl_verify_result: "0",
    referer: s.o.referer ?? "",
    ftp_entry_path: "",
  };
}

/** A Location against the URL that it came from. */
export function absolute(url: Url, location: string): string {
  if (/^[a-z][\w+.-]*:/i.test(location)) return location;
  const root = `${url.scheme}://${url.hostHeader}`;
  if (location.startsWith("//")) return `${url.scheme}:${location}`;
  if (location.startsWith("/")) return root + location;
  const folder = url.path.replace(/[?#].*$/, "").replace(/[^/]*$/, "");
  return root + folder + location;
}
