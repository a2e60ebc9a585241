/** `brctl`: bridge-utils 1.7, which still asks the kernel by ioctl and sysfs. */
import { EBUSY, ELOOP, ERANGE, strerror } from "../../../kernel/errno.ts";
import {
  createBridge,
  setBridgePriority,
  setHelloTime,
  setMaxAge,
  setPathCost,
  setPortFlags,
  setPortPriority,
} from "../../../kernel/netdev/bridge/bridge.ts";
import { setAgeing } from "../../../kernel/netdev/bridge/learn.ts";
import { bridgeAddIf, bridgeDelIf } from "../../../kernel/netdev/bridge/port.ts";
import { setForwardDelay, setStp } from "../../../kernel/netdev/bridge/stp/stp.ts";
import { unregisterNetdevice } from "../../../kernel/netdev/device.ts";
import type { NetDevice } from "../../../kernel/types.ts";
import { devByName } from "../../../kernel/world.ts";
import { capable, write } from "../../process.ts";
import type { Program, Sys } from "../../types.ts";
import { quit, runToEnd } from "../quit.ts";
import { showBridges, showMacs, showStp } from "./brctl-show.ts";

interface Command {
  /** How many arguments there must be; more are passed over. */
  readonly args: number;
  readonly help: string;
  run(sys: Sys, args: string[]): number;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  addbr: { args: 1, help: "<bridge>\t\tadd bridge", run: addBridge },
  delbr: { args: 1, help: "<bridge>\t\tdelete bridge", run: deleteBridge },
  addif: { args: 2, help: "<bridge> <device>\tadd interface to bridge", run: addInterfaces },
  delif: { args: 2, help: "<bridge> <device>\tdelete interface from bridge", run: deleteInterfaces },
  hairpin: { args: 3, help: "<bridge> <port> {on|off}\tturn hairpin on/off", run: setHairpin },
  setageing: { args: 2, help: "<bridge> <time>\t\tset ageing time", run: setAgeingTime },
  setbridgeprio: { args: 2, help: "<bridge> <prio>\t\tset bridge priority", run: setPriority },
  setfd: { args: 2, help: "<bridge> <time>\t\tset bridge forward delay", run: setDelay },
  sethello: { args: 2, help: "<bridge> <time>\t\tset hello time", run: setHello },
  setmaxage: { args: 2, help: "<bridge> <time>\t\tset max message age", run: setMaxMessageAge },
  setpathcost: { args: 3, help: "<bridge> <port> <cost>\tset path cost", run: setCost },
  setportprio: { args: 3, help: "<bridge> <port> <prio>\tset port priority", run: setPortPrio },
  show: { args: 0, help: "[ <bridge> ]\t\tshow a list of bridges", run: showBridges },
  showmacs: {
    args: 1,
    help: "<bridge>\t\tshow a list of mac addrs",
    run: (sys, [name = ""]) => showMacs(sys, name),
  },
  showstp: { args: 1, help: "<bridge>\t\tshow bridge stp info", run: (sys, [name = ""]) => showStp(sys, name) },
  stp: { args: 2, help: "<bridge> {on|off}\tturn stp on/off", run: setStpState },
};

export const brctl: Program = {
  path: "/usr/sbin/brctl",
  about: "make bridges, plug interfaces into them, show what they learned",
  start: (sys, argv) => runToEnd(sys, () => runBrctl(sys, argv.slice(1))),
};

function usage(sys: Sys): void {
  const lines = Object.entries(COMMANDS).map(([name, { help }]) => `\t${name.padEnd(10)}\t${help}\n`);
  write(sys, 1, `Usage: brctl [commands]\ncommands:\n${lines.join("")}`);
}

function runBrctl(sys: Sys, words: string[]): number {
  const [name, ...args] = words;
  if (name === undefined) {
    usage(sys);
    return 1;
  }
  if (/^(-h|--help|-V|--version)$/.test(name)) {
    if (name === "-h" || name === "--help") usage(sys);
    else write(sys, 1, "bridge-utils, 1.7\n");
    return 0;
  }
  const option = words.find((word) => /^-./.test(word));
  if (option !== undefined) {
    usage(sys);
    const said = option.startsWith("--") ? `unrecognized option '${option}'` : `invalid option -- '${option[1]}'`;
    quit(sys, `brctl: ${said}\nUnknown option '?'\n`, 1);
  }
  const command = Object.hasOwn(COMMANDS, name) ? (COMMANDS[name] as Command) : null;
  if (command === null) {
    usage(sys);
    quit(sys, `never heard of command [${name}]\n`, 1);
  }
  if (args.length < command.args) {
    write(sys, 1, `Incorrect number of arguments for command\nUsage: brctl ${name} ${command.help}\n`);
    return 1;
  }
  return command.run(sys, args);
}

function device(sys: Sys, name: string): NetDevice | null {
  return devByName(sys.world, sys.proc.netns, name);
}

const EPERM_WORDS = "Operation not permitted";
const NO_DEVICE = "No such device";

function addBridge(sys: Sys, [name = ""]: string[]): number {
  if (!capable(sys, "NET_ADMIN")) quit(sys, `add bridge failed: ${EPERM_WORDS}\n`, 1);
  const short = name.slice(0, 15);
  if (device(sys, short) !== null) {
    quit(sys, `device ${name} already exists; can't create bridge with the same name\n`, 1);
  }
  const made = createBridge(sys.world, sys.proc.netns, { name: short });
  if (typeof made === "number") quit(sys, `add bridge failed: ${strerror(made)}\n`, 1);
  return 0;
}

function deleteBridge(sys: Sys, [name = ""]: string[]): number {
  const found = device(sys, name);
  if (!capable(sys, "NET_ADMIN")) quit(sys, `can't delete bridge ${name}: ${EPERM_WORDS}\n`, 1);
  if (found === null) quit(sys, `bridge ${name} doesn't exist; can't delete it\n`, 1);
  if (found.bridge === null) quit(sys, `can't delete bridge ${name}: ${EPERM_WORDS}\n`, 1);
  if (found.up) quit(sys, `bridge ${name} is still up; can't delete it\n`, 1);
  unregisterNetdevice(sys.world, found.id);
  return 0;
}

function addInterfaces(sys: Sys, [name = "", ...ports]: string[]): number {
  for (const port of ports) {
    const one = device(sys, port);
    if (one === null) quit(sys, `interface ${port} does not exist!\n`, 1);
    const bridge = device(sys, name);
    if (bridge === null) quit(sys, `bridge ${name} does not exist!\n`, 1);
    const failed = (words: string): never => quit(sys, `can't add ${port} to bridge ${name}: ${words}\n`, 1);
    if (bridge.bridge === null) failed("Operation not supported");
    if (!capable(sys, "NET_ADMIN")) failed(EPERM_WORDS);
    const errno = bridgeAddIf(sys.world, bridge.id, one.id);
    if (errno === EBUSY) {
      quit(sys, `device ${port} is already a member of a bridge; can't add it to bridge ${name}.\n`, 1);
    }
    if (errno === ELOOP) {
      quit(sys, `device ${port} is a bridge device itself; can't add a bridge device to a bridge device.\n`, 1);
    }
    if (errno !== 0) failed(strerror(errno));
  }
  return 0;
}

function deleteInterfaces(sys: Sys, [name = "", ...ports]: string[]): number {
  for (const port of ports) {
    const one = device(sys, port);
    if (one === null) quit(sys, `interface ${port} does not exist!\n`, 1);
    const bridge = device(sys, name);
    if (bridge === null) quit(sys, `bridge ${name} does not exist!\n`, 1);
    const failed = (words: string): never => quit(sys, `can't delete ${port} from ${name}: ${words}\n`, 1);
    if (bridge.bridge === null) failed("Operation not supported");
    if (!capable(sys, "NET_ADMIN")) failed(EPERM_WORDS);
    if (bridgeDelIf(sys.world, bridge.id, one.id) !== 0) quit(sys, `device ${port} is not a port of ${name}\n`, 1);
  }
  return 0;
}

/** "on", "off" and their like, or a complaint. */
function onOff(sys: Sys, text: string): boolean {
  if (/^(on|yes|1)$/.test(text)) return true;
  if (/^(off|no|0)$/.test(text)) return false;
  return quit(sys, "expect on/off for argument\n", 1);
}

/** The bridge whose setting is to change; `what` failed if that cannot be. */
function settable(sys: Sys, name: string, what: string): NetDevice {
  const found = device(sys, name);
  if (found === null) quit(sys, `${what} failed: ${NO_DEVICE}\n`, 1);
  if (found.bridge === null) quit(sys, `${what} failed: Operation not supported\n`, 1);
  if (!capable(sys, "NET_ADMIN")) quit(sys, `${what} failed: ${EPERM_WORDS}\n`, 1);
  return found;
}

/** The port whose setting is to change. brctl writes to the port's own files in /sys: of which bridge it is does not matter. */
function settablePort(sys: Sys, name: string, port: string, what: string): NetDevice {
  const found = device(sys, port);
  if (found?.port && capable(sys, "NET_ADMIN")) return found;
  settable(sys, name, what);
  return quit(sys, `${what} failed: ${found === null ? NO_DEVICE : "No such file or directory"}\n`, 1);
}

function finish(sys: Sys, what: string, errno: number): number {
  if (errno !== 0) quit(sys, `${what} failed: ${strerror(errno)}\n`, 1);
  return 0;
}

function seconds(sys: Sys, text: string, complaint: string): number {
  const number = /^[0-9]*\.?[0-9]+$|^[0-9]+\.$/.test(text) ? Number(text) : null;
  return number === null ? quit(sys, `${complaint}\n`, 1) : Math.round(number * 100) * 10_000_000;
}

function whole(sys: Sys, text: string, complaint: string): number {
  return /^[0-9]+$/.test(text) ? Number(text) : quit(sys, `${complaint}\n`, 1);
}

function setStpState(sys: Sys, [name = "", text = ""]: string[]): number {
  const on = onOff(sys, text);
  setStp(sys.world, settable(sys, name, "set stp status"), on);
  return 0;
}

function setAgeingTime(sys: Sys, [name = "", text = ""]: string[]): number {
  const age_ns = seconds(sys, text, "bad ageing time value");
  setAgeing(sys.world, settable(sys, name, "set ageing time"), age_ns);
  return 0;
}

function setDelay(sys: Sys, [name = "", text = ""]: string[]): number {
  const delay_ns = seconds(sys, text, "bad forward delay value");
  const what = "set forward delay";
  return finish(sys, what, setForwardDelay(settable(sys, name, what), delay_ns));
}

function setHello(sys: Sys, [name = "", text = ""]: string[]): number {
  const hello_ns = seconds(sys, text, "bad hello timer value");
  const what = "set hello timer";
  return finish(sys, what, setHelloTime(settable(sys, name, what), hello_ns));
}

function setMaxMessageAge(sys: Sys, [name = "", text = ""]: string[]): number {
  const age_ns = seconds(sys, text, "bad max age value");
  const what = "set max age";
  return finish(sys, what, setMaxAge(settable(sys, name, what), age_ns));
}

function setPriority(sys: Sys, [name = "", text = ""]: string[]): number {
  const priority = whole(sys, text, "bad priority");
  setBridgePriority(sys.world, settable(sys, name, "set bridge priority"), priority);
  return 0;
}

function setPortPrio(sys: Sys, [name = "", port = "", text = ""]: string[]): number {
  const priority = whole(sys, text, "bad path priority value");
  const what = "set port priority";
  return finish(sys, what, setPortPriority(sys.world, settablePort(sys, name, port, what).id, priority));
}

function setCost(sys: Sys, [name = "", port = "", text = ""]: string[]): number {
  const cost = whole(sys, text, "bad path cost value");
  const what = "set path cost";
  const errno = cost > 0xffff_ffff ? ERANGE : setPathCost(sys.world, settablePort(sys, name, port, what).id, cost);
  return finish(sys, what, errno);
}

function setHairpin(sys: Sys, [name = "", port = "", text = ""]: string[]): number {
  const on = onOff(sys, text);
  const one = device(sys, port);
  if (one === null) quit(sys, `interface ${port} does not exist!\n`, 1);
  const bridge = device(sys, name);
  if (bridge === null) quit(sys, `bridge ${name} does not exist!\n`, 1);
  const failed = (words: string): never => quit(sys, `can't set ${port} to hairpin on bridge ${name}: ${words}\n`, 1);
  if (one.port === null) failed("No such file or directory");
  if (!capable(sys, "NET_ADMIN")) failed("Operation not supported");
  setPortFlags(sys.world, one.id, { hairpin: on });
  return 0;
}
