/** `ip tunnel`: ip/iptunnel.c. IPIP tunnels are made, changed and shown; GRE, SIT and VTI are not simulated. */
import { EEXIST, EINVAL, ENOENT, strerror } from "../../../kernel/errno.ts";
import { unregisterNetdevice } from "../../../kernel/netdev/device.ts";
import { createIpTunnel, findTunnel, type IpTunnelConfig, loadIpip } from "../../../kernel/tunnel/ipip.ts";
import type { NetDevice } from "../../../kernel/types.ts";
import { dev, netns, touchConfig } from "../../../kernel/world.ts";
import { write } from "../../process.ts";
import { notSimulated, quit } from "../quit.ts";
import { deviceOrQuit, invarg, type Line, matches, needAdmin, netnsOfLine, print, take, value } from "./args.ts";
import { ipipDefaults, readTunnelWord } from "./link/ipip-options.ts";
import { tunnelLine } from "./link/ipip-print.ts";

const USAGE = `Usage: ip tunnel { add | change | del | show | prl | 6rd } [ NAME ]
        [ mode { gre | ipip | isatap | sit | vti } ]
        [ remote ADDR ] [ local ADDR ]
        [ [i|o]seq ] [ [i|o]key KEY ] [ [i|o]csum ]
        [ prl-default ADDR ] [ prl-nodefault ADDR ] [ prl-delete ADDR ]
        [ 6rd-prefix ADDR ] [ 6rd-relay_prefix ADDR ] [ 6rd-reset ]
        [ ttl TTL ] [ tos TOS ] [ [no]pmtudisc ] [ dev PHYS_DEV ]

Where: NAME := STRING
       ADDR := { IP_ADDRESS | any }
       TOS  := { STRING | 00..ff | inherit | inherit/STRING | inherit/00..ff }
       TTL  := { 1..255 | inherit }
       KEY  := { DOTTED_QUAD | NUMBER }
`;

export function ipTunnel(line: Line): number {
  const verb = take(line);
  if (verb === undefined || matches(verb, "show", "lst", "list")) return show(line);
  if (matches(verb, "add")) return add(line);
  if (matches(verb, "change")) return change(line);
  if (matches(verb, "delete")) return remove(line);
  if (verb === "prl" || verb === "6rd") notSimulated(line.sys, `ip tunnel ${verb}`);
  if (matches(verb, "help")) quit(line.sys, USAGE, 255);
  return quit(line.sys, `Command "${verb}" is unknown, try "ip tunnel help".\n`, 255);
}

interface Words {
  name: string | null;
  mode: string | null;
  config: IpTunnelConfig;
}

function readWords(line: Line): Words {
  const words: Words = { name: null, mode: null, config: ipipDefaults() };
  for (let text = take(line); text !== undefined; text = take(line)) {
    if (text === "mode") words.mode = modeOf(line);
    else if (readTunnelWord(line, words.config, text)) continue;
    else if (/^([io]?(key|seq|csum)|prl-|6rd-|external|fwmark)/.test(text)) notSimulated(line.sys, `ip tunnel ${text}`);
    else {
      const name = text === "name" ? value(line) : text;
      if (matches(name, "help")) quit(line.sys, USAGE, 255);
      if (words.name !== null) quit(line.sys, `Error: either "name" is duplicate, or "${name}" is a garbage.\n`, 255);
      words.name = name;
    }
  }
  return words;
}

function modeOf(line: Line): string {
  const mode = value(line);
  if (mode === "ipip" || mode === "ip/ip") return "ipip";
  if (/^(gre|gre\/ip|sit|ipv6\/ip|isatap|vti)$/.test(mode)) notSimulated(line.sys, `a tunnel of mode ${mode}`);
  return invarg(line, "Cannot guess tunnel mode.", mode);
}

function fail(line: Line, what: string, name: string, errno: number): number {
  write(line.sys, 2, `${what} tunnel "${name}" failed: ${strerror(errno)}\n`);
  return 1;
}

function add(line: Line): number {
  const { name, mode, config } = readWords(line);
  if (mode === null) quit(line.sys, "cannot determine tunnel mode (ipip, gre, vti or sit)\n", 1);
  needAdmin(line, 1);
  const { world } = line.sys;
  loadIpip(world, netnsOfLine(line));
  // A tunnel with a lifetime of its own says how far it goes, so it cannot be cut on the way.
  if (config.ttl !== 0 && !config.pmtudisc) {
    quit(line.sys, "ttl != 0 and nopmtudisc are incompatible\n", 1);
  }
  const made = createIpTunnel(world, netnsOfLine(line), { name: name ?? "tunl%d" }, config);
  return typeof made === "number" ? fail(line, "add", name ?? "tunl0", made) : 0;
}

function named(line: Line, name: string | null): NetDevice {
  if (name === null) quit(line.sys, "Tunnel interface name not specified\n", 1);
  return deviceOrQuit(line, name);
}

function change(line: Line): number {
  const start = line.at;
  const { name } = readWords(line);
  const device = named(line, name);
  needAdmin(line, 1);
  const { world } = line.sys;
  if (device.ipTunnel === null) return fail(line, "change", device.name, EINVAL);
  // What isn't said stays: the words are read once more over what the tunnel has.
  const config: IpTunnelConfig = { ...device.ipTunnel };
  line.at = start;
  for (let text = take(line); text !== undefined; text = take(line)) readTunnelWord(line, config, text);
  const other = findTunnel(world, netnsOfLine(line), config.local, config.remote);
  if (other !== null && other !== device) return fail(line, "change", device.name, EEXIST);
  device.ipTunnel = { ...device.ipTunnel, ...config };
  touchConfig(world);
  return 0;
}

function remove(line: Line): number {
  const device = named(line, readWords(line).name);
  needAdmin(line, 1);
  if (device.ipTunnel === null) return fail(line, "delete", device.name, ENOENT);
  if (!device.ipTunnel.fallback) unregisterNetdevice(line.sys.world, device.id);
  else return fail(line, "delete", device.name, EINVAL);
  return 0;
}

function show(line: Line): number {
  const { name } = readWords(line);
  const { world } = line.sys;
  const tunnels =
    name === null ? netns(world, netnsOfLine(line)).devs.map((id) => dev(world, id)) : [deviceOrQuit(line, name)];
  for (const device of tunnels) if (device.ipTunnel !== null) print(line, `${tunnelLine(world, device)}\n`);
  return 0;
}
