// Lines for UDP and TCP.
import { toHex } from "../bytes.ts";
import { pseudoHeaderSum } from "../checksum.ts";
import { DNS_PORT } from "../dns.ts";
import { describeWireError, type Field } from "../fields.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "../ipv4.ts";
import {
  parseTcp,
  parseTcpOption,
  TCP,
  TCP_HLEN,
  TCPOPT_EOL,
  TCPOPT_MSS,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_SACK_PERM,
  TCPOPT_TIMESTAMP,
  TCPOPT_WINDOW,
  type TcpOption,
  tcpDestinationPort,
  tcpHeaderLength,
  tcpOptionLength,
  tcpSourcePort,
} from "../tcp.ts";
import { parseUdp, UDP, UDP_HLEN, udpDestinationPort, udpLength, udpSourcePort } from "../udp.ts";
import { VXLAN_PORT, VXLAN_PORT_LINUX } from "../vxlan.ts";
import {
  type Context,
  checksumText,
  type DissectedField,
  hex,
  type NextProtocol,
  type Step,
  show,
  type View,
} from "./layer.ts";
import { tcpFlagNames } from "./names.ts";
import { expectedChecksum } from "./network.ts";

export function dissectUdp(view: View, context: Context): Step {
  const { b, at, end } = view;
  const parsed = parseUdp(b, at, end - at);
  const whole = end - at >= UDP_HLEN;
  const layer = {
    protocol: "udp" as const,
    name: "User Datagram Protocol",
    detail: whole ? `Src Port: ${udpSourcePort(b, at)}, Dst Port: ${udpDestinationPort(b, at)}` : "",
    offset: at,
    length: Math.min(UDP_HLEN, end - at),
    fields: [
      ...show(view, UDP.sourcePort),
      ...show(view, UDP.destinationPort),
      ...show(view, UDP.length),
      ...show(view, UDP.checksum, (value) =>
        value === 0 ? "0x0000 [none]" : checksumText(value, udpSum(view, context)),
      ),
    ],
    // A fragment or a quoted packet holds less than the length says, rightly.
    ...(parsed.ok || (whole && parsed.error.kind === "short" && !context.complete)
      ? {}
      : { error: describeWireError(parsed.error) }),
  };
  const protocol = whole && layer.error === undefined ? nextOfUdp(b, at) : "data";
  const payloadEnd = parsed.ok ? at + parsed.value.length : end;
  return { layer, next: { protocol, view: { b, at: at + layer.length, end: payloadEnd }, context } };
}

function udpSum(view: View, context: Context): number | null {
  const { b, at, end } = view;
  const length = udpLength(b, at);
  if (!context.complete || length < UDP_HLEN || at + length > end) return null;
  const pseudo = pseudoHeaderSum(context.source, context.destination, IPPROTO_UDP, length);
  // A computed 0 goes out as 0xffff, because 0 says "none".
  return expectedChecksum(b, at, length, at + UDP.checksum.offset, pseudo) || 0xffff;
}

function nextOfUdp(b: Uint8Array, at: number): NextProtocol {
  const source = udpSourcePort(b, at);
  const destination = udpDestinationPort(b, at);
  if (destination === VXLAN_PORT || destination === VXLAN_PORT_LINUX) return "vxlan";
  if (source === DNS_PORT || destination === DNS_PORT) return "dns";
  return "data";
}

export function dissectTcp(view: View, context: Context): Step {
  const { b, at, end } = view;
  const parsed = parseTcp(b, at, end - at);
  const portsFit = end - at >= 4;
  const headerEnd = end - at >= TCP_HLEN ? Math.min(end, at + Math.max(TCP_HLEN, tcpHeaderLength(b, at))) : end;
  const layer = {
    protocol: "tcp" as const,
    name: "Transmission Control Protocol",
    detail: portsFit ? `Src Port: ${tcpSourcePort(b, at)}, Dst Port: ${tcpDestinationPort(b, at)}` : "",
    offset: at,
    length: headerEnd - at,
    fields: [...tcpFields(view, context), ...tcpOptionFields(b, at + TCP_HLEN, headerEnd)],
    ...(parsed.ok || (parsed.error.kind === "short" && context.quoted)
      ? {}
      : { error: describeWireError(parsed.error) }),
  };
  return { layer, next: { protocol: "data", view: { b, at: headerEnd, end }, context } };
}

function tcpFields(view: View, context: Context): DissectedField[] {
  const { b, at, end } = view;
  const pseudo = pseudoHeaderSum(context.source, context.destination, IPPROTO_TCP, end - at);
  const sumAt = at + TCP.checksum.offset;
  const flags: readonly Field[] = [
    TCP.reserved,
    TCP.cwr,
    TCP.ece,
    TCP.urg,
    TCP.ack,
    TCP.psh,
    TCP.rst,
    TCP.syn,
    TCP.fin,
  ];
  return [
    ...show(view, TCP.sourcePort),
    ...show(view, TCP.destinationPort),
    ...show(view, TCP.sequenceNumber),
    ...show(view, TCP.acknowledgmentNumber),
    ...show(view, TCP.dataOffset, (value) => `${value * 4} bytes (${value})`),
    ...show(
      view,
      TCP.flags,
      (value) => `${hex(value, 3)} (${tcpFlagNames(value)})`,
      flags.flatMap((field) => show(view, field)),
    ),
    ...show(view, TCP.window),
    ...show(view, TCP.checksum, (value) =>
      checksumText(value, context.complete ? expectedChecksum(b, at, end - at, sumAt, pseudo) : null),
    ),
    ...show(view, TCP.urgentPointer),
  ];
}

/** One line for the options with one for each under it, up to the first that can't be read. */
function tcpOptionFields(b: Uint8Array, at: number, end: number): DissectedField[] {
  if (at >= end) return [];
  const children: DissectedField[] = [];
  for (let i = at; i < end; ) {
    const length = tcpOptionLength(b, i, end);
    if (length === null) break;
    const option = parseTcpOption(b, i, length);
    children.push({ ...tcpOptionText(option), offset: i, length });
    if (option.kind === TCPOPT_EOL) break;
    i += length;
  }
  const value = children.map((child) => child.label).join(", ");
  return [{ key: "tcp.options", label: "Options", value, offset: at, length: end - at, children }];
}

function tcpOptionText(option: TcpOption): { readonly key: string; readonly label: string; readonly value: string } {
  switch (option.kind) {
    case TCPOPT_EOL:
      return { key: "tcp.options.eol", label: "End of Option List", value: "" };
    case TCPOPT_NOP:
      return { key: "tcp.options.nop", label: "No-Operation", value: "" };
    case TCPOPT_SACK_PERM:
      return { key: "tcp.options.sack_perm", label: "SACK permitted", value: "" };
    case TCPOPT_MSS:
      return { key: "tcp.options.mss", label: "Maximum segment size", value: `${option.mss} bytes` };
    case TCPOPT_WINDOW: {
      const value = `${option.shift} (multiply by ${2 ** option.shift})`;
      return { key: "tcp.options.wscale", label: "Window scale", value };
    }
    case TCPOPT_SACK: {
      const value = option.blocks.map((block) => `${block.left}-${block.right}`).join(" ");
      return { key: "tcp.options.sack", label: "SACK", value };
    }
    case TCPOPT_TIMESTAMP: {
      const value = `TSval ${option.value}, TSecr ${option.echoReply}`;
      return { key: "tcp.options.timestamp", label: "Timestamps", value };
    }
    case "other":
      return { key: "tcp.options.unknown", label: `Unknown option ${option.number}`, value: toHex(option.data) };
  }
}
