/** `readlink` of coreutils 9.1, for the links that there are: those of /sys/class/net, and namespaces of processes. */
import { devByName } from "../../kernel/world.ts";
import { netnsOfPid } from "../commands/netns-names.ts";
import { listDirectory, readFile, resolvePath } from "../files.ts";
import { exit, write } from "../process.ts";
import { place } from "../text/filter.ts";
import { getopt } from "../text/usage.ts";
import type { Program, Sys } from "../types.ts";

const NETS = "/sys/class/net";
const DEVICES = "/sys/devices/virtual/net";
/** The number of the first network namespace of a machine; the others' follow in the order of their making. */
const FIRST_NAMESPACE = 4_026_531_840;

/** What the link at an absolute path holds, or null where there is none. */
export function linkAt(sys: Sys, path: string): string | null {
  const pid = /^\/proc\/(\d+|self)\/ns\/net$/.exec(path)?.[1];
  if (pid !== undefined) {
    const id = pid === "self" ? sys.proc.netns : netnsOfPid(sys, Number(pid));
    return id === null ? null : `net:[${FIRST_NAMESPACE + id}]`;
  }
  const [, name = "", inside] = /^\/sys\/(?:class|devices\/virtual)\/net\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
  if (name === "") return null;
  const { world, proc } = sys;
  const device = devByName(world, proc.netns, name);
  if (device === null) return null;
  if (inside === undefined) return path.startsWith(NETS) ? `../..${DEVICES.slice(4)}/${name}` : null;
  if (inside === "subsystem") return "../../../../class/net";
  const master = device.master === null ? null : (world.devs[device.master]?.name ?? null);
  if (master !== null && (inside === "master" || inside === `upper_${master}`)) return `../${master}`;
  if (master !== null && inside === "brport/bridge") return `../../${master}`;
  const port = /^(?:lower_|brif\/)(.+)$/.exec(inside)?.[1];
  const isPort = device.bridge?.ports.some((id) => world.devs[id]?.name === port) === true;
  if (!isPort) return null;
  return inside.startsWith("brif/") ? `../../${port}/brport` : `../${port}`;
}

/** The path with every link on the way followed. */
export function followed(sys: Sys, path: string): string {
  let done = "";
  for (const part of path.split("/").filter((word) => word !== "")) {
    const here = `${done}/${part}`;
    const link = linkAt(sys, here);
    done = link === null || link.startsWith("net:") ? here : followed(sys, resolvePath(done, link));
  }
  return done === "" ? "/" : done;
}

function start(sys: Sys, argv: string[]): void {
  const long = { canonicalize: "f", "canonicalize-existing": "e", "canonicalize-missing": "m", "no-newline": "n" };
  const o = getopt(sys, argv.slice(1), { flags: "femnqsvz", long });
  if (!o) return;
  if (o.operands.length === 0) {
    write(sys, 2, "readlink: missing operand\nTry 'readlink --help' for more information.\n");
    return exit(sys, 1);
  }
  let status = 0;
  const end = "n" in o.given && o.operands.length === 1 ? "" : "\n";
  for (const operand of o.operands) {
    const found = answer(sys, resolvePath(sys.proc.cwd, operand), o.given);
    if (found === null) status = 1;
    else write(sys, 1, found + end);
  }
  exit(sys, status);
}

function answer(sys: Sys, path: string, given: Record<string, string>): string | null {
  if (!("f" in given || "e" in given || "m" in given)) return linkAt(sys, path);
  const whole = followed(sys, path);
  const exists = (at: string) =>
    listDirectory(sys.world, place(sys), at) !== null || typeof readFile(sys.world, place(sys), at) === "string";
  if ("e" in given && !exists(whole)) return null;
  const parent = whole.slice(0, whole.lastIndexOf("/")) || "/";
  return "f" in given && !exists(parent) ? null : whole;
}

export const readlink: Program = { path: "/usr/bin/readlink", about: "where a link leads", start };
