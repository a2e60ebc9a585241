/** `-m NAME`: which matches there are, and those that look at transport headers. */
import { emptyTcp, emptyUdp } from "../../../../kernel/netfilter/empty.ts";
import type { NfMatch } from "../../../../kernel/netfilter/types.ts";
import { type Args, laxPorts, portRange, unsigned } from "../args.ts";
import { badParameter } from "../fail.ts";
import { bitsOf, ICMP_TYPES, TCP_FLAGS } from "../words.ts";
import { conntrack, state } from "./matches-conntrack.ts";
import { MORE_MATCHES } from "./matches-more.ts";
import { PACKET_MATCHES } from "./matches-packet.ts";
import type { Extension, OptionSpec } from "./options.ts";

type Kind<K extends NfMatch["kind"]> = Extract<NfMatch, { kind: K }>;

const TCP_SYN = { mask: 0b10111, comp: 0b10 };
const ONE_OF_FLAGS = "Only one of `--syn' or `--tcp-flags'  allowed";

function tcpPorts(name: string, alias: string, key: "sports" | "dports"): OptionSpec<Kind<"tcp">> {
  return {
    name,
    alias,
    invert: true,
    twice: `Only one \`${name}' allowed`,
    read(args, m, text) {
      const range = portRange(args, text);
      if (range.from > range.to) badParameter(args, "invalid portrange (min > max)");
      m[key] = range.from === 0 && range.to === 65_535 && !args.invert ? null : { ...range, invert: args.invert };
    },
  };
}

function tcpFlags(args: Args, m: Kind<"tcp">, mask: number, comp: number): void {
  if (m.flags !== null) badParameter(args, ONE_OF_FLAGS);
  m.flags = { mask, comp, invert: args.invert };
}

function flagBits(args: Args, text: string): number {
  for (const word of text.split(",")) {
    if (bitsOf(TCP_FLAGS, word) === null) badParameter(args, `Unknown TCP flag \`${word}'`);
  }
  return bitsOf(TCP_FLAGS, text) as number;
}

const tcp: Extension<Kind<"tcp">> = {
  name: "tcp",
  make: emptyTcp,
  options: [
    tcpPorts("--source-port", "--sport", "sports"),
    tcpPorts("--destination-port", "--dport", "dports"),
    {
      name: "--syn",
      flag: true,
      invert: true,
      twice: ONE_OF_FLAGS,
      read: (args, m) => tcpFlags(args, m, TCP_SYN.mask, TCP_SYN.comp),
    },
    {
      name: "--tcp-flags",
      invert: true,
      twice: ONE_OF_FLAGS,
      read(args, m, text) {
        const second = args.words[args.at];
        if (second === undefined || second.startsWith("-") || second === "!")
          badParameter(args, "--tcp-flags requires two args.");
        args.at++;
        tcpFlags(args, m, flagBits(args, text), flagBits(args, second));
      },
    },
    {
      name: "--tcp-option",
      invert: true,
      twice: "Only one `--tcp-option' allowed",
      read(args, m, text) {
        const number = unsigned(text, 1, 255) ?? badParameter(args, `Bad TCP option "${text}"`);
        m.option = { number, invert: args.invert };
      },
    },
  ],
};

function udpPorts(name: string, alias: string, key: "sports" | "dports"): OptionSpec<Kind<"udp">> {
  return {
    name,
    alias,
    invert: true,
    read(args, m, text) {
      const range = laxPorts(args, text);
      m[key] = range.from === 0 && range.to === 65_535 && !args.invert ? null : { ...range, invert: args.invert };
    },
  };
}

const udp: Extension<Kind<"udp">> = {
  name: "udp",
  make: emptyUdp,
  options: [udpPorts("--source-port", "--sport", "sports"), udpPorts("--destination-port", "--dport", "dports")],
};

/** By name, of which the beginning will do, or by number, perhaps with a code. */
function icmpType(args: Args, text: string): readonly [number, number] {
  const wanted = text.toLowerCase();
  const names = Object.keys(ICMP_TYPES);
  const whole = names.find((name) => name.toLowerCase() === wanted);
  const begun = names.filter((name) => name.toLowerCase().startsWith(wanted));
  const found = whole ?? begun[0];
  if (whole === undefined && begun.length > 1)
    badParameter(args, `Ambiguous ICMP type \`${text}': \`${begun[0]}' or \`${begun[1]}'?`);
  if (found !== undefined) return ICMP_TYPES[found] as readonly [number, number];
  const [first = "", second] = text.split("/");
  const type = unsigned(first, 0, 255) ?? badParameter(args, `Unknown ICMP type \`${text}'`);
  if (second === undefined) return [type, -1];
  return [type, unsigned(second, 0, 255) ?? badParameter(args, `Unknown ICMP code \`${text}'`)];
}

const icmp: Extension<Kind<"icmp">> = {
  name: "icmp",
  make: () => ({ kind: "icmp", type: 255, codes: { from: 0, to: 255 }, invert: false }),
  options: [
    {
      name: "--icmp-type",
      invert: true,
      mandatory: true,
      read(args, m, text) {
        const [type, code] = icmpType(args, text);
        m.type = type;
        m.codes = code < 0 ? { from: 0, to: 255 } : { from: code, to: code };
        m.invert = args.invert;
      },
    },
  ],
};

const MAX_PORTS = 15;

function portList(
  name: string,
  alias: string | undefined,
  which: Kind<"multiport">["which"],
): OptionSpec<Kind<"multiport">> {
  const others = ["source-ports", "destination-ports", "ports"].filter((other) => `--${other}` !== name);
  return {
    name,
    ...(alias === undefined ? {} : { alias }),
    invert: true,
    excludes: others,
    read(args, m, text) {
      const ports = text.split(",").map((word) => {
        const range = portRange(args, word);
        if (range.from > range.to || (range.from === range.to && word.includes(":")))
          badParameter(args, "invalid portrange specified");
        return range;
      });
      const slots = ports.reduce((sum, { from, to }) => sum + (from === to ? 1 : 2), 0);
      if (slots > MAX_PORTS) badParameter(args, "too many ports specified");
      Object.assign(m, { which, ports, invert: args.invert });
    },
  };
}

const WITH_PORTS: readonly number[] = [6, 17, 33, 132, 136];

const multiport: Extension<Kind<"multiport">> = {
  name: "multiport",
  make: () => ({ kind: "multiport", which: "either", ports: [], invert: false }),
  options: [
    portList("--source-ports", "--sports", "source"),
    portList("--destination-ports", "--dports", "destination"),
    portList("--ports", undefined, "either"),
  ],
  check(voice, _, seen, protocol) {
    if (seen.length === 0) badParameter(voice, "multiport expection an option");
    if (protocol === null) {
      badParameter(voice, "multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'");
    }
    if (protocol.invert || !WITH_PORTS.includes(protocol.number))
      badParameter(voice, "multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP");
  },
};

const KINDS: Readonly<Record<string, Extension<never>>> = {
  tcp,
  udp,
  icmp,
  multiport,
  state,
  conntrack,
  ...PACKET_MATCHES,
  ...MORE_MATCHES,
} as unknown as Readonly<Record<string, Extension<never>>>;

/** Matches that iptables has, and this world doesn't. */
const NOT_HERE =
  "ah bpf cgroup cluster connlabel cpu dccp devgroup ecn esp ipcomp ipvs nfacct osf policy rateest realm rpfilter sctp socket u32".split(
    " ",
  );

export function isForeignMatch(name: string): boolean {
  return NOT_HERE.includes(name);
}

export function matchNamed(name: string): Extension<NfMatch> | null {
  return Object.hasOwn(KINDS, name) ? (KINDS[name] as unknown as Extension<NfMatch>) : null;
}

/** What a protocol's own match is called, which its options bring in without `-m`. */
export function protocolMatch(protocol: number): Extension<NfMatch> | null {
  const name = { 1: "icmp", 6: "tcp", 17: "udp" }[protocol];
  return name === undefined ? null : matchNamed(name);
}
