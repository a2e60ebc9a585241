/** The request that curl sends: its lines in curl's order (lib/http.c, Curl_http). */
import { toUtf8 } from "../../text/utf8.ts";
import type { Url } from "../url.ts";
import type { CurlOptions } from "./options.ts";

export function methodOf(o: CurlOptions): string {
  return o.method ?? (o.head ? "HEAD" : o.data === null ? "GET" : "POST");
}

/** Request line and fields, without line ends. Fields of -H replace curl's own; "Name:" takes one away, "Name;" sends it empty. */
export function requestLines(o: CurlOptions, url: Url): string[] {
  const custom = o.headers.map((line) => line.replace(/^([^:;]+);$/, "$1:\0"));
  const names = custom.map((line) => line.slice(0, line.indexOf(":")).toLowerCase());
  const host = custom.find((line) => /^host:\s*\S/i.test(line));
  const own = [
    `Host: ${url.hostHeader}`,
    ...(o.user === null ? [] : [`Authorization: Basic ${base64(toUtf8(o.user))}`]),
    ...(o.range === null ? [] : [`Range: bytes=${o.range}`]),
    `User-Agent: ${o.userAgent}`,
    "Accept: */*",
    ...(o.compressed ? ["Accept-Encoding: deflate, gzip, br, zstd"] : []),
    ...(o.referer === null ? [] : [`Referer: ${o.referer}`]),
    ...(o.cookie === null ? [] : [`Cookie: ${o.cookie}`]),
  ].filter((line) => line !== "User-Agent: ");
  const kept = own.flatMap((line) => {
    const name = line.slice(0, line.indexOf(":")).toLowerCase();
    if (name === "host" && host !== undefined) return [host];
    return names.includes(name) ? [] : [line];
  });
  const added = custom.filter((line) => line !== host && !/:\s*$/.test(line)).map((line) => line.replace("\0", ""));
  const body = o.data === null ? [] : [`Content-Length: ${toUtf8(o.data).length}`];
  if (o.data !== null) body.push("Content-Type: application/x-www-form-urlencoded");
  const ending = body.filter((line) => !names.includes(line.slice(0, line.indexOf(":")).toLowerCase()));
  return [`${methodOf(o)} ${url.path} HTTP/1.${o.http10 ? 0 : 1}`, ...kept, ...added, ...ending];
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** RFC 4648. */
function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.subarray(i, i + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const quad = [18, 12, 6, 0].map((shift) => DIGITS[(bits >> shift) & 63]);
    text += quad.slice(0, b === undefined ? 2 : c === undefined ? 3 : 4).join("");
    text += b === undefined ? "==" : c === undefined ? "=" : "";
  }
  return text;
}
