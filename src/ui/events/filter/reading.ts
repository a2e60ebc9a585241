// What somebody typed over the list of events: words to look for, or an expression of tcpdump's filter language. Pure.
import { type Filter, type FilterFault, type HostOf, parseFilter } from "../../../wire/filter/parse.ts";

export type Reading =
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** `dev`: the name after `-i`; `filter` is null when nothing but that stands there. */
  | { readonly kind: "tcpdump"; readonly dev: string | null; readonly filter: Filter | null }
  | { readonly kind: "fault"; readonly fault: FilterFault };

/** A reading that rows can be held against. */
export type Sound = Exclude<Reading, { kind: "fault" }>;

export const EVERYTHING: Sound = { kind: "words", words: [] };

/** Nobody looks for such a word in sentences: with one of these an expression begins. */
const BEGINNINGS: ReadonlySet<string> = new Set(
  "host src dst net port portrange proto ether ip ip6 less greater len inbound outbound not ! ( -i".split(" "),
);
/** What goes on after a protocol when that is not just a word. */
const CONTINUES = /^(arp|rarp|icmp|igmp|tcp|udp)\s*(\[|and\b|or\b|&&|\|\||src\b|dst\b|host\b|net\b|port|proto\b)/;
const QUAD = /^\d+\.\d+\.\d+\.\d+$/;

/** Reads the box. @param hostOf address of a node by its name */
export function readFilter(text: string, hostOf: HostOf): Reading {
  const trimmed = text.trim();
  if (trimmed === "") return EVERYTHING;
  const [, dev = null, expression = trimmed] = /^-i\s*(\S+)\s*(.*)$/.exec(trimmed) ?? [];
  const filter = parseFilter(expression, hostOf);
  if (filter?.t === "fault") {
    if (!isExpression(trimmed)) return wordsOf(trimmed);
    const moved = trimmed.length - expression.length + text.indexOf(trimmed);
    return { kind: "fault", fault: { ...filter, at: filter.at + moved } };
  }
  // A bare number would be a host to tcpdump: "172.17" and "3" are words.
  const isPart = filter?.t === "host" && /^[\d.]+$/.test(trimmed) && !QUAD.test(trimmed);
  return isPart ? wordsOf(trimmed) : { kind: "tcpdump", dev, filter };
}

/** The reading; of a faulty one its beginning as far as that is an expression: "icmp" of "icmp and host". */
export function soundPart(text: string, reading: Reading, hostOf: HostOf): Sound {
  let part = text;
  let sound = reading;
  while (sound.kind === "fault") {
    part = part.trimEnd().replace(/[^\s()]*.$/, "");
    const next = readFilter(part, hostOf);
    sound = part.trim() === "" || next.kind !== "words" ? next : { ...reading };
  }
  return sound;
}

function isExpression(text: string): boolean {
  const first = /^(!|\(|[^\s([!]+)/.exec(text)?.[1] ?? "";
  return BEGINNINGS.has(first) || /^\w+\[/.test(text) || CONTINUES.test(text);
}

function wordsOf(text: string): Reading {
  return { kind: "words", words: text.toLowerCase().split(/\s+/) };
}
