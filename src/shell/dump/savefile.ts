/**
 * Files of captured packets: pcap(5), microseconds, little-endian, as libpcap writes them on these machines. A file's text holds one byte a
 * character. Left out: the snapshot length (frames are kept whole), other byte orders and pcapng.
 */
import { SECOND_NS } from "../../base/time.ts";
import type { Message } from "../../kernel/types.ts";
import { devByIndex } from "../../kernel/world.ts";
import { ETH_HLEN, ethernetType } from "../../wire/ethernet.ts";
import type { Sys } from "../types.ts";

export type LinkType = "ethernet" | "raw" | "cooked";

/** LINKTYPE_ETHERNET, LINKTYPE_RAW and LINKTYPE_LINUX_SLL2; what tcpdump calls them. */
export const LINK_NAMES: Readonly<Record<LinkType, string>> = {
  ethernet: "EN10MB (Ethernet)",
  raw: "RAW (Raw IP)",
  cooked: "LINUX_SLL2 (Linux cooked v2)",
};
const LINK_NUMBERS: Readonly<Record<LinkType, number>> = { ethernet: 1, raw: 101, cooked: 276 };

const MAGIC = 0xa1b2c3d4;
const FILE_HLEN = 24;
const RECORD_HLEN = 16;
const SLL2_HLEN = 20;
const ARPHRD_ETHER = 1;
/** Where the sender's MAC stands in an Ethernet header. */
const SOURCE_AT = 6;
const MAC_LENGTH = 6;

function textOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

export function fileHeader(link: LinkType, snaplen: number): string {
  const bytes = new Uint8Array(FILE_HLEN);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, snaplen, true);
  view.setUint32(20, LINK_NUMBERS[link], true);
  return textOf(bytes);
}

/** A packet with its time, as the file's kind of link has it. */
export function fileRecord(sys: Sys, link: LinkType, m: Message): string {
  const packet = link === "ethernet" ? m.bytes : link === "raw" ? m.bytes.subarray(ETH_HLEN) : cook(sys, m);
  const head = new Uint8Array(RECORD_HLEN);
  const view = new DataView(head.buffer);
  view.setUint32(0, sys.world.bootTime_s + Math.floor(m.t_ns / SECOND_NS), true);
  view.setUint32(4, Math.floor((m.t_ns % SECOND_NS) / 1000), true);
  view.setUint32(8, packet.length, true);
  view.setUint32(12, packet.length, true);
  return textOf(head) + textOf(packet);
}

/** LINUX_SLL2 in place of the Ethernet header. */
function cook(sys: Sys, m: Message): Uint8Array {
  const packet = new Uint8Array(SLL2_HLEN + m.bytes.length - ETH_HLEN);
  const view = new DataView(packet.buffer);
  view.setUint16(0, ethernetType(m.bytes, 0));
  view.setUint32(4, sys.world.devs[m.dev]?.ifindex ?? 0);
  view.setUint16(8, ARPHRD_ETHER);
  packet[10] = m.pkttype;
  packet[11] = MAC_LENGTH;
  packet.set(m.bytes.subarray(SOURCE_AT, SOURCE_AT + MAC_LENGTH), 12);
  packet.set(m.bytes.subarray(ETH_HLEN), SLL2_HLEN);
  return packet;
}

interface Savefile {
  link: LinkType;
  snaplen: number;
  packets: Message[];
}

/** What a file holds, or what libpcap says of one that it cannot read. */
export function readSavefile(sys: Sys, text: string): Savefile | string {
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0) & 0xff);
  const view = new DataView(bytes.buffer);
  if (bytes.length < 4) return `truncated dump file; tried to read 4 file header bytes, only got ${bytes.length}`;
  if (view.getUint32(0, true) !== MAGIC) return "unknown file format";
  if (bytes.length < FILE_HLEN) {
    return `truncated dump file; tried to read ${FILE_HLEN - 4} file header bytes, only got ${bytes.length - 4}`;
  }
  const number = view.getUint32(20, true);
  const link = (Object.keys(LINK_NUMBERS) as LinkType[]).find((one) => LINK_NUMBERS[one] === number);
  if (link === undefined) return "unknown file format";
  const packets: Message[] = [];
  for (let at = FILE_HLEN; at + RECORD_HLEN <= bytes.length; ) {
    const length = view.getUint32(at + 8, true);
    const packet = bytes.subarray(at + RECORD_HLEN, at + RECORD_HLEN + length);
    if (packet.length < length) break;
    const s = view.getUint32(at, true) - sys.world.bootTime_s;
    packets.push(messageOf(sys, link, s * SECOND_NS + view.getUint32(at + 4, true) * 1000, packet));
    at += RECORD_HLEN + length;
  }
  return { link, snaplen: view.getUint32(16, true), packets };
}

/** The packet as a socket would have handed it over. */
function messageOf(sys: Sys, link: LinkType, t_ns: number, packet: Uint8Array): Message {
  const m: Message = {
    t_ns,
    bytes: packet,
    source: 0 as Message["source"],
    sourcePort: 0,
    ttl: 0,
    dev: -1,
    pkttype: 0,
    packet: -1,
    error: null,
  };
  if (link === "ethernet") return m;
  const skip = link === "raw" ? 0 : SLL2_HLEN;
  m.bytes = new Uint8Array(ETH_HLEN + packet.length - skip);
  m.bytes.set(packet.subarray(skip), ETH_HLEN);
  m.bytes.set(link === "raw" ? [0x08, 0x00] : packet.subarray(0, 2), ETH_HLEN - 2);
  if (link === "raw") return m;
  const view = new DataView(packet.buffer, packet.byteOffset);
  m.bytes.set(packet.subarray(12, 12 + MAC_LENGTH), SOURCE_AT);
  m.pkttype = packet[10] ?? 0;
  m.dev = devByIndex(sys.world, sys.proc.netns, view.getUint32(4))?.id ?? -1;
  return m;
}
