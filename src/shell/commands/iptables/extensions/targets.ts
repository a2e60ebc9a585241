/** `-j TARGET` and the options of each, but for those that translate addresses (targets-nat.ts). */
import { LogFlag, type NfTarget, type RejectWith } from "../../../../kernel/netfilter/types.ts";
import { notSimulated } from "../../quit.ts";
import { type Args, unsigned } from "../args.ts";
import { badOption, badParameter } from "../fail.ts";
import { type Extension, markMask, type OptionSpec, uint } from "./options.ts";
import { MORE_TARGETS } from "./targets-more.ts";
import { NAT_TARGETS } from "./targets-nat.ts";

type Kind<K extends NfTarget["kind"]> = Extract<NfTarget, { kind: K }>;

const plain = (kind: "ACCEPT" | "DROP" | "RETURN" | "TRACE" | "NOTRACK"): Extension<NfTarget> => ({
  name: kind,
  make: () => ({ kind }),
  options: [],
});

/** Names and their short forms; the beginning of one will do. */
const REJECTS: readonly (readonly [string, string, RejectWith])[] = [
  ["icmp-net-unreachable", "net-unreach", "icmp-net-unreachable"],
  ["icmp-host-unreachable", "host-unreach", "icmp-host-unreachable"],
  ["icmp-proto-unreachable", "proto-unreach", "icmp-proto-unreachable"],
  ["icmp-port-unreachable", "port-unreach", "icmp-port-unreachable"],
  ["icmp-net-prohibited", "net-prohib", "icmp-net-prohibited"],
  ["icmp-host-prohibited", "host-prohib", "icmp-host-prohibited"],
  ["tcp-reset", "tcp-rst", "tcp-reset"],
  ["icmp-admin-prohibited", "admin-prohib", "icmp-admin-prohibited"],
];

const reject: Extension<Kind<"REJECT">> = {
  name: "REJECT",
  make: () => ({ kind: "REJECT", with: "icmp-port-unreachable" }),
  options: [
    {
      name: "--reject-with",
      read(args, target, text) {
        const wanted = text.toLowerCase();
        const found = REJECTS.find(([name, short]) => name.startsWith(wanted) || short.startsWith(wanted));
        target.with = found?.[2] ?? badParameter(args, `unknown reject type "${text}"`);
      },
    },
  ],
};

const LOG_LEVELS: Readonly<Record<string, number>> = {
  emerg: 0,
  panic: 0,
  alert: 1,
  crit: 2,
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
};

const MAX_PREFIX = 29;

function logFlag(name: string, bit: number): OptionSpec<Kind<"LOG">> {
  return {
    name,
    flag: true,
    read(_, target) {
      target.flags |= bit;
    },
  };
}

const log: Extension<Kind<"LOG">> = {
  name: "LOG",
  make: () => ({ kind: "LOG", level: 4, prefix: "", flags: 0 }),
  options: [
    {
      name: "--log-level",
      read(args, target, text) {
        const level = LOG_LEVELS[text] ?? unsigned(text, 0, 7);
        target.level = level ?? badOption(args, `log level "${text}" unknown`);
      },
    },
    {
      name: "--log-prefix",
      read(args, target, text) {
        if (text === "") badOption(args, "Argument must have a minimum length of 1 characters");
        if (text.includes("\n")) badParameter(args, "Newlines not allowed in --log-prefix");
        target.prefix = text.slice(0, MAX_PREFIX);
      },
    },
    logFlag("--log-tcp-sequence", LogFlag.TCP_SEQUENCE),
    logFlag("--log-tcp-options", LogFlag.TCP_OPTIONS),
    logFlag("--log-ip-options", LogFlag.IP_OPTIONS),
    logFlag("--log-uid", LogFlag.UID),
    logFlag("--log-macdecode", LogFlag.MACDECODE),
  ],
};

const MARKS = ["set-xmark", "set-mark", "and-mark", "or-mark", "xor-mark"] as const;

/** What a mark option makes of its number: mark = (mark & ~mask) ^ value. */
function marked(args: Args, who: string, name: (typeof MARKS)[number], text: string): { value: number; mask: number } {
  const option = `--${name}`;
  if (name === "set-mark" || name === "set-xmark") {
    const { value, mask } = markMask(args, who, option, text);
    // --set-mark clears the mask's bits and the value's; --set-xmark only the mask's.
    return { value, mask: (name === "set-mark" ? mask | value : mask) >>> 0 };
  }
  const number = uint(args, who, option, text);
  if (name === "and-mark") return { value: 0, mask: ~number >>> 0 };
  return { value: number, mask: name === "or-mark" ? number : 0 };
}

const mark: Extension<Kind<"MARK">> = {
  name: "MARK",
  make: () => ({ kind: "MARK", value: 0, mask: 0 }),
  options: MARKS.map((name) => ({
    name: `--${name}`,
    excludes: MARKS.filter((other) => other !== name),
    read(args, target, text) {
      Object.assign(target, marked(args, "MARK", name, text));
    },
  })),
  check(voice, _, seen) {
    if (seen.length === 0)
      badParameter(voice, "MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required");
  },
};

const OPERATIONS = [...MARKS, "save-mark", "restore-mark"];

function connmarkCopy(mode: "save" | "restore"): OptionSpec<Kind<"CONNMARK">> {
  return {
    name: `--${mode}-mark`,
    flag: true,
    excludes: OPERATIONS.filter((other) => other !== `${mode}-mark`),
    read(_, target) {
      target.mode = mode;
    },
  };
}

function connmarkMask(
  name: string,
  keys: readonly ("ctMask" | "nfMask")[],
  excludes: readonly string[],
): OptionSpec<Kind<"CONNMARK">> {
  return {
    name,
    excludes,
    read(args, target, text) {
      for (const key of keys) target[key] = uint(args, "CONNMARK", name, text);
    },
  };
}

const connmark: Extension<Kind<"CONNMARK">> = {
  name: "CONNMARK",
  make: () => ({ kind: "CONNMARK", mode: "set", value: 0, ctMask: 0xffff_ffff, nfMask: 0xffff_ffff }),
  options: [
    ...MARKS.map((name) => ({
      name: `--${name}`,
      excludes: OPERATIONS.filter((other) => other !== name),
      read(args: Args, target: Kind<"CONNMARK">, text: string) {
        const { value, mask } = marked(args, "CONNMARK", name, text);
        Object.assign(target, { value, ctMask: mask });
      },
    })),
    connmarkCopy("save"),
    connmarkCopy("restore"),
    connmarkMask("--ctmask", ["ctMask"], ["mask"]),
    connmarkMask("--nfmask", ["nfMask"], ["mask"]),
    connmarkMask("--mask", ["ctMask", "nfMask"], ["ctmask", "nfmask"]),
  ],
  check(voice, _, seen) {
    if (!seen.some((name) => OPERATIONS.includes(name.slice(2))))
      badParameter(voice, "CONNMARK target: No operation specified");
  },
};

const TTL_MODES = ["set", "dec", "inc"] as const;

const ttl: Extension<Kind<"TTL">> = {
  name: "TTL",
  make: () => ({ kind: "TTL", mode: "set", value: 0 }),
  options: TTL_MODES.map((mode) => ({
    name: `--ttl-${mode}`,
    excludes: TTL_MODES.filter((other) => other !== mode).map((other) => `ttl-${other}`),
    read(args, target, text) {
      target.mode = mode;
      target.value = uint(args, "TTL", `--ttl-${mode}`, text, mode === "set" ? 0 : 1, 255);
    },
  })),
  check(voice, _, seen) {
    if (seen.length === 0) badParameter(voice, "TTL: You must specify an action");
  },
};

/** What fits in the largest packet. */
const MAX_MSS = 65_515;

const tcpmss: Extension<Kind<"TCPMSS">> = {
  name: "TCPMSS",
  make: () => ({ kind: "TCPMSS", mss: null }),
  options: [
    {
      name: "--set-mss",
      read(args, target, text) {
        const mss = uint(args, "TCPMSS", "--set-mss", text, 0, MAX_MSS);
        if (target.mss !== null || !args.words.includes("--clamp-mss-to-pmtu")) target.mss = mss;
      },
    },
    { name: "--clamp-mss-to-pmtu", flag: true, read() {} },
  ],
  check(voice, _, seen) {
    if (seen.length === 0) badParameter(voice, "TCPMSS target: At least one parameter is required");
  },
};

const ct: Extension<Kind<"CT">> = {
  name: "CT",
  make: () => ({ kind: "CT", notrack: false }),
  options: [
    {
      name: "--notrack",
      flag: true,
      read(_, target) {
        target.notrack = true;
      },
    },
    ...["helper", "zone", "zone-orig", "zone-reply", "ctevents", "expevents", "timeout"].map((name) => ({
      name: `--${name}`,
      read: (args: Args) => notSimulated(args.sys, `--${name} of iptables' target CT`),
    })),
  ],
};

const KINDS: Readonly<Record<string, Extension<never>>> = {
  ACCEPT: plain("ACCEPT"),
  DROP: plain("DROP"),
  RETURN: plain("RETURN"),
  TRACE: plain("TRACE"),
  NOTRACK: plain("NOTRACK"),
  REJECT: reject,
  LOG: log,
  MARK: mark,
  CONNMARK: connmark,
  TTL: ttl,
  TCPMSS: tcpmss,
  CT: ct,
  ...NAT_TARGETS,
  ...MORE_TARGETS,
} as unknown as Readonly<Record<string, Extension<never>>>;

/** Targets that iptables has, and this world doesn't. */
const NOT_HERE =
  "CLUSTERIP CONNSECMARK ECN HMARK IDLETIMER LED QUEUE RATEEST SECMARK SET SYNPROXY TCPOPTSTRIP TEE TPROXY ULOG".split(
    " ",
  );

export function isForeignTarget(name: string): boolean {
  return NOT_HERE.includes(name);
}

export function targetNamed(name: string): Extension<NfTarget> | null {
  return Object.hasOwn(KINDS, name) ? (KINDS[name] as unknown as Extension<NfTarget>) : null;
}
