/** Rules as dockerd writes them, from a few words. */
import { emptyAddrtype, emptyConntrack, emptyRange, emptyTcp, emptyUdp } from "../../kernel/netfilter/empty.ts";
import { emptyRule } from "../../kernel/netfilter/tables.ts";
import {
  type AddressSpec,
  AddrTypeBit,
  CtStateBit,
  type NfMatch,
  type NfRule,
  type NfTarget,
} from "../../kernel/netfilter/types.ts";
import { type Cidr, type Ipv4, ipv4, maskOf, networkOf } from "../../wire/address.ts";

/** What a rule asks for; a name with "!" before it is inverted. */
export interface RuleWords {
  in?: string;
  out?: string;
  source?: AddressSpec;
  destination?: AddressSpec;
  protocol?: number;
  matches?: NfMatch[];
  target: NfTarget;
}

export function rule(words: RuleWords): NfRule {
  return {
    ...emptyRule(),
    inInterface: named(words.in),
    outInterface: named(words.out),
    source: words.source ?? null,
    destination: words.destination ?? null,
    protocol: words.protocol === undefined ? null : { number: words.protocol, invert: false },
    matches: words.matches ?? [],
    target: words.target,
  };
}

function named(text: string | undefined): NfRule["inInterface"] {
  if (text === undefined) return null;
  return text.startsWith("!") ? { name: text.slice(1), invert: true } : { name: text, invert: false };
}

export function net({ address, prefixLength }: Cidr, invert = false): AddressSpec {
  return { address: networkOf(address, prefixLength), mask: maskOf(prefixLength) as number, invert };
}

export function host(address: Ipv4): AddressSpec {
  return { address, mask: 0xffff_ffff, invert: false };
}

/** -m addrtype --dst-type LOCAL */
export const toLocal = (): NfMatch => ({
  ...emptyAddrtype(),
  destination: { bits: AddrTypeBit.LOCAL, invert: false },
});

/** -m addrtype --src-type LOCAL */
export const fromLocal = (): NfMatch => ({
  ...emptyAddrtype(),
  source: { bits: AddrTypeBit.LOCAL, invert: false },
});

/** -m conntrack --ctstate RELATED,ESTABLISHED */
export const ofKnownConnection = (): NfMatch => ({
  ...emptyConntrack(),
  states: { bits: CtStateBit.RELATED | CtStateBit.ESTABLISHED, invert: false },
});

/** -m tcp --dport PORT, or udp's. */
export function toPort(protocol: "tcp" | "udp" | "sctp", port: number): NfMatch {
  const dports = { from: port, to: port, invert: false };
  return protocol === "udp" ? { ...emptyUdp(), dports } : { ...emptyTcp(), dports };
}

/** -m tcp --sport PORT, or udp's. */
export function fromPort(protocol: "tcp" | "udp" | "sctp", port: number): NfMatch {
  const sports = { from: port, to: port, invert: false };
  return protocol === "udp" ? { ...emptyUdp(), sports } : { ...emptyTcp(), sports };
}

export const PROTOCOL_NUMBER = { tcp: 6, udp: 17, sctp: 132 } as const;

export const LOOPBACK_NET: AddressSpec = { address: ipv4("127.0.0.0"), mask: maskOf(8) as number, invert: true };

/** --to-destination ADDRESS:PORT */
export function dnatTo(address: Ipv4, port: number): NfTarget {
  const range = { addresses: { from: address, to: address }, ports: { from: port, to: port } };
  return { kind: "DNAT", range: { ...emptyRange(), ...range } };
}

/** --to-source :PORT */
export function snatToPort(port: number): NfTarget {
  return { kind: "SNAT", range: { ...emptyRange(), ports: { from: port, to: port } } };
}

export const masquerade = (): NfTarget => ({ kind: "MASQUERADE", range: emptyRange() });
