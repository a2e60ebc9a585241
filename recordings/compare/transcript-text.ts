/**
 * What a command printed, as lines without what no simulator can know: identifiers, ephemeral ports, TCP numbers, clock
 * readings, measured times and ages; and random names by their shape where neither identities nor commands name them.
 *
 * The masks run in this order on each line: a later one may rely on what an earlier one put there (`EPH`).
 */

type Mask = [pattern: RegExp, replacement: string];

/** ping and its summary: what was measured. */
const PING: Mask[] = [
  [/time[= ]\d+(\.\d+)? ?ms/g, "time=T ms"],
  [/^rtt .*$/g, "rtt T"],
  [/^pipe \d+$/g, ""],
];

/** tcpdump and the kernel's TRACE: clock, IP ids, TCP numbers and windows, payload sizes, client ports. */
const PACKETS: Mask[] = [
  [/^\d\d:\d\d:\d\d\.\d+ /g, "CLOCK "],
  [/\b(id|ID|length-id) \d+/g, "id N"],
  [/\bID=\d+/g, "ID=N"],
  [/\bid=\d+/g, "id=N"],
  [/TS val \d+ ecr \d+/g, "TS val V ecr E"],
  [/\bseq \d{5,}/g, "seq N"],
  [/\back \d{5,}/g, "ack N"],
  [/\bwin \d+/g, "win W"],
  [/length \d{3,}/g, "length L"],
  [/seq 1:\d+/g, "seq 1:L"],
  [/\back \d+/g, "ack A"],
  [/\bseq \d+(:\d+)?(?=, ack|, win)/g, "seq S"],
  [/\b(\d+\.\d+\.\d+\.\d+)\.(3[2-9]\d{3}|[456]\d{4}|[12]\d{4})\b/g, "$1.EPH"],
];

/** Tables that age: `brctl showmacs`, conntrack. */
const TABLES: Mask[] = [
  [/\b([sd]port)=(3[2-9]\d{3}|[456]\d{4})/g, "$1=EPH"],
  [/^( +\d+\t[0-9a-f:]{17}\t(?:yes|no)\t\t) +\d+\.\d+/g, "$1 AGE"],
  [/^(icmp +1|tcp +6|udp +17) +\d+ /g, "$1 T "],
];

/** docker: dates, endpoint ids, and how long ago. */
const DOCKER: Mask[] = [
  [/"Created": "[^"]+"/g, '"Created": C'],
  [/"EndpointID": "[^"]+"/g, '"EndpointID": E'],
  [/(About|Less than|\d+) (a |an )?(second|minute)s?( ago)?/g, "AGO"],
];

/** Times that other tools measure, DNS ids, and the bridge's and routes' running timers. */
const REST: Mask[] = [
  [/\d+\.\d+ ms\b/g, "T ms"],
  [/ \d+\.\d+ms$/g, " T"],
  [/\.53: \d+([+*])|(?<=EPH): \d+([+*])/g, ": ID$1$2"],
  [/after \d+ ms/g, "after T ms"],
  [/((?:gc|hello|forward delay|hold|tcn|topology change|message age) timer)\t+ +\d+\.\d+/g, "$1 T"],
  [/expires \d+sec/g, "expires T"],
  [/endpoint ([\w-]+) \([0-9a-f]{64}\)/g, "endpoint $1 (E)"],
  [/\s+$/g, ""],
];

const MASKS: Mask[] = [...PING, ...PACKETS, ...TABLES, ...DOCKER, ...REST];

function maskLine(line: string): string {
  const masked = MASKS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
  // docker ps pads its columns to the longest age.
  return masked.includes("AGO") ? masked.replace(/(?<=\S) {2,}(?=\S)/g, "  ") : masked;
}

/** Addresses that are the same everywhere: broadcast, none, multicast. */
function isCommonMac(mac: string): boolean {
  return /^(ff:ff:ff:ff:ff:ff|00:00:00:00:00:00)$/.test(mac) || /^(01:00:5e|33:33)/.test(mac);
}

/** Replaces random names that `known` (identities and commands in one text) does not hold by what they look like. */
function maskUnknownNames(line: string, known: string): string {
  const keepIf = (isKnown: (name: string) => boolean, shape: string) => (name: string) =>
    isKnown(name) ? name : shape;
  const bridgeIdKnown = (id: string) => {
    const digits = id.slice("8000.".length);
    return digits === "0".repeat(12) || known.includes(digits.replace(/(..)(?!$)/g, "$1:"));
  };
  return line
    .replace(/\b[0-9a-f]{64}\b/g, "ID64")
    .replace(
      /\b(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\b/g,
      keepIf((mac) => known.includes(mac.toLowerCase()) || isCommonMac(mac), "MAC"),
    )
    .replace(/\b8000\.[0-9a-f]{12}\b/g, keepIf(bridgeIdKnown, "8000.MAC"))
    .replace(
      /\b[0-9a-f]{12}\b/g,
      keepIf((id) => known.includes(id), "ID12"),
    )
    .replace(
      /\bveth[0-9a-f]{7}\b/g,
      keepIf((name) => known.includes(name), "vethNAME"),
    );
}

/** The lines of one stream that count; empty lines do not. */
function streamLines(stream: string | undefined, known: string): string[] {
  return (stream ?? "")
    .split(/\r\n|[\n\r\v\f]/)
    .map(maskLine)
    .filter((line) => line.trim() !== "")
    .map((line) => maskUnknownNames(line, known));
}

/** Between what a command wrote to stdout and what it wrote to stderr. */
export const STDERR_MARK = "-- stderr --";

/** Both streams of a command as comparable lines. */
export function outputLines(entry: { stdout?: string; stderr?: string }, known: string): string[] {
  return [...streamLines(entry.stdout, known), STDERR_MARK, ...streamLines(entry.stderr, known)];
}
