// A frame in half a line.
import type { AllText } from "../../i18n/all-text.ts";
import type { FrameFacts } from "./frame-facts.ts";

/** With a capital letter; a name would not take one, but no words about a frame begin with a name. */
export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "who has 172.17.0.3? Tell 172.17.0.2", in the language of `t`. */
export function frameWords(facts: FrameFacts | null, t: AllText): string {
  const e = t.events;
  if (facts === null) return e.frame;
  const { arp, ip, icmp, ports } = facts;
  if (arp !== null) {
    if (arp.op === 2) return e.arpReply(arp.spa, arp.sha);
    if (arp.spa === "0.0.0.0") return e.arpProbe(arp.tpa);
    return arp.spa === arp.tpa ? e.arpAnnounce(arp.spa) : e.arpRequest(arp.tpa, arp.spa);
  }
  if (facts.ip6 !== null) return ip6Words(facts.ip6, facts.icmp6, t);
  if (ip === null) return e.frame;
  if (facts.inner !== null) {
    return e.tunnel.parcel(tunnelName(facts.inner.vni), ip.src, ip.dst, frameWords(facts.inner.facts, t));
  }
  if (icmp !== null) {
    if (icmp.type === 8) return e.echoRequest(ip.src, ip.dst, icmp.seq);
    if (icmp.type === 0) return e.echoReply(ip.src, ip.dst, icmp.seq);
    return e.icmpError(icmpName(icmp.type, icmp.code, t), ip.src);
  }
  if (ports !== null) {
    const extra = ports.flags === "" ? "" : `, ${ports.flags}`;
    return e.datagram(facts.protocol.toUpperCase(), `${ip.src}:${ports.src}`, `${ip.dst}:${ports.dst}`, extra);
  }
  return e.datagram(facts.protocol === "ipip" ? "IPIP" : "IP", ip.src, ip.dst, "");
}

/** "VXLAN 1" or "IPIP". */
export function tunnelName(vni: number | null): string {
  return vni === null ? "IPIP" : `VXLAN ${vni}`;
}

/** ICMP types and codes of RFC 792 and 1812. */
function icmpName(type: number, code: number, t: AllText): string {
  const names = t.events.icmpNames;
  if (type === 5) return names.redirect;
  if (type === 11) return names.ttl;
  if (type !== 3) return names.other;
  const byCode = [names.net, names.host, names.protocol, names.port, names.frag];
  return byCode[code] ?? (code === 9 || code === 10 || code === 13 ? names.prohibited : names.unreachable);
}

/** ICMPv6 of RFC 4443, 4861 and 3810, by the names that tcpdump has for them. */
function ip6Words({ src, dst }: NonNullable<FrameFacts["ip6"]>, icmp6: FrameFacts["icmp6"], t: AllText): string {
  const w = t.events.icmp6;
  if (icmp6 === null) return t.events.datagram("IPv6", src, dst, "");
  const { type, seq, about } = icmp6;
  switch (type) {
    case 128:
      return t.events.echoRequest(src, dst, seq);
    case 129:
      return t.events.echoReply(src, dst, seq);
    case 133:
      return w.routerSolicitation(src);
    case 134:
      return w.routerAdvertisement(src);
    case 135:
      return src === "::" ? w.isTaken(about) : w.neighbourSolicitation(about, src);
    case 136:
      return w.neighbourAdvertisement(about);
    case 143:
      return w.listenerReport(src, about);
    default:
      return t.events.datagram(w.other(type), src, dst, "");
  }
}
