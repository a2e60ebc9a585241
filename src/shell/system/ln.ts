/**
 * ln -s, for the one kind of link that the simulator has: a name in /run/netns that leads to a process's network namespace, so that
 * `ip netns exec` finds a container. coreutils 9.1.
 */
import { netnsByName, netnsOfPid } from "../commands/netns-names.ts";
import { listDirectory, readFile, resolvePath } from "../files.ts";
import { capable, exit, write } from "../process.ts";
import { place } from "../text/filter.ts";
import { getopt, quote } from "../text/usage.ts";
import type { Program, Sys } from "../types.ts";

const NAMESPACE_OF = /^\/proc\/(\d+|self)\/(?:task\/\d+\/)?ns\/net$/;
const NAMED = /^\/(?:var\/)?run\/netns\/([^/]+)$/;

function fail(sys: Sys, text: string): void {
  write(sys, 2, `${text}\n`);
  exit(sys, 1);
}

/** The path of the link: inside of `last` if that is a directory. */
function linkPath(sys: Sys, target: string, last: string, given: Record<string, string>): string {
  const inside = !("T" in given) && (last.endsWith("/") || listDirectory(sys.world, place(sys), last) !== null);
  return resolvePath(sys.proc.cwd, inside ? `${last}/${target.split("/").at(-1)}` : last);
}

function start(sys: Sys, argv: string[]): void {
  const long = { symbolic: "s", force: "f", "no-dereference": "n", verbose: "v", "no-target-directory": "T" };
  const o = getopt(sys, argv.slice(1), { flags: "sfnvT", long });
  if (!o) return;
  const [target, last = "."] = o.operands;
  if (target === undefined) return fail(sys, "ln: missing file operand\nTry 'ln --help' for more information.");
  const path = linkPath(sys, target, last, o.given);
  const name = NAMED.exec(path)?.[1];
  const pid = NAMESPACE_OF.exec(resolvePath(sys.proc.cwd, target))?.[1];
  if (
    !("s" in o.given) ||
    o.operands.length > 2 ||
    name === undefined ||
    pid === undefined ||
    sys.proc.node.includes("/")
  )
    return fail(
      sys,
      "playground: links are not simulated, other than ln -s /proc/PID/ns/net /var/run/netns/NAME on a machine",
    );
  const refused = (why: string) => fail(sys, `ln: failed to create symbolic link ${quote(last)}: ${why}`);
  if (!capable(sys, "SYS_ADMIN")) return refused("Permission denied");
  const directory = path.slice(0, path.lastIndexOf("/"));
  if (!listDirectory(sys.world, place(sys), directory)) return refused("No such file or directory");
  const before = netnsByName(sys, name);
  const taken = before !== null || typeof readFile(sys.world, place(sys), path) === "string";
  if (taken && !("f" in o.given)) return refused("File exists");
  const id = pid === "self" ? sys.proc.netns : netnsOfPid(sys, Number(pid));
  const netns = id === null ? null : sys.world.netns[id];
  if (!netns) return fail(sys, `playground: a link to what isn't there is not simulated: ${target}`);
  if (before !== null) before.name = null;
  netns.name = name;
  if ("v" in o.given) write(sys, 1, `'${last}' -> '${target}'\n`);
  exit(sys, 0);
}

export const ln: Program = { path: "/usr/bin/ln", about: "name a process's network namespace", start };
