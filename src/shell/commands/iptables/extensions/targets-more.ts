/** Targets that are met rarely: the TOS field, and packets for programs. */
import type { NfTarget } from "../../../../kernel/netfilter/types.ts";
import type { Args } from "../args.ts";
import { badParameter } from "../fail.ts";
import { dscpClass, tosMask } from "./matches-more.ts";
import { type Extension, type OptionSpec, uint } from "./options.ts";

type Kind<K extends NfTarget["kind"]> = Extract<NfTarget, { kind: K }>;

const TOS_OPTIONS = ["set", "and", "or", "xor"] as const;

/** What an option makes of its number: tos = (tos & ~mask) ^ value. */
function tosChange(args: Args, word: (typeof TOS_OPTIONS)[number], text: string): { value: number; mask: number } {
  if (word === "set") return tosMask(text) ?? badParameter(args, `TOS: Bad value for "--set-tos" option: "${text}"`);
  const number = uint(args, "TOS", `--${word}-tos`, text, 0, 255);
  if (word === "and") return { value: 0, mask: ~number & 255 };
  return { value: number, mask: word === "or" ? number : 0 };
}

const tos: Extension<Kind<"TOS">> = {
  name: "TOS",
  make: () => ({ kind: "TOS", value: 0, mask: 0 }),
  options: TOS_OPTIONS.map((word) => ({
    name: `--${word}-tos`,
    excludes: TOS_OPTIONS.filter((other) => other !== word).map((other) => `${other}-tos`),
    read(args, target, text) {
      Object.assign(target, tosChange(args, word, text));
    },
  })),
  check(voice, _, seen) {
    if (seen.length === 0) badParameter(voice, "TOS: An action is required");
  },
};

const dscp: Extension<Kind<"DSCP">> = {
  name: "DSCP",
  make: () => ({ kind: "DSCP", value: 0 }),
  options: [
    {
      name: "--set-dscp",
      excludes: ["set-dscp-class"],
      read(args, target, text) {
        target.value = uint(args, "DSCP", "--set-dscp", text, 0, 63);
      },
    },
    {
      name: "--set-dscp-class",
      excludes: ["set-dscp"],
      read(args, target, text) {
        target.value = dscpClass(args, text);
      },
    },
  ],
  check(voice, _, seen) {
    if (seen.length === 0) badParameter(voice, "DSCP target: Parameter --set-dscp is required");
  },
};

function nflogNumber(name: string, key: "group" | "size" | "threshold" | null): OptionSpec<Kind<"NFLOG">> {
  return {
    name,
    read(args, target, text) {
      const number = uint(args, "NFLOG", name, text, 0, key === "size" || key === null ? undefined : 65_535);
      if (key !== null) target[key] = number;
    },
  };
}

const MAX_PREFIX = 63;

const nflog: Extension<Kind<"NFLOG">> = {
  name: "NFLOG",
  make: () => ({ kind: "NFLOG", prefix: "", group: 0, size: null, threshold: 1 }),
  options: [
    nflogNumber("--nflog-group", "group"),
    {
      name: "--nflog-prefix",
      read(args, target, text) {
        if (text.includes("\n")) badParameter(args, "Newlines not allowed in --log-prefix");
        target.prefix = text.slice(0, MAX_PREFIX);
      },
    },
    nflogNumber("--nflog-range", null),
    nflogNumber("--nflog-size", "size"),
    nflogNumber("--nflog-threshold", "threshold"),
  ],
};

const nfqueue: Extension<Kind<"NFQUEUE">> = {
  name: "NFQUEUE",
  make: () => ({ kind: "NFQUEUE", from: 0, to: 0, bypass: false }),
  options: [
    {
      name: "--queue-num",
      excludes: ["queue-balance"],
      read(args, target, text) {
        target.from = uint(args, "NFQUEUE", "--queue-num", text, 0, 65_535);
        target.to = target.from;
      },
    },
    {
      name: "--queue-balance",
      excludes: ["queue-num"],
      read(args, target, text) {
        const [first = "", second = ""] = text.split(":");
        target.from = uint(args, "NFQUEUE", "--queue-balance", first, 0, 65_535);
        target.to = uint(args, "NFQUEUE", "--queue-balance", second, 0, 65_535);
        if (target.from >= target.to) badParameter(args, "xt_NFQUEUE: Number of queues is 1");
      },
    },
    {
      name: "--queue-bypass",
      flag: true,
      read(_, target) {
        target.bypass = true;
      },
    },
  ],
};

const checksum: Extension<Kind<"CHECKSUM">> = {
  name: "CHECKSUM",
  make: () => ({ kind: "CHECKSUM" }),
  options: [{ name: "--checksum-fill", flag: true, read() {} }],
  check(voice, _, seen) {
    if (seen.length === 0) badParameter(voice, "CHECKSUM target: Parameter --checksum-fill is required");
  },
};

const classify: Extension<Kind<"CLASSIFY">> = {
  name: "CLASSIFY",
  make: () => ({ kind: "CLASSIFY", major: 0, minor: 0 }),
  options: [
    {
      name: "--set-class",
      read(args, target, text) {
        const [, major, minor] = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(text) ?? [];
        if (major === undefined || minor === undefined) badParameter(args, `Bad class value "${text}"`);
        target.major = Number.parseInt(major, 16);
        target.minor = Number.parseInt(minor, 16);
      },
    },
  ],
  check(voice, _, seen) {
    if (seen.length === 0) badParameter(voice, "CLASSIFY: Parameter --set-class is required");
  },
};

const AUDIT_TYPES = ["accept", "drop", "reject"] as const;

const audit: Extension<Kind<"AUDIT">> = {
  name: "AUDIT",
  make: () => ({ kind: "AUDIT", type: "accept" }),
  options: [
    {
      name: "--type",
      read(args, target, text) {
        const type = AUDIT_TYPES.find((one) => one === text.toLowerCase());
        target.type = type ?? badParameter(args, `Bad action type value "${text}"`);
      },
    },
  ],
  check(voice, _, seen) {
    if (seen.length === 0) badParameter(voice, "AUDIT: Parameter --type is required");
  },
};

export const MORE_TARGETS = {
  TOS: tos,
  DSCP: dscp,
  CHECKSUM: checksum,
  CLASSIFY: classify,
  AUDIT: audit,
  NFLOG: nflog,
  NFQUEUE: nfqueue,
};
