/**
 * The files that a program sees: those written down for its node, those computed from the kernel (/proc, /sys), a skeleton of
 * directories, and the installed programs. There are no permissions, links or times.
 */
import { EEXIST, EINVAL, ENOENT } from "../kernel/errno.ts";
import type { NetnsId } from "../kernel/types.ts";
import { listProc, openProcForWrite, readProc, writeProc } from "./proc/procfs.ts";
import { readSyslog, SYSLOG } from "./syslog.ts";
import type { NodeId, Program, Programs, ShellWorld } from "./types.ts";

export const EISDIR = -21;
export const ENOTDIR = -20;

/** From where a path is looked at. */
export interface Place {
  node: NodeId;
  netns: NetnsId;
  cwd: string;
}

/** Directories that every node has. */
export const SKELETON: readonly string[] = [
  "/",
  ..."/bin /boot /dev /etc /home /lib /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /var".split(
    " ",
  ),
  ..."/usr/bin /usr/sbin /usr/lib /usr/share /usr/local /usr/local/bin /usr/local/sbin /var/log /var/run /var/www /var/www/html".split(
    " ",
  ),
];

/** An absolute path without ".", ".." and doubled slashes. */
export function resolvePath(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function isComputed(path: string): boolean {
  return /^\/(proc|sys|(var\/)?run\/netns)(\/|$)/.test(path);
}

/** The content of a file, or an errno (ENOENT, EISDIR …). */
export function readFile(world: ShellWorld, place: Place, path: string): string | number {
  const full = resolvePath(place.cwd, path);
  if (full === "/dev/null") return "";
  if (isComputed(full)) {
    const text = readProc(world, place.netns, full);
    if (text !== null) return text;
  }
  const text = (full === SYSLOG ? readSyslog(world, place.node) : null) ?? world.nodes[place.node]?.files[full];
  if (text !== undefined) return path.endsWith("/") ? ENOTDIR : text;
  return listDirectory(world, place, full) ? EISDIR : ENOENT;
}

/** Makes or empties a file before it is written to (`append`: only makes it). 0 or an errno. */
export function openForWrite(world: ShellWorld, place: Place, path: string, append: boolean): number {
  const full = resolvePath(place.cwd, path);
  if (full === "/dev/null") return 0;
  if (listDirectory(world, place, full)) return EISDIR;
  if (isComputed(full)) return openProcForWrite(world, place.node, place.netns, full);
  const parent = full.slice(0, full.lastIndexOf("/")) || "/";
  if (!listDirectory(world, place, parent)) return ENOENT;
  const files = world.nodes[place.node]?.files;
  if (files && (!append || files[full] === undefined)) files[full] = "";
  return 0;
}

/** Appends to a file that `openForWrite` has opened; a file of /proc/sys takes the value. 0 or an errno. */
export function appendFile(world: ShellWorld, node: NodeId, path: string, text: string, netns: NetnsId): number {
  if (path === "/dev/null") return 0;
  if (isComputed(path)) return writeProc(world, netns, path, text);
  const files = world.nodes[node]?.files;
  if (!files) return EINVAL;
  files[path] = (files[path] ?? "") + text;
  return 0;
}

/** Names in a directory, sorted; null if it is none. */
export function listDirectory(world: ShellWorld, place: Place, path: string): string[] | null {
  const full = resolvePath(place.cwd, path);
  const computed = isComputed(full) ? listProc(world, place.netns, full) : null;
  const prefix = full === "/" ? "/" : `${full}/`;
  const names = new Set(computed ?? []);
  let found = computed !== null || SKELETON.includes(full) || full === "/";
  for (const known of [...Object.keys(world.nodes[place.node]?.files ?? {}), ...SKELETON]) {
    if (!known.startsWith(prefix) || known === full) continue;
    found = true;
    names.add(known.slice(prefix.length).split("/")[0] as string);
  }
  if (full === "/var/log" && readSyslog(world, place.node) !== null) names.add("messages");
  return found ? [...names].filter((n) => n !== "").sort() : null;
}

/** Makes an empty directory by a marker inside it. 0 or an errno. */
export function makeDirectory(world: ShellWorld, place: Place, path: string): number {
  const full = resolvePath(place.cwd, path);
  const files = world.nodes[place.node]?.files;
  if (listDirectory(world, place, full) || files?.[full] !== undefined) return EEXIST;
  if (!listDirectory(world, place, full.slice(0, full.lastIndexOf("/")) || "/")) return ENOENT;
  if (files) files[`${full}/`] = "";
  return 0;
}

/** The program that a command word names on a node, by name or by its path; null if it is not installed there. */
export function findProgram(world: ShellWorld, programs: Programs, node: NodeId, word: string): string | null {
  const name = word.startsWith("/") ? word.slice(word.lastIndexOf("/") + 1) : word;
  const program: Program | undefined = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (!program?.path || world.nodes[node]?.missing.includes(name)) return null;
  return word.startsWith("/") && !samePlace(program.path, word) ? null : name;
}

/** /bin is /usr/bin on Debian 12, /sbin is /usr/sbin. */
function samePlace(path: string, word: string): boolean {
  return path === word || path === `/usr${word}`;
}
