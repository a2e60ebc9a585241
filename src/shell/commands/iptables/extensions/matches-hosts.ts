/** `-m NAME` for what is kept of each host: lists of those seen lately, rates, connections. */

import type { NfMatch } from "../../../../kernel/netfilter/types.ts";
import type { HashlimitMode } from "../../../../kernel/netfilter/types-more.ts";
import { parseIpv4 } from "../../../../wire/address.ts";
import { notSimulated } from "../../quit.ts";
import { badParameter } from "../fail.ts";
import { type Extension, limitRate, type OptionSpec, uint } from "./options.ts";

type Kind<K extends NfMatch["kind"]> = Extract<NfMatch, { kind: K }>;

const RECENT_MODES = ["set", "rcheck", "update", "remove"] as const;

const recent: Extension<Kind<"recent">> = {
  name: "recent",
  make: () => ({
    kind: "recent",
    mode: "set",
    name: "DEFAULT",
    seconds: 0,
    hitcount: 0,
    reap: false,
    rttl: false,
    mask: 0xffff_ffff,
    side: "source",
    invert: false,
  }),
  options: [
    ...RECENT_MODES.map(
      (mode): OptionSpec<Kind<"recent">> => ({
        name: `--${mode}`,
        flag: true,
        invert: true,
        excludes: RECENT_MODES.filter((other) => other !== mode),
        read(args, m) {
          m.mode = mode;
          m.invert = args.invert;
        },
      }),
    ),
    {
      name: "--seconds",
      read(args, m, text) {
        m.seconds = uint(args, "recent", "--seconds", text, 1);
      },
    },
    {
      name: "--reap",
      flag: true,
      needs: ["seconds"],
      read(_, m) {
        m.reap = true;
      },
    },
    {
      name: "--hitcount",
      read(args, m, text) {
        m.hitcount = uint(args, "recent", "--hitcount", text);
      },
    },
    {
      name: "--rttl",
      flag: true,
      read(_, m) {
        m.rttl = true;
      },
    },
    {
      name: "--name",
      read(_, m, text) {
        m.name = text;
      },
    },
    {
      name: "--mask",
      read(args, m, text) {
        m.mask = parseIpv4(text) ?? badParameter(args, `recent: Bad value for "--mask" option: "${text}"`);
      },
    },
    ...(["source", "dest"] as const).map(
      (side): OptionSpec<Kind<"recent">> => ({
        name: `--r${side}`,
        flag: true,
        read(_, m) {
          m.side = side;
        },
      }),
    ),
  ],
  check(voice, _, seen) {
    if (!RECENT_MODES.some((mode) => seen.includes(`--${mode}`)))
      badParameter(voice, "recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'");
  },
};

function hashRate(name: string, above: boolean, others: readonly string[]): OptionSpec<Kind<"hashlimit">> {
  return {
    name,
    excludes: others,
    ...(name === "--hashlimit" ? { invert: true as const } : {}),
    read(args, m, text) {
      if (text.endsWith("b/s")) notSimulated(args.sys, "a rate in bytes of iptables' hashlimit");
      const rate = limitRate(text) ?? badParameter(args, `hashlimit: Bad value for "${name}" option: "${text}"`);
      Object.assign(m, rate);
      m.above = above !== args.invert;
    },
  };
}

const HASH_MODES: readonly HashlimitMode[] = ["srcip", "srcport", "dstip", "dstport"];

function hashNumber(
  name: string,
  key: "burst" | "expire_ms" | "srcMask" | "dstMask" | null,
  max?: number,
): OptionSpec<Kind<"hashlimit">> {
  return {
    name,
    read(args, m, text) {
      const number = uint(args, "hashlimit", name, text, 0, max);
      if (key !== null) m[key] = number;
    },
  };
}

const hashlimit: Extension<Kind<"hashlimit">> = {
  name: "hashlimit",
  make: () => ({
    kind: "hashlimit",
    above: false,
    count: 3,
    unit: "hour",
    burst: 5,
    mode: [],
    name: "",
    srcMask: 32,
    dstMask: 32,
    expire_ms: null,
    seen: [],
  }),
  options: [
    hashRate("--hashlimit-upto", false, ["hashlimit-above"]),
    hashRate("--hashlimit-above", true, ["hashlimit-upto"]),
    hashRate("--hashlimit", false, ["hashlimit-upto", "hashlimit-above"]),
    hashNumber("--hashlimit-srcmask", "srcMask", 32),
    hashNumber("--hashlimit-dstmask", "dstMask", 32),
    hashNumber("--hashlimit-burst", "burst", 10_000),
    hashNumber("--hashlimit-htable-size", null),
    hashNumber("--hashlimit-htable-max", null),
    hashNumber("--hashlimit-htable-expire", "expire_ms"),
    hashNumber("--hashlimit-htable-gcinterval", null),
    {
      name: "--hashlimit-mode",
      read(args, m, text) {
        for (const word of text.split(",")) {
          const found = HASH_MODES.find((mode) => mode === word);
          m.mode.push(found ?? badParameter(args, `hashlimit: Bad value for "--hashlimit-mode" option: "${text}"`));
        }
        m.mode.sort((a, b) => PRINTED.indexOf(a) - PRINTED.indexOf(b));
      },
    },
    {
      name: "--hashlimit-name",
      mandatory: true,
      read(_, m, text) {
        m.name = text;
      },
    },
  ],
  check(voice, _, seen) {
    if (!seen.some((name) => /^--hashlimit(-upto|-above)?$/.test(name)))
      badParameter(voice, "You have to specify --hashlimit");
  },
};

/** The order in which modes are printed. */
const PRINTED: readonly HashlimitMode[] = ["srcip", "srcport", "dstip", "dstport"];

const connlimit: Extension<Kind<"connlimit">> = {
  name: "connlimit",
  make: () => ({ kind: "connlimit", above: true, limit: 0, maskLength: 32, side: "saddr", seen: [] }),
  options: [
    ...([true, false] as const).map(
      (above): OptionSpec<Kind<"connlimit">> => ({
        name: above ? "--connlimit-above" : "--connlimit-upto",
        invert: true,
        excludes: [above ? "connlimit-upto" : "connlimit-above"],
        read(args, m, text) {
          m.limit = uint(args, "connlimit", above ? "--connlimit-above" : "--connlimit-upto", text);
          m.above = above !== args.invert;
        },
      }),
    ),
    {
      name: "--connlimit-mask",
      read(args, m, text) {
        m.maskLength = uint(args, "connlimit", "--connlimit-mask", text, 0, 32);
      },
    },
    ...(["saddr", "daddr"] as const).map(
      (side): OptionSpec<Kind<"connlimit">> => ({
        name: `--connlimit-${side}`,
        flag: true,
        excludes: [side === "saddr" ? "connlimit-daddr" : "connlimit-saddr"],
        read(_, m) {
          m.side = side;
        },
      }),
    ),
  ],
  check(voice, _, seen) {
    if (!seen.includes("--connlimit-above") && !seen.includes("--connlimit-upto"))
      badParameter(voice, 'You must specify "--connlimit-above" or "--connlimit-upto".');
  },
};

export const HOST_MATCHES = { recent, hashlimit, connlimit };
