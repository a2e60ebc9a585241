/** `ip netns`: named namespaces. ip/ipnetns.c. */
import { strerror } from "../../../kernel/errno.ts";
import { createNetns, putNetns } from "../../../kernel/netns.ts";
import { nsidOf } from "../../../kernel/nsid.ts";
import { sysctlSet } from "../../../kernel/sysctl.ts";
import type { Netns, NetnsId } from "../../../kernel/types.ts";
import { dev } from "../../../kernel/world.ts";
import { findProgram } from "../../files.ts";
import { capable, exec } from "../../process.ts";
import { hangUpTerminals } from "../../terminal.ts";
import { namedNetns, netnsByName, netnsName, netnsOfPid } from "../netns-names.ts";
import { notSimulated, quit } from "../quit.ts";
import { answer, type Line, matches, needAdmin, netnsOfLine, print, take, word } from "./args.ts";
import { printJson } from "./json.ts";
import { unsigned } from "./number.ts";
import { usage } from "./usage.ts";

export function ipNetns(line: Line): number | null {
  const verb = take(line);
  if (verb === undefined || matches(verb, "list", "show", "lst")) return listNetns(line);
  if (matches(verb, "list-id")) return listIds(line);
  if (matches(verb, "help")) usage(line, "netns");
  if (matches(verb, "add")) return addNetns(line);
  if (matches(verb, "set")) return setNetns(line);
  if (matches(verb, "delete")) return deleteNetns(line);
  if (matches(verb, "identify")) return identify(line);
  if (matches(verb, "pids")) return pids(line);
  if (matches(verb, "exec")) return execIn(line);
  if (matches(verb, "attach")) return attachNetns(line);
  if (matches(verb, "monitor")) notSimulated(line.sys, `ip netns ${verb}`);
  return quit(line.sys, `Command "${verb}" is unknown, try "ip netns help".\n`, 255);
}

function listNetns(line: Line): number {
  const first = firstNsid(line);
  const listed = namedNetns(line.sys).map((netns) => {
    const id = nsidOf(line.sys.world, netnsOfLine(line), netns.id);
    return { name: netns.name ?? "", ...(id === null ? {} : { id: id + first }) };
  });
  if (line.options.json) printJson(line, listed);
  else for (const { name, id } of listed) print(line, `${name}${id === undefined ? "" : ` (id: ${id})`}\n`);
  return 0;
}

/**
 * The number that `ip netns` has for the first namespace of `nsids`: 1 where a card's wire leads out of the machine, whose far
 * end has taken number 0. `link-netnsid` is counted without it.
 */
function firstNsid(line: Line): number {
  const { world, proc } = line.sys;
  const { id, devs } = world.netns[netnsOfLine(line)] as Netns;
  const isHome = world.machines[proc.machine]?.initNetns === id;
  return isHome && devs.some((one) => dev(world, one).kind === "nic") ? 1 : 0;
}

function listIds(line: Line): number {
  const { nsids } = line.sys.world.netns[netnsOfLine(line)] as Netns;
  const first = firstNsid(line);
  if (first > 0) print(line, "nsid 0 \n");
  nsids.forEach((netns, id) => {
    if (netns < 0) return;
    const name = netnsName(line.sys, netns);
    print(line, `nsid ${id + first} ${name === null ? "" : `(iproute2 netns name: ${name})`}\n`);
  });
  return 0;
}

function nameArgument(line: Line): string {
  const name = take(line);
  if (name === undefined) quit(line.sys, "No netns name specified\n", 1);
  if (name === "" || name === "." || name === ".." || name.includes("/")) {
    quit(line.sys, `Invalid netns name "${name}"\n`, 255);
  }
  return name;
}

function addNetns(line: Line): number {
  const name = nameArgument(line);
  const { sys } = line;
  if (!capable(sys, "SYS_ADMIN")) quit(sys, "mount --make-shared /run/netns failed: Operation not permitted\n", 1);
  if (netnsByName(sys, name) !== null) {
    quit(sys, `Cannot create namespace file "/run/netns/${name}": File exists\n`, 1);
  }
  const { id } = createNetns(sys.world, sys.proc.machine, name);
  // IPv6 is switched off in a machine's first namespace and in Docker's; a new one begins with the kernel's defaults.
  const off = sys.world.machines[sys.proc.machine]?.ipv6Off === true ? "1" : "0";
  sysctlSet(sys.world, id, "net.ipv6.conf.all.disable_ipv6", off);
  return 0;
}

/** Gives the namespace of a process a name. */
function attachNetns(line: Line): number {
  const { sys } = line;
  const name = take(line);
  const text = take(line);
  if (name === undefined || text === undefined) quit(sys, "No netns name and PID specified\n", 1);
  const pid = unsigned(text, 0x7fff_ffff);
  if (!pid) quit(sys, `Invalid PID: ${text}\n`, 1);
  if (!capable(sys, "SYS_ADMIN")) quit(sys, "mount --make-shared /run/netns failed: Operation not permitted\n", 1);
  const path = `/run/netns/${name}`;
  if (netnsByName(sys, name) !== null) quit(sys, `Cannot create namespace file "${path}": File exists\n`, 1);
  const netns = sys.world.netns[netnsOfPid(sys, pid) ?? -1];
  if (!netns) quit(sys, `Bind /proc/${pid}/ns/net -> ${path} failed: No such file or directory\n`, 1);
  netns.name = name;
  return 0;
}

/** The name goes at once; the namespace itself when no process is left in it. A terminal that was opened there is closed. */
function deleteNetns(line: Line): number {
  const { sys } = line;
  const names = line.options.all ? namedNetns(sys).map((n) => n.name as string) : [nameArgument(line)];
  for (const name of names) {
    const found = netnsByName(sys, name);
    if (found === null) {
      quit(sys, `Cannot remove namespace file "/run/netns/${name}": No such file or directory\n`, 1);
    }
    if (!capable(sys, "SYS_ADMIN")) {
      quit(sys, `Cannot remove namespace file "/run/netns/${name}": Device or resource busy\n`, 1);
    }
    found.name = null;
    hangUpTerminals(sys.world, sys.programs, found.id);
    if (!isInhabited(line, found.id)) putNetns(sys.world, found);
  }
  return 0;
}

function isInhabited(line: Line, id: NetnsId): boolean {
  const { procs, nodes } = line.sys.world;
  return procs.some((p) => p?.netns === id && p.exit === null) || Object.values(nodes).some((n) => n.netns === id);
}

function setNetns(line: Line): number {
  const name = nameArgument(line);
  const wanted = take(line);
  if (wanted === undefined) quit(line.sys, "No netns nsid specified\n", 255);
  const given = wanted === "auto" ? -1 : unsigned(wanted, 0x7fff_ffff);
  if (given === null) quit(line.sys, `Invalid "netnsid" value\n`, 255);
  const found = netnsByName(line.sys, name);
  if (found === null) quit(line.sys, `Cannot open network namespace "${name}": No such file or directory\n`, 1);
  needAdmin(line);
  const { nsids } = line.sys.world.netns[netnsOfLine(line)] as Netns;
  if (nsids.includes(found.id)) return answer(line, -17, "Peer netns already has a nsid assigned");
  const id = given < 0 ? -1 : given - firstNsid(line);
  if (given === 0 && id < 0) return answer(line, -17, "The specified nsid is already used");
  if (id >= 0 && nsids[id] !== undefined && nsids[id] !== -1)
    return answer(line, -17, "The specified nsid is already used");
  if (id > 65535) notSimulated(line.sys, "a namespace id above 65535");
  const free = nsids.indexOf(-1);
  const at = id >= 0 ? id : free >= 0 ? free : nsids.length;
  while (nsids.length < at) nsids.push(-1);
  nsids[at] = found.id;
  return 0;
}

function identify(line: Line): number {
  const text = take(line);
  const pid = text === undefined || text === "self" ? null : unsigned(text);
  if (text !== undefined && text !== "self" && pid === null) {
    quit(line.sys, `Specified string '${text}' is not a pid\n`, 255);
  }
  const of = pid === null ? netnsOfLine(line) : netnsOfPid(line.sys, pid);
  if (of === null) {
    quit(line.sys, `Stat of netns failed: ${strerror(-2)}\n`, 255);
  }
  print(line, `${netnsName(line.sys, of) ?? ""}\n`);
  return 0;
}

function pids(line: Line): number {
  const name = nameArgument(line);
  const found = netnsByName(line.sys, name);
  if (found === null) quit(line.sys, `Cannot open network namespace "${name}": No such file or directory\n`, 255);
  const inside = line.sys.world.procs.filter((p) => p?.netns === found.id && p.exit === null);
  for (const p of inside) print(line, `${p?.pid}\n`);
  return 0;
}

/** `ip -all netns exec`: in each namespace after its name, one after another, as a shell would do it. */
function execInAll(line: Line): null {
  const { sys } = line;
  const words = line.words.slice(line.at);
  if (words.length === 0) quit(sys, "No command specified\n", 1);
  const quoted = words.map((text) => `'${text.replaceAll("'", "'\\''")}'`).join(" ");
  const script = namedNetns(sys).map(({ name }) => `printf '\\nnetns: %s\\n' ${name}; ip netns exec ${name} ${quoted}`);
  exec(sys.world, sys.proc, "bash", ["bash", "-c", script.join("; ")]);
  return null;
}

/** The process goes into the namespace and becomes the other program. */
function execIn(line: Line): null {
  const { sys } = line;
  if (line.options.all) return execInAll(line);
  const name = nameArgument(line);
  const command = word(line);
  if (command === undefined) quit(sys, "No command specified\n", 1);
  const found = netnsByName(sys, name);
  if (found === null) quit(sys, `Cannot open network namespace "${name}": No such file or directory\n`, 255);
  if (!capable(sys, "SYS_ADMIN")) {
    quit(sys, `setting the network namespace "${name}" failed: Operation not permitted\n`, 255);
  }
  const program = findProgram(sys.world, sys.programs, sys.proc.node, command);
  if (program === null) {
    quit(sys, `exec of "${command}" failed: No such file or directory\n`, 1);
  }
  sys.proc.netns = found.id;
  exec(sys.world, sys.proc, program, line.words.slice(line.at));
  return null;
}
