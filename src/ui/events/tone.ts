// The colour of a row of the trace: of its protocol, or of what it is about.
import { DropReason, NfVerdict, TraceKind } from "../../base/trace-kind.ts";
import { frameBytes } from "../store/trace-columns.ts";
import { frameProtocol, type Protocol } from "./frame-facts.ts";
import { encapOf, frameOf, nextFrameOf, type Scenery } from "./scenery.ts";

/** Which colour a chip or a tick has. */
export type Tone = "arp" | "icmp" | "tcp" | "udp" | "vxlan" | "drop" | "fdb" | "command" | "quiet" | "other";

const PROTOCOL_TONES: Readonly<Record<Protocol, Tone>> = {
  arp: "arp",
  icmp: "icmp",
  icmp6: "icmp",
  tcp: "tcp",
  udp: "udp",
  dns: "udp",
  vxlan: "vxlan",
  ipip: "vxlan",
  other: "other",
};

/** IP protocol numbers; -1 is ARP. */
const PROTOCOL_NUMBERS: Readonly<Record<number, Protocol>> = { [-1]: "arp", 1: "icmp", 4: "ipip", 6: "tcp", 17: "udp" };

/** Ends of a packet that are nobody's fault: it was for somebody else. */
const HARMLESS: ReadonlySet<number> = new Set([
  DropReason.OTHERHOST,
  DropReason.ARP_NOT_FOR_US,
  DropReason.BRIDGE_NO_EGRESS,
  DropReason.BRIDGE_SAME_PORT,
]);

/** Colour of the row. */
export function toneOf(s: Scenery, row: number): Tone {
  switch (s.columns.kind[row]) {
    case TraceKind.COMMAND:
      return "command";
    case TraceKind.ENCAP:
    case TraceKind.DECAP:
      return "vxlan";
    case TraceKind.FDB_ADD:
    case TraceKind.FDB_MOVE:
    case TraceKind.FDB_DELETE:
      return "fdb";
    case TraceKind.DROP:
      return HARMLESS.has(s.columns.a[row]!) ? "quiet" : "drop";
    case TraceKind.NF_RULE: {
      const verdict = s.columns.a[row]! >>> 4;
      return verdict === NfVerdict.DROP || verdict === NfVerdict.REJECT ? "drop" : "other";
    }
    case TraceKind.ROUTE:
    case TraceKind.LINK:
    case TraceKind.CONNTRACK:
    case TraceKind.NAT:
      return "other";
    case TraceKind.NEIGH_STATE:
      return "arp";
    default:
      return PROTOCOL_TONES[protocolOf(s, row)];
  }
}

/**
 * Whether the row is one of the many about rules that let a packet pass, or whose effect has a row of its own (a drop, a new
 * address): a list leaves it out unless somebody asks for it.
 */
export function isBackground({ columns }: Pick<Scenery, "columns">, row: number): boolean {
  if (columns.kind[row] === TraceKind.CONNTRACK) return true;
  return columns.kind[row] === TraceKind.NF_RULE && columns.a[row]! >>> 4 !== NfVerdict.REJECT;
}

/** The last of the first `rows` rows that a list shows, or -1. */
export function lastListed(s: Pick<Scenery, "columns">, rows: number): number {
  let row = rows - 1;
  while (row >= 0 && isBackground(s, row)) row--;
  return row;
}

/** Protocol of the row's frame; of a packet that has no frame yet, what the row says of it. */
export function protocolOf(s: Scenery, row: number): Protocol {
  const frame = frameOf(s, row);
  const encap = frame < 0 ? encapOf(s, row) : -1;
  if (encap >= 0) return s.devices.get(s.columns.dev[encap]!)?.link.kind === "ipip" ? "ipip" : "vxlan";
  if (frame >= 0 || s.columns.kind[row] !== TraceKind.SEND) return frameProtocol(frameBytes(s.frames, frame));
  const told = PROTOCOL_NUMBERS[s.columns.b[row]!] ?? "other";
  // What the kernel itself sends to find its neighbours is marked alike; only the frame tells IPv6's way from ARP.
  if (told !== "arp") return told;
  const soon = nextFrameOf(s, row);
  return soon < 0 ? told : frameProtocol(frameBytes(s.frames, soon));
}
