/**
 * What a frame says, as one line of text without what no simulator can know (IP and ICMP identifiers, ephemeral ports,
 * TCP numbers, payload bytes), and the faults found in it (checksums that do not hold, bytes that cannot be read).
 *
 * Written apart from `src/wire` on purpose: a codec's mistake must not hide itself by judging its own frames.
 * Sources: RFC 791, 792, 768, 793, 826, 1035, 7348.
 */
import { type Bytes, bytesOf, internetChecksum, ipv4Text, macText, portText, ShortRead } from "./bytes.ts";
import { tcpText } from "./tcp-text.ts";

export interface FrameText {
  text: string;
  faults: string[];
}

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_ARP = 0x0806;
const VXLAN_PORTS = new Set([4789, 8472]);
const ICMP_REDIRECT = 5;
const ICMP_UNREACHABLE = 3;
const ICMP_FRAG_NEEDED = 4;

class Reader {
  readonly layers: string[] = [];
  readonly faults: string[] = [];

  ethernet(frame: Bytes): void {
    const ethertype = frame.u16(12);
    const [dst, src] = [frame.raw.subarray(0, 6), frame.raw.subarray(6, 12)];
    this.layers.push(`${macText(src)} > ${macText(dst)} type=${ethertype.toString(16).padStart(4, "0")}`);
    if (ethertype === ETHERTYPE_ARP) this.arp(frame.from(14));
    else if (ethertype === ETHERTYPE_IPV4) this.ipv4(frame.from(14));
  }

  arp(packet: Bytes): void {
    const { raw } = packet;
    const sender = `${macText(raw.subarray(8, 14))} ${ipv4Text(raw.subarray(14, 18))}`;
    const target = `${macText(raw.subarray(18, 24))} ${ipv4Text(raw.subarray(24, 28))}`;
    this.layers.push(`arp op=${packet.u16(6)} ${sender} > ${target}`);
  }

  ipv4(packet: Bytes): void {
    const headerLength = (packet.u8(0) & 15) * 4;
    const [tos, totalLength, fragment, ttl, protocol] = [
      packet.u8(1),
      packet.u16(2),
      packet.u16(6),
      packet.u8(8),
      packet.u8(9),
    ];
    packet.u8(Math.max(headerLength, 20) - 1);
    const header = packet.raw.subarray(0, headerLength);
    if (internetChecksum(header) !== 0) this.faults.push("ip checksum");
    const flags = `${fragment & 0x4000 ? "DF" : ""}${fragment & 0x2000 ? "MF" : ""}`;
    const offset = (fragment & 0x1fff) * 8;
    this.layers.push(
      `ip ${addresses(packet)} len=${totalLength} ttl=${ttl} proto=${protocol} tos=${tos} flags=${flags} offset=${offset}`,
    );
    const body = packet.from(headerLength, totalLength);
    if (offset > 0) this.layers.push(`fragment of ${body.length}`);
    else this.transport(protocol, body, packet.raw.subarray(12, 20), (fragment & 0x2000) === 0);
  }

  /** `addresses` are the source and destination for the pseudo header; a first fragment's checksum can't be judged. */
  transport(protocol: number, body: Bytes, addresses: Buffer, whole: boolean): void {
    const pseudo = (length: number) =>
      Buffer.concat([addresses, Buffer.from([0, protocol, length >> 8, length & 255])]);
    const holds = (length: number) => internetChecksum(pseudo(length), body.raw) === 0;
    switch (protocol) {
      case 1:
        if (whole && internetChecksum(body.raw) !== 0) this.faults.push("icmp checksum");
        this.icmp(body);
        return;
      case 4:
        this.layers.push("ipip");
        this.ipv4(body);
        return;
      case 6:
        if (whole && !holds(body.length)) this.faults.push("tcp checksum");
        this.layers.push(tcpText(body));
        return;
      case 17:
        if (whole && body.u16(6) !== 0 && !holds(body.u16(4))) this.faults.push("udp checksum");
        this.udp(body);
        return;
      default:
        this.layers.push(`proto ${protocol} of ${body.length}`);
    }
  }

  icmp(message: Bytes): void {
    const [type, code] = [message.u8(0), message.u8(1)];
    if (type === 0 || type === 8) {
      this.layers.push(`icmp ${type}/${code} seq=${message.u16(6)} data=${message.length - 8}`);
      return;
    }
    let detail = "";
    if (type === ICMP_REDIRECT) detail = ` gateway=${ipv4Text(message.raw.subarray(4, 8))}`;
    if (type === ICMP_UNREACHABLE && code === ICMP_FRAG_NEEDED) detail = ` mtu=${message.u16(6)}`;
    this.layers.push(`icmp ${type}/${code}${detail} about ${quotedText(message.from(8))}`);
  }

  udp(datagram: Bytes): void {
    const [src, dst] = [datagram.u16(0), datagram.u16(2)];
    const data = datagram.from(8);
    if (VXLAN_PORTS.has(dst)) {
      const vni = data.u16(4) * 256 + data.u8(6);
      this.layers.push(`udp eph > ${dst} vxlan vni=${vni} flags=${data.u8(0)}`);
      this.ethernet(data.from(8));
      return;
    }
    const carried = src === 53 || dst === 53 ? dnsText(data) : `data=${data.length}`;
    this.layers.push(`udp ${portText(src)} > ${portText(dst)} ${carried}`);
  }
}

function addresses(packet: Bytes): string {
  return `${ipv4Text(packet.raw.subarray(12, 16))} > ${ipv4Text(packet.raw.subarray(16, 20))}`;
}

/** The datagram that an ICMP error quotes. */
function quotedText(packet: Bytes): string {
  if (packet.length < 10) return "nothing readable";
  const quoted = packet.length - (packet.u8(0) & 15) * 4;
  return `${addresses(packet)} ttl=${packet.u8(8)} proto=${packet.u8(9)} quoted=${quoted}`;
}

/** The first question and the header of a DNS message; ids and answers' bytes are left out. */
function dnsText(message: Bytes): string {
  const flags = message.u16(2);
  const labels: string[] = [];
  let at = 12;
  for (let length = message.u8(at); length > 0; length = message.u8(at)) {
    labels.push(message.raw.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  const kind = flags & 0x8000 ? "answer" : "query";
  return `dns ${kind} ${labels.join(".")} type=${message.u16(at + 1)} rcode=${flags & 15} answers=${message.u16(6)}`;
}

/** Reads a whole Ethernet frame. Never throws: what cannot be read is a fault. */
export function frameText(frame: Buffer): FrameText {
  const reader = new Reader();
  try {
    reader.ethernet(bytesOf(frame));
  } catch (error) {
    if (!(error instanceof ShortRead)) throw error;
    reader.layers.push("unreadable");
    reader.faults.push("unreadable");
  }
  return { text: reader.layers.join(" | "), faults: reader.faults };
}
