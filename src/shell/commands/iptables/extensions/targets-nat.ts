/** `-j SNAT`, DNAT, MASQUERADE, REDIRECT and NETMAP: which addresses and ports a connection may be given. */
import { emptyRange } from "../../../../kernel/netfilter/empty.ts";
import type { NatRange, NfTarget } from "../../../../kernel/netfilter/types.ts";
import { type Ipv4, maskOf, parseIpv4 } from "../../../../wire/address.ts";
import { servicePort } from "../../../../wire/filter/services.ts";
import { type Args, unsigned } from "../args.ts";
import { badParameter, type Voice } from "../fail.ts";
import type { Extension, OptionSpec, RuleProtocol } from "./options.ts";

type NatTarget = Extract<NfTarget, { range: NatRange }>;

function flag(name: string, key: "random" | "randomFully" | "persistent"): OptionSpec<NatTarget> {
  return {
    name,
    flag: true,
    read(_, { range }) {
      range[key] = true;
    },
  };
}

/** "80" or "80-90". @param named whether a service's name will do for the first */
function ports(args: Args, text: string, named: boolean): { from: number; to: number } {
  const dash = text.indexOf("-");
  const first = dash < 0 ? text : text.slice(0, dash);
  const from = unsigned(first, 0, 65_535) ?? (named ? servicePort(first) : null);
  if (from === null) badParameter(args, `Port \`${text}' not valid`);
  if (dash < 0) return { from, to: from };
  const second = text.slice(dash + 1);
  const to = unsigned(second.split("/")[0] ?? "", 0, 65_535) ?? badParameter(args, `Port \`${second}' not valid`);
  if (from > to) badParameter(args, `Port range \`${second}' funky`);
  return { from, to };
}

/** ADDRESS[-ADDRESS][:PORT[-PORT]], or only ":PORT". */
function destination(args: Args, range: NatRange, text: string, named: boolean): void {
  const colon = text.indexOf(":");
  const hosts = colon < 0 ? text : text.slice(0, colon);
  if (colon >= 0) range.ports = ports(args, text.slice(colon + 1), named);
  if (hosts === "" && colon >= 0) return;
  const dash = hosts.indexOf("-");
  const first = dash < 0 ? hosts : hosts.slice(0, dash);
  const address = (word: string): Ipv4 => parseIpv4(word) ?? badParameter(args, `Bad IP address "${word}"`);
  const from = address(first);
  range.addresses = { from, to: dash < 0 ? from : address(hosts.slice(dash + 1)) };
}

const PORT_PROTOCOLS: readonly number[] = [1, 6, 17, 33, 132];

function needsPorts(voice: Voice, protocol: RuleProtocol | null): void {
  if (protocol === null || protocol.invert || !PORT_PROTOCOLS.includes(protocol.number))
    badParameter(voice, "Need TCP, UDP, SCTP or DCCP with port specification");
}

function addressed(kind: "SNAT" | "DNAT", option: string): Extension<NatTarget> {
  return {
    name: kind,
    make: () => ({ kind, range: emptyRange() }),
    options: [
      {
        name: option,
        mandatory: true,
        read: (args, { range }, text) => destination(args, range, text, kind === "DNAT"),
      },
      flag("--random", "random"),
      ...(kind === "SNAT" ? [flag("--random-fully", "randomFully")] : []),
      flag("--persistent", "persistent"),
    ],
    check(voice, { range }, _, protocol) {
      if (range.ports !== null) needsPorts(voice, protocol);
    },
  };
}

function local(kind: "MASQUERADE" | "REDIRECT"): Extension<NatTarget> {
  return {
    name: kind,
    make: () => ({ kind, range: emptyRange() }),
    options: [
      {
        name: "--to-ports",
        read(args, { range }, text) {
          if (text.includes(":")) badParameter(args, "Invalid port:port syntax - use dash");
          range.ports = ports(args, text, kind === "REDIRECT");
        },
      },
      flag("--random", "random"),
      ...(kind === "MASQUERADE" ? [flag("--random-fully", "randomFully")] : []),
    ],
    check(voice, { range }, _, protocol) {
      if (range.ports !== null) needsPorts(voice, protocol);
    },
  };
}

const netmap: Extension<Extract<NfTarget, { kind: "NETMAP" }>> = {
  name: "NETMAP",
  make: () => ({ kind: "NETMAP", address: 0 as Ipv4, mask: 0xffff_ffff }),
  options: [
    {
      name: "--to",
      mandatory: true,
      read(args, target, text) {
        const [host = "", tail = "32"] = text.split("/");
        const mask = /^\d+$/.test(tail) && Number(tail) <= 32 ? (maskOf(Number(tail)) as number) : parseIpv4(tail);
        const address = parseIpv4(host);
        if (address === null || mask === null) return badParameter(args, `Bad IP address "${text}"`);
        target.address = ((address & mask) >>> 0) as Ipv4;
        target.mask = mask;
      },
    },
  ],
};

export const NAT_TARGETS = {
  SNAT: addressed("SNAT", "--to-source"),
  DNAT: addressed("DNAT", "--to-destination"),
  MASQUERADE: local("MASQUERADE"),
  REDIRECT: local("REDIRECT"),
  NETMAP: netmap,
};
