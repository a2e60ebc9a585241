/** `bridge link`: a bridge's ports. bridge/link.c of iproute2. */
import { EOPNOTSUPP } from "../../../kernel/errno.ts";
import type { NetDevice, PortState, World } from "../../../kernel/types.ts";
import { dev, devByIndex, netns } from "../../../kernel/world.ts";
import {
  answer,
  device,
  deviceOrQuit,
  type Line,
  matches,
  needAdmin,
  netnsOfLine,
  numberValue,
  print,
  take,
  value,
} from "../ip/args.ts";
import { paint } from "../ip/color.ts";
import { type Json, printJson } from "../ip/json.ts";
import { type Change, portFlagChange, portNumberChange } from "../ip/link/bridge-options.ts";
import { PORT_STATES } from "../ip/link/details.ts";
import { flagWords, masterName, nameAndLink } from "../ip/link/print.ts";
import { unsigned } from "../ip/number.ts";
import { notSimulated, quit } from "../quit.ts";

const USAGE = `Usage: bridge link set dev DEV [ cost COST ] [ priority PRIO ] [ state STATE ]
                               [ hairpin {on | off} ]
                               [ learning {on | off} ]
                               [ flood {on | off} ]
                               [ mcast_flood {on | off} ]
                               [ bcast_flood {on | off} ]
                               [ isolated {on | off} ]
                               [ self ] [ master ]
       bridge link show [dev DEV]
`;

export function bridgeLink(line: Line): number {
  const verb = take(line);
  if (verb === undefined) return showPorts(line);
  if (matches(verb, "set", "change")) return setPort(line);
  if (matches(verb, "show", "lst", "list")) return showPorts(line);
  if (matches(verb, "help")) quit(line.sys, USAGE, 255);
  return quit(line.sys, `Command "${verb}" is unknown, try "bridge link help".\n`, 255);
}

function showPorts(line: Line): number {
  const { world } = line.sys;
  let only: NetDevice | null = null;
  for (let text = take(line); text !== undefined; text = take(line)) {
    // Whatever else is said goes unheard (brlink_show).
    if (text === "dev") only = deviceOrQuit(line, value(line), 255);
  }
  const shown: NetDevice[] = [];
  for (const id of netns(world, netnsOfLine(line)).devs) {
    const port = dev(world, id);
    if (port.port === null || (only !== null && only !== port)) continue;
    shown.push(port);
  }
  if (line.options.json) {
    printJson(
      line,
      shown.map((port) => portJson(line, port)),
    );
  } else for (const port of shown) print(line, `${portText(line, port)}\n`);
  return 0;
}

function onOff(flag: boolean): string {
  return flag ? "on" : "off";
}

/** A port's message has the index of its other end but not the namespace: the index is taken for one of this namespace. */
function portName(world: World, one: NetDevice): string {
  const peer = one.kind === "veth" && one.peer !== null ? world.devs[one.peer] : null;
  if (!peer || peer.netns === one.netns) return nameAndLink(world, one);
  return `${one.name}@${devByIndex(world, one.netns, peer.ifindex)?.name ?? `if${peer.ifindex}`}`;
}

function portText(line: Line, one: NetDevice): string {
  const { world } = line.sys;
  const port = one.port as NonNullable<NetDevice["port"]>;
  const name = paint(line.options, "ifname", `${portName(world, one)}: `);
  const head = `${one.ifindex}: ${name}<${flagWords(world, one).join(",")}> mtu ${one.mtu}`;
  const state = `state ${port.state} priority ${port.priority} cost ${port.pathCost}`;
  const text = `${head} master ${masterName(world, one)} ${state} `;
  if (line.options.details === 0) return text;
  const flags = [
    `hairpin ${onOff(port.hairpin)} guard off root_block off fastleave off learning ${onOff(port.learning)}`,
    `flood ${onOff(port.flood)} mcast_flood ${onOff(port.mcastFlood)} bcast_flood ${onOff(port.bcastFlood)}`,
    `mcast_router 1 mcast_to_unicast off neigh_suppress off vlan_tunnel off isolated ${onOff(port.isolated)} locked off`,
  ].join(" ");
  return `${text}${line.options.oneline ? "\\" : "\n"}    ${flags} `;
}

function portJson(line: Line, one: NetDevice): Json {
  const { world } = line.sys;
  const port = one.port as NonNullable<NetDevice["port"]>;
  const [ifname = "", link] = portName(world, one).split("@");
  const flags = {
    hairpin: port.hairpin,
    guard: false,
    root_block: false,
    fastleave: false,
    learning: port.learning,
    flood: port.flood,
    mcast_flood: port.mcastFlood,
    bcast_flood: port.bcastFlood,
    mcast_router: 1,
    mcast_to_unicast: false,
    neigh_suppress: false,
    vlan_tunnel: false,
    isolated: port.isolated,
    locked: false,
  };
  return {
    ifindex: one.ifindex,
    ...(link === undefined ? {} : { link }),
    ifname,
    flags: flagWords(world, one),
    mtu: one.mtu,
    master: masterName(world, one) ?? "",
    state: port.state,
    priority: port.priority,
    cost: port.pathCost,
    ...(line.options.details > 0 ? flags : {}),
  };
}

function setPort(line: Line): number {
  const changes: Change[] = [];
  let name: string | null = null;
  for (let text = take(line); text !== undefined; text = take(line)) {
    if (text === "dev") name = value(line);
    else if (text === "cost") {
      // A cost of nothing is not sent.
      const cost = numberValue(line, "invalid cost");
      if (cost > 0) changes.push(portNumberChange("cost", cost));
    } else if (text === "priority") changes.push(portNumberChange("priority", numberValue(line, "invalid priority")));
    else if (text === "state") changes.push(portNumberChange("state", readState(line)));
    else if (text === "self" || text === "master") continue;
    else if (matches(text, "help")) quit(line.sys, USAGE, 255);
    else changes.push(flagChange(line, text));
  }
  if (name === null) quit(line.sys, "Device is a required argument.\n", 255);
  const target = device(line, name) ?? quit(line.sys, `Cannot find bridge device "${name}"\n`, 255);
  needAdmin(line, 255);
  if (target.port === null) return answer(line, EOPNOTSUPP, null, 255);
  for (const change of changes) {
    const status = answer(line, change(line.sys.world, target), null, 255);
    if (status !== 0) return status;
  }
  return 0;
}

const OTHER_FLAGS = new Set(
  "guard fastleave root_block learning_sync mcast_router mcast_to_unicast neigh_suppress vlan_tunnel locked hwmode backup_port".split(
    " ",
  ),
);

function flagChange(line: Line, name: string): Change {
  if (OTHER_FLAGS.has(name)) notSimulated(line.sys, `bridge link set ${name}`);
  if (portFlagChange(name, true) === null) quit(line.sys, USAGE, 255);
  const text = value(line);
  if (text !== "on" && text !== "off") {
    quit(line.sys, `Error: argument of "${name}" must be one of "off", "on", not "${text}"\n`, 234);
  }
  return portFlagChange(name, text === "on") as Change;
}

/** A state by number or by its whole word. */
function readState(line: Line): number {
  const text = value(line);
  const number = unsigned(text, 255) ?? PORT_STATES.indexOf(text as PortState);
  return number >= 0 ? number : quit(line.sys, "Error: invalid STP port state\n", 255);
}
