/** How `ip addr show` prints: print_addrinfo, ipaddr_filter of ip/ipaddress.c. */
import { SECOND_NS } from "../../../../base/time.ts";
import { operstate } from "../../../../kernel/netdev/carrier.ts";
import type { InetAddress, NetDevice, World } from "../../../../kernel/types.ts";
import { formatIpv4 } from "../../../../wire/address.ts";
import { type Line, netnsOfLine, type Options, print } from "../args.ts";
import { paint } from "../color.ts";
import { type Json, printJson } from "../json.ts";
import { linkJson } from "../link/json.ts";
import { briefLink, flagWords, linkLines, nameAndLink, statsLines } from "../link/print.ts";
import { scopeName } from "../route/route-names.ts";
import { type Filter, matchesAddress, matchingDevices, readFilter } from "./filter.ts";
import { type Ipv6Address, ipv6Addresses } from "./ipv6.ts";
import { isDeprecated, isDynamic } from "./life.ts";

const FOREVER = "       valid_lft forever preferred_lft forever";
const LIFE = 4_294_967_295;

interface Shown {
  device: NetDevice;
  inet: InetAddress[];
  inet6: Ipv6Address[];
}

export function showAddresses(line: Line): number {
  const filter = readFilter(line);
  const shown = matchingDevices(line.sys.world, netnsOfLine(line), filter)
    .map((device) => select(line, filter, device))
    .filter((s): s is Shown => s !== null);
  if (line.options.json) {
    printJson(
      line,
      shown.map((s) => addressJson(line, s)),
    );
    return 0;
  }
  for (const one of shown) printDevice(line, filter, one);
  return 0;
}

/** What of a device is shown; null for nothing. A device without addresses counts unless a family was asked for. */
function select(line: Line, filter: Filter, device: NetDevice): Shown | null {
  const all6 = ipv6Addresses(line.sys.world, device);
  const wants4 = filter.family === "any" || filter.family === "inet";
  const wants6 = (filter.family === "any" || filter.family === "inet6") && filter.to === null && filter.label === null;
  const inet = wants4 ? device.addresses.filter((ifa) => matchesAddress(line.sys.world, ifa, filter)) : [];
  const inet6 = wants6 ? all6.filter((a) => filter.scope === null || a.scope === filter.scope) : [];
  const hasNone = device.addresses.length === 0 && all6.length === 0;
  const bare = hasNone && (filter.family === "any" || filter.family === "link");
  return inet.length > 0 || inet6.length > 0 || bare || filter.family === "link" ? { device, inet, inet6 } : null;
}

function printDevice(line: Line, filter: Filter, { device, inet, inet6 }: Shown): void {
  const { options, sys } = line;
  if (options.brief) {
    const texts = [...inet.map((ifa) => withPeer(options, ifa)), ...inet6.map((a) => inet6Cidr(options, a))];
    const list = briefLink(sys.world, device, filter.family === "link", options);
    print(line, `${list}${texts.map((t) => `${t} `).join("")}\n`);
    return;
  }
  if (options.oneline && filter.family !== "link") {
    for (const ifa of inet) print(line, `${device.ifindex}: ${device.name}${addressText(line, ifa, "\\")}\n`);
    for (const a of inet6) print(line, `${device.ifindex}: ${device.name}${inet6Text(options, a, "\\")}\n`);
    return;
  }
  const withAddress = filter.family === "any" || filter.family === "link";
  const brief6 = filter.family === "inet6" && filter.dev === null;
  if (filter.label === null) {
    print(line, `${brief6 ? inet6Link(line, device) : linkLines(line, device, false, withAddress)}\n`);
  }
  for (const ifa of inet) print(line, `${addressText(line, ifa)}\n`);
  for (const a of inet6) print(line, `${inet6Text(options, a, "\n")}\n`);
  if (options.stats > 0 && withAddress) print(line, `${statsLines(line, device, "\n")}\n`);
}

/** What IPv6 itself tells of a link in a dump (inet6_fill_ifinfo): neither queueing discipline nor group nor master. */
function inet6Link({ sys: { world }, options }: Line, device: NetDevice): string {
  const name = paint(options, "ifname", `${nameAndLink(world, device)}: `);
  const state = operstate(world, device);
  const queue = device.txQueueLen > 0 ? `qlen ${device.txQueueLen}` : "";
  return `${device.ifindex}: ${name}<${flagWords(world, device).join(",")}> mtu ${device.mtu} state ${state} ${queue}`;
}

/** "10.0.0.1/24" or "10.0.0.1 peer 10.0.0.2/32". */
function withPeer(options: Options, { local, address, prefixLen }: InetAddress): string {
  const own = paint(options, "inet", formatIpv4(local));
  return address === local
    ? `${own}/${prefixLen}`
    : `${own} peer ${paint(options, "inet", formatIpv4(address))}/${prefixLen}`;
}

function inet6Cidr(options: Options, a: Ipv6Address): string {
  return `${paint(options, "inet6", a.text)}/${a.prefixLen}`;
}

/** The two lines of an address without the last newline. */
export function addressText(line: Line, ifa: InetAddress, newline = "\n"): string {
  const { options } = line;
  const broadcast = ifa.broadcast === null ? "" : `brd ${paint(options, "inet", `${formatIpv4(ifa.broadcast)} `)}`;
  const { world } = line.sys;
  const secondary = ifa.secondary ? " secondary" : "";
  const dynamic = `${isDeprecated(world, ifa) ? " deprecated" : ""}${isDynamic(ifa) ? " dynamic" : ""}`;
  const [valid, preferred] = ["valid_s" as const, "preferred_s" as const].map((name) => leftOf(world, ifa, name));
  const life = ifa.life === undefined ? FOREVER : `       valid_lft ${valid} preferred_lft ${preferred}`;
  const head = `    inet ${withPeer(options, ifa)} ${broadcast}scope ${scopeName(ifa.scope)}`;
  return `${head}${secondary}${dynamic} ${ifa.label}${newline}${life}`;
}

/** "99sec", or "forever". */
function leftOf(world: World, { life }: InetAddress, name: "valid_s" | "preferred_s"): string {
  const seconds = secondsLeft(world, life, name);
  return seconds === LIFE ? "forever" : `${seconds}sec`;
}

function secondsLeft(world: World, life: InetAddress["life"], name: "valid_s" | "preferred_s"): number {
  const given = life === undefined ? Number.POSITIVE_INFINITY : life[name];
  if (life === undefined || given === Number.POSITIVE_INFINITY) return LIFE;
  return Math.max(0, given - Math.floor((world.now_ns - life.since_ns) / SECOND_NS));
}

function inet6Text(options: Options, a: Ipv6Address, newline: string): string {
  return `    inet6 ${inet6Cidr(options, a)} scope ${scopeName(a.scope)} ${a.tentative ? "tentative " : ""}${newline}${FOREVER}`;
}

function addressJson(line: Line, { device, inet, inet6 }: Shown): Json {
  const brief = line.options.brief;
  const list = inet.map((ifa): Json => {
    if (brief) return { local: formatIpv4(ifa.local), prefixlen: ifa.prefixLen };
    return {
      family: "inet",
      local: formatIpv4(ifa.local),
      ...(ifa.address === ifa.local ? {} : { address: formatIpv4(ifa.address) }),
      prefixlen: ifa.prefixLen,
      ...(ifa.broadcast === null ? {} : { broadcast: formatIpv4(ifa.broadcast) }),
      scope: scopeName(ifa.scope),
      ...(ifa.secondary ? { secondary: true } : {}),
      ...(isDeprecated(line.sys.world, ifa) ? { deprecated: true } : {}),
      ...(isDynamic(ifa) ? { dynamic: true } : {}),
      label: ifa.label,
      valid_life_time: secondsLeft(line.sys.world, ifa.life, "valid_s"),
      preferred_life_time: secondsLeft(line.sys.world, ifa.life, "preferred_s"),
    };
  });
  const list6 = inet6.map(
    (a): Json =>
      brief
        ? { local: a.text, prefixlen: a.prefixLen }
        : {
            family: "inet6",
            local: a.text,
            prefixlen: a.prefixLen,
            scope: scopeName(a.scope),
            ...(a.tentative ? { tentative: true } : {}),
            valid_life_time: LIFE,
            preferred_life_time: LIFE,
          },
  );
  const { address: _address, flags: _flags, ...briefHead } = linkJson(line, device, false);
  const withAddress = line.options.family === "any" || line.options.family === "link";
  return { ...(brief ? briefHead : linkJson(line, device, false, withAddress)), addr_info: [...list, ...list6] };
}
