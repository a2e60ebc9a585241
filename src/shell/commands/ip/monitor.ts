/** `ip monitor`: ip/ipmonitor.c. What the kernel doesn't tell of here (kernel/rtnl.ts) is never heard. Left out: files, other namespaces. */
import { SECOND_NS } from "../../../base/time.ts";
import type { NeighEntry } from "../../../kernel/neigh/admin.ts";
import { rtnlListen, rtnlNext } from "../../../kernel/rtnl/listen.ts";
import type { FdbState, RtnlEvent } from "../../../kernel/rtnl/notify.ts";
import type { DevId, NetDevice, World } from "../../../kernel/types.ts";
import { formatMac } from "../../../wire/address.ts";
import { ownSocket } from "../../process.ts";
import { civilTime } from "../../text/date.ts";
import type { Sys, Wake } from "../../types.ts";
import { notSimulated, quit } from "../quit.ts";
import { addressText } from "./address/addr-print.ts";
import { deviceOrQuit, type Line, matches, netnsOfLine, type Options, print, take, value } from "./args.ts";
import { paint } from "./color.ts";
import { linkLines } from "./link/print.ts";
import { neighText } from "./neigh.ts";
import { formatRoute } from "./route/route-print.ts";
import { ruleText } from "./rule.ts";

const USAGE = `Usage: ip monitor [ all | OBJECTS ] [ FILE ] [ label ] [ all-nsid ]
                  [ dev DEVICE ]
OBJECTS :=  address | link | mroute | neigh | netconf |
            nexthop | nsid | prefix | route | rule | stats
FILE := file FILENAME
`;

type Group = RtnlEvent["group"];

/** What a monitor wants to hear, and how it tells. Kept by the process. */
interface Monitor {
  options: Options;
  groups: Group[];
  label: boolean;
  dev: DevId | null;
}

const OBJECTS: readonly (readonly [string, Group | null])[] = [
  ["link", "link"],
  ["address", "address"],
  ["route", "route"],
  ["mroute", null],
  ["prefix", null],
  ["neigh", "neigh"],
  ["netconf", null],
  ["rule", "rule"],
  ["nsid", null],
  ["nexthop", null],
  ["stats", null],
];
const EVERYTHING: readonly Group[] = ["link", "address", "route", "neigh", "rule"];

/** Listens until somebody ends it. */
export function ipMonitor(line: Line): null {
  const monitor: Monitor = { options: line.options, groups: [], label: false, dev: null };
  let named = false;
  for (let text = take(line); text !== undefined; text = take(line)) {
    const object = OBJECTS.find(([name]) => matches(text, name));
    if (matches(text, "file")) notSimulated(line.sys, "ip monitor file");
    else if (matches(text, "label")) monitor.label = true;
    else if (text === "all") monitor.label = true;
    else if (matches(text, "all-nsid")) notSimulated(line.sys, "ip monitor all-nsid");
    else if (text === "dev") monitor.dev = deviceOrQuit(line, value(line)).id;
    else if (object !== undefined) {
      named = true;
      if (object[1] !== null) monitor.groups.push(object[1]);
    } else if (matches(text, "help")) quit(line.sys, USAGE, 255);
    else quit(line.sys, `Argument "${text}" is unknown, try "ip monitor help".\n`, 255);
  }
  if (!named) monitor.groups = [...EVERYTHING];
  ownSocket(line.sys, rtnlListen(line.sys.world, netnsOfLine(line), line.sys.proc.id));
  line.sys.proc.locals = monitor;
  return null;
}

/** The `wake` of ip: something was heard. */
export function wakeMonitor(sys: Sys, why: Wake): void {
  const monitor = sys.proc.locals as Monitor | undefined;
  if (monitor === undefined || why.type !== "socket") return;
  for (let event = rtnlNext(sys.world, why.socket); event !== null; event = rtnlNext(sys.world, why.socket)) {
    // Forwarding entries of bridges are told as neighbours, too.
    if (monitor.groups.includes(event.group === "fdb" ? "neigh" : event.group) && concerns(monitor, event))
      tell(sys, monitor, event);
  }
}

function concerns({ dev }: Monitor, event: RtnlEvent): boolean {
  if (dev === null || event.group === "rule") return true;
  return dev === (event.group === "link" ? event.device.id : event.group === "route" ? event.route.dev : event.dev);
}

const LABELS: Readonly<Record<Group, string>> = {
  link: "LINK",
  address: "ADDR",
  route: "ROUTE",
  neigh: "NEIGH",
  fdb: "NEIGH",
  rule: "RULE",
};

function tell(sys: Sys, monitor: Monitor, event: RtnlEvent): void {
  const line: Line = { sys, words: [], at: 0, options: monitor.options };
  const label = monitor.label ? `[${LABELS[event.group]}]` : "";
  const gone = event.deleted ? "Deleted " : "";
  print(line, `${stamp(sys, monitor.options)}${label}${gone}${textOf(line, monitor, event)}\n`);
}

/** -timestamp: a line of its own; -tshort: in front. */
function stamp({ world }: Sys, options: Options): string {
  if (options.timestamp === null) return "";
  const t = civilTime(world.bootTime_s + world.now_ns / SECOND_NS);
  const two = (n: number) => String(n).padStart(2, "0");
  const micros = Math.floor((world.now_ns % SECOND_NS) / 1000);
  const clock = `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
  if (options.timestamp === "short") {
    return `[${t.year}-${two(t.month)}-${two(t.day)}T${clock}.${String(micros).padStart(6, "0")}] `;
  }
  const day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][t.weekday];
  const month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")[t.month - 1];
  return `Timestamp: ${day} ${month} ${String(t.day).padStart(2)} ${clock} ${t.year} ${micros} usec\n`;
}

function textOf(line: Line, monitor: Monitor, event: RtnlEvent): string {
  const { world } = line.sys;
  switch (event.group) {
    case "link":
      return linkText(line, event);
    case "address":
      return `${event.ifindex}: ${event.name}${addressText(line, event.ifa, line.options.oneline ? "\\" : "\n")}`;
    case "route": {
      const omit = new Set(monitor.dev === null ? [] : (["dev"] as const));
      const { details, color } = line.options;
      return formatRoute(withDevice(world, event), event.route, { details: details > 0, color, table: true, omit });
    }
    case "neigh":
      return neighText(line, event as unknown as NeighEntry, monitor.dev === null);
    case "fdb":
      return fdbText(line, monitor, event);
    case "rule":
      return `${event.rule.pref}:\t${ruleText(line, event.rule)}`;
  }
}

/** The route's device may be gone by now; its name was told. */
function withDevice(world: World, { route, name }: RtnlEvent & { group: "route" }): World {
  if (route.dev === null || name === null || world.devs[route.dev]) return world;
  const devs = world.devs.slice();
  devs[route.dev] = { id: route.dev, name, up: true, carrier: true } as NetDevice;
  return { ...world, devs };
}

const NUD_OF: Readonly<Record<FdbState, string>> = {
  permanent: "PERMANENT",
  static: "NOARP",
  stale: "STALE",
  "": "REACHABLE",
};

/** A neighbour without an address of layer 3. */
function fdbText({ options }: Line, { dev }: Monitor, event: RtnlEvent & { group: "fdb" }): string {
  const device = dev === null ? `dev ${paint(options, "ifname", `${event.name} `)}` : "";
  const learned = event.flags.includes("extern_learn") ? "extern_learn " : "";
  return `${device}lladdr ${paint(options, "mac", `${formatMac(event.mac)} `)}${learned}${NUD_OF[event.state]} `;
}

/** The link as it was then: printed from a world in which it, and its other end, still are so. */
function linkText(line: Line, event: RtnlEvent & { group: "link" }): string {
  const { device, peer } = event;
  const devs = line.sys.world.devs.slice();
  // A message of a change has no length of the queue.
  devs[device.id] = { ...device, txQueueLen: 0, peer: peer === null ? null : device.peer };
  if (peer !== null) devs[peer.id] = peer;
  const world = { ...line.sys.world, devs };
  const then: Line = { ...line, sys: { ...line.sys, world } };
  const text = linkLines(then, devs[device.id] as typeof device, false);
  // Until linkwatch has come by, the link is not said to run.
  const settled = event.settled
    ? text
    : text.replace("<", "<NO-CARRIER,").replace(/ state \w+ /, ` state ${unsettled(world, device)} `);
  return device.kind === "veth" && peer === null
    ? settled.replace(`${device.name}: `, `${device.name}@NONE: `)
    : settled;
}

/** The state that the other end's absence has left. */
function unsettled(world: World, { peer, netns }: { peer: DevId | null; netns: number }): string {
  return peer !== null && world.devs[peer]?.netns === netns ? "LOWERLAYERDOWN" : "DOWN";
}
