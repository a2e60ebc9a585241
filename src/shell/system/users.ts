/** Users and groups of Debian 12 as /etc/passwd and /etc/group have them, and `id` and `whoami`, which read them. */
import type { Sys } from "../types.ts";

export interface User {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
}

const NOLOGIN = "/usr/sbin/nologin";

function user(name: string, uid: number, gid: number, home: string, shell = NOLOGIN): User {
  return { name, uid, gid, home, shell };
}

export const USERS: readonly User[] = [
  user("root", 0, 0, "/root", "/bin/bash"),
  user("daemon", 1, 1, "/usr/sbin"),
  user("bin", 2, 2, "/bin"),
  user("sys", 3, 3, "/dev"),
  user("sync", 4, 65534, "/bin", "/bin/sync"),
  user("games", 5, 60, "/usr/games"),
  user("man", 6, 12, "/var/cache/man"),
  user("lp", 7, 7, "/var/spool/lpd"),
  user("mail", 8, 8, "/var/mail"),
  user("news", 9, 9, "/var/spool/news"),
  user("uucp", 10, 10, "/var/spool/uucp"),
  user("proxy", 13, 13, "/bin"),
  user("www-data", 33, 33, "/var/www"),
  user("backup", 34, 34, "/var/backups"),
  user("list", 38, 38, "/var/list"),
  user("irc", 39, 39, "/run/ircd"),
  user("_apt", 42, 65534, "/nonexistent"),
  user("nobody", 65534, 65534, "/nonexistent"),
];

/** Groups that bear another name than the user of their number. */
const GROUPS: Readonly<Record<number, string>> = { 12: "man", 60: "games", 65534: "nogroup" };

function groupName(gid: number): string | undefined {
  return GROUPS[gid] ?? USERS.find((u) => u.uid === gid && u.gid === gid)?.name;
}

/** "USER", "UID", "USER:GROUP" or numbers, as `docker --user` takes it. A string: why there is none such. */
export function findUser(text: string): { uid: number; gid: number } | string {
  const [name = "", group] = text.split(":");
  const known = USERS.find((u) => u.name === name || String(u.uid) === name);
  if (!known && !/^\d+$/.test(name)) return `unable to find user ${name}: no matching entries in passwd file`;
  const uid = known?.uid ?? Number(name);
  if (group === undefined || group === "") return { uid, gid: known?.gid ?? 0 };
  const named = [...Object.entries(GROUPS), ...USERS.map((u) => [u.gid, u.name] as const)].find(([, n]) => n === group);
  if (!named && !/^\d+$/.test(group)) return `unable to find group ${group}: no matching entries in group file`;
  return { uid, gid: named ? Number(named[0]) : Number(group) };
}

const shown = (number: number, name: string | undefined) => (name === undefined ? `${number}` : `${number}(${name})`);

/** `id`, with -u, -g and -n. */
export function id(sys: Sys, args: readonly string[]): string {
  const { uid, gid = 0 } = sys.proc;
  const options = args.filter((a) => a.startsWith("-")).join("");
  const userName = USERS.find((u) => u.uid === uid)?.name;
  const names = options.includes("n");
  if (options.includes("u")) return `${names ? (userName ?? uid) : uid}\n`;
  if (options.includes("g") || options.includes("G")) return `${names ? (groupName(gid) ?? gid) : gid}\n`;
  const group = shown(gid, groupName(gid));
  return `uid=${shown(uid, userName)} gid=${group} groups=${group}\n`;
}

/** `whoami`; null for a number without a name. */
export function whoami(sys: Sys): string | null {
  return USERS.find((u) => u.uid === sys.proc.uid)?.name ?? null;
}
