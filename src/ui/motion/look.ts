/** What a frame looks like as a token: its protocol and, where a person should see the difference, what it says. */

/** One byte a flight. The order is that of the legend. */
export const Look = {
  OTHER: 0,
  ARP_REQUEST: 1,
  ARP_REPLY: 2,
  ICMP_REQUEST: 3,
  ICMP_REPLY: 4,
  ICMP_ERROR: 5,
  TCP: 6,
  UDP: 7,
  DNS: 8,
} as const;
export type Look = (typeof Look)[keyof typeof Look];

const ETHERTYPE = 12;
const PAYLOAD = 14;
const ARP_OPCODE = PAYLOAD + 6;
const IP_PROTOCOL = PAYLOAD + 9;
const DOMAIN_PORT = 53;

/** The look of an Ethernet frame. Bytes that are too few for what they claim to be look like OTHER. */
export function lookOf(frame: Uint8Array | null): Look {
  if (frame === null || frame.length < PAYLOAD) return Look.OTHER;
  const etherType = u16(frame, ETHERTYPE);
  if (etherType === 0x0806) return lookOfArp(frame);
  if (etherType === 0x0800) return lookOfIpv4(frame);
  if (etherType === 0x86dd) return lookOfIpv6(frame);
  return Look.OTHER;
}

function lookOfArp(frame: Uint8Array): Look {
  const opcode = u16(frame, ARP_OPCODE);
  if (opcode === 1) return Look.ARP_REQUEST;
  return opcode === 2 ? Look.ARP_REPLY : Look.OTHER;
}

function lookOfIpv4(frame: Uint8Array): Look {
  const start = PAYLOAD + ((frame[PAYLOAD] ?? 0) & 0x0f) * 4;
  const protocol = frame[IP_PROTOCOL];
  if (protocol === 1) return lookOfIcmp(frame[start]);
  if (protocol === 6) return Look.TCP;
  if (protocol !== 17) return Look.OTHER;
  return u16(frame, start) === DOMAIN_PORT || u16(frame, start + 2) === DOMAIN_PORT ? Look.DNS : Look.UDP;
}

/** ICMPv6, which may stand behind hop-by-hop options: what asks or reports is a request, what answers a reply, 1 to 127 are errors. */
function lookOfIpv6(frame: Uint8Array): Look {
  const options = PAYLOAD + 40;
  const hasOptions = frame[PAYLOAD + 6] === 0;
  if (frame[hasOptions ? options : PAYLOAD + 6] !== 58) return Look.OTHER;
  const type = frame[hasOptions ? options + 8 * (1 + (frame[options + 1] ?? 0)) : options] ?? 0;
  if (type < 128) return Look.ICMP_ERROR;
  return type === 129 || type === 134 || type === 136 ? Look.ICMP_REPLY : Look.ICMP_REQUEST;
}

function lookOfIcmp(type: number | undefined): Look {
  if (type === 8) return Look.ICMP_REQUEST;
  return type === 0 ? Look.ICMP_REPLY : Look.ICMP_ERROR;
}

/** What a packet that has no bytes yet will look like, by its IP protocol; `own`: a program sent it, not the kernel. */
export function lookOfProtocol(protocol: number, own: boolean): Look {
  if (protocol === 1) return own ? Look.ICMP_REQUEST : Look.ICMP_REPLY;
  if (protocol === 6) return Look.TCP;
  return protocol === 17 ? Look.UDP : Look.OTHER;
}

/** Sequence number of an ICMP echo request or reply of IPv4; 0 for anything else. */
export function echoSequence(frame: Uint8Array | null): number {
  const look = lookOf(frame);
  if (frame === null || (look !== Look.ICMP_REQUEST && look !== Look.ICMP_REPLY)) return 0;
  if (u16(frame, ETHERTYPE) !== 0x0800) return 0;
  return Math.max(0, u16(frame, PAYLOAD + ((frame[PAYLOAD] ?? 0) & 0x0f) * 4 + 6));
}

/** Big endian; -1 past the end. */
function u16(bytes: Uint8Array, at: number): number {
  return at + 2 <= bytes.length ? bytes[at]! * 256 + bytes[at + 1]! : -1;
}
