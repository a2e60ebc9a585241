/** The small programs: true, echo, sleep, seq, which, hostname, date, env, uname, id … */
import { SECOND_NS } from "../../base/time.ts";
import { loadIpip } from "../../kernel/tunnel/ipip.ts";
import { findProgram, readFile } from "../files.ts";
import { evaluateCondition } from "../lang/builtins/condition.ts";
import { echoText, printfText } from "../lang/builtins/print.ts";
import { capable, exit, fail, isTerminal, setTimer, write } from "../process.ts";
import { formatDate, unixTime } from "../text/date.ts";
import { place } from "../text/filter.ts";
import { getopt, quote, tryHelp } from "../text/usage.ts";
import type { Program, Sys } from "../types.ts";
import { id, whoami } from "./users.ts";

/** A program that prints and exits. `run` gives what it prints, or has exited by itself. */
function instant(path: string, about: string, run: (sys: Sys, args: string[]) => string): Program {
  return {
    path,
    about,
    start(sys, argv) {
      const text = run(sys, argv.slice(1));
      write(sys, 1, text);
      exit(sys, 0);
    },
  };
}

function refuse(sys: Sys, text: string, status = 1): string {
  fail(sys, text, status);
  return "";
}

/** A span as sleep and timeout take it: number and unit, in ns; null if it is none. */
export function parseSpan(text: string): number | null {
  const m = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  if (!m) return text === "infinity" || text === "inf" ? 1e15 : null;
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[m[2] || "s"] as number;
  return Math.min(Number(m[1]) * unit * SECOND_NS, 1e15);
}

const sleep: Program = {
  path: "/usr/bin/sleep",
  about: "wait for some seconds",
  start(sys, argv) {
    const spans = argv.slice(1).map(parseSpan);
    const bad = spans.indexOf(null);
    if (argv.length === 1) return fail(sys, `sleep: missing operand\n${tryHelp("sleep")}`, 1);
    if (bad >= 0)
      return fail(sys, `sleep: invalid time interval ${quote(argv[bad + 1] as string)}\n${tryHelp("sleep")}`, 1);
    setTimer(
      sys,
      0,
      spans.reduce((sum: number, s) => sum + (s ?? 0), 0),
    );
  },
  wake(sys, why) {
    if (why.type === "timer") exit(sys, 0);
  },
};

/** Modules that are built into the kernel: loading them changes nothing. */
const BUILT_IN =
  /^(bridge|br_netfilter|veth|vxlan|udp_tunnel|ip_tables|iptable_\w+|nf_\w+|xt_\w+|overlay|dummy|macvlan|8021q)$/;

/** modprobe knows the modules that matter to a network here; ipip brings tunl0 along. */
function modprobe(sys: Sys, args: string[]): string {
  const names = args.filter((arg) => !arg.startsWith("-"));
  const [name] = names;
  if (name === undefined) return refuse(sys, "modprobe: ERROR: missing parameters. See -h.\n");
  if (name !== "ipip" && !BUILT_IN.test(name)) {
    return refuse(sys, `modprobe: FATAL: Module ${name} not found in directory /lib/modules/6.18.0\n`);
  }
  if (args.some((arg) => /^(-r|--remove)$/.test(arg)))
    return refuse(sys, `modprobe: FATAL: Module ${name} is in use.\n`);
  if (!capable(sys, "SYS_ADMIN")) {
    return refuse(sys, `modprobe: ERROR: could not insert '${name}': Operation not permitted\n`);
  }
  if (name === "ipip") loadIpip(sys.world, sys.proc.netns);
  return "";
}

function seq(sys: Sys, args: string[]): string {
  const o = getopt(
    sys,
    args.map((a) => (/^-[\d.]/.test(a) ? ` ${a}` : a)),
    { flags: "w", valued: "sf", long: { "equal-width": "w", separator: "s", format: "f" } },
  );
  if (!o) return "";
  const texts = o.operands.map((t) => t.trim());
  const bad = texts.find((t) => !/^[-+]?(\d+\.?\d*|\.\d+)$/.test(t));
  if (bad !== undefined) return refuse(sys, `seq: invalid floating point argument: ${quote(bad)}\n${tryHelp("seq")}`);
  if (texts.length === 0) return refuse(sys, `seq: missing operand\n${tryHelp("seq")}`);
  if (texts.length > 3) return refuse(sys, `seq: extra operand ${quote(texts[3] as string)}\n${tryHelp("seq")}`);
  const numbers = texts.map(Number);
  const first = numbers.length > 1 ? (numbers[0] as number) : 1;
  const step = numbers.length > 2 ? (numbers[1] as number) : 1;
  const last = numbers.at(-1) as number;
  if (step === 0)
    return refuse(sys, `seq: invalid Zero increment value: ${quote(texts[1] as string)}\n${tryHelp("seq")}`);
  const digits = Math.max(0, ...texts.slice(0, 2).map((t) => t.split(".")[1]?.length ?? 0));
  const items: string[] = [];
  for (let i = 0; items.length < 100_000; i++) {
    const value = first + i * step;
    if (step > 0 ? value > last + 1e-9 : value < last - 1e-9) break;
    items.push(formatted(o.given.f, value) ?? value.toFixed(digits));
  }
  const width = "w" in o.given ? Math.max(0, ...items.map((t) => t.length)) : 0;
  return items.length === 0 ? "" : `${items.map((t) => t.padStart(width, "0")).join(o.given.s ?? "\n")}\n`;
}

/** A number by a format such as "eth%g" or "%03.0f"; null without one. */
function formatted(format: string | undefined, value: number): string | null {
  if (format === undefined) return null;
  return format.replace(
    /%(0?)(\d*)(?:\.(\d+))?([fg])/,
    (_, zero: string, width: string, digits?: string, how?: string) =>
      (how === "g" ? String(value) : value.toFixed(Number(digits ?? 6))).padStart(Number(width), zero || " "),
  );
}

function which(sys: Sys, args: string[]): string {
  let text = "";
  let missing = args.length === 0;
  for (const name of args.filter((a) => a !== "-a")) {
    const program = findProgram(sys.world, sys.programs, sys.proc.node, name);
    if (program) text += `${sys.programs[program]?.path}\n`;
    else missing = true;
  }
  write(sys, 1, text);
  exit(sys, missing ? 1 : 0);
  return "";
}

function hostname(sys: Sys, args: string[]): string {
  const name = sys.world.nodes[sys.proc.node]?.hostname ?? "";
  const option = args.find((a) => a.startsWith("-"));
  if (option === undefined) {
    return args.length === 0 ? `${name}\n` : refuse(sys, "hostname: you must be root to change the host name\n");
  }
  if (/^-(i|-ip-address)$/.test(option)) return ownAddress(sys, name);
  if (/^-I$|^--all-ip-addresses$/.test(option)) return `${allAddresses(sys).join(" ")} \n`;
  if (/^-(s|-short)$/.test(option)) return `${name.split(".")[0]}\n`;
  if (/^-(f|-fqdn|-long)$/.test(option)) return `${canonicalName(sys, name)}\n`;
  const domain = canonicalName(sys, name).replace(/^[^.]*\.?/, "");
  if (/^-(d|-domain)$/.test(option)) return domain === "" ? "" : `${domain}\n`;
  return refuse(sys, `hostname: invalid option -- '${option.replace(/^-+/, "").slice(0, 1)}'\n`, 255);
}

/** `hostname -i`: what /etc/hosts says of the name. */
function ownAddress(sys: Sys, name: string): string {
  const hosts = readFile(sys.world, place(sys), "/etc/hosts");
  const lines = typeof hosts === "string" ? hosts.split("\n").map((l) => l.replace(/#.*/, "").trim().split(/\s+/)) : [];
  const found = lines.filter((words) => words.slice(1).includes(name)).map((words) => words[0]);
  return found.length > 0 ? `${found.join(" ")}\n` : refuse(sys, "hostname: Name or service not known\n");
}

/** The first name of the line in /etc/hosts that has the name. */
function canonicalName(sys: Sys, name: string): string {
  const hosts = readFile(sys.world, place(sys), "/etc/hosts");
  const lines = typeof hosts === "string" ? hosts.split("\n").map((l) => l.replace(/#.*/, "").trim().split(/\s+/)) : [];
  return lines.find((words) => words.slice(1).includes(name))?.[1] ?? name;
}

function allAddresses(sys: Sys): string[] {
  const { world, proc } = sys;
  const devs = (world.netns[proc.netns]?.devs ?? []).map((id) => world.devs[id]);
  return devs.flatMap((d) =>
    d && d.kind !== "loopback" && d.up
      ? d.addresses.map((a) => [24, 16, 8, 0].map((shift) => (a.local >>> shift) & 255).join("."))
      : [],
  );
}

/** The value of -d, and the other arguments. */
function saidDate(args: readonly string[]): [string | null, string[]] {
  const at = args.findIndex((a) => /^(-u?d|--date)/.test(a));
  if (at < 0) return [null, [...args]];
  const inside = /^(?:-u?d|--date=)(.+)$/s.exec(args[at] as string)?.[1];
  return [inside ?? args[at + 1] ?? "", args.filter((_, i) => i !== at && (inside !== undefined || i !== at + 1))];
}

function date(sys: Sys, args: string[]): string {
  const now_s = sys.world.bootTime_s + sys.world.now_ns / SECOND_NS;
  const [said, rest] = saidDate(args);
  const when_s = said === null ? now_s : unixTime(said, now_s);
  if (when_s === null) return refuse(sys, `date: invalid date ${quote(said ?? "")}\n`);
  const format = rest.find((a) => a.startsWith("+"));
  const bad = rest.find((a) => !/^(\+.*|-u|--utc|--universal|-R|-I\w*)$/s.test(a));
  if (bad?.startsWith("-")) return refuse(sys, `date: invalid option -- '${bad.slice(1, 2)}'\n${tryHelp("date")}`);
  if (bad !== undefined) return refuse(sys, `date: invalid date ${quote(bad)}\n`);
  const iso = args.some((a) => a.startsWith("-I"));
  const rfc = args.includes("-R");
  const plain = iso ? "%Y-%m-%d" : rfc ? "%a, %d %b %Y %H:%M:%S %z" : "%a %b %e %H:%M:%S %Z %Y";
  return `${formatDate(format?.slice(1) ?? plain, when_s)}\n`;
}

function uname(sys: Sys, args: string[]): string {
  const name = sys.world.nodes[sys.proc.node]?.hostname ?? "";
  const all = args.some((a) => a.includes("a"));
  const parts: [string, string][] = [
    ["s", "Linux"],
    ["n", name],
    ["r", "6.18.5"],
    ["v", "#1 SMP PREEMPT_DYNAMIC"],
    ["m", "x86_64"],
    ["o", "GNU/Linux"],
  ];
  const wanted = args.length === 0 ? "s" : args.join("");
  return `${parts.flatMap(([letter, text]) => (all || wanted.includes(letter) ? [text] : [])).join(" ")}\n`;
}

function basename(sys: Sys, args: string[]): string {
  if (args[0] === undefined) return refuse(sys, `basename: missing operand\n${tryHelp("basename")}`);
  const name = args[0].replace(/\/+$/, "").split("/").at(-1) || "/";
  return `${args[1] && name.endsWith(args[1]) && name !== args[1] ? name.slice(0, -args[1].length) : name}\n`;
}

function dirname(sys: Sys, args: string[]): string {
  if (args[0] === undefined) return refuse(sys, `dirname: missing operand\n${tryHelp("dirname")}`);
  const cut = args[0].replace(/\/+$/, "").replace(/\/?[^/]*$/, "");
  return `${cut !== "" ? cut : args[0].startsWith("/") ? "/" : "."}\n`;
}

function test(sys: Sys, args: string[]): string {
  const result = evaluateCondition(sys, args, false);
  if (typeof result === "string") return refuse(sys, `test: ${result}\n`, 2);
  exit(sys, result ? 0 : 1);
  return "";
}

function printf(sys: Sys, args: string[]): string {
  if (args[0] === undefined) return refuse(sys, `printf: missing operand\n${tryHelp("printf")}`);
  return printfText(args[0], args.slice(1)).text;
}

function tty(sys: Sys, args: string[]): string {
  const silent = /^(-s|--silent|--quiet)$/.test(args[0] ?? "");
  if (isTerminal(sys, 0)) return silent ? "" : "/dev/pts/0\n";
  if (!silent) write(sys, 1, "not a tty\n");
  exit(sys, 1);
  return "";
}

function printenv(sys: Sys, args: string[]): string {
  const all = Object.entries(sys.proc.env).map(([name, value]) => `${name}=${value}\n`);
  if (args.length === 0) return all.join("");
  const values = args.map((name) => (Object.hasOwn(sys.proc.env, name) ? sys.proc.env[name] : undefined));
  const text = values.flatMap((value) => (value === undefined ? [] : [`${value}\n`])).join("");
  if (!values.includes(undefined)) return text;
  write(sys, 1, text);
  return refuse(sys, "");
}

export const SMALL_PROGRAMS: Readonly<Record<string, Program>> = {
  true: instant("/usr/bin/true", "succeed", () => ""),
  false: instant("/usr/bin/false", "fail", (sys) => refuse(sys, "")),
  echo: instant("/usr/bin/echo", "print words", (_sys, args) => echoText(args, false)),
  printf: instant("/usr/bin/printf", "print by a format", printf),
  test: instant("/usr/bin/test", "compare", test),
  pwd: instant("/usr/bin/pwd", "the working directory", (sys) => `${sys.proc.cwd}\n`),
  modprobe: instant("/usr/sbin/modprobe", "load a kernel module", modprobe),
  seq: instant("/usr/bin/seq", "count", seq),
  which: instant("/usr/bin/which", "where a program is", which),
  hostname: instant("/usr/bin/hostname", "the machine's name and address", hostname),
  date: instant("/usr/bin/date", "the time", date),
  uname: instant("/usr/bin/uname", "the kernel's name", uname),
  whoami: instant("/usr/bin/whoami", "the user's name", (sys) => {
    const name = whoami(sys);
    return name === null ? refuse(sys, `whoami: cannot find name for user ID ${sys.proc.uid}\n`) : `${name}\n`;
  }),
  id: instant("/usr/bin/id", "the user's number", id),
  basename: instant("/usr/bin/basename", "the last part of a path", basename),
  dirname: instant("/usr/bin/dirname", "a path without its last part", dirname),
  printenv: instant("/usr/bin/printenv", "the environment", printenv),
  clear: instant("/usr/bin/clear", "an empty screen", () => "\x1b[H\x1b[2J\x1b[3J"),
  tty: instant("/usr/bin/tty", "the terminal's name", tty),
  sleep,
};
