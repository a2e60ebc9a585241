/** `nstat`: the counters that have changed since it was asked last. misc/nstat.c of iproute2 6.1. Left out: the daemon, IPv6's. */
import { globMatches } from "../commands/ip/address/filter.ts";
import { appendFile, openForWrite, readFile } from "../files.ts";
import { netstatFile, snmpFile } from "../proc/snmp.ts";
import { exit, fail, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";

const USAGE = `Usage: nstat [OPTION] [ PATTERN [ PATTERN ] ]
   -h, --help           this message
   -a, --ignore         ignore history
   -j, --json           format output in JSON
   -n, --nooutput       do history only
   -p, --pretty         pretty print
   -r, --reset          reset history
   -s, --noupdate       don't update history
   -t, --interval=SECS  report average over the last SECS
   -V, --version        output version information
   -z, --zeros          show entries with zero activity
`;

const LONG: Readonly<Record<string, string>> = {
  "--help": "h",
  "--ignore": "a",
  "--json": "j",
  "--nooutput": "n",
  "--reset": "r",
  "--noupdate": "s",
  "--version": "V",
  "--zeros": "z",
};

function start(sys: Sys, argv: string[]): void {
  let flags = "";
  const patterns: string[] = [];
  for (const arg of argv.slice(1)) {
    if (arg.startsWith("-")) flags += LONG[arg] ?? arg.replace(/^-+/, "");
    else patterns.push(arg);
  }
  const unknown = flags.split("").find((letter) => !"hajnrsVz".includes(letter));
  if (unknown !== undefined) {
    return "pdt".includes(unknown)
      ? fail(sys, `playground: nstat -${unknown} is not simulated\n`, 1)
      : fail(sys, `nstat: invalid option -- '${unknown}'\n${USAGE}`, 255);
  }
  if (flags.includes("h")) return fail(sys, USAGE, 255);
  if (flags.includes("V")) {
    write(sys, 1, "nstat utility, iproute2-6.1.0\n");
    return exit(sys, 0);
  }
  report(sys, flags, patterns);
}

/** History lies in a file in /tmp, a line for each counter. */
function report(sys: Sys, flags: string, patterns: readonly string[]): void {
  const { world, proc } = sys;
  const place = { node: proc.node, netns: proc.netns, cwd: "/" };
  const path = `/tmp/.nstat.u${proc.uid}`;
  const kept = flags.includes("a") || flags.includes("r") ? "" : readFile(world, place, path);
  const before = new Map<string, number>();
  if (typeof kept === "string") {
    for (const line of kept.split("\n")) {
      const [name, value] = line.split(/\s+/);
      if (name !== undefined && value !== undefined) before.set(name, Number(value));
    }
  }
  const counters = readCounters(sys);
  const shown = counters
    .map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const)
    .filter(([, value]) => flags.includes("z") || value !== 0)
    .filter(([name]) => patterns.length === 0 || patterns.some((pattern) => globMatches(pattern, name)));
  if (!flags.includes("n") && flags.includes("j")) {
    write(sys, 1, `${JSON.stringify({ kernel: Object.fromEntries(shown) })}\n`);
  } else if (!flags.includes("n")) {
    write(sys, 1, `#kernel\n${shown.map(([name, n]) => `${name.padEnd(32)}${String(n).padEnd(16)}   0.0\n`).join("")}`);
  }
  if (!flags.includes("s") && openForWrite(world, place, path, false) === 0) {
    const text = counters.map(([name, value]) => `${name} ${value} 0.0\n`).join("");
    appendFile(world, proc.node, path, `#kernel\n${text}`, proc.netns);
  }
  exit(sys, 0);
}

/** Protocol and name in one word, in the order of the files. What the kernel was set to is no counter. */
function readCounters({ world, proc }: Sys): [string, number][] {
  const rows = (snmpFile(world, proc.netns) + netstatFile(world, proc.netns)).trimEnd().split("\n");
  const counters: [string, number][] = [];
  for (let at = 0; at < rows.length; at += 2) {
    const names = (rows[at] as string).split(" ");
    const numbers = (rows[at + 1] as string).split(" ");
    const head = (names[0] as string).slice(0, -1);
    for (let i = 1; i < names.length; i++) {
      const name = head + names[i];
      if (!/^(IpForwarding|IpDefaultTTL|TcpRto.*|TcpMaxConn|TcpCurrEstab)$/.test(name))
        counters.push([name, Number(numbers[i])]);
    }
  }
  return counters;
}

export const nstat: Program = {
  path: "/usr/bin/nstat",
  about: "counters of the protocols, since it was asked last",
  start,
};
