/** `-m NAME` and the options of each match: what stands behind them on a line, and what they become. */
import type { LimitUnit, NfMatch } from "../../../kernel/netfilter/types.ts";
import { parseMac } from "../../../wire/address.ts";
import { type Args, addressSpec, number, portRange, portSpec, value } from "./args.ts";
import { badParameter } from "./fail.ts";
import { ADDR_TYPES, bitsOf, CT_STATES, CT_STATUSES, ICMP_TYPES, TCP_FLAGS } from "./words.ts";

type Kind<K extends NfMatch["kind"]> = Extract<NfMatch, { kind: K }>;

/** One option of a match: reads its words and writes them into the match. */
type Option<M> = (args: Args, match: M, option: string) => void;

interface MatchKind<M extends NfMatch> {
  make(): M;
  options: Readonly<Record<string, Option<M>>>;
}

const TCP_SYN = { mask: 0b10111, comp: 0b10, invert: false };

const tcp: MatchKind<Kind<"tcp">> = {
  make: () => ({ kind: "tcp", sports: null, dports: null, flags: null, option: null }),
  options: {
    "--sport": (args, m, o) => {
      m.sports = portSpec(args, value(args, o));
    },
    "--dport": (args, m, o) => {
      m.dports = portSpec(args, value(args, o));
    },
    "--syn": (args, m) => {
      m.flags = { ...TCP_SYN, invert: args.invert };
    },
    "--tcp-flags": (args, m, o) => {
      const mask = bits(args, TCP_FLAGS, value(args, o), "Unknown TCP flag");
      m.flags = { mask, comp: bits(args, TCP_FLAGS, value(args, o), "Unknown TCP flag"), invert: args.invert };
    },
    "--tcp-option": (args, m, o) => {
      m.option = { number: number(args, value(args, o), o), invert: args.invert };
    },
  },
};

const udp: MatchKind<Kind<"udp">> = {
  make: () => ({ kind: "udp", sports: null, dports: null }),
  options: {
    "--sport": (args, m, o) => {
      m.sports = portSpec(args, value(args, o));
    },
    "--dport": (args, m, o) => {
      m.dports = portSpec(args, value(args, o));
    },
  },
};

const icmp: MatchKind<Kind<"icmp">> = {
  make: () => ({ kind: "icmp", type: 255, codes: { from: 0, to: 255 }, invert: false }),
  options: {
    "--icmp-type": (args, m, o) => {
      const text = value(args, o);
      const known = ICMP_TYPES[text];
      const [type = "", code] = text.split("/");
      if (known === undefined && !/^\d+(\/\d+)?$/.test(text)) badParameter(args.sys, `Invalid ICMP type \`${text}'`);
      m.type = known?.[0] ?? Number(type);
      const only = known?.[1] ?? (code === undefined ? -1 : Number(code));
      m.codes = only < 0 ? { from: 0, to: 255 } : { from: only, to: only };
      m.invert = args.invert;
    },
  },
};

function portList(which: Kind<"multiport">["which"]): Option<Kind<"multiport">> {
  return (args, m, option) => {
    m.which = which;
    m.invert = args.invert;
    m.ports = value(args, option)
      .split(",")
      .map((text) => portRange(args, text));
  };
}

const multiport: MatchKind<Kind<"multiport">> = {
  make: () => ({ kind: "multiport", which: "either", ports: [], invert: false }),
  options: { "--sports": portList("source"), "--dports": portList("destination"), "--ports": portList("either") },
};

const state: MatchKind<Kind<"state">> = {
  make: () => ({ kind: "state", states: 0, invert: false }),
  options: {
    "--state": (args, m, o) => {
      m.states = bits(args, CT_STATES.slice(0, 5), value(args, o), "Bad state");
      m.invert = args.invert;
    },
  },
};

const conntrack: MatchKind<Kind<"conntrack">> = {
  make: () => ({
    kind: "conntrack",
    states: null,
    status: null,
    protocol: null,
    origSource: null,
    origDestination: null,
    replSource: null,
    replDestination: null,
    origSourcePort: null,
    origDestinationPort: null,
    replSourcePort: null,
    replDestinationPort: null,
    expire: null,
    direction: null,
  }),
  options: {
    "--ctstate": (args, m, o) => {
      m.states = { bits: bits(args, CT_STATES, value(args, o), "Bad ctstate"), invert: args.invert };
    },
    "--ctstatus": (args, m, o) => {
      m.status = { bits: bits(args, CT_STATUSES, value(args, o), "Bad ctstatus"), invert: args.invert };
    },
    "--ctorigsrc": (args, m, o) => {
      m.origSource = addressSpec(args, value(args, o));
    },
    "--ctorigdst": (args, m, o) => {
      m.origDestination = addressSpec(args, value(args, o));
    },
    "--ctreplsrc": (args, m, o) => {
      m.replSource = addressSpec(args, value(args, o));
    },
    "--ctrepldst": (args, m, o) => {
      m.replDestination = addressSpec(args, value(args, o));
    },
    "--ctorigdstport": (args, m, o) => {
      m.origDestinationPort = portSpec(args, value(args, o));
    },
    "--ctdir": (args, m, o) => {
      m.direction = value(args, o).toUpperCase() === "REPLY" ? "REPLY" : "ORIGINAL";
    },
  },
};

const comment: MatchKind<Kind<"comment">> = {
  make: () => ({ kind: "comment", text: "" }),
  options: {
    "--comment": (args, m, o) => {
      m.text = value(args, o);
    },
  },
};

const addrtype: MatchKind<Kind<"addrtype">> = {
  make: () => ({ kind: "addrtype", source: null, destination: null, limitIface: null }),
  options: {
    "--src-type": (args, m, o) => {
      m.source = { bits: bits(args, ADDR_TYPES, value(args, o), "addrtype: bad type"), invert: args.invert };
    },
    "--dst-type": (args, m, o) => {
      const found = bits(args, ADDR_TYPES, value(args, o), "addrtype: bad type");
      m.destination = { bits: found, invert: args.invert };
    },
    "--limit-iface-in": (_, m) => {
      m.limitIface = "in";
    },
    "--limit-iface-out": (_, m) => {
      m.limitIface = "out";
    },
  },
};

const LIMIT_UNITS: readonly LimitUnit[] = ["second", "minute", "hour", "day"];

const limit: MatchKind<Kind<"limit">> = {
  make: () => ({ kind: "limit", count: 3, unit: "hour", burst: 5, credit: -1, prev_ns: 0 }),
  options: {
    "--limit": (args, m, o) => {
      const [count = "", unit = "second"] = value(args, o).split("/");
      const found = LIMIT_UNITS.find((name) => name.startsWith(unit.toLowerCase()));
      if (!/^\d+$/.test(count) || Number(count) === 0 || found === undefined) {
        badParameter(args.sys, `bad rate \`${count}${unit === "second" ? "" : `/${unit}`}'`);
      }
      m.count = Number(count);
      m.unit = found;
    },
    "--limit-burst": (args, m, o) => {
      m.burst = number(args, value(args, o), o.slice(2));
    },
  },
};

function marking(kind: "mark" | "connmark"): MatchKind<Kind<"mark" | "connmark">> {
  return {
    make: () => ({ kind, value: 0, mask: 0xffff_ffff, invert: false }),
    options: {
      "--mark": (args, m, o) => {
        const [text = "", mask] = value(args, o).split("/");
        m.value = number(args, text, o.slice(2));
        m.mask = mask === undefined ? 0xffff_ffff : number(args, mask, o.slice(2));
        m.invert = args.invert;
      },
    },
  };
}

const mac: MatchKind<Kind<"mac">> = {
  make: () => ({ kind: "mac", source: 0 as Kind<"mac">["source"], invert: false }),
  options: {
    "--mac-source": (args, m, o) => {
      const text = value(args, o);
      const source = parseMac(text);
      if (source === null) badParameter(args.sys, `mac: Bad value for "--mac-source" option: "${text}"`);
      m.source = source;
      m.invert = args.invert;
    },
  },
};

const physdev: MatchKind<Kind<"physdev">> = {
  make: () => ({ kind: "physdev", in: null, out: null, isIn: null, isOut: null, isBridged: null }),
  options: {
    "--physdev-in": (args, m, o) => {
      m.in = { name: value(args, o), invert: args.invert };
    },
    "--physdev-out": (args, m, o) => {
      m.out = { name: value(args, o), invert: args.invert };
    },
    "--physdev-is-in": (args, m) => {
      m.isIn = { invert: args.invert };
    },
    "--physdev-is-out": (args, m) => {
      m.isOut = { invert: args.invert };
    },
    "--physdev-is-bridged": (args, m) => {
      m.isBridged = { invert: args.invert };
    },
  },
};

const KINDS = {
  tcp,
  udp,
  icmp,
  multiport,
  state,
  conntrack,
  comment,
  addrtype,
  limit,
  mark: marking("mark"),
  connmark: marking("connmark"),
  mac,
  physdev,
} as unknown as Readonly<Record<string, MatchKind<NfMatch>>>;

const ALIASES: Readonly<Record<string, string>> = {
  "--source-port": "--sport",
  "--destination-port": "--dport",
  "--source-ports": "--sports",
  "--destination-ports": "--dports",
};

/** An empty match of that name, or null when there is no such match. */
export function makeMatch(name: string): NfMatch | null {
  return KINDS[name]?.make() ?? null;
}

/** Reads an option of one of the matches that a line has named; false when it is none of theirs. */
export function readMatchOption(args: Args, matches: readonly NfMatch[], word: string): boolean {
  const option = ALIASES[word] ?? word;
  for (let i = matches.length - 1; i >= 0; i--) {
    const match = matches[i] as NfMatch;
    const read = KINDS[match.kind]?.options[option];
    if (read === undefined) continue;
    read(args, match, option);
    return true;
  }
  return false;
}

/** What a protocol's own match is called, which its options bring in without `-m`. */
export function protocolMatch(protocol: number, word: string): NfMatch | null {
  const name = { 1: "icmp", 6: "tcp", 17: "udp" }[protocol];
  const kind = name === undefined ? undefined : KINDS[name];
  return kind?.options[ALIASES[word] ?? word] === undefined ? null : kind.make();
}

function bits(args: Args, table: readonly (readonly [string, number])[], text: string, complaint: string): number {
  const found = bitsOf(table, text);
  if (found === null) badParameter(args.sys, `${complaint} "${text}"`);
  return found;
}
