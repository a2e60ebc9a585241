// Lines for Ethernet, ARP and VXLAN.
import { formatMac } from "../address.ts";
import { ARP, ARP_LEN, parseArp } from "../arp.ts";
import { getU16, toHex } from "../bytes.ts";
import {
  ETH_HLEN,
  ETH_P_802_3_MIN,
  ETH_P_ARP,
  ETH_P_IP,
  ETH_P_IPV6,
  ETHERNET,
  ethernetDst,
  ethernetSrc,
  ethernetType,
} from "../ethernet.ts";
import { describeWireError } from "../fields.ts";
import { IPV6_HLEN } from "../icmpv6.ts";
import { ipv4TotalLength, refuseIpv4 } from "../ipv4.ts";
import { parseVxlan, VXLAN, VXLAN_HLEN, vxlanVni } from "../vxlan.ts";
import {
  type Context,
  type DissectedField,
  hex,
  type NextProtocol,
  named,
  type Step,
  show,
  truncation,
  type View,
} from "./layer.ts";
import { ARP_OPCODES, ETHER_TYPES } from "./names.ts";

/** Ethernet II, or 802.3 where the type is a length. Padding behind an IPv4 or ARP packet is told apart from it. */
export function dissectEthernet(view: View, context: Context): Step {
  const { b, at, end } = view;
  const whole = end - at >= ETH_HLEN;
  const type = whole ? ethernetType(b, at) : 0;
  const isLength = whole && type < ETH_P_802_3_MIN;
  const next = isLength ? "data" : nextOfType(type);
  const payloadEnd = whole ? endOfPayload(view, next) : end;
  const fields = [
    ...show(view, ETHERNET.dst),
    ...show(view, ETHERNET.src),
    ...(isLength
      ? show(view, { ...ETHERNET.type, key: "eth.len", label: "Length", kind: "decimal" })
      : show(view, ETHERNET.type, (value) => named(ETHER_TYPES[value], hex(value, 4)))),
    ...padding(b, payloadEnd, end),
  ];
  const layer = {
    protocol: "eth" as const,
    name: isLength ? "IEEE 802.3 Ethernet" : "Ethernet II",
    detail: whole ? `Src: ${formatMac(ethernetSrc(b, at))}, Dst: ${formatMac(ethernetDst(b, at))}` : "",
    offset: at,
    length: Math.min(ETH_HLEN, end - at),
    fields,
    ...truncation(view, ETH_HLEN),
  };
  if (!whole) return { layer, next: null };
  return { layer, next: { protocol: next, view: { b, at: at + ETH_HLEN, end: payloadEnd }, context } };
}

function nextOfType(type: number): NextProtocol {
  if (type === ETH_P_IP) return "ipv4";
  if (type === ETH_P_ARP) return "arp";
  return type === ETH_P_IPV6 ? "ipv6" : "data";
}

/** Where the payload ends by its own account, and padding begins. */
function endOfPayload(view: View, protocol: NextProtocol): number {
  const at = view.at + ETH_HLEN;
  const length = view.end - at;
  if (protocol === "arp" && length > ARP_LEN) return at + ARP_LEN;
  if (protocol === "ipv4" && refuseIpv4(view.b, at, length) === null) return at + ipv4TotalLength(view.b, at);
  if (protocol === "ipv6" && length >= IPV6_HLEN) return Math.min(view.end, at + IPV6_HLEN + getU16(view.b, at + 4));
  return view.end;
}

function padding(b: Uint8Array, at: number, end: number): DissectedField[] {
  if (at >= end) return [];
  return [{ key: "eth.padding", label: "Padding", value: toHex(b, at, end - at), offset: at, length: end - at }];
}

/** ARP for IPv4 over Ethernet; for other sorts the fields up to the opcode, and an error. */
export function dissectArp(view: View, context: Context): Step {
  const { b, at, end } = view;
  const parsed = parseArp(b, at, end - at);
  const addresses = [ARP.sha, ARP.spa, ARP.tha, ARP.tpa];
  const fields = [
    ...show(view, ARP.hrd, (value) => named(value === 1 ? "Ethernet" : undefined, value)),
    ...show(view, ARP.pro, (value) => named(ETHER_TYPES[value], hex(value, 4))),
    ...show(view, ARP.hln),
    ...show(view, ARP.pln),
    ...show(view, ARP.op, (value) => named(ARP_OPCODES[value], value)),
    ...(parsed.ok || parsed.error.kind === "short" ? addresses.flatMap((field) => show(view, field)) : []),
  ];
  const layer = {
    protocol: "arp" as const,
    name: "Address Resolution Protocol",
    detail: parsed.ok ? (ARP_OPCODES[parsed.value.op] ?? `opcode ${parsed.value.op}`) : "",
    offset: at,
    length: Math.min(ARP_LEN, end - at),
    fields,
    ...(parsed.ok ? {} : { error: describeWireError(parsed.error) }),
  };
  return { layer, next: { protocol: "data", view: { b, at: at + layer.length, end }, context } };
}

/** VXLAN; an Ethernet frame follows, which no outer packet's addresses concern. */
export function dissectVxlan(view: View, context: Context): Step {
  const { b, at, end } = view;
  const parsed = parseVxlan(b, at, end - at);
  const layer = {
    protocol: "vxlan" as const,
    name: "Virtual eXtensible Local Area Network",
    detail: end - at >= VXLAN_HLEN ? `VNI: ${vxlanVni(b, at)}` : "",
    offset: at,
    length: Math.min(VXLAN_HLEN, end - at),
    fields: [
      ...show(view, VXLAN.flags, undefined, show(view, VXLAN.vniValid)),
      ...show(view, VXLAN.reserved1),
      ...show(view, VXLAN.vni),
      ...show(view, VXLAN.reserved2),
    ],
    ...(parsed.ok ? {} : { error: describeWireError(parsed.error) }),
  };
  const protocol = parsed.ok ? "ethernet" : "data";
  return { layer, next: { protocol, view: { b, at: at + layer.length, end }, context } };
}
