/** TCP segments as tcpdump 4.99 prints them: print-tcp.c; and what all printers need to know. */
import { formatIpv4, type Ipv4 } from "../../wire/address.ts";
import { getU16 } from "../../wire/bytes.ts";
import { serviceName } from "../../wire/filter/services.ts";
import { ipv4Destination, ipv4Source } from "../../wire/ipv4.ts";
import {
  parseTcpOptions,
  TCP_ACK,
  TCP_CWR,
  TCP_ECE,
  TCP_FIN,
  TCP_HLEN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
  type TcpOption,
  tcpAcknowledgmentNumber,
  tcpChecksumOk,
  tcpDestinationPort,
  tcpFlags,
  tcpHeaderLength,
  tcpSequenceNumber,
  tcpSourcePort,
  tcpWindow,
} from "../../wire/tcp.ts";

export interface PrintContext {
  verbose: number;
  quiet: boolean;
  /** -n: no names of hosts and ports. */
  numeric: boolean;
  /** -e */
  showLink: boolean;
  /** -S */
  absolute: boolean;
  hostName: (address: Ipv4) => string | null;
  /** Where the sequence numbers of each conversation begin. */
  conversations: Record<string, { seq: number; ack: number }>;
}

export function portText(c: PrintContext, port: number, protocol: "tcp" | "udp"): string {
  return (c.numeric ? null : serviceName(port, protocol)) ?? String(port);
}

const FLAG_LETTERS: readonly (readonly [number, string])[] = [
  [TCP_FIN, "F"],
  [TCP_SYN, "S"],
  [TCP_RST, "R"],
  [TCP_PSH, "P"],
  [TCP_ACK, "."],
  [TCP_URG, "U"],
  [TCP_ECE, "E"],
  [TCP_CWR, "W"],
];

/** The segment at `at` (`length` bytes) of the IPv4 packet at `ip`. */
export function printTcp(c: PrintContext, b: Uint8Array, ip: number, at: number, length: number): string {
  const [src, dst] = [ipv4Source(b, ip), ipv4Destination(b, ip)];
  const text = (address: Ipv4) => c.hostName(address) ?? formatIpv4(address);
  if (length < TCP_HLEN) return `${text(src)} > ${text(dst)}: [|tcp]`;
  const [sport, dport] = [tcpSourcePort(b, at), tcpDestinationPort(b, at)];
  const ends = `${text(src)}.${portText(c, sport, "tcp")} > ${text(dst)}.${portText(c, dport, "tcp")}: `;
  const hlen = tcpHeaderLength(b, at);
  const size = length - hlen;
  if (hlen < TCP_HLEN || size < 0) return `${ends}[bad hdr length ${hlen}]`;
  if (c.quiet) return `${ends}tcp ${size}`;
  const flags = tcpFlags(b, at);
  const letters = FLAG_LETTERS.filter(([bit]) => (flags & bit) !== 0).map(([, letter]) => letter);
  let line = `${ends}Flags [${letters.join("") || "none"}]`;
  if (c.verbose > 0) line += `, cksum ${checksumText(b, at, length, src, dst)}`;
  const [seq, ack] = relative(c, b, at, src, dst);
  if (c.verbose > 1 || size > 0 || (flags & (TCP_SYN | TCP_FIN | TCP_RST)) !== 0)
    line += `, seq ${seq}${size > 0 ? `:${(seq + size) >>> 0}` : ""}`;
  if ((flags & TCP_ACK) !== 0) line += `, ack ${ack}`;
  line += `, win ${tcpWindow(b, at)}`;
  if ((flags & TCP_URG) !== 0) line += `, urg ${getU16(b, at + 18)}`;
  if (hlen > TCP_HLEN) line += `, options [${options(b, at, hlen, (tcpAcknowledgmentNumber(b, at) - ack) >>> 0)}]`;
  line += `, length ${size}`;
  const http = [sport, dport].some((p) => p === 80 || p === 8080 || p === 3128);
  return size > 0 && http ? line + printHttp(c, b, at + hlen, size) : line;
}

function checksumText(b: Uint8Array, at: number, length: number, src: Ipv4, dst: Ipv4): string {
  const good = tcpChecksumOk(b, at, length, src, dst);
  return `0x${getU16(b, at + 16)
    .toString(16)
    .padStart(4, "0")} (${good ? "correct" : "incorrect"})`;
}

/** Sequence and acknowledgment number, counted from the conversation's beginning once that was seen. */
function relative(c: PrintContext, b: Uint8Array, at: number, src: Ipv4, dst: Ipv4): [number, number] {
  const flags = tcpFlags(b, at);
  const seq = tcpSequenceNumber(b, at);
  const ack = tcpAcknowledgmentNumber(b, at);
  if (c.absolute || (flags & TCP_ACK) === 0) return [seq, ack];
  const [sport, dport] = [tcpSourcePort(b, at), tcpDestinationPort(b, at)];
  const reverse = sport === dport ? src > dst : sport > dport;
  const ends = [`${src}.${sport}`, `${dst}.${dport}`];
  const key = (reverse ? ends.reverse() : ends).join("-");
  const known = c.conversations[key];
  if (!known || (flags & TCP_SYN) !== 0) {
    c.conversations[key] = reverse ? { ack: seq, seq: (ack - 1) >>> 0 } : { seq, ack: (ack - 1) >>> 0 };
    return [seq, ack];
  }
  const [mine, theirs] = reverse ? [known.ack, known.seq] : [known.seq, known.ack];
  return [(seq - mine) >>> 0, (ack - theirs) >>> 0];
}

/** @param theirs sequence number from which the other side's are counted */
function options(b: Uint8Array, at: number, hlen: number, theirs: number): string {
  const parsed = parseTcpOptions(b, at + TCP_HLEN, hlen - TCP_HLEN);
  return parsed.ok ? parsed.value.map((o) => optionText(o, theirs)).join(",") : "[bad opt]";
}

function optionText(o: TcpOption, theirs: number): string {
  switch (o.kind) {
    case 0:
      return "eol";
    case 1:
      return "nop";
    case 2:
      return `mss ${o.mss}`;
    case 3:
      return `wscale ${o.shift}`;
    case 4:
      return "sackOK";
    case 5:
      return `sack ${o.blocks.length} ${o.blocks.map((s) => `{${(s.left - theirs) >>> 0}:${(s.right - theirs) >>> 0}}`).join("")}`;
    case 8:
      return `TS val ${o.value} ecr ${o.echoReply}`;
    default:
      return `unknown-${o.number}`;
  }
}

const HTTP_LINE = /^(HTTP\/\d|GET |HEAD |POST |PUT |DELETE |OPTIONS |PATCH |CONNECT |TRACE )/;

/** ": HTTP: GET / HTTP/1.1"; with -v all lines of the header. */
function printHttp(c: PrintContext, b: Uint8Array, at: number, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += String.fromCharCode(b[at + i] ?? 0);
  const lines = text.split("\r\n");
  const begins = HTTP_LINE.test(text);
  if (c.verbose === 0) return begins ? `: HTTP: ${lines[0]}` : ": HTTP";
  const head = `: HTTP, length: ${length}`;
  if (!begins) return head;
  const end = lines.indexOf("");
  const shown = end < 0 ? lines : lines.slice(0, end + 1);
  const body =
    end < 0
      ? []
      : lines
          .slice(end + 1)
          .join("\r\n")
          .split("\n");
  return [head, ...shown.map((l) => `\t${l}`), ...body.filter((l) => l !== "").map((l) => `\t${l}`)].join("\n");
}
