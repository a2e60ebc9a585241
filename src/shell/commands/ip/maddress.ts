/** `ip maddress`: ip/ipmaddr.c, which reads /proc/net/dev_mcast, igmp and igmp6. Left out: joining link-layer groups by hand. */
import type { NetDevice, Netns } from "../../../kernel/types.ts";
import { formatIpv4, formatMac, isMulticastIpv4, mac } from "../../../wire/address.ts";
import { notSimulated, quit } from "../quit.ts";
import { deviceOrQuit, type Line, matches, netnsOfLine, print, take, value } from "./args.ts";

const USAGE = `Usage: ip maddr [ add | del ] MULTIADDR dev STRING
       ip maddr show [ dev STRING ]
`;
/** The group of all nodes, which IPv6 joins on every device that it knows. */
const ALL_NODES_V6 = mac("33:33:00:00:00:01");

export function ipMaddress(line: Line): number {
  const verb = take(line);
  if (verb === undefined || matches(verb, "show", "list", "lst")) return showGroups(line);
  if (matches(verb, "add", "delete")) notSimulated(line.sys, `ip maddress ${verb}`);
  if (matches(verb, "help")) quit(line.sys, USAGE, 255);
  return quit(line.sys, `Command "${verb}" is unknown, try "ip maddr help".\n`, 255);
}

function showGroups(line: Line): number {
  const { world } = line.sys;
  let only: NetDevice | null = null;
  for (let text = take(line); text !== undefined; text = take(line)) {
    if (matches(text, "help")) quit(line.sys, USAGE, 255);
    only = deviceOrQuit(line, text === "dev" ? value(line) : text);
  }
  if (line.options.json) notSimulated(line.sys, "ip -json maddress");
  for (const id of (world.netns[netnsOfLine(line)] as Netns).devs) {
    const device = world.devs[id] as NetDevice;
    const groups = groupsOf(line, device);
    if ((only !== null && only !== device) || groups.length === 0) continue;
    print(line, `${device.ifindex}:\t${device.name}\n${groups.map((group) => `\t${group}\n`).join("")}`);
  }
  return 0;
}

/** What VXLAN devices have a lower device listen to, the newest first. */
function vxlanGroups(line: Line, device: NetDevice): string[] {
  const groups = line.sys.world.devs.flatMap((other) =>
    other?.up && other.vxlan?.link === device.id && isMulticastIpv4(other.vxlan.remote)
      ? [formatIpv4(other.vxlan.remote)]
      : [],
  );
  return [...new Set(groups)].reverse();
}

export function knowsIpv6(device: NetDevice): boolean {
  return device.kind === "loopback" || device.multicastList.includes(ALL_NODES_V6);
}

function groupsOf(line: Line, device: NetDevice): string[] {
  const { family } = line.options;
  const wants = (kind: string) => family === "any" || family === kind;
  return [
    ...(wants("link") ? device.multicastList.map((group) => `link  ${formatMac(group)}`) : []),
    ...(wants("inet") && device.up ? [...vxlanGroups(line, device), "224.0.0.1"].map((group) => `inet  ${group}`) : []),
    ...(wants("inet6") && knowsIpv6(device) ? ["inet6 ff02::1", "inet6 ff01::1"] : []),
  ];
}
