/** `ip route get`: iproute_get of ip/iproute.c. */
import { routes } from "../../../../kernel/fib/fib.ts";
import { fibLookup } from "../../../../kernel/fib/lookup.ts";
import { fibTableIds } from "../../../../kernel/fib/table.ts";
import { type RouteGet, type RouteQuery, routeGet } from "../../../../kernel/ipv4/route-get.ts";
import {
  type Netns,
  type NetnsId,
  type Route,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  type World,
} from "../../../../kernel/types.ts";
import { formatIpv4, type Ipv4 } from "../../../../wire/address.ts";
import { write } from "../../../process.ts";
import { notSimulated, quit } from "../../quit.ts";
import {
  answer,
  deviceOrQuit,
  type Line,
  matches,
  netnsOfLine,
  numberValue,
  prefixOf,
  print,
  take,
  value,
} from "../args.ts";
import { paint } from "../color.ts";
import { type Json, printJson } from "../json.ts";
import { usage } from "../usage.ts";
import { tableName } from "./route-names.ts";
import { formatRoute } from "./route-print.ts";

interface Question {
  query: Partial<RouteQuery>;
  mark: number;
  uid: number;
  fibMatch: boolean;
}

export function getRoute(line: Line): number {
  const asked: Question = { query: {}, mark: 0, uid: 0, fibMatch: false };
  for (let text = take(line); text !== undefined; text = take(line)) readWord(line, asked, text);
  const { dst } = asked.query;
  if (dst === undefined) quit(line.sys, "need at least a destination address\n", 1);
  const { world } = line.sys;
  if (asked.fibMatch) {
    const netns = world.netns[netnsOfLine(line)] as Netns;
    const found = fibLookup(world, netns, dst);
    if (typeof found === "number") return answer(line, found);
    print(line, `${formatRoute(world, found)}\n`);
    return 0;
  }
  const got = routeGet(world, netnsOfLine(line), { ...asked.query, dst, mark: asked.mark });
  if (typeof got === "number") return answer(line, got);
  if (line.options.json) printJson(line, [routeJson(line, asked, got)]);
  else print(line, `${routeText(line, world, asked, got)}\n`);
  return 0;
}

function readWord(line: Line, asked: Question, text: string): void {
  const { query } = asked;
  if (text === "tos" || matches(text, "dsfield")) query.tos = numberValue(line, "TOS value is invalid\n", 255);
  else if (matches(text, "iif")) query.iif = deviceOrQuit(line, value(line)).id;
  else if (matches(text, "mark")) asked.mark = numberValue(line, "invalid mark value");
  else if (matches(text, "oif") || text === "dev") query.oif = deviceOrQuit(line, value(line)).id;
  else if (matches(text, "from")) query.src = prefixOf(line, value(line)).address;
  else if (matches(text, "uid")) asked.uid = numberValue(line, "invalid UID");
  else if (matches(text, "fibmatch")) asked.fibMatch = true;
  else if (text === "notify" || text === "connected") return;
  // No rule asks for them.
  else if (/^(sport|dport)$/.test(text)) numberValue(line, `invalid ${text}`, 0xffff);
  else if (text === "ipproto") value(line);
  else if (/^(vrf|as)$/.test(text)) notSimulated(line.sys, `ip route get ${text}`);
  else readDestination(line, asked, text === "to" ? value(line) : text);
}

function readDestination(line: Line, asked: Question, text: string): void {
  if (matches(text, "help")) usage(line, "route");
  // After an address its family is known, and the complaint names it.
  if (asked.query.dst !== undefined && !/^[0-9]/.test(text)) {
    quit(line.sys, `Error: inet prefix is expected rather than "${text}".\n`, 1);
  }
  const prefix = prefixOf(line, text);
  if (prefix.explicit && prefix.length !== 32) {
    write(line.sys, 2, `Warning: /${prefix.length} as prefix is invalid, only /32 (or none) is supported.\n`);
  }
  asked.query.dst = prefix.address;
}

/** `ip route show cache`: what has been learned of single destinations (fnhe_dump_bucket). */
export function listRouteCache(line: Line): void {
  const { world } = line.sys;
  const id = netnsOfLine(line);
  for (const dst of [...(world.netns[id] as Netns).exceptions.keys()] as Ipv4[]) {
    const got = routeGet(world, id, { dst });
    if (typeof got === "number") continue;
    const via = got.gateway === null ? "" : `via ${formatIpv4(got.gateway)} `;
    const device = world.devs[got.dev]?.name ?? "";
    const end = line.options.oneline ? "\\" : "\n";
    const text = `${formatIpv4(dst)} ${via}dev ${device} ${end}    cache ${cacheText(world, got)}\n`;
    print(line, text.repeat(got.route === null ? 1 : sharers(world, id, got.route)));
  }
}

/** How many routes have the same nexthop record (fib_find_info): what was learned belongs to that, and is told with each of them. */
function sharers(world: World, id: NetnsId, one: Route): number {
  const { fib } = world.netns[id] as Netns;
  const all = fibTableIds(fib).flatMap((table) => routes(world, id, table));
  return all.filter(
    (other) =>
      other.gateway === one.gateway &&
      other.dev === one.dev &&
      other.source === one.source &&
      other.protocol === one.protocol &&
      other.scope === one.scope &&
      other.metric === one.metric &&
      other.mtu === one.mtu &&
      other.type === one.type,
  ).length;
}

function routeText(line: Line, world: World, asked: Question, got: RouteGet): string {
  const details = line.options.details > 0;
  const type = got.type !== "unicast" || details ? `${got.type} ` : "";
  const { options } = line;
  const inet = (text: string) => paint(options, "inet", `${text} `);
  const from = got.from === null ? "" : inet(`from ${formatIpv4(got.from)}`);
  const via = got.gateway === null ? "" : `via ${inet(formatIpv4(got.gateway))}`;
  const out = paint(options, "ifname", `${outName(line, got)} `);
  const table = tableText(got, details);
  const source = got.source === null || got.from !== null ? "" : `src ${inet(formatIpv4(got.source))}`;
  const mark = asked.mark === 0 ? "" : `mark ${asked.mark} `;
  const uid = got.iif === null ? `uid ${asked.uid} ` : "";
  const flags = rtmFlags(got).map((flag) => `${flag} `);
  const first = `${type}${inet(formatIpv4(got.dst))}${from}${via}dev ${out}${table}${source}${mark}${flags.join("")}${uid}`;
  return `${first}${line.options.oneline ? "\\" : "\n"}    cache ${cacheText(world, got)}`;
}

function routeJson(line: Line, asked: Question, got: RouteGet): Json {
  const { world } = line.sys;
  const table = tableText(got, line.options.details > 0).split(" ")[1];
  return {
    ...(got.type === "unicast" && line.options.details === 0 ? {} : { type: got.type }),
    dst: formatIpv4(got.dst),
    ...(got.from === null ? {} : { from: formatIpv4(got.from) }),
    ...(got.gateway === null ? {} : { gateway: formatIpv4(got.gateway) }),
    dev: outName(line, got),
    ...(table === undefined ? {} : { table }),
    ...(got.source === null || got.from !== null ? {} : { prefsrc: formatIpv4(got.source) }),
    ...(asked.mark === 0 ? {} : { mark: asked.mark }),
    flags: rtmFlags(got),
    ...(got.iif === null ? { uid: asked.uid } : {}),
    cache: cacheFlags(got),
    ...(got.expires_s === null ? {} : { expires: got.expires_s }),
    ...(got.mtu === null ? {} : { metrics: [{ mtu: got.mtu }] }),
    ...(got.iif === null ? {} : { iif: world.devs[got.iif]?.name ?? "" }),
  };
}

/** The table is told if it is not one of the usual two. */
function tableText(got: RouteGet, details: boolean): string {
  const { table } = got;
  if (table !== null && table !== RT_TABLE_MAIN && table !== RT_TABLE_LOCAL) return `table ${tableName(table)} `;
  return details ? `table ${got.type === "unicast" ? "main" : "local"} ` : "";
}

/** What came in for this host goes on to loopback, as the kernel tells it. */
function outName(line: Line, got: RouteGet): string {
  const { world } = line.sys;
  const stays = got.iif !== null && (got.type === "local" || got.type === "broadcast");
  const dev = stays ? (world.netns[netnsOfLine(line)] as Netns).lo : got.dev;
  return world.devs[dev]?.name ?? "";
}

/** RTCF_MULTICAST is the bit that iproute2 knows as RTM_F_OFFLOAD_FAILED. */
function rtmFlags(got: RouteGet): string[] {
  return got.type === "multicast" ? ["rt_offload_failed"] : [];
}

function cacheFlags(got: RouteGet): string[] {
  return [
    got.local ? "local" : "",
    got.type === "broadcast" ? "brd" : "",
    got.type === "multicast" ? "mc" : "",
    got.doRedirect ? "redirect" : "",
    got.redirected ? "redirected" : "",
  ].filter((flag) => flag !== "");
}

function cacheText(world: World, got: RouteGet): string {
  const flags = cacheFlags(got);
  const words = flags.length === 0 ? "" : `<${flags.join(",")}> `;
  const expires = got.expires_s === null ? "" : `expires ${got.expires_s}sec `;
  const mtu = got.mtu === null ? "" : `mtu ${got.mtu} `;
  const iif = got.iif === null ? "" : `iif ${world.devs[got.iif]?.name} `;
  return `${words}${expires}${mtu}${iif}`;
}
