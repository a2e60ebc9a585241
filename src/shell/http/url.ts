/** A URL as curl reads it: "http://" may be left out. */

export interface Url {
  /** "http"; of the others only the connection is made. */
  scheme: string;
  host: string;
  port: number;
  /** With the query, "/" at least. */
  path: string;
  /** What the Host field says: with the port unless it is 80. */
  hostHeader: string;
  /** The whole, with the scheme and the path that it has at least. */
  text: string;
}

/** Ports of the schemes that people type. */
const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21, telnet: 23, smtp: 25 };

/** The parts of a URL, or curl's complaint. */
export function parseUrl(text: string): Url | string {
  const scheme = /^([A-Za-z][\w+.-]*):\//.exec(text)?.[1]?.toLowerCase() ?? "http";
  const rest = text.replace(/^[A-Za-z][\w+.-]*:\/{1,3}/, "");
  const bad = "URL using bad/illegal format or missing URL";
  if (/\s/.test(text)) return "URL using bad/illegal format or missing URL";
  const standard = Object.hasOwn(PORTS, scheme) ? PORTS[scheme] : undefined;
  if (standard === undefined) return `Protocol "${scheme}" not supported or disabled in libcurl`;
  const match = /^([^/?#@]*@)?(\[[\da-fA-F:.]+\]|[^/?#:@]+)(?::(\d*))?([/?][^#]*)?(#.*)?$/.exec(rest);
  if (!match) return bad;
  const port = match[3] ? Number(match[3]) : standard;
  if (port > 65_535) return bad;
  const given = match[4] ?? "/";
  const path = given.startsWith("/") ? given : `/${given}`;
  const host = match[2] as string;
  return {
    scheme,
    host: host.replace(/^\[(.*)\]$/, "$1"),
    port,
    path,
    hostHeader: port === standard ? host : `${host}:${port}`,
    text: `${scheme}://${match[1] ?? ""}${host}${match[3] ? `:${port}` : ""}${path}${match[5] ?? ""}`,
  };
}
