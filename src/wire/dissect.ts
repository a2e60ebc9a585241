// Takes a frame apart for people to read: every header, field by field, each with the bytes that it stands in.
// Never throws: what is cut short or makes no sense is shown as far as it can be read, with an error.
import { dissectData, dissectDns } from "./dissect/application.ts";
import { dissectHopOptions, dissectIcmpv6, dissectIpv6 } from "./dissect/ipv6.ts";
import type { Context, Layer, NextProtocol, Step, View } from "./dissect/layer.ts";
import { dissectArp, dissectEthernet, dissectVxlan } from "./dissect/link.ts";
import { dissectIcmp, dissectIpip, dissectIpv4, OUTERMOST } from "./dissect/network.ts";
import { dissectTcp, dissectUdp } from "./dissect/transport.ts";

export type { DissectedField, Layer, LayerProtocol } from "./dissect/layer.ts";

const DISSECTORS: Readonly<Record<NextProtocol, (view: View, context: Context) => Step>> = {
  ethernet: dissectEthernet,
  arp: dissectArp,
  ipv4: dissectIpv4,
  ipip: dissectIpip,
  icmp: dissectIcmp,
  ipv6: dissectIpv6,
  hopopts: dissectHopOptions,
  icmpv6: dissectIcmpv6,
  udp: dissectUdp,
  tcp: dissectTcp,
  dns: dissectDns,
  vxlan: dissectVxlan,
  data: dissectData,
};

/**
 * The layers of an Ethernet frame without FCS, outermost first. Tunnelled frames, and the packet that an ICMP error
 * quotes (`quoted`), follow the header that carries them. Offsets count from the start of `bytes`.
 */
export function dissect(bytes: Uint8Array): Layer[] {
  const layers: Layer[] = [];
  let step = dissectEthernet({ b: bytes, at: 0, end: bytes.length }, OUTERMOST);
  for (;;) {
    layers.push(step.layer);
    const { next } = step;
    if (next === null || next.view.at >= next.view.end) return layers;
    step = DISSECTORS[next.protocol](next.view, next.context);
    if (next.context.quoted) step = { ...step, layer: { ...step.layer, quoted: true } };
  }
}
