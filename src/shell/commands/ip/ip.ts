/** `ip`: global options, and which object the rest is about. ip/ip.c. */

import { strerror } from "../../../kernel/errno.ts";
import { readFile } from "../../files.ts";
import { awaitInput, readAll, write } from "../../process.ts";
import { place } from "../../text/filter.ts";
import type { Program, Sys } from "../../types.ts";
import { netnsByName } from "../netns-names.ts";
import { notSimulated, Quit, quit, runToEnd } from "../quit.ts";
import { ipAddress } from "./address/addr.ts";
import { defaultOptions, invarg, type Line, matches, type Options } from "./args.ts";
import { ipLink } from "./link/link.ts";
import { ipMaddress } from "./maddress.ts";
import { ipMonitor, wakeMonitor } from "./monitor.ts";
import { ipNeigh } from "./neigh.ts";
import { ipNetns } from "./netns.ts";
import { ipRoute } from "./route/route.ts";
import { ipRule } from "./rule.ts";
import { ipTunnel } from "./tunnel.ts";
import { usage } from "./usage.ts";

/** Returns the exit status, or null when the process goes on as another program. */
type Command = (line: Line) => number | null;

/** The objects in the order in which a beginning of their names is looked up. */
const OBJECTS: readonly (readonly [string, Command | null])[] = [
  ["address", ipAddress],
  ["addrlabel", null],
  ["maddress", ipMaddress],
  ["route", ipRoute],
  ["rule", ipRule],
  ["neighbor", ipNeigh],
  ["neighbour", ipNeigh],
  ["ntable", null],
  ["ntbl", null],
  ["link", ipLink],
  ["l2tp", null],
  ["fou", null],
  ["ila", null],
  ["macsec", null],
  ["tunnel", ipTunnel],
  ["tunl", ipTunnel],
  ["tuntap", null],
  ["tap", null],
  ["token", null],
  ["tcp_metrics", listNothing],
  ["tcpmetrics", listNothing],
  ["monitor", ipMonitor],
  ["xfrm", null],
  ["mroute", listNothing],
  ["mrule", null],
  ["netns", ipNetns],
  ["netconf", null],
  ["vrf", null],
  ["sr", null],
  ["nexthop", listNothing],
  ["mptcp", null],
  ["ioam", null],
  ["stats", null],
  ["help", (line) => usage(line, "ip")],
];

export const ip: Program = {
  path: "/usr/sbin/ip",
  about: "show and change devices, addresses, routes, neighbours and namespaces",
  start: (sys, argv) => runToEnd(sys, () => runIp(sys, argv)),
  wake: (sys, why) => {
    if (why.type === "stdin") runToEnd(sys, () => readBatch(sys));
    else wakeMonitor(sys, why);
  },
};

function runIp(sys: Sys, argv: string[]): number | null {
  const line: Line = { sys, words: argv, at: 1, options: defaultOptions() };
  if (readOptions(line)) return 0;
  if (line.options.batch !== null) return startBatch(line, line.options.batch);
  return runObject(line);
}

function runObject(line: Line): number | null {
  const { sys } = line;
  const name = line.words[line.at++];
  if (name === undefined) usage(line, "ip");
  for (const [object, command] of OBJECTS) {
    if (!matches(name, object)) continue;
    return command === null ? notSimulated(sys, `ip ${object}`) : command(line);
  }
  return quit(sys, `Object "${name}" is unknown, try "ip help".\n`, 1);
}

/** What `ip -batch -` has read of stdin so far. */
interface Batch {
  options: Options;
  text: string;
}

function startBatch({ sys, options }: Line, name: string): number | null {
  if (name === "-") {
    sys.proc.locals = { options, text: "" } satisfies Batch;
    return readBatch(sys);
  }
  const text = readFile(sys.world, place(sys), name);
  if (typeof text === "string") return runBatch(sys, options, name, text);
  return quit(sys, `Cannot open file "${name}" for reading: ${strerror(text)}\n`, 1);
}

function readBatch(sys: Sys): number | null {
  const batch = sys.proc.locals as Batch;
  const { text, eof } = readAll(sys);
  batch.text += text;
  if (eof) return runBatch(sys, batch.options, "-", batch.text);
  awaitInput(sys);
  return null;
}

/** do_batch of lib/utils.c: a command a line, until one fails, or with -force to the end. */
function runBatch(sys: Sys, options: Options, name: string, text: string): number {
  let status = 0;
  for (const [at, row] of text.split("\n").entries()) {
    const words = row
      .replace(/#.*/, "")
      .split(/\s+/)
      .filter((word) => word !== "");
    if (words.length === 0) continue;
    if (runRow(sys, { ...options }, words) === 0) continue;
    write(sys, 2, `Command failed ${name}:${at + 1}\n`);
    status = 1;
    if (!options.force) break;
  }
  return status;
}

function runRow(sys: Sys, options: Options, words: string[]): number {
  try {
    const status = runObject({ sys, words, at: 0, options });
    return status ?? notSimulated(sys, "a command that goes on within ip -batch");
  } catch (error) {
    if (!(error instanceof Quit)) throw error;
    return error.status;
  }
}

/** Lists what there never is any of here; what would change it is not simulated. */
function listNothing(line: Line): number {
  const verb = line.words[line.at] ?? "show";
  return matches(verb, "show", "list", "lst") ? 0 : notSimulated(line.sys, `ip ${line.words[line.at - 1]} ${verb}`);
}

/** Reads the words that begin with "-"; true when one of them was all that was wanted (-V). */
function readOptions(line: Line): boolean {
  for (let text = line.words[line.at]; text?.startsWith("-"); text = line.words[line.at]) {
    line.at++;
    if (text === "--") return false;
    const option = text.startsWith("--") ? text.slice(1) : text;
    if (matches(option, "-Version") && option !== "-") {
      write(line.sys, 1, "ip utility, iproute2-6.1.0, libbpf 1.1.2\n");
      return true;
    }
    if (!setOption(line, option)) quit(line.sys, `Option "${option}" is unknown, try "ip -help".\n`, 255);
  }
  return false;
}

/** Applies one option; the order is that in which iproute2 tries them. False: there is none of that name. */
function setOption(line: Line, option: string): boolean {
  const { options } = line;
  const is = (...names: string[]) => option.length > 1 && matches(option, ...names);
  if (is("-loops")) optionValue(line);
  else if (is("-family")) setFamily(line, optionValue(line));
  else if (option === "-4") options.family = "inet";
  else if (option === "-6") options.family = "inet6";
  else if (option === "-0") options.family = "link";
  else if (option === "-M" || option === "-B") notSimulated(line.sys, `ip ${option}`);
  else if (is("-human-readable")) options.human = true;
  else if (option === "-iec") options.human = true;
  else if (is("-stats", "-statistics")) options.stats++;
  else if (is("-details")) options.details++;
  else if (is("-resolve")) return true;
  else if (is("-oneline")) options.oneline = true;
  else if (is("-timestamp")) options.timestamp = "long";
  else if (is("-tshort") || option === "-ts") options.timestamp = "short";
  else if (is("-force")) options.force = true;
  else if (is("-batch")) options.batch = optionValue(line);
  else if (is("-brief")) options.brief = true;
  else if (is("-json")) options.json = true;
  else if (is("-pretty")) options.pretty = true;
  else if (is("-rcvbuf")) optionValue(line);
  else if (isColor(option)) options.color = !/=(auto|never)$/.test(option);
  else if (is("-help")) usage(line, "ip");
  else if (is("-netns")) enterNetns(line, line.words[line.at++] ?? "(null)");
  else if (is("-Numeric")) return true;
  else if (is("-all")) options.all = true;
  else return false;
  return true;
}

/** -c, -color, -color=WHEN; auto means a terminal, which a program's output never is here. */
export function isColor(option: string): boolean {
  const [name = "", when] = option.split("=");
  return name.length > 1 && matches(name, "-color") && (when === undefined || /^(always|auto|never)$/.test(when));
}

function optionValue(line: Line): string {
  return line.words[line.at++] ?? usage(line, "ip");
}

function setFamily(line: Line, name: string): void {
  if (name === "inet" || name === "inet6" || name === "link") line.options.family = name;
  else if (name === "mpls" || name === "bridge") notSimulated(line.sys, `ip -family ${name}`);
  else invarg(line, "invalid protocol family", name);
}

/** `-netns NAME`: the process itself goes there. */
function enterNetns(line: Line, name: string): void {
  const found = netnsByName(line.sys, name);
  if (found === null) {
    quit(line.sys, `Cannot open network namespace "${name}": No such file or directory\n`, 255);
  }
  line.sys.proc.netns = found.id;
}
