/** `iptables-restore`: a table stands as its lines say once all of them are good, or as it stood before. */
import { copyPlain } from "../../../kernel/clone.ts";
import { nfDeleteChain, nfFlush, nfNewChain, nfPolicy } from "../../../kernel/netfilter/admin.ts";
import { nfFindChain, nfTable, refreshHooks, TABLES } from "../../../kernel/netfilter/tables.ts";
import type { NfChain, NfTable, Policy, TableName } from "../../../kernel/netfilter/types.ts";
import { netns as netnsOf } from "../../../kernel/world.ts";
import type { Ipv4 } from "../../../wire/address.ts";
import { readFile } from "../../files.ts";
import { fileError } from "../../lang/run/redirect.ts";
import { knownAddress } from "../../names/hosts.ts";
import { awaitInput, capable, readAll, write } from "../../process.ts";
import type { Program, Sys } from "../../types.ts";
import { Quit, quit, runToEnd } from "../quit.ts";
import { badParameter, legacy, programName, refused, type Voice, versionText } from "./fail.ts";
import { perform } from "./iptables.ts";
import { parseRequest } from "./parse.ts";

export const iptablesRestore: Program = {
  path: "/usr/sbin/iptables-restore",
  about: "read rules as iptables-save prints them",
  start: (sys) => {
    let options: Options | null = null;
    runToEnd(sys, () => {
      options = readOptions(sys, sys.proc.argv.slice(1));
      if (options.file === null) return null;
      const { node, netns, cwd } = sys.proc;
      const text = readFile(sys.world, { node, netns, cwd }, options.file);
      if (typeof text === "number") quit(sys, `Can't open ${options.file}: ${fileError(text)}\n`, 1);
      return restore(sys, text, options);
    });
    if (options !== null && (options as Options).file === null) awaitInput(sys);
  },
  wake: (sys, why) => {
    if (why.type !== "stdin") return;
    const { text, eof } = readAll(sys);
    const read = ((sys.proc.locals as string | undefined) ?? "") + text;
    sys.proc.locals = read;
    if (!eof) awaitInput(sys);
    else runToEnd(sys, () => restore(sys, read, readOptions(sys, sys.proc.argv.slice(1))));
  },
};

interface Options {
  /** What is there stays, but for what is said of it. */
  noFlush: boolean;
  test: boolean;
  counters: boolean;
  verbose: boolean;
  /** Only this table. */
  table: string | null;
  file: string | null;
}

const FLAGS: Readonly<Record<string, "noFlush" | "test" | "counters" | "verbose" | "">> = {
  "-n": "noFlush",
  "--noflush": "noFlush",
  "-t": "test",
  "--test": "test",
  "-c": "counters",
  "--counters": "counters",
  "-v": "verbose",
  "--verbose": "verbose",
  "-4": "",
  "-6": "",
  "-w": "",
  "--wait": "",
};

function readOptions(sys: Sys, words: readonly string[]): Options {
  const options: Options = {
    noFlush: false,
    test: false,
    counters: false,
    verbose: false,
    table: null,
    file: null,
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const flag = FLAGS[word];
    if (flag !== undefined) {
      if (flag !== "") options[flag] = true;
      if (/^-(w|-wait)$/.test(word) && /^\d+$/.test(words[at + 1] ?? "")) at++;
    } else if (word === "-T" || word === "--table") options.table = words[++at] ?? "";
    else if (word.startsWith("--table=")) options.table = word.slice("--table=".length);
    else if (word === "-V" || word === "--version") {
      write(sys, 1, `${versionText(sys)}\n`);
      throw new Quit(0);
    } else if (word === "-h" || word === "--help") quit(sys, usage(sys), 0);
    else if (word.startsWith("-")) {
      const name = programName(sys);
      const why = word.startsWith("--") ? `unrecognized option '${word}'` : `invalid option -- '${word[1]}'`;
      quit(sys, `${name}: ${why}\nTry \`${name} -h' for more information.\n`, 1);
    } else options.file = word;
  }
  return options;
}

function usage(sys: Sys): string {
  const own = legacy(sys) ? "[-w secs] [-W usecs] [-T table] [-M command]" : "[-T table] [-M command] [-4] [-6]";
  const wait = ["wait=<seconds>"];
  const long = [
    "counters ]",
    "verbose ]",
    "version]",
    "test ]",
    "help ]",
    "noflush ]",
    ...(legacy(sys) ? wait : []),
    "table=<TABLE> ]",
    "modprobe=<command> ]",
    ...(legacy(sys) ? [] : ["ipv4 ]", "ipv6 ]"]),
  ];
  const head = `Usage: ${programName(sys)} [-c] [-v] [-V] [-t] [-h] [-n] ${own} [file]\n`;
  return head + long.map((text) => `\t   [ --${text}\n`).join("");
}

/** A table that is being read, and how it stood before. */
interface Open {
  table: NfTable;
  before: (NfChain | null)[];
  /** Another one than was asked for: its lines are passed over. */
  skipped: boolean;
  /** Counters of policies that were given, by chain. */
  counters: Map<NfChain, { packets: number; bytes: number }>;
}

function restore(sys: Sys, text: string, options: Options): number {
  if (!capable(sys, "NET_ADMIN")) {
    const why = "Could not fetch rule set generation id: Permission denied (you must be root)";
    quit(sys, `${versionText(sys)}: ${why}\n`, legacy(sys) ? 1 : 4);
  }
  const lines = text.split("\n");
  let open: Open | null = null;
  try {
    lines.forEach((raw, i) => {
      const line = raw.trim();
      const commit = lines.findIndex((other, at) => at >= i && other.trim() === "COMMIT") + 1;
      const voice: Voice = { sys, line: i + 1, commit: commit === 0 ? i + 1 : commit };
      if (line.startsWith("#") && options.verbose) write(sys, 1, `${raw}\n`);
      if (line === "" || line.startsWith("#")) return;
      if (open === null) {
        if (!line.startsWith("*")) quit(sys, `${programName(sys)}: line ${i + 1} failed\n`, 1);
        open = begin(voice, line.slice(1), options);
      } else if (line === "COMMIT") {
        for (const [chain, counters] of open.counters) Object.assign(chain, counters);
        if (options.test) takeBack(sys, open);
        open = null;
      } else if (!open.skipped) readLine(voice, open, line, options);
    });
    if (open !== null) quit(sys, `${programName(sys)}: COMMIT expected at line ${lines.length}\n`, 1);
  } catch (error) {
    if (open !== null) takeBack(sys, open);
    throw error;
  }
  return 0;
}

function takeBack(sys: Sys, { table, before }: Open): void {
  table.chains = before;
  refreshHooks(netnsOf(sys.world, sys.proc.netns));
}

function begin(voice: Voice, name: string, { table: only, noFlush, verbose }: Options): Open {
  const { sys } = voice;
  const { netns } = sys.proc;
  if (!(name in TABLES)) {
    const program = programName(sys);
    const why = legacy(sys)
      ? `unable to initialize table '${name}'`
      : `line ${voice.line} table name '${name}' invalid`;
    badParameter(voice, `${program}: ${why}`);
  }
  const table = nfTable(sys.world, netns, name as TableName);
  const open = { table, before: copyPlain(table.chains), skipped: only !== null && only !== name, counters: new Map() };
  if (open.skipped || noFlush) return open;
  const chains = table.chains.filter((chain): chain is NfChain => chain !== null);
  if (verbose) write(sys, 1, chains.map((chain) => `Flushing chain \`${chain.name}'\n`).join(""));
  nfFlush(sys.world, netns, table.name, null);
  for (const chain of chains) {
    // nf_tables' front end makes the whole table anew.
    if (chain.hook !== null && !table.legacy)
      Object.assign(chain, { policy: "ACCEPT", counted: false, made: false, packets: 0, bytes: 0 });
    if (chain.hook !== null) continue;
    if (verbose) write(sys, 1, `Deleting chain \`${chain.name}'\n`);
    nfDeleteChain(sys.world, netns, table.name, chain.name);
  }
  return open;
}

function readLine(voice: Voice, open: Open, line: string, options: Options): void {
  const { sys } = voice;
  const { table } = open;
  if (line.startsWith(":")) return declareChain(voice, open, line.slice(1), options);
  const counted = /^\[(\d+):(\d+)\]\s*(.*)$/.exec(line);
  const words = splitWords(counted?.[3] ?? line);
  if (counted !== null && options.counters) words.push("-c", counted[1] as string, counted[2] as string);
  const lookup = (name: string): readonly Ipv4[] => {
    const address = knownAddress(sys, name);
    return address === null ? [] : [address];
  };
  const request = parseRequest(sys, words, lookup, table.name, voice.line);
  perform(voice, { ...request, verbose: options.verbose && !options.noFlush });
}

/** Words with blanks between them; double quotes hold some together, in which a backslash protects. */
function splitWords(line: string): string[] {
  const found = line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  return found.map((word) => (word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, "$1") : word));
}

/** "CHAIN POLICY [packets:bytes]"; "-" for a user's chain. */
function declareChain(voice: Voice, open: Open, text: string, { counters }: Options): void {
  const { table } = open;
  const { sys } = voice;
  const { netns } = sys.proc;
  const [name = "", policy, numbers = "[0:0]"] = text.split(/\s+/);
  if (policy === undefined || policy === "")
    return badParameter(voice, `${programName(sys)}: line ${voice.line} policy invalid`);
  const chain = table.chains[nfFindChain(table, name)];
  if (!chain || chain.hook === null) {
    if (policy !== "-" && legacy(sys)) badPolicy(voice, name, policy, "Bad built-in chain name");
    if (chain) nfFlush(sys.world, netns, table.name, name);
    else nfNewChain(sys.world, netns, table.name, name);
    return;
  }
  if (policy === "-") return;
  if (policy !== "ACCEPT" && policy !== "DROP") badPolicy(voice, name, policy, "Bad policy name");
  nfPolicy(sys.world, netns, table.name, name, policy as Policy);
  const [packets = 0, bytes = 0] = numbers.replace(/[[\]]/g, "").split(":").map(Number);
  if (counters) open.counters.set(chain, { packets, bytes });
}

function badPolicy(voice: Voice, chain: string, policy: string, why: string): never {
  const { sys, line } = voice;
  if (!legacy(sys)) return refused(voice, why);
  return quit(sys, `${versionText(sys)}: Can't set policy \`${policy}' on \`${chain}' line ${line}: ${why}\n`, 1);
}
