/** `-m NAME` for what is met rarely: payload, the clock, TOS, quotas. */

import type { NfMatch } from "../../../../kernel/netfilter/types.ts";
import { type Args, unsigned } from "../args.ts";
import { badOption, badParameter } from "../fail.ts";
import { DSCP_CLASSES, TOS_NAMES } from "../words.ts";
import { HOST_MATCHES } from "./matches-hosts.ts";
import { time } from "./matches-time.ts";
import { type Extension, uint, uintRange } from "./options.ts";

type Kind<K extends NfMatch["kind"]> = Extract<NfMatch, { kind: K }>;

/** "|0d 0a|text": bytes in hex between bars. */
function hexString(args: Args, text: string): string {
  return text
    .split("|")
    .map((part, i) => {
      if (i % 2 === 0) return part;
      const digits = part.replaceAll(" ", "");
      const bad = /[^0-9a-fA-F]/.exec(digits);
      if (bad) badParameter(args, `Invalid hex char '${bad[0]}'`);
      if (digits.length % 2 !== 0) badParameter(args, "Malformed hex block");
      return (digits.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join("");
    })
    .join("");
}

/** What the kernel's text search takes. */
const MAX_PATTERN = 128;

function pattern(args: Args, m: Kind<"string">, text: string): void {
  if (text === "") badOption(args, "Argument must have a minimum length of 1 characters");
  m.pattern = text.slice(0, MAX_PATTERN);
  m.invert = args.invert;
}

const string: Extension<Kind<"string">> = {
  name: "string",
  make: () => ({
    kind: "string",
    pattern: "",
    algo: null,
    from: 0,
    to: 65_535,
    ignoreCase: false,
    invert: false,
  }),
  options: [
    {
      name: "--from",
      read(args, m, text) {
        m.from = uint(args, "string", "--from", text, 0, 65_535);
      },
    },
    {
      name: "--to",
      read(args, m, text) {
        m.to = uint(args, "string", "--to", text, 0, 65_535);
      },
    },
    {
      name: "--algo",
      mandatory: true,
      read(_, m, text) {
        m.algo = (["bm", "kmp", "fsm"] as const).find((name) => name === text) ?? null;
      },
    },
    { name: "--string", invert: true, excludes: ["hex-string"], read: pattern },
    {
      name: "--hex-string",
      invert: true,
      excludes: ["string"],
      read: (args, m, text) => pattern(args, m, hexString(args, text)),
    },
    {
      name: "--icase",
      flag: true,
      read(_, m) {
        m.ignoreCase = true;
      },
    },
  ],
  check(voice, _, seen) {
    if (!seen.includes("--string") && !seen.includes("--hex-string"))
      badParameter(voice, "STRING match: You must specify `--string' or `--hex-string'");
  },
};

const quota: Extension<Kind<"quota">> = {
  name: "quota",
  make: () => ({ kind: "quota", quota: 0, seen: { bytes: 0 }, invert: false }),
  options: [
    {
      name: "--quota",
      invert: true,
      mandatory: true,
      read(args, m, text) {
        m.quota = uint(args, "quota", "--quota", text, 0, Number.MAX_SAFE_INTEGER);
        m.invert = args.invert;
      },
    },
  ],
};

/** A value with its mask, or a name, which says nothing of the lowest two bits. Null: neither. */
export function tosMask(text: string): { value: number; mask: number } | null {
  const named = TOS_NAMES.find(([name]) => name.toLowerCase() === text.toLowerCase());
  if (named) return { value: named[1], mask: 0x3f };
  const [first = "", second] = text.split("/");
  const value = unsigned(first, 0, 255);
  const mask = second === undefined ? 255 : unsigned(second, 0, 255);
  return value === null || mask === null ? null : { value, mask };
}

const tos: Extension<Kind<"tos">> = {
  name: "tos",
  make: () => ({ kind: "tos", value: 0, mask: 255, invert: false }),
  options: [
    {
      name: "--tos",
      invert: true,
      mandatory: true,
      read(args, m, text) {
        const found = tosMask(text) ?? badParameter(args, `tos: bad value for option "--tos": "${text}"`);
        Object.assign(m, found, { invert: args.invert });
      },
    },
  ],
};

/** The number of a class: "EF", "AF11", "CS1" … */
export function dscpClass(args: Args, text: string): number {
  const found = DSCP_CLASSES.find(([name]) => name === text.toUpperCase());
  return found?.[1] ?? badParameter(args, `Invalid DSCP value \`${text}'\n`);
}

const dscp: Extension<Kind<"dscp">> = {
  name: "dscp",
  make: () => ({ kind: "dscp", value: 0, invert: false }),
  options: [
    {
      name: "--dscp",
      invert: true,
      excludes: ["dscp-class"],
      read(args, m, text) {
        m.value = uint(args, "dscp", "--dscp", text, 0, 63);
        m.invert = args.invert;
      },
    },
    {
      name: "--dscp-class",
      invert: true,
      excludes: ["dscp"],
      read(args, m, text) {
        m.value = dscpClass(args, text);
        m.invert = args.invert;
      },
    },
  ],
  check(voice, _, seen) {
    if (seen.length === 0) badParameter(voice, "DSCP match: Parameter --dscp is required");
  },
};

const connbytes: Extension<Kind<"connbytes">> = {
  name: "connbytes",
  make: () => ({ kind: "connbytes", from: 0, to: null, what: "packets", direction: "both", invert: false }),
  options: [
    {
      name: "--connbytes",
      invert: true,
      mandatory: true,
      read(args, m, text) {
        const [first = "", second = ""] = text.split(":");
        const part = (word: string) => (word === "" ? null : uint(args, "connbytes", "--connbytes", word));
        Object.assign(m, { from: part(first) ?? 0, to: part(second), invert: args.invert });
      },
    },
    {
      name: "--connbytes-dir",
      mandatory: true,
      read(args, m, text) {
        const found = (["original", "reply", "both"] as const).find((name) => name === text);
        m.direction = found ?? badParameter(args, `Unknown --connbytes-dir \`${text}'`);
      },
    },
    {
      name: "--connbytes-mode",
      mandatory: true,
      read(args, m, text) {
        const found = (["packets", "bytes", "avgpkt"] as const).find((name) => name === text);
        m.what = found ?? badParameter(args, `Unknown --connbytes-mode \`${text}'`);
      },
    },
  ],
};

const tcpmss: Extension<Kind<"tcpmss">> = {
  name: "tcpmss",
  make: () => ({ kind: "tcpmss", from: 0, to: 0, invert: false }),
  options: [
    {
      name: "--mss",
      invert: true,
      mandatory: true,
      read(args, m, text) {
        Object.assign(m, uintRange(args, "tcpmss", "--mss", text, 65_535), { invert: args.invert });
      },
    },
  ],
};

const helper: Extension<Kind<"helper">> = {
  name: "helper",
  make: () => ({ kind: "helper", name: "", invert: false }),
  options: [
    {
      name: "--helper",
      invert: true,
      mandatory: true,
      read(args, m, text) {
        m.name = text;
        m.invert = args.invert;
      },
    },
  ],
};

/** There are no sets here: each is missed when it is named, so that none comes into a rule. */
const set: Extension<Kind<"helper">> = {
  name: "set",
  make: () => ({ kind: "helper", name: "", invert: false }),
  options: [
    { name: "--match-set", invert: true, read: (args, _, text) => badOption(args, `Set ${text} doesn't exist.`) },
  ],
  check(voice) {
    badParameter(voice, "You must specify `--match-set' with proper arguments");
  },
};

export const MORE_MATCHES = {
  set,
  string,
  ...HOST_MATCHES,
  time,
  quota,
  tos,
  dscp,
  connbytes,
  tcpmss,
  helper,
};
