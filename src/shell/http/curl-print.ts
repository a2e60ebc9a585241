/** What curl prints besides the page: the progress meter and -w. */
import { SECOND_NS } from "../../base/time.ts";
import { formatIpv4 } from "../../wire/address.ts";
import { isTerminal, write } from "../process.ts";
import type { Sys } from "../types.ts";
import type { CurlOptions } from "./curl-options.ts";
import { field, type Head } from "./message.ts";
import type { Url } from "./url.ts";

const METER_HEAD = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
`;
const METER = "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0";

/** A person who sees the page go by sees no meter. */
function showsMeter(sys: Sys, o: CurlOptions): boolean {
  return !o.silent && !(o.output === null && !o.remoteName && isTerminal(sys, 1));
}

export function beginMeter(sys: Sys, o: CurlOptions): void {
  if (showsMeter(sys, o)) write(sys, 2, `${METER_HEAD}${METER}`);
}

/** The last line of the meter. Without a connection it stays as it was. */
export function endMeter(sys: Sys, o: CurlOptions, hadConnection: boolean, bytes = 0, took_s = 0): void {
  if (!showsMeter(sys, o) || !hadConnection) return;
  if (bytes === 0) return write(sys, 2, `${METER}\n`);
  const total = String(bytes).padStart(5);
  const speed = String(Math.round(bytes / Math.max(took_s, 1e-6))).padStart(6);
  write(sys, 2, `\r100 ${total}  100 ${total}    0     0 ${speed}      0 --:--:-- --:--:-- --:--:-- ${speed}\n`);
}

export interface Outcome {
  o: CurlOptions;
  url: Url;
  head: Head | null;
  status: number;
  socket: number | null;
  bodyBytes: number;
  redirects: number;
  urlStarted_ns: number;
}

/** -w: what stands in it as %{name}. */
export function writeOut(sys: Sys, s: Outcome, exitCode: number): void {
  if (s.o.writeOut === "") return;
  const values = variables(sys, s, exitCode);
  const text = s.o.writeOut.replace(/%\{([^}]*)\}|%%|\\([nrt])/g, (whole, name: string | undefined, letter: string) => {
    if (whole === "%%") return "%";
    if (name === undefined) return { n: "\n", r: "\r", t: "\t" }[letter] ?? whole;
    return values[name] ?? "";
  });
  write(sys, 1, text);
}

function variables(sys: Sys, s: Outcome, exitCode: number): Record<string, string> {
  const socket = s.socket === null ? null : (sys.world.sockets[s.socket] ?? null);
  const status = String(s.status).padStart(3, "0");
  const took_s = (sys.world.now_ns - s.urlStarted_ns) / SECOND_NS;
  return {
    http_code: status,
    response_code: status,
    size_download: String(s.bodyBytes),
    size_header: String(s.head?.length ?? 0),
    speed_download: String(Math.round(s.bodyBytes / Math.max(took_s, 1e-6))),
    time_total: took_s.toFixed(6),
    content_type: (s.head && field(s.head, "content-type")) ?? "",
    url: s.url.text,
    url_effective: s.url.text,
    scheme: "HTTP",
    http_version: s.head ? "1.1" : "0",
    method: s.o.head ? "HEAD" : (s.o.method ?? (s.o.data === null ? "GET" : "POST")),
    num_connects: socket ? "1" : "0",
    num_redirects: String(s.redirects),
    remote_ip: socket ? formatIpv4(socket.remote) : "",
    remote_port: socket ? String(socket.remotePort) : "0",
    local_ip: socket ? formatIpv4(socket.local) : "",
    local_port: socket ? String(socket.localPort) : "0",
    exitcode: String(exitCode),
  };
}
