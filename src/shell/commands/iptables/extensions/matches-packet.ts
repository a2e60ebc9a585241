/** `-m NAME` for what looks at the packet itself, its mark, its devices and its owner. */
import { emptyAddrtype } from "../../../../kernel/netfilter/empty.ts";
import type { NfMatch, NfRange } from "../../../../kernel/netfilter/types.ts";
import { type Ipv4, parseIpv4, parseMac } from "../../../../wire/address.ts";
import { write } from "../../../process.ts";
import { type Args, interfaceSpec, unsigned } from "../args.ts";
import { badOption, badParameter } from "../fail.ts";
import { ADDR_TYPES, bitsOf, userId } from "../words.ts";
import { type Extension, limitRate, markMask, type OptionSpec, uint, uintRange } from "./options.ts";

type Kind<K extends NfMatch["kind"]> = Extract<NfMatch, { kind: K }>;

const comment: Extension<Kind<"comment">> = {
  name: "comment",
  make: () => ({ kind: "comment", text: "" }),
  options: [
    {
      name: "--comment",
      mandatory: true,
      read(_, m, text) {
        m.text = text;
      },
    },
  ],
};

function addrTypes(args: Args, text: string): number {
  for (const word of text.split(",")) {
    if (bitsOf(ADDR_TYPES, word) === null) badParameter(args, `addrtype: bad type "${word}"`);
  }
  return bitsOf(ADDR_TYPES, text) as number;
}

const addrtype: Extension<Kind<"addrtype">> = {
  name: "addrtype",
  make: emptyAddrtype,
  options: [
    {
      name: "--src-type",
      invert: true,
      read(args, m, text) {
        m.source = { bits: addrTypes(args, text), invert: args.invert };
      },
    },
    {
      name: "--dst-type",
      invert: true,
      read(args, m, text) {
        m.destination = { bits: addrTypes(args, text), invert: args.invert };
      },
    },
    {
      name: "--limit-iface-in",
      flag: true,
      excludes: ["limit-iface-out"],
      read(_, m) {
        m.limitIface = "in";
      },
    },
    {
      name: "--limit-iface-out",
      flag: true,
      excludes: ["limit-iface-in"],
      read(_, m) {
        m.limitIface = "out";
      },
    },
  ],
  check(voice, m) {
    if (m.source === null && m.destination === null)
      badParameter(voice, "addrtype: you must specify --src-type or --dst-type");
  },
};

/** What a second may be divided into. */
const LIMIT_SCALE = 10_000;

const limit: Extension<Kind<"limit">> = {
  name: "limit",
  make: () => ({ kind: "limit", count: 3, unit: "hour", burst: 5, credit: -1, prev_ns: 0 }),
  options: [
    {
      name: "--limit",
      read(args, m, text) {
        const rate = limitRate(text) ?? badParameter(args, `bad rate "${text}"'`);
        const per_s = rate.count / { second: 1, minute: 60, hour: 3600, day: 86_400 }[rate.unit];
        if (per_s > LIMIT_SCALE) badParameter(args, `Rate too fast "${text}"`);
        Object.assign(m, rate);
      },
    },
    {
      name: "--limit-burst",
      read(args, m, text) {
        m.burst = uint(args, "limit", "--limit-burst", text, 0, 10_000);
      },
    },
  ],
};

function marking<K extends "mark" | "connmark">(kind: K): Extension<Kind<"mark" | "connmark">> {
  return {
    name: kind,
    make: () => ({ kind, value: 0, mask: 0xffff_ffff, invert: false }),
    options: [
      {
        name: "--mark",
        invert: true,
        mandatory: true,
        read(args, m, text) {
          Object.assign(m, markMask(args, kind, "--mark", text), { invert: args.invert });
        },
      },
    ],
  };
}

const mac: Extension<Kind<"mac">> = {
  name: "mac",
  make: () => ({ kind: "mac", source: 0 as Kind<"mac">["source"], invert: false }),
  options: [
    {
      name: "--mac-source",
      invert: true,
      mandatory: true,
      read(args, m, text) {
        const whole = text.split(":").map((part) => part.padStart(2, "0"));
        m.source = parseMac(whole.join(":")) ?? badParameter(args, "Invalid MAC address specified.");
        m.invert = args.invert;
      },
    },
  ],
};

function physdevName(name: string, key: "in" | "out"): OptionSpec<Kind<"physdev">> {
  return {
    name,
    invert: true,
    read(args, m, text) {
      m[key] = interfaceSpec(args, text);
    },
  };
}

function physdevFlag(name: string, key: "isIn" | "isOut" | "isBridged"): OptionSpec<Kind<"physdev">> {
  return {
    name,
    flag: true,
    invert: true,
    read(args, m) {
      m[key] = { invert: args.invert };
    },
  };
}

const physdev: Extension<Kind<"physdev">> = {
  name: "physdev",
  make: () => ({ kind: "physdev", in: null, out: null, isIn: null, isOut: null, isBridged: null }),
  options: [
    physdevName("--physdev-in", "in"),
    physdevName("--physdev-out", "out"),
    physdevFlag("--physdev-is-in", "isIn"),
    physdevFlag("--physdev-is-out", "isOut"),
    physdevFlag("--physdev-is-bridged", "isBridged"),
  ],
  check(voice, _, seen) {
    if (seen.length === 0) badParameter(voice, "PHYSDEV: no physdev option specified");
  },
};

const PKT_TYPES: readonly Kind<"pkttype">["type"][] = ["unicast", "broadcast", "multicast"];

const pkttype: Extension<Kind<"pkttype">> = {
  name: "pkttype",
  make: () => ({ kind: "pkttype", type: "unicast", invert: false }),
  options: [
    {
      name: "--pkt-type",
      invert: true,
      mandatory: true,
      read(args, m, text) {
        const wanted = text.toLowerCase();
        const found = PKT_TYPES.find((type) => type === wanted) ?? (wanted === "bcast" ? "broadcast" : undefined);
        m.type = found ?? badParameter(args, `Bad packet type '${text}'`);
        m.invert = args.invert;
      },
    },
  ],
};

const length: Extension<Kind<"length">> = {
  name: "length",
  make: () => ({ kind: "length", from: 0, to: 0xffff, invert: false }),
  options: [
    {
      name: "--length",
      invert: true,
      mandatory: true,
      read(args, m, text) {
        Object.assign(m, uintRange(args, "length", "--length", text, 0xffff), { invert: args.invert });
      },
    },
  ],
};

function ttlOption(name: string, compare: "eq" | "lt" | "gt", excludes: readonly string[]): OptionSpec<Kind<"ttl">> {
  return {
    name,
    excludes,
    ...(compare === "eq" ? { invert: true as const, alias: "--ttl" } : {}),
    read(args, m, text) {
      m.compare = args.invert ? "ne" : compare;
      m.value = uint(args, "ttl", name, text, 0, 255);
    },
  };
}

const ttl: Extension<Kind<"ttl">> = {
  name: "ttl",
  make: () => ({ kind: "ttl", compare: "eq", value: 0 }),
  options: [
    ttlOption("--ttl-lt", "lt", ["ttl-eq", "ttl-gt"]),
    ttlOption("--ttl-gt", "gt", ["ttl-eq", "ttl-lt"]),
    ttlOption("--ttl-eq", "eq", ["ttl-lt", "ttl-gt"]),
  ],
  check(voice, _, seen) {
    if (seen.length === 0) badParameter(voice, "TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt");
  },
};

function ipRange(name: string, key: "source" | "destination"): OptionSpec<Kind<"iprange">> {
  return {
    name,
    invert: true,
    read(args, m, text) {
      const [first = "", second = first] = text.split("-");
      const address = (word: string): Ipv4 =>
        parseIpv4(word) ?? badParameter(args, `iprange: Bad value for "${name}" option: "${word}"`);
      m[key] = { from: address(first), to: address(second), invert: args.invert };
      if (m[key].from > m[key].to)
        write(args.sys, 2, `xt_iprange: range ${first}-${second} is reversed and will never match\n`);
    },
  };
}

const iprange: Extension<Kind<"iprange">> = {
  name: "iprange",
  make: () => ({ kind: "iprange", source: null, destination: null }),
  options: [ipRange("--src-range", "source"), ipRange("--dst-range", "destination")],
  check(voice, _, seen) {
    if (seen.length === 0) badParameter(voice, "iprange match: You must specify `--src-range' or `--dst-range'");
  },
};

const PROBABILITY_ONE = 0x8000_0000;

const statistic: Extension<Kind<"statistic">> = {
  name: "statistic",
  make: () => ({ kind: "statistic", mode: "random", probability: 0, every: 1, packet: 0, count: 0, invert: false }),
  options: [
    {
      name: "--mode",
      mandatory: true,
      read(args, m, text) {
        if (text !== "random" && text !== "nth") badParameter(args, `Bad mode "${text}"`);
        else m.mode = text;
      },
    },
    {
      name: "--probability",
      invert: true,
      read(args, m, text) {
        const number = /^\d*\.?\d+$/.test(text) ? Number(text) : -1;
        if (number < 0 || number > 1)
          badOption(args, 'statistic: bad value for option "--probability", or out of range (0-1).');
        m.probability = Math.floor(number * PROBABILITY_ONE + 0.5);
        m.invert = args.invert;
      },
    },
    {
      name: "--every",
      invert: true,
      excludes: ["probability"],
      needs: ["packet"],
      read(args, m, text) {
        m.every = uint(args, "statistic", "--every", text, 1);
        m.invert = args.invert;
      },
    },
    {
      name: "--packet",
      excludes: ["probability"],
      needs: ["every"],
      read(args, m, text) {
        m.packet = uint(args, "statistic", "--packet", text);
      },
    },
  ],
  check(voice, m, seen) {
    const random = m.mode === "random";
    if (random && !seen.includes("--probability"))
      badParameter(voice, "--probability must be specified when using random mode");
    if (!random && !seen.includes("--every"))
      badParameter(voice, "--every and --packet must be specified when using nth mode");
    if (!random && m.packet >= m.every) badParameter(voice, "the --packet p must be 0 <= p <= n-1");
    m.count = m.every - 1;
  },
};

/** "0", "root" or "1000-2000". */
function ids(args: Args, option: string, text: string): NfRange {
  const one = (word: string): number =>
    unsigned(word, 0, 0xffff_fffe) ??
    userId(word) ??
    badParameter(args, `owner: Bad value for "${option}" option: "${text}"`);
  const known = userId(text);
  if (known !== null) return { from: known, to: known, invert: args.invert };
  const [first = "", second = first] = text.split("-");
  return { from: one(first), to: one(second), invert: args.invert };
}

const owner: Extension<Kind<"owner">> = {
  name: "owner",
  make: () => ({ kind: "owner", uid: null, gid: null, socket: null }),
  options: [
    {
      name: "--uid-owner",
      invert: true,
      read(args, m, text) {
        m.uid = ids(args, "--uid-owner", text);
      },
    },
    {
      name: "--gid-owner",
      invert: true,
      read(args, m, text) {
        m.gid = ids(args, "--gid-owner", text);
      },
    },
    {
      name: "--socket-exists",
      flag: true,
      invert: true,
      read(args, m) {
        m.socket = { invert: args.invert };
      },
    },
  ],
  check(voice, _, seen) {
    if (seen.length === 0)
      badParameter(voice, "owner: At least one of --uid-owner, --gid-owner or --socket-exists is required");
  },
};

export const PACKET_MATCHES = {
  comment,
  addrtype,
  limit,
  mark: marking("mark"),
  connmark: marking("connmark"),
  mac,
  physdev,
  pkttype,
  length,
  ttl,
  iprange,
  statistic,
  owner,
};
