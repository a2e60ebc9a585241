/** `ip link`: which command. ip/iplink.c. */

import { ENODEV, EOPNOTSUPP } from "../../../../kernel/errno.ts";
import { unregisterNetdevice } from "../../../../kernel/netdev/device.ts";
import { dev, netns } from "../../../../kernel/world.ts";
import { notSimulated, quit } from "../../quit.ts";
import { answer, deviceOrQuit, type Line, matches, needAdmin, netnsOfLine, print, take } from "../args.ts";
import { usage } from "../usage.ts";
import { addLink, VETH_USAGE } from "./add.ts";
import { BRIDGE_USAGE } from "./bridge-options.ts";
import { IPIP_USAGE } from "./ipip-options.ts";
import { parseLink } from "./parse.ts";
import { setLink } from "./set.ts";
import { showLinks } from "./show.ts";
import { VXLAN_USAGE } from "./vxlan-options.ts";

export function ipLink(line: Line): number {
  const verb = take(line);
  if (verb === undefined) return showLinks(line);
  if (matches(verb, "add")) return addLink(line);
  if (matches(verb, "set", "change")) return setLink(line);
  if (matches(verb, "replace")) return addLink(line);
  if (matches(verb, "delete")) return deleteLink(line);
  if (matches(verb, "show", "lst", "list")) return showLinks(line);
  if (matches(verb, "xstats", "afstats", "property")) notSimulated(line.sys, `ip link ${verb}`);
  if (matches(verb, "help")) return help(line);
  return quit(line.sys, `Command "${verb}" is unknown, try "ip link help".\n`, 255);
}

const KIND_USAGES: Readonly<Record<string, string>> = {
  bridge: BRIDGE_USAGE,
  dummy: "Usage: ... dummy\n",
  ipip: IPIP_USAGE,
  veth: VETH_USAGE,
  vxlan: VXLAN_USAGE,
};

/** `ip link help [TYPE]`: do_help of ip/iplink.c. */
function help(line: Line): number {
  const kind = take(line);
  if (kind === undefined || !Object.hasOwn(KIND_USAGES, kind)) return usage(line, "link");
  print(line, KIND_USAGES[kind] as string);
  return 0;
}

/** rtnl_group_dellink: none of them goes if one of them cannot. */
function deleteGroup(line: Line, group: number): number {
  const { world } = line.sys;
  needAdmin(line);
  const members = netns(world, netnsOfLine(line))
    .devs.map((id) => dev(world, id))
    .filter((device) => device.group === group);
  if (members.length === 0) return answer(line, ENODEV);
  if (members.some((device) => device.kind === "loopback" || device.kind === "nic")) return answer(line, EOPNOTSUPP);
  for (const { id } of members) if (world.devs[id]) unregisterNetdevice(world, id);
  return 0;
}

function deleteLink(line: Line): number {
  const { sys } = line;
  const request = parseLink(line);
  const name = request.dev ?? request.name;
  if (name === null && request.group !== null) return deleteGroup(line, request.group);
  if (name === null) quit(sys, 'Not enough information: "dev" argument is required.\n', 255);
  const gone = deviceOrQuit(line, name);
  needAdmin(line);
  if (gone.kind === "loopback" || gone.kind === "nic") return answer(line, EOPNOTSUPP);
  unregisterNetdevice(sys.world, gone.id);
  return 0;
}
