// What somebody copied out of a note or a web page, as the lines that were meant: without prompts, and without output.

/** What may stand before a prompt in a text with markup: a list's dash, a backquote. */
const MARKUP = String.raw`^\s*(?:[-*]\s+)?(?<tick>\x60?)`;
const USER = String.raw`[\w.-]+@[\w.-]+`;
/** Prompts, longest first: "root@host:/# ", "pi@host:~ $ ", "root@host ~# ", "[root@host ~]# ", "/ # ", "bash-5.1# ", "$ ". */
const PROMPTS = [
  String.raw`${USER}:[^\s#$]* ?[#$]`,
  String.raw`${USER} [^\s#$]*[#$]`,
  String.raw`\[${USER}[^\]]*\][#$]`,
  String.raw`[~/][^\s#$]* [#$]`,
  String.raw`(?:ba)?sh-[\d.]+[#$]`,
  String.raw`\$`,
];
const PROMPT = new RegExp(`${MARKUP}(?:${PROMPTS.join("|")})(?:\\s+|$)`);

const COMMANDS =
  "arp|arping|brctl|bridge|cat|conntrack|curl|dig|dmesg|docker|ethtool|ifconfig|ip|iptables|iptables-save|ls|nc|netstat|nsenter|nslookup|ping|route|ss|sysctl|tail|tcpdump|traceroute";
/** The beginning of a command line, and not of a sentence or of a table's head. */
const COMMAND = new RegExp(
  String.raw`^(?:${COMMANDS})(?=$|\s+(?!(?:a|an|and|from|in|is|name|of|on|the|to|with)\s)[\x21-\x7e–—])`,
);

/** The line without a prompt that was copied along with it. "# " is root's prompt only before a command: else it is a remark. */
export function stripPrompt(line: string): string {
  const prompt = PROMPT.exec(line);
  if (prompt) {
    const rest = line.slice(prompt[0].length);
    return prompt.groups?.tick === "`" ? rest.replace(/`\s*$/, "") : rest;
  }
  const root = /^\s*#\s+/.exec(line)?.[0] ?? "";
  return root !== "" && COMMAND.test(line.slice(root.length)) ? line.slice(root.length) : line;
}

/** Whether a line waits for the next one. */
function isUnfinished(line: string): boolean {
  const quotes = line.replace(/\\./g, "");
  const open = (quote: string) => (quotes.split(quote).length - 1) % 2 === 1;
  return /\\$|(?:\||&&|\bdo|\bthen|\{)\s*$/.test(line) || open("'") || open('"');
}

export interface Pasted {
  /** Lines to be typed, in order. */
  readonly lines: readonly string[];
  /** Lines left out: what a command had printed where the text comes from. */
  readonly output: number;
}

/** Takes a paste apart. Where no line has a prompt, every line is a command; else what follows one without a prompt is output. */
export function pastedLines(text: string): Pasted {
  const all = text.split(/\r\n|\r|\n/);
  if (!all.some((line) => PROMPT.test(line))) return { lines: all.map(stripPrompt), output: 0 };
  const lines: string[] = [];
  let output = 0;
  let prompted = false;
  let open = false;
  for (const line of all) {
    const bare = stripPrompt(line);
    const isCommand = bare !== line || COMMAND.test(line.trim()) || /^\s*#/.test(line);
    prompted ||= bare !== line;
    if (open || (prompted && /^>\s/.test(line))) lines.push(line.replace(/^>\s/, ""));
    else if (isCommand || !prompted) lines.push(bare);
    else if (line.trim() !== "") output++;
    open = (open || isCommand) && isUnfinished(bare);
  }
  // A paste that ends in a newline sends its last line, too.
  const last = /[\r\n]$/.test(text) ? [""] : [];
  return { lines: [...lines.filter((line) => line.trim() !== ""), ...last], output };
}
