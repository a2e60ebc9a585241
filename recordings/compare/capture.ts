/**
 * Frames as lists that can be held against each other: one list for each (node, interface, direction), in order.
 *
 * Left out: `lo`, IPv6 and IGMP (their multicasts come on timers of their own), and unicast ARP probes with their
 * answers (the neighbour table's random reachable time decides when they come).
 */
import type { RecordedFrame } from "../recording.ts";
import { ipv4Text, macText } from "./bytes.ts";
import { frameText } from "./frame-text.ts";

export interface ReadFrame {
  text: string;
  /** Seconds from the scenario's start. */
  t: number;
}

export interface Capture {
  /** Keyed `node.interface.direction`. */
  lists: Map<string, ReadFrame[]>;
  /** Frames in all lists together. */
  count: number;
  /** Wrong checksums and unreadable frames, as `fault: node.interface`. */
  faults: string[];
}

interface Row {
  node: string;
  dev: string;
  dir: "in" | "out";
  t: number;
  frame: Buffer;
}

const ETHERTYPE_AT = 12;
const IPV4_PROTOCOL_AT = 23;
const ARP_OP_AT = 20;
const ARP_SENDER_MAC_AT = 22;
const ARP_SENDER_IP_AT = 28;
const ARP_END = 42;
const ARP_REQUEST = 1;
const ARP_REPLY = 2;
const IGMP = 2;

function ethertypeOf(frame: Buffer): number {
  return frame.length >= 14 ? frame.readUInt16BE(ETHERTYPE_AT) : 0;
}

function counts(frame: Buffer, dev: string): boolean {
  if (dev === "lo" || ethertypeOf(frame) === 0x86dd) return false;
  return !(ethertypeOf(frame) === 0x0800 && frame[IPV4_PROTOCOL_AT] === IGMP);
}

function isArp(frame: Buffer): boolean {
  return ethertypeOf(frame) === 0x0806 && frame.length >= ARP_END;
}

/**
 * Names for devices that Docker named at random and that identities.json no longer has, because they were gone by
 * the end: by the order in which they first carried a frame on their node.
 */
function deviceNamer(known: string): (node: string, dev: string) => string {
  const aliases = new Map<string, Map<string, string>>();
  return (node, dev) => {
    if (!/^(veth[0-9a-f]{7}|br-[0-9a-f]{12})$/.test(dev) || known.includes(dev)) return dev;
    const mine = aliases.get(node) ?? new Map<string, string>();
    aliases.set(node, mine);
    const alias = mine.get(dev) ?? `${dev.slice(0, 2)}#${mine.size + 1}`;
    mine.set(dev, alias);
    return alias;
  };
}

/**
 * MACs that the kernel drew and identities.json does not name (a veth made by hand), by the first address that they
 * spoke for in ARP.
 */
function randomMacs(frames: Buffer[], identities: string): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const frame of frames) {
    if (!isArp(frame)) continue;
    const mac = macText(frame.subarray(ARP_SENDER_MAC_AT, ARP_SENDER_MAC_AT + 6));
    const drawn = !mac.startsWith("52:54") && !mac.startsWith("02:42") && !identities.includes(mac);
    if (!drawn || aliases.has(mac)) continue;
    aliases.set(mac, `mac-of-${ipv4Text(frame.subarray(ARP_SENDER_IP_AT, ARP_SENDER_IP_AT + 4))}`);
  }
  return aliases;
}

/** Rows that are unicast ARP requests, or answers to them on the same interface. */
function probes(rows: Row[]): Set<Row> {
  const found = new Set<Row>();
  const open = new Map<string, number>();
  for (const row of rows) {
    if (ethertypeOf(row.frame) !== 0x0806) continue;
    const op = row.frame[ARP_OP_AT + 1];
    const [dst, src] = [macText(row.frame.subarray(0, 6)), macText(row.frame.subarray(6, 12))];
    const unicast = ((row.frame[0] ?? 0) & 1) === 0;
    const key = (dir: string, asker: string, asked: string) => [row.node, row.dev, dir, asker, asked].join(" ");
    if (op === ARP_REQUEST && unicast) {
      found.add(row);
      const asked = key(row.dir, src, dst);
      open.set(asked, (open.get(asked) ?? 0) + 1);
    } else if (op === ARP_REPLY) {
      const other = row.dir === "out" ? "in" : "out";
      const asked = [key(row.dir, dst, src), key(other, dst, src)].find((k) => (open.get(k) ?? 0) > 0);
      if (asked === undefined) continue;
      open.set(asked, (open.get(asked) ?? 0) - 1);
      found.add(row);
    }
  }
  return found;
}

/**
 * Sorts frames into lists.
 * @param identities the text of identities.json, which decides which MACs have names
 * @param known identities and commands in one text, which decides which device names are known
 */
export function readCapture(frames: RecordedFrame[], identities: string, known: string): Capture {
  const nameDevice = deviceNamer(known);
  const all = frames.map((f) => ({ node: f.node, dev: f.if, dir: f.dir, t: f.t, frame: Buffer.from(f.hex, "hex") }));
  const macs = randomMacs(
    all.map((row) => row.frame),
    identities,
  );
  const rows = all
    .filter((row) => counts(row.frame, row.dev))
    .map((row) => ({ ...row, dev: nameDevice(row.node, row.dev) }));
  const skipped = probes(rows);
  const capture: Capture = { lists: new Map(), count: 0, faults: [] };
  for (const row of rows) {
    if (skipped.has(row)) continue;
    const { text, faults } = frameText(row.frame);
    for (const fault of faults) capture.faults.push(`${fault}: ${row.node}.${row.dev}`);
    const key = `${row.node}.${row.dev}.${row.dir}`;
    const list = capture.lists.get(key) ?? [];
    capture.lists.set(key, list);
    list.push({ text: withAliases(text, macs), t: row.t });
    capture.count += 1;
  }
  return capture;
}

function withAliases(text: string, macs: Map<string, string>): string {
  let aliased = text;
  for (const [mac, alias] of macs) aliased = aliased.replaceAll(mac, alias);
  return aliased;
}
