/** Programs about the machine and its processes: nsenter, dmesg, ps, pidof, uptime. util-linux 2.38, procps 4.0. */
import { SECOND_NS } from "../../base/time.ts";
import type { NetnsId } from "../../kernel/types.ts";
import { findProgram } from "../files.ts";
import { capable, exec, exit, fail, seenPid, write } from "../process.ts";
import { readSyslog, SYSLOG } from "../syslog.ts";
import { formatDate } from "../text/date.ts";
import { getopt, tryHelp } from "../text/usage.ts";
import type { NodeId, Proc, Program, Sys } from "../types.ts";
import { DMESG_HELP, NSENTER_HELP } from "./help.ts";
import { kill } from "./kill.ts";
import { pgrep, pkill } from "./pgrep.ts";

// nsenter

/** Processes of this machine, whose pids the caller sees; a container sees its own. */
function processes(sys: Sys): Proc[] {
  const own = (p: Proc) => p.machine === sys.proc.machine && (!sys.proc.node.includes("/") || p.node === sys.proc.node);
  const seen = (p: Proc) => sys.programs[p.program]?.path !== undefined;
  return sys.world.procs.filter((p): p is Proc => p !== null && p.exit === null && own(p) && seen(p));
}

interface Target {
  netns: NetnsId;
  node: NodeId;
}

function targetOf(sys: Sys, pid: number): Target | null {
  if (pid === 1) {
    const node = sys.world.nodes[sys.proc.node];
    return node ? { netns: node.netns, node: node.id } : null;
  }
  const found = processes(sys).find((p) => p.pid === pid);
  return found ? { netns: found.netns, node: found.node } : null;
}

/** The namespace behind /proc/PID/ns/net or /run/netns/NAME. */
function netnsOfFile(sys: Sys, path: string): NetnsId | null {
  const pid = /^\/proc\/(\d+)\/ns\/net$/.exec(path)?.[1];
  if (pid !== undefined) return targetOf(sys, Number(pid))?.netns ?? null;
  const name = /^\/(?:var\/)?run\/netns\/(.+)$/.exec(path)?.[1];
  const found = sys.world.netns.find((n) => n?.machine === sys.proc.machine && n.name === name && name !== undefined);
  return found?.id ?? null;
}

const NAMESPACES: Readonly<Record<string, string>> = {
  m: "mnt",
  u: "uts",
  i: "ipc",
  n: "net",
  p: "pid",
  C: "cgroup",
  U: "user",
  T: "time",
};
const LONG: Readonly<Record<string, string>> = {
  mount: "m",
  uts: "u",
  ipc: "i",
  net: "n",
  pid: "p",
  cgroup: "C",
  user: "U",
  time: "T",
  all: "a",
};

interface Entering {
  target: string | null;
  spaces: string;
  netFile: string | null;
  rest: string[];
  /** The text that -h or -V asks for. */
  answer: string | null;
}

const NSENTER_ANSWERS: Readonly<Record<string, string>> = {
  "-h": NSENTER_HELP,
  "--help": NSENTER_HELP,
  "-V": "nsenter from util-linux 2.38.1\n",
  "--version": "nsenter from util-linux 2.38.1\n",
};

/** The words of nsenter, whose options may have a value only behind "=" (or at once, for a letter). */
function parseNsenter(sys: Sys, args: readonly string[]): Entering | null {
  const e: Entering = { target: null, spaces: "", netFile: null, rest: [], answer: null };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    const answer = NSENTER_ANSWERS[arg];
    if (answer !== undefined) return { ...e, answer };
    if (arg === "--" || !/^-./.test(arg)) {
      e.rest = args.slice(arg === "--" ? at + 1 : at);
      break;
    }
    const long = /^--([a-z-]+)(?:=(.*))?$/.exec(arg);
    if (arg === "-t" || long?.[1] === "target") e.target = long?.[2] ?? args[++at] ?? "";
    else if (arg.startsWith("-t")) e.target = arg.slice(2);
    else if (long) {
      const letter = LONG[long[1] as string];
      if (letter === undefined) return refuse(sys, `unrecognized option '${arg}'\n${tryHelp("nsenter")}`);
      e.spaces += letter;
      if (letter === "n") e.netFile = long[2] ?? null;
    } else if (/^-n./.test(arg) && arg.includes("/")) {
      e.spaces += "n";
      e.netFile = arg.slice(2);
    } else {
      for (const letter of arg.slice(1)) {
        if (!(letter in NAMESPACES) && !"aFrwS".includes(letter)) {
          return refuse(sys, `invalid option -- '${letter}'\n${tryHelp("nsenter")}`);
        }
        e.spaces += letter;
      }
    }
  }
  return e;
}

function refuse(sys: Sys, text: string): null {
  fail(sys, `nsenter: ${text}`, 1);
  return null;
}

const nsenter: Program = {
  path: "/usr/bin/nsenter",
  about: "run a program in another process's namespaces",
  start(sys, argv) {
    const e = parseNsenter(sys, argv.slice(1));
    if (!e) return;
    if (e.answer !== null) {
      write(sys, 1, e.answer);
      return exit(sys, 0);
    }
    const wanted = e.spaces.includes("a") ? "muinpC" : e.spaces;
    const target = e.target === null ? null : targetOf(sys, Number(e.target));
    const first = Array.from(wanted).find((letter) => letter in NAMESPACES);
    if (first !== undefined && !target && !(first === "n" && e.netFile !== null)) {
      const name = NAMESPACES[first] as string;
      if (e.target === null) return fail(sys, `nsenter: neither filename nor target pid supplied for ns/${name}\n`, 1);
      return fail(sys, `nsenter: cannot open /proc/${e.target}/ns/${name}: No such file or directory\n`, 1);
    }
    const netns = e.netFile === null ? (target?.netns ?? null) : netnsOfFile(sys, e.netFile);
    if (netns === null && e.netFile !== null) {
      return fail(sys, `nsenter: cannot open ${e.netFile}: No such file or directory\n`, 1);
    }
    if (first !== undefined && !capable(sys, "SYS_ADMIN")) {
      return fail(
        sys,
        `nsenter: reassociate to namespace 'ns/${NAMESPACES[first]}' failed: Operation not permitted\n`,
        1,
      );
    }
    if (wanted.includes("n") && netns !== null) sys.proc.netns = netns;
    if (wanted.includes("m") && target) {
      sys.proc.node = target.node;
      sys.proc.cwd = sys.world.nodes[target.node]?.cwd ?? "/";
    }
    const words = e.rest.length > 0 ? e.rest : ["bash"];
    const program = findProgram(sys.world, sys.programs, sys.proc.node, words[0] as string);
    if (!program) return fail(sys, `nsenter: failed to execute ${words[0]}: No such file or directory\n`, 127);
    exec(sys.world, sys.proc, program, words);
  },
};

// dmesg

const DMESG_LONG =
  "clear=C read-clear=c ctime=T notime=t level=l facility=f human=H kernel=k userspace=u follow=w nopager=P console-level=n console-on=E console-off=D";

const dmesg: Program = {
  path: "/usr/bin/dmesg",
  about: "the kernel's messages",
  start(sys, argv) {
    if (argv.some((word) => word === "-h" || word === "--help")) {
      write(sys, 1, DMESG_HELP);
      return exit(sys, 0);
    }
    if (argv.some((word) => word === "-V" || word === "--version")) {
      write(sys, 1, "dmesg from util-linux 2.38.1\n");
      return exit(sys, 0);
    }
    const long = Object.fromEntries(DMESG_LONG.split(" ").map((word) => word.split("=") as [string, string]));
    const o = getopt(sys, argv.slice(1), { flags: "CcTtHwxkueLPED", valued: "lnfs", long });
    if (!o) return;
    const machine = sys.world.machines[sys.proc.machine];
    if (!capable(sys, "SYS_ADMIN")) {
      return fail(sys, "dmesg: read kernel buffer failed: Operation not permitted\n", 1);
    }
    for (const { t_ns, text } of ["C", "n", "E", "D"].some((l) => l in o.given) ? [] : (machine?.dmesg ?? [])) {
      const seconds = (t_ns / SECOND_NS).toFixed(6).padStart(12);
      const when = formatDate("%a %b %e %H:%M:%S %Y", sys.world.bootTime_s + t_ns / SECOND_NS);
      write(sys, 1, "t" in o.given ? `${text}\n` : `[${"T" in o.given ? when : seconds}] ${text}\n`);
    }
    if (machine && ("C" in o.given || "c" in o.given)) {
      // rsyslog has long written it down.
      const at = sys.world.nodes[machine.name];
      const kept = at ? readSyslog(sys.world, at.id) : null;
      if (at && kept) at.files[SYSLOG] = kept;
      machine.dmesg = [];
    }
    exit(sys, 0);
  },
};

// ps, pidof

const ps: Program = {
  path: "/usr/bin/ps",
  about: "processes",
  start(sys, argv) {
    const words = argv.slice(1).join("").replaceAll("-", "");
    const all = /[aexA]/.test(words);
    const full = words.includes("f");
    const user = words.includes("u");
    const shown = processes(sys).filter((p) => all || p.node === sys.proc.node);
    const command = (p: Proc) => (full || user || words.includes("x") ? p.argv.join(" ") : p.program);
    const head = user
      ? "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND"
      : full
        ? "UID          PID    PPID  C STIME TTY          TIME CMD"
        : "    PID TTY          TIME CMD";
    const parentOf = (p: Proc) => (p.parent === null ? null : sys.world.procs[p.parent])?.pid ?? 0;
    const rows = shown.map((p) => {
      const pid = String(seenPid(sys.world, p));
      if (user) return `root     ${pid.padStart(7)}  0.0  0.0   4188  3400 ?        S    00:00   0:00 ${command(p)}`;
      if (full)
        return `root     ${pid.padStart(7)} ${String(parentOf(p)).padStart(7)}  0 00:00 ?        00:00:00 ${command(p)}`;
      return `${pid.padStart(7)} ?        00:00:00 ${command(p)}`;
    });
    write(sys, 1, `${[head, ...rows].join("\n")}\n`);
    exit(sys, 0);
  },
};

const pidof: Program = {
  path: "/usr/bin/pidof",
  about: "pids of a program",
  start(sys, argv) {
    const words = argv.slice(1).filter((w) => !w.startsWith("-"));
    const found = processes(sys).filter((p) => p.id !== sys.proc.id && words.includes(p.program));
    if (found.length > 0) write(sys, 1, `${found.map((p) => seenPid(sys.world, p)).join(" ")}\n`);
    exit(sys, found.length > 0 ? 0 : 1);
  },
};

const uptime: Program = {
  path: "/usr/bin/uptime",
  about: "how long the machine has run",
  start(sys) {
    const seconds = sys.world.now_ns / SECOND_NS;
    const clock = formatDate("%H:%M:%S", sys.world.bootTime_s + seconds);
    const minutes = Math.floor(seconds / 60);
    const up = minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    write(sys, 1, ` ${clock} up ${up},  1 user,  load average: 0.00, 0.00, 0.00\n`);
    exit(sys, 0);
  },
};

export const PROCESS_PROGRAMS: Readonly<Record<string, Program>> = {
  nsenter,
  dmesg,
  kill,
  ps,
  pgrep: pgrep(processes),
  pkill: pkill(processes),
  pidof,
  uptime,
};
