// Hints beside the terminal: what was meant where a command from somebody's notes has a slip, and why an answer looks
// different from the one in the notes. Data: what a line and its output must look like. The sentences are in i18n.
import type { TerminalChunk } from "../../protocol/messages.ts";
import type { NodeId } from "../../protocol/view.ts";

export interface HintRule {
  /** The command as it was typed, without prompt. */
  readonly line?: RegExp;
  /** What it has printed so far. */
  readonly output?: RegExp;
  /** The prompt before it: "# " is that of sh, as in a busybox. */
  readonly prompt?: RegExp;
  /** Another line that says what was meant. */
  readonly instead?: readonly (readonly [RegExp, string])[];
}

const PING = /^ping\s/;
const SH = /^# $/;

/** The first that fits is shown. Slips come before what only looks different. */
export const HINTS = {
  longDash: {
    line: /^docker\b.*\s[–—−]+\w/,
    instead: [
      [/(\s)[–—−]+(?=[a-zA-Z](?:\s|$))/g, "$1-"],
      [/(\s)[–—−]+(?=[a-zA-Z]{2})/g, "$1--"],
      [/(\s)-(?=(?:net|name|rm)\b)/g, "$1--"],
    ],
  },
  shortNet: {
    line: /^docker\b.*\s-(?:net|network|name|rm|publish)\b/,
    output: /unknown shorthand flag/,
    instead: [[/(\s)-(?=(?:net|network|name|rm|publish)\b)/g, "$1--"]],
  },
  logPath: {
    line: /\/var\/logs\/messages?\b|\/var\/log\/message\b/,
    output: /No such file or directory/,
    instead: [[/\/var\/logs?\/messages?\b/g, "/var/log/messages"]],
  },
  nameTaken: { output: /Conflict\. The container name/ },
  imageUnknown: { output: /^Unable to find image/m },
  installed: { line: /^(?:sudo\s+)?(?:apt|apt-get|yum|dnf|apk)\s/, output: /command not found/ },
  notTerminal: { output: /the input device is not a TTY/ },
  nameUnknown: {
    output:
      /Name or service not known|Temporary failure in name resolution|NXDOMAIN|status: REFUSED|Could not resolve host|^(?!.*\nName:).*can't find \S+: REFUSED/s,
  },
  notHere: { output: /(?:command not found|: not found)$/m },
  traceWhere: { line: /^iptables\b.*\s-j\s+TRACE\b/ },
  tcpdumpWords: { line: /^tcpdump\b/, output: /snapshot length/ },
  busyboxPing: { line: PING, prompt: SH, output: /bytes of data/ },
  busyboxLink: { line: /^ip\s+(?:l|link|a|addr)/, prompt: SH, output: /qdisc/ },
  ifconfigFormat: { line: /^ifconfig\b/, output: /flags=\d+</ },
  brctlColumns: { line: /^brctl\s+show\b/, output: /^bridge name/ },
  routeNames: { line: /^route\s*$/, output: /^Kernel IP routing table/ },
  ethtoolVeth: { line: /^ethtool\s+-[iS]\b/, output: /driver: veth|peer_ifindex/ },
  networkInspect: { line: /^docker\s+network\s+inspect\b/, output: /"ConfigFrom"/ },
} as const satisfies Readonly<Record<string, HintRule>>;

export type HintId = keyof typeof HINTS;

/** A command in a terminal with what it has printed. */
export interface Spoken {
  readonly prompt: string;
  readonly line: string;
  readonly output: string;
}

export interface Hint {
  readonly id: HintId;
  /** The line that was meant, if there is one. */
  readonly instead: string | null;
}

/** The hint for a command, of those that somebody has not put away. */
export function hintFor(spoken: Spoken, dismissed: ReadonlySet<string>): Hint | null {
  const { line, output, prompt } = spoken;
  for (const [id, rule] of Object.entries(HINTS) as [HintId, HintRule][]) {
    if (dismissed.has(id)) continue;
    const fits =
      (rule.line?.test(line) ?? true) && (rule.output?.test(output) ?? true) && (rule.prompt?.test(prompt) ?? true);
    if (fits) return { id, instead: insteadOf(rule, line) };
  }
  return null;
}

function insteadOf({ instead }: HintRule, line: string): string | null {
  if (instead === undefined) return null;
  const meant = instead.reduce((text, [wrong, right]) => text.replace(wrong, right), line);
  return meant === line ? null : meant;
}

/** Chunks that are looked back through for the last command, at most. */
const LOOK_BACK = 2000;

/** The last command of a node's terminal among the first `until` chunks. Lines typed into a program belong to its command. */
export function lastSpoken(chunks: readonly TerminalChunk[], node: NodeId, until: number): Spoken | null {
  let at = until - 1;
  const lines: string[] = [];
  let output = "";
  for (const stop = at - LOOK_BACK; at >= 0 && at > stop; at--) {
    const chunk = chunks[at]!;
    if (chunk.node !== node) continue;
    if (chunk.kind !== "input") output = chunk.text + output;
    else if (chunk.prompt !== "") {
      lines.unshift(chunk.text.trim());
      if (chunk.prompt !== "> ") {
        return { prompt: chunk.prompt, line: lines.join(" ").replaceAll("\\ ", ""), output };
      }
    }
  }
  return null;
}

/** How many chunks had come by this moment: they are in order of time. */
export function chunksUntil(chunks: readonly TerminalChunk[], t_ns: number): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chunks[middle]!.t_ns <= t_ns) low = middle + 1;
    else high = middle;
  }
  return low;
}
