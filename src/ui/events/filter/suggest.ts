// Which words could stand next in a filter expression. Pure.

export interface Known {
  /** Address and name of a node. */
  readonly hosts: readonly (readonly [address: string, name: string])[];
  readonly devs: readonly string[];
  /** "172.17.0.0/16" */
  readonly nets: readonly string[];
  readonly macs: readonly string[];
}

export interface Suggestion {
  /** What takes the place of the word at the cursor. */
  readonly insert: string;
  /** A node's name beside its address; a word's explanation is found by `insert`. */
  readonly note: string;
}

export interface Suggestions {
  /** Where the word at the cursor begins. */
  readonly from: number;
  readonly list: readonly Suggestion[];
}

const MOST = 9;
const TERMS = ["arp", "icmp", "tcp", "udp", "ip", "host", "src", "dst", "net", "port", "portrange", "proto", "ether"];
const MORE = ["broadcast", "multicast", "less", "greater", "inbound", "outbound"];
const STARTS = [...TERMS, ...MORE, "not", "(", "tcp[tcpflags]", "icmp[icmptype]"];
const FLAGS = ["tcp-syn", "tcp-fin", "tcp-rst", "tcp-push", "tcp-ack", "tcp-urg"];
const ICMP_TYPES = ["icmp-echo", "icmp-echoreply", "icmp-unreach", "icmp-redirect", "icmp-timxceed"];
const PORTS = ["80", "53", "443", "4789", "8472"];

/** What could stand at the end of `text` (the part before the cursor), best first; none for free words. */
export function suggest(text: string, known: Known): Suggestions {
  const word = /[^\s()!]*$/.exec(text)![0];
  const from = text.length - word.length;
  const before = text.slice(0, from).trimEnd();
  const list = nextWords(before, known)
    .filter(
      ({ insert, note }) => insert !== word && (insert.startsWith(word) || (word !== "" && note.startsWith(word))),
    )
    .slice(0, MOST);
  return { from, list };
}

function nextWords(before: string, known: Known): Suggestion[] {
  if (before === "") return plain([...STARTS, "-i"]);
  const words = before.split(/\s+/);
  const last = words.at(-1)!;
  const ether = words.lastIndexOf("ether") >= words.length - 3 && words.includes("ether");
  if (last === "-i") return plain(known.devs);
  if (words.length === 2 && words[0] === "-i") return plain(STARTS);
  if (/^(and|or|&&|\|\||not|!|.*[(!])$/.test(last)) return plain(STARTS);
  if (last === "ether") return plain(["host", "src", "dst", "proto", "broadcast", "multicast"]);
  if (ether && /^(host|src|dst)$/.test(last)) return plain(known.macs);
  if (last === "host") return hosts(known);
  if (last === "src" || last === "dst") return [...hosts(known), ...plain(["host", "net", "port"])];
  if (last === "net") return plain(known.nets);
  if (last === "port") return plain(PORTS);
  if (last === "proto") return plain(ether ? ["ip", "arp"] : ["\\icmp", "\\tcp", "\\udp", "ipip"]);
  if (last === "tcp[tcpflags]") return plain(["&", "="]);
  if (last === "&" || before.endsWith("tcp[tcpflags] =")) return plain(FLAGS);
  if (FLAGS.includes(last)) return plain(["!=", "and", "or"]);
  if (last === "icmp[icmptype]") return plain(["=", "!="]);
  if (/icmp\[icmptype\] !?=$/.test(before)) return plain(ICMP_TYPES);
  if (last === "!=") return plain(["0"]);
  if (/^(tcp|udp)$/.test(last)) return plain(["port", "src", "dst", "and", "or"]);
  if (/^(less|greater|portrange)$/.test(last)) return [];
  return isTerm(words) ? plain(["and", "or"]) : [];
}

/** Whether the last word can end a term: what went before it is of the filter language. */
function isTerm(words: readonly string[]): boolean {
  return words.some((word) => STARTS.includes(word) || word === "-i") || /^\d+\.\d+\.\d+\.\d+$/.test(words[0]!);
}

function plain(words: readonly string[]): Suggestion[] {
  return words.map((insert) => ({ insert, note: "" }));
}

function hosts(known: Known): Suggestion[] {
  return known.hosts.map(([insert, note]) => ({ insert, note }));
}
