/** `bridge`: forwarding entries and ports. bridge/bridge.c, fdb.c, link.c of iproute2. */

import { write } from "../../process.ts";
import type { Program, Sys } from "../../types.ts";
import { defaultOptions, type Line, matches, print } from "../ip/args.ts";
import { isColor } from "../ip/ip.ts";
import { netnsByName } from "../netns-names.ts";
import { notSimulated, quit, runToEnd } from "../quit.ts";
import { bridgeFdb } from "./bridge-fdb.ts";
import { bridgeLink } from "./bridge-link.ts";
import { bridgeMonitor, wakeBridgeMonitor } from "./bridge-monitor.ts";

const USAGE = `Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }
       bridge [ -force ] -batch filename
where  OBJECT := { link | fdb | mdb | vlan | monitor }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] |
                    -o[neline] | -t[imestamp] | -n[etns] name |
                    -c[ompressvlans] -color -p[retty] -j[son] }
`;

export const bridge: Program = {
  path: "/usr/sbin/bridge",
  about: "show and change a bridge's forwarding entries and ports",
  start: (sys, argv) => runToEnd(sys, () => runBridge(sys, argv)),
  wake: wakeBridgeMonitor,
};

function runBridge(sys: Sys, argv: string[]): number | null {
  const line: Line = { sys, words: argv, at: 1, options: defaultOptions() };
  if (readOptions(line)) return 0;
  const object = line.words[line.at++];
  if (object === undefined || matches(object, "help")) quit(sys, USAGE, 255);
  if (matches(object, "link")) return bridgeLink(line);
  if (matches(object, "fdb")) return bridgeFdb(line);
  if (matches(object, "vlan")) {
    if (matches(line.words[line.at] ?? "show", "help")) {
      quit(sys, "Usage: bridge vlan { show } [ dev DEV ] [ vid VLAN_ID ]\n", 255);
    }
    const verb = line.words[line.at] ?? "show";
    // A kernel without CONFIG_BRIDGE_VLAN_FILTERING has nothing to take away.
    if (matches(verb, "delete")) return 0;
    const words = line.words.slice(line.at + 1);
    if (matches(verb, "add", "set") && !(words.includes("dev") && words.includes("vid"))) {
      quit(sys, "Device and VLAN ID are required arguments.\n", 255);
    }
    if (matches(verb, "add", "set")) quit(sys, "RTNETLINK answers: Operation not supported\n", 255);
    print(line, line.options.json ? "[]\n" : "port              vlan-id  \n");
    return 0;
  }
  if (matches(object, "mdb") && matches(line.words[line.at] ?? "show", "show", "list", "lst")) return 0;
  if (matches(object, "monitor")) return bridgeMonitor(line);
  if (matches(object, "mdb", "vni")) notSimulated(sys, `bridge ${object}`);
  return quit(sys, `Object "${object}" is unknown, try "bridge help".\n`, 255);
}

/** Reads the options; true when -V was all. */
function readOptions(line: Line): boolean {
  const { options, sys } = line;
  for (let text = line.words[line.at]; text?.startsWith("-"); text = line.words[line.at]) {
    line.at++;
    if (text === "--") return false;
    const option = text.startsWith("--") ? text.slice(1) : text;
    const is = (...names: string[]) => option.length > 1 && matches(option, ...names);
    if (is("-help")) quit(sys, USAGE, 255);
    else if (is("-Version")) {
      write(sys, 1, "bridge utility, 6.1.0\n");
      return true;
    } else if (is("-stats", "-statistics")) options.stats++;
    else if (is("-details")) options.details++;
    else if (is("-oneline")) options.oneline = true;
    else if (isColor(option)) options.color = !/=(auto|never)$/.test(option);
    else if (is("-timestamp", "-tshort", "-force", "-compressvlans")) continue;
    else if (is("-family")) line.at++;
    else if (option === "-4" || option === "-6") continue;
    else if (is("-netns")) enterNetns(line, line.words[line.at++] ?? "(null)");
    else if (is("-json")) options.json = true;
    else if (is("-pretty")) options.pretty = true;
    else if (is("-batch")) notSimulated(sys, "bridge -batch");
    else quit(sys, `Option "${option}" is unknown, try "bridge help".\n`, 255);
  }
  return false;
}

function enterNetns(line: Line, name: string): void {
  const found = netnsByName(line.sys, name);
  if (found === null) {
    quit(line.sys, `Cannot open network namespace "${name}": No such file or directory\n`, 255);
  }
  line.sys.proc.netns = found.id;
}
