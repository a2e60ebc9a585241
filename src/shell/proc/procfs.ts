/**
 * Files that the kernel computes, as far as the network is in them: /proc/net, /proc/sys and /sys/class/net, each as seen from
 * a namespace. Links are followed as if they were the directories that they lead to.
 */
import { EACCES, EINVAL, ENOENT, EROFS } from "../../kernel/errno.ts";
import { sysctlGet, sysctlNames, sysctlSet } from "../../kernel/sysctl.ts";
import type { NetnsId } from "../../kernel/types.ts";
import { onItsWay } from "../later.ts";
import type { NodeId, ShellWorld } from "../types.ts";

const NET_DIRECTORIES = ["/proc/net", "/proc/self/net", "/proc/thread-self/net"];
const SYS_NET = ["/sys/class/net", "/sys/devices/virtual/net"];
const SYS = "/proc/sys";

/** The files below a directory; paths are what stands behind it. Answers as readProc and its like below. */
export interface ProcFiles {
  read(world: ShellWorld, netns: NetnsId, path: string): string | number | null;
  list(world: ShellWorld, netns: NetnsId, path: string): string[] | null;
  canWrite(world: ShellWorld, netns: NetnsId, path: string): boolean;
  write(world: ShellWorld, netns: NetnsId, path: string, value: string): number;
}

function stillOnTheirWay(directory: string): ProcFiles {
  const files = () => onItsWay(directory);
  return { read: files, list: files, canWrite: files, write: files };
}

/** /proc/net and /sys/class/net: fetched behind the first picture. */
const later = { procNet: stillOnTheirWay("/proc/net"), sysNet: stillOnTheirWay("/sys/class/net") };

export function installProcFiles(files: Readonly<typeof later>): void {
  Object.assign(later, files);
}

/** The part of a path behind one of the directories, without a slash at its ends; null if it isn't there. */
function below(path: string, ...directories: string[]): string | null {
  for (const directory of directories) {
    if (path === directory) return "";
    if (path.startsWith(`${directory}/`)) return path.slice(directory.length + 1);
  }
  return null;
}

function sysctlName(path: string): string {
  return path.replaceAll("/", ".");
}

/** The content of a file, an errno when reading it fails (EINVAL for the carrier of what is down), or null if there is none. */
export function readProc(world: ShellWorld, netns: NetnsId, path: string): string | number | null {
  const net = below(path, ...NET_DIRECTORIES);
  if (net !== null) return later.procNet.read(world, netns, net);
  const setting = below(path, SYS);
  if (setting !== null) {
    const value = setting === "" ? null : sysctlGet(world, netns, sysctlName(setting));
    return value === null ? null : `${value}\n`;
  }
  const sys = below(path, ...SYS_NET);
  return sys === null ? null : later.sysNet.read(world, netns, sys);
}

/** What `ip netns add` has put into /run/netns of the machine; null before, and elsewhere than in its first namespace. */
function namesOfNetns(world: ShellWorld, id: NetnsId): string[] | null {
  const home = world.machines.find((machine) => machine.initNetns === id);
  const names = world.netns.flatMap((space) => (space?.machine === home?.id && space?.name ? [space.name] : []));
  return home === undefined || names.length === 0 ? null : names.sort();
}

/** Names in a directory, or null if there is none. */
export function listProc(world: ShellWorld, netns: NetnsId, path: string): string[] | null {
  if (path === "/run/netns" || path === "/var/run/netns") return namesOfNetns(world, netns);
  if (path === "/proc") return ["net", "sys"];
  if (path === "/sys") return ["class", "devices"];
  if (path === "/sys/class") return ["net"];
  if (path === "/sys/devices") return ["virtual"];
  if (path === "/sys/devices/virtual") return ["net"];
  const net = below(path, ...NET_DIRECTORIES);
  if (net !== null) return later.procNet.list(world, netns, net);
  const setting = below(path, SYS);
  if (setting !== null) return listSettings(world, netns, setting);
  const sys = below(path, ...SYS_NET);
  return sys === null ? null : later.sysNet.list(world, netns, sys);
}

/** Devices may have dots in their names; those of settings have none. */
function listSettings(world: ShellWorld, netns: NetnsId, path: string): string[] | null {
  const prefix = path === "" ? "" : `${sysctlName(path)}.`;
  const isDevice = /^net\.ipv[46]\.(conf|neigh)\.$/.test(prefix);
  const names = new Set<string>();
  for (const name of sysctlNames(world, netns)) {
    if (!name.startsWith(prefix)) continue;
    const rest = name.slice(prefix.length);
    const dot = isDevice ? rest.lastIndexOf(".") : rest.indexOf(".");
    names.add(dot < 0 ? rest : rest.slice(0, dot));
  }
  return names.size === 0 ? null : [...names].sort();
}

/** Whether a file may be opened for writing: 0, ENOENT, EACCES (only to be read), EROFS (in a container, mounted read-only). */
export function openProcForWrite(world: ShellWorld, node: NodeId, netns: NetnsId, path: string): number {
  const there = readProc(world, netns, path);
  const sys = below(path, ...SYS_NET);
  const writable = sys === null ? below(path, SYS) !== null : later.sysNet.canWrite(world, netns, sys);
  if (there === null && (sys === null || !writable)) return ENOENT;
  if (node.includes("/")) return EROFS;
  return writable ? 0 : EACCES;
}

/** Writes a value; 0 or an errno. */
export function writeProc(world: ShellWorld, netns: NetnsId, path: string, text: string): number {
  const setting = below(path, SYS);
  if (setting !== null) return sysctlSet(world, netns, sysctlName(setting), text);
  const sys = below(path, ...SYS_NET);
  return sys === null ? EINVAL : later.sysNet.write(world, netns, sys, text.trim());
}
