/** How iptables 1.8.9 refuses: words, and where they end in a hint. Its two backends differ in some of them. */
import { ELOOP, EMLINK, ENOENT, EOPNOTSUPP, ERANGE } from "../../../kernel/errno.ts";
import { isLegacy } from "../../../kernel/netfilter/tables.ts";
import type { Sys } from "../../types.ts";
import { quit } from "../quit.ts";

/** Who complains: `line` is that of iptables-restore's input, null on a command line. */
export interface Voice {
  readonly sys: Sys;
  readonly line: number | null;
  /** Line of the COMMIT that ends its table: where the kernel is asked. */
  readonly commit?: number;
}

/** Whether the program that runs is the one for the kernel's old tables. */
export function legacy(sys: Sys): boolean {
  return isLegacy(sys.world, sys.proc.netns);
}

export function programName(sys: Sys): string {
  return (sys.proc.argv[0] ?? "iptables").replace(/^.*\//, "");
}

/** "iptables v1.8.9 (nf_tables)", by the name that it was called by. */
export function versionText(sys: Sys): string {
  return `${programName(sys)} v1.8.9 (${legacy(sys) ? "legacy" : "nf_tables"})`;
}

/** exit_tryhelp(): status 2. */
export function tryHelp({ sys, line }: Voice, text = ""): never {
  const name = programName(sys);
  const where = line === null ? "" : `Error occurred at line: ${line}\n`;
  return quit(sys, `${text}${where}Try \`${name} -h' or '${name} --help' for more information.\n`, 2);
}

/** A parameter problem: exit 2, with the hint. */
export function badParameter(voice: Voice, text: string): never {
  return tryHelp(voice, `${versionText(voice.sys)}: ${text}\n`);
}

/** The same of an option's value; the text stands on lines of its own. */
export function badOption(voice: Voice, text: string): never {
  return badParameter(voice, `${text}\n`);
}

/** A word that stands nowhere in the grammar. */
export function badArgument(voice: Voice, word: string): never {
  return tryHelp(voice, `Bad argument \`${word}'\n`);
}

/** The library said no: exit 1. */
export function refused(voice: Voice, text: string): never {
  const { sys, line } = voice;
  if (line === null) return quit(sys, `iptables: ${text}.\n`, 1);
  return quit(sys, `${programName(sys)}: line ${line} failed${legacy(sys) ? "" : `: ${text}.`}\n`, 1);
}

/** The kernel said no. @param what name of nf_tables' message; @param where "rule in chain INPUT" */
export function kernelRefused(voice: Voice, errno: number, what: string, where: string): never {
  const { sys, line } = voice;
  if (legacy(sys)) return refused({ ...voice, line: line === null ? null : (voice.commit ?? line) }, legacyText(errno));
  const place = line === null ? " " : `\nline ${line}: `;
  return quit(sys, `${versionText(sys)}: ${place}${what} failed (${nftText(errno)}): ${where}\n`, 4);
}

function nftText(errno: number): string {
  if (errno === ELOOP || errno === EMLINK) return "Too many links";
  if (errno === ENOENT) return "No such file or directory";
  return errno === EOPNOTSUPP ? "Operation not supported" : "Invalid argument";
}

function legacyText(errno: number): string {
  if (errno === ELOOP || errno === EMLINK) return "Too many levels of symbolic links";
  if (errno === ENOENT) return "No chain/target/match by that name";
  if (errno === ERANGE) return "Numerical result out of range";
  return "Invalid argument. Run `dmesg' for more information";
}
